"""The fonts that the engine finds: the shipped ones, and none of the machine's."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import platformdirs

from handouts.content.layers import FONTS
from handouts.files import write_if_changed


@lru_cache(maxsize=1)
def use_private_fonts() -> Path:
    """Make fontconfig use the shipped fonts only, in this process and its children.

    Returns the path of the configuration, in the user's cache folder or, if that is not writable,
    in a temporary folder. The path must be absolute: given a relative one, fontconfig silently
    falls back to the system's fonts.
    """
    # One configuration per installation, because it contains the path of the fonts.
    fonts = FONTS.resolve()
    name = hashlib.sha256(str(fonts).encode()).hexdigest()[:16]
    try:
        folder = platformdirs.user_cache_path("handouts").resolve() / "fonts" / name
        config = _write_font_config(folder, fonts)
    except (OSError, RuntimeError):  # or the user has no home, as in some containers
        temporary = tempfile.mkdtemp(prefix="handouts-fonts-")
        config = _write_font_config(Path(temporary).resolve(), fonts)
    os.environ["FONTCONFIG_FILE"] = str(config)
    return config


def _write_font_config(folder: Path, fonts: Path) -> Path:
    config = folder / "fonts.conf"
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(fonts))}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        "</fontconfig>\n"
    )
    write_if_changed(config, text.encode())
    # Two processes that start at once would both make it, and fontconfig complains of that.
    (folder / "cache").mkdir(exist_ok=True)
    return config


def damaged_fonts() -> tuple[str, ...]:
    """Names of shipped fonts that are missing or do not match ``SHA256SUMS``."""
    lines = (FONTS / "SHA256SUMS").read_text("utf-8").splitlines()
    return tuple(
        name
        for expected, name in (line.split(maxsplit=1) for line in lines)
        if not (FONTS / name).is_file()
        or hashlib.sha256((FONTS / name).read_bytes()).hexdigest() != expected
    )
