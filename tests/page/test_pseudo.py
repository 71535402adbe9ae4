"""No English is left on the pages of a translation: of no template, and not of the program."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from handouts.build.plan import plan
from handouts.build.variants import Variants
from handouts.content.catalogue import read_catalogue
from handouts.content.workspace import open_workspace
from handouts.model.tables import Edition
from handouts.page.compose import compose
from tests.world import DAY, make_workspace, translate

LEAFLETS = ("acne-explained", "fractional-co2-laser", "scar-treatment-options", "my-wound-card")
SPOKEN = {"alt", "title", "aria-label"}
NAMES = re.compile(
    r"CO2|CO₂|Test Clinic|\b[A-Z]{2,}\b|[\w.-]+\.(?:org|uk|example)\S*|\b[0-9a-f]{10}\b"
)
"""What is the same in every language: formulas, the clinic's name, abbreviations, addresses."""


class Words(HTMLParser):
    """The text of a page that is not marked as English, and that its pictures are described by."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "img", "br"):
            if not any(self._open):
                self.said += [value or "" for name, value in attrs if name in SPOKEN]
            return
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        left_out = given.get("lang") == "en" or tag == "style" or {"code", "ltr"} & set(classes)
        self._open.append(bool(left_out))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "img", "br"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open):
            self.said.append(data)


@pytest.mark.parametrize("edition", ["standard", "summary", "large"])
def test_no_english_word_is_left(edition: Edition, tmp_path: Path) -> None:
    """Every vowel of the made-up language has an accent, so that a word without one is English."""
    clinic = make_workspace(tmp_path)
    translate(clinic, "sv", *LEAFLETS)
    catalogue = read_catalogue(open_workspace(clinic), LEAFLETS)
    work = plan([catalogue], LEAFLETS, Variants(("sv",), ("a4",), (edition,)), DAY)
    assert len(work.tasks) == len(LEAFLETS)
    for task in work.tasks:
        page = Words()
        page.feed(compose(task.document, task.layers).html)
        said = NAMES.sub(" ", unescape(" ".join(page.said))).replace(task.request.leaflet, " ")
        words = {word for word in re.findall(r"[^\W\d_]+", said) if re.search("[aeiou]", word)}
        assert words - MONTHS == set(), task.request.leaflet


MONTHS = {"november", "January"}
"""Dates are written as Swedish writes them."""
