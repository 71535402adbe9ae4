"""The names that templates may use; docs/reference/templates.md lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from handouts.content.assets.svg import SVG, svg_fault
from handouts.content.layers import layered_file
from handouts.content.looks import KEY, PALETTE, PEOPLE
from handouts.content.yaml import MAX_BYTES, decode, parse_yaml
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.files import read_bytes
from handouts.model.blocks import RiskBlock
from handouts.model.clinic import LINK_SLOTS, Brand, Clinic, Picture
from handouts.model.colour import grey, pale_grey, tint
from handouts.model.document import SHORT_DIGEST, Document
from handouts.model.text import Run, Text
from handouts.page import format as fmt
from handouts.page.areas import (
    ALT_PREFIX,
    LONG_PHONE,
    PHONE_DEPTH,
    PHONE_LINE,
    Area,
    AreaKind,
    card_height,
    phone_area,
    placeholder,
    qr_svg,
)
from handouts.page.personal import PersonalLayout
from handouts.page.sandbox import UnknownNameError
from handouts.page.templates import Templates
from handouts.translation.languages import printed_day

PAPER_SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres (ISO 216; ANSI/ASME Y14.1)."""

STAND_IN = Brand(primary="#01fe02", accent="#fe0201")
"""Improbable colours, which no drawing uses: the imprint replaces them by the clinic's."""

BLACK = "#000000"

PictureUse = Literal["logo", "figure", "icon"]

Redraw = Callable[[Picture, PictureUse, float], Picture]
"""Gives a clinic's picture as it is printed at most so many millimetres wide. HandoutsError if it
cannot be printed."""

LOGO_WIDTH, ICON_WIDTH = 60.0, 12.0
"""Greatest widths in print, in millimetres: the masthead in large print, and an icon."""

SHARE_LOOKS = ((1, "filled"), (0.6, "body"), (0.25, "filled"))
"""Strength and form of the first, second and later shares of one meaning."""

BrandColours = dict[str, tuple[Literal["primary", "accent"], float]]
"""For each stand-in colour of a page: the brand's colour and its strength, 0 to 1."""


class ShareLook(NamedTuple):
    """How the figures of a share are drawn: ``form`` is ``filled``, ``body`` or ``outline``."""

    fill: str
    form: str


class PrintedLabels(dict[str, Text]):
    """Labels by key; records which of them were printed."""

    def __init__(self, document: Document) -> None:
        super().__init__((label.key, label.text) for label in document.labels)
        self.printed: set[str] = set()

    def __getitem__(self, key: str) -> Text:
        self.printed.add(key)
        return super().__getitem__(key)


class Placeholders:
    """The areas that a page leaves open, in the order of their first use."""

    def __init__(self) -> None:
        self._numbers: dict[Area, int] = {}

    @property
    def areas(self) -> tuple[Area, ...]:
        return tuple(self._numbers)

    def image(self, area: Area) -> Markup:
        """A placeholder picture of the area's size, with the area's name as alternative text."""
        number = self._numbers.setdefault(area, len(self._numbers))
        image = Markup('<img class="area {}-area" src="{}" alt="{}" style="{}">')
        return image.format(area.kind, placeholder(number), ALT_PREFIX + area.name, area.style)


