"""What a clinic does not offer has no leaflets, and is told as such where people choose; what it
tells of sessions and prices is printed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from handouts.build.plan import resolve
from handouts.content.catalogue import read_catalogue
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.model.blocks import BenefitsHarmsBlock, OptionsBlock
from handouts.model.document import Document
from handouts.model.text import texts_in
from handouts.page.compose import compose
from tests import readback
from tests.world import CLINIC, DAY, TINY_LEAFLET, handouts, make_tiny, make_workspace

NEEDLES = {"handouts.yaml": CLINIC + "treatments: [microneedling-rf, dermaroller]\n"}

LASERS = {"fractional-co2-laser", "erbium-yag-laser", "erbium-glass-laser", "after-laser"}


def document(folder: Path, leaflet: str) -> Document:
    catalogue = read_catalogue(open_workspace(folder))
    return resolve(Request(leaflet, "en", "a4", DAY), catalogue)


def test_leaflets_of_other_treatments_are_not_made(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, NEEDLES)
    rows = json.loads(handouts("status", "--json", "-w", clinic).stdout)["leaflets"]
    made = {row["leaflet"] for row in rows}
    assert {"microneedling-rf", "dermaroller", "after-microneedling", "acne-explained"} <= made
    assert not made & {*LASERS, "combination-treatment"}


def test_asking_for_one_of_them_says_where_to_add_it(tmp_path: Path) -> None:
    result = handouts("build", "erbium-yag-laser", "-w", make_workspace(tmp_path, NEEDLES))
    assert result.exit_code == 1
    assert result.stderr.startswith("error[not-offered]: ")
    assert "does not offer the treatment that `erbium-yag-laser` describes" in result.stderr
    assert "`treatments` in `handouts.yaml`" in result.stderr


def _tables(found: Document) -> list[OptionsBlock | BenefitsHarmsBlock]:
    return [
        block
        for section in found.sections
        for block in section.blocks
        if isinstance(block, OptionsBlock | BenefitsHarmsBlock)
    ]


def test_options_stay_whatever_the_clinic_offers(tmp_path: Path) -> None:
    """Nobody can choose what is hidden, so each table has the same rows for every clinic."""
    clinics = {"all": CLINIC, "laser": CLINIC + "treatments: [fractional-co2-laser]\n"}
    found = {
        name: document(
            make_workspace(tmp_path / name, {"handouts.yaml": settings}), "scar-treatment-options"
        )
        for name, settings in clinics.items()
    }
    assert len(_tables(found["all"])) == 2
    assert _tables(found["laser"]) == _tables(found["all"])
    assert found["laser"].references == found["all"].references
    assert [name.plain for name in found["laser"].offered] == [
        "Fractional CO\N{SUBSCRIPT TWO} laser"
    ]
    assert found["all"].offered == ()
    assert found["all"].not_offered == ()


def test_rows_say_what_is_not_offered(tmp_path: Path) -> None:
    clinics = {"all": CLINIC, "laser": CLINIC + "treatments: [fractional-co2-laser]\n"}
    printed, tied = {}, 0
    for name, settings in clinics.items():
        clinic = make_workspace(tmp_path / name, {"handouts.yaml": settings})
        found = document(clinic, "scar-treatment-options")
        html = compose(found, read_catalogue(open_workspace(clinic)).workspace.template_layers)
        words = html.html.replace("\N{NO-BREAK SPACE}", " ")
        printed[name] = words.count('<span class="option-note">Not offered here<')
        tied = sum(
            option.treatment not in (None, "fractional-co2-laser")
            for table in _tables(found)
            for option in table.options
        )
    assert printed == {"all": 0, "laser": tied}
    assert tied > 9


def test_blocks_of_other_treatments_stay_where_people_choose(tmp_path: Path) -> None:
    block = "      - {type: text, treatment: dermaroller, paragraphs: [We needle here.]}\n"
    leaflet = TINY_LEAFLET.replace("  - id: sources\n", block + "  - id: sources\n")
    settings = CLINIC + "treatments: [erbium-yag-laser]\n"
    printed = {}
    for kind in ("tiny", "choice"):
        files = {
            "handouts.yaml": settings,
            "content/leaflets/tiny-leaflet.yaml": leaflet.replace("kind: tiny", f"kind: {kind}"),
        }
        found = document(make_tiny(tmp_path / kind, files), "tiny-leaflet")
        printed[kind] = any("We needle here." in text.plain for text, _ in texts_in(found))
    assert printed == {"tiny": False, "choice": True}


def test_no_page_speaks_of_booking_a_laser(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, NEEDLES)
    catalogue = read_catalogue(open_workspace(clinic))
    for name in ("scar-treatment-options", "microneedling-rf", "dermaroller"):
        words = " ".join(text.plain for text, _ in texts_in(document(clinic, name)))
        for phrase in ("book a laser", "your laser session", "our laser"):
            assert phrase not in words.lower()
    assert not catalogue.faults


COSTS = """\
treatments:
  - id: dermaroller
    sessions: 4, a month apart
    price: £150 each
