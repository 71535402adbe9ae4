"""Verifying a printed leaflet: which one is it, is it current, and what has changed since?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.model.approvals import Approval
from handouts.model.document import SHORT_DIGEST, Document
from handouts.review.earlier import is_earlier
from handouts.review.signoff import changed_parts

CODE = re.compile(
    r"(?P<leaflet>[a-z0-9-]+) (?P<version>\d+\.\d+) "
    r"(?P<locale>[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2}){1,2}) "
    rf"(?P<digest>[0-9a-f]{{{SHORT_DIGEST}}})"
)
"""Pattern of a leaflet's code, as in ``Document.code``."""

_DIGEST = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True)
class SheetCode:
    """The code printed on a sheet, or only its digest."""

    digest: str
    leaflet: str | None = None
    version: str | None = None
    locale: str | None = None

    @property
    def region(self) -> str | None:
        """The region that the sheet was made for, if its code is complete."""
        return self.locale.rpartition("-")[2] if self.locale else None


@dataclass(frozen=True)
class Verdict:
    """The result of comparing a sheet with the current text.

    ``document`` is the current leaflet; None if no leaflet matches. ``changed`` names the parts
    that differ, which is known only if a sign-off recorded the old text.
    """

    sheet: SheetCode
    document: Document | None
    current: bool
    changed: tuple[str, ...] = ()


def read_code(words: str) -> SheetCode:
    """Parse a code or digest as typed by a person. HandoutsError if it is neither."""
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
    """Compare a sheet with the current documents, and with the texts that were signed off."""
    documents = tuple(documents)
    for document in documents:
        if document.standing.digest.startswith(sheet.digest):
            return Verdict(sheet, document, current=True)
    for approval in approvals:
        now = next((d for d in documents if d.leaflet == approval.leaflet), None)
        if now and approval.digest.startswith(sheet.digest):
            return Verdict(sheet, now, False, _changed(approval, now))
    return Verdict(sheet, next((d for d in documents if d.leaflet == sheet.leaflet), None), False)


def _changed(approval: Approval, now: Document) -> tuple[str, ...]:
    """The parts that differ from those that were signed; earlier versions named them otherwise."""
    return () if is_earlier(approval) else changed_parts(approval.parts, dict(now.standing.parts))
