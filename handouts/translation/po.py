"""Translations as gettext PO files, as translators' programs read and write them.

A unit's context is ``msgctxt``, its source ``msgid``. An entry that is ``fuzzy`` is stale: it was
made from an earlier source, which ``#| msgid`` keeps. A translator's comment ``[machine] ...`` says
that a machine wrote it; comments survive every program, flags of our own would not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import polib

from handouts.diagnostics import Checked, Diagnostic, Place
from handouts.translation.units import Entry, Note, Row, State, Unit

PoFile = polib.POFile
"""A file that can be changed and rendered."""

ALIKE = 0.5
"""Least similarity (0 to 1) of an earlier source to a new one, for its translation to be kept."""

WIDTH = 100
"""Characters of a line, where translators' programs break them too."""

MACHINE = "[machine]"
"""How the comment of a text begins that a machine wrote; engine and day follow."""

_MACHINE = re.compile(rf"{re.escape(MACHINE)}(.*)")
_CHARSET = re.compile(r'^"Content-Type:[^"\n]*charset=([\w-]+)', re.MULTILINE)
_UNCLOSED = re.compile(r'^(?:msg\w+(?:\[\d+\])? *)?"(?:[^"\\\n]|\\.)*$', re.MULTILINE)
"""A line of text without its closing quotation mark, which the parser would overlook."""

_LINE = re.compile(r"\(line (\d+)\)")


def parse(text: str, path: Path, *, named: bool = True) -> Checked[PoFile | None]:
    """A PO file; None, and why, for one that cannot be used.

    With ``named``, the name of the file must be that of the language in its header.
    """
    if not text.strip():
        message = "The file is empty: a program may be saving it, or it was cut off"
        hint = "Take the last version that worked, or delete the file to begin anew"
        yield Diagnostic("translation-file", message, Place(path), hint)
        return None
    charset = _CHARSET.search(text)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        line = text.count("\n", 0, charset.start()) + 1
        message = f"The file says that it is in `{charset[1]}`"
        hint = "Save it as UTF-8, and write `charset=UTF-8`"
        yield Diagnostic("translation-file", message, Place(path, line), hint)
        return None
    if cut := _UNCLOSED.search(text):
        message = "This text has no closing quotation mark: the file may have been cut off"
        hint = "Take the last version that worked"
        place = Place(path, text.count("\n", 0, cut.start()) + 1)
        yield Diagnostic("translation-file", message, place, hint)
        return None
    try:
        # A line break at the end, so that no text is taken for the name of a file.
        file = polib.pofile(f"{text}\n", wrapwidth=WIDTH)
    except (OSError, ValueError, IndexError, KeyError, UnicodeError) as error:
        found = _LINE.search(str(error))
        message = "This is not a valid PO file"
        hint = "Save it again with a program for translations, or take the last version that worked"
        yield Diagnostic(
            "translation-file", message, Place(path, int(found[1]) if found else 1), hint
        )
        return None
    faults = [*_misfits(file, path, named=named)]
    yield from faults
    return None if faults else file


def _misfits(file: PoFile, path: Path, *, named: bool) -> Iterator[Diagnostic]:
    language = file.metadata.get("Language", "").replace("-", "_")
    if named and language and language != path.stem.replace("-", "_"):
        message = f"The file says that its language is `{language}`, but its name is `{path.name}`"
        hint = "Correct the header, or rename the file"
        yield Diagnostic("translation-file", message, Place(path), hint)
    seen: dict[Unit, int | None] = {}
    for entry in file:
        place, words = _place(entry, path), shortened(entry.msgid)
        unit = unit_of(entry)
        if entry.obsolete:
            continue
        if unit in seen:
            message = f"The same text is translated in line {seen[unit]} too: {words}"
            yield Diagnostic("translation-file", message, place, "Keep one of them")
        seen.setdefault(unit, entry.linenum)
        if entry.msgid_plural:
            message = f"An entry with plural forms is not used: {words}"
            hint = "Remove it: texts are whole sentences, without plural forms"
            yield Diagnostic("translation-file", message, place, hint)


def entries(file: PoFile, path: Path) -> Mapping[Unit, Entry]:
    """The entries that have a translation."""
    found = {}
    for entry in file:
        if entry.msgstr and not entry.obsolete:
            machine = _MACHINE.search(entry.tcomment)
            state: State = "stale" if entry.fuzzy else "machine" if machine else "translated"
            found[unit_of(entry)] = Entry(
                entry.msgstr,
                state,
                machine[1].strip() if machine else None,
                _place(entry, path),
                entry.previous_msgid if entry.fuzzy else None,
            )
    return found


def _place(entry: polib.POEntry, path: Path) -> Place:
    return Place(path, entry.linenum or 1)


def rows(file: PoFile, path: Path) -> Iterator[Row]:
    """The entries of a translator's file. One that is still marked as uncertain has no translation.

    A text is checked if it no longer says that a machine wrote it.
    """
    for entry in (entry for entry in file if not entry.obsolete):
        translation = "" if entry.fuzzy else entry.msgstr
        checked = MACHINE not in entry.tcomment
        yield Row(unit_of(entry), translation, checked, _place(entry, path))


def unit_of(entry: polib.POEntry) -> Unit:
    """The unit that an entry translates."""
    return Unit(entry.msgctxt or "", entry.msgid)


def entry_of(unit: Unit, entry: Entry) -> polib.POEntry:
    """An entry of a file, as it was read."""
    return polib.POEntry(
        msgctxt=unit.context,
        msgid=unit.source,
        msgstr=entry.translation,
        tcomment=f"{MACHINE} {entry.machine}" if entry.machine else "",
        flags=["fuzzy"] if entry.state == "stale" else [],
        previous_msgid=entry.previous,
    )


