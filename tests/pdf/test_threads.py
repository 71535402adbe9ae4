"""Many threads of one process render pages at once: each gets its own page, or its own faults."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from handouts.api.project import open_project
from handouts.content.layers import Library
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.page.compose import Page, compose
from handouts.pdf.render import render_pdf
from tests.world import DAY

THREADS = 8

Outcome = bytes | tuple[Diagnostic, ...]


def page(title: str, style: str, words: str) -> Page:
    """A small page of its own style and words."""
    return Page(
        f'<html lang="en"><head><title>{title}</title><style>{style}</style></head>'
        f'<body style="font-family: Noto Sans"><h1>{words}</h1></body></html>',
        title,
    )


BAD = {
    "a Korean letter": (page("Korean", "p { color: red }", "가"), "missing-glyph"),
    "a Georgian letter": (page("Georgian", "p { color: red }", "კ"), "missing-glyph"),
    "a slip in a style": (page("Slip", "h1 { colr: red }", "Words"), "style"),
    "another slip": (page("Other slip", "h1 { font-siez: 3pt }", "Words"), "style"),
    "a picture of elsewhere": (page("Far", "h1 { background: url(http://x.y/z) }", "W"), "outside"),
}


@pytest.fixture
def good(library: Library) -> list[Page]:
    """Leaflets of the tiny library, with drawings."""
    project = open_project(library=library)
    layers = project.workspace().template_layers
    return [compose(document, layers) for document in project.leaflets(on=DAY).documents]


def rendered(page: Page) -> Outcome:
    try:
        return render_pdf(page).pdf
    except HandoutsError as error:
        return error.diagnostics


def test_each_thread_gets_its_own_page_or_its_own_faults(good: list[Page]) -> None:
    """The same as when each is rendered alone."""
    pages = [*good, *(bad for bad, _ in BAD.values())]
    alone = [rendered(page) for page in pages]
    faults = [told for told in alone if isinstance(told, tuple)]
    assert [told[0].code for told in faults] == [code for _, code in BAD.values()]
    assert len({told[0].message for told in faults}) == len(BAD)
    begin = Barrier(THREADS)

    def some_pages(first: int) -> dict[int, Outcome]:
        """Each thread begins with another page: a leaflet is rendered beside a slip."""
        begin.wait(timeout=60)
        numbers = ((first + 2 * step) % len(pages) for step in range(3))
        return {number: rendered(pages[number]) for number in numbers}

    with ThreadPoolExecutor(THREADS) as threads:
        together = list(threads.map(some_pages, range(THREADS)))
    for outcomes in together:
        assert outcomes == {number: alone[number] for number in outcomes}
