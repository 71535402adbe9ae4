"""Files that leave the program: their names, and the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from filelock import FileLock

from handouts import __version__
from handouts.files import write_atomic

if TYPE_CHECKING:
    from handouts.document import Document

Format = Literal["pdf", "html", "png"]
MANIFEST = "manifest.json"

LOCK = ".manifest.lock"
"""An empty file that stays in the folder: removing it would let two builds hold a lock each."""

LONGEST_WAIT = 30.0
"""Seconds to wait for other builds; they hold the lock for milliseconds."""


@dataclass(frozen=True)
class Output:
    """One written file: ``digest`` stands for its words, ``sha256`` for its bytes."""

    file: str
    format: Format
    leaflet: str
    title: str
    kind: str
    version: str
    language: str
    region: str
    paper: str
    clinic: str
    approval: str
    overdue: bool
    review_due: str
    pages: int
    sources: tuple[str, ...]
    digest: str
    sha256: str
    size: int


def file_name(
    document: Document, suffix: Format, page: int | None = None, *, personal: bool = False
) -> str:
    """``acne-explained_en-GB_a4-DRAFT.pdf``; pictures carry their page number before the marks."""
    number = f"-page{page}" if page else ""
    marks = ("-PERSONAL" if personal else "") + ("" if document.clean else "-DRAFT")
    return f"{document.leaflet}_{document.locale}_{document.paper}{number}{marks}.{suffix}"


def facts_of(document: Document, suffix: Format, pages: int) -> dict[str, Any]:
    """What the manifest records of a file, but for its name, size and sum."""
    return {
        "format": suffix,
        "leaflet": document.leaflet,
        "title": document.title.plain,
        "kind": document.kind,
        "version": document.version,
        "language": document.language,
        "region": document.region,
        "paper": document.paper,
        "clinic": document.clinic.name,
        "approval": document.approval,
        "overdue": document.overdue,
        "review_due": document.review_due.isoformat(),
        "pages": pages,
        "sources": tuple(reference.key for reference in document.references),
        "digest": document.digest,
    }


def describe(name: str, data: bytes, facts: Mapping[str, Any]) -> Output:
    """The manifest's record of a file."""
    digest = hashlib.sha256(data).hexdigest()
    return Output(file=name, sha256=digest, size=len(data), **facts)


def write_if_new(path: Path, data: bytes) -> bool:
    """Write a file unless it already stands there with these bytes; whether it was written."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    write_atomic(path, data)
    return True


def write_manifest(folder: Path, outputs: Iterable[Output], engine: str) -> None:
    """Record the outputs in ``manifest.json``, beside those of earlier builds that still exist.

    Pictures of pages that a leaflet no longer has are removed, if they are as we made them. Builds
    into one folder at the same time wait for each other; raises OSError where that takes too long.
    """
    made = {output.file: vars(output) for output in outputs}
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK, timeout=LONGEST_WAIT):
        files = _recorded(folder) | made
        for name in _pages_gone(files, made):
            _remove(folder / name, files.pop(name))
        kept = [files[name] for name in sorted(files) if (folder / name).is_file()]
        write_atomic(folder / MANIFEST, _manifest(kept, engine).encode())


def _manifest(records: Iterable[Mapping[str, Any]], engine: str) -> str:
    """JSON with a file a line: written and compared faster than a line for each value."""
    lines = ",\n".join(f"  {json.dumps(record, ensure_ascii=False)}" for record in records)
    made_by = f'"handouts": {json.dumps(__version__)}, "weasyprint": {json.dumps(engine)}'
    return f'{{{made_by}, "files": [\n{lines}\n]}}\n'


def _recorded(folder: Path) -> dict[str, Any]:
    """Records of an earlier manifest by file; one that cannot be read counts as none."""
    try:
        records = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return {Path(record["file"]).name: record for record in records}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _pages_gone(files: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """Pictures of the leaflets that were just made as pictures, but not among these."""
    sets = {_picture_set(record) for record in made.values()} - {None}
    return [name for name in files if name not in made and _picture_set(files[name]) in sets]


def _picture_set(record: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What the pictures of one leaflet have in common; None for a file that is no picture."""
    if record.get("format") != "png":
        return None
    return tuple(record.get(key) for key in ("leaflet", "language", "region", "paper"))


def _remove(path: Path, record: Mapping[str, Any]) -> None:
    """Remove a file that we made; one that somebody has changed since is theirs."""
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == record.get("sha256"):
        path.unlink(missing_ok=True)
