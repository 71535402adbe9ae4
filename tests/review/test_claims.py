"""Words of a clinic's own that say that a leaflet is approved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handouts.content.layers import SHIPPED
from handouts.content.load import load
from handouts.model.tables import Labels
from handouts.review.rules.claims import FIXED_LABELS
from tests.world import CLINIC, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LABELS = "content/labels.yaml"


def told(clinic: Path) -> list[tuple[str, str, int]]:
    """Code, file and line of what `check` says about claims."""
    answer = json.loads(handouts("check", "-w", clinic, "--json").stdout)
    return [
        (d["code"], Path(d["file"]).name, d["line"])
        for d in answer["diagnostics"]
        if d["code"] in ("claims-approval", "fixed-label")
    ]


def test_the_fixed_labels_are_all_that_say_so() -> None:
    shipped = {label.key for label in load(SHIPPED.content / "labels.yaml", Labels).model.labels}
    parts = ("mark", "draft", "signed", "approval")
    assert {key for key in shipped if any(part in key for part in parts)} == FIXED_LABELS


@pytest.mark.parametrize("key", sorted(FIXED_LABELS))
def test_a_label_that_says_so_cannot_be_replaced(key: str, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {LABELS: f"labels:\n  - key: {key}\n    text: Fine\n"})
    assert told(clinic) == [("fixed-label", "labels.yaml", 2)]
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    assert (result.exit_code, (tmp_path / "out").exists()) == (1, False)


CLAIMS = {
    "a label": (LABELS, "labels:\n  - key: about_title\n    text: An approved leaflet\n", 3),
    "a label in capitals": (LABELS, "labels:\n  - {key: urgent, text: CLINICALLY REVIEWED}\n", 2),
    "a notice": (
        "handouts.yaml",
        CLINIC.replace("  phone", "  notice: Endorsed by all\n  phone"),
        3,
    ),
    "a name": ("handouts.yaml", CLINIC.replace("Test", "Certified"), 2),
    "a template": ("templates/blocks/text.html.j2", "<p>\nChecked by Dr A</p>", 2),
    "a style": (
        "templates/styles/mine.css.j2",
        "{# approved #}\np::after { content: 'Signed off' }",
        2,
    ),
    "after a comment of two lines": ("templates/mine.j2", "{#\n#} Approval: yes", 2),
}


@pytest.mark.parametrize(("file", "text", "line"), CLAIMS.values(), ids=CLAIMS)
def test_words_that_claim_an_approval_are_told(
    file: str, text: str, line: int, tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path, {file: text})
    assert told(clinic) == [("claims-approval", Path(file).name, line)]


HARMLESS = {
    "a condition": ("templates/mine.j2", "{% if standing.approval == 'approved' %}A{% endif %}"),
    "a label": (LABELS, "labels:\n  - key: about_title\n    text: About this leaflet\n"),
    "a device": ("templates/mine.j2", "Improved, disapproval-free and unchecked"),
}


@pytest.mark.parametrize(("file", "text"), HARMLESS.values(), ids=HARMLESS)
def test_other_words_are_not(file: str, text: str, tmp_path: Path) -> None:
    assert not told(make_tiny(tmp_path, {file: text}))
