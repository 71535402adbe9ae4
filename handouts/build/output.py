"""Output files: their names, and the manifest that lists them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handouts import __version__
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity
from handouts.files import is_own_file, locked, read_bytes, write_if_changed

if TYPE_CHECKING:
    from handouts.model.document import Document

Format = Literal["pdf", "html", "png"]
MANIFEST, INDEX = "manifest.json", "index.html"

LOCK = ".manifest.lock"
"""An empty file that stays in the folder: if it were removed, two builds could hold a lock."""

MAX_WAIT = 30.0
"""Most seconds to wait for other builds, which hold the lock for milliseconds."""

MAX_MANIFEST = 50_000_000
"""Size in bytes of the largest manifest that is read: 100,000 files have about as much."""

_OUR_NAME = re.compile(r"[\w.-]{1,200}\.(pdf|html|png)")
"""Names of files that a manifest may list: see ``file_name``."""

PERSONAL = "-PERSONAL"
"""Suffix of the name of a copy for one person, before the mark of a draft."""

DRAFT = "-DRAFT"
"""Suffix of the name of a leaflet that may not be issued."""


@dataclass(frozen=True)
class Output:
    """One output file. ``digest`` identifies its text, ``sha256`` its bytes.

    ``pages`` is the number of pages in the file; None for HTML. ``told_day`` is the day
    that the build was told, by ``--date`` or ``SOURCE_DATE_EPOCH``; None if it looked at the clock.
    """

    file: str
    format: Format
    leaflet: str
    title: str
    aim: str
    kind: str
    kind_label: str
    version: str
    issued: str
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
    told_day: str | None = None


@dataclass(frozen=True)
class Index:
    """Whose ``index.html`` a folder has, and whether it is ``wanted`` even if there is none yet."""

    clinic: str
    primary: str
    accent: str
    wanted: bool


def file_name(
    document: Document, suffix: Format, page: int | None = None, *, personal: bool = False
) -> str:
    """E.g. ``acne-explained_en-GB_a4-DRAFT.pdf``; pictures have ``-page1`` before ``-DRAFT``.

    ``write_personal`` numbers the names of personal copies.
    """
    number = f"-page{page}" if page else ""
    marks = (PERSONAL if personal else "") + ("" if document.standing.issuable else DRAFT)
    look = look_of(document)
    return f"{document.leaflet}_{document.locale}_{document.paper}{look}{number}{marks}.{suffix}"


def look_of(document: Document) -> str:
    """The part of a file's name that tells its edition and ink, if they are not the usual ones."""
    look = "" if document.edition == "standard" else f"_{document.edition}"
    return look + ("" if document.ink == "colour" else f"_{document.ink}")


def write_personal(folder: Path, files: Mapping[str, bytes]) -> dict[str, bool]:
    """Write a leaflet's files for one person, and say of each whether it is new.

    A copy for somebody else is never overwritten: its files, which nothing says whom they are for,
    keep their names, and the new ones have the next free number: ``-PERSONAL-2``.
    """

    def fits(names: Mapping[str, str]) -> bool:
        """Whether every file is new or already there."""
        # A link is there even if it leads to nothing: it is not ours to replace.
        return all(
            not os.path.lexists(path := folder / names[name])
            or (is_own_file(path) and path.read_bytes() == data)
            for name, data in files.items()
        )

    marks = (PERSONAL if n == 1 else f"{PERSONAL}-{n}" for n in count(1))
    with locked(folder / LOCK, MAX_WAIT):
        numbered = ({name: name.replace(PERSONAL, mark) for name in files} for mark in marks)
        names = next(filter(fits, numbered))
        return {names[n]: write_if_changed(folder / names[n], data) for n, data in files.items()}


