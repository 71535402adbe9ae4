"""Every term is explained where a reader meets it first, in each leaflet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from handouts.model.document import Document
from handouts.model.text import texts_in
from tests.shipped import REGIONS, each_leaflet
from tests.world import demo_document

TERMS = {
    "antiviral": "cold sore|virus",
    "boxcar": "steep sides",
    "broad-spectrum": "both kinds|UVA",
    "clascoterone": "cream",
    "collagen": "mesh|protein",
    "dermabrasion": "sanding",
    "hyaluronic": "sugar",
    "hypertrophic": "inside the old (spot|pimple)",
    "ice-pick": "narrow",
    "isotretinoin": "capsule",
    "keloid": "outgrow|grows past",
    "melasma": "dark patch|brown patch",
    "MNRF": "needles",
    "non-comedogenic": "pores",
    "PRP": "plasma",
    "radiofrequency": "electric",
    "retinoid": "vitamin A",
    "rolling": "soft wave|soft dents|soft, wide dents",
    "SPF": "SPF (says|tells)",
    "spironolactone": "tablet|hormone",
    "subcision": "band|frees|needle",
    "TCA": "acid",
    "tetracycline": "antibiotic|doxycycline",
    "vitiligo": "lost their colou?r",
}
"""A term, and the words that explain it."""


def blocks_of(document: Document) -> Iterator[str]:
    """The words of each block, in reading order."""
    for section in document.sections:
        for block in section.blocks:
            seen = texts_in(block)
            yield " ".join(text.plain for text, path in seen if "alt" not in path)


@pytest.mark.parametrize("region", REGIONS)
@each_leaflet
def test_a_term_is_explained_at_its_first_use(leaflet: str, region: str) -> None:
    """In the same block, or in the one after a picture that shows what it means."""
    blocks = list(blocks_of(demo_document(leaflet, "a4", region)))
    unexplained = []
    for term, explanation in TERMS.items():
        word = re.compile(rf"\b{term}", 0 if term.isupper() else re.IGNORECASE)
        first = next((place for place, words in enumerate(blocks) if word.search(words)), None)
        if first is not None:
            near = " ".join(blocks[first : first + 2])
            if not re.search(explanation, near, re.IGNORECASE):
                unexplained.append((term, blocks[first]))
    assert not unexplained
