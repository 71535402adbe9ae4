"""Sentence lengths and grades."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.model.blocks import ListBlock
from handouts.review.readability import LIMITS, readability, sentences_of, syllables, words_of
from tests.shipped import REGIONS, each_leaflet
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


TABLE = Path(__file__).parents[2] / "docs" / "explanation" / "content-review.md"
LONG_ITEM = "Is it warm? A fever is 38.5 degrees or more."


@pytest.mark.parametrize(("word", "count"), SPOKEN)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_hyphenated_word_and_a_decimal_are_one_word() -> None:
    assert words_of("Soap-free, at 1.5 mm.") == ["Soap-free", "at", "1.5", "mm"]


def test_only_whole_sentences_count() -> None:
    """Two sentences of three and seven words; a heading, a question and an item without a stop."""
    words = ListBlock(type="list", items=("Soap and water", "Stay calm now.", LONG_ITEM))
    document = demo_document("acne-explained", "a4")
    section = document.sections[0].model_copy(update={"blocks": (words,)})
    measured = readability(document.model_copy(update={"sections": (section,)}))
    assert (measured.sentences, measured.words, measured.short) == (2, 10, 1)
    assert measured.longest == "A fever is 38.5 degrees or more."


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("It is at example.org. See it there.", ["It is at example.org.", "See it there."]),
        ("\u201cIt spreads.\u201d It does not.", ["\u201cIt spreads.\u201d", "It does not."]),
        ("0.1 percent, 12 weeks", []),
    ],
)
def test_where_sentences_end(words: str, sentences: list[str]) -> None:
    block = ListBlock(type="list", items=(words, "Stay calm."))
    document = demo_document("acne-explained", "a4")
    section = document.sections[0].model_copy(update={"blocks": (block,)})
    found = sentences_of(document.model_copy(update={"sections": (section,)}))
    assert list(found) == [*sentences, "Stay calm."]


@pytest.mark.parametrize("region", REGIONS)
@each_leaflet
def test_a_leaflet_is_easy_to_read(leaflet: str, region: str) -> None:
    measured = readability(demo_document(leaflet, "a4", region))
    assert LIMITS.allow(measured), (measured.grade, measured.mean, measured.short_share, measured)


@each_leaflet
def test_the_table_in_the_documents_is_fresh(leaflet: str) -> None:
    """After a change of the content, run ``scripts/readability --write``."""
    measured = readability(demo_document(leaflet, "a4"))
    row = f"| {leaflet} | {measured.words} | {measured.sentences} | {measured.mean:.1f} |"
    assert row in TABLE.read_text("utf-8")
