"""Plates and filled areas: from the store where it has them, else composed and pressed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from handouts import __version__, shipped
from handouts.areas import Area
from handouts.compose import Page, compose_areas, compose_plate, qr_words
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.document import Document
from handouts.engine import engine_fingerprint
from handouts.imprint import FORMS, Forms, Imprint, read_forms, square
from handouts.parts import Parts
from handouts.personal import Personal
from handouts.plate import PLATES, Mould, Plate
from handouts.press import press
from handouts.qr import qr_modules
from handouts.setting import qr_payload
from handouts.store import Store, key_of

NO_ROOM = "clinic-no-room"
"""The fault of a clinic whose lines do not fit; it lies in the clinic's settings."""

PERSONAL = {"band", "note"}
"""Areas with personal words: they are never kept."""


@dataclass(frozen=True)
class Cast:
    """A plate and the key of what it was made from."""

    key: str
    plate: Plate


def cast(
    document: Document, layers: tuple[Path, ...], store: Store, personal: Personal | None = None
) -> Cast:
    """The document's plate. Raises what composing and pressing raise."""
    page = compose_plate(document, layers, personal)
    key = key_of("plate", _engine(), page.html, repr(sorted(page.colours.items())))
    plate = PLATES.get(key, store)
    if plate is None:
        mould = Mould(page.areas, page.colours)
        pressed = press(page, mould.open)
        plate = PLATES.put(key, mould.plate(pressed.pdf, pressed.pages), store)
    return Cast(key, plate)


def plate_of(key: str, store: Store) -> Plate:
    """A plate that was cast before. HandoutsError where the store no longer has it."""
    plate = PLATES.get(key, store)
    if plate is None:
        message = "The pages that were kept have gone while the build ran"
        hint = "Build again; nothing is wrong with the words"
        raise HandoutsError(Diagnostic("store-emptied", message, hint=hint))
    return plate


def imprint_for(
    document: Document,
    layers: tuple[Path, ...],
    areas: Iterable[Area],
    store: Store,
    personal: Personal | None = None,
) -> tuple[str, Imprint]:
    """The key of the filled areas, and the imprint: the clinic's areas, colours and name."""
    areas = sorted(set(areas))
    own = [area for area in areas if area.kind not in {"qr", *PERSONAL}]
    key, forms, texts = _filled(document, layers, own, store)
    named = [area for area in areas if area.kind in PERSONAL]
    if named:
        _, more, words = _filled(document, layers, named, Store(None), personal)
        forms, texts = forms.joined(more), {**texts, **words}
    return key, _imprint(document, forms, texts)


def imprints_for(
    sheets: Iterable[tuple[Document, Iterable[Area]]], layers: tuple[Path, ...]
) -> Iterator[Imprint]:
    """The imprints of a clinic's many leaflets: its areas are filled once for each language."""
    sheets = [(document, tuple(areas)) for document, areas in sheets]
    forms: dict[str, tuple[Forms, Mapping[str, str]]] = {}
    for document, _ in sheets:
        if document.locale not in forms:
            alike = (a for d, areas in sheets for a in areas if d.locale == document.locale)
            own = sorted({area for area in alike if area.kind != "qr"})
            forms[document.locale] = _filled(document, layers, own, Store(None))[1:]
        yield _imprint(document, *forms[document.locale])


def _imprint(document: Document, forms: Forms, texts: Mapping[str, str]) -> Imprint:
    code = {"qr": _code(qr_payload(document))}
    colours = {"primary": document.brand.primary, "accent": document.brand.accent}
    words = {**texts, "qr": qr_words(document)}
    return Imprint(forms.having(code), words, colours, document.clinic.name)


@lru_cache(maxsize=256)
def _code(payload: str) -> Parts:
    """A QR code as a form; clinics that name no address of their own share it."""
    return square(qr_modules(payload))


def _filled(
    document: Document,
    layers: tuple[Path, ...],
    areas: list[Area],
    store: Store,
    personal: Personal | None = None,
) -> tuple[str, Forms, Mapping[str, str]]:
    """The key of filled areas, their forms, and what each says. HandoutsError without room."""
    page, words = compose_areas(document, layers, areas, personal)
    key = key_of("forms", _engine(), page.html, repr(areas))
    if personal:
        return key, _pressed(page, areas), words
    forms = FORMS.get(key, store) or FORMS.put(key, _pressed(page, areas), store)
    return key, forms, words


def _pressed(page: Page, areas: list[Area]) -> Forms:
    found: list[Forms] = []

    def read(pdf: Any) -> None:
        if pdf.pages["Count"] == len(areas):
            found.append(read_forms(pdf, [area.name for area in areas]))

    press(page, read, tagged=False)
    if not found:
        message = "The clinic's lines have no room in their box"
        hint = "Shorten the name, the address or the opening hours in `handouts.yaml`"
        raise HandoutsError(Diagnostic(NO_ROOM, message, hint=hint))
    return found[0]


@lru_cache(maxsize=1)
def _engine() -> str:
    """Everything beside a page that decides what a press makes of it."""
    files = [shipped.FONTS / "SHA256SUMS", *sorted(Path(__file__).parent.glob("*.py"))]
    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    return f"{__version__} {engine_fingerprint()} {' '.join(digests)}"