"""

COST_LEAFLET = TINY_LEAFLET.replace(
    "  - id: sources\n",
    "  - id: cost\n    heading: What does it cost?\n    blocks:\n"
    "      - {type: costs, prompt: We fill this in., fields: [Price], lines: 0}\n  - id: sources\n",
)


def test_prices_are_printed_where_the_clinic_gives_them(tmp_path: Path) -> None:
    """With a price, a table; without, a line to fill in by hand."""
    files = {"content/leaflets/tiny-leaflet.yaml": COST_LEAFLET}
    for name, settings in (("with", CLINIC + COSTS), ("without", CLINIC)):
        clinic = make_tiny(tmp_path / name, {**files, "handouts.yaml": settings})
        handouts("build", "tiny-leaflet", "-w", clinic, "-o", clinic / "out")
    sheet = "out/tiny-leaflet_en-GB_a4-DRAFT.pdf"
    priced = readback.text((tmp_path / "with" / sheet).read_bytes())
    blank = readback.text((tmp_path / "without" / sheet).read_bytes())
    assert "£150 each" in priced
    assert "We fill this in." in blank


def test_a_price_reaches_every_shipped_leaflet_that_tells_of_the_treatment(tmp_path: Path) -> None:
    """The choice lists the prices of all treatments that are offered, a procedure its own."""
    other = "  - {id: erbium-yag-laser, price: £400}\n"
    clinic = make_workspace(tmp_path, {"handouts.yaml": CLINIC + COSTS + other})
    catalogue = read_catalogue(open_workspace(clinic))
    priced = {
        name: [cost.price for cost in found.costs]
        for name in catalogue.leaflets.read
        if (found := document(clinic, name))
        and any(block.type == "costs" for section in found.sections for block in section.blocks)
    }
    procedures = {
        name
        for name, leaflet in catalogue.leaflets.read.items()
        if leaflet.model.kind == "procedure"
    }
    assert priced.keys() == procedures | {"scar-treatment-options"}
    assert priced["dermaroller"] == ["£150 each"]
    assert priced["erbium-yag-laser"] == ["£400"]
    assert priced["scar-treatment-options"] == ["£150 each", "£400"]


def test_a_block_of_a_treatment_is_printed_by_those_who_offer_it(tmp_path: Path) -> None:
    block = "      - {type: text, treatment: dermaroller, paragraphs: [We needle here.]}\n"
    leaflet = TINY_LEAFLET.replace("  - id: sources\n", block + "  - id: sources\n")
    offers = {"all": "", "needles": "treatments: [dermaroller]\n"} | {
        "lasers": "treatments: [erbium-yag-laser]\n"
    }
    printed = {}
    for name, settings in offers.items():
        files = {"handouts.yaml": CLINIC + settings, "content/leaflets/tiny-leaflet.yaml": leaflet}
        found = document(make_tiny(tmp_path / name, files), "tiny-leaflet")
        printed[name] = any("We needle here." in text.plain for text, _ in texts_in(found))
    assert printed == {"all": True, "needles": True, "lasers": False}


PARTS = """\
  - id: after
    heading: After it
    layout: pair
    left: 3
    treatment: [dermaroller, erbium-yag-laser]
    blocks:
      - type: checklist
        items:
          - treatment: dermaroller
            text: Needled here
          - {treatment: [erbium-yag-laser, erbium-glass-laser], text: Lasered here}
      - type: table
        caption: What you may do
        columns:
          - What
          - {treatment: dermaroller, text: After needles}
          - {treatment: erbium-yag-laser, text: After lasers}
        rows:
          - [Shave, Tomorrow, Next week]
      - ref: aftercare/wash
        treatment: dermaroller
      - type: figure
        title: How it works
        panels:
          - {drawing: compare-needling, treatment: dermaroller, alt: Needles in skin.}
          - {drawing: compare-heating, treatment: erbium-yag-laser, alt: Light in skin.}
        legend:
          - {marker: 5, treatment: erbium-yag-laser, text: Warm}
          - {marker: 7, text: Hole}
        caption: One of these.
