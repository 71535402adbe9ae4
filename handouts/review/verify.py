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

_DIGEST = re.compile(rf"[0-9a-f]{{{SHORT_DIGEST}}}|[0-9a-f]{{64}}")


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

    @property
    def languages(self) -> tuple[str, ...]:
        """The language that the sheet is in, if its code is complete; perhaps one with a region."""
        if not self.locale:
            return ()
        language, _, region = self.locale.rpartition("-")
        # `pt-BR` is Portuguese as it is in Brazil, made for Brazil: see `Document.locale`.
        return (language,) if language else (region,)


@dataclass(frozen=True)
class Comparison:
    """The result of comparing a file with the leaflet as it would be made now.

    ``identical`` if all bytes are the same; otherwise ``pages`` are the numbers of those that have
    other words or look different.
    """

    identical: bool
    pages: tuple[int, ...] = ()

    @property
    def same(self) -> bool:
        """Whether a reader would see no difference."""
        return not self.pages


@dataclass(frozen=True)
class Verdict:
    """The result of looking up a sheet's code among the current texts.

    ``document`` is the current leaflet; None if no leaflet matches. ``changed`` names the parts
    that differ, which is known only if a sign-off recorded the old text. ``comparison`` is None if
    only the code was looked up, as of a sheet of paper. ``elsewhere`` if the copy is not current
    here, but is in the region of its code.
    """

    sheet: SheetCode
    document: Document | None
    current: bool
    changed: tuple[str, ...] = ()
    comparison: Comparison | None = None
    elsewhere: bool = False


def read_code(words: str) -> SheetCode:
    """Parse a code or digest as typed by a person. HandoutsError if it is neither."""
    if full := CODE.fullmatch(words.strip()):
        return SheetCode(**full.groupdict())
    # People may type capitals for what is printed in small letters.
    if _DIGEST.fullmatch(words.strip().lower()):
        return SheetCode(words.strip().lower())
    message = f"`{words}` is neither a file nor a leaflet code"
    hint = f"Type all {SHORT_DIGEST} letters and digits from the leaflet's last page"
    raise HandoutsError(Diagnostic("no-code", message, hint=hint))


def verify(
    sheet: SheetCode, documents: Iterable[Document], approvals: Iterable[Approval]
) -> Verdict:
    """Compare a sheet with the current documents, and with the texts that were signed off."""
    documents = tuple(documents)
    for document in documents:
        # A digest alone is enough; a whole code must also name the leaflet that it belongs to.
        names = (document.leaflet, document.version, document.locale)
        named = sheet.leaflet is None or (sheet.leaflet, sheet.version, sheet.locale) == names
        if named and document.standing.digest.startswith(sheet.digest):
            return Verdict(sheet, document, current=True)
    for approval in approvals:
        signed = (approval.leaflet, approval.language)
        now = next((d for d in documents if (d.leaflet, d.language) == signed), None)
        if now and approval.digest.startswith(sheet.digest):
            parts = dict(now.standing.parts)
            # Earlier versions gave the parts other names, so these cannot be compared.
            changed = () if is_earlier(approval) else changed_parts(approval.parts, parts)
            return Verdict(sheet, now, False, changed)
    return Verdict(sheet, next((d for d in documents if d.leaflet == sheet.leaflet), None), False)
