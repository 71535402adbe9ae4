"""Where words for one patient find room."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from handouts.diagnostics import HandoutsError
from handouts.model.blocks import AnyBlock, TextBlock, WriteInBlock
from handouts.model.document import Document
from handouts.model.text import Text
from handouts.page.personal import BAND, RULED, Personal, PersonalLayout, lay_out
from tests.world import demo_document

DAY, PRINTED = date(2026, 11, 22), "22 November 2026"
WORDS = TextBlock(type="text", paragraphs=(Text.parse("Some words."),))
TWO_LINES = WriteInBlock(type="write_in", prompt=Text.parse("My plan"), lines=2)
THREE_LINES = WriteInBlock(type="write_in", prompt=Text.parse("My questions"), lines=3)
SIGNED = TWO_LINES.model_copy(update={"signatures": (Text.parse("You sign"),)})
NO_LINES = WriteInBlock(type="write_in", prompt=Text.parse("My notes"), lines=0)


def having(*blocks: AnyBlock) -> Document:
    """A document with a section for each block."""
    document = demo_document("dark-marks", "a4")
    section = document.sections[0]
    sections = tuple(section.model_copy(update={"blocks": (block,)}) for block in blocks)
    return document.model_copy(update={"sections": sections})


def personal(**words: Any) -> Personal:
    return Personal(**{"name": None, "clinician": None, "note": None, "day": DAY} | words)


NAMED, FROM = "personal", "personal_from"
LAYOUTS = [
    ("a-day", {}, (WORDS,), (PRINTED,), None, None),
    ("a-name", {"name": "Anna"}, (WORDS,), ("Anna", PRINTED), NAMED, None),
    ("a-clinician", {"clinician": "Dr B."}, (WORDS,), ("Dr B.", PRINTED), FROM, None),
    ("both", {"name": "Anna", "clinician": "Dr B."}, (), ("Anna", "Dr B.", PRINTED), NAMED, None),
    ("a-note", {"note": "Go on."}, (WORDS,), (PRINTED, "Go on."), None, None),
    ("a-note-without-lines", {"note": "Go on."}, (NO_LINES,), (PRINTED, "Go on."), None, None),
    ("a-note-on-lines", {"note": "Go on."}, (WORDS, TWO_LINES), (PRINTED,), None, TWO_LINES),
    (
        "the-most-lines",
        {"note": "Go."},
        (NO_LINES, TWO_LINES, THREE_LINES),
        (PRINTED,),
        None,
        THREE_LINES,
    ),
    ("signed-lines", {"note": "Go on."}, (SIGNED, WORDS), (PRINTED, "Go on."), None, None),
    ("lines-and-no-note", {"name": "Anna"}, (TWO_LINES,), ("Anna", PRINTED), NAMED, None),
]


@pytest.mark.parametrize(
    ("words", "blocks", "band", "label", "ruled"),
    [case[1:] for case in LAYOUTS],
    ids=[c[0] for c in LAYOUTS],
)
def test_a_note_goes_on_ruled_lines_where_there_are_some_and_else_above_the_page(
    words: dict[str, str],
    blocks: tuple[AnyBlock, ...],
    band: tuple[str, ...],
    label: str | None,
    ruled: WriteInBlock | None,
) -> None:
    note = words.get("note") if ruled else None
    expected = PersonalLayout(band, ruled, note, label)
    assert lay_out(personal(**words), having(*blocks)) == expected


def test_a_day_is_written_in_the_language_of_the_leaflet() -> None:
    german = having(WORDS).model_copy(update={"language": "de"})
    assert lay_out(personal(), german).band == ("22. November 2026",)


ROOM = [
    ("ruled lines", {}, (TWO_LINES,), 2 * 34, "note"),
    ("more ruled lines", {"name": "Anna"}, (THREE_LINES,), 3 * 34, "note"),
    ("the line above", {}, (WORDS,), 95 - len(f"{PRINTED} "), "personal line"),
    ("a shared line", {"name": "Anna"}, (WORDS,), 95 - len(f"Anna {PRINTED} "), "personal line"),
]


@pytest.mark.parametrize(
    ("words", "blocks", "room", "what"), [case[1:] for case in ROOM], ids=[case[0] for case in ROOM]
)
def test_a_note_that_is_longer_than_its_room_is_refused(
    words: dict[str, str], blocks: tuple[AnyBlock, ...], room: int, what: str
) -> None:
    document = having(*blocks)
    lay_out(personal(note="x" * room, **words), document)
    with pytest.raises(HandoutsError) as told:
        lay_out(personal(note="x" * (room + 1), **words), document)
    (fault,) = told.value.diagnostics
    assert (fault.code, fault.message.split(" is")[0]) == ("no-room", f"The {what}")
    assert fault.hint == "Shorten it, or write it by hand"


def test_a_name_that_is_longer_than_the_line_is_refused_beside_a_note_on_ruled_lines() -> None:
    with pytest.raises(HandoutsError, match="personal line is too long"):
        lay_out(personal(name="x" * 200, note="Go on."), having(TWO_LINES))


def test_the_room_is_what_was_measured_on_paper() -> None:
    assert (BAND, RULED) == (95, 34)
