"""A clinic writes a leaflet on a matter of its own, and nothing outside its folder knows of it."""

from __future__ import annotations

from pathlib import Path

import page as page_validation

from tests import readback
from tests.world import CLINIC, handouts, make_workspace

KINDS = """\
kinds:
  - id: how-to
    label: How to use it
    review_months: 24
    template: how-to.html.j2
    holds: [figure]
    sections:
      - id: before
      - id: steps
        holds: [steps]
      - id: sources
        holds: [sources]
"""

LEAFLET = """\
id: inhaler-spacer
kind: how-to
version: "1.0"
issued: 2026-11-22
title: How to use an inhaler with a spacer
short_title: Inhaler and spacer
aim: A spacer is a tube that makes an inhaler easier to use.
audience: For adults, and for those who help them.
sections:
  - id: before
    heading: Before you begin
    blocks:
      - ref: spacer/parts
  - id: steps
    heading: What do I do?
    blocks:
      - ref: spacer/breathing
  - id: care
    heading: How do I keep it clean?
    blocks:
      - type: list
        style: dont
        items: [Do not rub the tube dry.]
  - id: sources
    heading: Where do these facts come from?
    blocks:
      - type: sources
"""

PARTS = """\
id: spacer/parts
type: figure
title: The parts of a spacer
panels:
  - drawing: spacer-parts
    label: Ready to use
    alt: A tube with a mouthpiece at its left end and an inhaler in its right end.
legend:
  - marker: 1
    text: mouthpiece
  - marker: 2
    text: inhaler
caption: The inhaler fits into the end without a mouthpiece.
"""

BREATHING = """\
id: spacer/breathing
type: steps
intro: "{clinic_name} will show you once. Then:"
steps:
  - Shake the inhaler and push it into the tube.
  - Close your lips around the mouthpiece.
  - Press the inhaler 1 time and breathe in slowly.
sources: [MADE-UP]
"""

SOURCES = """\
sources:
  - key: MADE-UP
    title: A made-up guide to spacers
    organisation: Society of Made-up Breathing
    year: "2026"
    grade: C
"""

LABELS = """\
labels:
  - key: own_promise
    text: "Ask us {when}: no question is too small."
"""

TEMPLATE = """\
{% extends "shipped:leaflet.html.j2" %}
{% block styles %}
{{ super() }}
{% include "styles/how-to.css.j2" %}
{% endblock %}
{% block closing %}
<p class="promise">{{ label('own_promise', when='any time') }}</p>
{{ super() }}
{% endblock %}
"""

STYLE = """\
{% import "styles/tokens.j2" as t with context %}
.promise { color: {{ primary }}; font-weight: 700; }
"""

FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">
<g fill="{{ skin.surface }}" stroke="{{ skin.line }}">
<rect x="20" y="12" width="70" height="16" rx="8"/>
<path d="M90 8h14v24h-14z"/>
</g>
<text x="8" y="24" font-family="Noto Sans" font-size="8">1</text>
<text x="108" y="24" font-family="Noto Sans" font-size="8">2</text>
</svg>
"""

WORLD = {
    "handouts.yaml": CLINIC,
    "content/kinds.yaml": KINDS,
    "content/leaflets/inhaler-spacer.yaml": LEAFLET,
    "content/blocks/spacer/parts.yaml": PARTS,
    "content/blocks/spacer/breathing.yaml": BREATHING,
    "content/sources.yaml": SOURCES,
    "content/labels.yaml": LABELS,
    "templates/how-to.html.j2": TEMPLATE,
    "templates/styles/how-to.css.j2": STYLE,
    "templates/figures/spacer-parts.svg.j2": FIGURE,
}


def test_a_clinics_own_leaflet_is_checked_and_printed(tmp_path: Path) -> None:
    """Own kind, blocks, source, label, template, style and figure, down to the tagged PDF."""
    clinic = make_workspace(tmp_path / "clinic", WORLD)
    checked = handouts("check", "inhaler-spacer", "-w", clinic)
    assert (checked.exit_code, checked.stdout) == (0, ""), checked.stderr
    assert "no errors" in checked.stderr

    built = handouts("build", "inhaler-spacer", "-w", clinic, "-o", tmp_path / "out")
    assert built.exit_code == 0, built.stderr
    pdf = (tmp_path / "out" / "inhaler-spacer_en-GB_a4-DRAFT.pdf").read_bytes()

    assert readback.headings(pdf, 1) == ["How to use an inhaler with a spacer"]
    assert readback.headings(pdf, 2) == [
        "Before you begin",
        "What do I do?",
        "How do I keep it clean?",
        "Where do these facts come from?",
    ]
    printed = readback.text(pdf)
    for words in (
        "How to use it",
        "Test Clinic will show you once.",
        "Press the inhaler 1 time",
        "Society of Made-up Breathing",
        "Ask us any time: no question is too small.",
    ):
        assert words in printed
    alts = [element.alt for element in readback.elements(pdf) if element.type == "Figure"]
    assert "A tube with a mouthpiece at its left end and an inhaler in its right end." in alts
    report = page_validation.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, report.failures
