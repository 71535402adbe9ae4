"""Composes a document into one self-contained HTML page.

Styles and pictures are embedded, pictures as data URIs, so the page refers to no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from handouts.content.layers import layered_file
from handouts.model.clinic import Clinic
from handouts.model.document import Document
from handouts.page.areas import Area
from handouts.page.context import (
    DRAFT_TITLE,
    PALETTE,
    STAND_IN,
    BrandColours,
    Placeholders,
    TemplateContext,
    document_title,
    stand_in_colours,
)
from handouts.page.personal import Personal, lay_out
from handouts.page.templates import Templates
from handouts.store import NO_STORE, Store

# The imprint replaces the author; telephone numbers are in areas.
_NOBODY = Clinic.model_construct(name="area:author", phone="area:phone")


@dataclass(frozen=True)
class Page:
    """Self-contained HTML, and the title of its PDF.

    ``areas`` are the areas left open, in the order of their placeholders; ``brand_colours`` maps
    the page's stand-in colours to the brand's.
    """

    html: str
    title: str
    areas: tuple[Area, ...] = ()
    brand_colours: BrandColours = field(default_factory=dict)


def compose(
    document: Document,
    layers: tuple[Path, ...],
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> Page:
    """Fill the templates of the layers (strong to weak) with a document.

    Compiled templates are cached in the store. HandoutsError for an error in a template, with its
    file and line, and for personal text that does not fit.
    """
    layout = lay_out(personal, document) if personal else None
    context = TemplateContext(document, Templates(layers, store), layout)
    return Page(context.whole(), document_title(document))


def compose_shell(
    document: Document,
    layers: tuple[Path, ...],
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> Page:
    """The page that all clinics share: areas are left open, colours and details are stand-ins.

    A clinic's own templates may print its details anywhere, so with those only areas are left open.
    """
    layout, held = lay_out(personal, document) if personal else None, Placeholders()
    theirs = [layer for layer in layers if not layer.is_relative_to(layers[-1])]
    own = any(layer.is_dir() and any(layer.rglob("*.j2")) for layer in theirs)
    nobody = {"clinic": _NOBODY, "brand": STAND_IN, "logo": None}
    blank = document if own else document.model_copy(update=nobody)
    colours = {} if own else stand_in_colours()
    templates = Templates(layers, store)
    context = TemplateContext(
        blank, templates, layout, held=held, clinic=document.clinic, brand_colours=colours
    )
    return Page(context.whole(), document_title(document), held.areas, colours)


def compose_areas(
    document: Document,
    layers: tuple[Path, ...],
    areas: Iterable[Area],
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> tuple[Page, Mapping[str, str]]:
    """Areas filled for the document's clinic, one page each, and the text of each by name."""
    layout = lay_out(personal, document) if personal else None
    context = TemplateContext(document, Templates(layers, store), layout)
    areas = tuple(areas)
    words = {area.name: _spoken(context.filled(area)) for area in areas}
    return Page(context.whole("areas.html.j2", areas=areas), document.clinic.name), words


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
    # The palette is read directly, and the draft title goes into the PDF, without any template.
    title = set() if document.standing.issuable else {DRAFT_TITLE}
    files = {**templates.files, PALETTE: layered_file(layers, PALETTE)}
    return TemplateUsage(files, frozenset(context.labels.printed | title))


_TAG = re.compile(r"<[^>]*>")
_ALT = re.compile(r'<img[^>]* alt="([^"]*)"[^>]*>')


def _spoken(html: str) -> str:
    """The text of an HTML fragment, with pictures replaced by their alternative text."""
    words = _TAG.sub(" ", _ALT.sub(r" \1. ", html))
    return unescape(" ".join(words.split()))
