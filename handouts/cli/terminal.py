"""Everything that is printed: diagnostics with a caret, results, progress."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import click

from handouts.diagnostics import (
    UNFINISHED,
    Diagnostic,
    HandoutsError,
    Job,
    Place,
    Severity,
    counted,
)
from handouts.files import read_bytes

T = TypeVar("T")

EXCERPT = 140
"""Most characters of a source line that are shown."""

MAX_UNFINISHED = 3
"""Most places of one file that are shown where text is still to be written: a table may have
dozens, for leaflets that nobody has asked about."""

MAX_SHOWN = 2_000_000
"""Size in bytes of the largest file that is opened to show a line of it."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_PATCH_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


def report(diagnostics: Iterable[Diagnostic], *, quiet: bool = False) -> None:
    """Print diagnostics to standard error, sorted by place; errors only if ``quiet``.

    A diagnostic that several leaflets share is printed once, with the names of all of them.
    """
    _lines.cache_clear()  # files may have changed since
    jobs: dict[Diagnostic, list[Job]] = {}
    for diagnostic in diagnostics:
        if not quiet or diagnostic.severity is Severity.ERROR:
            affected = jobs.setdefault(replace(diagnostic, job=None), [])
            affected += [diagnostic.job] if diagnostic.job else []
    # Those without a place come first.
    ordered = sorted(jobs, key=lambda d: (d.place is not None, d.place or Place(Path())))
    unfinished: dict[Path, list[Diagnostic]] = {}
    for diagnostic in ordered:
        if diagnostic.code == UNFINISHED and diagnostic.place:
            unfinished.setdefault(diagnostic.place.file, []).append(diagnostic)
    left_out = {each for todos in unfinished.values() for each in todos[MAX_UNFINISHED:]}
    for diagnostic in (each for each in ordered if each not in left_out):
        _report_one(diagnostic, jobs[diagnostic])
    for file, todos in unfinished.items():
        if (more := len(todos) - MAX_UNFINISHED) > 0:
            echo_err(f"… and {counted(more, 'more text')} to write in {shown_path(file)}")


def _report_one(diagnostic: Diagnostic, affected: list[Job]) -> None:
    colour = _COLOURS[diagnostic.severity]
    head = click.style(f"{diagnostic.severity}[{diagnostic.code}]", fg=colour, bold=True)
    lines = [f"{head}: {_printable(diagnostic.message)}"]
    if diagnostic.place:
        lines += _excerpt(diagnostic.place, colour)
    if affected:
        lines.append(f"  = In {', '.join(map(str, sorted(set(affected))))}")
    if diagnostic.hint:
        lines.append(f"  = {_printable(diagnostic.hint)}")
    echo_err("\n".join(lines))


def echo_err(text: str) -> None:
    """Print a line to standard error: progress and problems."""
    _print(text, error=True)


def echo(text: str) -> None:
    """Print a line to standard output: results."""
    _print(text)


def echo_diff(text: str) -> None:
    """Print a unified diff to standard output, in colour."""
    for line in text.splitlines():
        plain = _printable(line.replace("\t", "    "))
        echo(click.style(plain, fg=_PATCH_COLOURS.get(line[:1])) if line else "")


def print_json(value: dict[str, Any]) -> None:
    """Print a JSON object to standard output, in ASCII so that any locale can read it."""
    _print(json.dumps(value, indent=2))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows below their column names, to standard output."""
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
    """A progress bar on standard error; it advances with each item taken."""
    bar = click.progressbar(items, length=total, label=label, file=sys.stderr, show_pos=True)
    started = time.monotonic()

    def rate(_: T | None) -> str | None:
        return f"{bar.pos / (time.monotonic() - started):.1f} a second" if bar.pos else None

    bar.item_show_func = rate
    return bar


def shown_path(path: Path) -> str:
    """A path relative to the current folder if it is inside it, else the full path.

    Without control characters, which could steer a terminal.
    """
    try:
        return _printable(path.absolute().relative_to(Path.cwd()).as_posix())
    except (ValueError, OSError):  # or the current folder has been removed
        return _printable(str(path))


def can_ask() -> bool:
    """Whether questions can be asked: both ends are terminals."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, default: str | None, fault: Callable[[str], str | None]) -> str:
    """Ask until the answer has no fault; ``fault`` returns the message for a bad one."""

    def good(answer: str) -> str:
        if message := fault(answer.strip()):
            raise click.UsageError(message)
        return answer.strip()

    # Without a default, Click would ask again after an empty answer and not say why.
    silent = default is None
    return str(
        click.prompt(
            question, default=default or "", show_default=not silent, value_proc=good, err=True
        )
    )


def on_terminal() -> bool:
    """Whether a progress bar can be drawn."""
    return sys.stderr.isatty()


def _print(text: str, *, error: bool = False) -> None:
    """Print without colours if NO_COLOR is set or the stream is not a terminal.

    OSError if there is no room for it. A reader that has gone, as with ``| head``, is no error.
    """
    # Half a character, as in a file name that is not UTF-8, cannot be printed.
    whole = text.encode("utf-8", "replace").decode()
    try:
        click.echo(whole, err=error, color=False if os.environ.get("NO_COLOR") else None)
    except OSError as problem:
        # Python would complain again on its final flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if error else sys.stdout).fileno())
        if not isinstance(problem, BrokenPipeError):
            name = "standard error" if error else "standard output"
            raise OSError(problem.errno, problem.strerror, name) from problem


def _excerpt(place: Place, colour: str) -> list[str]:
    """The place and its line with a caret; of a long line, only the part around the caret."""
    excerpt = [f" --> {shown_path(place.file)}:{place.line}:{place.column}"]
    lines = _lines(place.file)
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    begin = max(0, place.column - 1 - EXCERPT // 2) if place.column > EXCERPT else 0
    # A tab counts as one column, so it is shown as one blank: the caret stays below its character.
    source = _printable(line.rstrip().replace("\t", " "))[begin : begin + EXCERPT]
    if source.strip():
        margin = " " * len(str(place.line))
        column = place.column - 1 - begin
        width = max(1, min(place.width, len(source) - column))
        caret = " " * column + click.style("^" * width, fg=colour)
        excerpt += [f" {margin} |", f" {place.line} | {source}", f" {margin} | {caret}"]
    return excerpt


@lru_cache(maxsize=4)
def _lines(file: Path) -> list[str]:
    """A file's lines, cached because thousands of problems may be in one.

    No lines for a symbolic link, which may point to a file outside the clinic's folder, or for a
    file that is not text.
    """
    if file.is_symlink():
        return []
    try:
        data = read_bytes(file, MAX_SHOWN)
    except HandoutsError:
        return []
    # A zip archive, such as a workbook, is no text; nor is UTF-16, of which every other byte is 0.
    if b"\0" in data or data.startswith(b"%PDF-"):
        return []
    text = data.decode("utf-8-sig", "replace")
    # Of a text in an older encoding, few letters are damaged: its lines are still worth showing.
    damaged = text.count("\N{REPLACEMENT CHARACTER}") > len(text) / 10
    return [] if damaged else text.split("\n")


def _printable(text: str) -> str:
    """Text without control characters, which could steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
