"""Rules for leaflets: required sections and blocks, their order, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.content.catalogue import Catalogue
from handouts.content.load import Loaded
from handouts.diagnostics import Diagnostic, choices, near_miss
from handouts.model.blocks import AnyBlock, RiskBlock
from handouts.model.counts import FEW
from handouts.model.leaflet import BlockRef, Leaflet
from handouts.model.tables import Kind
from handouts.model.text import texts_in
from handouts.review.rules.blocks import block_faults, critical_left_out, known_drawing
from handouts.review.rules.oversights import foreign_marks, lone_halves
from handouts.review.rules.tables import look_alikes, slots, unknown_treatments

MAX_TEXTS, MAX_CHARACTERS = 2_000, 100_000
"""Limits for the texts of a leaflet, such as paragraphs and cells; our own longest has 310 texts
with 13,000 characters."""

_NUMBER = re.compile(r"(?<![A-Za-z])\d")
"""A number, but not a digit within a name such as CO2."""


def leaflet_faults(
    name: str, leaflet: Loaded[Leaflet], catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """All problems of a leaflet and of its inline blocks."""
    yield from own_id(name, leaflet)
    # A leaflet with too much text would take minutes to set, and nobody would read it.
    blocks = (block.model for _, block, path in catalogue.blocks_of(leaflet) if not path)
    lengths = [len(text.plain) for model in (leaflet.model, *blocks) for text, _ in texts_in(model)]
    if len(lengths) > MAX_TEXTS or sum(lengths) > MAX_CHARACTERS:
        message = (
            f"This leaflet has {len(lengths):,} texts with {sum(lengths):,} characters; at most "
            f"{MAX_TEXTS:,} and {MAX_CHARACTERS:,} can be printed"
        )
        yield Diagnostic("too-long", message, leaflet.place_of(), "Make several leaflets of it")
    if kind := catalogue.kinds.get(leaflet.model.kind):
        yield from _sections(leaflet, kind.model)
        yield from _contents(leaflet, kind.model, catalogue)
    else:
        message = f"There is no leaflet kind `{leaflet.model.kind}`"
        hint = near_miss(leaflet.model.kind, catalogue.kinds) or choices(catalogue.kinds)
        yield Diagnostic("unknown-kind", message, leaflet.place_of("kind"), hint)
    if picture := leaflet.model.picture:
        place = leaflet.place_of("picture", "drawing")
        yield from known_drawing(picture.drawing, place, catalogue)
    yield from _references_to_blocks(leaflet, catalogue)
    yield from slots(leaflet, catalogue.slots)
    yield from look_alikes(leaflet)
    yield from foreign_marks(leaflet)
    yield from lone_halves(leaflet)
    # Titles, aims, headings and notes have no `sources`.
    for text, where in texts_in(leaflet.model):
        if "blocks" not in where and _NUMBER.search("".join(run.text for run in text.runs)):
            message = (
                "Titles, aims and headings must not contain numbers, because they cannot cite a "
                "source"
            )
            hint = "Move the number into a block with `sources:`"
            yield Diagnostic("number-without-source", message, leaflet.place_of(*where), hint)
    yield from _one_denominator(leaflet, catalogue)
    yield from unknown_treatments(leaflet, catalogue)
    for _, block, path in catalogue.blocks_of(leaflet):
        if path:  # blocks in files of their own are checked once, not in each leaflet
            yield from block_faults(block, path, catalogue)


def own_id(name: str, loaded: Loaded[Leaflet] | Loaded[AnyBlock]) -> Iterator[Diagnostic]:
    """A file's path must match its ID."""
    file_id, leaflet = loaded.model.id, isinstance(loaded.model, Leaflet)
    if leaflet == ("/" in name):
        message = "This file is in the wrong folder"
        where = "`content/leaflets/` itself" if leaflet else "a folder in `content/blocks/`"
        yield Diagnostic("misplaced-file", message, loaded.place_of(), f"Move it to {where}")
    elif file_id is None:
        message = "A block in its own file needs an `id`"
        yield Diagnostic("missing-key", message, loaded.place_of(), f"Add the line `id: {name}`")
    elif file_id != name:
        message = f"The id `{file_id}` does not match the file name"
        yield Diagnostic("id-mismatch", message, loaded.place_of("id"), f"Write `id: {name}`")


