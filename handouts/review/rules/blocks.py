"""What holds for a block: sources, treatments, equal detail, drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.content.catalogue import Catalogue
from handouts.content.load import Loaded
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Diagnostic, near_miss
from handouts.model.blocks import (
    AnyBlock,
    BenefitsHarmsBlock,
    Cell,
    Count,
    FigureBlock,
    OptionsBlock,
    Row,
    Sheet,
)
from handouts.model.text import texts_in
from handouts.review.rules.tables import known_sources, slots, unknown_treatment

_DIGIT = re.compile(r"\d")

_COUNTED = re.compile(r"\d (?:out )?of (?:every )?\d|\d ?(?:%|per ?cent\b)", re.IGNORECASE)


def block_faults(
    block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """Every broken rule of a block, in its own file or in place (``path``)."""
    if path and block.model.id:
        place = block.place_of(*path, "id")
        message = "A block written in place has no id"
        yield Diagnostic("inline-id", message, place, "Remove it, or give the block its own file")
    yield from known_sources(block.model.sources, block, path, catalogue)
    yield from _numbers_have_sources(block, path)
    yield from _critical_has_sources(block, path)
    yield from _critical_has_good_sources(block, path, catalogue)
    yield from _counts_are_data(block, path)
    yield from _block_treatments(block, path, catalogue)
    yield from _equal_detail(block, path)
    yield from _drawings(block, path, catalogue)
    if not path:
        yield from slots(block, catalogue.slots)


def _numbers_have_sources(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    if block.model.sources or isinstance(block.model, Sheet):
        return
    for text, where in _numbers(block.model):
        if isinstance(text, Count) or _DIGIT.search("".join(run.text for run in text.runs)):
            message = "This text prints a number, and its block names no source"
            hint = "Add `sources:` with keys of `content/sources.yaml`"
            yield Diagnostic("number-without-source", message, block.place_of(*path, *where), hint)
            return


def _critical_has_sources(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """What a reader's safety hangs on is never said without a source."""
    if block.model.critical and not block.model.sources:
        message = "This block is critical, and names no source"
        hint = "Add `sources:` with keys of `content/sources.yaml`"
        place = block.place_of(*path, "critical")
        yield Diagnostic("critical-without-source", message, place, hint)


def _critical_has_good_sources(
    block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """Nor on the word of a clinic, a shop or the trade press alone."""
    for index, key in enumerate(block.model.sources if block.model.critical else ()):
        found = catalogue.references.get(key)
        if found and found.grade == "C":
            message = f"This block is critical, and its source `{key}` has grade C"
            hint = "Name sources of grade A or B only, or move what rests on it to another block"
            place = block.place_of(*path, "sources", index)
            yield Diagnostic("weak-critical-source", message, place, hint)


def _cells(block: AnyBlock) -> Iterator[tuple[Cell, KeyPath]]:
    """What tables of options say, item by item, with its path."""
    rows: tuple[Row, ...] = ()
    if isinstance(block, OptionsBlock | BenefitsHarmsBlock):
        rows = block.options
    for index, row in enumerate(rows):
        for name in ("cells", "benefits", "harms"):
            for place, cell in enumerate(getattr(row, name, ())):
                yield cell, ("options", index, name, place)


def _numbers(block: AnyBlock) -> Iterator[tuple[Cell, KeyPath]]:
    """Whatever may be a number: counts first, then every text."""
    yield from ((cell, where) for cell, where in _cells(block) if isinstance(cell, Count))
    yield from texts_in(block)


def _counts_are_data(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    """So that small groups are never blown up to 100, and readers can compare."""
    for cell, where in _cells(block.model):
        if not isinstance(cell, Count) and _COUNTED.search(cell.plain):
            message = "This text gives a count in words"
            hint = "Give it as a count: `{events: 12, people: 13, what: had dark marks}`"
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
    """An option's benefits and harms differ by no more than a factor of two.

    "Equal detail" is a criterion of the International Patient Decision Aid Standards.
    """
    if not isinstance(block.model, BenefitsHarmsBlock):
        return
    for index, option in enumerate(block.model.options):
        for unit, count in (("items", len), ("words", _words)):
            good, bad = count(option.benefits), count(option.harms)
            if max(good, bad) > 2 * min(good, bad):
                message = f"`{option.name}` has {good} {unit} on benefits and {bad} on harms"
                hint = "Let neither side have more than twice the other"
                place = block.place_of(*path, "options", index)
                yield Diagnostic("unequal-detail", message, place, hint)


def _words(cells: tuple[Cell, ...]) -> int:
    return sum(len(_read(cell).split()) for cell in cells)


def _read(cell: Cell) -> str:
    """About what is printed."""
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
                or "Drawings are `templates/figures/*.svg.j2`"
            )
            yield Diagnostic("missing-image", f"There is no drawing `{panel.drawing}`", place, hint)
