"""What people see: diagnostics with a caret, answers and exit codes. Only we know terminals."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError, Place, Severity
from handouts.files import read_bytes

PROBLEMS = 1
CANNOT_RUN = 2

EXCERPT = 140
"""The most characters of a source line that are shown."""

MOST_SHOWN = 100_000_000
"""The largest file that is opened to show a line of it."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def tell(diagnostics: Iterable[Diagnostic], *, quiet: bool = False) -> None:
    """Print diagnostics to standard error, in order of place. ``quiet`` keeps the errors only."""
    shown = [d for d in dict.fromkeys(diagnostics) if not quiet or d.severity is Severity.ERROR]
    for diagnostic in sorted(shown, key=_order):
        say(_worded(diagnostic))


def say(text: str) -> None:
    """A line to standard error; colour only on a terminal without NO_COLOR."""
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)


def answer(value: Any) -> None:
    """A JSON value to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def reported(*, json_answer: bool = False) -> Iterator[None]:
    """Turn faults that end a command into messages and exit codes.

    1 for problems in the user's files, 2 where the work could not run at all.
    """
    try:
        yield
    except HandoutsError as error:
        if json_answer:
            answer({"diagnostics": [d.to_json() for d in error.diagnostics]})
        else:
            tell(error.diagnostics)
        sys.exit(_exit_code(error))
    except BrokenExecutor:
        message = "The system ended a process that made leaflets"
        _stop(message, "Make fewer leaflets at once", json_answer)
    except CannotPrintError as error:
        _stop(f"The PDF engine does not start: {error}", "Run `handouts doctor`", json_answer)
    except OSError as error:
        file = error.filename2 or error.filename
        name = f" `{file}`" if file else ""
        _stop(
            f"Cannot use{name}: {error.strerror}", "Check the path and its permissions", json_answer
        )


def shown_path(path: Path) -> str:
    """A path from here where it is below the current folder, whole elsewhere."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def on_terminal() -> bool:
    """Whether progress can be drawn."""
    return sys.stderr.isatty()


def _stop(message: str, hint: str, json_answer: bool) -> NoReturn:
    diagnostic = Diagnostic("cannot-run", message, hint=hint)
    if json_answer:
        answer({"diagnostics": [diagnostic.to_json()]})
    else:
        tell([diagnostic])
    sys.exit(CANNOT_RUN)


def _exit_code(error: HandoutsError) -> int:
    unusable = {"no-workspace", "unknown-leaflet", "missing-file"}
    return CANNOT_RUN if any(d.code in unusable for d in error.diagnostics) else PROBLEMS


def _order(diagnostic: Diagnostic) -> tuple[bool, Place]:
    return (diagnostic.place is not None, diagnostic.place or Place(Path()))


def _worded(diagnostic: Diagnostic) -> str:
    colour = _COLOURS[diagnostic.severity]
    head = click.style(f"{diagnostic.severity}[{diagnostic.code}]", fg=colour, bold=True)
    lines = [f"{head}: {_printable(diagnostic.message)}"]
    if diagnostic.place:
        lines += _excerpt(diagnostic.place, colour)
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
    """The source line of a place; empty for a file that is not to be read."""
    try:
        text = read_bytes(place.file, MOST_SHOWN).decode("utf-8-sig", "replace")
    except HandoutsError:
        return ""
    lines = text.split("\n")
    found = lines[place.line - 1] if place.line <= len(lines) else ""
    return _printable(found.rstrip().replace("\t", " "))


def _printable(text: str) -> str:
    """Text without what would steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
