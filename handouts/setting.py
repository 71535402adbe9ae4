"""A document being set: the names that its templates may use, and the areas that it holds open.

The names are written down in docs/architecture.md.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from handouts import shipped
from handouts.areas import AREA, PHONE_DEPTH, PHONE_LINE, Area, phone_area, placeholder
from handouts.colour import tint
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.document import SHORT, Document, Section
from handouts.layers import layered_file
from handouts.models.blocks import RiskBlock
from handouts.models.clinic import Brand
from handouts.personal import Placed
from handouts.pictures import SVG, picture_fault
from handouts.qr import qr_svg
from handouts.source import read_yaml
from handouts.templates import Templates, UnknownNameError
from handouts.text import Run, Text

PAPER_SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres (ISO 216; ANSI/ASME Y14.1)."""

WIDE_BLOCKS = frozenset(
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
"""Blocks that need the whole width of the page."""

STAND_IN = Brand(primary="#01fe02", accent="#fe0201")
"""Improbable colours, which no drawing has: the imprint puts the clinic's in their place."""


PALETTE = "figures/palette.yaml"
DRAFT_TITLE = "draft_title"


class PrintedLabels(dict[str, Text]):
    """Labels by key that remember which of them were printed."""

    def __init__(self, document: Document) -> None:
        super().__init__((label.key, label.text) for label in document.labels)
        self.printed: set[str] = set()

    def __getitem__(self, key: str) -> Text:
        self.printed.add(key)
        return super().__getitem__(key)


class Placeholders:
    """The areas that a page holds open, in the order of their first use."""

    def __init__(self) -> None:
        self._numbers: dict[Area, int] = {}

    @property
    def areas(self) -> tuple[Area, ...]:
        return tuple(self._numbers)

    def image(self, area: Area) -> Markup:
        """A picture of the area's size; its alternative text names the area."""
        number = self._numbers.setdefault(area, len(self._numbers))
        size = f"width: {area.width}{area.unit}; height: {area.height}{area.unit}"
        image = Markup('<img class="area {}-area" src="{}" alt="{}" style="{}">')
        return image.format(area.kind, placeholder(number), AREA + area.name, size)


class Setting:
    """A document being set: what its templates may use, and the areas that are held open.

    The names that a template may use are written down in docs/architecture.md.
    """

    def __init__(
        self,
        document: Document,
        templates: Templates,
        personal: Placed | None,
        held: Placeholders | None = None,
    ) -> None:
        self.document, self.templates, self.held = document, templates, held
        self.colours: dict[str, tuple[str, float]] = {}
        if document.brand is STAND_IN:
            brand = document.brand
            self.colours = {brand.primary: ("primary", 1), brand.accent: ("accent", 1)}
        self.rich = partial(_rich, phone=self._phone, phones=frozenset(document.phone_slots))
        self.palette = palette_of(layered_file(templates.layers, PALETTE))
        self.labels = PrintedLabels(document)
        self.names = self._names(personal)

    def whole(self, template: str | None = None, **more: object) -> str:
        """The document's template, or another one, filled."""
        return self.templates.render(template or self.document.template, {**self.names, **more})

    def filled(self, area: Area) -> Markup:
        """What stands in an area."""
        bold = area.name.startswith("phone-bold")
        html = self.templates.render(f"areas/{area.kind}.html.j2", {**self.names, "bold": bold})
        return Markup(html)  # noqa: S704 - a template's own output, escaped where it was made

    def area(self, name: str, width: float, height: float) -> Markup:
        """An area as a template asks for it: held open, or filled at once."""
        area = Area(name, round(width, 2), height)
        if self.held:
            return self.held.image(area)
        size = f"width: {area.width}mm; height: {area.height}mm"
        narrow = " narrow" if "narrow" in name else ""
        box = Markup('<div class="area {}-area{}" style="{}">{}</div>')
        return box.format(area.kind, narrow, size, self.filled(area))

    def tint(self, colour: str, share: float) -> str:
        """A colour thinned on white; what the brand's stand-ins become is kept in mind."""
        thinned = tint(colour, share)
        if colour in self.colours:
            token, strength = self.colours[colour]
            self.colours[thinned] = (token, strength * share)
        return thinned

    def _phone(self, run: Run) -> Markup:
        if self.held and run.slot == "clinic_phone":
            return self.held.image(phone_area(run.text, bold=run.bold))
        return Markup('<span class="ltr" dir="ltr">{}</span>').format(run.text)

    def _picture_of(self, name: str, **values: object) -> str:
        drawn, found = self.templates.render(name, values), self.templates.place_of(name)
        if not found.file.is_relative_to(shipped.TEMPLATES):
            _look_into(drawn, found)
        return _svg_uri(drawn)

    def _drawing(self, name: str, tone: str) -> str:
        skin, ink = self.palette["tones"][tone], self.palette["inks"]
        return self._picture_of(f"figures/{name}.svg.j2", skin=skin, ink=ink)

    def _people(self, block: RiskBlock) -> str:
        colours = self._share_colours(block)
        shares = zip(block.shares, colours, strict=True)
        fills = tuple(colour for share, colour in shares for _ in range(share.count))
        return self._picture_of("parts/people.svg.j2", fills=fills, total=block.denominator)

    def _share_colours(self, block: RiskBlock) -> tuple[str, ...]:
        """A colour for each share: benefits in the primary, harms in the accent, the rest white."""
        base = {"benefit": self.document.brand.primary, "harm": self.document.brand.accent}
        seen = Counter[str]()
        colours = []
        for share in block.shares:
            strength = 1 if not seen[share.meaning] else 0.5
            whole = base.get(share.meaning)
            colours.append(self.tint(whole, strength) if whole else "#ffffff")
            seen[share.meaning] += 1
        return tuple(colours)

    def _names(self, personal: Placed | None) -> dict[str, Any]:
        document = self.document
        width, height = PAPER_SIZES[document.paper]
        return {
            "leaflet": document,
            "document_title": document_title(document),
            "phone_line": PHONE_LINE,
            "phone_depth": PHONE_DEPTH,
            "page_width": width,
            "page_height": height,
            "rich": self.rich,
            "label": _labeller(self.labels, self.rich),
            "area": self.area,
            "filled": self.filled,
            "thinned": self.tint,
            "personal": personal,
            "blocks_beside": _blocks_beside,
            "section_rows": _section_rows,
            "page_of": _counters(self.labels["page_of"]),
            "day": partial(printed_day, language=document.language),
            "drawing": self._drawing,
            "icon": lambda name, colour: self._picture_of(f"icons/{name}.svg.j2", colour=colour),
            "ranges": _ranges,
            "share_colours": self._share_colours,
            "people": self._people,
            "qr": lambda: _svg_uri(qr_svg(qr_payload(document))),
            "picture": lambda picture: _data_uri(picture.data, picture.media_type),
        }


def _look_into(drawn: str, found: Place) -> None:
    """A clinic's drawing is held against what can be printed, as its logo is."""
    if fault := picture_fault(drawn.encode(), SVG):
        message = f"The drawing cannot be printed: it {fault}"
        hint = "Draw it with shapes and text of its own"
        raise HandoutsError(Diagnostic("unreadable-picture", message, found, hint))


def document_title(document: Document) -> str:
    mark = "" if document.clean else _word(document, DRAFT_TITLE) + ": "
    return mark + document.title.plain


def qr_payload(document: Document) -> str:
    """What the QR code says: the clinic's address for the leaflet, or the leaflet's code."""
    if document.link is None:
        return document.code
    facts = {
        "leaflet": document.leaflet,
        "language": document.language,
        "digest": document.digest[:SHORT],
    }
    return Text.parse(document.link).fill_known(facts).plain


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


def _rich(text: Text, phone: Callable[[Run], Markup], phones: frozenset[str]) -> Markup:
    return Markup("").join(
        _run(run, phone(run) if run.slot in phones else escape(run.text)) for run in text.runs
    )


def _run(run: Run, words: Markup) -> Markup:
    return Markup("<strong>{}</strong>").format(words) if run.bold else words


def printed_day(value: date, language: str) -> str:
    from babel.dates import format_date

    return format_date(
        value, "d MMMM y" if language == "en" else "long", locale=language.replace("-", "_")
    )


@lru_cache(maxsize=8)
def palette_of(path: Path) -> Mapping[str, Any]:
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


def _svg_uri(svg: str) -> str:
    return _data_uri(svg.encode(), SVG)


def _data_uri(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
