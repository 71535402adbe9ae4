"""Clinics as they are: long names, several numbers, hours as people write them, logos of any shape.

Each must be printed whole. The tables are the lengths that a clinic may count on.
"""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from handouts.content.layers import SHIPPED
from handouts.page.areas import CARDS
from tests import readback
from tests.world import handouts, make_workspace

FACTS = {
    "few": "name: Skin\n  phone: '999'",
    "a name of 70 characters": (
        "name: The Northern Counties Institute of Dermatology, Laser and Skin Surgery\n"
        "  phone: 0161 496 0777"
    ),
    "two telephone numbers": "name: Parkside Dermatology\n  phone: 0161 496 0777 or 0161 496 0778",
    "an extension": "name: Parkside Dermatology\n  phone: +44 161 496 0777 extension 1234",
    "all that a card may have": (
        "name: Parkside Dermatology, Laser and Skin Surgery Centre of Manchester\n"
        "  phone: 0161 496 0777\n"
        "  email: appointments.and.questions@parksidederm.example\n"
        "  website: www.parkside-dermatology-and-laser.example\n"
        "  notice: Outpatient Department B, please ring the bell\n"
        "  address: [Parkside House, 114 to 118 Long Millgate Street, Northern Quarter,"
        " Manchester M99 1ZZ]\n"
        "  hours:\n"
        "    - {days: Monday to Wednesday, time: 8.30 am to 6 pm}\n"
        "    - {days: Thursday and Friday, time: '8.30 am to 12.30 pm, 2 pm to 8 pm'}\n"
        "    - {days: First Saturday of the month, time: 9 am to 1 pm}\n"
        "    - {days: Sunday and bank holidays, time: closed}"
    ),
    "wide letters": "name: MWMWMW WMWMWMWM MWMWMWMW MWMWMWM\n  phone: '+44 (0)161 496 0777'",
}
BUILD = ("build", "my-wound-card", "--workspace")
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<rect width="{width}" height="{height}" fill="#204060"/></svg>"""
LOGOS = {"none": None, "tall": (20, 60), "square": (40, 40), "wide": (240, 40)}


@pytest.mark.parametrize("edition", ["standard", "large"])
@pytest.mark.parametrize("logo", LOGOS.values(), ids=LOGOS)
@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
def test_an_ordinary_clinic_is_printed_whole(
    facts: str, logo: tuple[int, int] | None, edition: str, tmp_path: Path
) -> None:
    files = {"handouts.yaml": f"clinic:\n  {facts}\nregion: GB\n"}
    if logo:
        width, height = logo
        files["brand.yaml"] = "logo: logo.svg\n"
        files["logo.svg"] = LOGO.format(width=width, height=height)
    clinic = make_workspace(tmp_path / "clinic", files)
    made = handouts(*BUILD, clinic, "--edition", edition, "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    printed = _letters(readback.text(pdf.read_bytes()))
    for fact in _facts(facts):
        assert _letters(fact) in printed
    assert _nearest_to_the_edge(pdf) >= 5


def _facts(yaml: str) -> list[str]:
    values = re.findall(r"(?:name|phone|email|website|notice|days|time): ('[^']*'|[^\n,}]+)", yaml)
    return [value.strip("'") for value in values]


def _letters(words: str) -> str:
    """Without spaces and hyphens, which are read back otherwise where a line ends."""
    return "".join(filter(str.isalnum, words))


def _nearest_to_the_edge(path: Path) -> float:
    """The smallest distance in millimetres of any text on any page from an edge of the paper."""
    nearest = float("inf")
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            width, height = page.get_size()
            words = page.get_textpage()
            boxes = (words.get_rect(i) for i in range(words.count_rects()))
            for left, bottom, right, top in boxes:
                nearest = min(nearest, left, bottom, width - right, height - top)
    return nearest * 25.4 / 72


LANGUAGES = "ar, bn, el, he, hi, ta, th, ur, zh-Hans"
"""A language of each script, whether or not it is translated: what is not stands in English."""


@pytest.mark.parametrize("edition", CARDS)
def test_the_same_clinic_is_printed_whole_in_every_script(edition: str, tmp_path: Path) -> None:
    facts = FACTS["all that a card may have"]
    clinic = make_workspace(
        tmp_path / "clinic",
        {
            "handouts.yaml": f"clinic:\n  {facts}\nregion: GB\nlanguages: [en, {LANGUAGES}]\n",
            "brand.yaml": "logo: logo.svg\n",
            "logo.svg": LOGO.format(width=240, height=40),
        },
    )
    for language in ("el", "he", "th"):
        assert handouts("translate", "start", language, "--workspace", clinic).exit_code == 0
    made = handouts(*BUILD, clinic, "--edition", edition, "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    for pdf in (tmp_path / "out").glob("*.pdf"):
        assert _nearest_to_the_edge(pdf) >= 5


def test_a_card_has_room_for_a_wide_label_before_the_hours(tmp_path: Path) -> None:
    """Of the demo clinic, whose hours fill a line of the card in English."""
    clinic = make_workspace(tmp_path / "clinic", _demo("ta"))
    made = handouts(*BUILD, clinic, "--edition", "summary", "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output


def _demo(language: str) -> dict[str, str | bytes]:
    settings = (SHIPPED.demo_clinic / "handouts.yaml").read_text("utf-8")
    return {"handouts.yaml": settings.replace("languages: [en]", f"languages: [{language}]")}


MORE_THAN_A_SHEET = {"acne-medicines", "hormonal-treatment", "isotretinoin"}
"""Leaflets whose critical blocks alone need more than two pages; no summary has more than three."""


@pytest.mark.parametrize(("paper", "region"), [("a4", "GB"), ("letter", "US")])
def test_nearly_every_summary_is_one_sheet(paper: str, region: str, tmp_path: Path) -> None:
    """None is refused because its words are wider than their place. All help stands together, with
    the clinic's card and the leaflet's code, at the end.
    """
    build = ("build", "--edition", "summary", "--paper", paper, "--region", region)
    made = handouts(*build, "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    pages = {}
    for file in (tmp_path / "out").glob("*.pdf"):
        *earlier, last = map(_letters, readback.page_texts(file.read_bytes()))
        pages[file.name.partition("_")[0]] = len(earlier) + 1
        assert last.count("Foryourrecord") == 1
        assert "Larkfield" in last
        for degree in ("Emergency", "Today"):
            assert degree in last
            assert not any(f"{degree}Call" in page for page in earlier)
    assert len(pages) == 25
    assert {leaflet for leaflet, count in pages.items() if count > 2} == MORE_THAN_A_SHEET
    assert max(pages.values()) == 3


def test_every_number_stays_on_the_page_of_whom_to_call_if_the_card_is_high(tmp_path: Path) -> None:
    """What does not fit, where else to find help, alone begins another page."""
    (tmp_path / "handouts.yaml").write_text(
        "clinic:\n"
        "  name: The Northumberland Street Dermatology, Laser and Skin Surgery Centre\n"
        "  phone: '020 7946 0142'\n"
        "  address: ['Suite 14, Northumberland House', 128 Northumberland Street, NE1 7XX]\n"
        "  website: www.northumberland-skin-and-laser.example\n"
        "  email: reception@northumberland-skin.example\n"
        "  hours: [{days: Monday to Thursday, time: 8 am to 6 pm}, {days: Friday, time: noon}]\n"
        "region: GB\n"
    )
    ask = ("build", "acne-explained", "--paper", "a4", "-w", tmp_path, "-o", tmp_path / "o")
    assert handouts(*ask).exit_code == 0
    (file,) = (tmp_path / "o").glob("*.pdf")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file)]
    (page,) = (text for text in pages if text.count("When should you get help?"))
    for number in ("020 7946 0142", "116 123", "0800 1111"):
        assert number in page
