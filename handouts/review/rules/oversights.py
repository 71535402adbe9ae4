"""What is allowed but hardly meant: it is told, and stops no leaflet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from handouts.content.catalogue import Catalogue
from handouts.content.layers import layer_name
from handouts.content.load import Loaded
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Diagnostic, Severity
from handouts.model.leaflet import Leaflet
from handouts.model.text import texts_in

_MARKS = (
    (
        re.compile(r"(?<![*\w])\*[^*\s](?:[^*]*[^*\s])?\*(?![*\w])"),
        "Write `**bold**` for bold text",
    ),
    (re.compile(r"(?<!\w)__[^_\s][^_]*__(?!\w)"), "Write `**bold**` for bold text"),
    (
        re.compile(r"</?(?:a|b|i|u|p|br|em|strong|span|sub|sup|font|h[1-6]|ul|ol|li)\b[^<>]*>"),
        "Remove it; write `**bold**` for bold text",
    ),
    (
        re.compile(r"!?\[[^\[\]]+\]\([^()\s]+\)"),
        "Write the words alone: a link cannot be followed on paper",
    ),
    (re.compile(r"\A#{1,6} \S.*"), "Write a heading under `heading`, without `#`"),
    (re.compile(r"\A- \S.*"), "Write each entry of a list as one of its own"),
)
"""Marks of Markdown and HTML, each with what to write instead."""


def foreign_marks(loaded: Loaded[Any], path: KeyPath = ()) -> Iterator[Diagnostic]:
    """Marks of other programs, which would be printed as they are written."""
    for text, where in texts_in(loaded.model):
        written = "".join(run.text for run in text.runs)
        for mark, hint in _MARKS:
            if found := mark.search(written):
                shown = found[0] if len(found[0]) <= 40 else found[0][:39] + "…"
                message = f"`{shown}` would be printed as it is written"
                place = loaded.place_of(*path, *where)
                yield Diagnostic("foreign-mark", message, place, hint, Severity.WARNING)


def lone_halves(leaflet: Loaded[Leaflet]) -> Iterator[Diagnostic]:
    """Sections of half width without another one beside them, which are printed in full width."""
    layouts = [section.layout for section in leaflet.model.sections]
    index = 0
    while index < len(layouts):
        if layouts[index : index + 2] == ["half", "half"]:
            index += 2
            continue
        if layouts[index] == "half":
            message = "A section of half width has none beside it, so it is printed in full width"
            hint = "Give the section before or after it `layout: half` too, or remove the line"
            place = leaflet.place_of("sections", index, "layout")
            yield Diagnostic("lone-half", message, place, hint, Severity.WARNING)
        index += 1


def issued_later(leaflet: Loaded[Leaflet], day: date) -> Iterator[Diagnostic]:
    """A date of issue that is still to come."""
    issued = leaflet.model.issued
    if issued > day:
        message = f"`issued` is in the future: {issued.isoformat()}"
        hint = "Write the day on which these words were finished"
        place = leaflet.place_of("issued")
        yield Diagnostic("issued-later", message, place, hint, Severity.WARNING)


def unused_blocks(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """The clinic's own block files that no leaflet refers to. Expects a catalogue of everything."""
    if catalogue.leaflets.broken:  # which may refer to them
        return
    used = {ref for leaflet in catalogue.leaflets.read.values() for ref in leaflet.model.refs}
    for name, block in catalogue.blocks.read.items():
        own = layer_name(block.file, catalogue.workspace.content_layers) == "clinic"
        if own and name not in used:
            message = f"No leaflet uses the block `{name}`"
            hint = f"Write `- ref: {name}` in a section of a leaflet, or delete the file"
            yield Diagnostic("unused-block", message, block.place_of(), hint, Severity.INFO)
