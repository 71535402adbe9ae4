"""All that is printed: diagnostics with a caret, answers, progress. Only we know terminals."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from handouts.diagnostics import Diagnostic, HandoutsError, Job, Place, Severity
from handouts.files import read_bytes

T = TypeVar("T")

EXCERPT = 140
"""The most characters of a source line that are shown."""

MAX_SHOWN = 2_000_000
"""The largest file, in bytes, that is opened to show a line of it."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_PATCH_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


def report(diagnostics: Iterable[Diagnostic], *, quiet: bool = False) -> None:
    """Print diagnostics to standard error, in order of place. ``quiet`` keeps the errors only.

    What several leaflets have in common is printed once, with the names of all.
    """
    jobs: dict[Diagnostic, list[Job]] = {}
    for diagnostic in diagnostics:
        if not quiet or diagnostic.severity is Severity.ERROR:
            found = jobs.setdefault(replace(diagnostic, job=None), [])
            found += [diagnostic.job] if diagnostic.job else []
    for diagnostic in sorted(jobs, key=_order):
        echo_err(_worded(diagnostic, jobs[diagnostic]))


def echo_err(text: str) -> None:
    """A line to standard error: what is done, and what goes wrong."""
    _print(text, error=True)


def echo(text: str) -> None:
    """A line to standard output: what was asked for."""
    _print(text)


def echo_diff(text: str) -> None:
    """A unified diff to standard output, with its colours."""
    for line in text.splitlines():
        plain = _printable(line.replace("\t", "    "))
        echo(click.style(plain, fg=_PATCH_COLOURS.get(line[:1])) if line else "")


def print_json(value: dict[str, Any]) -> None:
    """A JSON object to standard output, in ASCII: programs read it whatever the locale says."""
    _print(json.dumps(value, indent=2))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows below the names of their columns, to standard output."""
    cells = [
        [", ".join(c) if isinstance(c := row[name], list) else str(c) for name in columns]
        for row in rows
    ]
    heads = [name.replace("_", " ") for name in columns]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for line in (heads, *cells):
        echo(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )


def progress(items: Iterable[T], total: int, label: str) -> AbstractContextManager[Iterable[T]]:
    """A bar on standard error with count, rate and time left; every item taken lets it grow."""
    bar = click.progressbar(items, length=total, label=label, file=sys.stderr, show_pos=True)
    started = time.monotonic()

    def rate(_: T | None) -> str | None:
        return f"{bar.pos / (time.monotonic() - started):.1f} a second" if bar.pos else None

    bar.item_show_func = rate
    return bar


def shown_path(path: Path) -> str:
    """A path from here where it is below the current folder, whole elsewhere."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def can_ask() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, default: str | None, fault: Callable[[str], str | None]) -> str:
    """An answer without a fault; a faulty one is told and the question asked again."""

    def good(answer: str) -> str:
        if message := fault(answer.strip()):
            raise click.UsageError(message)
        return answer.strip()

    return str(click.prompt(question, default=default, value_proc=good, err=True))


def on_terminal() -> bool:
    """Whether progress can be drawn."""
    return sys.stderr.isatty()


def _print(text: str, *, error: bool = False) -> None:
    """Colours only on a terminal, and never with NO_COLOR; a closed pipe is no fault of ours."""
    try:
        click.echo(text, err=error, color=False if os.environ.get("NO_COLOR") else None)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if error else sys.stdout).fileno())


def _order(diagnostic: Diagnostic) -> tuple[bool, Place]:
    return (diagnostic.place is not None, diagnostic.place or Place(Path()))


def _worded(diagnostic: Diagnostic, jobs: list[Job]) -> str:
    colour = _COLOURS[diagnostic.severity]
    head = click.style(f"{diagnostic.severity}[{diagnostic.code}]", fg=colour, bold=True)
    lines = [f"{head}: {_printable(diagnostic.message)}"]
    if diagnostic.place:
        lines += _excerpt(diagnostic.place, colour)
    if jobs:
        lines.append(f"  = In {', '.join(map(str, sorted(set(jobs))))}")
    if diagnostic.hint:
        lines.append(f"  = {_printable(diagnostic.hint)}")
    return "\n".join(lines)


def _excerpt(place: Place, colour: str) -> list[str]:
    """The place, and its line with a caret; of a long line only what stands around the caret."""
    lines = [f" --> {_printable(shown_path(place.file))}:{place.line}:{place.column}"]
    begin = max(0, place.column - 1 - EXCERPT // 2) if place.column > EXCERPT else 0
    source = _line(place)[begin : begin + EXCERPT]
    if source.strip():
        margin = " " * len(str(place.line))
        column = place.column - 1 - begin
        width = max(1, min(place.width, len(source) - column))
        caret = " " * column + click.style("^" * width, fg=colour)
        lines += [f" {margin} |", f" {place.line} | {source}", f" {margin} | {caret}"]
    return lines


def _line(place: Place) -> str:
    """The source line of a place; empty for a file that is not to be read, or stands elsewhere."""
    if place.file.is_symlink():
        return ""
    try:
        text = read_bytes(place.file, MAX_SHOWN).decode("utf-8-sig", "replace")
    except HandoutsError:
        return ""
    lines = text.split("\n")
    found = lines[place.line - 1] if place.line <= len(lines) else ""
    return _printable(found.rstrip().replace("\t", " "))


def _printable(text: str) -> str:
    """Text without what would steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
