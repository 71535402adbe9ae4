"""Drawings in black ink."""

from __future__ import annotations

import re

import pytest

from handouts.page.format import in_grey

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