def take_in(entry: polib.POEntry, row: Row, machine: str | None) -> bool:
    """Give an entry the translation of a row; whether that changed it.

    What a machine wrote stays its own until somebody changes it or says that it is checked.
    """
    before = (entry.msgstr, entry.tcomment, entry.fuzzy)
    own = MACHINE in entry.tcomment and entry.msgstr == row.translation and not row.checked
    if machine or not own:
        entry.tcomment = f"{MACHINE} {machine}" if machine else ""
    entry.msgstr, entry.flags, entry.previous_msgid = row.translation, [], None
    return before != (entry.msgstr, entry.tcomment, entry.fuzzy)


def render(file: PoFile) -> bytes:
    """The bytes of a file."""
    return f"{file}\n".encode()


def new_file(name: str, day: date, title: str) -> PoFile:
    """An empty file for a language, or for a language in a region."""
    file = PoFile(wrapwidth=WIDTH)
    file.header = f"{title}: {name}"
    file.metadata = {
        "Project-Id-Version": title,
        "POT-Creation-Date": f"{day} 00:00+0000",
        "PO-Revision-Date": f"{day} 00:00+0000",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return file


@dataclass(frozen=True)
class Merged:
    """A file that is up to date: how many units are new, have become stale, have the translation
    of the same text elsewhere, and how many translations nothing needs any more.
    """

    file: PoFile
    new: int
    stale: int
    reused: int
    dropped: int


def merged(old: PoFile, units: Mapping[Unit, Note]) -> Merged:
    """The given units in their order, with the translations of an earlier file.

    A translation whose source has changed becomes stale, and keeps its earlier source. A text that
    stands in a new place has the translation that it has elsewhere. What no unit needs is kept as
    obsolete: translators' programs use it as a memory, and a text that comes back has it back.
    """
    # Obsolete entries first, so that one in use takes the place of an old one of the same unit.
    known = {unit_of(entry): entry for entry in sorted(old, key=lambda e: e.obsolete, reverse=True)}
    known = {unit: entry for unit, entry in known.items() if entry.msgstr}
    memory = {unit.source: entry for unit, entry in known.items() if not entry.fuzzy}
    left = {unit: entry for unit, entry in known.items() if unit not in units}
    by_context = defaultdict[str, dict[Unit, polib.POEntry]](dict)
    for unit, entry in left.items():
        by_context[unit.context][unit] = entry
    file = PoFile(wrapwidth=WIDTH)
    file.header, file.metadata = old.header, dict(old.metadata)
    before = {unit_of(entry) for entry in old}
    counts = {"new": 0, "stale": 0, "reused": 0}
    for unit, note in units.items():
        new = polib.POEntry(
            msgctxt=unit.context,
            msgid=unit.source,
            comment="\n".join(note.comments),
            occurrences=[(name, "") for name in note.files],
        )
        if unit in known:
            _take(new, known[unit])
        elif unit.source in memory:
            _take(new, memory[unit.source])
            left.pop(unit_of(memory[unit.source]), None)
            counts["reused"] += 1
        elif earlier := _closest(unit.source, by_context[unit.context]):
            _take(new, by_context[unit.context].pop(earlier))
            left.pop(earlier, None)
            new.flags = ["fuzzy"]
            # That of a translation that was stale before is earlier still.
            new.previous_msgid = new.previous_msgid or earlier.source
            counts["stale"] += 1
        else:
            # One that was there without a translation is still missing, but not new.
            counts["new"] += unit not in before
        file.append(new)
    dropped = sum(not entry.obsolete for entry in left.values())
    for entry in left.values():
        entry.obsolete = True
        file.append(entry)
    return Merged(file, dropped=dropped, **counts)


def keep_translated(file: PoFile) -> None:
    """Drop the entries without a translation, in place."""
    for entry in [entry for entry in file if not entry.msgstr]:
        file.remove(entry)


def _take(new: polib.POEntry, entry: polib.POEntry) -> None:
    """Give an entry the translation of another, with what is known about it."""
    new.msgstr, new.tcomment = entry.msgstr, entry.tcomment
    new.flags = ["fuzzy"] if entry.fuzzy else []
    new.previous_msgid = entry.previous_msgid if entry.fuzzy else None


def _closest(source: str, earlier: Iterable[Unit]) -> Unit | None:
    """The unit whose source is most like another, if any is ``ALIKE``."""
    scored = [(SequenceMatcher(None, source, unit.source).ratio(), unit) for unit in earlier]
    best = max(scored, default=None, key=lambda pair: pair[0])
    return best[1] if best and best[0] >= ALIKE else None


class States:
    """The state of each unit, given the entries of the files and all units that there are now.

    A unit without an entry of its own is stale, not missing, if an entry that no unit has any more
    was made from an earlier version of its source. ``merged`` would give it that translation.
    """

    def __init__(self, known: Mapping[Unit, Entry], units: Iterable[Unit]) -> None:
        self._known, now = known, set(units)
        self._earlier = defaultdict[str, list[Unit]](list)
        for unit in known:
            if unit not in now:
                self._earlier[unit.context].append(unit)

    def __call__(self, unit: Unit) -> State:
        if entry := self._known.get(unit):
            return entry.state
        return "stale" if _closest(unit.source, self._earlier[unit.context]) else "missing"


def shortened(text: str) -> str:
    """The beginning of a text, for a message."""
    return f"`{text[:60]}{'…' if len(text) > 60 else ''}`"
