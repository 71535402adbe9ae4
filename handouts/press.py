"""HTML to PDF: the only module that imports WeasyPrint."""

from __future__ import annotations

import ctypes.util
import gc
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from handouts.compose import Page
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError
from handouts.drawings import Drawings, settle
from handouts.fonts import use_private_fonts

Finisher = Callable[[Any], None]
"""Changes the objects of a PDF, a ``pydyf.PDF``, before they are written."""

_DRAWINGS = Drawings()
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_ODD_STYLE = re.compile(r"<style(?!>)|<STYLE|<svg|<link|<!--")
_DATA_URI = re.compile(r"(data:[\w/+.-]+)[;,][^\"' ]*")


@dataclass(frozen=True, slots=True)
class MissingGlyphs(Diagnostic):
    """Characters that stand in a leaflet and that no shipped font has."""

    characters: str = ""


@dataclass(frozen=True)
class Pressed:
    """A rendered page: PDF bytes and the number of its sheets' sides."""

    pdf: bytes
    pages: int


def press(page: Page, finish: Finisher | None = None, *, tagged: bool = True) -> Pressed:
    """Render a page as a tagged PDF/UA-1; untagged for what goes into a tagged page.

    The page brings everything with it; the fetcher refuses whatever is not a data URI. Raises
    HandoutsError for whatever the engine complains of, CannotPrintError where it cannot start.
    """
    weasyprint, fonts, fetcher = _engine()
    with _unless_it_fails(), _complaints() as complaints:
        try:
            text, styles = _parted(page.html)
            html = weasyprint.HTML(string=text, url_fetcher=fetcher)
            pictures = _DRAWINGS.known()
            document = html.render(stylesheets=styles, font_config=fonts, cache=pictures)
            _DRAWINGS.watch(pictures, page.colours)
            pdf = document.write_pdf(
                finisher=partial(_finish, finish),
                pdf_variant="pdf/ua-1" if tagged else None,
            )
        except weasyprint.urls.FatalURLFetchingError as error:
            message = f"The page asks for something outside itself, which is refused: {error}"
            raise HandoutsError(Diagnostic("outside", message)) from error
        except (ValueError, LookupError, ArithmeticError, RecursionError) as error:
            message = f"The PDF engine cannot set this page: {str(error)[:200]}"
            raise HandoutsError(Diagnostic("engine", message)) from error
        if complaints:
            raise HandoutsError(*_worded(complaints))
    _DRAWINGS.keep(pictures)
    return Pressed(pdf, len(document.pages))


@contextmanager
def _unless_it_fails() -> Iterator[None]:
    """Remember drawings and style sheets of good pages only: what is read again complains again."""
    try:
        yield
    except HandoutsError:
        _DRAWINGS.forget()
        _style_sheet.cache_clear()
        raise


def _parted(html: str) -> tuple[str, list[Any]]:
    """A page without its style sheets, and these; whole where they could mean something else."""
    if _ODD_STYLE.search(html):
        return html, []
    return _STYLE.sub("", html), [_style_sheet(text) for text in _STYLE.findall(html)]


@lru_cache(maxsize=32)
def _style_sheet(text: str) -> Any:
    """A style sheet that was read before: many pages have the same."""
    weasyprint, fonts, fetcher = _engine()
    return weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)


def _finish(finish: Finisher | None, _: Any, pdf: Any) -> None:
    settle(pdf)
    if finish:
        finish(pdf)


def library_versions() -> dict[str, str | None]:
    """Versions of the libraries below the engine; None for one that is missing.

    Without HarfBuzz-subset the engine still works, but slowly and with larger files.
    """
    _engine()
    from weasyprint.text.ffi import harfbuzz_subset, pango

    number = pango.pango_version()
    return {
        "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        "harfbuzz-subset": "found" if harfbuzz_subset else None,
    }


@lru_cache(maxsize=1)
def _engine() -> tuple[Any, Any, Any]:
    use_private_fonts()
    try:
        with _libraries_by_their_names(), _made_to_stay():
            import weasyprint
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher
    except OSError as error:
        raise CannotPrintError(str(error).splitlines()[0]) from error
    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
    return weasyprint, FontConfiguration(), fetcher


@contextmanager
def _libraries_by_their_names() -> Iterator[None]:
    """Where names of libraries are files' names, let nothing else look for them.

    The engine tries other systems' names first, and for each of them Python runs the linker and a
    compiler: a third of a second in all.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _nowhere
    try:
        yield
    finally:
        ctypes.util.find_library = search


@contextmanager
def _made_to_stay() -> Iterator[None]:
    """Spare the collector of garbage what is made here: the engine's code is never thrown away.

    To look through it again and again took a tenth of the time of a leaflet.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _nowhere(name: str) -> str | None:  # noqa: ARG001 - called by this name
    return None


@contextmanager
def _complaints() -> Iterator[list[logging.LogRecord]]:
    """What the engine only logs: unknown CSS, missing glyphs, unreadable pictures."""
    records: list[logging.LogRecord] = []
    handler = _Collector(records)
    logger = logging.getLogger("weasyprint")
    kept, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
        logger.propagate = kept


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _worded(records: list[logging.LogRecord]) -> Iterator[Diagnostic]:
    """One diagnostic for all missing glyphs, and one for each other complaint."""
    missing = {str(r.args[0]) for r in records if _is_missing_glyph(r) and r.args}  # type: ignore[index]
    if missing:
        characters = "".join(sorted(missing))
        shown = ", ".join(f"`{c}` (U+{ord(c):04X})" for c in characters)
        message = f"No shipped font has the characters {shown}"
        hint = "Write it in another way; Latin, Greek and Cyrillic letters can be printed"
        yield MissingGlyphs("missing-glyph", message, hint=hint, characters=characters)
    others = (r.getMessage() for r in records if not _is_missing_glyph(r))
    for message in dict.fromkeys(_DATA_URI.sub(r"\1…", other) for other in others):
        yield Diagnostic("engine", message)


def _is_missing_glyph(record: logging.LogRecord) -> bool:
    """The engine is pinned; tests/test_press.py notices when it words this anew."""
    return str(record.msg).startswith(".notdef")
