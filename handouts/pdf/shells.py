"""Gets shells and filled areas from the store, or else composes and renders them.

The engine hands over a PDF's objects before writing them, so no PDF has to be parsed.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from html import escape, unescape
from pathlib import Path
from typing import Any

from handouts.content.appearance import own_templates
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.limits import DETAILS, PAGE, apart, at_work
from handouts.model.document import Document
from handouts.page.areas import (
    ALT_PREFIX,
    PERSONAL_KINDS,
    Area,
    AreaKind,
    placeholder_number,
    qr_modules,
)
from handouts.page.compose import AreaPage, Page, compose_areas, compose_shell
from handouts.page.context import qr_payload, qr_words
from handouts.page.personal import Personal, discreet
from handouts.pdf import internals
from handouts.pdf.engine import rendering_key
from handouts.pdf.imprint import FORMS, Forms, ImprintData
from handouts.pdf.internals.lines import TextLine
from handouts.pdf.internals.moulds import Mould
from handouts.pdf.internals.text import is_plain
from handouts.pdf.objects import Fragment, FragmentReader, square_form
from handouts.pdf.overflow import NoRoom, overflows
from handouts.pdf.pictures import redrawn
from handouts.pdf.render import RenderedPdf, mould_of, render_pdf, set_in_mould
from handouts.pdf.shell import SHELLS, BrandColour, Shell
from handouts.pdf.shell_names import NAMES, ShellName, document_key
from handouts.store import NO_STORE, LruDict, Store, key_of

_ARTIFACTS = frozenset({"band"})
"""Kinds of areas in the margins. They are artifacts, so screen readers skip them."""


@dataclass(frozen=True)
class KeyedShell:
    """A shell and its key in the store; nothing of a ``private`` one may be kept."""

    key: str
    shell: Shell
    private: bool = False


def get_or_render(
    document: Document, layers: tuple[Path, ...], store: Store, personal: Personal | None = None
) -> KeyedShell:
    """The document's shell, from the store or newly rendered. HandoutsError as for rendering."""
    composed = partial(compose_shell, document, layers, personal, store)
    redraw = partial(redrawn, store=store)
    if personal and own_templates(layers):  # the page may contain personal text: never stored
        page = composed(redraw=redraw)
        with discreet(personal):
            return KeyedShell(_shell_key(page), render_shell(page, private=True), private=True)
    known = document_key(document, layers, personal)
    if (name := NAMES.get(known, store)) and (shell := SHELLS.get(name.key, store)):
        return KeyedShell(name.key, shell)
    keyed = shell_for(composed(redraw=redraw), store)
    NAMES.put(known, ShellName(keyed.key), store)
    return keyed


def shell_for(page: Page, store: Store) -> KeyedShell:
    """A page's shell, by the digest of all that is rendered, from the store or newly rendered."""
    key = _shell_key(page)
    shell = SHELLS.get(key, store) or SHELLS.put(key, render_shell(page), store)
    return KeyedShell(key, shell)


def _shell_key(page: Page) -> str:
    other = repr((page.title, page.mark, sorted(page.brand_colours.items())))
    return key_of("shell", rendering_key(), page.html, other)


def render_shell(page: Page, *, private: bool = False) -> Shell:
    """Render a page as a shell.

    If it is ``private``, nothing of it stays in memory. HandoutsError if words leave their box or
    the page, or an area or colour is not in the PDF.
    """
    at_work(PAGE)
    recorder = _ShellRecorder(page)
    rendered = render_pdf(page, recorder.prepare, measured=True, private=private)
    if faults := list(overflows(rendered.lines)):
        raise HandoutsError(*faults)
    shell = recorder.shell(rendered)
    if problems := list(_missing(page, shell, recorder)):
        message = f"The PDF engine did not produce the page as expected: {'; '.join(problems)}"
        hint = "Run `handouts doctor`: this version of the engine may be untested"
        raise HandoutsError(Diagnostic("engine-mismatch", message, hint=hint))
    # Boxes of a laid-out page refer to each other: left to itself, Python keeps a dozen pages. They
    # are young, so the oldest generation need not be looked through.
    gc.collect(1)
    return shell


