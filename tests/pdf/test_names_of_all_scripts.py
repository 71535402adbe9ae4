"""Names of clinics and patients in every script, in leaflets of every direction."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from handouts.build.run import render
from handouts.content.layers import SHIPPED
from handouts.content.writing_systems import printed_script
from handouts.model.clinic import Clinic, Hours
from handouts.page.areas import card_height
from handouts.page.leading import Leading
from handouts.page.personal import Personal
from handouts.store import NO_STORE
from tests import readback
from tests.in_scripts import FOLDER, NAMES, document_in


@pytest.mark.parametrize("language", ["en", "ar", "ur", "hi"])
@pytest.mark.parametrize("script", NAMES)
def test_names_of_every_script_are_printed_in_every_leaflet(script: str, language: str) -> None:
    """In the head of the page, the line above it and the card, as the letters that they are."""
    patient, clinic = NAMES[script]
    details = Clinic(
        name=clinic,
        notice=patient,
        phone="+44 20 7946 0000",
        address=(f"{patient} 12",),
        hours=(Hours(days=clinic, time="9-17"),),
    )
    document = document_in(language).model_copy(update={"clinic": details})
    personal = Personal(patient, patient, None, date(2026, 11, 22))
    layers = SHIPPED.template_layers(FOLDER)
    files, faults = render(document, layers, False, ("pdf",), personal, NO_STORE)
    assert faults == ()
    found = Counter(readback.text(files[0].data))
    # Twice above the page, once in its head.
    assert found >= Counter(_letters(3 * patient + clinic))


CARD = Clinic(name="Test Clinic", phone="999", address=("1 Walk", "Town"), website="a.example")
HEIGHTS = [("en", 23), ("hi", 23), ("ar", 23), ("ur", 30)]


@pytest.mark.parametrize(("language", "height"), HEIGHTS)
def test_a_card_is_as_high_as_its_script_needs(language: str, height: int) -> None:
    assert card_height(CARD, leading=Leading(printed_script(language))) == height


def test_chinese_letters_are_as_wide_as_two() -> None:
    wide = CARD.model_copy(update={"address": ("皮" * 60,) * 3})
    assert card_height(wide) > card_height(CARD)


def _letters(words: str) -> str:
    return re.sub(r"[^\w]", "", words)
