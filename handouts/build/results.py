"""What a build tells its caller of each leaflet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handouts.build.incremental import FileRecord
    from handouts.build.output import Output
    from handouts.diagnostics import Diagnostic


@dataclass(frozen=True)
class FileResult:
    """A file of a build; not ``written`` if the folder already had it with the same bytes.

    ``output`` is its record for the manifest and ``record`` how to make it again, where the build
    has still to note them: it notes neither of personal copies.
    """

    name: str
    size: int
    written: bool
    output: Output | None = None
    record: FileRecord | None = None


@dataclass(frozen=True)
class LeafletResult:
    """The result for one leaflet: its files, or what stopped it."""

    leaflet: str
    files: tuple[FileResult, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
