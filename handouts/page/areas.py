"""Imprint areas: boxes of fixed size for the clinic's details, which are filled in last."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from handouts.page.widths import bound, latin_widths, lines, width

if TYPE_CHECKING:
    from handouts.model.clinic import Clinic
    from handouts.page.leading import Leading

AreaKind = Literal["masthead", "card", "qr", "phone", "band", "note"]

PERSONAL_KINDS = frozenset({"band", "note"})
"""Kinds of areas with text for one patient, which is never stored."""

ALT_PREFIX = "\ufff9area:"
"""Start of a placeholder's alternative text, followed by the area's name.

Its first character is one that texts may not contain (see ``content.yaml``)."""

PHONE_LINE, PHONE_DEPTH = 1.3, 0.262
"""Height of a telephone number's area and its depth below the baseline, in em.

Noto Sans has an ascent of 1.069 and a descent of 0.293, so a line height of 1.3 cuts 0.031 from
each. The line height is below that of the text, so the area never pushes lines apart."""

_WIDTHS = {**dict.fromkeys("0123456789+", 0.572), **dict.fromkeys("\N{NO-BREAK SPACE} ", 0.26)}
"""Advance widths of Noto Sans in em, the same in both weights, so that most numbers need no font.

A test compares them with the font."""

_OTHER_FONT = 1.4
"""Width in em of a character of another shipped font. A wider one is found when the area is filled,
and refused."""

_FIRST_WIDTH = 3
"""Width in pixels of the first placeholder; each further one is a pixel wider."""


@dataclass(frozen=True, order=True)
class Area:
    """A box to be filled for the clinic: its kind, and its size in millimetres or em.

    ``variant`` distinguishes areas of one kind that are filled differently: ``narrow`` for a card
    in a column, the paper size for a band.
    """

    kind: AreaKind
    width: float
    height: float
    unit: Literal["mm", "em"] = "mm"
    variant: str = ""
    bold: bool = False

    @property
    def name(self) -> str:
        """A name that is unique on its page."""
        weight = "bold" if self.bold else ""
        size = f"{self.width:g}x{self.height:g}{self.unit}"
        return "-".join(filter(None, (self.kind, self.variant, weight, size)))

    @property
    def style(self) -> str:
        """Its size, as CSS declarations."""
        return f"width: {self.width}{self.unit}; height: {self.height}{self.unit}"

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points; an em is 12 points."""
        # Areas are rendered at the base size, 12 points, and scaled when they are painted.
        scale = 12 if self.unit == "em" else 72 / 25.4
        return round(self.width * scale, 3), round(self.height * scale, 3)


LONG_PHONE = 20
"""Characters from which on a card has its telephone numbers in smaller type."""

_CARD_HEIGHTS = (23, 30, 36, 43, 50, 60, 72, 86, 102, 122, 146, 174)
"""Heights of the clinic's card in millimetres. There are few, so that most clinics share shells."""


class _CardForm(NamedTuple):
    """A card's width in millimetres, the sizes of its name and details in points, and heights of
    their lines in millimetres; ``number`` is that of the telephone number's own line, or 0 if it
    stands beside the name.
    """

    width: float
    names: float
    details: float
    number: float
    name: float
    line: float


_CARD_FORMS = {
    "wide": _CardForm(168, 13, 11, 0, 6.4, 5.05),
    "sheet": _CardForm(140, 13, 11, 0, 6.4, 5.05),
    "narrow": _CardForm(76, 13, 11, 6.4, 6.4, 5.05),
    "large": _CardForm(168, 18, 18, 8.82, 8.11, 8.26),
}
"""The whole width, beside the code of a summary, half of the width, and large print."""

CARDS = {
    "standard": ("wide", "narrow"),
    "summary": ("sheet", "narrow"),
    "large": ("large",),
    "bilingual": ("wide",),
}
"""The forms of the card in each edition."""


