"""The text of the pages in the order in which it was painted, as readers without tags take it."""

from __future__ import annotations

from functools import lru_cache

import pypdfium2
import pytest

from handouts.api.project import open_project
from tests.world import DAY

LEAFLETS = ("acne-explained", "my-wound-card", "after-laser")


@lru_cache
def painted(name: str) -> str:
    """The words of all pages in painted order, without spaces and breaks."""
    pdf = open_project().leaflet(name, on=DAY, paper="a4").pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split()).replace("\ufffe", "")


@pytest.mark.parametrize("name", LEAFLETS)
def test_words_are_painted_in_the_order_of_reading(name: str) -> None:
    """The clinic, the kind, the title, then each heading and, after it, its own words."""
    words = open_project().leaflet(name, on=DAY).words
    texts = [words.kind_label, words.title]
    for section in words.sections:
        texts.append(section.heading)
        for block in section.blocks:
            texts += [*getattr(block, "steps", ()), *getattr(block, "points", ())]
    text, at = painted(name), 0
    assert text.startswith("LarkfieldSkinClinic")
    for expected in texts:
        found = text.find("".join(expected.plain.split()), at)
        assert found >= 0, f"{expected.plain} is painted too early, or not at all"
        at = found


@pytest.mark.parametrize("name", LEAFLETS[1:])
def test_the_number_of_a_step_stands_before_it(name: str) -> None:
    words = open_project().leaflet(name, on=DAY).words
    blocks = [block for section in words.sections for block in section.blocks]
    steps = [block.steps for block in blocks if block.type == "steps"]
    assert steps
    for number, step in enumerate(steps[0], start=1):
        assert f"{number}{''.join(step.plain.split())}" in painted(name)