def _sections(leaflet: Loaded[Leaflet], kind: Kind) -> Iterator[Diagnostic]:
    """Sections are there once, all that the kind requires are there, and in its order."""
    names = [section.id for section in leaflet.model.sections]
    places = {name: leaflet.place_of("sections", i, "id") for i, name in enumerate(names)}
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            place = leaflet.place_of("sections", index, "id")
            hint = "Give one of them another `id`, or join them"
            yield Diagnostic("duplicate-section", f"Section `{name}` appears twice", place, hint)
        seen.add(name)
    order = {section.id: index for index, section in enumerate(kind.sections)}
    for lacking in (name for name in order if name not in places):
        message = f"A `{kind.id}` leaflet needs a section `{lacking}`"
        place, hint = leaflet.place_of("sections", key=True), f"Add a section with `id: {lacking}`"
        # Perhaps it is there, but misspelt.
        for other in (name for name in places if name not in order):
            if guess := near_miss(other, [lacking], close=0.6):
                place, hint = places[other], guess
        yield Diagnostic("missing-section", message, place, hint)
    # Sections of the leaflet's own, which the kind does not know, may stand anywhere.
    above: list[str] = []
    for index, name in enumerate(names):
        if name not in order:
            continue
        if later := next((other for other in above if order[other] > order[name]), None):
            message = f"Section `{name}` is out of order for a `{kind.id}` leaflet"
            place = leaflet.place_of("sections", index, "id")
            yield Diagnostic("section-order", message, place, f"Move it above `{later}`")
        above.append(name)


def _contents(leaflet: Loaded[Leaflet], kind: Kind, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Blocks are of the types that the kind requires, so that readers can act, and for its time."""
    sections = leaflet.model.sections
    types: dict[str, set[str]] = {section.id: set() for section in sections}
    for name, loaded, _ in catalogue.blocks_of(leaflet):
        types[name].add(loaded.model.type)
    # A block that could not be read, whose errors are reported, may be the required one.
    read = catalogue.blocks.read
    unread = [
        any(isinstance(item, BlockRef) and item.ref not in read for item in section.blocks)
        for section in sections
    ]
    wanted = {section.id: section.holds for section in kind.sections if section.holds}
    for index, section in enumerate(sections):
        holds = wanted.get(section.id)
        if holds and not unread[index] and types[section.id].isdisjoint(holds):
            required = " or ".join(f"`{name}`" for name in holds)
            message = f"Section `{section.id}` needs a block of type {required}"
            place = leaflet.place_of("sections", index, "id")
            yield Diagnostic("section-content", message, place, f"Add a block of type {required}")
    anywhere = set[str]().union(*types.values())
    for name in () if any(unread) else kind.holds:
        if name not in anywhere:
            message = f"A `{kind.id}` leaflet needs a block of type `{name}`"
            place = leaflet.place_of("sections", key=True)
            yield Diagnostic("missing-block", message, place, "Add one to any section")
    # A leaflet for the time after a treatment is too late for what must be said before it.
    for s, section in enumerate(sections):
        for b, item in enumerate(section.blocks):
            found = read.get(item.ref) if isinstance(item, BlockRef) else None
            block = found.model if found else item
            if isinstance(block, BlockRef) or not block.phase or block.phase != kind.refuses_phase:
                continue
            message = (
                f"This block is for the time {block.phase} a treatment, "
                f"which the kind `{kind.id}` does not allow"
            )
            place = leaflet.place_of("sections", s, "blocks", b)
            hint = "Use a block that suits the time at which the leaflet is read"
            yield Diagnostic("wrong-phase", message, place, hint)


def _one_denominator(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Readers compare counts, so all counts in a leaflet must have the same denominator.

    Counts that are not scaled are exempt: those from small groups, and a source's own shares.
    """
    first: int | None = None
    for _, block, path in catalogue.blocks_of(leaflet):
        if not isinstance(block.model, RiskBlock) or (block.model.people or 0) < FEW:
            continue
        first = first or block.model.denominator
        if block.model.denominator != first:
            message = (
                f"Mixed denominators: {block.model.denominator} here, {first} earlier in this "
                "leaflet"
            )
            hint = "Use one denominator throughout a leaflet"
            place = block.place_of(*path, "denominator")
            yield Diagnostic("mixed-denominators", message, place, hint)


def _references_to_blocks(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    known = catalogue.blocks.known
    for s, section in enumerate(leaflet.model.sections):
        for b, item in enumerate(section.blocks):
            if isinstance(item, BlockRef) and item.ref not in known:
                place = leaflet.place_of("sections", s, "blocks", b, "ref")
                file = f"content/blocks/{item.ref}.yaml"
                hint = near_miss(item.ref, known) or f"Create the file `{file}`"
                yield Diagnostic("unknown-block", f"There is no block `{item.ref}`", place, hint)
            read = catalogue.blocks.read.get(item.ref) if isinstance(item, BlockRef) else None
            if read and read.model.critical and not item.in_summary:
                place = leaflet.place_of("sections", s, "blocks", b, "in_summary")
                yield critical_left_out(place)
