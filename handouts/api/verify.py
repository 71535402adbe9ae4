"""Whether a printed leaflet is current, and a file the leaflet that its code names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import product, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.store import NO_STORE, Store

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.model.document import Document
    from handouts.review.verify import Comparison, Verdict

MAX_PDF_BYTES = 100_000_000
"""Size in bytes of the largest PDF file that is read."""


def verify(sheet: str | Path, project: Project, *, on: date, store: Store = NO_STORE) -> Verdict:
    """Whether a printed leaflet is current, from its PDF file, code or digest.

    A file is also compared with the leaflet as it would be made now. Unless the project sets a
    region, the region in the code is used. HandoutsError if ``sheet`` is none of the three.
    """
    from handouts.files import read_bytes
    from handouts.pdf.read import pdf_keywords
    from handouts.review.verify import CODE, SheetCode, read_code
    from handouts.review.verify import verify as look_up

    path = Path(sheet)
    data = read_bytes(path, MAX_PDF_BYTES) if path.is_file() else None
    if data is None:
        code = read_code(str(sheet))
    elif found := CODE.search(pdf_keywords(data) or ""):
        code = SheetCode(**found.groupdict())
    else:
        message = "This file has no leaflet code"
        hint = "Give a PDF made by `handouts build`, or the code from its last page"
        raise HandoutsError(Diagnostic("no-code", message, Place(path), hint))

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
    if data is None or verdict.document is None or not verdict.current:
        return verdict
    comparison = _compared(data, local, verdict.document, on, store)
    return replace(verdict, comparison=comparison)


def _compared(
    data: bytes, project: Project, document: Document, on: date, store: Store
) -> Comparison:
    """Compare a file with the leaflet as it would be made now, in the look that is most like it.

    The code does not say the paper, edition and ink, so each is tried, the usual ones first. Pages
    differ if they have other words or look different, or if only one of the files has them.
    """
    from handouts.model.tables import Edition, Ink, Paper
    from handouts.pdf.read import page_pictures, page_words
    from handouts.review.verify import Comparison

    words = page_words(data) or ()
    fewest: tuple[int, ...] | None = None
    for ink, edition, paper in product(get_args(Ink), get_args(Edition), get_args(Paper)):
        look = {"paper": paper, "edition": edition, "ink": ink, "language": document.language}
        now = project.leaflet(document.leaflet, on=on, store=store, **look).pdf()
        if now == data:
            return Comparison(identical=True)
        pairs: list[tuple[Any, Any]] = list(zip_longest(words, page_words(now) or ()))
        if all(ours == theirs for theirs, ours in pairs):
            # Drawing pages is slow, so only those with the same words are drawn.
            pairs = list(zip(page_pictures(data, 50), page_pictures(now, 50), strict=True))
        pages = tuple(n for n, (theirs, ours) in enumerate(pairs, start=1) if theirs != ours)
        if fewest is None or len(pages) < len(fewest):
            fewest = pages
        if not pages:
            break
    return Comparison(identical=False, pages=fewest or ())
