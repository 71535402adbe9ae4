"""Text for one patient, which never becomes part of a document, digest, manifest or cache."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from handouts.codes import CODES
from handouts.content.writing_systems import letters
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
    """The line above each page, and the note for a block's ruled lines.

    ``label`` is the key of the label that the line begins with; None if it names nobody.
    """

    band: tuple[str, ...]
    block: WriteInBlock | None
    note: str | None
    label: str | None = None

    @property
    def words(self) -> tuple[object, ...]:
        """What is printed, wherever it stands."""
        return self.band, self.note, self.label

    @property
    def blank(self) -> PersonalLayout:
        """The same layout without the text, for a page that leaves room for it."""
        return replace(self, band=(), note=None)


def lay_out(personal: Personal, document: Document) -> PersonalLayout:
    """Place personal text: a note goes on ruled lines if the leaflet has any, else on the band.

    HandoutsError if the text does not fit or cannot be printed.
    """
    day = printed_day(personal.day, document.language, document.region)
    name = _line("name", personal.name)
    clinician, note = _line("clinician", personal.clinician), _line("note", personal.note)
    band = tuple(filter(None, (name, clinician, day)))
    label = "personal" if name else "personal_from" if clinician else None
    block = ruled_block(document)
    if note and block:
        _fits("note", note, block.lines * RULED)
        layout = PersonalLayout(band, block, note, label)
    else:  # it shares the band's one line with the names and the day
        layout = PersonalLayout((*band, note) if note else band, None, None, label)
    _fits("personal line", " ".join(layout.band), BAND)
    return layout


def ruled_block(document: Document) -> WriteInBlock | None:
    """The block with ruled lines that a note is printed on: the first of those with most room.

    None that somebody signs: its lines are for what was agreed.
    """
    blocks = (block for section in document.sections for block in section.blocks)
    ruled = [b for b in blocks if isinstance(b, WriteInBlock) and b.lines and not b.signatures]
    return max(ruled, key=lambda block: block.lines, default=None)


@contextmanager
def discreet(personal: Personal | None) -> Iterator[None]:
    """Leave out the messages of problems in text for one patient, because they could quote it.

    What remains is the code, its meaning and the place.
    """
    try:
        yield
    except HandoutsError as error:
        if personal is None:
            raise
        problems = []
        for problem in error.diagnostics:
            message = f"In this personal copy: {CODES[problem.code].meaning.rstrip('.')}"
            hint = "Make the leaflet without personal text to see more"
            if problem.code == "missing-glyph":
                hint = f"Use {letters()}"
            silent = Diagnostic(problem.code, message, problem.place, hint)
            problems.append(problem if problem.code in _OWN_CODES else silent)
        # Without the cause, which a traceback would quote.
        raise HandoutsError(*problems) from None


_OWN_CODES = ("no-room", "control-character", "empty-text")
"""Codes of the problems that are reported here, without quoting any text."""


_JOINED = re.compile("(?<=[\u0590-\u1cff])[\u200c\u200d]")
"""Joiners within a word of Arabic or an Indian script, which are part of its spelling."""


def odd_characters(line: str) -> list[str]:
    """Controls, marks of direction, half characters, private and unassigned ones in a line."""
    kinds = ("Cc", "Cf", "Cs", "Co", "Cn")
    return [c for c in _JOINED.sub("", line) if unicodedata.category(c) in kinds]


def _line(what: str, words: str | None) -> str | None:
    """Text as one line. HandoutsError, without the text, if it is empty or has odd characters."""
    if words is None:
        return None
    line = " ".join(words.split())
    if not line:
        message = f"The {what} for the personal copy is empty"
        raise HandoutsError(Diagnostic("empty-text", message, hint="Write it, or leave it out"))
    if odd := odd_characters(line):
        message = f"The {what} has an invisible or damaged character: U+{ord(odd[0]):04X}"
        raise HandoutsError(Diagnostic("control-character", message, hint="Type it again"))
    return line


def _fits(what: str, words: str, room: int) -> None:
    if len(words) > room:
        message = f"The {what} is too long: {len(words)} characters, at most {room} fit"
        raise HandoutsError(Diagnostic("no-room", message, hint="Shorten it, or write it by hand"))
