"""Problems as values: what is wrong, where, and what to do about it.

One convention applies everywhere: functions that check or read *yield* diagnostics, and a reader
*returns* its value (see ``Checked``). ``HandoutsError`` is raised only where there is no value to
return.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from traceback import walk_tb
from typing import Any, Self, TypeVar

from handouts.codes import CODES

T = TypeVar("T")


class Severity(StrEnum):
    """``error`` stops a leaflet, ``warning`` deserves a look, ``info`` is a notice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of one line in a file. Lines and columns count from 1, columns in characters."""

    file: Path
    line: int = 1
    column: int = 1
    width: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Job:
    """The leaflet that was being made, with its locale and paper."""

    leaflet: str
    locale: str
    paper: str

    def __str__(self) -> str:
        return f"{self.leaflet} ({self.locale}, {self.paper})"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. ``code`` is a key of ``codes.CODES``; ``message`` makes sense on its own.

    ``job`` is set for problems that appear only while a leaflet is being made.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR
    job: Job | None = None

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"`{self.code}` is not in the registry of codes")

    def to_json(self) -> dict[str, Any]:
        """A flat record for ``--json``; the fields of a missing place or job are null."""
        place = asdict(self.place) if self.place else dict.fromkeys(("file", "line", "column"))
        job = asdict(self.job) if self.job else dict.fromkeys(("leaflet", "locale", "paper"))
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "file": str(place["file"]) if self.place else None,
            "line": place["line"],
            "column": place["column"],
            "hint": self.hint,
            **job,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """The diagnostic behind a ``to_json`` record; the width of its place is lost
        unless the record has it too."""
        file, leaflet = record["file"], record["leaflet"]
        width = record.get("width", 1)
        return cls(
            record["code"],
            record["message"],
            Place(Path(file), record["line"], record["column"], width) if file else None,
            record["hint"],
            Severity(record["severity"]),
            Job(leaflet, record["locale"], record["paper"]) if leaflet else None,
        )


class HandoutsError(Exception):
    """The work cannot continue, for reasons that the user can fix."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it can come from another process."""
        return type(self), self.diagnostics


class CannotPrintError(Exception):
    """The PDF engine cannot start on this machine."""


UNFINISHED = "todo"
"""The code for text still to be written, which nobody can approve."""

Checked = Generator[Diagnostic, None, T]
"""A reader that yields problems and returns what it has read."""


def collect(checked: Checked[T]) -> tuple[T, tuple[Diagnostic, ...]]:
    """Run a reader: its return value, and all the diagnostics it yields."""
    diagnostics: list[Diagnostic] = []
    while True:
        try:
            diagnostics.append(next(checked))
        except StopIteration as end:
            return end.value, tuple(diagnostics)


def unforeseen(error: Exception) -> Diagnostic:
    """An error that nothing in the program foresees, as a problem of what was being done.

    It says where in the program it happened. The error's own message is left out, because it could
    quote text for one patient.
    """
    program = Path(__file__).parent
    lines = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(file, line) for file, line in lines if file.is_relative_to(program)]
    at = "".join(f" at {file.relative_to(program)}:{line}" for file, line in ours[-1:])
    message = f"The program failed unexpectedly: {type(error).__name__}{at}"
    hint = "Report it, with the smallest file that leads to it and nothing about a patient"
    return Diagnostic("program-error", message, hint=hint)


def errors_in(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any diagnostic is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def nearest(name: str, known: Iterable[str], close: float = 0.7) -> str | None:
    """The closest known name; None if its similarity (0 to 1) is below ``close``."""
    if len(name) > 200:  # comparing takes the square of the length
        return None
    # Capitals are no difference: `A4` is near to `a4`.
    small = {each.casefold(): each for each in known}
    matches = get_close_matches(name.casefold(), list(small), n=1, cutoff=close)
    return small[matches[0]] if matches else None


def near_miss(name: str, known: Iterable[str], close: float = 0.7) -> str | None:
    """A hint with the closest known name, if there is one: see ``nearest``."""
    meant = nearest(name, known, close)
    return f"Did you mean `{meant}`?" if meant else None


def counted(number: int, name: str, several: str | None = None) -> str:
    """A number with what it counts: ``1 leaflet``, ``2,000 leaflets``, ``2 entries``."""
    return f"{number:,} {name if number == 1 else several or f'{name}s'}"


def choices(known: Iterable[str], max_shown: int = 20) -> str:
    """A hint that lists the allowed names."""
    if not known:
        return "Remove it: there is nothing to choose from"
    names = sorted(known)
    rest = f" and {len(names) - max_shown} more" if len(names) > max_shown else ""
    return "Use one of: " + ", ".join(f"`{n}`" for n in names[:max_shown]) + rest
