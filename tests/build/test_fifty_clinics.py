"""Fifty clinics over one workspace: each has its own facts and colours, and nobody else's."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from tests import readback
from tests.world import TINY_KINDS, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

PDF = "tiny-leaflet_en-GB_a4-DRAFT.pdf"
LEAFLET = "content/leaflets/tiny-leaflet.yaml"


@dataclass(frozen=True)
class Row:
    """A row of the table: all of it differs from all others."""

    number: int

    @property
    def id(self) -> str:
        return f"clinic-{self.number}"

    @property
    def name(self) -> str:
        return f"Practice Nr{self.number:02}x"

    @property
    def phone(self) -> str:
        """Of several widths; from the range that is reserved for fiction."""
        area = ("01632", "+44 1632", "+44 (0)1632")[self.number % 3]
        return f"{area} 960 {self.number:03}"

    @property
    def address(self) -> str:
        return f"{self.number + 100} Own Road"

    @property
    def primary(self) -> str:
        return f"#{16 + self.number:02x}3040"

    def __str__(self) -> str:
        return f"{self.id},{self.name},{self.phone},{self.address},{self.primary}"


ROWS = [Row(number) for number in range(1, 51)]

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
WORDS = TINY_LEAFLET.replace(
    "  - id: sources", "      - {type: contact, who: clinic}\n  - id: sources"
)
FIGURE = """\
      - {type: figure, title: A, caption: B, panels: [{drawing: mine, alt: A square}]}
  - id: sources"""
KIND = TINY_KINDS.replace("id: tiny\n", "id: mine\n    template: mine.html.j2\n", 1)
TEMPLATE = """\
<!doctype html><html lang="en"><head><title>{{ document_title }}</title>
<meta name="author" content="{{ leaflet.clinic.name }}">
<style>@page { size: A4 } body { font-family: "Noto Sans"; color: {{ leaflet.brand.primary }} }
{% include "styles/areas.css.j2" %}</style></head>
<body>{{ area('masthead', 168, 16) }}<p>Call {{ leaflet.clinic.name }} on
{{ leaflet.clinic.phone }}, {{ leaflet.clinic.address[0] }}.</p></body></html>
"""

BASES: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "drawings of its own": (
        50,
        {
            LEAFLET: WORDS.replace("  - id: sources", FIGURE),
            "templates/figures/mine.svg.j2": DRAWING,
            "templates/figures/unused.svg.j2": DRAWING,
        },
    ),
    "drawings, kinds and templates of its own": (
        50,
        {
            LEAFLET: WORDS.replace("kind: tiny", "kind: mine"),
            "content/kinds.yaml": KIND,
            "templates/mine.html.j2": TEMPLATE,
            "templates/figures/unused.svg.j2": DRAWING,
        },
    ),
    "words that name the clinic": (
        5,
        {LEAFLET: WORDS.replace("One point.", "'We are {clinic_name}.'")},
    ),
    "a template that it does not use": (
        5,
        {LEAFLET: WORDS, "templates/unused.html.j2": TEMPLATE},
    ),
    "an icon": (5, {LEAFLET: WORDS, "templates/icons/tick.svg.j2": DRAWING}),
}


@pytest.mark.parametrize(("count", "files"), BASES.values(), ids=BASES)
def test_no_clinic_of_many_gets_anything_of_another(
    count: int, files: Mapping[str, str], tmp_path: Path
) -> None:
    rows = ROWS[:count]
    base = make_tiny(tmp_path / "base", files)
    table = tmp_path / "clinics.csv"
    table.write_text("\n".join(["id,name,phone,address,primary", *map(str, rows)]), "utf-8")
    out = tmp_path / "out"
    options = ("--clinics", table, "-w", base, "-o", out, "-j", "1", "--json")
    answer = json.loads(handouts("build", "tiny-leaflet", *options).stdout)
    assert (answer["ok"], len(answer["outputs"])) == (True, count), answer["diagnostics"]
    for row in rows:
        pdf = (out / row.id / PDF).read_bytes()
        text, colours = readback.text(pdf), colours_of(pdf)
        for other in rows:
            own = other is row
            assert (other.name in text, other.phone in text, other.address in text) == (own,) * 3
            assert (other.primary in colours) == own, (row, other)


def colours_of(pdf: bytes) -> set[str]:
    """Every colour of a file: those set by numbers, and those of palettes with one entry."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Array) and len(item) == 4 and item[0] == "/Indexed":
                found.add(f"#{bytes(item[3]).hex()}")
            elif isinstance(item, pikepdf.Stream) and item.get("/Type") != "/Metadata":
                try:
                    commands = item.read_bytes()
                except pikepdf.PdfError:
                    continue
                for numbers in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", commands):
                    found.add("#" + "".join(f"{round(float(n) * 255):02x}" for n in numbers))
    return found
