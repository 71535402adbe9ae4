"""Faults that come to light only while leaflets are made: they say in which one, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
BOTH_PAPERS = ("--paper", "a4", "--paper", "letter")


def test_a_fault_of_two_leaflets_is_told_once_with_both_names(tmp_path: Path) -> None:
    make_tiny(tmp_path, {"templates/leaflet.html.j2": "<p>\n{{ nothing }}\n"})
    told = handouts("build", "tiny-leaflet", *BOTH_PAPERS, "-w", tmp_path, "-o", tmp_path).stderr
    assert told.count("error[template]: ") == 1
    assert "  = In tiny-leaflet (en-GB, a4), tiny-leaflet (en-GB, letter)\n" in told


def test_programs_read_each_leaflet_of_a_fault(tmp_path: Path) -> None:
    make_tiny(tmp_path, {"templates/leaflet.html.j2": "<p>\n{{ nothing }}\n"})
    arguments = ("build", "tiny-leaflet", *BOTH_PAPERS, "-w", tmp_path, "-o", tmp_path, "--json")
    found = json.loads(handouts(*arguments).stdout)["diagnostics"]
    assert [(d["leaflet"], d["locale"], d["paper"]) for d in found] == [
        ("tiny-leaflet", "en-GB", "a4"),
        ("tiny-leaflet", "en-GB", "letter"),
    ]


WRITTEN = [
    (LEAFLET, TINY_LEAFLET.replace("A tiny leaflet", "A ሀ leaflet"), (LEAFLET, 5, 10)),
    ("handouts.yaml", CLINIC.replace("Test", "ሀ"), ("handouts.yaml", 2, 9)),
    (LEAFLET, TINY_LEAFLET.replace("A tiny leaflet", r'"A \u1200 leaflet"'), None),
]


@pytest.mark.parametrize(("file", "content", "place"), WRITTEN)
def test_a_character_without_a_glyph_is_told_where_it_is_written(
    file: str, content: str, place: tuple[str, int, int] | None, tmp_path: Path
) -> None:
    """The leaflet is named in any case; the place only where the character stands as itself."""
    make_tiny(tmp_path, {file: content})
    arguments = ("build", "tiny-leaflet", "-w", tmp_path, "-o", tmp_path / "out", "--json")
    (found,) = json.loads(handouts(*arguments).stdout)["diagnostics"]
    assert (found["code"], found["leaflet"]) == ("missing-glyph", "tiny-leaflet")
    assert "`ሀ` (U+1200)" in found["message"]
    expected = (str(tmp_path / place[0]), *place[1:]) if place else (None, None, None)
    assert (found["file"], found["line"], found["column"]) == expected
