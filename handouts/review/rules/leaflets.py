"""What holds for a leaflet: required sections and their order, tools, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.content.catalogue import Catalogue
from handouts.content.load import Loaded
from handouts.diagnostics import Diagnostic, Place, choices, near_miss
from handouts.model.blocks import FEW, AnyBlock, RiskBlock
from handouts.model.leaflet import BlockRef, Leaflet
from handouts.model.tables import Kind, RequiredSection
from handouts.model.text import texts_in
from handouts.review.rules.blocks import block_faults
from handouts.review.rules.tables import slots, unknown_treatment

_NUMBER = re.compile(r"(?<![A-Za-z])\d")
"""A number, but not the digit of a name such as CO2."""


def leaflet_faults(
    name: str, leaflet: Loaded[Leaflet], catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """Every broken rule of a leaflet and of the blocks written in it."""
    yield from own_id(name, leaflet)
    yield from _sections(leaflet, catalogue)
    yield from _references_to_blocks(leaflet, catalogue)
    yield from slots(leaflet, catalogue.slots)
    yield from _bare_numbers(leaflet)
    yield from _one_denominator(leaflet, catalogue)
    for index, treatment in enumerate(leaflet.model.treatments):
        yield from unknown_treatment(treatment, leaflet.place_of("treatments", index), catalogue)
    for _, block, path in catalogue.blocks_of(leaflet):
        if path:
            yield from block_faults(block, path, catalogue)


def own_id(name: str, loaded: Loaded[Leaflet] | Loaded[AnyBlock]) -> Iterator[Diagnostic]:
    """Whether a file stands where its id says."""
    found, leaflet = loaded.model.id, isinstance(loaded.model, Leaflet)
    if leaflet == ("/" in name):
        message = "This file stands in the wrong folder"
        where = "`content/leaflets/` itself" if leaflet else "a folder below `content/blocks/`"
        yield Diagnostic("misplaced-file", message, loaded.place_of(), f"Move it into {where}")
    elif found is None:
        message = "A block in its own file needs an `id`"
        yield Diagnostic("missing-key", message, loaded.place_of(), f"Add the line `id: {name}`")
    elif found != name:
        message = f"The id `{found}` does not match the file's name"
        yield Diagnostic("id-mismatch", message, loaded.place_of("id"), f"Write `id: {name}`")


def _sections(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    loaded = catalogue.kinds.get(leaflet.model.kind)
    if loaded is None:
        message = f"There is no kind `{leaflet.model.kind}`"
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
    ids = [section.id for section in leaflet.model.sections]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            place = leaflet.place_of("sections", index, "id")
            yield Diagnostic("duplicate-section", f"The section `{name}` stands twice", place)


def _required_sections(leaflet: Loaded[Leaflet], kind: Kind) -> Iterator[Diagnostic]:
    required = {section.id for section in kind.sections}
    places = {
        section.id: leaflet.place_of("sections", index, "id")
        for index, section in enumerate(leaflet.model.sections)
    }
    for name in (section.id for section in kind.sections if section.id not in places):
        message = f"A leaflet of the kind `{kind.id}` needs a section `{name}`"
        place, hint = leaflet.place_of("sections", key=True), f"Add a section `id: {name}`"
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
            message = f"The section `{section.id}` stands too late for the kind `{kind.id}`"
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
            yield _wrong_content(rule, leaflet.place_of("sections", index, "id"))


def _unread(item: object, catalogue: Catalogue) -> bool:
    return isinstance(item, BlockRef) and item.ref not in catalogue.blocks.read


def _wrong_content(rule: RequiredSection, place: Place) -> Diagnostic:
    types = " or ".join(f"`{name}`" for name in rule.holds)
    message = f"The section `{rule.id}` needs a block of type {types}"
    return Diagnostic("section-content", message, place, f"Add a block of type {types}")


def _phases(leaflet: Loaded[Leaflet], kind: Kind, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """What must be said before a treatment comes too late in a leaflet for afterwards."""
    for s, section in enumerate(leaflet.model.sections):
        for b, item in enumerate(section.blocks):
            if isinstance(item, BlockRef):
                found = catalogue.blocks.read.get(item.ref)
                block = found.model if found else None
            else:
                block = item
            if block and block.phase and block.phase == kind.refuses_phase:
                message = (
                    f"This block is meant for {block.phase} the treatment, "
                    f"and leaflets of the kind `{kind.id}` take no such blocks"
                )
                place = leaflet.place_of("sections", s, "blocks", b)
                hint = "Write a block that fits the time at which the leaflet is read"
                yield Diagnostic("wrong-phase", message, place, hint)


def _tools(leaflet: Loaded[Leaflet], kind: Kind, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Block types that the leaflet needs somewhere, so that its reader can act."""
    if any(_unread(item, catalogue) for s in leaflet.model.sections for item in s.blocks):
        return
    types = {block.model.type for _, block, _ in catalogue.blocks_of(leaflet)}
    for name in kind.holds:
        if name not in types:
            message = f"A leaflet of the kind `{kind.id}` needs a block of type `{name}`"
            place = leaflet.place_of("sections", key=True)
            yield Diagnostic("missing-block", message, place, "Add one to any section")


def _bare_numbers(leaflet: Loaded[Leaflet]) -> Iterator[Diagnostic]:
    """Titles, aims, headings and notes name no sources, so they state no numbers."""
    for text, where in texts_in(leaflet.model):
        if "blocks" not in where and _NUMBER.search("".join(run.text for run in text.runs)):
            message = "This text prints a number, and only a block can name its source"
            hint = "Say it in a block with `sources:`"
            yield Diagnostic("number-without-source", message, leaflet.place_of(*where), hint)


def _one_denominator(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Readers compare counts, so all of a leaflet's are out of the same number.

    Small groups are left out: their counts are told as they are.
    """
    first: int | None = None
    for _, block, path in catalogue.blocks_of(leaflet):
        if not isinstance(block.model, RiskBlock) or block.model.people < FEW:
            continue
        first = first or block.model.denominator
        if block.model.denominator != first:
            message = f"Numbers out of {block.model.denominator}, after numbers out of {first}"
            hint = "Use one denominator in a leaflet"
            place = block.place_of(*path, "denominator")
            yield Diagnostic("mixed-denominators", message, place, hint)


def _references_to_blocks(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    known = catalogue.blocks.known
    for s, section in enumerate(leaflet.model.sections):
        for b, item in enumerate(section.blocks):
            if isinstance(item, BlockRef) and item.ref not in known:
                place = leaflet.place_of("sections", s, "blocks", b, "ref")
                hint = (
                    near_miss(item.ref, known) or f"Make the file `content/blocks/{item.ref}.yaml`"
                )
                yield Diagnostic("unknown-block", f"There is no block `{item.ref}`", place, hint)