class _ShellRecorder:
    """Records the objects of areas and colours while the engine writes a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.numbers: dict[str, int] = {}
        self.unnamed: set[str] = set()
        self.texts: dict[str, tuple[int, ...]] = {}

    def prepare(self, pdf: Any) -> None:
        """Before writing: turn colours and alternative texts into objects of their own."""
        self._pdf = pdf
        internals.print_two_sided(pdf)
        colours = self._page.brand_colours
        for stream in internals.painted_streams(pdf):
            stream.stream = internals.with_named_colours(stream.stream, colours)
        self.numbers = internals.add_palettes(pdf, colours)
        self.unnamed = internals.colours_in_numbers(pdf, colours)
        for name, number in internals.freed_texts(pdf, ALT_PREFIX):
            self.texts[name] = (*self.texts.get(name, ()), number)

    def shell(self, rendered: RenderedPdf) -> Shell:
        """After writing: the shell with the recorded object numbers."""
        colours, areas = self._page.brand_colours, self._page.areas
        # A placeholder's width in pixels tells its area, which may be on the page several times.
        pictures: dict[str, tuple[int, ...]] = {}
        for width, object_number in internals.one_row_pictures(self._pdf):
            place = placeholder_number(width)
            if 0 <= place < len(areas):
                name = areas[place].name
                pictures[name] = (*pictures.get(name, ()), object_number)
        return Shell(
            pdf=rendered.pdf,
            pages=rendered.pages,
            areas=areas,
            facts=internals.file_facts(self._pdf),
            pictures=pictures,
            texts=self.texts,
            colours=tuple(BrandColour(n, *colours[colour]) for colour, n in self.numbers.items()),
        )


def _missing(page: Page, shell: Shell, recorder: _ShellRecorder) -> Iterator[str]:
    """Everything that would leave a stand-in in print. Guards against changes in the engine."""
    known = {area.name for area in page.areas}
    spoken = {area.name for area in page.areas if area.kind not in _ARTIFACTS}
    for name in sorted(known - shell.pictures.keys()):
        yield f"the area {name} is not on the page"
    for name in sorted(spoken - shell.texts.keys()):
        yield f"the area {name} has no alternative text"
    for name in sorted(shell.texts.keys() - known):
        yield f"the area {name} was not requested"
    for colour in sorted(page.brand_colours.keys() - recorder.numbers.keys()):
        yield f"the colour {colour} has no object"
    for colour in sorted(recorder.unnamed):
        yield f"the placeholder colour {colour} is still written as numbers"
    if escape(shell.facts.entries.get("/Author", ""), quote=False) not in shell.facts.packet:
        yield "the author is not in the metadata"


# Filling the areas ------------------------------------------------------------------------------


def imprint_data(
    document: Document,
    layers: tuple[Path, ...],
    areas: Iterable[Area],
    store: Store,
    personal: Personal | None = None,
) -> tuple[str, ImprintData]:
    """The key of the clinic's filled areas, and the data for its imprint of a leaflet."""
    areas = sorted(set(areas))
    own = [area for area in areas if area.kind != "qr" and area.kind not in PERSONAL_KINDS]
    key, forms, texts = filled_areas(document, layers, own, store)
    personal_areas = [area for area in areas if area.kind in PERSONAL_KINDS]
    if personal_areas:
        with discreet(personal):
            _, added, words = filled_areas(document, layers, personal_areas, NO_STORE, personal)
        forms, texts = forms.joined(added), {**texts, **words}
    return key, _with_code(document, areas, forms, texts)


