"""What differs between places: words, blocks, numbers to call and what may be said of machines."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from handouts.build.plan import resolve
from handouts.content.catalogue import read_catalogue
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.model.document import Document
from handouts.model.text import Text, texts_in
from handouts.translation.wording import Respelling
from tests.shipped import REGIONS, SHIPPED
from tests.world import CLINIC, demo, demo_document, handouts, make_tiny, make_workspace

AMERICAN = Respelling({"colour": "color", "paracetamol": "acetaminophen", "grey-brown": "gray"})

RESPELT = [
    ("The colour fades.", "The color fades."),
    ("Colour", "Color"),
    ("Coloured", "Coloured"),
    ("**Paracetamol** helps", "**Acetaminophen** helps"),
    ("grey-brown, colour", "gray, color"),
    ("Call {clinic_name}", "Call {clinic_name}"),
]


@pytest.mark.parametrize(("shipped", "here"), RESPELT)
def test_whole_words_are_respelt(shipped: str, here: str) -> None:
    assert str(AMERICAN(Text.parse(shipped))) == here


BRITISH = re.compile(
    r"\b(?:\w*(?:colour|favour|behaviour|oestr|anaesth|tumour)\w*|centres?|grey|programmes?"
    r"|paracetamol|aciclovir|\w+isations?|(?:moistur|minim|organ|real|recogn|special)is(?!t)\w+)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("leaflet", SHIPPED)
def test_american_leaflets_have_american_spelling(leaflet: str) -> None:
    words = _words(demo_document(leaflet, "letter", "US"))
    assert not {found[0] for found in BRITISH.finditer(words)}


EMERGENCY = {"GB": "999", "US": "911", "IN": "112", "EU": "112"}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("leaflet", SHIPPED)
def test_each_region_has_its_own_emergency_number(leaflet: str, region: str) -> None:
    words = _words(demo_document(leaflet, "a4", region))
    others = set(EMERGENCY.values()) - {EMERGENCY[region]}
    assert EMERGENCY[region] in words
    assert not [number for number in others if re.search(rf"(?i)call {number}\b", words)]


ISOTRETINOIN = {
    "GB": "form on the risks",
    "US": "iPLEDGE",
    "IN": "6 months",
    "EU": "1 month",
}


@pytest.mark.parametrize(("region", "rule"), ISOTRETINOIN.items())
def test_each_region_has_its_own_rules_for_isotretinoin(region: str, rule: str) -> None:
    assert rule in _words(demo_document("isotretinoin", "a4", region))


DEVICE = """\
treatments:
  - id: fractional-co2-laser
    device:
      name: Example laser
      status: {status}
      number: "X-123"
      use: skin resurfacing
      checked: 2026-11-01
"""

STATUSES = {
    "GB": "ce-marked",
    "US": "fda-510k-cleared",
    "IN": "cdsco-licensed",
    "EU": "ce-mdr",
}


@pytest.mark.parametrize(("region", "status"), STATUSES.items())
def test_a_machine_is_spoken_of_only_with_evidence(
    region: str, status: str, tmp_path: Path
) -> None:
    """The region's line, with the machine's name, instead of lines to fill in by hand."""
    settings = CLINIC.replace("GB", region)
    without = _document(make_workspace(tmp_path / "a", {"handouts.yaml": settings}))
    evidence = settings + DEVICE.format(status=status)
    having = _document(make_workspace(tmp_path / "b", {"handouts.yaml": evidence}))
    assert not without.devices
    (statement,) = having.devices
    assert "Example laser" in statement.text.plain
    assert statement.checked == date(2026, 11, 1)


def test_a_device_of_one_region_stops_nothing_of_another(tmp_path: Path) -> None:
    """Its status is no error there, but it is told, and no leaflet states the device."""
    settings = CLINIC + DEVICE.format(status="ukca-marked")
    clinic = make_workspace(tmp_path, {"handouts.yaml": settings})
    status = handouts("status", "--region", "US", "-w", clinic)
    assert status.exit_code == 0, status.stderr
    assert status.stderr.count("warning[other-region]: `ukca-marked` is a device status of GB") == 1
    catalogue = read_catalogue(open_workspace(clinic, "US"))
    request = Request("fractional-co2-laser", "en", "a4", date(2026, 11, 22))
    assert not resolve(request, catalogue).devices
    assert _document(clinic).devices


def test_no_region_has_a_status_of_no_region(tmp_path: Path) -> None:
    settings = CLINIC + DEVICE.format(status="ukca-market")
    clinic = make_workspace(tmp_path, {"handouts.yaml": settings})
    for region in ("GB", "US"):
        told = handouts("status", "--region", region, "-w", clinic)
        assert (told.exit_code, "error[unknown-status]" in told.stderr) == (1, True)


def test_no_region_speaks_of_approval_by_a_regulator() -> None:
    """Machines are cleared, marked or licensed; only the US approves some, and says so itself."""
    for region in REGIONS:
        for line in demo(region).region.model.device_lines:
            if line.status != "fda-approved":
                assert not re.search(r"\bapproved by|FDA approved|MHRA approved", line.text.plain)


def test_one_build_makes_several_regions(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    regions = ("--region", "GB", "--region", "US", "--paper", "a4")
    result = handouts("build", "tiny-leaflet", *regions, "-w", clinic, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("*.pdf")) == [
        "tiny-leaflet_en-GB_a4-DRAFT.pdf",
        "tiny-leaflet_en-US_a4-DRAFT.pdf",
    ]


def test_an_unknown_region_is_told_with_the_known_ones(tmp_path: Path) -> None:
    result = handouts("build", "--region", "ZZ", "-w", make_tiny(tmp_path))
    assert result.exit_code == 2
    assert "Use one of: `EU`, `GB`, `IN`, `US`" in result.stderr


def _document(folder: Path) -> Document:
    catalogue = read_catalogue(open_workspace(folder))
    return resolve(Request("fractional-co2-laser", "en", "a4", date(2026, 11, 22)), catalogue)


def _words(document: Document) -> str:
    return "\n".join(text.plain for text, _ in texts_in(document))
