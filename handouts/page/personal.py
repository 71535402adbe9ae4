"""Text for one patient, which never becomes part of a document, digest, manifest or cache."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.model.blocks import WriteInBlock
from handouts.model.document import Document
from handouts.translation.languages import printed_day

BAND = 95
"""Number of characters that fit on the line above each page."""

RULED = 34
"""Number of characters that always fit on a ruled line, even in the narrowest column."""


@dataclass(frozen=True)
class Personal:
    """Who a copy is for, who hands it out and when, and a note."""

    name: str | None
    clinician: str | None
    note: str | None
    day: date


@dataclass(frozen=True)
class PersonalLayout:
    """The line above each page, and the note for a block's ruled lines."""

    band: tuple[str, ...]
    block: WriteInBlock | None
    note: str | None


def lay_out(personal: Personal, document: Document) -> PersonalLayout:
    """Place personal text: a note goes on ruled lines if the leaflet has any, else on the band.

    HandoutsError if the text does not fit.
    """
    day = printed_day(personal.day, document.language, document.region)
    band = tuple(filter(None, (personal.name, personal.clinician, day)))
    note = personal.note
    blocks = (block for section in document.sections for block in section.blocks)
    block = next((b for b in blocks if isinstance(b, WriteInBlock) and b.lines), None)
    if note and block:
        _fits("note", note, block.lines * RULED)
        layout = PersonalLayout(band, block, note)
    else:
        layout = PersonalLayout((*band, note) if note else band, None, None)
    _fits("personal line", " ".join(layout.band), BAND)
    return layout


def _fits(what: str, words: str, room: int) -> None:
    if len(words) > room:
        message = f"The {what} is too long: {len(words)} characters, at most {room} fit"
        raise HandoutsError(Diagnostic("no-room", message, hint="Shorten it, or write it by hand"))
