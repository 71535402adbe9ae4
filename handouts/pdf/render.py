"""HTML to PDF: the only module that starts WeasyPrint, through its documented interface."""

from __future__ import annotations

import ctypes.util
import gc
import io
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from threading import RLock
from typing import Any

from handouts.content.writing_systems import remedy
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError
from handouts.limits import free_in_forks
from handouts.page.compose import Page
from handouts.page.marks import Mark
from handouts.pdf import internals, marks
from handouts.pdf.drawings import Drawings, settle
from handouts.pdf.fontconfig import use_private_fonts
from handouts.pdf.internals import leaks
from handouts.pdf.internals import text as readable
from handouts.pdf.internals.lines import TextLine, share_of_last_page, text_lines
from handouts.pdf.internals.messages import PageFault, missing_glyph, page_faults
from handouts.pdf.internals.moulds import Mould, objects_of
from handouts.pdf.objects import Fragment, FragmentReader
from handouts.pdf.read import Box, texts_in_boxes
from handouts.translation.languages import SOURCE_LANGUAGE

Finisher = Callable[[Any], None]
"""Changes the objects of a ``pydyf.PDF`` before it is written."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_TIGHTER = re.compile(r'<style media="(tighter|fuller)">(.*?)</style>', re.DOTALL)
"""Styles that are added in turn, for fewer pages: ``tighter`` ones while there is more than one
sheet, ``fuller`` ones while the last page is nearly empty. Browsers know no such media."""

SHEET = 2
"""Pages of a sheet of paper."""

SCRAP = 0.4
"""Less than this share of its type area is filled on a last page that is not worth its paper."""

_ODD_STYLE = re.compile(r"<style(?!>)|<STYLE|<svg|<link|<!--")
_FONTS = re.compile(r"@font-face|@import|<link|\\", re.IGNORECASE)
"""What may bring a font. Such a page gets a font configuration of its own: in the process's one,
another clinic's font of the same name would remain."""

_ENGINE = free_in_forks(RLock())
"""Held while a page is rendered, because the font configuration, the logger and the cache of
drawings belong to the process."""

_DRAWINGS = Drawings()


@dataclass(frozen=True, slots=True)
class MissingGlyphs(Diagnostic):
    """A diagnostic about characters that no shipped font has."""

    characters: str = ""


@dataclass(frozen=True)
class RenderedPdf:
    """PDF bytes, the number of pages and, if asked for, the lines of text of each page."""

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
    private: bool = False,
) -> RenderedPdf:
    """Render a page as a tagged PDF/UA-1, or untagged if it will be placed inside a tagged page.

    The page must be self-contained: the fetcher refuses everything but data URIs. ``measured`` adds
    the lines of text to the result. If ``drawings`` is None, the engine paints all drawings itself.
    Nothing of a ``private`` page stays in memory.
    Safe to call from several threads; one page is rendered at a time.

    HandoutsError for anything the engine reports, CannotPrintError if it cannot start.
    """
    boxes: list[Box] = []
    with _ENGINE:
        _, fonts, _ = _engine()
        if _FONTS.search(page.html):
            fonts, private = type(fonts)(), True
        memory = Drawings() if private or drawings is None else drawings  # or for this page only
        with _engine_faults() as messages, memory.page(page.brand_colours) as painted:
            document, root, sheets = _laid_out(
                page.html, fonts, painted.pictures, messages, keep_styles=not private
            )
            if drawings is not None:
                painted.intercept()

            leftwards = tagged and root.get("dir") == "rtl"
            finisher = partial(_finish, document, page.mark, finish, boxes, leftwards)
            document.metadata.title = page.title
            # A form must not be tagged itself: tags inside it would clash with its page's.
            variant = "pdf/ua-1" if tagged else None
            data = document.write_pdf(finisher=finisher, pdf_variant=variant)
            if messages:
                language = root.get("lang", SOURCE_LANGUAGE)
                raise HandoutsError(*_worded(messages, sheets, language))
            if page.mark:
                form = _mark_form(page.mark, _mark_width(document))
                if unmarked := [*marks.missing(data, boxes, page.mark, form)]:
                    message = f"The mark cannot be read on page {', '.join(map(str, unmarked))}"
                    hint = "Run `handouts doctor`: this version of the engine may be untested"
                    raise HandoutsError(Diagnostic("no-mark", message, hint=hint))
    lines = tuple(map(tuple, text_lines(document))) if measured else ()
    return RenderedPdf(data, len(document.pages), lines)


