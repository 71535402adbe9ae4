"""HTML to PDF: the only module that starts WeasyPrint, by its documented interface."""

from __future__ import annotations

import ctypes.util
import gc
import hashlib
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any
from xml.sax.saxutils import escape

import platformdirs

from handouts.content.layers import FONTS
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError
from handouts.files import write_if_changed
from handouts.page.compose import Page
from handouts.pdf.drawings import Drawings, settle
from handouts.pdf.internals import TextLine, missing_glyph, text_lines

Finisher = Callable[[Any], None]
"""Changes the objects of a PDF, a ``pydyf.PDF``, before they are written."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_ODD_STYLE = re.compile(r"<style(?!>)|<STYLE|<svg|<link|<!--")
_DATA_URI = re.compile(r"(data:[\w/+.-]+)[;,][^\"' ]*")

_ENGINE = RLock()
"""The engine has one font configuration, one logger and our memory of drawings: a process presses
one page at a time, whatever the number of its threads."""

_DRAWINGS = Drawings()


@dataclass(frozen=True, slots=True)
class MissingGlyphs(Diagnostic):
    """Characters of a leaflet that no shipped font has."""

    characters: str = ""


@dataclass(frozen=True)
class RenderedPdf:
    """PDF bytes, the number of pages, and the lines of each."""

    pdf: bytes
    pages: int
    lines: tuple[tuple[TextLine, ...], ...] = ()


def render_pdf(
    page: Page,
    finish: Finisher | None = None,
    *,
    tagged: bool = True,
    measured: bool = False,
    drawings: Drawings | None = _DRAWINGS,
) -> RenderedPdf:
    """Render a page as a tagged PDF/UA-1; untagged for what goes into a tagged page.

    The page brings everything with it; the fetcher refuses whatever is not a data URI. Without
    ``drawings`` the engine paints them all itself; with ``measured`` the lines are told. Safe to
    call from several threads: one page is rendered at a time.

    Raises HandoutsError for whatever the engine complains of, CannotPrintError where it cannot
    start.
    """
    with _ENGINE, _styles_of_good_pages():
        weasyprint, fonts, fetcher = _engine()
        memory = drawings or Drawings()  # one that is thrown away with its page
        try:
            with memory.page(page.brand_colours) as painted, _complaints() as complaints:
                text, styles = _without_styles(page.html)
                html = weasyprint.HTML(string=text, url_fetcher=fetcher)
                document = html.render(
                    stylesheets=styles, font_config=fonts, cache=painted.pictures
                )
                if drawings is not None:
                    painted.intercept()

                def finisher(_: Any, pdf: Any) -> None:
                    settle(pdf)
                    if finish:
                        finish(pdf)

                variant = "pdf/ua-1" if tagged else None
                data = document.write_pdf(finisher=finisher, pdf_variant=variant)
                if complaints:
                    raise HandoutsError(*_worded(complaints))
        except weasyprint.urls.FatalURLFetchingError as error:
            message = f"The page refers to an external resource, which is not allowed: {error}"
            raise HandoutsError(Diagnostic("outside", message)) from error
        except (ValueError, LookupError, ArithmeticError, RecursionError) as error:
            message = f"The PDF engine failed on this page: {str(error)[:200]}"
            raise HandoutsError(Diagnostic("engine", message)) from error
    lines = tuple(map(tuple, text_lines(document))) if measured else ()
    return RenderedPdf(data, len(document.pages), lines)


def start_engine() -> None:
    """Import the engine; CannotPrintError where it cannot start."""
    with _ENGINE:
        _engine()


def _without_styles(html: str) -> tuple[str, list[Any]]:
    """A page without its style sheets, and these; whole where they could mean something else."""
    if _ODD_STYLE.search(html):
        return html, []
    return _STYLE.sub("", html), [_style_sheet(text) for text in _STYLE.findall(html)]


@contextmanager
def _styles_of_good_pages() -> Iterator[None]:
    """Remember no style sheet of a page with a fault: what is read again complains again."""
    try:
        yield
    except HandoutsError:
        _style_sheet.cache_clear()
        raise


@lru_cache(maxsize=32)
def _style_sheet(text: str) -> Any:
    """A style sheet that was read before: many pages have the same."""
    weasyprint, fonts, fetcher = _engine()
    return weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)


# Starting ---------------------------------------------------------------------------------------


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


@lru_cache(maxsize=1)
def use_private_fonts() -> Path:
    """Point fontconfig at the shipped fonts only, for this process and its children.

    The path must be absolute: with a relative one fontconfig falls back to the system's fonts
    without a word. The configuration is in the user's cache, or in a temporary folder where there
    is none to write to.
    """
    fonts = FONTS.resolve()
    name = hashlib.sha256(str(fonts).encode()).hexdigest()[:16]
    try:
        folder = platformdirs.user_cache_path("handouts").resolve() / "fonts" / name
        config = _write_font_config(folder, fonts)
    except OSError:
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
    return config


def damaged_fonts() -> tuple[str, ...]:
    """Names of shipped fonts that are missing or differ from ``SHA256SUMS``."""
    lines = (FONTS / "SHA256SUMS").read_text("utf-8").splitlines()
    return tuple(
        name
        for expected, name in (line.split(maxsplit=1) for line in lines)
        if not (FONTS / name).is_file()
        or hashlib.sha256((FONTS / name).read_bytes()).hexdigest() != expected
    )


@contextmanager
def _libraries_by_their_names() -> Iterator[None]:
    """Where names of libraries are files' names, let nothing else look for them.

    The engine tries other systems' names first, and for each of them Python runs the linker and a
    compiler: a third of a second in all.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - called by this name
    try:
        yield
    finally:
        ctypes.util.find_library = search


@contextmanager
def _made_to_stay() -> Iterator[None]:
    """Exempt from garbage collection what is made here: the engine's code is never thrown away.

    To look through it again and again took a tenth of the time of a leaflet.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


# Complaints -------------------------------------------------------------------------------------


@contextmanager
def _complaints() -> Iterator[list[logging.LogRecord]]:
    """What the engine only logs: unknown CSS, missing glyphs, unreadable pictures."""
    records: list[logging.LogRecord] = []
    handler = _Collector(records)
    logger = logging.getLogger("weasyprint")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _worded(records: list[logging.LogRecord]) -> Iterator[Diagnostic]:
    """One diagnostic for all missing glyphs, and one for each other complaint."""
    glyphs = {record: missing_glyph(record) for record in records}
    if missing := {character for character in glyphs.values() if character}:
        characters = "".join(sorted(missing))
        shown = ", ".join(f"`{c}` (U+{ord(c):04X})" for c in characters)
        message = f"No shipped font has the characters {shown}"
        hint = "Write it in another way; Latin, Greek and Cyrillic letters can be printed"
        yield MissingGlyphs("missing-glyph", message, hint=hint, characters=characters)
    others = (record.getMessage() for record, glyph in glyphs.items() if glyph is None)
    for message in dict.fromkeys(_DATA_URI.sub(r"\1…", other) for other in others):
        yield Diagnostic("engine", message)
