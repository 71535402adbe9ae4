"""How a region writes the shipped words."""

from __future__ import annotations

import pytest

from handouts.model.text import Run, Text
from handouts.translation.wording import Respelling

AMERICAN = Respelling(
    {
        "colour": "color",
        "Paracetamol": "acetaminophen",
        "grey": "gray",
        "grey-brown": "taupe",
        "skin doctor": "dermatologist",
        "e.g.": "for example",
        "itch": "pruritus",
    }
)

RESPELT = [
    ("a word", "The colour fades.", "The color fades."),
    ("each time that it stands there", "colour, colour", "color, color"),
    ("with a capital where it had one", "Colour fades.", "Color fades."),
    ("in capitals, with one", "COLOUR", "Color"),
    ("entered with a capital", "take paracetamol", "take acetaminophen"),
    ("in bold, which stays", "**Paracetamol** helps", "**Acetaminophen** helps"),
    ("the longest that fits", "grey-brown or grey", "taupe or gray"),
    ("a phrase", "Ask a skin doctor.", "Ask a dermatologist."),
    ("letter for letter", "e.g. here, eggs there", "for example here, eggs there"),
    ("no part of a word", "coloured, discolour, colours", "coloured, discolour, colours"),
    ("no slot", "{colour} {clinic_name}", "{colour} {clinic_name}"),
    ("no word with a dotless i", "ıtch", "ıtch"),
    ("nothing else", "Call us.", "Call us."),
]


@pytest.mark.parametrize(
    ("shipped", "here"), [case[1:] for case in RESPELT], ids=[case[0] for case in RESPELT]
)
def test_a_region_writes_its_own_words(shipped: str, here: str) -> None:
    assert str(AMERICAN(Text.parse(shipped))) == here


def test_what_is_in_a_filled_slot_keeps_its_slot() -> None:
    filled = Text((Run("colour", bold=True, slot="what"),))
    assert AMERICAN(filled).runs == (Run("color", bold=True, slot="what"),)


def test_a_region_without_words_of_its_own_changes_none() -> None:
    text = Text.parse("The colour, e.g. grey.")
    assert Respelling({})(text) is text