def _laid_out(
    html: str,
    fonts: Any,
    pictures: Any,
    messages: list[logging.LogRecord],
    *,
    keep_styles: bool,
) -> tuple[Any, Any, dict[int, str]]:
    """A page in the least tight of its styles with which it has the fewest pages.

    Also its root element and, for messages of the engine, the text of each style sheet by the
    number of messages before it was read.
    """
    weasyprint, _, fetcher = _engine()
    sheets: dict[int, str] = {}
    laid_out, told = [], 0
    for text, spare in _densities(html):
        del messages[told:]  # what laying it out is told again
        sheets.setdefault(0, "\n".join(_STYLE.findall(text)))
        body, styles = text, []
        # Style sheets are taken out, to be cached, unless that could change the page.
        if keep_styles and not _ODD_STYLE.search(text):
            for css in _STYLE.findall(text):
                sheets[len(messages)] = css
                styles.append(_style_sheet(css))
            body = _STYLE.sub("", text)
        # What reading the styles has told stays: a cached one is not parsed again.
        told = len(messages)
        page = weasyprint.HTML(string=body, url_fetcher=fetcher)
        laid_out.append(page.render(stylesheets=styles, font_config=fonts, cache=pictures))
        if _is_good(laid_out[-1], spare):
            break
    return min(laid_out, key=lambda each: len(each.pages)), page.etree_element, sheets


def _densities(html: str) -> Iterator[tuple[str, str]]:
    """A page as it should be, then with each of its tighter styles as well.

    Each with the medium of the style that comes next; the last one with none.
    """
    while True:
        spare = _TIGHTER.search(html)
        yield _TIGHTER.sub("", html), spare[1] if spare else ""
        if not spare:
            return
        html = _TIGHTER.sub(r"<style>\2</style>", html, count=1)


def _is_good(document: Any, spare: str) -> bool:
    """Whether a document needs no tighter style of that medium."""
    if spare == "fuller":
        return len(document.pages) == 1 or share_of_last_page(document) >= SCRAP
    return len(document.pages) <= SHEET


def mould_of(page: Page) -> Mould | None:
    """A page of one line each, laid out so that other words can be set in it.

    None if it is not such a page, or has fonts of its own.
    """
    with _ENGINE:
        weasyprint, fonts, fetcher = _engine()
        if _FONTS.search(page.html):
            return None
        with _engine_faults() as messages:
            html = weasyprint.HTML(string=page.html, url_fetcher=fetcher)
            mould = Mould.of(html.render(font_config=fonts))
        return None if messages else mould


def set_in_mould(
    mould: Mould, words: tuple[str, ...], finish: Finisher
) -> tuple[tuple[TextLine, ...], ...] | None:
    """Give ``finish`` the objects of an untagged page with other words; the lines of each page.

    None if the words do not fit, or a letter has no font.
    """
    with _ENGINE, _engine_faults() as messages:
        document = mould.with_words(words)
        if document is None:
            return None
        pdf = objects_of(document)
        if messages:
            return None
        finish(pdf)
        return tuple(map(tuple, text_lines(document)))


_SIDES = 17
"""Millimetres at each side of the mark on a page of ordinary width, as beside the text."""


def _finish(
    document: Any,
    mark: Mark | None,
    finish: Finisher | None,
    boxes: list[Box],
    leftwards: bool,
    _: Any,
    pdf: Any,
) -> None:
    """Change a PDF's objects, and draw the mark last of all."""
    settle(pdf)
    if leftwards:
        internals.read_leftwards(pdf)
    if finish:
        finish(pdf)
    if mark:
        # As wide on all pages as on the first, so that it is set once.
        boxes.extend(marks.draw(pdf, _mark_form(mark, _mark_width(document))))


def _mark_width(document: Any) -> float:
    """The width of a mark in points, from that of the first page, which is in CSS pixels."""
    width: float = document.pages[0].width * 0.75
    return max(200.0, round(width - 2 * _SIDES * 72 / 25.4, 3))


