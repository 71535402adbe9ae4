"""How many words of a leaflet a child of about ten may not know: ``scripts/dale_chall.py``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from handouts.review.readability import sentences_of
from tests.shipped import REGIONS, each_leaflet
from tests.world import demo_document

SCRIPT = Path(__file__).parents[2] / "scripts" / "dale_chall.py"


@pytest.fixture(scope="module")
def dale() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dale_chall", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "unfamiliar"),
    [
        ("He tried, hurts and is stopping.", []),
        ("The latest baby isn\u2019t early.", []),
        ("43 of 100 people, 1.5 mm", ["mm"]),
        ("Grey colour and rose-red skin", []),
        ("A well-known soap-free retinoid", ["retinoid"]),
        ("An acid, an acid and the NHS", ["acid", "acid", "nhs"]),
    ],
)
def test_unfamiliar_words(text: str, unfamiliar: list[str], dale: ModuleType) -> None:
    assert list(dale.unfamiliar_words(text)) == unfamiliar


@pytest.mark.parametrize(
    ("sentences", "score"),
    [
        (["The cat sat down here."], 0.248),  # 0.0496 x 5
        (["The cat sat on the acid."], 6.566),  # 0.1579 x 100 / 6 + 0.0496 x 6 + 3.6365
        (["The cat sat.", "It has an acid here."], 5.809),  # 0.1579 x 12.5 + 0.0496 x 4 + 3.6365
    ],
)
def test_score(sentences: list[str], score: float, dale: ModuleType) -> None:
    assert dale.dale_chall(sentences) == pytest.approx(score, abs=0.001)


@pytest.mark.parametrize("region", REGIONS)
@each_leaflet
def test_a_leaflet_uses_familiar_words(leaflet: str, region: str, dale: ModuleType) -> None:
    sentences = list(sentences_of(demo_document(leaflet, "a4", region)))
    assert dale.dale_chall(sentences) <= 6.5
