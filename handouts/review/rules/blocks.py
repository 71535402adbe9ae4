"""Rules for blocks: sources, treatments, equal detail, drawings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handouts.content.catalogue import Catalogue
from handouts.content.load import Loaded
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Diagnostic, Place, Severity, near_miss
from handouts.model.blocks import (
    AnyBlock,
    BenefitsHarmsBlock,
    FigureBlock,
    OptionsBlock,
    Sheet,
    TableBlock,
)
from handouts.model.counts import Cell, Count
from handouts.model.text import Text, texts_in
from handouts.review.rules.oversights import foreign_marks
from handouts.review.rules.tables import (
    known_sources,
    look_alikes,
    slots,
    unknown_treatments,
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
    yield from _sources(block, path, catalogue)
    yield from _options(block, path)
    yield from _bars(block, path)
    yield from _room(block, path)
    panels = block.model.panels if isinstance(block.model, FigureBlock) else ()
    for index, panel in enumerate(panels):
        place = block.place_of(*path, "panels", index, "drawing")
        yield from known_drawing(panel.drawing, place, catalogue)
    if not path:  # an inline block's texts are checked with its leaflet's
        yield from slots(block, catalogue.slots)
        yield from look_alikes(block)
        yield from unknown_treatments(block, catalogue)
        yield from foreign_marks(block)


def known_drawing(name: str, place: Place, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """An error for a drawing that does not exist."""
    if name not in catalogue.drawings:
        hint = (
            near_miss(name, catalogue.drawings)
            or "Pictures are the files `templates/figures/*.svg.j2`, `*.png` and `*.jpg`"
        )
        yield Diagnostic("missing-image", f"There is no drawing `{name}`", place, hint)


def critical_left_out(place: Place) -> Diagnostic:
    """What to say where a critical block is to be left out of summaries, which would keep it."""
    message = "A critical block cannot be left out of the summary"
    hint = "Remove `in_summary: false`, or move what is critical to a block of its own"
    return Diagnostic("critical-left-out", message, place, hint)


def _sources(block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Numbers and critical text must cite sources, the latter good ones, and be in summaries."""
    model = block.model
    # A sheet is there to be written on: a number in it asks for something and claims nothing.
    if not model.sources and not isinstance(model, Sheet):
        # Not `plain`, which has the names of slots, and so any digits in those.
        printed = [("".join(r.text for r in text.runs), at) for text, at in texts_in(model)]
        counts = [at for cell, at in _cells(model) if isinstance(cell, Count)]
        numbers = [*counts, *(at for words, at in printed if _DIGIT.search(words))]
        # One message for all of them, because one list of sources cures all.
        for where in numbers[:1]:
            message = "This block contains a number but cites no source"
            hint = "Add `sources:` with keys from `content/sources.yaml`"
            yield Diagnostic("number-without-source", message, block.place_of(*path, *where), hint)
    if model.critical and not model.sources:
        message = "A critical block must cite a source"
        hint = "Add `sources:` with keys from `content/sources.yaml`"
        place = block.place_of(*path, "critical")
        yield Diagnostic("critical-without-source", message, place, hint)
    if model.critical and not model.in_summary:
        yield critical_left_out(block.place_of(*path, "in_summary"))
    # Safety must not rest on clinics, shops or the trade press.
    for index, key in enumerate(model.sources if model.critical else ()):
        found = catalogue.references.get(key)
        if found and found.grade == "C":
            message = f"A critical block cannot cite `{key}`, a source of grade C"
            hint = "Cite only grades A and B, or move what rests on this source to another block"
            place = block.place_of(*path, "sources", index)
            yield Diagnostic("weak-critical-source", message, place, hint)


def _cells(block: AnyBlock) -> Iterator[tuple[Cell, KeyPath]]:
    """The cells of tables of options, with their paths."""
    options = block.options if isinstance(block, OptionsBlock | BenefitsHarmsBlock) else ()
    for index, row in enumerate(options):
        for name in ("cells", "benefits", "harms"):
            for place, cell in enumerate(getattr(row, name, ())):
                yield cell, ("options", index, name, place)


