"""Files that leave the program: their names, and the manifest that knows them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handouts import __version__
from handouts.diagnostics import Diagnostic, Place, Severity
from handouts.files import write_if_changed

if TYPE_CHECKING:
    from handouts.model.document import Document

Format = Literal["pdf", "html", "png"]
MANIFEST = "manifest.json"

LOCK = ".manifest.lock"
"""An empty file that stays in the folder: removing it would let two builds hold a lock each."""

MAX_WAIT = 30.0
"""Seconds to wait for other builds; they hold the lock for milliseconds."""

_MARKS = ("", "-DRAFT")
"""What a general copy's name may end with, by the leaflet's standing."""


@dataclass(frozen=True)
class Output:
    """One written file: ``digest`` stands for its words, ``sha256`` for its bytes.

    ``pages`` is None for a web page.
    """

    file: str
    format: Format
    leaflet: str
    title: str
    kind: str
    version: str
    language: str
    region: str
    paper: str
    edition: str
    ink: str
    clinic: str
    approval: str
    overdue: bool
    review_due: str
    pages: int | None
    sources: tuple[str, ...]
    digest: str
    sha256: str
    size: int


def file_name(
    document: Document, suffix: Format, page: int | None = None, *, personal: bool = False
) -> str:
    """``acne-explained_en-GB_a4-DRAFT.pdf``; pictures carry their page number before the marks."""
    number = f"-page{page}" if page else ""
    look = "" if document.edition == "standard" else f"_{document.edition}"
    look += "" if document.ink == "colour" else f"_{document.ink}"
    marks = ("-PERSONAL" if personal else "") + _MARKS[not document.standing.issuable]
    return f"{document.leaflet}_{document.locale}_{document.paper}{look}{number}{marks}.{suffix}"


def facts_of(document: Document, suffix: Format, pages: int | None) -> dict[str, Any]:
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
        "edition": document.edition,
        "ink": document.ink,
        "clinic": document.clinic.name,
        "approval": document.standing.approval,
        "overdue": document.standing.overdue,
        "review_due": document.review_due.isoformat(),
        "pages": pages,
        "sources": tuple(reference.key for reference in document.references),
        "digest": document.standing.digest,
    }


def describe(name: str, data: bytes, facts: Mapping[str, Any]) -> Output:
    """The manifest's record of a file."""
    digest = hashlib.sha256(data).hexdigest()
    return Output(file=name, sha256=digest, size=len(data), **facts)


def write_manifest(
    folder: Path, outputs: Iterable[Output], engine: str, refused: Iterable[Mapping[str, Any]] = ()
) -> tuple[Diagnostic, ...]:
    """Record the outputs in ``manifest.json``, beside those of earlier builds that still exist.

    A file of the same leaflet that the new ones take the place of is removed if it is as we made
    it: one of another standing, or a picture of a page that the leaflet no longer has. The same for
    files of ``refused`` leaflets (``leaflet``, ``language``, ``region``, ``paper``), which may no
    longer go out. What a person has changed is kept. Both are told.

    Builds into one folder at the same time wait for each other; OSError where that takes too long.
    """
    from filelock import FileLock

    made = {output.file: vars(output) for output in outputs}
    folder.mkdir(parents=True, exist_ok=True)
    told: list[Diagnostic] = []
    with FileLock(folder / LOCK, timeout=MAX_WAIT):
        records = _recorded(folder) | made
        for name in _replaced(records, made, refused):
            told += _remove(folder / name, records.pop(name))
        told += _unknown(folder, records, made)
        kept = [records[name] for name in sorted(records) if (folder / name).is_file()]
        write_if_changed(folder / MANIFEST, _manifest(kept, engine).encode())
    return tuple(told)


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


def _replaced(
    records: Mapping[str, Any], made: Mapping[str, Any], refused: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Files of what was just made, or may not go out, that are not among what was made."""
    fresh = {(_leaflet(record), record["format"]) for record in made.values()}
    banned = {_leaflet(record) for record in refused}
    return [
        name
        for name, record in records.items()
        if name not in made
        and (
            (_leaflet(record), record.get("format")) in fresh
            or (_leaflet(record) in banned and "-DRAFT" not in name)
        )
    ]


_BEFORE = {"edition": "standard", "ink": "colour"}
"""What a record that does not say so was made as."""


def _leaflet(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the files of one leaflet have in common."""
    names = ("leaflet", "language", "region", "paper", "edition", "ink")
    return tuple(record.get(key, _BEFORE.get(key)) for key in names)


def _remove(path: Path, record: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Remove a file that we made; one that somebody has changed since is theirs."""
    if not path.is_file():
        return
    if hashlib.sha256(path.read_bytes()).hexdigest() == record.get("sha256"):
        path.unlink(missing_ok=True)
        message = f"Removed `{path.name}`, which is out of date"
        yield Diagnostic("removed", message, severity=Severity.INFO)
    else:
        message = f"`{path.name}` is out of date, but was changed after it was made"
        hint = "Check whether it is still wanted, then remove it"
        yield Diagnostic("out-of-date", message, Place(path), hint, Severity.WARNING)


def _unknown(
    folder: Path, records: Mapping[str, Any], made: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    """Files whose names say that they are of the other standing, and that no manifest knows."""
    for name in made:
        stem, dot, suffix = name.rpartition(".")
        marked = stem.endswith(_MARKS[1])
        other = stem.removesuffix(_MARKS[1]) if marked else stem + _MARKS[1]
        path = folder / f"{other}{dot}{suffix}"
        if path.name not in records and path.is_file():
            message = f"`{path.name}` is not in the manifest, and now goes by `{name}`"
            hint = "Check where it comes from, then remove it"
            yield Diagnostic("out-of-date", message, Place(path), hint, Severity.WARNING)
