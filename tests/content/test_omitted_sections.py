"""A clinic may have sections left out that forms of its own replace; what is critical stays."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from handouts.api.project import open_project
from handouts.content.layers import SHIPPED, Library
from tests.world import CLINIC, DAY, TINY_KINDS, TINY_LEAFLET, handouts, make_workspace

OMIT = CLINIC + "omit: [notes]\n"
KINDS = TINY_KINDS.replace(
    "      - id: sources\n", "      - {id: notes, may_omit: true}\n      - id: sources\n", 1
)
NOTES = """\
  - id: notes
    heading: Notes
    layout: half
    blocks:
      - {type: text, paragraphs: [Name and date.]}
      - {type: text, paragraphs: [Tell us of cold sores.], critical: true, sources: [SUN-BOOK]}
  - id: sources
    layout: half
"""
LEAFLET = TINY_LEAFLET.replace("  - id: sources\n", NOTES)
FILES = {"content/kinds.yaml": KINDS, "content/leaflets/tiny-leaflet.yaml": LEAFLET}


def clinic(folder: Path, settings: str, leaflet: str = LEAFLET) -> Path:
    files = {**FILES, "handouts.yaml": settings, "content/leaflets/tiny-leaflet.yaml": leaflet}
    return make_workspace(folder, files)


def sections(folder: Path, leaflet: str, library: Library = SHIPPED) -> dict[str, int]:
    """The sections that are printed, each with the number of its blocks."""
    words = open_project(folder, library=library).leaflet(leaflet, on=DAY).words
    return {section.id: len(section.blocks) for section in words.sections}


def test_an_omitted_section_keeps_only_what_is_critical(tmp_path: Path, library: Library) -> None:
    harmless = LEAFLET.replace(", critical: true", "")
    folders = {
        "all": clinic(tmp_path / "all", CLINIC),
        "omitted": clinic(tmp_path / "omitted", OMIT),
        "harmless": clinic(tmp_path / "harmless", OMIT, harmless),
    }
    assert {
        name: sections(folder, "tiny-leaflet", library) for name, folder in folders.items()
    } == {
        "all": {"in-short": 1, "notes": 2, "sources": 1},
        "omitted": {"in-short": 1, "notes": 1, "sources": 1},
        "harmless": {"in-short": 1, "sources": 1},
    }


def test_the_neighbour_of_an_omitted_section_takes_the_whole_width(
    tmp_path: Path, library: Library
) -> None:
    harmless = LEAFLET.replace(", critical: true", "")
    widths = {}
    for name, settings in {"all": CLINIC, "omitted": OMIT}.items():
        folder = clinic(tmp_path / name, settings, harmless)
        html = open_project(folder, library=library).leaflet("tiny-leaflet", on=DAY).html()
        widths[name] = re.findall(r'<section id="sources" class="(\w+)', html)
    assert widths == {"all": ["half"], "omitted": ["wide"]}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("name", ["in-short", "sources", "note", "consent-notes"])
def test_only_what_a_kind_allows_can_be_omitted(name: str, tmp_path: Path) -> None:
    folder = clinic(tmp_path, CLINIC + f"omit: [{name}]\n")
    result = handouts("check", "--json", "-w", folder)
    (told,) = json.loads(result.stdout)["diagnostics"]
    assert (result.exit_code, told["code"]) == (1, "not-omittable")
    assert (told["line"], told["column"], "`notes`" in told["hint"]) == (5, 8, True)


def test_notes_on_consent_can_be_omitted_from_every_procedure(tmp_path: Path) -> None:
    settings = CLINIC + "omit: [consent-notes]\n"
    kept = sections(make_workspace(tmp_path / "all"), "dermaroller")
    omitted = sections(make_workspace(tmp_path / "few", {"handouts.yaml": settings}), "dermaroller")
    assert kept.keys() - omitted.keys() == {"consent-notes"}
    assert handouts("check", "dermaroller", "-w", tmp_path / "few").exit_code == 0
