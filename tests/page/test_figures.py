"""The drawings that we ship: each is described, and printed somewhere; black ink keeps their lines."""

from __future__ import annotations

import re

import pytest

from handouts.content.layers import SHIPPED
from handouts.model.colour import pale_grey
from handouts.page.pictures import palette

FIGURES = SHIPPED.templates / "figures"
DRAWN = sorted(
    path.name.removesuffix(".svg.j2")
    for path in FIGURES.glob("*.svg.j2")
    if not path.name.startswith("_")
)


def test_each_drawing_is_described() -> None:
    described = re.findall(r"^\| `([\w-]+)`", (FIGURES / "README.md").read_text("utf-8"), re.M)
    assert sorted({*described, *_IN_A_SENTENCE}) == DRAWN


_IN_A_SENTENCE = ("mark-flat",)
"""Stands apart from the tables."""


def test_each_drawing_is_printed_by_a_block() -> None:
    blocks = "\n".join(p.read_text("utf-8") for p in SHIPPED.content.rglob("*.yaml"))
    assert sorted(set(re.findall(r"drawing: ([\w-]+)", blocks))) == DRAWN


@pytest.mark.parametrize("tone", ["light", "medium", "deep"])
def test_black_ink_keeps_the_lines_of_a_drawing_dark(tone: str) -> None:
    """A copier that knows only black and white prints them; skin itself it leaves white."""
    skin = palette((SHIPPED.templates,))["tones"][tone]
    line, surface = (int(pale_grey(skin[part], 0.5)[1:3], 16) for part in ("line", "surface_far"))
    assert line < 0.3 * 255 < 0.5 * 255 < surface
