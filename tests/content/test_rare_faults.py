"""Faults that few files have: each is told with its code, at its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import AfterValidator

from handouts.content.layers import Library
from handouts.content.load import validated
from handouts.content.yaml import parse_yaml
from handouts.diagnostics import HandoutsError
from handouts.model.base import Model
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

TABLE = """\
id: test/note
type: table
caption: Twice a day
columns: [When, What]
rows:
  - [Morning, Wash]
  - [Evening]
"""

RISK = """\
id: test/note
type: risk
title: Better
group: Of people like you
time: in a year
people: 60
shares:
  - {count: 30, meaning: benefit, label: Better}
  - {count: 60, meaning: other, label: No better}
certainty: We are fairly sure.
sources: [SUN-BOOK]
"""

NOTE = "id: test/note\ntype: text\nparagraphs: [A note.]\n"
LABELS = """\
labels:
  - {key: about_title, text: Draft}
  - {key: about_title, text: No draft}
"""
BLOCK, LEAFLET = "content/blocks/test/note.yaml", "content/leaflets/tiny-leaflet.yaml"

FAULTS = [
    ("row-width", BLOCK, TABLE, 7, 5),
    ("shares", BLOCK, RISK, 8, 3),
    ("unknown-treatment", BLOCK, NOTE + "treatment: lump\n", 4, 12),
    ("unknown-treatment", "handouts.yaml", CLINIC + "treatments: [cream, lump]\n", 5, 21),
    ("unknown-treatment", LEAFLET, TINY_LEAFLET + "treatments: [lump]\n", 19, 14),
    ("duplicate-entry", "content/labels.yaml", LABELS, 3, 5),
    ("misplaced-file", "content/blocks/note.yaml", NOTE, 1, 1),
    ("misplaced-file", "content/leaflets/test/tiny.yaml", TINY_LEAFLET, 1, 1),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("code", "file", "content", "line", "column"), FAULTS)
def test_each_is_told_at_its_place(
    code: str, file: str, content: str, line: int, column: int, tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path, {file: content})
    result = handouts("check", "--json", "-w", clinic)
    told, *others = json.loads(result.stdout)["diagnostics"]
    assert {other["severity"] for other in others} <= {"info"}
    assert (result.exit_code, told["code"], told["file"]) == (1, code, str(clinic / file))
    assert (told["line"], told["column"]) == (line, column)


@pytest.mark.parametrize("table", ["kinds", "labels", "slots", "sources", "treatments"])
def test_a_table_that_the_program_lacks_cannot_be_done_without(
    table: str, library: Library
) -> None:
    (library.content / f"{table}.yaml").unlink()
    result = handouts("check", "--json")
    told, *others = json.loads(result.stdout)["diagnostics"]
    assert {other["severity"] for other in others} <= {"info"}
    assert (result.exit_code, told["code"]) == (2, "missing-file")
    assert told["file"] == str(library.content / f"{table}.yaml")


def _never(value: str) -> str:
    raise ValueError(f"{value} is never right")


class Odd(Model):
    """A shape whose fault nobody has found words for."""

    name: Annotated[str, AfterValidator(_never)]


def test_a_fault_without_words_of_its_own_is_not_told_in_those_of_a_library() -> None:
    with pytest.raises(HandoutsError) as caught:
        validated(parse_yaml("name: It\n", Path("odd.yaml")), Odd)
    (told,) = caught.value.diagnostics
    assert told.code == "invalid-value"
    assert told.message == "`name` cannot be `It`"
    assert told.hint
    assert told.place
    assert (told.place.line, told.place.column) == (1, 7)
