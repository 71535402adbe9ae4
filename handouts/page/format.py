"""How values are printed: texts as HTML, ranges of numbers, pictures as data URIs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from handouts.content.assets.svg import SVG
from handouts.model.document import Section
from handouts.model.text import Run, Text

_WIDE_BLOCKS = frozenset(
    {
        "benefits_harms",
        "contact",
        "figure",
        "key_points",
        "options",
        "risk",
        "sources",
        "table",
        "timeline",
    }
)
"""Types of blocks that need the full width of the page."""


def rich(text: Text, phone: Callable[[Run], Markup], phone_slots: frozenset[str]) -> Markup:
    """A text as HTML; ``phone`` formats the runs of telephone slots."""
    pieces = []
    for run in text.runs:
        words = phone(run) if run.slot in phone_slots else escape(run.text)
        pieces.append(Markup("<strong>{}</strong>").format(words) if run.bold else words)
    return Markup("").join(pieces)


def counters(text: Text) -> Markup:
    """A label whose slots become empty elements, which the style sheet fills with counters."""
    counter = Markup('<span class="{}"></span>')
    return Markup("").join(counter.format(run.slot) if run.slot else run.text for run in text.runs)


def section_rows(sections: tuple[Section, ...]) -> Iterator[tuple[Section, ...]]:
    """Rows of one section each, or of two consecutive half-width sections."""
    rest = list(sections)
    while rest:
        width = 2 if [section.layout for section in rest[:2]] == ["half", "half"] else 1
        yield tuple(rest[:width])
        del rest[:width]


def blocks_beside(section: Section) -> int:
    """Number of leading blocks that fit beside the heading: those before the first wide one."""
    if section.layout != "side":
        return 0
    wide = (index for index, block in enumerate(section.blocks) if block.type in _WIDE_BLOCKS)
    return next(wide, len(section.blocks))


def ranges(numbers: tuple[int, ...]) -> str:
    """Ascending numbers as ranges: 1, 3-5, 8, with an en dash for three or more in a row."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        ", ".join(map(str, run)) if len(run) <= 2 else f"{run[0]}\N{EN DASH}{run[-1]}"
        for run in runs
    )


def svg_uri(svg: str) -> str:
    """A drawing as a data URI."""
    return data_uri(svg.encode(), SVG)


def data_uri(data: bytes, media_type: str) -> str:
    """A picture's bytes as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
