"""A document to one self-contained HTML page: templates, styles and pictures in one string.

Pictures go in as data URIs, so the page names no file and the engine needs none.
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

_NOBODY = Clinic(name="area:author", phone="area:phone")


@dataclass(frozen=True)
class Page:
    """HTML that stands alone, and the title that its PDF shows.

    Where it holds areas open, ``areas`` are they, in the order of their placeholders, and
    ``brand_colours`` tells which of its colours stand for the brand's.
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
    """Set the document with the templates of the layers, strong to weak: the whole page.

    Compiled templates are kept in the store. Raises HandoutsError with the template's file and line
    for a fault in a template, and for personal words that do not fit.
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
    """The same page for every clinic: areas are held open, colours and facts are stand-ins.

    A clinic's own templates may print its facts anywhere, so with them only the areas are open.
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
    """Areas filled for the document's clinic, a page for each, and what each says in words."""
    layout = lay_out(personal, document) if personal else None
    context = TemplateContext(document, Templates(layers, store), layout)
    areas = tuple(areas)
    words = {area.name: _spoken(context.filled(area)) for area in areas}
    return Page(context.whole("areas.html.j2", areas=areas), document.clinic.name), words


@dataclass(frozen=True)
class TemplateUsage:
    """Templates by the names that they are used by, with their files; keys of printed labels."""

    templates: Mapping[str, Path]
    labels: frozenset[str]


def template_usage(document: Document, layers: tuple[Path, ...]) -> TemplateUsage:
    """What the document's page is set with. Raises HandoutsError as ``compose`` does."""
    templates = Templates(layers, fresh=True)
    context = TemplateContext(document, templates, None)
    context.whole()
    title = set() if document.standing.issuable else {DRAFT_TITLE}
    files = {**templates.files, PALETTE: layered_file(layers, PALETTE)}
    return TemplateUsage(files, frozenset(context.labels.printed | title))


_TAG = re.compile(r"<[^>]*>")
_ALT = re.compile(r'<img[^>]* alt="([^"]*)"[^>]*>')


def _spoken(html: str) -> str:
    """The words of a little HTML, pictures by their alternative texts."""
    words = _TAG.sub(" ", _ALT.sub(r" \1. ", html))
    return unescape(" ".join(words.split()))
