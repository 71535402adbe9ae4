"""PO files: what is read, what is refused, and how they are brought up to date."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from handouts.diagnostics import collect
from handouts.translation.po import entries, merged, new_file, parse, render
from handouts.translation.units import Note, Unit
from tests.world import DAY

HEAD = 'msgid ""\nmsgstr ""\n"Language: sv\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ENTRY = 'msgctxt "blocks/a/b#items"\nmsgid "Wash it."\nmsgstr "Tvätta."\n'
SV = Path("sv.po")

REFUSED = {
    "not a PO file": ("nonsense\n", 1, "This is not a valid PO file"),
    "cut off": (HEAD + ENTRY[:50], 8, "This is not a valid PO file"),
    "empty": ("\n", 1, "The file is empty"),
    "another language": (HEAD.replace("sv", "da") + ENTRY, 1, "its language is `da`"),
    "another encoding": (HEAD.replace("UTF-8", "ISO-8859-1"), 4, "it is in `ISO-8859-1`"),
    "twice": (HEAD + ENTRY + "\n" + ENTRY, 10, "translated in line 6 too: `Wash it.`"),
    "plural forms": (
        HEAD + 'msgid "a spot"\nmsgid_plural "spots"\nmsgstr[0] "x"\nmsgstr[1] "y"\n',
        6,
        "plural forms is not used: `a spot`",
    ),
}


@pytest.mark.parametrize(("text", "line", "message"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_used_is_refused(text: str, line: int, message: str) -> None:
    file, (fault,) = collect(parse(text, SV))
    assert file is None
    assert fault.code == "translation-file"
    assert message in fault.message
    assert fault.place
    assert (fault.place.file, fault.place.line) == (SV, line)
    assert fault.hint


STATES = {
    "translated": (ENTRY, "translated"),
    "machine": ("# [machine] engine=test date=2026-11-22\n" + ENTRY, "machine"),
    "stale": ("#, fuzzy\n" + ENTRY, "stale"),
    "stale machine": ("# [machine] engine=test\n#, fuzzy\n" + ENTRY, "stale"),
    "empty": (ENTRY.replace("Tvätta.", ""), None),
    "obsolete": ("".join(f"#~ {line}\n" for line in ENTRY.splitlines()), None),
}


@pytest.mark.parametrize(("text", "state"), STATES.values(), ids=STATES)
def test_an_entry_says_how_far_it_can_be_trusted(text: str, state: str | None) -> None:
    file, faults = collect(parse(HEAD + text, SV))
    assert not faults
    assert file is not None
    found = {unit: entry.state for unit, entry in entries(file, SV).items()}
    assert found == ({Unit("blocks/a/b#items", "Wash it."): state} if state else {})


# Bringing up to date ----------------------------------------------------------------------------


def file_of(*rows: tuple[str, str, str], **more: str) -> polib.POFile:
    """A file with entries of context, source and translation."""
    file = new_file("sv", DAY, "Test")
    for context, source, translation in rows:
        file.append(polib.POEntry(msgctxt=context, msgid=source, msgstr=translation, **more))
    return file


def units(*pairs: tuple[str, str]) -> dict[Unit, Note]:
    return {Unit(*pair): Note((), ("blocks/a.yaml",)) for pair in pairs}


def states(file: polib.POFile) -> list[tuple[str, str, str]]:
    """Source, translation and standing of each entry, in order."""
    return [
        (e.msgid, e.msgstr, "obsolete" if e.obsolete else "stale" if e.fuzzy else "") for e in file
    ]


OLD = [("a", "Wash it twice a day.", "Tvätta två gånger."), ("a", "Dry it.", "Torka.")]

UPDATES = {
    "nothing": ([("a", "Wash it twice a day."), ("a", "Dry it.")], ["", ""]),
    "an item before the others": (
        [("a", "Stop."), ("a", "Wash it twice a day."), ("a", "Dry it.")],
        ["missing", "", ""],
    ),
    "other order": ([("a", "Dry it."), ("a", "Wash it twice a day.")], ["", ""]),
    "a changed number": ([("a", "Wash it 3 times a day."), ("a", "Dry it.")], ["stale", ""]),
    "quite another text": (
        [("a", "Call the clinic now."), ("a", "Dry it.")],
        ["missing", "", "obsolete"],
    ),
    "moved elsewhere": ([("a", "Wash it twice a day."), ("b", "Dry it.")], ["", ""]),
    "the like of it elsewhere": (
        [("a", "Wash it twice a day."), ("b", "Dry it well.")],
        ["", "missing", "obsolete"],
    ),
    "there twice": (
        [("a", "Wash it twice a day."), ("a", "Dry it."), ("b", "Dry it.")],
        ["", "", ""],
    ),
}


@pytest.mark.parametrize(("now", "expected"), UPDATES.values(), ids=UPDATES)
def test_a_change_of_the_source_concerns_its_own_translation_only(
    now: list[tuple[str, str]], expected: list[str]
) -> None:
    file = merged(file_of(*OLD), units(*now)).file
    assert [entry.msgid for entry in file if not entry.obsolete] == [source for _, source in now]
    found = [standing or ("" if words else "missing") for _, words, standing in states(file)]
    assert found == expected
    for source, words, standing in states(file):
        if not standing and words:
            assert dict(row[1:] for row in OLD)[source] == words


def test_a_stale_translation_keeps_the_source_it_was_made_from() -> None:
    first = merged(file_of(*OLD), units(("a", "Wash it 3 times a day."), ("a", "Dry it.")))
    assert (first.new, first.stale, first.reused, first.dropped) == (0, 1, 0, 0)
    again = polib.pofile(render(first.file).decode())
    second = merged(again, units(("a", "Wash it 4 times a day."), ("a", "Dry it.")))
    stale = second.file[0]
    assert (stale.msgstr, stale.previous_msgid) == ("Tvätta två gånger.", "Wash it twice a day.")


def test_a_text_that_comes_back_has_its_translation_back() -> None:
    without = merged(file_of(*OLD), units(("a", "Dry it."))).file
    assert states(without)[-1] == ("Wash it twice a day.", "Tvätta två gånger.", "obsolete")
    back = merged(polib.pofile(render(without).decode()), units(*[row[:2] for row in OLD])).file
    assert states(back) == [(source, words, "") for _, source, words in OLD]


def test_who_wrote_a_translation_is_not_forgotten() -> None:
    """What a machine wrote stays so, wherever its text moves and however it changes."""
    old = file_of(*OLD, tcomment="[machine] engine=test date=2026-11-22")
    for entry in merged(old, units(("a", "Wash it 3 times a day."), ("b", "Dry it."))).file:
        assert entry.tcomment == "[machine] engine=test date=2026-11-22"


def test_an_updated_file_is_the_same_when_it_is_updated_again() -> None:
    now = units(("a", "Wash it 3 times a day."), ("b", "Dry it."), ("c", "New."))
    once = render(merged(file_of(*OLD), now).file)
    assert render(merged(polib.pofile(once.decode()), now).file) == once
