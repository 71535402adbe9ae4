"""The shipped fonts, through a private fontconfig: nothing comes from the system."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import platformdirs

from handouts import shipped
from handouts.files import write_atomic

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