def imprints_of_clinic(
    sheets: Iterable[tuple[Document, Iterable[Area], tuple[Path, ...]]],
    store: Store,
    *,
    limited: bool,
) -> Iterator[ImprintData]:
    """The imprints of a clinic's leaflets, filling its areas only once per look.

    The store keeps its pictures; areas of so many clinics would only fill it. If ``limited``, they
    are filled in a worker.
    """
    fill = partial(apart, filled_areas, stage=DETAILS) if limited else filled_areas
    sheets = [(document, tuple(areas), layers) for document, areas, layers in sheets]
    filled: dict[tuple[str, ...], tuple[Forms, Mapping[str, str]]] = {}
    for document, areas, layers in sheets:
        this = look(document)
        if this not in filled:
            alike = (a for d, areas, _ in sheets for a in areas if look(d) == this)
            own = sorted({area for area in alike if area.kind != "qr"})
            filled[this] = fill(document, layers, own, NO_STORE, None, store)[1:]
        yield _with_code(document, areas, *filled[this])


def look(document: Document) -> tuple[str, ...]:
    """What makes a clinic's filled areas differ between its leaflets."""
    return (document.locale, document.edition, document.ink)


def _with_code(
    document: Document, areas: Iterable[Area], forms: Forms, texts: Mapping[str, str]
) -> ImprintData:
    """Add the leaflet's QR code, the only area that differs between a clinic's leaflets."""
    names = [area.name for area in areas if area.kind == "qr"]
    forms = forms.having(dict.fromkeys(names, _code(qr_payload(document))))
    colours = {"primary": document.brand.primary, "accent": document.brand.accent}
    words = {**texts, **dict.fromkeys(names, qr_words(document))}
    return ImprintData(forms, words, colours, document.clinic.name)


@lru_cache(maxsize=256)
def _code(payload: str) -> Fragment:
    """A QR code as a form, cached because clinics without a link of their own share it."""
    return square_form(qr_modules(payload))


def filled_areas(
    document: Document,
    layers: tuple[Path, ...],
    areas: list[Area],
    store: Store,
    personal: Personal | None = None,
    pictures: Store | None = None,
) -> tuple[str, Forms, Mapping[str, str]]:
    """The key of filled areas, their forms and their texts. HandoutsError if they do not fit.

    ``pictures`` is the store for the clinic's redrawn pictures, if not ``store``.
    """
    redraw = partial(redrawn, store=store if pictures is None else pictures)
    page, words = compose_areas(document, layers, areas, personal, store, redraw)
    key = key_of("forms", rendering_key(), page.html, repr(areas))
    if personal:  # never stored
        mould = _mould(document, layers, areas, page.form, personal) if page.form else None
        return key, _rendered(page, areas, mould), words
    forms = FORMS.get(key, store) or FORMS.put(key, _rendered(page, areas), store)
    return key, forms, words


def _mould(
    document: Document, layers: tuple[Path, ...], areas: list[Area], form: str, personal: Personal
) -> Mould | None:
    """The areas with nobody's words, to set one person's in; from memory or newly laid out."""
    key = key_of(form)
    if key not in _MOULDS:
        # As tall as most words of its language.
        word = document.title.plain.split()[0][:6]
        given = (field for field in ("name", "clinician", "note") if getattr(personal, field))
        nobody = replace(personal, day=document.issued, **dict.fromkeys(given, word))
        page, _ = compose_areas(document, layers, areas, nobody)
        _MOULDS.keep(key, mould_of(page) if _only_words(page) else None)
    return _MOULDS.keep(key, _MOULDS[key])


_MOULDS = LruDict[Mould | None](32)
"""By the page without any words, and so without one person's."""


def _only_words(page: AreaPage) -> tuple[str, ...]:
    """The words of areas that have one paragraph of nothing else; nothing if any has more."""
    found = [_PARAGRAPH.fullmatch(each) for each in page.contents]
    return tuple(unescape(each[1]) for each in found if each) if all(found) else ()


_PARAGRAPH = re.compile(r"\s*<p>((?! )(?:(?!  | <)[^<\t\n\r\f])+)</p>\s*")
"""A paragraph without elements, in which the engine has no spaces to take away."""


