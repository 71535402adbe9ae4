"""Whether a printed leaflet is current, and a file the leaflet that its code names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import product, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.store import NO_STORE, Store

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.model.document import Document
    from handouts.review.verify import Comparison, SheetCode, Verdict

MAX_PDF_BYTES = 100_000_000
"""Size in bytes of the largest PDF file that is read."""


def verify(sheet: str | Path, project: Project, *, on: date, store: Store = NO_STORE) -> Verdict:
    """Whether a printed leaflet is current, from its PDF file, code or digest.

    A file is also compared with the leaflet as it would be made now. Unless the project sets a
    region, the region in the code is used. HandoutsError if ``sheet`` is none of the three. Of a
    pack, this is the verdict on its first leaflet.
    """
    return verify_all(sheet, project, on=on, store=store)[0]


def verify_all(
    sheet: str | Path, project: Project, *, on: date, store: Store = NO_STORE
) -> tuple[Verdict, ...]:
    """A verdict on each leaflet of a pack, or on the only leaflet of another file or of a code."""
    from handouts.files import read_bytes
    from handouts.pdf.read import outline_pages, pdf_keywords
    from handouts.review.verify import CODE, SheetCode, read_code

    path = Path(sheet)
    if not path.is_file():
        return (_verdict(read_code(str(sheet)), None, project, on, store),)
    data = read_bytes(path, MAX_PDF_BYTES)
    codes = [SheetCode(**f.groupdict()) for f in CODE.finditer(pdf_keywords(data) or "")]
    if not codes:
        message = "This file has no leaflet code"
        hint = "Give a PDF made by `handouts build`, or the code from its last page"
        raise HandoutsError(Diagnostic("no-code", message, Place(path), hint))
    # In a pack, each leaflet has an entry at the top of the outline; any other file is one leaflet.
    starts: tuple[int | None, ...] = outline_pages(data) if len(codes) > 1 else (None,)
    if len(starts) == len(codes):
        pages = map(slice, starts, (*starts[1:], None))
        printed = [_Printed(data, each) for each in pages]
    else:  # by another program: nothing tells which pages belong together
        printed = [_Printed(data, slice(0, 0))] * len(codes)
    return tuple(
        _verdict(code, part, project, on, store) for code, part in zip(codes, printed, strict=True)
    )


@dataclass(frozen=True)
class _Printed:
    """A leaflet in a file: the whole file, and which of its pages are the leaflet's, from 0."""

    data: bytes
    pages: slice

    def same_words(self, now: bytes) -> list[tuple[str | None, str | None]]:
        """The words of each page, here and in a leaflet made now."""
        from handouts.pdf.read import page_words

        there, here = page_words(now) or (), (page_words(self.data) or ())[self.pages]
        # In a pack, an empty page may follow, so that the next leaflet begins on a new sheet.
        if self.pages.start is not None and len(here) == len(there) + 1 and not here[-1]:
            here = here[:-1]
        return list(zip_longest(here, there))


def _verdict(
    code: SheetCode, printed: _Printed | None, project: Project, on: date, store: Store
) -> Verdict:
    from handouts.review.verify import verify as look_up

    local = project if project.region else replace(project, region=code.region)
    try:
        documents = local.leaflets(on=on, languages=code.languages).documents
    except HandoutsError:  # perhaps that language is no longer there
        documents = local.leaflets(on=on).documents
    verdict = look_up(code, documents, local.workspace().approvals)
    if not verdict.current and code.region not in (None, local.region):
        with suppress(HandoutsError):  # perhaps there is no such region
            other = replace(project, region=code.region)
            theirs = other.leaflets(on=on, languages=code.languages).documents
            return replace(verdict, elsewhere=look_up(code, theirs, ()).current)
    # A file with old words differs from the leaflet of today: there is nothing to compare.
    if printed is None or verdict.document is None or not verdict.current:
        return verdict
    comparison = _compared(printed, local, verdict.document, on, store)
    return replace(verdict, comparison=comparison)


def _compared(
    printed: _Printed, project: Project, document: Document, on: date, store: Store
) -> Comparison:
    """Compare a leaflet with the one as it would be made now, in the look that is most like it.

    The code does not say the paper, edition and ink, so each is tried, the usual ones first. Pages
    differ if they have other words or look different, or if only one of the files has them.
    """
    from handouts.model.tables import Edition, Ink, Paper
    from handouts.pdf.read import page_pictures
    from handouts.review.verify import Comparison
    from handouts.translation.languages import SOURCE_LANGUAGE

    fewest: tuple[int, ...] | None = None
    first = (printed.pages.start or 0) + 1
    # Nothing stands beside the source language.
    alone = document.language == SOURCE_LANGUAGE
    editions = [name for name in get_args(Edition) if not (alone and name == "bilingual")]
    for ink, edition, paper in product(get_args(Ink), editions, get_args(Paper)):
        look = {"paper": paper, "edition": edition, "ink": ink, "language": document.language}
        now = project.leaflet(document.leaflet, on=on, store=store, **look).pdf()
        if now == printed.data:
            return Comparison(identical=True)
        pairs: list[tuple[Any, Any]] = printed.same_words(now)
        if all(ours == theirs for theirs, ours in pairs):
            # Drawing pages is slow, so only those with the same words are drawn.
            theirs = page_pictures(printed.data, 50)[printed.pages]
            pairs = list(zip(theirs, page_pictures(now, 50), strict=False))
        pages = tuple(n for n, (theirs, ours) in enumerate(pairs, start=first) if theirs != ours)
        if fewest is None or len(pages) < len(fewest):
            fewest = pages
        if not pages:
            break
    return Comparison(identical=False, pages=fewest or ())
