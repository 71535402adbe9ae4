"""Every edition of every leaflet is composed, and its type and space keep to what is promised."""

from __future__ import annotations

import importlib.util
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import handouts
from handouts.model.tables import Edition, Ink, Paper
from handouts.page.compose import compose
from handouts.pdf.render import render_pdf
from tests.test_leaflets import SHIPPED
from tests.world import DAY

ROOT = Path(__file__).parents[2]
PROJECT = handouts.open(ROOT / "examples" / "demo-clinic", region="GB")
EDITIONS: tuple[Edition, ...] = ("standard", "summary", "large")
INKS: tuple[Ink, ...] = ("colour", "black")


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("pages", ROOT / "scripts" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pages"] = module
    spec.loader.exec_module(module)
    return module


pages = _load()


def task(leaflet: str, paper: Paper, edition: Edition, ink: Ink) -> Any:
    plan = PROJECT.plan([leaflet], on=DAY, papers=[paper], editions=[edition], inks=[ink])
    (only,) = plan.tasks
    return only


@pytest.mark.parametrize("leaflet", SHIPPED)
def test_every_edition_can_be_composed_in_both_inks(leaflet: str) -> None:
    for edition, ink in product(EDITIONS, INKS):
        made = task(leaflet, "a4", edition, ink)
        assert made.document.title.plain in compose(made.document, made.layers).html


LONGEST = {"summary": 92}
"""Characters of the longest line; a summary uses the whole width, so that it is one sheet."""

MEASURED = [(leaflet, "a4", "standard", "colour") for leaflet in SHIPPED] + [
    ("acne-medicines", "letter", "standard", "black"),
    ("scar-treatment-options", "a4", "large", "colour"),
    ("after-laser", "letter", "large", "black"),
    ("acne-explained", "a4", "summary", "colour"),
    ("isotretinoin", "letter", "summary", "colour"),
]


@pytest.mark.parametrize(("leaflet", "paper", "edition", "ink"), MEASURED)
def test_type_lines_and_margins(leaflet: str, paper: Paper, edition: Edition, ink: Ink) -> None:
    """Type of 12 points, nothing below 10; lines to read of 75 characters; 5 mm at the edges."""
    made = task(leaflet, paper, edition, ink)
    found = pages.measure(made, render_pdf(compose(made.document, made.layers), measured=True))
    # In a summary there is little besides names and numbers to call.
    assert found.share >= (0.75 if edition == "summary" else 0.85)
    assert found.smallest >= (16 if edition == "large" else 10)
    assert found.longest <= LONGEST.get(edition, 75)
    assert found.safe >= 5
