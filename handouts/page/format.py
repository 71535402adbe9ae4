"""How values are printed: texts as HTML, ranges of numbers, pictures as data URIs."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from handouts.content.assets.svg import SVG
from handouts.content.scripts import printed_script
from handouts.model.blocks import (
    AnyBlock,
    BenefitsHarmsBlock,
    FigureBlock,
    OptionsBlock,
    TableBlock,
)
from handouts.model.colour import pale_grey
from handouts.model.document import Section
from handouts.model.text import Run, Text, texts_in
from handouts.page.islands import ELEMENT, Piece, marked_up
from handouts.page.widths import lines
from handouts.translation.languages import SOURCE_LANGUAGE, direction

_BOUND_FROM, _BOUND_TO, _BOUND_PAIR, _TRANSLATED_PAIR = 30, 5, 14, 10
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
    it can be helped. Stretches that run the other way, and text that is not in
    that language, say so.
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
        before, blank, last = words.rpartition(" ")
        pair = f"{before.rpartition(' ')[2]} {last}"
        most = _TRANSLATED_PAIR if translated else _BOUND_PAIR
        short = len(text.plain) >= _BOUND_FROM and len(last) < _BOUND_TO and len(pair) <= most
        if heading and translated:
            short = len(pair) * script.width <= _HEADING_PAIR
        if ends and blank and short:
            # So that the last word of a paragraph does not stand alone on a line.
            words = f"{before}\N{NO-BREAK SPACE}{last}"
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


_LONG = {"half": (44, 24), "pair": (88, 24)}
"""Characters of a line, of both columns of a pair, and the lines from which on a section of a
translation takes the whole width.

What stands side by side stays on one page, so that no heading stands alone; the shipped sections
are edited to fit in English."""


def section_rows(
    sections: tuple[Section, ...], wide: float | None = None, *, help_last: bool = False
) -> Iterator[tuple[Section, ...]]:
    """Rows of one section each, or of two consecutive half-width sections.

    With ``help_last``, when to call for help comes last, after the sources; but sources that are
    last in a translation stay there, because longer help does not fill whole pages.

    A half-width section whose neighbour is not printed takes the whole width. So does one of a
    translation that is too long; ``wide`` is the width of its letters beside those of Latin.
    """
    rest = list(sections)
    for place, section in enumerate(sections):
        if wide and section.layout != "wide":
            line, most = _LONG[section.layout]
            needed = sum(-(-len(text.plain) * wide // line) for text, _ in texts_in(section.blocks))
            if needed > most:
                rest[place] = section.model_copy(update={"layout": "wide"})
    if help_last:
        end = [rest.pop()] if wide and _how_late(rest[-1]) == 1 else []
        rest = sorted(rest, key=_how_late) + end
    while rest:
        if [section.layout for section in rest[:2]] == ["half", "half"]:
            yield rest.pop(0), rest.pop(0)
        else:
            section = rest.pop(0)
            alone = section.layout == "half"
            yield (section.model_copy(update={"layout": "wide"}) if alone else section,)


def _how_late(section: Section) -> int:
    """2 for when to call for help, with the numbers that it refers to; 1 for sources, or else 0."""
    types = {block.type for block in section.blocks}
    if "help" in types or types >= {"contact", "write_in"}:
        return 2
    return int("sources" in types)


_PAGE_WIDTH, _LETTER, _BESIDE = 499, 6.9, 10
"""Points: the width of a table, of a letter at 12 pt, and of what a column has beside its words."""


def too_narrow(block: TableBlock | OptionsBlock | BenefitsHarmsBlock, wide: float) -> bool:
    """Whether the longest words of a table's columns surely have no room side by side.

    ``wide`` is the width of its letters beside those of Latin.
    """
    if isinstance(block, TableBlock):
        columns = list(zip(block.columns, *block.rows, strict=True))
    else:
        cells = [option.cells for option in block.options]
        columns = [
            tuple(option.name for option in block.options),
            *zip(block.columns, *cells, strict=True),
        ]
        if isinstance(block, BenefitsHarmsBlock):
            columns.extend(
                tuple(item for option in block.options for item in getattr(option, side))
                for side in ("benefits", "harms")
            )
    longest = (max(map(_longest_word, column)) for column in columns)
    return sum(length * wide * _LETTER + _BESIDE for length in longest) > _PAGE_WIDTH


def _longest_word(cell: Any) -> int:
    """The length of what has to stay on one line of a cell: a word, or the last two, if short."""
    lengths = [0]
    for text, _ in texts_in((cell,)):
        words = [len(word) for word in text.plain.split()]
        pair = sum(words[-2:]) + 1
        if len(text.plain) >= _BOUND_FROM and len(words) > 1 and words[-1] < _BOUND_TO:
            words[-2:] = [pair] if pair <= _BOUND_PAIR else words[-2:]
        lengths += words
    return max(lengths)


def in_columns(
    items: Sequence[Text], column: float, alone: float = 0, gain: float = 1
) -> tuple[Sequence[Text], ...]:
    """Items in two columns of about the same number of lines, in their order.

    ``column`` is the width of a column's words in millimetres. With ``alone``, the width of words
    that have the page for themselves, items stay in one column that need no more lines there, nor
    more than ``gain`` times those of two columns.
    """
    if len(items) < 2:
        return (items,)
    each = [lines(item.plain, column, 12) for item in items]
    height = {n: max(sum(each[:n]), sum(each[n:])) for n in range(1, len(items))}
    first = min(height, key=lambda n: (height[n], -n))  # of two, the one with more at the left
    if alone and sum(lines(item.plain, alone, 12) for item in items) <= gain * height[first]:
        return (items,)
    return items[:first], items[first:]


def legend_order(block: FigureBlock) -> dict[int, int]:
    """The numbers that a figure's markers get: those of its legend, counted from 1."""
    return {entry.marker: number for number, entry in enumerate(block.legend, start=1)}


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


def in_grey(svg: str, ground: float) -> str:
    """A drawing whose own colours, beside those of the palette, become pale greys."""
    greys = {}
    for colour in set(_HEX.findall(svg)):
        whole = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
        # The palette is grey by now, and is not made any paler.
        is_grey = whole[1:3] == whole[3:5] == whole[5:7]
        greys[colour] = whole if is_grey else pale_grey(whole, ground)
    return _HEX.sub(lambda found: greys[found[0]], svg)


_HEX = re.compile(r"(?<!url\()#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
"""A colour; `url(#fe1-skin)` is the name of a gradient."""


def svg_uri(svg: str) -> str:
    """A drawing as a data URI."""
    return data_uri(svg.encode(), SVG)


def data_uri(data: bytes, media_type: str) -> str:
    """A picture's bytes as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