def _rendered(page: AreaPage, areas: list[Area], mould: Mould | None = None) -> Forms:
    """Render areas, one page each, as forms on the unit square."""
    at_work(DETAILS)
    if not areas:  # a template of the clinic's need not have any
        return Forms({}, ())
    forms: list[Forms] = []

    def read(pdf: Any) -> None:
        if pdf.pages["Count"] == len(areas):
            reader = FragmentReader(pdf)
            pages = zip(areas, internals.pages(pdf), strict=True)
            nested = not is_plain(page.html)
            filled = {
                area.name: reader.fragment(internals.square_page_form(pdf, only, nested=nested))
                for area, only in pages
            }
            forms.append(Forms(filled, reader.rest()))

    words = _only_words(page)
    if mould and words:
        lines = set_in_mould(mould, words, read)
        if lines and _fit(areas, lines):
            return forms[0]
        forms.clear()
    lines = render_pdf(page, read, tagged=False, measured=True).lines
    # No form was read if an area has more pages than its own: it is too short for its text.
    if forms and _fit(areas, lines):
        return forms[0]
    raise HandoutsError(*_overflows(page, areas))


def _fit(areas: Iterable[Area], pages: Iterable[Iterable[TextLine]]) -> bool:
    return all(
        line.right <= area.points[0] + TOLERANCE
        and line.bottom <= area.points[1] + TOLERANCE
        and line.beyond <= TOLERANCE
        for area, lines in zip(areas, pages, strict=True)
        for line in lines
    )


TOLERANCE = 0.5
"""Points that a line may reach beyond its area: its box is a little larger than its letters."""


def _overflows(page: Page, areas: list[Area]) -> Iterator[Diagnostic]:
    """Which areas have more text than room, by how much, and from which line on."""
    # On its own page an area would break; on a tall one it shows how much room it needs.
    tall = Page(_PAGE_HEIGHT.sub(r"\g<1>2000pt", page.html), page.title)
    for area, lines in zip(areas, render_pdf(tall, tagged=False, measured=True).lines, strict=True):
        width, height = area.points
        wide = [line for line in lines if max(line.right - width, line.beyond) > TOLERANCE]
        low = [line for line in lines if line.bottom > height + TOLERANCE]
        name, remedy = _AREA_NAMES[area.kind]
        private = area.kind in PERSONAL_KINDS  # whose text is not quoted
        told: list[tuple[str, str]] = []
        for line in wide:
            over = max(line.right - width, line.beyond) * 25.4 / 72
            words = "The text" if private else f"`{line.text}`"
            told.append((line.text, f"{words} is {max(1, over):.0f} mm too long for {name}"))
        if low and not wide:
            over = (low[-1].bottom - height) * 25.4 / 72
            words = "the text" if private else f"`{low[0].text}`"
            words += " and the lines after it" if len(low) > 1 and not private else ""
            message = f"{name[0].upper()}{name[1:]} is {max(1, over):.0f} mm too short for {words}"
            told.append((low[0].text, message))
        for text, message in told:
            if private:
                yield Diagnostic("no-room", message, hint=remedy)
            else:
                yield NoRoom("clinic-no-room", message, hint=remedy, line=text)


_PAGE_HEIGHT = re.compile(r"(@page area-\d+ \{ size: [\d.]+pt )[\d.]+pt")

_AREA_NAMES: Mapping[AreaKind, tuple[str, str]] = {
    "masthead": ("the head of the first page", "Shorten the clinic's name or notice"),
    "card": ("the clinic's card", "Shorten the address, the hours or the name"),
    "phone": ("a telephone number in a sentence", "Write the number without words"),
    "band": ("the line above the page", "Shorten it, or write it by hand"),
    "note": ("the lines for notes", "Shorten it, or write it by hand"),
    "qr": ("the QR code", "Shorten `link`"),
}
"""What people call an area, and what to do if its text does not fit."""
