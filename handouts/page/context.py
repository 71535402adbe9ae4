"""The names that templates may use; docs/reference/templates.md lists them."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import Any, Literal

from markupsafe import Markup

from handouts.content.appearance import own_templates
from handouts.content.writing_systems import font_families, island_families, printed_script
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.model.clinic import LINK_SLOTS, Brand, Clinic
from handouts.model.colour import tint
from handouts.model.document import SHORT_DIGEST, Document
from handouts.model.text import Run, Text
from handouts.page.areas import (
    ALT_PREFIX,
    LONG_PHONE,
    PHONE_DEPTH,
    PHONE_LINE,
    Area,
    AreaKind,
    card_height,
    masthead_sizes,
    phone_area,
    placeholder,
    qr_svg,
)
from handouts.page.arrangement import in_columns, legend_order, section_rows, too_narrow
from handouts.page.bidi import line
from handouts.page.data_uris import svg_uri
from handouts.page.leading import Leading
from handouts.page.marks import mark_height
from handouts.page.personal import PersonalLayout
from handouts.page.pictures import Pictures, Redraw
from handouts.page.rich_text import counters, language_of, ranges, rich
from handouts.page.sandbox import UnknownNameError
from handouts.page.template_errors import open_rule
from handouts.page.template_lines import place_in_templates
from handouts.page.templates import Templates
from handouts.translation.languages import SOURCE_LANGUAGE, colon, direction, listed, printed_day

PAPER_SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres (ISO 216; ANSI/ASME Y14.1)."""

STAND_IN = Brand(primary="#01fe02", accent="#fe0201")
"""Improbable colours, which no drawing uses: the imprint replaces them by the clinic's."""

BLACK = "#000000"

BrandColours = dict[str, tuple[Literal["primary", "accent"], float]]
"""For each stand-in colour of a page: the brand's colour and its strength, 0 to 1."""


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


_TAG = re.compile(r"<[^>]*>")
_AFTER_WIDE_STOP = re.compile(r"([\u3002\uff01\uff1f\uff1a](?:<[^<>]*>)*)\s+|()\s+(?=\uff08)")
_STYLE = re.compile(r'<style(?: media="(?:tighter|fuller)")?>(.*?)</style>', re.DOTALL)


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
        self.document, self.templates, self.held = document, templates, held
        self.clinic = clinic or document.clinic
        black = document.ink == "black"
        self.primary = BLACK if black else document.brand.primary
        self.accent = BLACK if black else document.brand.accent
        self.brand_colours = {} if brand_colours is None else brand_colours
        self.leading = Leading(printed_script(document.language))
        self.rich = partial(
            rich,
            phone=self._phone,
            phone_slots=frozenset(document.phone_slots),
            language=document.language,
        )
        # `tint` is ours, so that the tints of shares are recorded like those of templates.
        meanings = {"benefit": self.primary, "harm": self.accent}
        self.pictures = Pictures(document, templates, meanings, self.tint, redraw)
        self.labels = PrintedLabels(document)
        self.names = self._names(personal)
        if document.facing:
            # The same leaflet in the source language, for the other side of each row.
            other = document.model_copy(update=dict(document.facing) | {"facing": None})
            facing = TemplateContext(
                other,
                templates,
                None,
                held=held,
                clinic=clinic,
                brand_colours=self.brand_colours,
                redraw=redraw,
            )
            # It shares the open areas and the colours, because both sides are in one shell.
            self.names["facing"] = facing.names

    def whole(self, template: str | None = None, **more: object) -> str:
        """The HTML of the document's template, or of another one. HandoutsError as for those."""
        html = self.templates.render(template or self.document.template, {**self.names, **more})
        if own_templates(self.templates.layers):
            for css in _STYLE.findall(html):
                if (line := open_rule(css)) is not None:
                    place = place_in_templates(self.templates.layers, line.strip(), line)
                    message, hint = "This rule is never closed", "Write `}` after its last value"
                    raise HandoutsError(Diagnostic("style", message, place, hint))
        # Templates put a space between sentences; a full stop as wide as a letter holds its own.
        return _AFTER_WIDE_STOP.sub(r"\1", html)

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
        """A text of ``labels.yaml`` with its values; those that a template captured lose their
        markup, which is made again for the whole.
        """
        if key not in self.labels:
            raise UnknownNameError(f"label {key}")
        words = {
            name: unescape(_TAG.sub("", value)) if isinstance(value, Markup) else str(value)
            for name, value in values.items()
        }
        return self.rich(self.labels[key].fill(words))

    def _phone(self, run: Run) -> Markup:
        # A region's numbers are the same for all clinics and stay text.
        if run.slot != "clinic_phone":
            return Markup('<span class="ltr" dir="ltr">{}</span>').format(run.text)
        if self.held:
            return self.held.image(phone_area(self.clinic.phone, bold=run.bold))
        return Markup('<span class="ltr clinic-phone" dir="ltr">{}</span>').format(run.text)

    def _names(self, personal: PersonalLayout | None) -> dict[str, Any]:
        document = self.document
        width, height = PAPER_SIZES[document.paper]
        flows, letters = document.language != SOURCE_LANGUAGE, self.leading.script.width
        own_fonts = tuple(font.family for font in document.fonts[:1])
        return {
            "leaflet": document,
            "standing": document.standing,
            "primary": self.primary,
            "accent": self.accent,
            "black": document.ink == "black",
            "document_title": document_title(document),
            "long_phone": LONG_PHONE,
            "card_height": partial(card_height, self.clinic, leading=self.leading),
            "masthead_sizes": masthead_sizes(self.clinic, large=document.edition == "large"),
            "phone_line": PHONE_LINE,
            "phone_depth": PHONE_DEPTH,
            "page_width": width,
            "page_height": height,
            "mark_height": mark_height(document),
            "font_families": font_families(document.language, own_fonts),
            "island_families": island_families(own_fonts),
            "lead": self.leading.lead,
            "room": self.leading.room,
            "alone": self.leading.alone,
            "lines": self.leading.lines,
            "down": self.leading.down,
            "flows": flows,
            "rich": self.rich,
            "line": partial(line, direction=document.direction),
            "label": self._label,
            "area": self.area,
            "filled": self.filled,
            "tint": self.tint,
            "personal": personal,
            "section_rows": partial(
                section_rows,
                wide=letters if flows else None,
                help_last=document.edition == "large",
            ),
            "language_of": language_of,
            "direction": direction,
            "in_columns": in_columns,
            "page_of": counters(self.labels["page_of"]),
            "to_help": counters(self.labels["to_help"]),
            "day": partial(printed_day, language=document.language, region=document.region),
            "listed": partial(listed, language=document.language, region=document.region),
            "records": self.leading.script.records,
            "letters": letters,
            "colon": colon(document.language),
            "too_narrow": partial(too_narrow, wide=letters) if flows else lambda _: False,
            "drawing": self.pictures.drawing,
            "shape": self.pictures.shape,
            "shapes": self.pictures.shapes,
            "legend_order": legend_order,
            "icon": self.pictures.icon,
            "ranges": ranges,
            "share_looks": self.pictures.share_looks,
            "key": self.pictures.key,
            "people": self.pictures.people,
            "axis": self.pictures.axis,
            "qr": lambda: svg_uri(qr_svg(qr_payload(document))),
            "picture": self.pictures.picture,
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
    words = next(label.text for label in document.labels if label.key == "qr_alt")
    return words.fill({"code": document.code}).plain
