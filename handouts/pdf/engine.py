"""Versions of the PDF engine, without starting it."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import lru_cache

from handouts import __version__
from handouts.content.layers import FONTS
from handouts.store import key_of, program_fingerprint

TRIED = {("70.0", "0.13.0")}
"""Pairs of WeasyPrint and pydyf versions that the tests have been run with."""

_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")


@lru_cache(maxsize=1)
def engine_version() -> str:
    """The version of WeasyPrint, from its metadata: importing it takes most of a second."""
    from importlib.metadata import version

    return version("weasyprint")


@lru_cache(maxsize=1)
def pango_version() -> int | None:
    """The version of Pango, which breaks lines, as an integer; None if it is not found."""
    for name in _PANGO:
        with suppress(OSError):
            return int(ctypes.CDLL(name).pango_version())
    return None


@lru_cache(maxsize=1)
def drawing_versions() -> str:
    """The versions of the two programs that draw: the engine, and resvg, which draws pictures."""
    from importlib.metadata import version

    return f"{engine_version()} {version('resvg-py')}"


@lru_cache(maxsize=1)
def rendering_key() -> str:
    """A key for everything besides the page that affects rendering."""
    fonts = (FONTS / "SHA256SUMS").read_bytes()
    engine = f"{drawing_versions()} {pango_version()}"
    return key_of(__version__, engine, program_fingerprint(), fonts)


@lru_cache(maxsize=1)
def shortcuts_hold() -> bool:
    """Whether shells and reused drawings may be used: known versions, or a passed self-test."""
    from importlib.metadata import version

    if (engine_version(), version("pydyf")) in TRIED:
        return True
    # It renders pages, which takes longer than a build from the store.
    from handouts.pdf.selftest import failures

    return not failures()
