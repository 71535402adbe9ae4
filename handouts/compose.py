"""A document to one self-contained HTML page: templates, styles and pictures in one string.

Pictures go in as data URIs, so the page names no file and the press needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path

from handouts.areas import Area
from handouts.document import Document
from handouts.layers import layered_file
from handouts.models.clinic import Clinic
from handouts.personal import Personal, Placed, place
from handouts.setting import (
    DRAFT_TITLE,
    PALETTE,
    STAND_IN,
    Placeholders,
    Setting,
    document_title,
    printed_day,
)
from handouts.templates import Templates

_NOBODY = Clinic(name="area:author", phone="area:phone")


@dataclass(frozen=True)
class Page:
    """HTML that stands alone, and the title that its PDF shows.

    Where it holds areas open, ``areas`` are they, in the order of their placeholders, and
    ``colours`` tells which colours stand for the brand's: token, and strength from 0 to 1.
    """

    html: str
    title: str
    areas: tuple[Area, ...] = ()
    colours: Mapping[str, tuple[str, float]] = field(default_factory=dict)


def compose(document: Document, layers: tuple[Path, ...], personal: Personal | None = None) -> Page:
    """Set the document with the templates of the layers, strong to weak: the whole page.

    Raises HandoutsError with the template's file and line for a fault in a template, and for
    personal words that do not fit.
    """
    setting = Setting(document, Templates(layers), _placed(personal, document))
    return Page(setting.whole(), document_title(document))


def compose_plate(
    document: Document, layers: tuple[Path, ...], personal: Personal | None = None
) -> Page:
    """The same page for every clinic: areas are held open, colours and facts are stand-ins.

    A clinic's own templates may print its facts anywhere, so with them only the areas are open.
    """
    blank = document if _has_own(layers) else _without_clinic(document)
    held = Placeholders()
    setting = Setting(blank, Templates(layers), _placed(personal, document), held)
    return Page(setting.whole(), document_title(document), held.areas, setting.colours)


def compose_areas(
    document: Document,
    layers: tuple[Path, ...],
    areas: Iterable[Area],
    personal: Personal | None = None,
) -> tuple[Page, Mapping[str, str]]:
    """Areas filled for the document's clinic, a page for each, and what each says in words."""
    setting = Setting(document, Templates(layers), _placed(personal, document))
    areas = tuple(areas)
    words = {area.name: _spoken(setting.filled(area)) for area in areas}
    return Page(setting.whole("areas.html.j2", areas=areas), document.clinic.name), words


@dataclass(frozen=True)
class Ingredients:
    """Templates by the names that they are used by, with their files; keys of printed labels."""

    templates: Mapping[str, Path]
    labels: frozenset[str]


def ingredients(document: Document, layers: tuple[Path, ...]) -> Ingredients:
    """What the document's page is set with. Raises HandoutsError as ``compose`` does."""
    templates = Templates(layers, fresh=True)
    setting = Setting(document, templates, None)
    setting.whole()
    title = set() if document.clean else {DRAFT_TITLE}
    files = {**templates.files, PALETTE: layered_file(layers, PALETTE)}
    return Ingredients(files, frozenset(setting.labels.printed | title))


def _has_own(layers: tuple[Path, ...]) -> bool:
    """Whether a clinic has templates of its own."""
    return any(layer.is_dir() and any(layer.rglob("*.j2")) for layer in layers[:-1])


def _without_clinic(document: Document) -> Document:
    return document.model_copy(update={"clinic": _NOBODY, "brand": STAND_IN, "logo": None})


_TAG = re.compile(r"<[^>]*>")
_ALT = re.compile(r'<img[^>]* alt="([^"]*)"[^>]*>')


def _spoken(html: str) -> str:
    """The words of a little HTML, pictures by their alternative texts."""
    words = _TAG.sub(" ", _ALT.sub(r" \1. ", html))
    return unescape(" ".join(words.split()))


def _placed(personal: Personal | None, document: Document) -> Placed | None:
    day = partial(printed_day, language=document.language)
    return place(personal, document, day(personal.day)) if personal else None


def qr_words(document: Document) -> str:
    """The QR code's alternative text."""
    label = next(label.text for label in document.labels if label.key == "qr_alt")
    return label.fill({"code": document.code}).plain
