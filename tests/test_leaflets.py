"""Every shipped leaflet on every paper, read back from its finished PDF."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import page as page_validation
import pytest

from handouts.model.blocks import (
    BenefitsHarmsBlock,
    ChecklistBlock,
    ListBlock,
    OptionsBlock,
    RiskBlock,
    TableBlock,
)
from handouts.model.tables import Paper
from handouts.page.context import PAPER_SIZES
from handouts.review.rules import check_catalogue
from tests import readback
from tests.shipped import PAPERS, REGIONS, SHIPPED, each_leaflet
from tests.world import demo, demo_document, demo_sheet

MOST_PAGES = {
    "acne-medicines": 9,
    "after-laser": 8,
    "combination-treatment": 9,
    "erbium-yag-laser": 8,
    "fractional-co2-laser": 8,
    "microneedling-rf": 8,
    "my-wound-card": 2,
    "scar-treatment-options": 6,
    "subcision-and-tca-cross": 8,
}
"""The others have at most seven: see `docs/explanation/decisions.md`."""
TABLES = (BenefitsHarmsBlock, OptionsBlock, TableBlock)
"""Blocks whose caption stands above."""


def _kept_together(leaflet: str, *more: str) -> Any:
    """One worker makes all tests of a sheet, so that it is rendered once."""
    return pytest.param(leaflet, *more, marks=pytest.mark.xdist_group("-".join((leaflet, *more))))


each_sheet = pytest.mark.parametrize(
    ("leaflet", "paper"), [_kept_together(*sheet) for sheet in product(SHIPPED, PAPERS)]
)


def test_the_shipped_leaflets_are_all_tested() -> None:
    assert set(SHIPPED) == set(demo().leaflets.read)
    assert not demo().leaflets.broken


@each_sheet
def test_required_sections_are_printed_in_the_order_of_the_contract(
    leaflet: str, paper: Paper
) -> None:
    document = demo_document(leaflet, paper)
    required = [section.id for section in demo().kinds[document.kind].model.sections]
    sections = list(document.sections)
    if paper in document.sources_last_on:  # below the cards for help
        required.sort(key=lambda name: name == "sources")
        sections.sort(key=lambda section: section.id == "sources")
    heading = {section.id: section.heading.plain for section in document.sections}
    printed = readback.headings(demo_sheet(leaflet, paper).pdf, 2)
    positions = [printed.index(heading[name]) for name in required]
    assert positions == sorted(positions)
    assert printed == [section.heading.plain for section in sections]


@each_sheet
def test_title_is_the_only_first_heading_and_no_level_is_skipped(
    leaflet: str, paper: Paper
) -> None:
    found = readback.elements(demo_sheet(leaflet, paper).pdf)
    levels = [int(e.type[1]) for e in found if e.type in ("H1", "H2", "H3", "H4")]
    assert readback.headings(demo_sheet(leaflet, paper).pdf, 1) == [
        demo_document(leaflet, paper).title.plain
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@each_sheet
def test_it_is_accessible(leaflet: str, paper: Paper) -> None:
    """PDF/UA-1 by an independent validator."""
    report = page_validation.validate_pdf_bytes(demo_sheet(leaflet, paper).pdf, profile="ua1")
    assert report.is_compliant, report.failures


@each_sheet
def test_every_figure_has_a_text_alternative(leaflet: str, paper: Paper) -> None:
    figures = [e for e in readback.elements(demo_sheet(leaflet, paper).pdf) if e.type == "Figure"]
    assert len(figures) > 1
    assert all(len(figure.alt) > len("Logo of") for figure in figures)


@each_sheet
def test_only_shipped_fonts_are_used_and_all_are_embedded(leaflet: str, paper: Paper) -> None:
    found = readback.fonts(demo_sheet(leaflet, paper).pdf)
    expected = {"Noto-Sans", "Noto-Sans-Bold", "Noto-Sans-Symbols2", "Noto-Sans-Math"}
    assert {"Noto-Sans", "Noto-Sans-Bold"} <= set(found) <= expected
    assert all(found.values())


@each_sheet
def test_it_is_not_too_long(leaflet: str, paper: Paper) -> None:
    """All pages are of the right size, and nobody has to read too many."""
    sheet = demo_sheet(leaflet, paper)
    sizes = readback.page_sizes(sheet.pdf)
    assert len(sizes) == sheet.pages
    assert sheet.pages <= MOST_PAGES.get(leaflet, 7)
    assert set(sizes) == {PAPER_SIZES[paper]}


@each_sheet
def test_no_heading_or_caption_is_parted_from_its_text(leaflet: str, paper: Paper) -> None:
    """None of them is the last thing on a page, above the foot."""
    document = demo_document(leaflet, paper)
    blocks = [block for section in document.sections for block in section.blocks]
    tables = [block.caption for block in blocks if isinstance(block, TABLES)]
    headings = [section.heading for section in document.sections]
    parted = tuple(" ".join(text.plain.split()) for text in (*headings, *tables))
    for number, line in enumerate(readback.last_lines(demo_sheet(leaflet, paper).pdf), start=1):
        found = any(words.endswith(line) for words in parted)
        assert not (found and " " in line), f"page {number}: {line}"  # a lone word proves nothing


@each_sheet
def test_the_small_print_has_no_page_of_its_own(leaflet: str, paper: Paper) -> None:
    """Other text stands on its page: at least lines of sources, or the help below it."""
    pages = readback.page_texts(demo_sheet(leaflet, paper).pdf)
    (page,) = (text for text in pages if "About this leaflet." in text)
    above, _, below = page.partition("About this leaflet.")
    rest = below.partition("For your record:")[2]
    assert len(above) + len(rest) >= 300


@each_sheet
def test_all_words_are_printed(leaflet: str, paper: Paper) -> None:
    """Each text of each block is found in the text of the PDF.

    Telephone numbers are imprinted; their reader gives them after the sentence that they stand in.
    """
    from handouts.model.text import texts_in

    phone = _letters(demo().workspace.settings.model.clinic.phone)
    printed = _letters(readback.text(demo_sheet(leaflet, paper).pdf))
    words = printed.replace(phone, "")
    assert phone in printed
    for section in demo_document(leaflet, paper).sections:
        # Of a handful of people, a sentence tells both sides: "4 of 5 had it. 1 did not."
        risks = [block for block in section.blocks if isinstance(block, RiskBlock)]
        other = [block.shares[1].label for block in risks if block.denominator < 10]
        for text, path in texts_in(section):
            if path[-1] != "alt" and text not in other:
                assert _letters(text.plain).replace(phone, "") in words, text.plain


@each_sheet
def test_an_unapproved_leaflet_says_so_on_every_page_and_in_its_title(
    leaflet: str, paper: Paper
) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(demo_sheet(leaflet, paper).pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
        title = document.get_metadata_value("Title")
    assert all("No clinician has approved this leaflet" in page for page in pages)
    assert title == f"DRAFT: {demo_document(leaflet, paper).title.plain}"


@each_sheet
def test_the_words_before_a_list_stand_on_the_page_of_its_first_item(
    leaflet: str, paper: Paper
) -> None:
    from handouts.model.text import texts_in

    pages = [_letters(page) for page in readback.page_texts(demo_sheet(leaflet, paper).pdf)]
    for section in demo_document(leaflet, paper).sections:
        for block in section.blocks:
            if isinstance(block, ListBlock | ChecklistBlock) and block.intro:
                (first, _), *_ = texts_in(block.items)
                words = _letters(block.intro.plain), _letters(first.plain)
                assert any(all(text in page for text in words) for page in pages), block.intro.plain


@each_leaflet
def test_it_has_pictures(leaflet: str) -> None:
    """At least one figure with a caption, and skin in more than one tone across the set."""
    blocks = [
        block for section in demo_document(leaflet, "a4").sections for block in section.blocks
    ]
    assert [block for block in blocks if block.type == "figure"]


@pytest.mark.parametrize(
    ("leaflet", "region"),
    [sheet for sheet in product(SHIPPED, REGIONS) if sheet[1] != "GB"],
)
def test_other_regions_leaflets_are_not_too_long_either(leaflet: str, region: str) -> None:
    """On US Letter, the shorter paper, and nothing is reported on the way."""
    paper: Paper = "letter" if region == "US" else "a4"  # that of the region
    assert demo_sheet(leaflet, paper, region).pages <= MOST_PAGES.get(leaflet, 7)


@pytest.mark.parametrize("region", REGIONS)
def test_no_region_has_a_fault(region: str) -> None:
    assert check_catalogue(demo(region)) == ()


def test_skin_is_shown_in_three_tones() -> None:
    documents = [demo_document(leaflet, "a4") for leaflet in SHIPPED]
    blocks = [b for d in documents for section in d.sections for b in section.blocks]
    assert {block.tone for block in blocks if block.type == "figure"} == {"light", "medium", "deep"}


def _letters(words: str) -> str:
    """Letters and digits alone: line breaks and spaces fall where the page wants them."""
    return "".join(character for character in words if character.isalnum())
