"""What people commonly write wrong, and what each slip is answered with: no library's own words.

Each row is a file, its text, the message, the line, and the remedy.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.content.catalogue import read_catalogue
from handouts.content.clinic_table import read_clinics
from handouts.content.layers import Library
from handouts.content.workspace import open_workspace
from handouts.diagnostics import Diagnostic, HandoutsError, collect
from handouts.review.rules import check_catalogue
from tests.world import CLINIC, TINY_LEAFLET, make_tiny

SETTINGS, BRAND, TABLE = "handouts.yaml", "brand.yaml", "clinics.csv"
LEAFLET = "content/leaflets/tiny-leaflet.yaml"
LOOK = "templates/leaflet.html.j2"


def clinic(right: str, wrong: str) -> str:
    """The clinic's settings with one slip."""
    assert right in CLINIC
    return CLINIC.replace(right, wrong, 1)


def leaflet(right: str, wrong: str) -> str:
    """A leaflet with one slip."""
    assert right in TINY_LEAFLET
    return TINY_LEAFLET.replace(right, wrong, 1)


def block(*lines: str) -> str:
    """A leaflet with another block in its first section."""
    written = "\n".join(f"        {line}" for line in lines).replace(" " * 8, " " * 6 + "- ", 1)
    return leaflet("  - id: sources", f"{written}\n  - id: sources")


def table(*rows: str) -> str:
    return "\n".join(("id,name,phone", *rows, ""))


def page(text: str, part: str = "opening") -> str:
    """The clinic's own page, with a slip in one part of it."""
    head = '{% extends "shipped:leaflet.html.j2" %}'
    return f"{head}\n{{% block {part} %}}{{{{ super() }}}}\n{text}\n{{% endblock %}}\n"


Row = tuple[str, str | bytes, str, int, str]
