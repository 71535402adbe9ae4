"""The fonts that leaflets are set in, through a private fontconfig: nothing comes from the system."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from handouts import shipped

FAMILIES = ("Noto Sans", "Noto Sans Symbols2", "Noto Sans Math")


@lru_cache(maxsize=1)
def use_private_fonts() -> Path:
    """Point fontconfig at the shipped fonts only, for this process and its children.

    The path must be absolute: with a relative one fontconfig falls back to the system's fonts
    without a word.
    """
    folder = Path(tempfile.mkdtemp(prefix="handouts-fonts-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = folder / "fonts.conf"
    config.write_text(_config(shipped.FONTS.resolve(), folder / "cache"), "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(config)
    return config


def font_files() -> tuple[Path, ...]:
    """The shipped font files."""
    return tuple(sorted(shipped.FONTS.glob("*.ttf")))


def _config(fonts: Path, cache: Path) -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(fonts))}</dir>\n<cachedir>{escape(str(cache))}</cachedir>\n"
        "</fontconfig>\n"
    )


def damaged_fonts() -> tuple[str, ...]:
    """Names of shipped fonts that are missing or differ from ``SHA256SUMS``."""
    lines = (shipped.FONTS / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = dict(reversed(line.split(maxsplit=1)) for line in lines)
    return tuple(name for name, expected in sums.items() if _sum(shipped.FONTS / name) != expected)


def _sum(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
