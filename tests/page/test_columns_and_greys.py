"""Drawings in black ink, and lists in columns."""

from __future__ import annotations

import re

import pytest

from handouts.model.text import Text
from handouts.page.arrangement import in_columns
from handouts.page.data_uris import in_grey

COLOURED = {
    "a colour": ('fill="#c23b3e"', True),
    "a short colour": ('fill="#c3e"', True),
    "a colour in a style": ('style="fill:#c23b3e"', True),
    "the name of a gradient": ('fill="url(#fe1-skin)"', False),
    "a grey": ('fill="#808080"', False),
}
"""Part of a drawing, and whether it changes."""


@pytest.mark.parametrize("part", COLOURED)
def test_only_colours_become_greys(part: str) -> None:
    drawn, changes = COLOURED[part]
    printed = in_grey(drawn, 0.5)
    assert (printed != drawn) == changes
    for red, green, blue in re.findall(r"#(..)(..)(..)\b", printed):
        assert red == green == blue


SHORT = "A cold sore."
LONG = "Your skin feels hot and sore, it swells, or something runs out of it."
COLUMNS = {
    "one item": ([SHORT], 0, [1]),
    "as many lines in both": ([SHORT, SHORT, SHORT, SHORT], 0, [2, 2]),
    "a long one beside short ones": ([LONG, SHORT, SHORT], 0, [1, 2]),
    "more room below each other": ([LONG, LONG, SHORT], 164, [3]),
    "less room below each other": ([SHORT, SHORT, SHORT, SHORT], 164, [2, 2]),
}
"""Items, the width that they have alone, and how many stand in each column."""


@pytest.mark.parametrize(("items", "alone", "expected"), COLUMNS.values(), ids=COLUMNS)
def test_items_stand_where_they_need_the_fewest_lines(
    items: list[str], alone: float, expected: list[int]
) -> None:
    columns = in_columns([Text.parse(item) for item in items], 77, alone)
    assert [len(column) for column in columns] == expected
    assert [item.plain for column in columns for item in column] == items


@pytest.mark.parametrize(("gain", "columns"), [(1, 2), (1.9, 2), (2, 1)])
def test_items_stay_in_one_column_if_two_gain_too_little(gain: float, columns: int) -> None:
    """Four lines in one column, two in each of two."""
    assert len(in_columns([Text.parse(SHORT)] * 4, 77, 164, gain)) == columns
