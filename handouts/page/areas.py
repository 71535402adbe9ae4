"""Imprint areas: what only the clinic knows is in boxes of a fixed size, filled last."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from handouts.model.clinic import Clinic

AreaKind = Literal["masthead", "card", "qr", "phone", "band", "note"]

PERSONAL_KINDS = frozenset({"band", "note"})
"""Areas with words for one patient: they are never kept."""

ALT_PREFIX = "area:"
"""How the alternative text of a placeholder begins; the area's name follows."""

PHONE_LINE, PHONE_DEPTH = 1.3, 0.262
"""Height of a telephone number's area and its depth below the base line, in em: what Noto Sans,
with 1.069 above and 0.293 below, takes on a line of 1.3, which is less than that of the text."""

_WIDTHS = {**dict.fromkeys("0123456789+", 572), **dict.fromkeys("\N{NO-BREAK SPACE} ", 260)}
_WIDEST = 600
"""Advance widths of Noto Sans in thousandths of an em; tests/page/test_areas.py measures them."""

_FIRST_WIDTH = 3
"""Pixels of the first placeholder; each further one is a pixel wider."""


@dataclass(frozen=True, order=True)
class Area:
    """A box that waits for the clinic: its kind, and its size in millimetres, or in em.

    ``variant`` tells areas of one kind apart that are filled in different ways: ``narrow`` for a
    card in a column, the paper of a band.
    """

    kind: AreaKind
    width: float
    height: float
    unit: Literal["mm", "em"] = "mm"
    variant: str = ""
    bold: bool = False

    @property
    def name(self) -> str:
        """What tells this area from all others of its page."""
        weight = "bold" if self.bold else ""
        size = f"{self.width:g}x{self.height:g}{self.unit}"
        return "-".join(filter(None, (self.kind, self.variant, weight, size)))

    @property
    def style(self) -> str:
        """Its size as CSS."""
        return f"width: {self.width}{self.unit}; height: {self.height}{self.unit}"

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points; an em is 12 points."""
        scale = 12 if self.unit == "em" else 72 / 25.4
        return round(self.width * scale, 3), round(self.height * scale, 3)


_CARD_HEIGHTS = (24, 30, 36, 43, 50)
"""Millimetres of the clinic's card. A few sizes, so that most clinics share their shells."""


def card_height(clinic: Clinic, *, narrow: bool) -> int:
    """The height of the card that a clinic's lines need, by their numbers of characters."""
    columns = 34 if narrow else 74  # characters of 11 pt that surely fit on a line
    name = 26 if narrow else 48  # of 13 pt bold, beside the telephone number
    hours = " · ".join(f"{hours.days}: {hours.time}" for hours in clinic.hours)
    net = " · ".join(filter(None, (clinic.website, clinic.email)))
    texts = (", ".join(clinic.address), hours and f"Open {hours}", net)
    lines = sum(-(-len(text) // columns) for text in texts)
    parts = sum(map(bool, texts))
    names = -(-len(clinic.name) // name) + narrow  # the number has a line of its own there
    need = 6.5 * names + 5.1 * lines + 0.8 * parts
    return next((h for h in _CARD_HEIGHTS if h >= need), _CARD_HEIGHTS[-1] * (1 + narrow))


def phone_area(words: str, *, bold: bool) -> Area:
    """An area as wide as a telephone number.

    Digits are equally wide, so clinics whose numbers have the same shape share their shells.
    """
    wide = sum(_WIDTHS.get(character, _WIDEST) for character in words)
    return Area("phone", wide / 1000, PHONE_LINE, "em", bold=bold)


def placeholder(number: int) -> str:
    """A grey PNG picture, one pixel high, as a data URI: its width tells its number."""
    width = _FIRST_WIDTH + number
    rows = zlib.compress(b"\0" + b"\x80" * width)
    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    return "data:image/png;base64," + base64.b64encode(data).decode()


def placeholder_number(width: int) -> int:
    """Which placeholder has a width in pixels."""
    return width - _FIRST_WIDTH


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# QR codes, the areas that are drawn here --------------------------------------------------------


def qr_svg(payload: str) -> str:
    """An SVG of the payload, with the quiet zone of 4 modules that ISO/IEC 18004 asks for."""
    import segno

    picture = io.BytesIO()
    code = segno.make(payload, error="m", micro=False)
    code.save(picture, kind="svg", border=4, omitsize=True, xmldecl=False)
    return picture.getvalue().decode()


@lru_cache(maxsize=1024)
def qr_modules(payload: str) -> tuple[tuple[int, ...], ...]:
    """The same code as rows of modules, dark ones 1, with the quiet zone."""
    import segno

    code = segno.make(payload, error="m", micro=False)
    return tuple(tuple(row) for row in code.matrix_iter(border=4))
