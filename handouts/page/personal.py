"""What is printed for one patient: never part of a document, a digest, a manifest or a cache."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.model.blocks import WriteInBlock
from handouts.model.document import Document
from handouts.translation.languages import printed_day

BAND = 95
"""Characters that fit on the line above each page."""

RULED = 34
"""Characters that surely fit on a ruled line of the narrowest column."""


@dataclass(frozen=True)
class Personal:
    """Whom a copy is for, who hands it out, on which day, and a note."""

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
    """Find room for the personal words: a note goes on ruled lines where the leaflet has some.

    HandoutsError where the words do not fit.
    """
    note = personal.note
    block = _ruled(document) if note else None
    day = printed_day(personal.day, document.language, document.region)
    band = tuple(filter(None, (personal.name, personal.clinician, day)))
    if block and note:
        _fits("note", note, block.lines * RULED)
        return PersonalLayout(band, block, note)
    band = (*band, note) if note else band
    _fits("personal line", " ".join(band), BAND)
    return PersonalLayout(band, None, None)


def _ruled(document: Document) -> WriteInBlock | None:
    blocks = (block for section in document.sections for block in section.blocks)
    return next((b for b in blocks if isinstance(b, WriteInBlock) and b.lines), None)


def _fits(what: str, words: str, room: int) -> None:
    if len(words) > room:
        message = f"The {what} is too long: {len(words)} characters, at most {room} fit"
        raise HandoutsError(Diagnostic("no-room", message, hint="Shorten it, or write by hand"))
