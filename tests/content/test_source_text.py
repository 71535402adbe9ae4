"""What the client's source text said: the leaflets carry it, and carry what was put right."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from handouts.model.text import texts_in
from tests.shipped import REGIONS
from tests.world import demo

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "source-text.md"
CARRIER = re.compile(r'`([^`]+)` "([^"]+)"')


def _tables() -> list[list[list[str]]]:
    """The rows of each table of the page, as lists of cells, without its head."""
    tables = []
    for part in PAGE.read_text("utf-8").split("\n## ")[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")]
        tables.append([[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]])
    return tables


STATEMENTS, CORRECTIONS = _tables()
ROWS = [
    pytest.param(row[-1], id=f"{table}-{row[0]}")
    for table, rows in (("statement", STATEMENTS), ("correction", CORRECTIONS))
    for row in rows
]


@cache
def _printed(region: str) -> Mapping[str, list[str]]:
    """The texts of every block that a leaflet uses, by the name that the page gives the block."""
    printed: defaultdict[str, list[str]] = defaultdict(list)
    for name, leaflet in demo(region).leaflets.read.items():
        for section, block, path in demo(region).blocks_of(leaflet):
            place = f"{name}#{section}" if path else str(block.model.id)
            printed[place] += [_folded(text.plain) for text, _ in texts_in(block.model)]
    return printed


def _folded(words: str) -> str:
    return " ".join(words.split())


def test_both_tables_are_complete() -> None:
    assert [row[0] for row in STATEMENTS] == [str(number) for number in range(1, 11)]
    assert [row[0] for row in CORRECTIONS] == [str(number) for number in range(1, 19)]
    assert {len(row) for row in STATEMENTS} == {3}
    assert {len(row) for row in CORRECTIONS} == {4}
    assert all(cell for row in (*STATEMENTS, *CORRECTIONS) for cell in row)


@pytest.mark.parametrize("cell", ROWS)
def test_a_carrier_is_a_block_and_a_short_phrase(cell: str) -> None:
    for carrier in cell.split("<br>"):
        found = CARRIER.fullmatch(carrier)
        assert found, f"Write `block` and a phrase in quotes: {carrier}"
        assert 2 <= len(found[2].split()) <= 7, found[2]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("cell", ROWS)
def test_the_leaflets_say_it(cell: str, region: str) -> None:
    """The block is used by a leaflet, and the phrase stands within one of its texts."""
    printed = _printed(region)
    for place, phrase in CARRIER.findall(cell):
        assert place in printed, f"No leaflet uses `{place}`"
        assert any(_folded(phrase) in text for text in printed[place]), (
            f"`{place}` no longer says “{phrase}”: mend it, or docs/explanation/source-text.md"
        )
