"""Which engine renders, told without starting it."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import lru_cache

TRIED = {("70.0", "0.13.0")}
"""Versions of WeasyPrint and pydyf that the tests have run with."""

_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")


@lru_cache(maxsize=1)
def engine_version() -> str:
    """Version of WeasyPrint; to import it takes most of a second."""
    from importlib.metadata import version

    return version("weasyprint")


@lru_cache(maxsize=1)
def pango_version() -> int | None:
    """Version of the library that shapes and breaks lines; None where it cannot be found."""
    for name in _PANGO:
        with suppress(OSError):
            return int(ctypes.CDLL(name).pango_version())
    return None


@lru_cache(maxsize=1)
def shortcuts_hold() -> bool:
    """Whether shells and painted forms may be used: the versions were tried, or a test passes."""
    from importlib.metadata import version

    if (engine_version(), version("pydyf")) in TRIED:
        return True
    from handouts.pdf.selftest import failures

    return not failures()
