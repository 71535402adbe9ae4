"""Looks into a clinic's font for what keeps it from being printed. Owns fontTools."""

from __future__ import annotations

import string
from io import BytesIO

NEEDED = frozenset(f"{string.ascii_letters}{string.digits}{string.punctuation} \xa0‘’“”–…·é£€")  # noqa: RUF001
"""What a clinic's font must have; the shipped fonts step in for rarer letters and for symbols."""

_RESTRICTED = 0x0002
"""Of a font's ``fsType``: "must not be modified, embedded or exchanged" (OpenType, OS/2 table)."""


def font_fault(data: bytes) -> str | None:
    """Why a clinic's font cannot be used, as the end of "This font …"; None where it can."""
    if data[:4] not in (b"\0\1\0\0", b"true", b"OTTO"):
        return "is not a TrueType or OpenType font"
    try:
        tables, fs_type, characters = _look_into(data)
    except Exception:  # noqa: BLE001 - the reader of each table fails in its own way
        return "is damaged"
    if "fvar" in tables:
        return "is a variable font"
    if fs_type & 0xF == _RESTRICTED:
        return "has a licence flag that forbids embedding"
    if missing := sorted(NEEDED - characters):
        shown = ", ".join(f"`{c}`" for c in missing[:8])
        return f"lacks {len(missing)} characters that leaflets print: {shown}"
    return None


def _look_into(data: bytes) -> tuple[set[str], int, set[str]]:
    """A font's tables, what may be done with it, and its characters; whole tables or an error."""
    from fontTools.ttLib import TTFont, TTLibError

    with TTFont(BytesIO(data), lazy=True) as font:
        tables = font.reader.tables
        whole = all(entry.offset + entry.length <= len(data) for entry in tables.values())
        if not whole or not tables.keys() & {"glyf", "CFF ", "CFF2"}:
            raise TTLibError
        for name in ("head", "hhea", "hmtx", "maxp", "name"):
            _ = font[name]
        return set(tables), font["OS/2"].fsType, set(map(chr, font.getBestCmap()))
