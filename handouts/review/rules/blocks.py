"""Rules for blocks: sources, treatments, equal detail, drawings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handouts.content.catalogue import Catalogue
from handouts.content.load import Loaded
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Diagnostic, Severity, near_miss
from handouts.model.blocks import (
    AnyBlock,
    BenefitsHarmsBlock,
    FigureBlock,
    OptionsBlock,
    Row,
    Sheet,
    TableBlock,
)
from handouts.model.counts import Cell, Count
from handouts.model.text import Text, texts_in
from handouts.review.rules.tables import (
    known_sources,
    look_alikes,
    slots,
    unknown_treatment,
)

_DIGIT = re.compile(r"\d")

_COUNTED = re.compile(r"\d (?:out )?of (?:every )?\d|\d ?(?:%|per ?cent\b)", re.IGNORECASE)


def block_faults(
    block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """All problems of a block, in its own file or, with ``path``, inline."""
    if path and block.model.id:
        place = block.place_of(*path, "id")
        message = "An inline block must not have an `id`"
        hint = "Remove it, or move the block to its own file"
        yield Diagnostic("inline-id", message, place, hint)
    yield from known_sources(block.model.sources, block, path, catalogue)
    yield from _numbers_have_sources(block, path)
    yield from _critical_has_sources(block, path)
    yield from _critical_has_good_sources(block, path, catalogue)
    yield from _counts_are_data(block, path)
    yield from _block_treatments(block, path, catalogue)
    yield from _equal_detail(block, path)
    yield from _room(block, path)
    yield from _drawings(block, path, catalogue)
    if not path:
        yield from slots(block, catalogue.slots)
        yield from look_alikes(block)


def _numbers_have_sources(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    if block.model.sources or isinstance(block.model, Sheet):
        return
    for text, where in _numbers(block.model):
        if isinstance(text, Count) or _DIGIT.search("".join(run.text for run in text.runs)):
            message = "This block contains a number but cites no source"
            hint = "Add `sources:` with keys from `content/sources.yaml`"
            yield Diagnostic("number-without-source", message, block.place_of(*path, *where), hint)
            return


def _critical_has_sources(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """Safety-critical text must cite a source."""
    if block.model.critical and not block.model.sources:
        message = "A critical block must cite a source"
        hint = "Add `sources:` with keys from `content/sources.yaml`"
        place = block.place_of(*path, "critical")
        yield Diagnostic("critical-without-source", message, place, hint)


def _critical_has_good_sources(
    block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """Safety-critical text may not rest on clinics, shops or the trade press."""
    for index, key in enumerate(block.model.sources if block.model.critical else ()):
        found = catalogue.references.get(key)
        if found and found.grade == "C":
            message = f"A critical block cannot cite `{key}`, a source of grade C"
            hint = "Cite only grades A and B, or move what rests on this source to another block"
            place = block.place_of(*path, "sources", index)
            yield Diagnostic("weak-critical-source", message, place, hint)


def _cells(block: AnyBlock) -> Iterator[tuple[Cell, KeyPath]]:
    """The cells of tables of options, with their paths."""
    rows: tuple[Row, ...] = ()
    if isinstance(block, OptionsBlock | BenefitsHarmsBlock):
        rows = block.options
    for index, row in enumerate(rows):
        for name in ("cells", "benefits", "harms"):
            for place, cell in enumerate(getattr(row, name, ())):
                yield cell, ("options", index, name, place)


def _numbers(block: AnyBlock) -> Iterator[tuple[Cell, KeyPath]]:
    """Everything that may contain a number: counts, then texts."""
    yield from ((cell, where) for cell, where in _cells(block) if isinstance(cell, Count))
    yield from texts_in(block)


def _counts_are_data(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """As data, counts from small groups are never scaled, and readers can compare them."""
    for cell, where in _cells(block.model):
        if not isinstance(cell, Count) and _COUNTED.search(cell.plain):
            message = "This cell contains a count as text"
            hint = "Write it as data: `{events: 12, people: 13, what: had dark marks}`"
            yield Diagnostic("count-in-words", message, block.place_of(*path, *where), hint)


def _block_treatments(
    loaded: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    block = loaded.model
    if block.treatment:
        place = loaded.place_of(*path, "treatment")
        yield from unknown_treatment(block.treatment, place, catalogue)
    if isinstance(block, OptionsBlock | BenefitsHarmsBlock):
        rows: tuple[Row, ...] = block.options
        for index, row in enumerate(rows):
            if row.treatment:
                place = loaded.place_of(*path, "options", index, "treatment")
                yield from unknown_treatment(row.treatment, place, catalogue)


def _equal_detail(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """Neither side of an option may have more than twice the items or words of the other.

    "Equal detail" is a criterion of the International Patient Decision Aid Standards (IPDAS).
    """
    if not isinstance(block.model, BenefitsHarmsBlock):
        return
    for index, option in enumerate(block.model.options):
        good_words, bad_words = (_words(side) for side in (option.benefits, option.harms))
        for unit, good, bad in (
            ("items", len(option.benefits), len(option.harms)),
            ("words", good_words, bad_words),
        ):
            if max(good, bad) > 2 * min(good, bad):
                message = f"`{option.name}` has {good} {unit} on benefits and {bad} on harms"
                hint = "Balance the two sides: neither may be more than twice as long as the other"
                place = block.place_of(*path, "options", index)
                yield Diagnostic("unequal-detail", message, place, hint)


MOST_LETTERS = 70
"""Letters that have room between the margins; where fewer have, building the leaflet tells it."""

_BREAK = re.compile(r"[\s/\u00ad\u2010-\u2014-]+")


def _room(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """Words, or the longest words of a table's columns, that surely are wider than the page."""
    hint = "Use shorter words or fewer columns, or put a soft hyphen where a word may break"
    for text, where in texts_in(block.model):
        if (longest := _longest([text])) > MOST_LETTERS:
            message = f"A word of {longest} letters is wider than the page"
            place = block.place_of(*path, *where)
            yield Diagnostic("overflow", message, place, hint, Severity.WARNING)
            return
    if isinstance(block.model, TableBlock):
        columns = zip(block.model.columns, *block.model.rows, strict=True)
        together = sum(map(_longest, columns))
        if together > MOST_LETTERS:
            message = (
                f"The longest words of this table's columns have {together} letters together: "
                "they are wider than the page"
            )
            place = block.place_of(*path, "columns")
            yield Diagnostic("overflow", message, place, hint, Severity.WARNING)


def _longest(texts: Iterable[Text]) -> int:
    return max(len(word) for text in texts for word in _BREAK.split(text.plain))


def _words(cells: tuple[Cell, ...]) -> int:
    return sum(len(_read(cell).split()) for cell in cells)


def _read(cell: Cell) -> str:
    """Roughly what is printed."""
    if not isinstance(cell, Count):
        return cell.plain
    time = cell.time.plain if cell.time else ""
    return f"{cell.events} of {cell.people} people {cell.what.plain} {time}"


def _drawings(block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue) -> Iterator[Diagnostic]:
    if not isinstance(block.model, FigureBlock):
        return
    for index, panel in enumerate(block.model.panels):
        if panel.drawing not in catalogue.drawings:
            place = block.place_of(*path, "panels", index, "drawing")
            hint = (
                near_miss(panel.drawing, catalogue.drawings)
                or "Drawings are the files `templates/figures/*.svg.j2`"
            )
            yield Diagnostic("missing-image", f"There is no drawing `{panel.drawing}`", place, hint)
