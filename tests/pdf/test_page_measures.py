"""Every edition of every leaflet is composed, and its type and space keep to what is promised."""

from __future__ import annotations

import base64
import re
from itertools import product
from typing import Any

import pypdfium2
import pytest

from handouts.cli.options import user_store
from handouts.model.blocks import Sheet
from handouts.model.tables import Edition, Ink, Paper
from handouts.page.compose import compose
from tests.measuring import pages
from tests.shipped import SHIPPED
from tests.world import demo_task, laid_out

EDITIONS: tuple[Edition, ...] = ("standard", "summary", "large")
INKS: tuple[Ink, ...] = ("colour", "black")


@pytest.mark.parametrize("leaflet", SHIPPED)
def test_every_edition_can_be_composed_in_both_inks(leaflet: str) -> None:
    for edition, ink in product(EDITIONS, INKS):
        made = demo_task(leaflet, "a4", edition, ink)
        page = compose(made.document, made.layers, store=user_store())
        assert made.document.title.plain in page.html


LONGEST = {"summary": 92}
"""Characters of the longest line; a summary uses the whole width, so that it is one sheet."""

MEASURED = [(leaflet, "a4", "standard", "colour") for leaflet in SHIPPED] + [
    ("acne-medicines", "letter", "standard", "black"),
    ("scar-treatment-options", "a4", "large", "colour"),
    ("after-laser", "letter", "large", "black"),
    ("acne-explained", "a4", "summary", "colour"),
    ("isotretinoin", "letter", "summary", "colour"),
]


@pytest.mark.parametrize(("leaflet", "paper", "edition", "ink"), MEASURED)
def test_type_lines_and_margins(leaflet: str, paper: Paper, edition: Edition, ink: Ink) -> None:
    """Type of 12 points, nothing below 10; lines to read of 75 characters; 5 mm at the edges."""
    made = demo_task(leaflet, paper, edition, ink)
    found = pages.measure(made, laid_out(made))
    # In a summary there is little besides names and numbers to call.
    assert found.share >= (0.75 if edition == "summary" else 0.85)
    assert found.smallest >= (16 if edition == "large" else 10)
    assert found.longest <= LONGEST.get(edition, 75)
    assert found.safe >= 5


LARGE = [
    (leaflet, paper)
    for leaflet in ("isotretinoin", "my-wound-card", "fractional-co2-laser", "after-laser")
    for paper in ("a4", "letter")
]
SMALLER = {"masthead", "kind", "foot", "mark", "sources", "small-print", "together"}
"""What large print sets in 16 points, besides the numbers of sources beside headings; after whom to
call, the small print."""


@pytest.mark.parametrize(("leaflet", "paper"), LARGE)
def test_large_print_sets_all_that_is_read_in_18_points(leaflet: str, paper: Paper) -> None:
    made = demo_task(leaflet, paper, "large", "colour")
    printed = laid_out(made).lines
    for line in (line for lines in printed for line in lines):
        number = line.text.startswith("Source")
        least = 16 if line.part in SMALLER or number else 18
        assert min(line.sizes) >= least, line
    words = " ".join(line.text for lines in printed for line in lines)
    assert "Ask us for large print" not in words
    for lines in printed:
        foot = " ".join(line.text for line in lines if line.part == "foot")
        assert f"Version {made.document.version} · Review due" in foot


@pytest.mark.parametrize(("leaflet", "paper"), LARGE)
def test_in_large_print_help_is_on_one_page_with_the_clinics_number(
    leaflet: str, paper: Paper
) -> None:
    made = demo_task(leaflet, paper, "large", "colour")
    printed = laid_out(made).lines
    pages = ["\n".join(line.text for line in lines if line.part != "mark") for lines in printed]
    (page,) = (page for page in pages if "When should you get help?" in page)
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert page.startswith("When should you get help?")
    degrees = [step.level for block in _help(made) for step in block.steps]
    for level in degrees:
        name = next(it.text for it in made.document.labels if it.key == f"help_{level}")
        assert name.plain in page
    assert made.document.clinic.phone in page


