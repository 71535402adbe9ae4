"""Files that leave the program: their names, and the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from handouts import __version__
from handouts.document import Document
from handouts.files import write_atomic

Format = Literal["pdf", "html", "png"]
MANIFEST = "manifest.json"


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


def file_name(document: Document, suffix: Format, page: int | None = None) -> str:
    """``acne-explained_en_a4-DRAFT.pdf``; pictures carry their page number before the mark."""
    number = f"-page{page}" if page else ""
    mark = "" if document.clean else "-DRAFT"
    return f"{document.leaflet}_{document.language}_{document.paper}{number}{mark}.{suffix}"


def describe(document: Document, name: str, suffix: Format, data: bytes, pages: int) -> Output:
    """The manifest's record of a file."""
    return Output(
        file=name,
        format=suffix,
        leaflet=document.leaflet,
        title=document.title.plain,
        kind=document.kind,
        version=document.version,
        language=document.language,
        region=document.region,
        paper=document.paper,
        clinic=document.clinic.name,
        approval=document.approval,
        overdue=document.overdue,
        review_due=document.review_due.isoformat(),
        pages=pages,
        sources=tuple(reference.key for reference in document.references),
        digest=document.digest,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def write_manifest(folder: Path, outputs: Iterable[Output], engine: str) -> None:
    """Record the outputs in ``manifest.json``, beside those of earlier builds that still exist."""
    earlier = _recorded(folder).items()
    files = {file: record for file, record in earlier if (folder / file).is_file()}
    files |= {output.file: asdict(output) for output in outputs}
    manifest = {
        "handouts": __version__,
        "weasyprint": engine,
        "files": [files[name] for name in sorted(files)],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    write_atomic(folder / MANIFEST, text.encode())


def _recorded(folder: Path) -> dict[str, Any]:
    """Records of an earlier manifest; one that cannot be read counts as none."""
    try:
        records = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return {record["file"]: record for record in records if isinstance(record["file"], str)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
