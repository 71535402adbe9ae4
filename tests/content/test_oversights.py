"""What is allowed but hardly meant is told, and stops nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handouts.content.layers import Library
from tests.world import TINY_LEAFLET, handouts, make_tiny

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
FIGURE = """\
      - type: figure
        title: A figure
        caption: What it shows.
        panels: [{drawing: own, alt: A drawing.}]
        legend:
          - {marker: 1, text: The first.}
          - {marker: 2, text: The second.}
"""
DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 22">
<text>{{ order[1] if 1 in order }}</text></svg>
"""


def point(text: str) -> dict[str, str]:
    return {LEAFLET: TINY_LEAFLET.replace("One point.", text)}


# Files, and what is told: code, line, and a part of the message.
OVERSIGHTS = [
    (point("A *slanted* word."), "foreign-mark", 14, "`*slanted*`"),
    (point("A __bold__ word."), "foreign-mark", 14, "`__bold__`"),
    (point("A <b>bold</b> word."), "foreign-mark", 14, "`<b>`"),
    (point('"See [our site](https://example.org)."'), "foreign-mark", 14, "`[our site]("),
    (point('"# A heading"'), "foreign-mark", 14, "`# A heading`"),
    ({LEAFLET: TINY_LEAFLET.replace("2026-11-22", "2126-11-22")}, "issued-later", 4, "2126-11-22"),
    (
        {LEAFLET: TINY_LEAFLET.replace("heading: In short", "heading: In short\n    layout: half")},
        "lone-half",
        12,
        "half width",
    ),
    (
        {LEAFLET: TINY_LEAFLET + FIGURE, "templates/figures/own.svg.j2": DRAWING},
        "missing-marker",
        25,
        "marker 2",
    ),
    (
        {"content/blocks/own/spare.yaml": "id: own/spare\ntype: text\nparagraphs: [Words.]\n"},
        "unused-block",
        1,
        "`own/spare`",
    ),
    ({"templates/figures/own.svg": DRAWING}, "not-read", 1, "`own.svg`"),
]

NONE_OF_THEM = [
    "Take two * three drops.",
    "Wait until it is < a week.",
    "A **bold** word*",
    "A snake_case word, and snake__case.",
    '"See [one] and (below)."',
    '"#one is best."',
]


@pytest.mark.parametrize(("files", "code", "line", "words"), OVERSIGHTS)
def test_an_oversight_is_told_and_stops_nothing(
    files: dict[str, str], code: str, line: int, words: str, tmp_path: Path, library: Library
) -> None:
    assert library
    (told,) = _told(make_tiny(tmp_path, files), code)
    assert told["line"] == line
    assert words in str(told["message"])
    assert told["severity"] == ("info" if code == "unused-block" else "warning")
    assert told["hint"]


@pytest.mark.parametrize("text", NONE_OF_THEM)
def test_signs_that_are_no_marks_are_not_told(text: str, tmp_path: Path, library: Library) -> None:
    assert library
    assert not _told(make_tiny(tmp_path, point(text)), "foreign-mark")


@pytest.mark.parametrize("name", ["handouts.yml", "handouts.yaml.txt", "Handouts.YAML"])
def test_settings_of_another_name_do_not_lead_to_the_demo_clinic(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("region: GB\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    for command in ("list", "check", "build"):
        result = handouts(command, "--json")
        (told,) = json.loads(result.stdout)["diagnostics"]
        assert (result.exit_code, told["code"]) == (2, "no-workspace")
        assert told["hint"] == f"Rename `{name}` to `handouts.yaml`"


def _told(folder: Path, code: str) -> list[dict[str, Any]]:
    result = handouts("check", "-w", folder, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0, answer["diagnostics"]
    return [told for told in answer["diagnostics"] if told["code"] == code]