def _options(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """Options can be compared: counts are data, and both sides are as detailed.

    "Equal detail" is a criterion of the International Patient Decision Aid Standards (IPDAS).
    """
    model = block.model
    # As data, counts from small groups are never scaled, and readers can compare them.
    for cell, where in _cells(model):
        if not isinstance(cell, Count) and _COUNTED.search(cell.plain):
            message = "This cell contains a count as text"
            hint = "Write it as data: `{events: 12, people: 13, what: had dark marks}`"
            yield Diagnostic("count-in-words", message, block.place_of(*path, *where), hint)
    for index, option in enumerate(model.options if isinstance(model, BenefitsHarmsBlock) else ()):
        for unit, good, bad in (
            ("items", len(option.benefits), len(option.harms)),
            ("words", _length(option.benefits), _length(option.harms)),
        ):
            if max(good, bad) > 2 * min(good, bad):
                message = f"`{option.name}` has {good} {unit} on benefits and {bad} on harms"
                hint = "Balance the two sides: neither may be more than twice as long as the other"
                place = block.place_of(*path, "options", index)
                yield Diagnostic("unequal-detail", message, place, hint)


def _bars(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """A bar draws what the last cell of its row says: a part of a whole."""
    bars = block.model.bars if isinstance(block.model, TableBlock) else None
    if not bars or not isinstance(block.model, TableBlock):
        return
    rows = block.model.rows
    if len(bars.counts) != len(rows):
        message = f"Bars: {len(bars.counts)}, but rows: {len(rows)}"
        place = block.place_of(*path, "bars", "counts")
        yield Diagnostic("bar-mismatch", message, place, "Give each row one bar: `[12, 13]`")
    # Not `strict`: that there are more of one than of the other has just been told.
    for index, ((events, people), row) in enumerate(zip(bars.counts, rows, strict=False)):
        said = {int(digits) for digits in re.findall(r"\d+", row[-1].plain)}
        if row[-1].plain.startswith("TODO"):
            continue  # which is told by itself
        if events > people or people not in said or (events and events not in said):
            message = f"The bar draws {events} of {people}, but the cell says “{row[-1].plain}”"
            place = block.place_of(*path, "bars", "counts", index)
            hint = "Draw the same two numbers that the last cell of the row names"
            yield Diagnostic("bar-mismatch", message, place, hint)


def _length(cells: tuple[Cell, ...]) -> int:
    """Roughly how many words are printed in cells."""
    texts = []
    for cell in cells:
        if not isinstance(cell, Count):
            texts.append(cell.plain)
            continue
        texts.append(f"{cell.events} of {cell.people} people {cell.what.plain}")
        if cell.time:
            texts.append(cell.time.plain)
        if control := cell.control:
            texts.append(f"and {control.events} of {control.people} {control.what.plain}")
    return sum(len(text.split()) for text in texts)


MOST_LETTERS = 70
"""Letters that fit between the margins. In narrower places a build finds what does not fit."""

_BREAK = re.compile(r"[\s/\u00ad\u2010-\u2014-]+")


def _room(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """Words, or the longest words of a table's columns, that surely are wider than the page."""
    hint = "Use shorter words or fewer columns, or put a soft hyphen where a word may break"
    # The first such word is enough to show what is wrong.
    for text, where in texts_in(block.model):
        if (longest := _longest([text])) > MOST_LETTERS:
            message = f"A word of {longest} letters is wider than the page"
            place = block.place_of(*path, *where)
            yield Diagnostic("overflow", message, place, hint, Severity.WARNING)
            return
    if isinstance(block.model, TableBlock):
        heads = [getattr(column, "text", column) for column in block.model.columns]
        together = sum(map(_longest, zip(heads, *block.model.rows, strict=True)))
        if together > MOST_LETTERS:
            message = (
                f"The longest words of this table's columns have {together} letters together: "
                "they are wider than the page"
            )
            place = block.place_of(*path, "columns")
            yield Diagnostic("overflow", message, place, hint, Severity.WARNING)


def _longest(texts: Iterable[Text]) -> int:
    return max(len(word) for text in texts for word in _BREAK.split(text.plain))