def _help(made: Any) -> list[Any]:
    sections = made.document.sections
    return [block for section in sections for block in section.blocks if block.type == "help"]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_large_card_is_two_sheets_that_part_nothing(paper: Paper) -> None:
    made = demo_task("my-wound-card", paper, "large", "colour")
    printed = laid_out(made).lines
    pages = [" ".join(line.text for line in lines) for lines in printed]
    assert len(pages) == 4
    for words in (
        ("Your times", "Wash your hands", "Let crusts fall off"),
        ("What should you not do?", "Do not pick", "Do not swim"),
        ("How do you put jelly on?", "Plain jelly", "For your record"),
        ("When should you get help?", "Call 999", "Who to call at night"),
    ):
        assert [all(word in page for word in words) for page in pages].count(True) == 1, words
    assert "When should you get help?" in pages[3]


HANDS = [
    *((leaflet, "standard") for leaflet in ("fractional-co2-laser", "after-laser", "isotretinoin")),
    *((leaflet, "large") for leaflet in ("fractional-co2-laser", "after-laser")),
    *(("my-wound-card", edition) for edition in ("standard", "summary", "large")),
]
MM = 72 / 25.4


@pytest.mark.parametrize(("leaflet", "edition"), HANDS)
def test_a_hand_has_room_below_every_caption(leaflet: str, edition: Edition) -> None:
    made = demo_task(leaflet, "a4", edition, "colour")
    room = (12 if edition == "large" else 8) * MM
    sections = made.document.sections
    sheets = [block for section in sections for block in section.blocks if isinstance(block, Sheet)]
    captions = {field.plain for sheet in sheets for field in sheet.fields} | {"Date"}
    found = 0
    for lines in laid_out(made).lines:
        for line in (line for line in lines if line.text in captions):
            found += 1
            column = [it for it in lines if it.left < line.right and it.right > line.left]
            below = min(it.top for it in column if it.top >= line.bottom - 1)
            assert below - line.bottom >= room, line
    assert found >= 2


@pytest.mark.parametrize("edition", ["standard", "large"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_what_is_agreed_stands_on_one_page_with_long_lines_to_sign_on(
    paper: Paper, edition: Edition
) -> None:
    made = demo_task("fractional-co2-laser", paper, edition, "colour")
    printed = [[it for it in lines if it.part == "consent-notes"] for lines in laid_out(made).lines]
    (lines,) = filter(None, printed)
    edge = (MEDIA[paper] - 17) * MM
    (clinician,) = (line for line in lines if line.text == "Clinician signs")
    row = sorted(line.left for line in lines if abs(line.top - clinician.top) < 1)
    widths = [(to - at) / MM for at, to in zip(row, [*row[1:], edge], strict=True)]
    assert all(wide >= least for wide, least in zip(widths, (100, 45, 24), strict=True)), widths
    label = next(line for line in lines if line.text.startswith("Patient label"))
    risks = next(line for line in lines if line.text.startswith("Risks"))
    assert risks.top - label.bottom >= (25 if edition == "standard" else 12) * MM


MEDIA = {"a4": 210, "letter": 215.9}


def test_markers_of_drawings_have_digits_of_14_points_in_large_print() -> None:
    for leaflet in ("scar-treatment-options", "fractional-co2-laser", "dark-marks"):
        made = demo_task(leaflet, "letter", "large", "colour")
        html = compose(made.document, made.layers, store=user_store()).html
        drawn = re.findall(
            r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="[^"]*" style="width: ([\d.]+)mm"',
            html,
        )
        sizes = []
        for data, width in drawn:
            svg = base64.b64decode(data).decode()
            (wide,) = re.findall(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ', svg)
            scale = float(width) / float(wide) * 72 / 25.4
            sizes += [float(it) * scale for it in re.findall(r'font-size="([\d.]+)"', svg)]
        assert sizes
        assert min(sizes) >= 12


@pytest.mark.parametrize("edition", ["standard", "summary", "large", "bilingual"])
def test_the_signs_of_an_emergency_stand_on_white_and_its_name_on_red(edition: Edition) -> None:
    language = "ar" if edition == "bilingual" else "en"
    made = demo_task("fractional-co2-laser", "a4", edition, "colour", language)
    printed = laid_out(made)
    grounds = {}
    for number, lines in enumerate(printed.lines):
        for line in lines:
            begin = line.text[:9]
            if begin in ("You strug", "Emergency"):
                picture = pypdfium2.PdfDocument(printed.pdf)[number].render(scale=2).to_pil()
                spot = (2 * (line.right + 3), line.top + line.bottom)
                grounds[begin] = picture.getpixel((int(spot[0]), int(spot[1])))
    assert grounds["You strug"] == (255, 255, 255)
    red, green, blue = grounds["Emergency"]
    assert red > 2 * max(green, blue)
