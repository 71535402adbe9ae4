"""Which engine presses, told without starting it."""

from __future__ import annotations

import ctypes
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")
_VERSION = re.compile(r"^VERSION = __version__ = '(.+)'$", re.MULTILINE)


@lru_cache(maxsize=1)
def engine_version() -> str:
    """Version of WeasyPrint, read from its file: to import it takes most of a second."""
    spec = find_spec("weasyprint")
    text = Path(spec.origin).read_text("utf-8") if spec and spec.origin else ""
    found = _VERSION.search(text)
    if found:
        return found[1]
    from importlib.metadata import version

    return version("weasyprint")


@lru_cache(maxsize=1)
def engine_fingerprint() -> str:
    """Versions of the engine and of the library that shapes and breaks its lines."""
    for name in _PANGO:
        try:
            return f"{engine_version()} {ctypes.CDLL(name).pango_version()}"
        except OSError:
            continue
    from handouts.press import library_versions

    return f"{engine_version()} {library_versions()['pango']}"
