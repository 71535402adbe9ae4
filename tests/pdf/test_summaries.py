"""Summaries: one sheet, set as airily as it allows."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handouts.cli.options import user_store
from handouts.page.compose import compose
from handouts.page.personal import Personal
from handouts.pdf.render import RenderedPdf, render_pdf
from tests.world import DAY, demo_task

AIRY, CLOSE, DENSE = "chemical-peels", "fractional-co2-laser", "starting-a-retinoid"


def _summary(leaflet: str, personal: Personal | None = None) -> RenderedPdf:
    task = demo_task(leaflet, "a4", "summary")
    page = compose(task.document, task.layers, personal, store=user_store())
    return render_pdf(page, measured=True)


def _leading(rendered: RenderedPdf) -> float:
    """How far apart the lines of "In short" are, in em."""
    tops = [line.top for line in rendered.lines[0] if line.part == "in-short"]
    return min(below - above for above, below in pairwise(sorted(set(tops)))) / 12


def test_a_summary_is_no_tighter_than_its_sheet_asks() -> None:
    found = {leaflet: _leading(_summary(leaflet)) for leaflet in (AIRY, CLOSE, DENSE)}
    assert found == pytest.approx({AIRY: 1.27, CLOSE: 1.19, DENSE: 1.15}, abs=0.005)


@pytest.mark.parametrize("leaflet", [AIRY, CLOSE])
def test_one_for_somebody_is_set_as_the_one_for_nobody(leaflet: str) -> None:
    """But for the line with their name, for which there is always room."""
    general, personal = (
        [
            [(line.text, line.top) for line in page if line.part != "band"]
            for page in _summary(leaflet, somebody).lines
        ]
        for somebody in (None, Personal("Anna Example", "Dr B. Sample", None, DAY))
    )
    assert personal == general


def test_only_a_picture_that_has_room_is_printed() -> None:
    """It is the first thing to go."""
    words = {
        leaflet: {line.part for page in _summary(leaflet).lines for line in page}
        for leaflet in (AIRY, DENSE)
    }
    assert "how-it-works" in words[AIRY]
    assert "what-it-is" not in words[DENSE]
    ids = [section.id for section in demo_task(DENSE, "a4", "summary").document.sections]
    assert "what-it-is" in ids
