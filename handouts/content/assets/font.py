"""Checks a clinic's fonts, and measures the shipped ones. Only here is fontTools imported."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path

NEEDED = frozenset(f"{string.ascii_letters}{string.digits}{string.punctuation} \xa0‘’“”–…·é£€")  # noqa: RUF001
"""Characters a clinic's font must have; the shipped fonts supply other letters and symbols."""

_RESTRICTED = 0x0002
"""The ``fsType`` of a font that must not be embedded (OpenType, OS/2 table)."""


def font_fault(data: bytes) -> str | None:
    """Why a clinic's font cannot be used, as the end of "This font …"; None if it can."""
    # TrueType (1.0 or Apple's "true") or OpenType with CFF outlines; not WOFF or a collection.
    if data[:4] not in (b"\0\1\0\0", b"true", b"OTTO"):
        return "is not a TrueType or OpenType font"
    try:
        tables, fs_type, characters = _look_into(data)
    except Exception:  # noqa: BLE001 - fontTools raises a different error for each table
        return "is damaged"
    if "fvar" in tables:
        return "is a variable font"
    if fs_type & 0xF == _RESTRICTED:
        return "has a licence flag that forbids embedding"
    if missing := sorted(NEEDED - characters):
        shown = ", ".join(f"`{c}`" for c in missing[:8])
        return f"lacks {len(missing)} characters that leaflets print: {shown}"
    return None


@lru_cache(maxsize=2)
def advance_widths(path: Path) -> Mapping[str, float]:
    """The advance width of each character of a shipped font, in em."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        advances, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): advances[name][0] / unit for code, name in font.getBestCmap().items()}


def _look_into(data: bytes) -> tuple[set[str], int, set[str]]:
    """A font's table names, ``fsType`` and characters. Raises if a table is damaged."""
    from fontTools.ttLib import TTFont, TTLibError

    with TTFont(BytesIO(data), lazy=True) as font:
        tables = font.reader.tables
        # Tables are read on access, so truncation of the others would go unnoticed.
        complete = all(entry.offset + entry.length <= len(data) for entry in tables.values())
        if not complete or not tables.keys() & {"glyf", "CFF ", "CFF2"}:
            raise TTLibError
        for name in ("head", "hhea", "hmtx", "maxp", "name"):
            _ = font[name]
        return set(tables), font["OS/2"].fsType, set(map(chr, font.getBestCmap()))
