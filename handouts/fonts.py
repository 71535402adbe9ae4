"""The shipped fonts, through a private fontconfig: nothing comes from the system."""

from __future__ import annotations

import hashlib
import os
import string
import tempfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import platformdirs

from handouts import shipped
from handouts.files import write_atomic

NEEDED = frozenset(f"{string.ascii_letters}{string.digits}{string.punctuation} \xa0‘’“”–…·é£€")  # noqa: RUF001
"""What a clinic's font must have; the shipped fonts step in for rarer letters and for symbols."""

_FORBIDDEN = 0x0002
"""Of a font's ``fsType``: "must not be modified, embedded or exchanged" (OpenType, OS/2 table)."""

FAMILIES = ("Noto Sans", "Noto Sans Symbols2", "Noto Sans Math")


@lru_cache(maxsize=1)
def use_private_fonts() -> Path:
    """Point fontconfig at the shipped fonts only, for this process and its children.

    The path must be absolute: with a relative one fontconfig falls back to the system's fonts
    without a word. The configuration lies in the user's cache, or in a temporary folder where
    there is none to write to.
    """
    fonts = shipped.FONTS.resolve()
    name = hashlib.sha256(str(fonts).encode()).hexdigest()[:16]
    try:
        config = _write(platformdirs.user_cache_path("handouts").resolve() / "fonts" / name, fonts)
    except OSError:
        config = _write(Path(tempfile.mkdtemp(prefix="handouts-fonts-")).resolve(), fonts)
    os.environ["FONTCONFIG_FILE"] = str(config)
    return config


def font_files() -> tuple[Path, ...]:
    """The shipped font files."""
    return tuple(sorted(shipped.FONTS.glob("*.ttf")))


def font_fault(data: bytes) -> str | None:
    """Why a clinic's font cannot be used, as the end of "This font …"; None where it can."""
    if data[:4] not in (b"\0\1\0\0", b"true", b"OTTO"):
        return "is not a TrueType or OpenType font"
    try:
        names, fs_type, known = _look_into(data)
    except Exception:  # noqa: BLE001 - the reader of each table fails in its own way
        return "is damaged"
    if "fvar" in names:
        return "holds all weights in one file"
    if fs_type & 0xF == _FORBIDDEN:
        return "may not be embedded, as its maker says in it"
    if missing := sorted(NEEDED - known):
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


def damaged_fonts() -> tuple[str, ...]:
    """Names of shipped fonts that are missing or differ from ``SHA256SUMS``."""
    lines = (shipped.FONTS / "SHA256SUMS").read_text("utf-8").splitlines()
    pairs = [line.split(maxsplit=1) for line in lines]
    return tuple(name for expected, name in pairs if _sum(shipped.FONTS / name) != expected)


def _write(folder: Path, fonts: Path) -> Path:
    config = folder / "fonts.conf"
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(fonts))}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        "</fontconfig>\n"
    )
    write_atomic(config, text.encode())
    return config


def _sum(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
