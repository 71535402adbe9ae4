"""What stands beside what: sections in pairs, lists in two columns, tables too narrow for words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from handouts.model.blocks import BenefitsHarmsBlock, FigureBlock, OptionsBlock, TableBlock
from handouts.model.document import Section
from handouts.model.text import Text, texts_in
from handouts.page.rich_text import BOUND_FROM, BOUND_PAIR, BOUND_TO
from handouts.page.widths import lines

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
        if len(text.plain) >= BOUND_FROM and len(words) > 1 and words[-1] < BOUND_TO:
            words[-2:] = [pair] if pair <= BOUND_PAIR else words[-2:]
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