"""
WASH = "id: aftercare/wash\ntype: text\nparagraphs: [Wash the pricked skin.]\n"
SAID = {
    "dermaroller": ["Needled here", "After needles", "Tomorrow", "pricked", "Needles in", "Hole"],
    "erbium-yag-laser": ["Lasered here", "After lasers", "Next week", "Light in", "Warm", "Hole"],
    "chemical-peel": [],
}


def parted(folder: Path, treatments: str, kind: str = "tiny") -> Document:
    leaflet = TINY_LEAFLET.replace("kind: tiny", f"kind: {kind}")
    files = {
        "handouts.yaml": CLINIC + treatments,
        "content/blocks/aftercare/wash.yaml": WASH,
        "content/leaflets/tiny-leaflet.yaml": leaflet.replace(
            "  - id: sources\n", PARTS + "  - id: sources\n"
        ),
    }
    return document(make_tiny(folder, files), "tiny-leaflet")


@pytest.mark.parametrize("treatment", SAID)
def test_no_part_of_a_leaflet_is_about_what_is_not_offered(treatment: str, tmp_path: Path) -> None:
    """Neither items, columns, panels and legends of blocks, nor blocks, nor sections."""
    found = parted(tmp_path, f"treatments: [{treatment}]\n")
    words = " ".join(text.plain for text, _ in texts_in(found))
    every = {phrase for phrases in SAID.values() for phrase in phrases}
    assert {phrase for phrase in every if phrase in words} == set(SAID[treatment])


def test_what_is_left_of_a_pair_stays_in_its_column(tmp_path: Path) -> None:
    """Of the three on the left, one is about needles only."""
    for treatments, left in (("", 3), ("treatments: [erbium-yag-laser]\n", 2)):
        section = parted(tmp_path, treatments).sections[1]
        assert (section.layout, section.left, len(section.blocks)) == ("pair", left, left + 1)


def test_a_leaflet_to_choose_with_keeps_every_part_and_marks_its_panels(tmp_path: Path) -> None:
    found = parted(tmp_path, "treatments: [dermaroller]\n", "choice")
    words = " ".join(text.plain for text, _ in texts_in(found))
    assert all(phrase in words for phrases in SAID.values() for phrase in phrases)
    layers = read_catalogue(open_workspace(tmp_path)).workspace.template_layers
    page = compose(found, layers).html.replace("\N{NO-BREAK SPACE}", " ")
    drawn = page[page.index("Needles in skin.") :]
    assert drawn.count("Not offered here") == 1
    assert drawn.index("Light in skin.") < drawn.index("Not offered here")


def test_marks_of_panels_are_signed(tmp_path: Path) -> None:
    """A clinic that begins to offer a treatment prints other words than were approved."""
    digests = {
        parted(tmp_path, f"treatments: [{names}]\n", "choice").standing.digest
        for names in ("dermaroller", "dermaroller, erbium-yag-laser")
    }
    assert len(digests) == 2


@pytest.mark.parametrize("offered", ["fractional-co2-laser", "erbium-glass-laser"])
def test_after_one_laser_nothing_is_said_of_the_others(offered: str, tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {"handouts.yaml": CLINIC + f"treatments: [{offered}]\n"})
    words = " ".join(text.plain for text, _ in texts_in(document(clinic, "after-laser")))
    others = {"CO\N{SUBSCRIPT TWO}": "fractional-co2-laser", "Glass": "erbium-glass-laser"}
    named = {name for name in (*others, "YAG") if name in words}
    assert named == {name for name, treatment in others.items() if treatment == offered}


def test_an_unknown_treatment_of_a_part_is_told_at_its_place(tmp_path: Path) -> None:
    leaflet = TINY_LEAFLET.replace("  - id: sources\n", PARTS + "  - id: sources\n")
    files = {
        "content/leaflets/tiny-leaflet.yaml": leaflet.replace("[erbium-yag-laser, e", "[erbum, e"),
        "content/blocks/aftercare/wash.yaml": WASH,
    }
    told = handouts("check", "-w", make_tiny(tmp_path, files)).stderr
    assert "error[unknown-treatment]: There is no treatment `erbum`" in told
    line = (
        files["content/leaflets/tiny-leaflet.yaml"]
        .split("\n")
        .index("          - {treatment: [erbum, erbium-glass-laser], text: Lasered here}")
    )
    assert f"tiny-leaflet.yaml:{line + 1}:26" in told


def test_lists_mark_what_is_not_offered(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, NEEDLES)
    rows = json.loads(handouts("list", "--json", "-w", clinic).stdout)["leaflets"]
    missing = {row["id"] for row in rows if not row["offered"]}
    assert missing >= LASERS
    assert all((row["approval"] is None) == (row["id"] in missing) for row in rows)
    shown = handouts("list", "-w", clinic).stdout
    assert re.search("^after-laser +aftercare +not offered +After laser", shown, re.MULTILINE)
