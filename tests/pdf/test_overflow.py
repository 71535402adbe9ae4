"""Words that leave their box or the page are refused where they stand, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

FILE = "content/leaflets/tiny-leaflet.yaml"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorstand"


def table(columns: int, word: str) -> str:
    names = ", ".join(["Name"] * columns)
    cells = ", ".join([word] * (columns - 1) + ["Lastword"])
    return "{type: table, caption: A table, columns: [" + names + "], rows: [[" + cells + "]]}"


def with_block(block: str, **section: str) -> str:
    keys = "".join(f"    {key}: {value}\n" for key, value in section.items())
    return TINY_LEAFLET.replace(
        "  - id: sources\n",
        f"  - id: more\n    heading: More\n{keys}    blocks:\n      - {block}\n  - id: sources\n",
    )


def told(leaflet: str, folder: Path, settings: str = CLINIC) -> list[dict[str, Any]]:
    clinic = make_tiny(folder / "clinic", {FILE: leaflet, "handouts.yaml": settings})
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", folder / "out", "--json")
    answer: dict[str, Any] = json.loads(result.stdout)
    assert bool(list(folder.glob("out/*.pdf"))) == answer["ok"]
    return [d for d in answer["diagnostics"] if d["severity"] == "error"]


WIDE = {
    "a wide table": (with_block(table(12, "Considerable")), "Lastword"),
    "a table of long words": (with_block(table(3, LONG[:50])), "Lastword"),
    "a compound": (with_block(f"{{type: text, paragraphs: ['One {LONG}.']}}"), LONG),
    "an item": (with_block(f"{{type: list, items: [One, '{LONG}']}}"), LONG),
    "a box": (
        with_block(f"{{type: callout, level: tip, title: A tip, paragraphs: ['{LONG}']}}"),
        LONG,
    ),
    "a key point": (TINY_LEAFLET.replace("A last point", LONG), LONG),
    "a narrow column": (
        with_block(
            f"{{type: text, paragraphs: ['{LONG[:50]}']}}\n"
            "      - {type: text, paragraphs: [Two.]}",
            layout="pair",
            left="1",
        ),
        LONG[:50],
    ),
    "the title": (TINY_LEAFLET.replace("A tiny leaflet", LONG[:60]), LONG[:60]),
    "an address of the web": (
        with_block(f"{{type: text, paragraphs: ['www.example.org/{'x' * 90}']}}"),
        "x" * 90,
    ),
}


@pytest.mark.parametrize(("leaflet", "word"), WIDE.values(), ids=WIDE)
def test_words_without_room_are_refused_at_their_place(
    leaflet: str, word: str, tmp_path: Path
) -> None:
    faults = told(leaflet, tmp_path)
    assert {fault["code"] for fault in faults} == {"overflow"}
    (fault,) = faults
    assert "mm beyond its box or the page" in fault["message"]
    assert word in fault["message"]
    assert fault["file"].endswith(FILE)
    assert word in leaflet.splitlines()[fault["line"] - 1]
    assert fault["leaflet"] == "tiny-leaflet"


FITTING = {
    "a table of three columns": with_block(table(3, "Considerable")),
    "many rows": with_block(
        "{type: table, caption: A table, columns: [A, B], rows: ["
        + ", ".join("[One, Two]" for _ in range(70))
        + "]}"
    ),
    "soft hyphens": with_block(
        "{type: text, paragraphs: ['"
        + "\u00ad".join(LONG[i : i + 8] for i in range(0, 88, 8))
        + "']}"
    ),
    "hyphens": with_block("{type: text, paragraphs: ['" + "-".join(["follow"] * 20) + "']}"),
}


@pytest.mark.parametrize("leaflet", FITTING.values(), ids=FITTING)
def test_what_can_be_broken_is_printed(leaflet: str, tmp_path: Path) -> None:
    assert told(leaflet, tmp_path) == []


def test_many_clinics_are_told_too(tmp_path: Path) -> None:
    leaflet, word = WIDE["a wide table"]
    clinic = make_tiny(tmp_path / "clinic", {FILE: leaflet})
    (tmp_path / "clinics.csv").write_text("name,phone\nNorth,999\nSouth,999\n", "utf-8")
    rows = ("--clinics", tmp_path / "clinics.csv", "-w", clinic, "-o", tmp_path / "out", "--json")
    answer = json.loads(handouts("build", "tiny-leaflet", *rows).stdout)
    fault = next(d for d in answer["diagnostics"] if d["severity"] == "error")
    assert (fault["code"], fault["file"]) == ("overflow", str(clinic / FILE))
    assert word in fault["message"]
    assert answer["not_made"] == ["north", "south"]


CHECKED = {
    "a wide table": (WIDE["a wide table"][0], True),
    "a table of long words": (WIDE["a table of long words"][0], True),
    "a compound": (WIDE["a compound"][0], True),
    "a table of three columns": (FITTING["a table of three columns"], False),
    "soft hyphens": (FITTING["soft hyphens"], False),
    "hyphens": (FITTING["hyphens"], False),
}


@pytest.mark.parametrize(("leaflet", "wide"), CHECKED.values(), ids=CHECKED)
def test_check_finds_what_can_be_counted(leaflet: str, wide: bool, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {FILE: leaflet})
    answer = json.loads(handouts("check", "-w", clinic, "--json").stdout)
    found = [(d["code"], d["severity"], d["line"]) for d in answer["diagnostics"]]
    line = next(n for n, text in enumerate(leaflet.splitlines(), 1) if "heading: More" in text) + 2
    # What can be counted is a warning; that it has no room on the page, as a build says, an error.
    told = [("overflow", "warning", line), ("overflow", "error", line)]
    assert found == (told if wide else [])