def card_height(clinic: Clinic, form: str = "wide", leading: Leading | None = None) -> int:
    """The height in millimetres that a clinic's details need, estimated from their lengths.

    Too low an estimate is found when the card is filled, and refused.
    """
    card = _CARD_FORMS[form]
    hours = " · ".join(f"{hours.days}: {bound(hours.time)}" for hours in clinic.hours)
    net = " · ".join(filter(None, (clinic.website, clinic.email)))
    wide = leading and leading.script.width > 1
    opening = f"{_HOURS * 2 if wide else _HOURS} {hours}" if hours else ""
    parts = [text for text in (", ".join(clinic.address), opening, net) if text]
    details = sum(lines(text, card.width, card.details) for text in parts)
    beside = 0.0
    if not card.number:
        size = 12 if len(clinic.phone) > LONG_PHONE else 17
        beside = width(clinic.phone, bold=True) * size * 25.4 / 72 + 5
    names = lines(clinic.name, card.width - beside, card.names, bold=True)
    number, name, line = card.number, card.name, card.line
    if leading and leading.script.families:
        push = leading.script.push
        number *= 1.2  # at most, beside Nastaliq
        em = card.names * 25.4 / 72
        name = leading.room(name, em) + em * push
        line *= (leading.lead(1.3) + push) / 1.3
    need = number + name * names + line * details + 0.36 * len(parts)
    return next((height for height in _CARD_HEIGHTS if height >= need), _CARD_HEIGHTS[-1])


def masthead_sizes(clinic: Clinic, *, large: bool) -> tuple[int, ...]:
    """The size in points of each line that a clinic's name, notice and number surely need."""
    name, detail = (16, 16) if large else (12, 10)
    details = " · ".join(filter(None, (clinic.notice, clinic.phone)))
    beside_logo = 168 - 44 - 4
    names = lines(clinic.name, beside_logo, name, bold=True)
    return ((name,) * names + (detail,) * lines(details, beside_logo, detail))[:_MOST_LINES]


_MOST_LINES = 5
"""Lines that a head has room for. What needs more is refused when it is filled."""


_HOURS = "x" * 12
"""A word as wide as the label before the hours, which is another in each language.

Where letters are wide, it has twice as many.
"""


def phone_area(words: str, *, bold: bool) -> Area:
    """An area as wide as a telephone number, whatever letters it contains.

    All digits have the same width, so clinics whose numbers have the same shape share shells.
    """
    widths: Mapping[str, float] = _WIDTHS
    if not widths.keys() >= set(words):
        widths = latin_widths(bold=bold)
    wide = sum(widths.get(character, _OTHER_FONT) for character in words)
    return Area("phone", round(wide, 3), PHONE_LINE, "em", bold=bold)


def placeholder(number: int) -> str:
    """A grey PNG, one pixel high, as a data URI; its width encodes its number."""
    width = _FIRST_WIDTH + number
    rows = zlib.compress(b"\0" + b"\x80" * width)  # filter type 0, then one grey byte per pixel
    # Width, height, 8 bits, greyscale, and the only compression, filter and (no) interlacing.
    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    return "data:image/png;base64," + base64.b64encode(data).decode()


def placeholder_number(width: int) -> int:
    """The number of the placeholder with a width in pixels."""
    return width - _FIRST_WIDTH


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# QR codes, the areas that are drawn here --------------------------------------------------------


def qr_svg(payload: str) -> str:
    """A QR code as SVG, with the quiet zone of 4 modules that ISO/IEC 18004 requires."""
    import segno

    picture = io.BytesIO()
    code = segno.make(payload, error="m", micro=False)
    code.save(picture, kind="svg", border=4, omitsize=True, xmldecl=False)
    return picture.getvalue().decode()


@lru_cache(maxsize=1024)
def qr_modules(payload: str) -> tuple[tuple[int, ...], ...]:
    """The same code as rows of modules (1 is dark), including the quiet zone."""
    import segno

    code = segno.make(payload, error="m", micro=False)
    return tuple(tuple(row) for row in code.matrix_iter(border=4))
