"""Colour arithmetic."""

from __future__ import annotations

import pytest

from handouts.colour import contrast, tint

CONTRASTS = [
    ("#000000", "#ffffff", 21.0),
    ("#ffffff", "#ffffff", 1.0),
    ("#767676", "#ffffff", 4.54),
    ("#ffffff", "#767676", 4.54),
    ("#ff0000", "#ffffff", 4.0),
]
"""Black on white by definition; the others as published for WCAG checkers."""


@pytest.mark.parametrize(("one", "other", "ratio"), CONTRASTS)
def test_contrast(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(("share", "colour"), [(1, "#204060"), (0, "#ffffff"), (0.5, "#90a0b0")])
def test_tint(share: float, colour: str) -> None:
    assert tint("#204060", share) == colour
