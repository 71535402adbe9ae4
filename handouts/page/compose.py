"""Composes a document into one self-contained HTML page.

Styles and pictures are embedded, pictures as data URIs, so the page refers to no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import chain
from pathlib import Path

from markupsafe import Markup

from handouts.content.appearance import PALETTE, own_templates, require_unchanged
from handouts.content.layers import layered_file
from handouts.model.clinic import Clinic
from handouts.model.document import Document
from handouts.page.areas import Area
from handouts.page.context import (
    STAND_IN,
    BrandColours,
    Placeholders,
    TemplateContext,
    document_title,
    stand_in_colours,
)
from handouts.page.marks import Mark, mark_of
from handouts.page.personal import Personal, discreet, lay_out
from handouts.page.pictures import Redraw
from handouts.page.templates import Templates
from handouts.store import NO_STORE, Store

NOBODY = Clinic.model_construct(name="area:author", phone="area:number")
"""Stands for every clinic in a shell. The imprint replaces the author; numbers are in areas."""


@dataclass(frozen=True)
class Page:
    """Self-contained HTML, and the title and mark of its PDF, whatever the HTML says.

    ``areas`` are the areas left open, in the order of their placeholders; ``brand_colours`` maps
    the page's stand-in colours to the brand's.
    """

    html: str
    title: str
    areas: tuple[Area, ...] = ()
    brand_colours: BrandColours = field(default_factory=dict)
    mark: Mark | None = None


def compose(
    document: Document,
    layers: tuple[Path, ...],
    personal: Personal | None = None,
    store: Store = NO_STORE,
    redraw: Redraw | None = None,
) -> Page:
    """Fill the templates of the layers (strong to weak) with a document.

    Compiled templates are cached in the store. ``redraw`` gives the clinic's pictures as they are
    printed; without it, as for a browser, they stay as they are. HandoutsError for an error in a
    template, with its file and line, for personal text that does not fit, and for a template that
    has been saved since the document was made.
    """
    layout = lay_out(personal, document) if personal else None
    context = TemplateContext(document, Templates(layers, store), layout, redraw=redraw)
    # A message about a template's values could quote what was written for one patient.
    with discreet(personal):
        page = Page(context.whole(), document_title(document), mark=mark_of(document))
    # Afterwards: templates and drawings are read while the page is made, and the document says who
    # has approved them as they were before.
    require_unchanged(document, layers)
    return page


def compose_shell(
    document: Document,
    layers: tuple[Path, ...],
    personal: Personal | None = None,
    store: Store = NO_STORE,
    clinic: Clinic | None = None,
    redraw: Redraw | None = None,
) -> Page:
    """The page without the clinic's details: areas are left open, colours are stand-ins.

    A clinic's own templates may print its details anywhere, so with those only areas are left open;
    and text for one patient too, so that only then a page is composed with it. ``clinic`` is the
    one whose details must have room (default: the document's).
    """
    layout, held = lay_out(personal, document) if personal else None, Placeholders()
    own = own_templates(layers)
    if layout and not own:
        layout = layout.blank
    nobody = {"clinic": NOBODY, "brand": STAND_IN, "logo": None}
    blank = document if own else document.model_copy(update=nobody)
    colours = {} if own else stand_in_colours()
    templates = Templates(layers, store)
    context = TemplateContext(
        blank,
        templates,
        layout,
        held=held,
        clinic=clinic or document.clinic,
        brand_colours=colours,
        redraw=redraw,
    )
    with discreet(personal):
        mark = mark_of(document)
        page = Page(context.whole(), document_title(document), held.areas, colours, mark)
    require_unchanged(document, layers)
    return page


def names_its_clinic(page: Page) -> bool:
    """Whether a page that was composed for nobody has room for somebody's name or number in it.

    Then a clinic's would be printed there, so clinics cannot share it.
    """
    author = f'<meta name="author" content="{NOBODY.name}">'
    return NOBODY.name in page.html.replace(author, "", 1) or NOBODY.phone in page.html


@dataclass(frozen=True)
class AreaPage(Page):
    """A page of filled areas, and their contents in order.

    For text of one patient, ``form`` is the page without any contents; but not with a clinic's own
    templates, which may print them anywhere.
    """

    form: str = ""
    contents: tuple[str, ...] = ()


def compose_areas(
    document: Document,
    layers: tuple[Path, ...],
    areas: Iterable[Area],
    personal: Personal | None = None,
    store: Store = NO_STORE,
    redraw: Redraw | None = None,
) -> tuple[AreaPage, Mapping[str, str]]:
    """Areas filled for the document's clinic, one page each, and the text of each by name."""
    layout = lay_out(personal, document) if personal else None
    context = TemplateContext(document, Templates(layers, store), layout, redraw=redraw)
    areas = tuple(areas)
    with discreet(personal):
        filled = {area.name: context.filled(area) for area in areas}
        if personal is None or own_templates(layers):
            html, form = context.whole("areas.html.j2", areas=areas), ""
        else:
            form = context.whole("areas.html.j2", areas=areas, filled=lambda _: _CONTENTS)
            pieces = zip(form.split(_CONTENTS), (*filled.values(), ""), strict=True)
            html = "".join(chain.from_iterable(pieces))
    require_unchanged(document, layers)
    # What a screen reader says: the words, and pictures by their alternative text. Tags become
    # spaces, so that the lines of an address are not read as one word.
    spoken = {name: _TAG.sub(" ", _ALT.sub(r" \1. ", part)) for name, part in filled.items()}
    words = {name: unescape(" ".join(text.split())) for name, text in spoken.items()}
    contents = tuple(map(str, filled.values()))
    return AreaPage(html, document.clinic.name, form=form, contents=contents), words


# It begins with a character that no text may contain, so no text is taken for it.
_CONTENTS = Markup("\ufff9contents")
_TAG = re.compile(r"<[^>]*>")
_ALT = re.compile(r'<img[^>]* alt="([^"]*)"[^>]*>')


@dataclass(frozen=True)
class TemplateUsage:
    """The files of the templates used, by template name, and the keys of the labels printed."""

    templates: Mapping[str, Path]
    labels: frozenset[str]


def template_usage(document: Document, layers: tuple[Path, ...]) -> TemplateUsage:
    """The templates and labels that a document's page uses. HandoutsError as for ``compose``."""
    templates = Templates(layers, fresh=True)
    context = TemplateContext(document, templates, None)
    context.whole()
    # The palette is read directly, without any template.
    files = {**templates.files, PALETTE: layered_file(layers, PALETTE)}
    return TemplateUsage(files, frozenset(context.labels.printed))
