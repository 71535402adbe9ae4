"""``check`` finds all that ``build`` would refuse: the same errors, in the same workspaces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handouts.content.layers import Library
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

OWN = "templates/leaflet.html.j2"


def page(block: str, text: str) -> str:
    """The shipped page with one part of the clinic's own."""
    return (
        '{% extends "shipped:leaflet.html.j2" %}\n'
        f"{{% block {block} %}}{{{{ super() }}}}\n{text}\n{{% endblock %}}\n"
    )


def style(css: str) -> str:
    return page("styles", css)


def point(text: str) -> str:
    return TINY_LEAFLET.replace("One point.", text)


LEAFLET = "content/leaflets/tiny-leaflet.yaml"
FIGURE = "\n".join(
    (
        TINY_LEAFLET + "      - type: figure",
        "        title: A figure",
        "        caption: A figure",
        "        panels: [{drawing: own, alt: A drawing.}]",
        "",
    )
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 22">{}</svg>'

# What is spoilt: the code, the text at which it must be told, and the files.
SPOILT: dict[str, tuple[str, str, dict[str, str | bytes]]] = {
    "a tag that does not end": (
        "template-syntax",
        "{% endblock",
        {OWN: page("opening", "{{ leaflet.title")},
    ),
    "an unknown tag": ("template-syntax", "{% loop", {OWN: page("opening", "{% loop %}")}),
    "an undefined name": ("template", "leaflit", {OWN: page("opening", "{{ leaflit.title }}")}),
    "an undefined attribute": ("template", "titel", {OWN: page("opening", "{{ leaflet.titel }}")}),
    "an unknown filter": (
        "template-syntax",
        "{{ 1 | rounded",
        {OWN: page("opening", "{{ 1 | rounded }}")},
    ),
    "an unknown label": ("template", "page_off", {OWN: page("opening", "{{ label('page_off') }}")}),
    "an unknown part": ("unknown-part", "mastead", {OWN: page("mastead", "Hello")}),
    "an include that is missing": (
        "unknown-template",
        "parts/no",
        {OWN: page("opening", "{% include 'parts/no.html.j2' %}")},
    ),
    "a drawing that is missing": (
        "unknown-template",
        "<img src",
        {OWN: page("opening", "<img src=\"{{ drawing('no', 'light') }}\" alt=\"\">")},
    ),
    "a picture by its path": (
        "outside",
        "door.png",
        {OWN: page("opening", '<img src="door.png" alt="">')},
    ),
    "a misspelt property": ("style", "font-varint", {OWN: style("p { font-varint: small-caps }")}),
    "a value that is none": ("style", "color: reddish", {OWN: style("p { color: reddish }")}),
    "a selector that is none": ("style", "p:hovering", {OWN: style("p:hovering[ { color: red }")}),
    "an unknown rule": ("style", "@charset-of", {OWN: style("@charset-of 'x';")}),
    "a page with no room for the mark": (
        "no-mark",
        "",
        {OWN: style("@page { size: 20mm 20mm; margin: 0 }")},
    ),
    "a letter without a font": ("missing-glyph", "\u0f40", {LEAFLET: point("One \u0f40 point.")}),
    "a name without a font": (
        "missing-glyph",
        "\u0f40",
        {"handouts.yaml": CLINIC.replace("Test Clinic", "Test \u0f40 Clinic")},
    ),
    "a notice that is too long": (
        "clinic-no-room",
        "WWW",
        {"handouts.yaml": CLINIC.replace("region", f"  notice: {'W' * 60}\nregion")},
    ),
    "a word that is too long": ("overflow", "WWW", {LEAFLET: point("W" * 69)}),
    "a drawing that is no SVG": (
        "unreadable-picture",
        "<svg",
        {LEAFLET: FIGURE, "templates/figures/own.svg.j2": "<svg><g></svg>"},
    ),
    "a drawing with an undefined name": (
        "template",
        "hair",
        {LEAFLET: FIGURE, "templates/figures/own.svg.j2": SVG.format("{{ hair }}")},
    ),
    "a figure without a drawing": ("missing-image", "own,", {LEAFLET: FIGURE}),
    "a logo that is none": (
        "unreadable-picture",
        "logo.png",
        {"brand.yaml": "logo: logo.png\n", "logo.png": b"GIF89a"},
    ),
    "a palette that is no YAML": (
        "yaml-syntax",
        "",
        {"templates/figures/palette.yaml": "tones: ["},
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_check_finds_what_build_refuses(spoilt: str, tmp_path: Path, library: Library) -> None:
    assert library
    code, words, files = SPOILT[spoilt]
    folder = make_tiny(tmp_path / "clinic", files)
    told = [errors("check", "-w", folder), errors("build", "-w", folder, "-o", tmp_path / "out")]
    assert {d["code"] for d in told[0]} == {d["code"] for d in told[1]} == {code}
    for fault in told[0]:
        assert fault["hint"]
        if words:  # that is where the fault must be told
            assert text_at(fault).startswith(words)


def errors(*command: str | Path) -> list[dict[str, Any]]:
    answer = json.loads(handouts(*command, "--json").stdout)
    return [d for d in answer["diagnostics"] if d["severity"] == "error"]


def text_at(fault: dict[str, Any]) -> str:
    line: str = Path(fault["file"]).read_text("utf-8").split("\n")[int(fault["line"]) - 1]
    return line[int(fault["column"]) - 1 :]
