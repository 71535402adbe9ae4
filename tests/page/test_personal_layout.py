"""Where words for one patient find room."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handouts.content.writing_systems import letters
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.model.blocks import AnyBlock, TextBlock, WriteInBlock
from handouts.model.document import Document
from handouts.model.text import Text
from handouts.page.personal import BAND, RULED, Personal, PersonalLayout, discreet, lay_out
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


WORDS_TYPED = [
    ("spaces around and between", "  Anna \t B. ", "Anna B."),
    ("a joiner within a word of an Indian script", "\u0915\u094d\u200d\u0937", None),
    ("a joiner within a word of Persian", "\u0645\u06cc\u200c\u0631\u0648\u062f", None),
]


@pytest.mark.parametrize(
    ("typed", "printed"), [case[1:] for case in WORDS_TYPED], ids=[case[0] for case in WORDS_TYPED]
)
def test_words_are_printed_as_one_line(typed: str, printed: str | None) -> None:
    assert lay_out(personal(name=typed), having(WORDS)).band == (printed or typed, PRINTED)


REFUSED = [
    ("nothing but spaces", "  ", "empty-text", "The {} for the personal copy is empty"),
    ("a control character", "An\x07na", "control-character", "U+0007"),
    ("a mark of direction", "An\u202ena", "control-character", "U+202E"),
    ("a joiner between Latin letters", "An\u200dna", "control-character", "U+200D"),
    ("half a character", "An\ud800na", "control-character", "U+D800"),
    ("a private character", "An\ue000na", "control-character", "U+E000"),
    ("an unassigned one", "An\u0378na", "control-character", "U+0378"),
]
REMEDIES = {"empty-text": "Write it, or leave it out", "control-character": "Type it again"}


@pytest.mark.parametrize("what", ["name", "clinician", "note"])
@pytest.mark.parametrize(
    ("typed", "code", "told"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_printed_is_refused_by_its_name(
    what: str, typed: str, code: str, told: str
) -> None:
    with pytest.raises(HandoutsError) as refused:
        lay_out(personal(**{what: typed}), having(WORDS))
    (fault,) = refused.value.diagnostics
    assert fault.code == code
    assert fault.message.startswith(f"The {what} ")
    assert fault.message.endswith(told.format(what))
    assert fault.hint == REMEDIES[code]


def test_the_same_layout_without_words_still_knows_its_lines_and_its_label() -> None:
    layout = lay_out(personal(name="Anna", note="Go on."), having(TWO_LINES))
    assert layout.words == (("Anna", PRINTED), "Go on.", NAMED)
    assert layout.blank == PersonalLayout((), TWO_LINES, None, NAMED)


PLACE = Place(Path("leaflet.yaml"), 3, 1)
OURS = [Diagnostic(code, "Told here") for code in ("no-room", *REMEDIES)]
GLYPH = Diagnostic("missing-glyph", "No font has the 名 of 'Anna'", PLACE)
THEIRS = [GLYPH, Diagnostic("template", "'Anna' has no surname", PLACE)]


@pytest.mark.parametrize("fault", OURS, ids=[fault.code for fault in OURS])
def test_a_fault_that_quotes_no_words_is_told_as_it_is(fault: Diagnostic) -> None:
    with pytest.raises(HandoutsError) as told, discreet(personal(name="Anna")):
        raise HandoutsError(fault)
    assert told.value.diagnostics == (fault,)


@pytest.mark.parametrize("fault", THEIRS, ids=[fault.code for fault in THEIRS])
def test_any_other_is_told_by_its_kind_and_its_place(fault: Diagnostic) -> None:
    with pytest.raises(HandoutsError) as told, discreet(personal(name="Anna")):
        raise HandoutsError(fault)
    (silent,) = told.value.diagnostics
    assert (silent.code, silent.place) == (fault.code, PLACE)
    assert silent.message.startswith("In this personal copy: ")
    assert "Anna" not in silent.message
    without = "Make the leaflet without personal text to see more"
    assert silent.hint == (f"Use {letters()}" if fault is GLYPH else without)


def test_a_copy_for_nobody_is_told_all() -> None:
    error = HandoutsError(GLYPH)
    with pytest.raises(HandoutsError) as told, discreet(None):
        raise error
    assert told.value is error
