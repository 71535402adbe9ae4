"""From a printed sheet back to its words: what is it, is it current, what has changed since?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.model.approvals import Approval
from handouts.model.document import SHORT_DIGEST, Document
from handouts.review.signoff import changed_parts

CODE = re.compile(
    r"(?P<leaflet>[a-z0-9-]+) (?P<version>\d+\.\d+) "
    r"(?P<locale>[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2}){1,2}) "
    rf"(?P<digest>[0-9a-f]{{{SHORT_DIGEST}}})"
)
"""A leaflet's code, as ``Document.code`` writes it."""

_DIGEST = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True)
class SheetCode:
    """What is printed on a sheet: all of its code, or the digest alone."""

    digest: str
    leaflet: str | None = None
    version: str | None = None
    locale: str | None = None

    @property
    def region(self) -> str | None:
        """The region that the sheet was made for, where its code says so."""
        return self.locale.rpartition("-")[2] if self.locale else None


@dataclass(frozen=True)
class Verdict:
    """A sheet held against the words of today.

    ``document`` is the leaflet as it now stands; None where nobody knows the words. ``changed``
    names the parts that differ, as far as a sign-off recorded them.
    """

    sheet: SheetCode
    document: Document | None
    current: bool
    changed: tuple[str, ...] = ()


def read_code(words: str) -> SheetCode:
    """The sheet that a code or a digest stands for, as a person types it; else HandoutsError."""
    if full := CODE.fullmatch(words.strip()):
        return SheetCode(**full.groupdict())
    if _DIGEST.fullmatch(words.strip().lower()):
        return SheetCode(words.strip().lower()[:SHORT_DIGEST])
    message = f"`{words}` is neither a file nor a leaflet code"
    hint = f"Type the {SHORT_DIGEST} letters and digits from the leaflet's last page"
    raise HandoutsError(Diagnostic("no-code", message, hint=hint))


def verify(
    sheet: SheetCode, documents: Iterable[Document], approvals: Iterable[Approval]
) -> Verdict:
    """Hold a sheet against the documents as they now stand and the clinic's sign-offs."""
    documents = tuple(documents)
    for document in documents:
        if document.standing.digest.startswith(sheet.digest):
            return Verdict(sheet, document, current=True)
    for approval in approvals:
        now = next((d for d in documents if d.leaflet == approval.leaflet), None)
        if now and approval.digest.startswith(sheet.digest):
            changed = changed_parts(approval.parts, dict(now.standing.parts))
            return Verdict(sheet, now, False, changed)
    return Verdict(sheet, next((d for d in documents if d.leaflet == sheet.leaflet), None), False)