class TemplateContext:
    """The names and functions that a document's templates may use.

    With ``held``, areas are left open instead of filled; ``clinic`` is the one whose details must
    have room in them (default: the document's). ``brand_colours`` are the stand-in colours
    of the document's brand, if it has any; each tint that a template makes of them is added.
    ``redraw`` gives the clinic's pictures as they are printed (default: as they are).
    """

    def __init__(
        self,
        document: Document,
        templates: Templates,
        personal: PersonalLayout | None,
        *,
        held: Placeholders | None = None,
        clinic: Clinic | None = None,
        brand_colours: BrandColours | None = None,
        redraw: Redraw | None = None,
    ) -> None:
        self.redraw = redraw or (lambda picture, *_: picture)
        self.document, self.templates, self.held = document, templates, held
        self.clinic = clinic or document.clinic
        black = document.ink == "black"
        self.primary = BLACK if black else document.brand.primary
        self.accent = BLACK if black else document.brand.accent
        self.brand_colours = {} if brand_colours is None else brand_colours
        self.rich = partial(
            fmt.rich, phone=self._phone, phone_slots=frozenset(document.phone_slots)
        )
        plain = palette(templates.layers)
        self.palette = _in_black(plain) if black else plain
        self.labels = PrintedLabels(document)
        self.names = self._names(personal)

    def whole(self, template: str | None = None, **more: object) -> str:
        """The HTML of the document's template, or of another one."""
        return self.templates.render(template or self.document.template, {**self.names, **more})

    def filled(self, area: Area) -> Markup:
        """The HTML of an area's contents."""
        values = {**self.names, "bold": area.bold}
        html = self.templates.render(f"areas/{area.kind}.html.j2", values)
        return Markup(html)  # noqa: S704 - a template's own output, escaped where it was made

    def area(self, kind: AreaKind, width: float, height: float, variant: str = "") -> Markup:
        """An area, in millimetres, at the place where a template calls it: left open or filled."""
        # Rounded, so that areas of equal size have the same name.
        area = Area(kind, round(width, 2), round(height, 2), variant=variant)
        if self.held:
            return self.held.image(area)
        box = Markup('<div class="area {}-area {}" style="{}">{}</div>')
        return box.format(area.kind, area.variant, area.style, self.filled(area))

    def tint(self, colour: str, share: float) -> str:
        """A colour mixed with white; tints of the brand's stand-ins are recorded."""
        thinned = tint(colour, share)
        if colour in self.brand_colours:
            # A tint of a tint is still a tint of the brand's colour.
            token, strength = self.brand_colours[colour]
            self.brand_colours[thinned] = (token, strength * share)
        return thinned

    def _label(self, key: str, **values: object) -> Markup:
        """A text of ``labels.yaml`` with its values; markup captured by a template is unescaped."""
        if key not in self.labels:
            raise UnknownNameError(f"label {key}")
        words = {
            name: value.unescape() if isinstance(value, Markup) else str(value)
            for name, value in values.items()
        }
        return self.rich(self.labels[key].fill(words))

    def _phone(self, run: Run) -> Markup:
        # A region's numbers are the same for all clinics and stay text.
        if self.held and run.slot == "clinic_phone":
            return self.held.image(phone_area(self.clinic.phone, bold=run.bold))
        return Markup('<span class="ltr" dir="ltr">{}</span>').format(run.text)

    def _picture_of(
        self, name: str, width: float = ICON_WIDTH, ground: float | None = None, **values: object
    ) -> str:
        """A drawing as a data URI, in greys if ``ground`` is the lightness of its darkest one.

        A clinic's own drawing is checked like a logo.
        """
        drawn, place = self.templates.render(name, values), self.templates.place_of(name)
        if ground is not None:
            drawn = fmt.in_grey(drawn, ground)
        shipped = place.file.is_relative_to(self.templates.layers[-1])
        if shipped:
            return fmt.svg_uri(drawn)
        data = drawn.encode()
        if fault := svg_fault(data):
            message = f"The drawing cannot be printed: it {fault.words}"
            raise HandoutsError(Diagnostic("unreadable-picture", message, place, fault.remedy))
        use: PictureUse = "icon" if name.startswith("icons/") else "figure"
        try:
            return self._picture(Picture(data=data, media_type=SVG), use, width)
        except HandoutsError as error:
            raise HandoutsError(*(replace(d, place=place) for d in error.diagnostics)) from error

    def _picture(
        self, picture: Picture, use: PictureUse = "logo", width: float = LOGO_WIDTH
    ) -> str:
        printed = self.redraw(picture, use, width) if picture.media_type == SVG else picture
        return fmt.data_uri(printed.data, printed.media_type)

    def _drawing(
        self, name: str, tone: str, width: float = 41, order: Mapping[int, int] | None = None
    ) -> str:
        """A drawing in a tone of skin, ``width`` millimetres wide on paper.

        ``order`` gives its markers the numbers of a legend; without one, none is drawn.
        """
        skin, ink = self.palette["tones"][tone], self.palette["inks"]
        values = {"skin": skin, "ink": ink, "print_width": width, "order": order or {}}
        ground = None if self.document.ink == "colour" else _GROUND[tone]
        return self._picture_of(f"figures/{name}.svg.j2", width, ground, **values)

    def _people(self, block: RiskBlock) -> str:
        """An icon array: of 1,000 people each figure stands for ten."""
        step = max(1, block.denominator // 100)
        shares = zip(block.shares, self._share_looks(block), strict=True)
        looks = [look for share, look in shares for _ in range(share.count)][::step]
        rows = -(-len(looks) // 10)
        return self._picture_of(PEOPLE, 84, looks=tuple(looks), rows=rows)

    def _key(self, look: ShareLook) -> str:
        return self._picture_of(KEY, look=look)

    def _share_looks(self, block: RiskBlock) -> tuple[ShareLook, ...]:
        """How each share is drawn: benefits in the primary, harms in the accent, the rest white.

        Shares of one meaning differ by strength and by form, so that they do in a grey copy too.
        """
        base = {"benefit": self.primary, "harm": self.accent}
        seen = Counter[str]()
        looks = []
        for share in block.shares:
            rank = min(seen[share.meaning], len(SHARE_LOOKS) - 1)
            strength, form = SHARE_LOOKS[rank]
            whole = base.get(share.meaning)
            fill = self.tint(whole, strength) if whole else "#ffffff"
            looks.append(ShareLook(fill, form if whole else "outline"))
            seen[share.meaning] += 1
        return tuple(looks)

    def _names(self, personal: PersonalLayout | None) -> dict[str, Any]:
        document = self.document
        width, height = PAPER_SIZES[document.paper]
        return {
            "leaflet": document,
            "standing": document.standing,
            "primary": self.primary,
            "accent": self.accent,
            "black": document.ink == "black",
            "document_title": document_title(document),
            "long_phone": LONG_PHONE,
            "card_height": partial(card_height, self.clinic),
            "phone_line": PHONE_LINE,
            "phone_depth": PHONE_DEPTH,
            "page_width": width,
            "page_height": height,
            "rich": self.rich,
            "label": self._label,
            "area": self.area,
            "filled": self.filled,
            "tint": self.tint,
            "personal": personal,
            "blocks_beside": fmt.blocks_beside,
            "section_rows": fmt.section_rows,
            "in_columns": fmt.in_columns,
            "page_of": fmt.counters(self.labels["page_of"]),
            "day": partial(printed_day, language=document.language, region=document.region),
            "drawing": self._drawing,
            "legend_order": fmt.legend_order,
            "icon": lambda name, colour: self._picture_of(f"icons/{name}.svg.j2", colour=colour),
            "ranges": fmt.ranges,
            "key_numbers": fmt.key_numbers(document),
            "short_source": fmt.short_source,
            "share_looks": self._share_looks,
            "key": self._key,
            "people": self._people,
            "qr": lambda: fmt.svg_uri(qr_svg(qr_payload(document))),
            "picture": self._picture,
        }


def stand_in_colours() -> BrandColours:
    """The stand-in colours at full strength, before any tints."""
    return {STAND_IN.primary: ("primary", 1), STAND_IN.accent: ("accent", 1)}


def document_title(document: Document) -> str:
    """The title of the PDF, with a draft mark if the leaflet may not be issued."""
    if document.standing.issuable:
        return document.title.plain
    return f"{document.title_mark.plain}: {document.title.plain}"


def qr_payload(document: Document) -> str:
    """The content of the QR code: the clinic's link for the leaflet, or the leaflet's code."""
    if document.link is None:
        return document.code
    values = {
        "leaflet": document.leaflet,
        "language": document.language,
        "digest": document.standing.digest[:SHORT_DIGEST],
    }
    link = document.link
    for name in LINK_SLOTS:
        link = link.replace(f"{{{name}}}", values[name])
    return link


def qr_words(document: Document) -> str:
    """The alternative text of the QR code."""
    return _label(document, "qr_alt").fill({"code": document.code}).plain


def _label(document: Document, key: str) -> Text:
    return next(label.text for label in document.labels if label.key == key)


def palette(layers: tuple[Path, ...]) -> Mapping[str, Any]:
    """Skin tones and inks of the drawings."""
    path = layered_file(layers, PALETTE)
    return _palette(path, read_bytes(path, MAX_BYTES))


def _in_black(palette: Mapping[str, Any]) -> Mapping[str, Any]:
    """The palette for black ink: greys, pale where skin is and dark where lines are.

    Skin of every tone is printed on a light ground, so that lines and marks stay legible after a
    copier has made them black or white; the tones still differ, the deepest is the darkest grey.
    """
    return {
        "tones": {
            name: {key: pale_grey(colour, _GROUND[name]) for key, colour in tone.items()}
            for name, tone in palette["tones"].items()
        },
        "inks": {key: grey(colour) for key, colour in palette["inks"].items()},
    }


_GROUND = {"light": 0.78, "medium": 0.66, "deep": 0.54}
"""How light the darkest ground of a tone is printed in black ink, 0 black to 1 white."""


@lru_cache(maxsize=8)
def _palette(path: Path, data: bytes) -> Mapping[str, Any]:
    """The parsed palette, cached by its bytes too, because the file may change."""
    return parse_yaml(decode(path, data), path).data  # type: ignore[no-any-return]