def facts_of(document: Document, suffix: Format, pages: int | None) -> dict[str, Any]:
    """The manifest's record of a file, without its name, size and digest."""
    return {
        "format": suffix,
        "leaflet": document.leaflet,
        "title": document.title.plain,
        "aim": document.aim.plain,
        "kind": document.kind,
        "kind_label": document.kind_label.plain,
        "version": document.version,
        "issued": document.issued.isoformat(),
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
    """The manifest's record of a file, from its facts and bytes."""
    digest = hashlib.sha256(data).hexdigest()
    return Output(file=name, sha256=digest, size=len(data), **facts)


def on_told_day(outputs: Iterable[Output], day: date | None) -> list[Output]:
    """Records of a build that was told the day."""
    return [replace(output, told_day=day.isoformat() if day else None) for output in outputs]


def write_manifest(
    folder: Path,
    outputs: Iterable[Output],
    engine: str,
    refused: Iterable[Mapping[str, Any]] = (),
    index: Index | None = None,
) -> tuple[Diagnostic, ...]:
    """Record outputs in ``manifest.json``, beside those of earlier builds that still exist.

    Files that the outputs supersede are removed: drafts of a leaflet that is now approved or the
    reverse, other papers and editions without a mark whose text is no longer the approved one, and
    pictures of pages that no longer exist. So are files of ``refused`` leaflets
    (``leaflet``, ``language``, ``region``, ``paper``), which may no longer be issued. A file that
    somebody has edited is kept. Diagnostics report both cases. ``index`` says how the folder's
    ``index.html`` is made, if it is asked for or was made by an earlier build.

    Simultaneous builds into one folder wait for each other; OSError after ``MAX_WAIT``.
    """
    new = {output.file: vars(output) for output in outputs}
    with locked(folder / LOCK, MAX_WAIT):
        before, listed = _recorded(folder)
        records = before | new
        diagnostics = tuple(_cleared(folder, records, new, refused))
        # After the clearing, so that the index lists no file that has just been removed.
        # Files that somebody has deleted drop out of the manifest.
        existing = [records[name] for name in sorted(records) if (folder / name).is_file()]
        head = {"handouts": __version__, "weasyprint": engine}
        if index and (index.wanted or (listed and (folder / INDEX).is_file())):
            digest, kept = _write_index(folder / INDEX, existing, index, listed)
            head |= {"index": digest} if digest else {}
            diagnostics += kept
        # One line per file is faster to write and compare than one per value.
        lines = ",\n".join(f"  {json.dumps(record, ensure_ascii=False)}" for record in existing)
        manifest = f'{json.dumps(head)[:-1]}, "files": [\n{lines}\n]}}\n'
        # An old manifest may hold halves of characters, which UTF-8 cannot express.
        write_if_changed(folder / MANIFEST, manifest.encode("utf-8", "replace"))
    return diagnostics


def _write_index(
    path: Path, records: Iterable[Mapping[str, Any]], index: Index, listed: str | None
) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """Write the index, or remove one that would be empty, and give its digest.

    One that we have not made, or that has been edited since, is kept. ``listed`` is the digest of
    the one that we have made.
    """
    from handouts.build.index import index_page

    if os.path.lexists(path) and (path.is_symlink() or _digest(path) != listed):
        message = f"`{path.name}` is not renewed: it was edited, or made by something else"
        severity = Severity.ERROR if index.wanted else Severity.WARNING
        hint = "Move it, then build with `--index` again"
        return None, (Diagnostic("out-of-date", message, Place(path), hint, severity),)
    page = index_page(records, index)
    if page is None:
        path.unlink(missing_ok=True)
        return None, ()
    write_if_changed(path, page)
    return hashlib.sha256(page).hexdigest(), ()


def _recorded(folder: Path) -> tuple[dict[str, Any], str | None]:
    """Records of the existing manifest by file name, and the digest of the index.

    None of them if the manifest cannot be read.
    """
    if not is_own_file(folder / MANIFEST):
        return {}, None
    try:
        manifest = json.loads(read_bytes(folder / MANIFEST, MAX_MANIFEST))
        # A manifest may come from elsewhere: it must not make us remove files of other names.
        records = {
            record["file"]: record
            for record in manifest["files"]
            if _OUR_NAME.fullmatch(record["file"])
            and all(isinstance(value, str) for value in _look_key(record))
        }
        return records, manifest.get("index")
    except (HandoutsError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, None


_BEFORE = {"edition": "standard", "ink": "colour"}
"""What a record that does not say so was made as."""


def _look_key(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """What all files of one leaflet in one look have in common."""
    names = ("leaflet", "language", "region", "paper", "edition", "ink")
    return tuple(record.get(key, _BEFORE.get(key)) for key in names)


def _text_key(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """What all files of one leaflet have in common, whatever they look like."""
    return _look_key(record)[:3]


def _marked(name: str) -> bool:
    """Whether a file's name says that it is a draft."""
    return name.rpartition(".")[0].endswith(DRAFT)


def _digest(path: Path) -> str | None:
    """The digest of a file's bytes; None if it is no file, or a link."""
    if not is_own_file(path):
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cleared(
    folder: Path,
    records: dict[str, Any],
    new: Mapping[str, Any],
    refused: Iterable[Mapping[str, Any]],
) -> Iterator[Diagnostic]:
    """Remove files that the new ones supersede, or that may no longer be issued, and their records.

    A file that has changed since we made it stays. Warns also of counterparts of the new files
    (draft or final) that no manifest lists.
    """
    fresh = {(_look_key(record), record["format"]) for record in new.values()}
    banned = {_look_key(record) for record in refused}
    # What may be issued now, by leaflet: its other papers, editions and inks must say the same.
    issued = {_text_key(record): record["digest"] for n, record in new.items() if not _marked(n)}
    built = {_text_key(record) for record in new.values()}
    known = set(records)

    def is_outdated(name: str, record: Mapping[str, Any]) -> bool:
        if name in new:
            return False
        if (_look_key(record), record.get("format")) in fresh:
            return True
        if _marked(name):  # a draft says that it is one, so it may stay
            return False
        text = _text_key(record)
        other_text = text in built and record.get("digest") != issued.get(text)
        return other_text or _look_key(record) in banned

    for name in [name for name, record in records.items() if is_outdated(name, record)]:
        path, record = folder / name, records.pop(name)
        if not path.is_file():
            continue
        if _digest(path) == record.get("sha256"):
            path.unlink(missing_ok=True)
            message = f"Removed `{name}`, which was out of date"
            yield Diagnostic("removed", message, severity=Severity.INFO)
        else:
            message = f"`{name}` is out of date, but has been edited since it was built"
            hint = "Check whether you still need it, then remove it"
            yield Diagnostic("out-of-date", message, Place(path), hint, Severity.WARNING)
    for name in new:
        stem, dot, suffix = name.rpartition(".")
        other = stem.removesuffix(DRAFT) if _marked(name) else stem + DRAFT
        path = folder / f"{other}{dot}{suffix}"
        if path.name not in known and path.is_file():
            message = f"`{path.name}` is not in the manifest; the current file is `{name}`"
            hint = "Check where it comes from, then remove it"
            yield Diagnostic("out-of-date", message, Place(path), hint, Severity.WARNING)
