"""A document to one self-contained HTML page: templates, styles and pictures in one string.

Pictures go in as data URIs, so the page names no file and the press needs none.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from handouts.colour import tint
from handouts.document import Document, Section
from handouts.layers import layered_file
from handouts.models.blocks import RiskBlock
from handouts.models.clinic import Brand
from handouts.source import read_yaml
from handouts.templates import Templates, UnknownNameError
from handouts.text import Run, Text

PAPER_SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres (ISO 216; ANSI/ASME Y14.1)."""

WIDE_BLOCKS = frozenset(
    {"contact", "figure", "key_points", "options", "risk", "sources", "table", "timeline"}
)
"""Blocks that need the whole width of the page."""


@dataclass(frozen=True)
class Page:
    """HTML that stands alone, and the title that its PDF shows."""

    html: str
    title: str


def compose(document: Document, layers: tuple[Path, ...]) -> Page:
    """Set the document with the templates of the layers, strong to weak.

    Raises HandoutsError with the template's file and line for a fault in a template.
    """
    templates = Templates(layers)
    html = templates.render(document.template, _names(document, templates))
    return Page(html, _title(document))


def _names(document: Document, templates: Templates) -> dict[str, Any]:
    """What a template may use; the contract is written down in docs/architecture.md."""
    rich = partial(_rich, phones=frozenset(document.phone_slots))
    labels = {label.key: label.text for label in document.labels}
    palette = _palette(layered_file(templates.layers, "figures/palette.yaml"))
    width, height = PAPER_SIZES[document.paper]

    def render(name: str, **values: object) -> str:
        return _svg_uri(templates.render(name, values))

    return {
        "leaflet": document,
        "document_title": _title(document),
        "page_width": width,
        "page_height": height,
        "rich": rich,
        "label": _labeller(labels, rich),
        "blocks_beside": _blocks_beside,
        "section_rows": _section_rows,
        "page_of": _counters(labels["page_of"]),
        "day": partial(_day, language=document.language),
        "drawing": lambda name, tone: render(
            f"figures/{name}.svg.j2", skin=palette["tones"][tone], ink=palette["inks"]
        ),
        "icon": lambda name, colour: render(f"icons/{name}.svg.j2", colour=colour),
        "ranges": _ranges,
        "share_colours": lambda block: _share_colours(block, document.brand),
        "people": lambda block: render(
            "parts/people.svg.j2", fills=_fills(block, document.brand), total=block.denominator
        ),
        "picture": lambda picture: _data_uri(picture.data, picture.media_type),
    }


def _title(document: Document) -> str:
    mark = "" if document.clean else _word(document, "draft_title") + ": "
    return mark + document.title.plain


def _word(document: Document, key: str) -> str:
    return next(label.text.plain for label in document.labels if label.key == key)


def _labeller(labels: Mapping[str, Text], rich: Callable[[Text], Markup]) -> Callable[..., Markup]:
    def label(key: str, **values: object) -> Markup:
        if key not in labels:
            raise UnknownNameError(f"label {key}")
        return rich(labels[key].fill({name: _words(value) for name, value in values.items()}))

    return label


def _words(value: object) -> str:
    """A label's value as plain words; what a template captured is markup and is taken back."""
    return value.unescape() if isinstance(value, Markup) else str(value)


def _counters(text: Text) -> Markup:
    """A label whose slots become empty elements that the style sheet counts in."""
    counter = Markup('<span class="{}"></span>')
    return Markup("").join(counter.format(run.slot) if run.slot else run.text for run in text.runs)


def _rich(text: Text, phones: frozenset[str]) -> Markup:
    return Markup("").join(_run(run, phones) for run in text.runs)


def _run(run: Run, phones: frozenset[str]) -> Markup:
    words = escape(run.text)
    if run.slot in phones:
        words = Markup('<span class="ltr" dir="ltr">{}</span>').format(words)
    return Markup("<strong>{}</strong>").format(words) if run.bold else words


def _day(value: date, language: str) -> str:
    from babel.dates import format_date

    return format_date(
        value, "d MMMM y" if language == "en" else "long", locale=language.replace("-", "_")
    )


@lru_cache(maxsize=8)
def _palette(path: Path) -> Mapping[str, Any]:
    return read_yaml(path).data  # type: ignore[no-any-return]


def _section_rows(sections: tuple[Section, ...]) -> Iterator[tuple[Section, ...]]:
    """Sections one by one, but two halves that follow each other as a pair."""
    rest = list(sections)
    while rest:
        width = 2 if [section.layout for section in rest[:2]] == ["half", "half"] else 1
        yield tuple(rest[:width])
        del rest[:width]


def _blocks_beside(section: Section) -> int:
    """How many leading blocks fit beside the heading; the first wide one ends them."""
    if section.layout != "side":
        return 0
    wide = (index for index, block in enumerate(section.blocks) if block.type in WIDE_BLOCKS)
    return next(wide, len(section.blocks))


def _ranges(numbers: tuple[int, ...]) -> str:
    """Ascending numbers in short: 1, 3-5, 8, with an en dash."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_span(run) for run in runs)


def _span(run: list[int]) -> str:
    if len(run) <= 2:
        return ", ".join(map(str, run))
    return f"{run[0]}\N{EN DASH}{run[-1]}"


def _share_colours(block: RiskBlock, brand: Brand) -> tuple[str, ...]:
    """A colour for each share: benefits in the primary, harms in the accent, the rest white."""
    base = {"benefit": brand.primary, "harm": brand.accent}
    seen = Counter[str]()
    colours = []
    for share in block.shares:
        thinned = (
            tint(base[share.meaning], 1 if not seen[share.meaning] else 0.5)
            if share.meaning in base
            else "#ffffff"
        )
        seen[share.meaning] += 1
        colours.append(thinned)
    return tuple(colours)


def _fills(block: RiskBlock, brand: Brand) -> tuple[str, ...]:
    """One colour for each person of the denominator, share after share."""
    shares = zip(block.shares, _share_colours(block, brand), strict=True)
    return tuple(colour for share, colour in shares for _ in range(share.count))


def _svg_uri(svg: str) -> str:
    return _data_uri(svg.encode(), "image/svg+xml")


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
