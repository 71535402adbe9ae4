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
    note = personal.note
    blocks = (block for section in document.sections for block in section.blocks)
    ruled = (b for b in blocks if isinstance(b, WriteInBlock) and b.lines)
    block = next(ruled, None) if note else None
    day = printed_day(personal.day, document.language)
    band = tuple(filter(None, (personal.name, personal.clinician, day)))
    if block and note:
        _fits("note", note, block.lines * RULED)
        return PersonalLayout(band, block, note)
    band = (*band, note) if note else band
    _fits("personal line", " ".join(band), BAND)
    return PersonalLayout(band, None, None)


def _fits(what: str, words: str, room: int) -> None:
    if len(words) > room:
        message = f"The {what} is too long: {len(words)} characters, at most {room} fit"
        raise HandoutsError(Diagnostic("no-room", message, hint="Shorten it, or write it by hand"))
