"""How wide words are, and how many lines they need, before the engine sets them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import ceil
from unicodedata import east_asian_width

from handouts.content.assets.font import advance_widths
from handouts.content.layers import FONTS

_SURELY = 0.97
"""Share of a line that is counted on: kerning and brand fonts may need a little more."""

_WIDE, _OTHER = 1.0, 0.7
"""Width in em of an East Asian character and of another that Noto Sans has not."""


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """On how many lines of so many millimetres a text of a size in points surely fits."""
    em = size * 25.4 / 72
    number, left = 0, 0.0
    for word in text.split(" "):
        wide = width(word, bold=bold) * em / (room * _SURELY)  # in lines
        if wide > left:
            number += ceil(wide)  # a word that is wider than the line breaks over several
            left = ceil(wide)
        left -= wide + 0.26 * em / room  # a space of Noto Sans
    return number


def bound(hours: str) -> str:
    """Hours whose lines end only behind a comma or a longer word: "8.30 am to 6 pm" is on one.

    Beside a text that runs the other way, the end of a range that is parted would be read first.
    """
    text, *rest = hours.split(" ")
    for before, word in pairwise([text, *rest]):
        letters = [sum(map(str.isalpha, part)) for part in (before, word)]
        short = max(letters) <= (2 if all(letters) else 3)
        text += ("\N{NO-BREAK SPACE}" if short and before[-1:] not in ",;" else " ") + word
    return text


def width(words: str, *, bold: bool = False) -> float:
    """The width of a text in em, in Noto Sans; letters of other scripts by a rule of thumb."""
    widths = latin_widths(bold=bold)
    rough = {c: _WIDE if east_asian_width(c) in "WF" else _OTHER for c in words if c not in widths}
    return sum(rough[c] if c in rough else widths[c] for c in words)


def latin_widths(*, bold: bool) -> Mapping[str, float]:
    """The widths of Noto Sans's characters in em."""
    return advance_widths(FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf")
