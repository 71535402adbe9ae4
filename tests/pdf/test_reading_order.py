"""The text of the pages in the order in which it was painted, as readers without tags take it."""

from __future__ import annotations

from functools import lru_cache

import pypdfium2
import pytest

from handouts.api.project import open_project
from handouts.model.text import Text
from tests.world import DAY

LEAFLETS = ("acne-explained", "my-wound-card", "after-laser")


@lru_cache
def painted(name: str) -> str:
    """The letters of all pages in painted order."""
    pdf = open_project().leaflet(name, on=DAY, paper="a4").pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return letters("".join(pages))


def letters(text: str) -> str:
    """A text without spaces, and without hyphens, which PDFium leaves out at the end of a line."""
    return "".join(text.translate({ord("-"): None, 0xFFFE: None}).split())


@pytest.mark.parametrize("name", LEAFLETS)
def test_words_are_painted_in_the_order_of_reading(name: str) -> None:
    """The clinic, the kind, the title, then each heading and, after it, its own words."""
    words = open_project().leaflet(name, on=DAY).words
    texts = [words.kind_label, words.title]
    for section in words.sections:
        texts.append(section.heading)
        for block in section.blocks:
            parts = block.steps if block.type == "steps" else ()
            parts = block.points if block.type == "key_points" else parts
            texts += [part for part in parts if isinstance(part, Text)]
    text, at = painted(name), 0
    assert text.startswith("LarkfieldSkinandLaserClinic")
    for expected in texts:
        found = text.find(letters(expected.plain), at)
        assert found >= 0, f"{expected.plain} is painted too early, or not at all"
        at = found


@pytest.mark.parametrize("name", LEAFLETS[1:])
def test_the_number_of_a_step_stands_before_it(name: str) -> None:
    words = open_project().leaflet(name, on=DAY).words
    blocks = [block for section in words.sections for block in section.blocks]
    steps = [block.steps for block in blocks if block.type == "steps"]
    assert steps
    for number, step in enumerate(steps[0], start=1):
        assert isinstance(step, Text)
        assert f"{number}{letters(step.plain)}" in painted(name)
