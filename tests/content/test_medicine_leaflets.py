"""What a leaflet on a medicine must say in every region, whatever its regional blocks replace."""

from __future__ import annotations

import re

import pytest

from handouts.model.text import texts_in
from tests.shipped import REGIONS
from tests.world import demo_document

SAYS = {
    "isotretinoin": {
        "serious harms": [
            "birth defects",
            "pressure in the head",
            "low, anxious, angry",
            "yellow skin",
            "rash with fever, blisters",
        ],
        "interactions": ["tetracycline", "No vitamin A pills", "seizures"],
        "stop and call": ["[Ss]top the capsules and call"],
        "pregnancy": ["never in pregnancy", "contraception|birth control", "month"],
        "tests": ["blood test", "pregnancy test"],
    },
    "hormonal-treatment": {
        "serious harms": [
            "[Bb]lood clots",
            "stroke",
            "[Tt]oo much potassium",
            "beats unevenly",
            "worse migraine",
        ],
        "interactions": [
            "trimethoprim",
            "potassium tablets",
            "ibuprofen",
            r"St\.? John",
            "blood pressure",
        ],
        "stop and call": ["[Ss]top the tablets", "one calf hurts"],
        "pregnancy": ["harm a baby before birth", "contraception"],
        "tests": ["test your blood", "blood pressure was measured"],
    },
    "starting-a-retinoid": {
        "serious harms": ["trouble breathing", "blisters", "diarrh"],
        "interactions": ["Another retinoid"],
        "stop and call": ["[Ss]top the gel and call"],
        "pregnancy": ["[Nn]ot in pregnancy", "contraception|birth control"],
        "tests": ["judge it after 12"],
    },
}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("leaflet", SAYS)
def test_a_medicine_leaflet_says_what_matters(leaflet: str, region: str) -> None:
    words = " ".join(text.plain for text, _ in texts_in(demo_document(leaflet, "a4", region)))
    missing = [
        (topic, phrase)
        for topic, phrases in SAYS[leaflet].items()
        for phrase in phrases
        if not re.search(phrase, words)
    ]
    assert not missing
