"""Reads a clinic's fonts, measures the shipped ones, and knows the scripts of letters.

Only here is fontTools imported.
"""

from __future__ import annotations

import hashlib
import string
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from handouts.diagnostics import counted

NEEDED = frozenset(f"{string.ascii_letters}{string.digits}{string.punctuation} \xa0‘’“”–…·é£€")  # noqa: RUF001
"""Characters a clinic's font must have; the shipped fonts supply other letters and symbols."""

MAX_UNPACKED = 20_000_000
"""Most bytes of a font that comes packed for the web."""

WIDTH = 0.53
"""Mean width in em of the small letters of the shipped font, Noto Sans; a test measures it."""

WIDER = 1.06
"""How many times wider a font's letters may be before it is told that leaflets will grow."""

BOLDER = 1.1
"""How many times more ink the letters of a bold font must have than those of the regular one."""

_ASK = "Ask the font's maker for a TTF or OTF file of this weight that may be embedded"

_USE = {2: "embedding", 0x100: "embedding a part of it", 0x200: "embedding its outlines"}
"""What a bit of ``fsType`` forbids (OpenType, OS/2 table). A font that may only be embedded whole
is refused too, because every leaflet would contain all of it."""


@dataclass(frozen=True)
class FontFault:
    """Why a font cannot be used, as the end of "The font … cannot be used: it …"; what to do."""

    words: str
    remedy: str = _ASK


@dataclass(frozen=True)
class ClinicFont:
    """A font's bytes as TrueType or OpenType, and the mean width and ink of its small letters.

    Width is in em, ink in square em; ``digest`` is the SHA-256 of the file.
    """

    data: bytes
    digest: str
    width: float
    ink: float


class _UnusableError(Exception):
    """Why a font cannot be used: the arguments of ``FontFault``."""


def clinic_font(data: bytes, *, bold: bool) -> ClinicFont | FontFault:
    """A clinic's font, unpacked if it is a WOFF file or a member of a collection."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        if data[:4] == b"wOFF":
            data = _unpacked(data)
        elif data[:4] == b"ttcf":
            data = _member(data, bold=bold)
        elif data[:4] == b"wOF2":
            raise _UnusableError("is packed for the web (WOFF2)")
        # TrueType (1.0 or Apple's "true") or OpenType with CFF outlines.
        if data[:4] not in (b"\0\1\0\0", b"true", b"OTTO"):
            raise _UnusableError("is not a TrueType or OpenType font")
        return _checked(data, digest)
    except _UnusableError as fault:
        return FontFault(*fault.args)
    except Exception:  # noqa: BLE001 - fontTools raises a different error for each table
        return FontFault("is damaged")


def characters(folder: Path) -> frozenset[str]:
    """All characters that the fonts of a folder have."""
    return frozenset[str]().union(*map(advance_widths, sorted(folder.glob("*.ttf"))))


@lru_cache(maxsize=2)
def advance_widths(path: Path) -> Mapping[str, float]:
    """The advance width of each character of a shipped font, in em."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        advances, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): advances[name][0] / unit for code, name in font.getBestCmap().items()}


def _checked(data: bytes, digest: str) -> ClinicFont:
    from fontTools.pens.areaPen import AreaPen
    from fontTools.ttLib import TTFont, TTLibError

    with TTFont(BytesIO(data), lazy=True) as font:
        tables = font.reader.tables
        # Tables are read on access, so truncation of the others would go unnoticed.
        complete = all(entry.offset + entry.length <= len(data) for entry in tables.values())
        if not complete or not tables.keys() & {"glyf", "CFF ", "CFF2"}:
            raise TTLibError
        for name in ("head", "hhea", "hmtx", "maxp", "name"):
            _ = font[name]  # raises if it is missing or damaged
        if "fvar" in tables:
            raise _UnusableError("is a variable font")
        rights = font["OS/2"].fsType
        # Of several of the lowest four bits, the most permissive one counts (OpenType, OS/2). So
        # the first, which forbids all embedding, applies only where it is alone.
        for bit, use in _USE.items():
            if rights & bit and (bit != 2 or rights & 0xF == 2):
                raise _UnusableError(f"has a licence flag that forbids {use}")
        if _is_italic(font):
            raise _UnusableError("calls itself italic", "Name the upright file of this weight")
        characters = set(map(chr, font.getBestCmap()))
        if missing := sorted(NEEDED - characters):
            shown = ", ".join(f"`{c}`" for c in missing[:8])
            many = counted(len(missing), "character")
            raise _UnusableError(f"lacks {many} that leaflets print: {shown}")

        # Of the small letters, because most of a text is set in them.
        glyphs, names, em = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
        width = ink = 0.0
        for letter in string.ascii_lowercase:
            glyph, pen = glyphs[names[ord(letter)]], AreaPen(glyphs)
            glyph.draw(pen)
            width += glyph.width
            ink += abs(pen.value)  # below zero for outlines that run the other way round
        return ClinicFont(data, digest, width / em / 26, ink / em**2 / 26)


def _is_italic(font: Any) -> bool:
    """By either of its two flags (OS/2 ``fsSelection``, head ``macStyle``)."""
    return bool(font["OS/2"].fsSelection & 1 or font["head"].macStyle & 2)


def _unpacked(data: bytes) -> bytes:
    """A WOFF file as the font that was packed; its tables are the same."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        for entry in font.reader.tables.values():
            packed = data[entry.offset : entry.offset + entry.length]
            # A table that packing would not make smaller is stored as it is, with the same length.
            if entry.length != entry.origLength:
                # Never unpacked beyond the limit, so that a small file cannot fill the memory.
                size = len(zlib.decompressobj().decompress(packed, MAX_UNPACKED + 1))
                if size > MAX_UNPACKED:
                    raise _UnusableError("is too large once it is unpacked")
        font.flavor = None
        return _saved(font)


def _member(data: bytes, *, bold: bool) -> bytes:
    """The upright font of a weight in a collection. _UnusableError if there is not exactly one."""
    from fontTools.ttLib import TTCollection

    with TTCollection(BytesIO(data), lazy=True) as collection:
        wanted = "bold" if bold else "regular"
        members = [
            font
            for font in collection
            if not _is_italic(font) and font["OS/2"].usWeightClass == (700 if bold else 400)
        ]
        if len(members) != 1:
            names = ", ".join(f"`{font['name'].getDebugName(4)}`" for font in collection)
            raise _UnusableError(
                f"is a collection with {len(members) or 'no'} {wanted} fonts: {names[:200]}"
            )
        return _saved(members[0])


def _saved(font: Any) -> bytes:
    font.recalcTimestamp = font.recalcBBoxes = False  # every table stays as it is
    buffer = BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


@lru_cache(maxsize=4096)
def script_of_letter(letter: str) -> str:
    """The script of a letter by its code (ISO 15924); ``Zyyy`` and ``Zinh`` are of all scripts."""
    from fontTools import unicodedata

    return str(unicodedata.script(letter))
