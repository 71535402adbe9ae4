"""Blocks that a region has of its own: copied for that region alone, and never hidden unnoticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handouts.api.project import open_project
from handouts.content.layers import Library
from handouts.model.text import texts_in
from tests.world import CLINIC, DAY, handouts, make_workspace

RULES = "blocks/creams/rules.yaml"
"""The tiny library has it for all regions, and another one for the United States."""

BRITISH, AMERICAN = "A pharmacist may sell this cream.", "Only a doctor may order this cream."
US = CLINIC.replace("GB", "US")


def words(clinic: Path, region: str, library: Library) -> str:
    leaflet = open_project(clinic, region=region, library=library).leaflet("using-creams", on=DAY)
    return " ".join(text.plain for text, _ in texts_in(leaflet.words))


def problems(clinic: Path) -> list[tuple[str, str, str, int]]:
    told = json.loads(handouts("check", "--json", "-w", clinic).stdout)["diagnostics"]
    return [(d["code"], d["severity"], d["file"], d["line"]) for d in told]


COPIES = [("GB", f"content/{RULES}"), ("US", f"content/regions/US/{RULES}")]


@pytest.mark.parametrize(("region", "file"), COPIES)
@pytest.mark.usefixtures("library")
def test_a_regions_block_is_copied_below_its_region(region: str, file: str, tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {"handouts.yaml": CLINIC.replace("GB", region)})
    answer = json.loads(
        handouts("new", "block", "creams/rules", "--copy", "--json", "-w", clinic).stdout
    )
    assert answer["files"][-1] == str(clinic / file)


def test_a_changed_copy_holds_for_that_region_alone(tmp_path: Path, library: Library) -> None:
    clinic = make_workspace(tmp_path, {"handouts.yaml": US})
    handouts("new", "block", "creams/rules", "--copy", "-w", clinic)
    copy = clinic / "content/regions/US" / RULES
    copy.write_text(copy.read_text("utf-8").replace(AMERICAN, "Ask our doctor."), "utf-8")
    assert problems(clinic) == []
    assert "Ask our doctor." in words(clinic, "US", library)
    assert BRITISH in words(clinic, "GB", library)


OWN = f"id: creams/rules\ntype: text\nparagraphs: [{BRITISH}]\n"


@pytest.mark.parametrize(
    ("critical", "severity", "code"), [("true", "error", 1), ("false", "warning", 0)]
)
def test_a_block_for_all_regions_that_hides_a_regions_own_is_told(
    critical: str, severity: str, code: int, tmp_path: Path, library: Library
) -> None:
    """As an error where the region's block is critical: another country's rule would be printed."""
    regional = library.content / "regions/US" / RULES
    text = regional.read_text("utf-8").replace("critical: true", f"critical: {critical}")
    regional.write_text(text, "utf-8")
    clinic = make_workspace(tmp_path, {"handouts.yaml": US, f"content/{RULES}": OWN})
    hides = ("hidden-regional-block", severity, f"{clinic}/content/{RULES}", 1)
    assert problems(clinic) == [hides]
    result = handouts("build", "using-creams", "-w", clinic, "-o", tmp_path / "out")
    assert result.exit_code == code
    assert bool(list((tmp_path / "out").glob("*.pdf"))) == (code == 0)


@pytest.mark.usefixtures("library")
def test_beside_a_block_for_that_region_it_hides_nothing(tmp_path: Path) -> None:
    own = {f"content/{RULES}": OWN, f"content/regions/US/{RULES}": OWN}
    assert problems(make_workspace(tmp_path, {"handouts.yaml": US, **own})) == []
