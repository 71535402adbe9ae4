"""Islands: stretches of a line that run in the other direction than the rest of it.

The engine puts the signs of a number where the line's direction would have them: in Arabic,
`+44 20 7946 0142` prints as `0142 7946 20 44+`, `6-8` as `8-6`, `2.5%` as `%2.5`, and a bold Latin
word changes places with a plain one. `<bdi>` and `dir="auto"` do nothing in it. So every such
stretch is found here and gets an element with its direction; authors and translators write none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

Direction = Literal["ltr", "rtl"]

_R = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
"""A character of a script that runs from right to left, with its digits and marks."""

_L = rf"(?:(?!{_R})\w)"
"""A letter or digit that runs from left to right."""

_BEFORE = r"[-+#\u20ac\u00a3$<>\u2264\u2265\u2248~\u2212(]"
_WITHIN = (
    rf"(?:(?!{_R})[\w\u0300-\u036f]|[^\S\n]"
    r"|[-+%\u00b0\u00d7\u2010-\u2013\u2212/.,:;&'\u2019@_=\u00b7#*~()\u20ac\u00a3$])"
)
_AFTER = r"[%\u00b0+)]"

_STRETCH = {
    "rtl": re.compile(rf"{_BEFORE}*{_L}(?:{_WITHIN}*{_L})?{_AFTER}*"),
    "ltr": re.compile(rf"{_R}(?:(?:{_R}|[^\w\ufffc]|[\d_])*{_R})?"),
}
"""What is an island in a line of a direction. A number is one in a line from right to left alone:
from left to right it stands as it is, and so do its signs."""

_RIGHT_TO_LEFT = re.compile(_R)

_EDGES = re.compile(r"[\s.,:;\u00b7/&'\u2019=*]")
"""Signs that belong to the sentence where they stand at an end of an island."""

_LONGEST = 24
"""Characters of an island that stay on one line; what is longer may break between words."""

ELEMENT = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for an element in a text, such as a telephone number in an area."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text in one weight, or an element whose text is ``ELEMENT``."""

    text: str
    bold: bool = False
    element: Markup | None = None


def first_strong(words: str) -> Direction | None:
    """The direction of the first letter that has one; None for a text of digits and signs."""
    kinds = (unicodedata.bidirectional(character) for character in words)
    kind = next((kind for kind in kinds if kind in ("L", "R", "AL")), None)
    return None if kind is None else "ltr" if kind == "L" else "rtl"


def marked_up(pieces: Sequence[Piece], direction: Direction) -> Markup:
    """Pieces of a line that runs in a direction as HTML, with an element for each island."""
    text = "".join(piece.text for piece in pieces)
    if direction == "ltr" and not _RIGHT_TO_LEFT.search(text):  # most lines: nothing to look for
        return _html(pieces, 0, len(text))
    stretches = [found.span() for found in _STRETCH[direction].finditer(text)]
    if direction == "rtl":
        stretches = [part for stretch in stretches for part in _whole(text, *stretch)]
    own: Direction = "ltr" if direction == "rtl" else "rtl"
    island = Markup('<span class="{}" dir="{}">{}</span>')
    parts, at = [], 0
    for start, end in stretches:
        space = start - 1 if direction == "rtl" and text[at:start].endswith(" ") else start
        parts.append(_html(pieces, at, space))
        if space < start:
            # If the island does not fit on the line, the engine breaks the text before it after its
            # first word, unless there is an element that it can leave the line behind.
            parts.append(Markup("<span>{}</span>").format(_html(pieces, space, start)))
        kind = f"breaks {own}" if own == "ltr" and end - start > _LONGEST else own
        parts.append(island.format(kind, own, _html(pieces, start, end)))
        at = end
    return Markup("").join([*parts, _html(pieces, at, len(text))])


def line(words: str, direction: Direction) -> Markup:
    """A line of a clinic's own, such as its address, in the direction of its first letter."""
    own = first_strong(words) or "ltr"
    html = marked_up([Piece(words)], own)
    if own == direction:
        return html
    # Not on the paragraph, which would then begin at the other side.
    kind = "breaks ltr" if own == "ltr" else "rtl"
    return Markup('<span class="{}" dir="{}">{}</span>').format(kind, own, html)


def _whole(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch, divided at brackets without a partner in it, and without signs at its ends."""
    open_, alone = [], []
    for at in range(start, end):
        if text[at] == "(":
            open_.append(at)
        elif text[at] == ")":
            if open_:
                open_.pop()
            else:
                alone.append(at)
    for stop in [*sorted({*open_, *alone}), end]:
        first, last = start, stop
        while first < last and _EDGES.match(text[first]):
            first += 1
        while last > first and _EDGES.match(text[last - 1]):
            last -= 1
        if re.search(_L, text[first:last]):
            yield first, last
        start = stop + 1


def _html(pieces: Sequence[Piece], start: int, end: int) -> Markup:
    """What stands in a part of the text, in its weights."""
    parts, at = [], 0
    for piece in pieces:
        words = piece.text[max(0, start - at) : max(0, end - at)]
        at += len(piece.text)
        if words:
            html = escape(words) if piece.element is None else piece.element
            parts.append(Markup("<strong>{}</strong>").format(html) if piece.bold else html)
    return Markup("").join(parts)
