"""How hard a leaflet is to read: sentence lengths and the Flesch-Kincaid grade.

Only whole sentences count: headings, questions, table cells and labels that are not sentences would
make a leaflet look easier than it is. Names of medicines and procedures count like other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handouts.model.document import Document
from handouts.model.text import texts_in

_NOT_SENTENCES = {"alt", "treatment", "drawing", "heading", "title", "label", "when"}
# A full stop inside a word or number, as in 0.5, ends no sentence.
_SENTENCE = re.compile(
    r"[^.?!]+(?:[.?!](?=\w)[^.?!]*)*[.?!]+(?!\w)[\N{RIGHT DOUBLE QUOTATION MARK})]*"
)
_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}.,-][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeioutdy]ed|[^aeiouslxzcgh]es|[aeiouy]les)$")
# Frequent words of our leaflets that the patterns below count wrong.
_IRREGULAR = {"acne": 2, "isotretinoin": 6}
_TWO_VOWELS = re.compile(r"[aeiou]ing\b|i(?:a|o(?!us|n)|um)|ua(?=[lt])|eo(?!u)|uou|ya")


@dataclass(frozen=True)
class Readability:
    """Counts of a leaflet's sentences.

    ``grade`` is the US school grade of Kincaid and others (1975):
    0.39 x words per sentence + 11.8 x syllables per word - 15.59.
    """

    words: int
    sentences: int
    syllables: int
    short: int
    longest: str

    @property
    def mean(self) -> float:
        """Mean number of words per sentence."""
        return self.words / self.sentences

    @property
    def short_share(self) -> float:
        """Which part of the sentences is clipped, as a fraction."""
        return self.short / self.sentences

    @property
    def longest_words(self) -> int:
        return len(words_of(self.longest))

    @property
    def grade(self) -> float:
        return 0.39 * self.mean + 11.8 * self.syllables / self.words - 15.59


@dataclass(frozen=True)
class Limits:
    """Upper limits for a leaflet: a reading age of 9 to 11, and few clipped sentences."""

    grade: float
    mean: float
    longest_words: int
    short_share: float

    def allow(self, measured: Readability) -> bool:
        return (
            measured.grade <= self.grade
            and measured.mean <= self.mean
            and measured.longest_words <= self.longest_words
            and measured.short_share <= self.short_share
        )


SHORT = 5
"""A sentence of so many words, or fewer, is short."""

LIMITS = Limits(grade=6, mean=13, longest_words=25, short_share=0.15)


def readability(document: Document) -> Readability:
    """Measure the sentences of all sections. ValueError for a leaflet without any."""
    sentences = list(sentences_of(document))
    if not sentences:
        raise ValueError("The leaflet has no whole sentence")
    lengths = [len(words_of(sentence)) for sentence in sentences]
    longest = sentences[lengths.index(max(lengths))]
    return Readability(
        words=sum(lengths),
        sentences=len(sentences),
        syllables=sum(syllables(word) for sentence in sentences for word in words_of(sentence)),
        short=sum(length <= SHORT for length in lengths),
        longest=longest,
    )


def sentences_of(document: Document) -> Iterator[str]:
    """The whole sentences that a reader sees, in order, without headings and questions."""
    for text, path in texts_in(document.sections):
        if not _NOT_SENTENCES.intersection(path):
            found = (match[0].strip() for match in _SENTENCE.finditer(text.plain))
            yield from (sentence for sentence in found if "?" not in sentence)


def words_of(sentence: str) -> list[str]:
    """The words and numbers of a sentence; a hyphenated word counts as one."""
    return _WORD.findall(sentence)


def syllables(word: str) -> int:
    """Syllables of an English word, estimated from its spelling; one for each digit of a number.

    For the shipped leaflets, the total is within 1 % of the CMU Pronouncing Dictionary's.
    """
    count = 0
    for part in re.findall(r"[a-z0-9]+", word.lower()):
        vowels = len(_VOWELS.findall(part))
        if part in _IRREGULAR:
            count += _IRREGULAR[part]
        elif part.isalpha():
            # Each group of vowels is a syllable, but for some that are spoken as two or not at all.
            groups = vowels + len(_TWO_VOWELS.findall(part)) - bool(_SILENT_END.search(part))
            count += max(1, groups)
        else:
            count += vowels + sum(map(str.isdigit, part))
    return count