@lru_cache(maxsize=32)
def _mark_form(mark: Mark, width: float) -> marks.MarkForm:
    """A mark, set on a page of its own, with which no style or font of a clinic's has to do."""
    forms: list[tuple[Fragment, tuple[Fragment, ...]]] = []

    def read(pdf: Any) -> None:
        reader = FragmentReader(pdf)
        (only,) = internals.pages(pdf)
        forms.append((reader.fragment(internals.page_form(pdf, only)), reader.rest()))

    page = Page(marks.mark_page(mark, width), "-")
    rendered = render_pdf(page, read, tagged=False, measured=True)
    height = max(line.bottom for line in rendered.lines[0]) + mark.padding
    alone = (0, marks.ROOM - height, width, marks.ROOM)
    (reading,) = texts_in_boxes(rendered.pdf, [alone])
    return marks.MarkForm(*forms[0], width, round(height, 3), mark.colour, reading)


def start_engine() -> None:
    """Import the engine. CannotPrintError if it cannot start."""
    with _ENGINE:
        _engine()


@lru_cache(maxsize=32)
def _style_sheet(text: str) -> Any:
    """A parsed style sheet, cached because many pages have the same."""
    weasyprint, fonts, fetcher = _engine()
    return weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)


# Starting ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _engine() -> tuple[Any, Any, Any]:
    use_private_fonts()
    # In a thread of its own: errors that the import handles hold on to the frames that called it,
    # and so to all of the first page. To look for them among all that is imported takes 0.1 s.
    with _quick_import(), ThreadPoolExecutor(1) as alone:
        try:
            alone.submit(import_module, "weasyprint").result()
        except OSError as error:
            raise CannotPrintError(str(error).splitlines()[0]) from error
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    readable.install()
    leaks.install()
    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
    return weasyprint, FontConfiguration(), fetcher


@contextmanager
def _quick_import() -> Iterator[None]:
    """Import the engine with fewer searches and collections.

    On Linux, libraries are found only by file name, which saves a third of a second: the engine
    tries the names used on other systems first; for each, ``find_library`` runs the linker and a
    compiler. Returning None makes it go on to the file name.

    Everything created here is exempt from garbage collection, because the engine's code is never
    freed: traversing it again and again took a tenth of a leaflet's time.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - passed by name
    gc.disable()
    try:
        with redirect_stdout(io.StringIO()):  # what the engine has to say of a missing library
            yield
    finally:
        gc.freeze()
        gc.enable()
        ctypes.util.find_library = search


# Engine messages --------------------------------------------------------------------------------


@contextmanager
def _engine_faults() -> Iterator[list[logging.LogRecord]]:
    """Collect what the engine only logs: unknown CSS, missing glyphs, unreadable pictures. What it
    raises becomes a HandoutsError.
    """
    from weasyprint.urls import FatalURLFetchingError

    records: list[logging.LogRecord] = []
    handler = _Collector(records)
    logger = logging.getLogger("weasyprint")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield records
    except (OSError, MemoryError):
        raise
    except (Exception, FatalURLFetchingError) as error:  # which is a BaseException
        # The engine reports a bad style only when it parses it: a cached one would stay unreported.
        _style_sheet.cache_clear()
        if isinstance(error, HandoutsError):
            raise
        if isinstance(error, FatalURLFetchingError):
            address = re.search(r"https?://[^\s\"')]+|(?<=URL )\S+", str(error))
            shown = f": `{address[0]}`" if address else ""
            message = f"The page refers to something outside of it{shown}"
            hint = "Remove it: a leaflet is made without a network, from the clinic's folder alone"
            written = address[0] if address else ""
            raise HandoutsError(
                PageFault("outside", message, hint=hint, written=written)
            ) from error
        reason = str(error)[:200] or type(error).__name__  # it expects well-formed pages only
        message = f"The PDF engine failed on this page: {reason}"
        hint = "Look for the cause in the clinic's own templates, or make the leaflet without them"
        raise HandoutsError(Diagnostic("engine", message, hint=hint)) from error
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _worded(
    records: list[logging.LogRecord], sheets: Mapping[int, str], language: str
) -> Iterator[Diagnostic]:
    """One diagnostic for all missing glyphs, and one for each other message."""
    glyphs = filter(None, map(missing_glyph, records))
    if characters := "".join(sorted(set(glyphs))):
        shown = ", ".join(f"`{c}` (U+{ord(c):04X})" for c in characters)
        message = f"No shipped font has the characters {shown}"
        yield MissingGlyphs("missing-glyph", message, hint=remedy(language), characters=characters)
    yield from page_faults(records, sheets)
