"""Problems as values: what is wrong, where, and what to do about it.

One convention holds everywhere: what checks or reads *yields* its diagnostics, and a reader
*returns* its value (see ``Checked``). ``HandoutsError`` is raised only where nothing can be
returned.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

from handouts.codes import CODES

T = TypeVar("T")


class Severity(StrEnum):
    """``error`` stops a leaflet, ``warning`` wants a look, ``info`` only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line in a file. Lines and columns count from 1, columns in characters."""

    file: Path
    line: int = 1
    column: int = 1
    width: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Job:
    """The leaflet that was being made, in its language and region and on its paper."""

    leaflet: str
    locale: str
    paper: str

    def __str__(self) -> str:
        return f"{self.leaflet} ({self.locale}, {self.paper})"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. ``code`` is one of ``codes.CODES``; ``message`` makes sense alone.

    ``job`` is set for what came to light only while a leaflet was being made.
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
        """A flat record for ``--json``: null for what belongs to a place or job there is not."""
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
        """Take back what ``to_json`` gave; the width of the place is lost."""
        file, leaflet = record["file"], record["leaflet"]
        return cls(
            record["code"],
            record["message"],
            Place(Path(file), record["line"], record["column"]) if file else None,
            record["hint"],
            Severity(record["severity"]),
            Job(leaflet, record["locale"], record["paper"]) if leaflet else None,
        )


class HandoutsError(Exception):
    """The work cannot go on, for a reason that the user can mend."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


class CannotPrintError(Exception):
    """The PDF engine does not start on this machine."""


Checked = Generator[Diagnostic, None, T]
"""A reader that yields what is wrong and returns what it has read."""


def collect(checked: Checked[T]) -> tuple[T, tuple[Diagnostic, ...]]:
    """What a reader returns, and all that it yields on the way."""
    diagnostics: list[Diagnostic] = []
    while True:
        try:
            diagnostics.append(next(checked))
        except StopIteration as end:
            return end.value, tuple(diagnostics)


def errors_in(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops the work."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def near_miss(name: str, known: Iterable[str], close: float = 0.7) -> str | None:
    """A hint that names the closest known word, or None where none is as ``close`` (0 to 1)."""
    found = get_close_matches(name, list(known), n=1, cutoff=close)
    return f"Did you mean `{found[0]}`?" if found else None


def choices(known: Iterable[str], max_shown: int = 20) -> str:
    """A hint that lists what may be written."""
    if not known:
        return "There is nothing to choose from"
    names = sorted(known)
    rest = f" and {len(names) - max_shown} more" if len(names) > max_shown else ""
    return "Use one of: " + ", ".join(f"`{n}`" for n in names[:max_shown]) + rest
