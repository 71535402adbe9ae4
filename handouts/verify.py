"""From a printed sheet back to its words: what is it, is it current, what has changed since?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from handouts.approvals import changed_parts
from handouts.catalogue import Catalogue
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.document import SHORT, Document
from handouts.files import read_bytes
from handouts.pictures import pdf_keywords

MOST_PDF_BYTES = 100_000_000

_CODE = re.compile(
    r"(?P<leaflet>[a-z0-9-]+) (?P<version>\d+\.\d+) (?P<locale>[a-z]{2,3}-[A-Z]{2}) "
    rf"(?P<digest>[0-9a-f]{{{SHORT}}})"
)
_DIGEST = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet: all of its code, or the digest alone."""

    digest: str
    leaflet: str | None = None
    version: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A sheet held against the words of today.

    ``document`` is the leaflet as it now stands; None where nobody knows the words. ``changed``
    names the parts that differ, as far as a sign-off recorded them.
    """

    sheet: Sheet
    document: Document | None
    current: bool
    approved_on: date | None = None
    changed: tuple[str, ...] = ()


def read_sheet(given: str) -> Sheet:
    """The sheet that a PDF file, a code or a digest stands for. HandoutsError for anything else."""
    path = Path(given)
    if path.is_file():
        words = pdf_keywords(read_bytes(path, MOST_PDF_BYTES)) or ""
        found = _CODE.search(words)
        if found is None:
            message = "This file carries no code of a leaflet"
            hint = "Name a PDF that `handouts build` made, or type the digest from its last page"
            raise HandoutsError(Diagnostic("no-code", message, Place(path), hint))
        return Sheet(**found.groupdict())
    if found := _CODE.fullmatch(given.strip()):
        return Sheet(**found.groupdict())
    if _DIGEST.fullmatch(given.strip().lower()):
        return Sheet(given.strip().lower()[:SHORT])
    message = f"`{given}` is no file, and no digest"
    hint = f"Type the {SHORT} letters and digits from the leaflet's last page"
    raise HandoutsError(Diagnostic("no-code", message, hint=hint))


def verify(sheet: Sheet, documents: Iterable[Document], catalogue: Catalogue) -> Verdict:
    """Hold a sheet against the documents as they now stand and the clinic's sign-offs."""
    documents = tuple(documents)
    for document in documents:
        if document.digest.startswith(sheet.digest):
            return Verdict(sheet, document, current=True)
    for approval in catalogue.workspace.approvals:
        now = next((d for d in documents if d.leaflet == approval.leaflet), None)
        if now and approval.digest.startswith(sheet.digest):
            changed = changed_parts(approval.parts, dict(now.parts))
            return Verdict(sheet, now, False, approval.signed, changed)
    return Verdict(sheet, next((d for d in documents if d.leaflet == sheet.leaflet), None), False)
