"""Texts as HTML: bold runs, slots, and which words stay on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from markupsafe import Markup

from handouts.content.writing_systems import printed_script
from handouts.model.blocks import AnyBlock
from handouts.model.text import Run, Text, texts_in
from handouts.page.bidi import ELEMENT, Piece, marked_up
from handouts.translation.languages import SOURCE_LANGUAGE, direction

BOUND_FROM, BOUND_TO, BOUND_PAIR, _TRANSLATED_PAIR = 30, 5, 14, 10
"""Characters of a text whose last two words are bound, if its last word has fewer than so many, and
both at most so many: a longer pair might be wider than a narrow column, which nobody has looked at
in a translation."""

_HEADING_PAIR = 22
"""Characters of the last two words of a translated heading that are bound: in half a page's width
there is room for them."""

_OWN_SPACE = re.compile(r"(?<![0-9A-Za-z,.])[ \u00a0]|[ \u00a0](?![0-9A-Za-z\u00b0])")
"""A space that is not between Latin letters or digits, and so in the font of another script."""

_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=(?:mm|cm|ml|mg|g|kg|°[CF]|am|pm)\b)")

_MEASURE = re.compile(
    r"(\d+(?: (?:[^\s\d]{1,5}|[^\s\d]{1,3} [^\s\d]{1,4}) \d+)?)((?: [^\s\d]{1,18}(?!\S))?)"
)
"""A number or two with what is counted: 6 to 8 weeks, 30 out of 100, in any language."""

_NUMBERED = re.compile(
    r"\d \S{1,8} \d+|(?<=\w) (?=(?:\d+|[A-Z])(?:[^\w\s%](?!\d)|$))|(?<=\b[A-Z]{3}) (?=\d)"
)
"""Before a number or a single letter that ends a phrase, or behind a short name: day 3, SPF 30; or
"43 out of 100", which is a measure and none of these."""

_HYPHEN = re.compile(r"(?<!\S)(?=[\w-]{2,14}(?![\w-]))\w*-(?=\w+(?![\w-]))")
"""A hyphen of a short word, or before a word that is shortened: "peut-être", "-Creme"."""

_COUNTED_AT_MOST, _MEASURE_AT_MOST = 9, 14
"""Letters of what is counted, and of a measure, that is bound as a whole: a longer one might be
wider than a column."""

_SIGN_MEASURE = re.compile(
    r"(?<=\d)(?=[\u3400-\u9fff])|(?<=\d到)(?=\d)|(?<=\d个)(?=月)|(?<=\d小)(?=时)|(?<=\d分)(?=钟)"
    r"|(?<=\d毫)(?=米)"
)
"""Within a number and what it counts in Chinese, where a line may end between any two signs."""

_LAST_SIGNS = re.compile(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff][\u3001-\u301f\uff01-\uff1f]*$)")
"""Before the last sign of a text, so that it does not stand alone on a line."""

_NEGATED = {"hi": r"(?<!\S)(?:न|मत) (?=\S)", "ur": r"(?<!\S)نہ (?=\S)", "bn": r" (?=না(?!\w))"}
"""The space between a verb and its negation, in languages in which a line that ends there could be
read as its opposite: the end of a sentence decides."""


def rich(
    text: Text,
    phone: Callable[[Run], Markup],
    phone_slots: frozenset[str],
    language: str = SOURCE_LANGUAGE,
    *,
    heading: bool = False,
) -> Markup:
    """A text as HTML; ``phone`` formats the runs of telephone slots.

    ``language`` is that of the document. No line of a translated ``heading`` has a single word, if
    it can be helped. Stretches that run the other way, and text in another language, say so.
    """
    runs, pieces, blank_before = text.runs, [], ""
    script = printed_script(text.language or language)
    wide = "\N{NO-BREAK SPACE}" * script.spaces
    translated = language != SOURCE_LANGUAGE and not text.language
    for number, run in enumerate(runs, start=1):
        is_phone = run.slot in phone_slots
        words = run.text if is_phone else blank_before + run.text
        if is_phone and blank_before:
            pieces.append(Piece(f"{wide[1:]} ", False, None))
        blank_before = ""
        ends = number == len(runs)
        if not ends and not is_phone and words.endswith(" "):
            # The engine breaks a line too early if the space at the end of a run is past its edge.
            words, blank_before = words[:-1], " "
        words = _NUMBER_AND_UNIT.sub("\N{NO-BREAK SPACE}", words)
        if translated:
            words = _unparted(words, language, "" if ends else "x")
            words = _LAST_SIGNS.sub("\N{WORD JOINER}", words) if ends else words
            if run.slot is None:  # what stands in a slot may be the name of a file
                words = _HYPHEN.sub("\\g<0>\N{WORD JOINER}", words)
        if ends and heading and translated:
            words = _bound_end(words, most=int(_HEADING_PAIR / script.width))
        elif ends and len(text.plain) >= BOUND_FROM:
            most = _TRANSLATED_PAIR if translated else BOUND_PAIR
            words = _bound_end(words, most, last_below=BOUND_TO)
        if wide[1:]:
            # Not `word-spacing`: for it the engine parts lines, and PDFium reads them in disorder.
            words = _OWN_SPACE.sub(lambda found: wide[1:] + found[0], words)
        element = phone(run) if is_phone else None
        pieces.append(Piece(words if element is None else ELEMENT, run.bold, element))
    html = marked_up(pieces, direction(text.language or language))
    if text.language:
        span = Markup('<span lang="{}" dir="{}">{}</span>')
        return span.format(text.language, direction(text.language), html)
    return html


def _bound_end(words: str, most: int, last_below: int | None = None) -> str:
    """Words of which the last two stay on one line, so that no line has a single word.

    Not if both have more than ``most`` characters, or the last has ``last_below`` or more.
    """
    before, blank, last = words.rpartition(" ")
    pair = f"{before.rpartition(' ')[2]} {last}"
    if not blank or len(pair) > most or (last_below and len(last) >= last_below):
        return words
    return f"{before}\N{NO-BREAK SPACE}{last}"


def _unparted(words: str, language: str, more: str) -> str:
    """A text in which no line ends between a number and what it counts, or before a negation.

    The lines of translations fall as they fall; those of the source language are looked at.
    """
    blank = "\N{NO-BREAK SPACE}"

    def bound(found: re.Match[str]) -> str:
        numbers, counted = (part.replace(" ", blank) for part in found.groups())
        # Marks stand above, below or close beside their letters, and count for nothing; a full stop
        # or comma is narrow.
        length, last = (
            sum(unicodedata.category(sign)[0] != "M" for sign in part.rstrip(".,;:)"))
            for part in (found[0], found[2].strip())
        )
        fits = length <= _MEASURE_AT_MOST and last <= _COUNTED_AT_MOST
        return numbers + (counted if fits else found[2])

    # A telephone number is on one line. A bar of Hindi or Bengali right behind a digit looks like
    # one digit more.
    words = re.sub(r"(?<=\d) (?=\d)|(?<=\d)(?=\u0964)", blank, words)
    words = _SIGN_MEASURE.sub("\N{WORD JOINER}", words)
    # More follows behind a run that is not the last.
    words = _NUMBERED.sub(lambda found: blank if found[0] == " " else found[0], words + more)
    words = words.removesuffix(more)
    words = _MEASURE.sub(bound, words)
    negated = _NEGATED.get(language)
    return re.sub(negated, lambda found: found[0].replace(" ", blank), words) if negated else words


def language_of(block: AnyBlock) -> str | None:
    """The language of a block that is not in the document's language; None for one that is."""
    return next((text.language for text, _ in texts_in(block) if text.language), None)


def counters(text: Text) -> Markup:
    """A label whose slots become empty elements, which the style sheet fills with counters."""
    counter = Markup('<span class="{}"></span>')
    return Markup("").join(counter.format(run.slot) if run.slot else run.text for run in text.runs)


def ranges(numbers: tuple[int, ...]) -> str:
    """Ascending numbers as ranges: 1, 3-5, 8, with an en dash for three or more in a row."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        ", ".join(map(str, run)) if len(run) <= 2 else f"{run[0]}\N{EN DASH}{run[-1]}"
        for run in runs
    )
