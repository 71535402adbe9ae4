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
from handouts.review.rules.blocks import block_faults
from handouts.review.rules.tables import look_alikes, slots, unknown_treatment

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
    yield from _size(leaflet, catalogue)
    yield from _sections(leaflet, catalogue)
    yield from _references_to_blocks(leaflet, catalogue)
    yield from slots(leaflet, catalogue.slots)
    yield from look_alikes(leaflet)
    yield from _bare_numbers(leaflet)
    yield from _one_denominator(leaflet, catalogue)
    for index, treatment in enumerate(leaflet.model.treatments):
        yield from unknown_treatment(treatment, leaflet.place_of("treatments", index), catalogue)
    for _, block, path in catalogue.blocks_of(leaflet):
        if path:
            yield from block_faults(block, path, catalogue)


def _size(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A leaflet with too much text would take minutes to set, and nobody would read it."""
    blocks = (block.model for _, block, path in catalogue.blocks_of(leaflet) if not path)
    lengths = [len(text.plain) for model in (leaflet.model, *blocks) for text, _ in texts_in(model)]
    if len(lengths) > MAX_TEXTS or sum(lengths) > MAX_CHARACTERS:
        message = (
            f"This leaflet has {len(lengths):,} texts with {sum(lengths):,} characters; at most "
            f"{MAX_TEXTS:,} and {MAX_CHARACTERS:,} can be printed"
        )
        yield Diagnostic("too-long", message, leaflet.place_of(), "Make several leaflets of it")


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


def _sections(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    loaded = catalogue.kinds.get(leaflet.model.kind)
    if loaded is None:
        message = f"There is no leaflet kind `{leaflet.model.kind}`"
        hint = near_miss(leaflet.model.kind, catalogue.kinds) or choices(catalogue.kinds)
        yield Diagnostic("unknown-kind", message, leaflet.place_of("kind"), hint)
        return
    kind = loaded.model
    yield from _repeated_sections(leaflet)
    yield from _required_sections(leaflet, kind)
    yield from _section_order(leaflet, kind)
    yield from _section_content(leaflet, kind, catalogue)
    yield from _tools(leaflet, kind, catalogue)
    yield from _phases(leaflet, kind, catalogue)


def _repeated_sections(leaflet: Loaded[Leaflet]) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for index, name in enumerate(section.id for section in leaflet.model.sections):
        if name in seen:
            place = leaflet.place_of("sections", index, "id")
            yield Diagnostic("duplicate-section", f"Section `{name}` appears twice", place)
        seen.add(name)


def _required_sections(leaflet: Loaded[Leaflet], kind: Kind) -> Iterator[Diagnostic]:
    required = {section.id for section in kind.sections}
    places = {
        section.id: leaflet.place_of("sections", index, "id")
        for index, section in enumerate(leaflet.model.sections)
    }
    for name in (section.id for section in kind.sections if section.id not in places):
        message = f"A `{kind.id}` leaflet needs a section `{name}`"
        place, hint = leaflet.place_of("sections", key=True), f"Add a section with `id: {name}`"
        for other in set(places) - required:
            if guess := near_miss(other, [name], close=0.6):
                place, hint = places[other], guess
        yield Diagnostic("missing-section", message, place, hint)


def _section_order(leaflet: Loaded[Leaflet], kind: Kind) -> Iterator[Diagnostic]:
    order = {section.id: index for index, section in enumerate(kind.sections)}
    above: list[str] = []
    for index, section in enumerate(leaflet.model.sections):
        if section.id not in order:
            continue
        later = next((name for name in above if order[name] > order[section.id]), None)
        if later:
            message = f"Section `{section.id}` is out of order for a `{kind.id}` leaflet"
            place = leaflet.place_of("sections", index, "id")
            yield Diagnostic("section-order", message, place, f"Move it above `{later}`")
        above.append(section.id)


def _section_content(
    leaflet: Loaded[Leaflet], kind: Kind, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    types: dict[str, set[str]] = {}
    for name, block, _ in catalogue.blocks_of(leaflet):
        types.setdefault(name, set()).add(block.model.type)
    wanted = {section.id: section for section in kind.sections if section.holds}
    for index, section in enumerate(leaflet.model.sections):
        rule = wanted.get(section.id)
        unread = any(_unread(item, catalogue) for item in section.blocks)
        if rule and not unread and not types.get(section.id, set()) & set(rule.holds):
            required = " or ".join(f"`{name}`" for name in rule.holds)
            message = f"Section `{rule.id}` needs a block of type {required}"
            place = leaflet.place_of("sections", index, "id")
            yield Diagnostic("section-content", message, place, f"Add a block of type {required}")


def _unread(item: object, catalogue: Catalogue) -> bool:
    return isinstance(item, BlockRef) and item.ref not in catalogue.blocks.read


def _phases(leaflet: Loaded[Leaflet], kind: Kind, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A leaflet for the time after a treatment is too late for what must be said before it."""
    for s, section in enumerate(leaflet.model.sections):
        for b, item in enumerate(section.blocks):
            if isinstance(item, BlockRef):
                found = catalogue.blocks.read.get(item.ref)
                block = found.model if found else None
            else:
                block = item
            if block and block.phase and block.phase == kind.refuses_phase:
                message = (
                    f"This block is for the time {block.phase} a treatment, "
                    f"which the kind `{kind.id}` does not allow"
                )
                place = leaflet.place_of("sections", s, "blocks", b)
                hint = "Use a block that suits the time at which the leaflet is read"
                yield Diagnostic("wrong-phase", message, place, hint)


def _tools(leaflet: Loaded[Leaflet], kind: Kind, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Block types that the leaflet requires in any section, so that readers can act."""
    if any(_unread(item, catalogue) for s in leaflet.model.sections for item in s.blocks):
        return
    types = {block.model.type for _, block, _ in catalogue.blocks_of(leaflet)}
    for name in kind.holds:
        if name not in types:
            message = f"A `{kind.id}` leaflet needs a block of type `{name}`"
            place = leaflet.place_of("sections", key=True)
            yield Diagnostic("missing-block", message, place, "Add one to any section")


def _bare_numbers(leaflet: Loaded[Leaflet]) -> Iterator[Diagnostic]:
    """Titles, aims, headings and notes cannot cite sources, so they must not contain numbers."""
    for text, where in texts_in(leaflet.model):
        if "blocks" not in where and _NUMBER.search("".join(run.text for run in text.runs)):
            message = (
                "Titles, aims and headings must not contain numbers, because they cannot cite a "
                "source"
            )
            hint = "Move the number into a block with `sources:`"
            yield Diagnostic("number-without-source", message, leaflet.place_of(*where), hint)


def _one_denominator(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Readers compare counts, so all counts in a leaflet must have the same denominator.

    Counts from small groups are exempt, because they are not scaled.
    """
    first: int | None = None
    for _, block, path in catalogue.blocks_of(leaflet):
        if not isinstance(block.model, RiskBlock) or block.model.people < FEW:
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
