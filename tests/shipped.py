"""What is shipped, by name."""

from __future__ import annotations

import pytest

from handouts.content import layers
from handouts.model.tables import Paper

PAPERS: tuple[Paper, ...] = ("a4", "letter")
REGIONS = ("GB", "US", "IN", "EU")
SHIPPED = (
    "acne-explained",
    "acne-in-pregnancy",
    "acne-medicines",
    "acne-scars-explained",
    "after-laser",
    "after-microneedling",
    "chemical-peels",
    "combination-treatment",
    "dark-marks",
    "dermaroller",
    "erbium-glass-laser",
    "erbium-yag-laser",
    "filler-for-scars",
    "fractional-co2-laser",
    "hormonal-treatment",
    "isotretinoin",
    "microneedling-rf",
    "my-wound-card",
    "preventing-acne",
    "preventing-acne-scars",
    "raised-scars",
    "scar-treatment-options",
    "starting-a-retinoid",
    "subcision-and-tca-cross",
    "sun-and-make-up",
)

each_leaflet = pytest.mark.parametrize("leaflet", SHIPPED)

LAYERS = (layers.SHIPPED.templates,)
"""Those of a clinic without templates of its own."""
