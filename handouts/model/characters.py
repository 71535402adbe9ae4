"""Characters that a reader cannot see, or cannot tell from others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_JOINERS = re.compile("[\u200b-\u200f]")
"""Zero-width space and joiners, and the directional marks."""

_NEED_JOINERS = re.compile(
    "[\u0590-\u1cff\u2d80-\u2ddf\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00011fff]"
)
"""Letters of Hebrew, Arabic and the scripts of Asia and Africa."""

_FOREIGN = re.compile(
    "[\u0370-\u052f\u1d00-\u1dbf\u1f00-\u1fff\u2100-\u214f\uff21-\uff5a\U0001d400-\U0001d7ff]"
)
"""Where look-alikes of Latin letters are: Greek, Cyrillic, phonetic and mathematical letters."""

_TWINS = frozenset(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
    "\u0405\u0406\u0408\u0410\u0412\u0415\u0417\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u0501\u051b\u051d"
)
"""Letters of Greek (first line) and Cyrillic that look like Latin ones (Unicode TS 39)."""

_WORD = re.compile(r"[^\W\d_]+")


def invisible_in(text: str) -> str | None:
    """The first invisible character that the text's script has no use for; None if there is none.

    A soft hyphen is a place to break a line, and shows there.
    """
    joiner = _JOINERS.search(text)
    return joiner[0] if joiner and not _NEED_JOINERS.search(text) else None


def leaves_ink(text: str) -> bool:
    """Whether anything of a text is visible."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def look_alikes_in(text: str) -> Iterator[str]:
    """Words that look Latin but are not, or only in part: no search would find them."""
    if not _FOREIGN.search(text):
        return
    for word in _WORD.findall(text):
        # NFKC turns Latin letters in another form, such as mathematical bold, into plain ones.
        twins = [
            letter
            for letter in word
            if letter in _TWINS
            or (_FOREIGN.match(letter) and unicodedata.normalize("NFKC", letter).isascii())
        ]
        latin = any(letter.isascii() for letter in word)
        # A whole word of twins may still be Greek or Russian, but one letter alone is a symbol.
        if twins and (latin or (len(twins) == len(word) > 1)):
            yield word
