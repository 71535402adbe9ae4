"""Imprint areas: what only the clinic knows stands in boxes of a fixed size, filled last.

A placeholder is a tiny picture; its width in pixels tells which area it holds open.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass

AREA = "area:"
"""How the alternative text of a placeholder begins; the area's name follows."""

NARROWEST = 3
"""Pixels of the first placeholder; each further one is a pixel wider."""

PHONE_LINE, PHONE_DEPTH = 1.3, 0.262
"""Height of a telephone number's area and its depth below the base line, in em: what Noto Sans,
with 1.069 above and 0.293 below, takes on a line of 1.3, which is less than that of the text."""

_WIDTHS = {**dict.fromkeys("0123456789+", 572), **dict.fromkeys("\N{NO-BREAK SPACE} ", 260)}
_WIDEST = 600
"""Advance widths of Noto Sans in thousandths of an em; tests/test_areas.py measures them."""


@dataclass(frozen=True, order=True)
class Area:
    """A box that waits for the clinic: its name, and its size in millimetres, or in em."""

    name: str
    width: float
    height: float
    unit: str = "mm"

    @property
    def kind(self) -> str:
        """What the name begins with: areas of a kind have one template."""
        return self.name.split("-")[0]

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points; an em is 12 points."""
        scale = 12 if self.unit == "em" else 72 / 25.4
        return round(self.width * scale, 3), round(self.height * scale, 3)


def placeholder(number: int) -> str:
    """A grey picture, one pixel high, as a data URI."""
    width = NARROWEST + number
    rows = zlib.compress(b"\0" + b"\x80" * width)
    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    return "data:image/png;base64," + base64.b64encode(data).decode()


def picture_number(width: int) -> int:
    """Which placeholder has a width in pixels."""
    return width - NARROWEST


def phone_area(words: str, *, bold: bool) -> Area:
    """An area as wide as a telephone number.

    Digits are equally wide, so clinics whose numbers have the same shape share their plates.
    """
    wide = sum(_WIDTHS.get(character, _WIDEST) for character in words)
    weight = "bold" if bold else "regular"
    return Area(f"phone-{weight}-{wide}", wide / 1000, PHONE_LINE, "em")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
