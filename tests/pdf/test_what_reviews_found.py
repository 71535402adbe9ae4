"""What a review of the pages found, measured in built PDFs: `docs/explanation/scores.md`."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from handouts.model.blocks import FigureBlock
from tests import readback
from tests.measuring import pages
from tests.shipped import SHIPPED
from tests.world import (
    demo_document,
    demo_page,
    demo_sheet,
    demo_task,
    handouts,
    laid_out,
    make_tiny,
)

POINTS = 72 / 25.4
SHEETS = ("acne-explained", "fractional-co2-laser", "scar-treatment-options", "after-laser")
some_leaflets = pytest.mark.parametrize("leaflet", SHEETS)
each_leaflet = pytest.mark.parametrize("leaflet", SHIPPED)


@each_leaflet
@pytest.mark.parametrize(("paper", "region"), [("a4", "GB"), ("letter", "US")])
def test_no_page_before_the_last_is_hollow(leaflet: str, paper: Any, region: str) -> None:
    filled = pages.filled(demo_sheet(leaflet, paper, region).pdf)
    assert min(filled[:-1]) > 0.65, filled


@each_leaflet
def test_a_first_page_shows_its_kind(leaflet: str) -> None:
    """By a drawing of its kind in the panel of key points; a care card has none."""
    document = demo_document(leaflet, "a4")
    html = demo_page(leaflet, "a4").html
    panel = re.search(r'<section id="in-short"[^>]*>', html)
    assert (document.kind == "card") == (panel is None)
    assert not panel or "background-image: url(data:image/svg+xml" in panel[0]


@pytest.mark.parametrize("before", range(22, 38, 3))
def test_no_item_of_a_list_stands_alone_on_a_page(before: int, tmp_path: Path) -> None:
    """However far down the page the list begins: two stay together at either end."""
    words = "".join("          - Some words that fill a line.\n" for _ in range(before))
    items = "".join("          - An item of the list\n" for _ in range(40))
    leaflet = make_tiny(tmp_path) / "content/leaflets/tiny-leaflet.yaml"
    text = leaflet.read_text("utf-8")
    section = (
        "  - id: long\n    heading: Long\n    blocks:\n"
        f"      - type: text\n        paragraphs:\n{words}"
        f"      - type: list\n        items:\n{items}  - id: sources\n"
    )
    leaflet.write_text(text.replace("  - id: sources\n", section, 1), "utf-8")
    made = handouts("build", "tiny-leaflet", "-w", tmp_path, "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    texts = readback.page_texts(pdf.read_bytes())
    on_pages = [text.count("An item of") for text in texts]
    assert sum(on_pages) == 40
    assert 1 not in on_pages


@some_leaflets
def test_no_words_are_printed_over_others(leaflet: str) -> None:
    """F1: of no two pieces of text does one cover the other."""
    with pypdfium2.PdfDocument(demo_sheet(leaflet, "a4").pdf) as document:
        for page in document:
            words = page.get_textpage()
            boxes = [words.get_rect(n) for n in range(words.count_rects())]
            for number, (left, bottom, right, top) in enumerate(boxes):
                for other in boxes[number + 1 :]:
                    wide = min(right, other[2]) - max(left, other[0])
                    high = min(top, other[3]) - max(bottom, other[1])
                    assert wide < 2 or high < 3, (leaflet, words.get_text_bounded(*other))


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_personal_copy_is_printed_where_printers_print(paper: str, tmp_path: Path) -> None:
    """F3: marks and names stay 5 mm from the edges."""
    words = ("build", "dark-marks", "--paper", paper, "--for", "Anna Example", "-o", tmp_path)
    assert handouts(*words).exit_code == 0
    (pdf,) = tmp_path.glob("*.pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_rect(n) for n in range(text.count_rects())]
            edges = [min(b[0], b[1], width - b[2], height - b[3]) for b in boxes]
            assert min(edges) >= 5 * POINTS


def test_the_key_of_a_picture_of_people_is_a_person_of_it() -> None:
    """F6: the same drawing, in the same colour and form."""
    html = demo_page("fractional-co2-laser", "a4").html
    array = _svg(re.search(r'class="people" src="([^"]+)"', html))
    keys = [
        _svg(found) for found in re.finditer(r'class="key" style="background: url\(([^)]+)\)', html)
    ]
    people = set(re.findall(r"<g stroke.*?</g>", array, re.DOTALL))
    assert len(keys) == len(people) == 3
    assert {re.findall(r"<g stroke.*?</g>", key, re.DOTALL)[0] for key in keys} == people


def _svg(found: re.Match[str] | None) -> str:
    assert found
    return base64.b64decode(found[1].partition(",")[2]).decode()


@pytest.mark.parametrize("leaflet", ["fractional-co2-laser", "combination-treatment"])
def test_lines_to_write_on_are_as_far_apart_as_hands_need(leaflet: str) -> None:
    """F7: 11 mm, and twice that for risks; who signs has a name and a date on the same line."""
    lines = [line for page in laid_out(demo_task(leaflet, "a4")).lines for line in page]
    starts = ("Risks and", "You sign", "Interpreter", "Clinician signs")
    (risks, *signers) = (
        next(line for line in lines if line.text.startswith(start)) for start in starts
    )
    assert signers[0].top - risks.top >= 22 * POINTS
    for first, second in pairwise(signers):
        assert second.top - first.top >= 11 * POINTS
    names, dates = (
        sorted((line for line in lines if line.text == text), key=lambda line: line.top)
        for text in ("Name in capitals", "Date")
    )
    for who, name, date in zip(signers, names, dates, strict=True):
        assert who.top == pytest.approx(name.top, abs=1)
        assert who.top == pytest.approx(date.top, abs=1)


@each_leaflet
def test_no_sign_stands_outside_the_degrees_of_help(leaflet: str) -> None:
    """F13: beside the steps there is only room to write, and why filler is urgent."""
    sections = demo_document(leaflet, "a4").sections
    (section,) = [s for s in sections if any(block.type == "help" for block in s.blocks)]
    others = [block.id for block in section.blocks if block.type in ("text", "list", "callout")]
    assert others in ([], ["filler/why-urgent"])


def test_a_fork_is_drawn_as_one() -> None:
    """F11: a dent does not become a raised scar."""
    for leaflet in ("acne-explained", "acne-scars-explained", "preventing-acne-scars"):
        drawn = [panel.drawing for block in _figures(leaflet) for panel in block.panels]
        assert "scar-fork" in drawn
        assert not [name for name in drawn if "-step-" in name]


@each_leaflet
def test_digits_on_drawings_have_nine_points(leaflet: str) -> None:
    """F16: whatever the width of the drawing; digits of Noto Sans are 0.714 em high."""
    heights = Counter[float]()
    with pypdfium2.PdfDocument(demo_sheet(leaflet, "a4").pdf) as document:
        for page in document:
            words = page.get_textpage()
            for index, letter in enumerate(words.get_text_range()):
                if letter in "0123456789":
                    _, bottom, _, top = words.get_charbox(index)
                    heights[round(top - bottom, 1)] += 1
    assert min(heights) >= 0.68 * 9, heights


@each_leaflet
def test_who_thinks_of_harming_themselves_finds_a_number_on_the_last_page(leaflet: str) -> None:
    """F17; but a care card has two pages, and is given with a leaflet."""
    last = readback.page_texts(demo_sheet(leaflet, "a4").pdf)[-1]
    assert "116 123" in last or leaflet == "my-wound-card"


@pytest.mark.parametrize("leaflet", ["microneedling-rf", "my-wound-card"])
def test_american_dates(leaflet: str) -> None:
    """F18: the month first."""
    printed = readback.text(demo_sheet(leaflet, "letter", "US").pdf)
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    assert re.findall(rf"(?:{months}) \d+, 20\d\d", printed)
    assert not re.findall(rf"\d (?:{months}) 20\d\d", printed)


@some_leaflets
def test_apostrophes_are_curly_and_formulas_have_their_digits_below(leaflet: str) -> None:
    """F19."""
    printed = laid_out(demo_task(leaflet, "a4"))
    lines = [line for page in printed.lines for line in page if line.part != "sources"]
    assert not [line for line in lines if re.search(r"\w'\w|CO2", line.text)]


@some_leaflets
def test_pages_that_begin_with_a_heading_begin_at_one_height(leaflet: str) -> None:
    """F20."""
    headings = {section.heading.plain for section in demo_document(leaflet, "a4").sections}
    tops = []
    for page in laid_out(demo_task(leaflet, "a4")).lines[1:]:
        first = min((line for line in page if line.part != "foot"), key=lambda n: n.top)
        if any(heading.startswith(first.text) for heading in headings):
            tops.append(first.top)
    assert tops
    assert max(tops) - min(tops) < 1.5 * POINTS


@some_leaflets
def test_sources_of_sections_stand_in_one_place(leaflet: str) -> None:
    """F21: at the end of the heading's line, or of the next one if that is full."""
    ends = []
    for page in laid_out(demo_task(leaflet, "a4")).lines:
        for line in page:
            if re.fullmatch(r"Sources? \d[\d, \N{EN DASH}]*", line.text):
                ends.append(line)
                above = [o for o in page if o.part == line.part and o.bottom < line.top]
                assert all(max(o.sizes) == 15 for o in above), line
    width = 210 * POINTS
    beside = [line for line in ends if line.part != "in-short"]  # there, before the drawing
    places = {round((width - o.right) / POINTS) for o in beside if o.right > width * 0.55}
    assert places <= {17, 82}, places  # the edge of the page, or before an axis of time


@some_leaflets
def test_key_points_have_plain_dots(leaflet: str) -> None:
    """F22: no tick stands before a warning."""
    style = demo_page(leaflet, "a4").html
    rule = re.search(r"\.key-points li \{[^}]*url\(([^)]+)\)", style)
    assert "<circle" in _svg(rule)


def _figures(leaflet: str) -> Iterator[FigureBlock]:
    for section in demo_document(leaflet, "a4").sections:
        yield from (block for block in section.blocks if isinstance(block, FigureBlock))
