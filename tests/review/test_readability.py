"""Sentence lengths and grades."""

from __future__ import annotations

import pytest

from handouts.model.blocks import ListBlock
from handouts.review.readability import LIMITS, readability, syllables, words_of
from tests.test_leaflets import each_leaflet
from tests.world import demo_document

SPOKEN = [
    ("scar", 1),
    ("acne", 2),
    ("needle", 2),
    ("needles", 2),
    ("made", 1),
    ("healed", 1),
    ("treated", 2),
    ("isotretinoin", 6),
    ("pregnancy", 3),
    ("dark-brown", 2),
    ("CO2", 2),
    ("43", 2),
]


LONG_ITEM = "A fever is 38.5 degrees or more."


@pytest.mark.parametrize(("word", "count"), SPOKEN)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_hyphenated_word_and_a_decimal_are_one_word() -> None:
    assert words_of("Soap-free, at 1.5 mm.") == ["Soap-free", "at", "1.5", "mm"]


def test_only_whole_sentences_count() -> None:
    """Two sentences of three and seven words; a heading and an item without a stop."""
    words = ListBlock(type="list", items=("Soap and water", "Stay calm now.", LONG_ITEM))
    document = demo_document("acne-explained", "a4")
    section = document.sections[0].model_copy(update={"blocks": (words,)})
    measured = readability(document.model_copy(update={"sections": (section,)}))
    assert (measured.sentences, measured.words, measured.longest) == (2, 10, LONG_ITEM)


@each_leaflet
def test_a_leaflet_is_easy_to_read(leaflet: str) -> None:
    measured = readability(demo_document(leaflet, "a4"))
    assert LIMITS.allow(measured), (measured.grade, measured.mean, measured.longest)
