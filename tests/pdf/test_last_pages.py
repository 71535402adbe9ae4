"""The last page is the one for the fridge: cards for help come first on it."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from handouts.page.compose import compose
from handouts.pdf.render import render_pdf
from tests.measuring import pages
from tests.shipped import SHIPPED
from tests.world import demo, demo_document, demo_sheet, demo_task

PLACES = [("a4", "GB"), ("letter", "US")]
CLOSER = {"tighter_on": (), "sources_last_on": ()}
"""What a leaflet may ask for on a paper, and the value of each when it does not."""


@pytest.mark.parametrize(("paper", "region"), PLACES)
@pytest.mark.parametrize("leaflet", SHIPPED)
def test_cards_for_help_are_the_first_thing_on_the_last_page(
    leaflet: str, paper: Any, region: str
) -> None:
    assert _begins_with_help(demo_sheet(leaflet, paper, region).pdf)


@pytest.mark.parametrize(("paper", "region"), PLACES)
@pytest.mark.parametrize("leaflet", SHIPPED)
def test_lines_for_notes_fill_the_page_before_it(leaflet: str, paper: Any, region: str) -> None:
    """Without a heading over nothing: three lines or more, or a page that has no room for them."""
    sheet = demo_sheet(leaflet, paper, region)
    with pypdfium2.PdfDocument(sheet.pdf) as document:
        noted = [n for n, page in enumerate(document) if "My notes" in _words(page)]
    assert noted in ([], [sheet.pages - 2])
    assert pages.filled(sheet.pdf)[sheet.pages - 2] > (0.9 if noted else 0.8)


@pytest.mark.parametrize(("paper", "region"), PLACES)
def test_what_a_leaflet_asks_for_on_a_paper_serves_its_pages(paper: Any, region: str) -> None:
    """Without it there would be one more page, a hollow one, or sources above the cards."""
    asked = 0
    for leaflet in SHIPPED:
        document = demo_document(leaflet, paper, region)
        sheet = demo_sheet(leaflet, paper, region)
        for field in (name for name in CLOSER if paper in getattr(document, name)):
            asked += 1
            without = document.model_copy(update={field: CLOSER[field]})
            other = render_pdf(compose(without, demo().workspace.template_layers))
            saved = other.pages > sheet.pages
            fuller = _hollowest(other.pdf) < _hollowest(sheet.pdf) - 0.05
            assert saved or fuller or not _begins_with_help(other.pdf), (leaflet, field)
    assert asked


@pytest.mark.parametrize(("lines", "below"), [(2, True), (6, False)])
def test_sources_do_not_stand_below_a_high_card(lines: int, below: bool) -> None:
    """They would have a page of their own."""
    document = demo_document("dermaroller", "a4")
    address = (document.clinic.address[0],) * lines
    clinic = document.clinic.model_copy(update={"address": address})
    page = compose(document.model_copy(update={"clinic": clinic}), demo().workspace.template_layers)
    assert (page.html.index('id="get-help"') < page.html.index('id="sources"')) == below


def _begins_with_help(pdf: bytes) -> bool:
    with pypdfium2.PdfDocument(pdf) as document:
        words = _words(document[len(document) - 1])
    first = next(line for line in words.splitlines() if line and not line.startswith("Draft"))
    return str(first).startswith("When should you get help")


def _words(page: Any) -> str:
    return str(page.get_textpage().get_text_range())


def _hollowest(pdf: bytes) -> float:
    return float(min(pages.filled(pdf)[:-1]))


def test_in_large_print_no_form_stands_behind_whom_to_call() -> None:
    """It would have a page of its own; so it stands with the questions, and only there."""
    task = demo_task("erbium-glass-laser", "a4", "large")
    html = compose(task.document, task.layers).html
    form = 'class="block teach-back"'
    assert html.index('id="questions"') < html.index(form) < html.index('id="get-help"')
    assert html.count(form) == 1
