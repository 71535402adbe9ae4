"""The New Dale-Chall score of a text: how many of its words a child of about ten may not know.

0.1579 x percent of unfamiliar words + 0.0496 x words per sentence, and 3.6365 more where over 5
percent are unfamiliar (Dale and Chall 1948; Chall and Dale 1995). Each occurrence of a word counts.
Familiar are the words of the kept list, their regular endings and numbers; a hyphenated word is
familiar if all its parts are. Names, which the formula lets pass, count like other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from handouts.review.readability import words_of

_LIST = Path(__file__).with_name("dale-words.txt")
_ENDINGS = ("s", "es", "d", "ed", "ing", "r", "er", "st", "est", "ly", "'s")
_AMERICAN = {"colour": "color", "coloured": "colored", "grey": "gray", "favourite": "favorite"}


def dale_chall(sentences: Iterable[str]) -> float:
    """Up to 4.9 is the fourth US school year or below, 6.0 to 6.9 the seventh and eighth."""
    texts = list(sentences)
    words = sum(len(words_of(text)) for text in texts)
    share = 100 * sum(1 for text in texts for _ in unfamiliar_words(text)) / words
    return 0.1579 * share + 0.0496 * words / len(texts) + 3.6365 * (share > 5)


def unfamiliar_words(text: str) -> Iterator[str]:
    """The words that are not familiar, each as often as it occurs."""
    for word in words_of(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")):
        if not all(map(is_familiar, word.split("-"))):
            yield word


@cache
def is_familiar(word: str) -> bool:
    """Whether a word in lower case is a number, on the list, or on it without a regular ending."""
    word = _AMERICAN.get(word, word)
    return (
        any(map(str.isdigit, word))
        or word in _familiar()
        or (word.endswith("y") and word[:-1] + "ies" in _familiar())  # it has only `babies`
        or any(stem in _familiar() for stem in _stems(word))
    )


def _stems(word: str) -> Iterator[str]:
    """What may stand before a regular ending: hurt-s, mak-ing, tri-ed, stopp-ing."""
    for ending in _ENDINGS:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            yield from (stem, stem + "e")
            if stem.endswith("i"):
                yield stem[:-1] + "y"
            if len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]


@cache
def _familiar() -> frozenset[str]:
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
