"""Characters that cannot be printed, and text that was spoilt before it came here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b"
    "\u200c-\u200f\u061c\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""C0 and C1 controls, line and paragraph separators, fillers, invisible format and direction
controls, variation selectors, tags."""

_JOINERS, _MARKS = "\u200c\u200d", "\u200e\u200f\u061c"
"""Invisible, but some scripts need them: joiners after a letter, directional marks in a line."""

_JOINED = re.compile(r"[\u0590-\U0010ffff]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u0605\u0608-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

MOST_TOLD = 20
"""Most invisible characters of one text that are reported."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong at an offset in a text, over ``width`` characters."""

    code: str
    offset: int
    width: int
    message: str
    hint: str


def unprintable(text: str) -> Iterator[Flaw]:
    """Invisible or damaged characters of a text: each once a line, and no more than ``MOST_TOLD``.

    Line breaks and tabs are allowed.
    """
    told: set[tuple[int, str]] = set()
    line_start, line_end, reads_left = 0, 0, True
    for found in _INVISIBLE.finditer(text):
        offset, character = found.start(), found[0]
        if not line_start <= offset < line_end:
            line_start = text.rfind("\n", 0, offset) + 1
            # After the last line nothing is found: -1, of which the remainder makes the text's end.
            line_end = text.find("\n", offset) % (len(text) + 1) + 1
            reads_left = not _RIGHT_TO_LEFT.search(text, line_start, line_end)
        needed = (character in _MARKS and not reads_left) or (
            character in _JOINERS and offset and _JOINED.match(text[offset - 1])
        )
        if not needed and (line_start, character) not in told:
            told.add((line_start, character))
            code = f"U+{ord(character):04X}"
            message, hint = f"The invisible character {code} cannot be printed", "Remove it"
            if character == "\N{REPLACEMENT CHARACTER}":
                message = f"{code} stands where a character was lost"
                hint = "Type the lost character again"
            elif character == "\0":  # every other byte of UTF-16
                hint = "Save the file as UTF-8"
            yield Flaw("control-character", offset, 1, message, hint)
        if len(told) == MOST_TOLD:
            return


_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


def spoilt(text: str) -> Iterator[Flaw]:
    """Text in which another program has left wrong letters or HTML entities, line by line."""
    offset = 0
    for line in text.split("\n"):
        # Most lines have neither, and every file of a build passes here.
        flaws = [] if line.isascii() else [*_mojibake(line)]
        for found in _ENTITY.finditer(line) if "&" in line else ():
            meant = unescape(found[0])
            if meant != found[0]:  # else HTML has no such entity, and it is meant as it stands
                message = f"`{found[0]}` would be printed as it is written"
                shown = f"`{meant}`" if meant.isprintable() and meant.strip() else "a space"
                hint = f"Write {shown}"
                flaws.append(Flaw("html-entity", found.start(), len(found[0]), message, hint))
        for flaw in flaws:
            yield replace(flaw, offset=offset + flaw.offset)
        offset += len(line) + 1


# Mojibake is UTF-8 that was read as an older encoding. The test is exact: in such an encoding, the
# bytes of good text hardly ever happen to be UTF-8.

# Two or more, because such a letter has at least two bytes in UTF-8, each of which became a sign.
_OTHERS = re.compile(r"[^\x00-\x7f]{2,}")
_ENCODINGS = ("cp1252", "cp1251", "mac_roman")
_WORD_AROUND = re.compile(r"\S*$"), re.compile(r"\S*")


def _mojibake(line: str) -> Iterator[Flaw]:
    runs = [(run, meant) for run in _OTHERS.finditer(line) if (meant := _meant(run[0]))]
    if not runs:
        return
    before, after = _WORD_AROUND
    first, last = runs[0][0], runs[-1][0]
    start = before.search(line, 0, first.start())
    end = after.match(line, last.end())
    begin, stop = start.start() if start else 0, end.end() if end else len(line)
    wrong = line[begin:stop]
    right = _OTHERS.sub(lambda run: _meant(run[0]) or run[0], wrong)
    message = f"`{_short(wrong)}` looks like UTF-8 text that was read in another encoding"
    yield Flaw("mojibake", begin, stop - begin, message, f"Did you mean `{_short(right)}`?")


def _meant(run: str) -> str | None:
    for encoding in _ENCODINGS:
        try:
            meant = run.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        # Two letters of a Cyrillic word can be one of another script by accident, and so can an
        # apostrophe before an `é`.
        accidental = encoding == "cp1251" or (encoding == "mac_roman" and meant > "\u024f")
        if len(meant) > 1 or not accidental:
            return meant
    return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
