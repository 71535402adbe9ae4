"""What holds between files: references, required sections, sources, slots and drawings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handouts.catalogue import Catalogue
from handouts.diagnostics import Diagnostic, Place, choices, near_miss
from handouts.models.blocks import AnyBlock, FigureBlock, WriteInBlock
from handouts.models.leaflet import BlockRef, Leaflet
from handouts.models.tables import Kind, Region, RequiredSection
from handouts.source import KeyPath
from handouts.text import texts_in
from handouts.validate import Loaded

_DIGIT = re.compile(r"\d")


def check_catalogue(catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """Every broken rule of every file, each once."""
    return tuple(dict.fromkeys(_faults(catalogue)))


def _faults(catalogue: Catalogue) -> Iterator[Diagnostic]:
    yield from catalogue.workspace.diagnostics
    yield from catalogue.faults
    yield from _kind_templates(catalogue)
    yield from _languages(catalogue)
    yield from _slot_values(catalogue)
    yield from _slots(catalogue.region, (), catalogue)
    for name, leaflet in catalogue.leaflets.read.items():
        yield from _leaflet(name, leaflet, catalogue)
    for name, block in catalogue.blocks.read.items():
        yield from _own_id(name, block)
        yield from _block(block, (), catalogue)


def _leaflet(name: str, leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    yield from _own_id(name, leaflet)
    yield from _sections(leaflet, catalogue)
    yield from _references_to_blocks(leaflet, catalogue)
    yield from _slots(leaflet, (), catalogue)
    for _, block, path in catalogue.blocks_of(leaflet):
        if path:
            yield from _block(block, path, catalogue)


def _own_id(name: str, loaded: Loaded[Leaflet] | Loaded[AnyBlock]) -> Iterator[Diagnostic]:
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


# Sections ---------------------------------------------------------------------------------------


def _sections(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    kind = catalogue.kinds.get(leaflet.model.kind)
    if kind is None:
        message = f"There is no kind `{leaflet.model.kind}`"
        hint = near_miss(leaflet.model.kind, catalogue.kinds) or choices(catalogue.kinds)
        yield Diagnostic("unknown-kind", message, leaflet.place_of("kind"), hint)
        return
    yield from _repeated_sections(leaflet)
    yield from _required_sections(leaflet, kind)
    yield from _section_order(leaflet, kind)
    yield from _section_content(leaflet, kind, catalogue)


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


# Blocks -----------------------------------------------------------------------------------------


def _references_to_blocks(leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    known = {*catalogue.blocks.read, *catalogue.blocks.broken}
    for s, section in enumerate(leaflet.model.sections):
        for b, item in enumerate(section.blocks):
            if isinstance(item, BlockRef) and item.ref not in known:
                place = leaflet.place_of("sections", s, "blocks", b, "ref")
                hint = (
                    near_miss(item.ref, known) or f"Make the file `content/blocks/{item.ref}.yaml`"
                )
                yield Diagnostic("unknown-block", f"There is no block `{item.ref}`", place, hint)


def _block(block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue) -> Iterator[Diagnostic]:
    if path and block.model.id:
        place = block.place_of(*path, "id")
        message = "A block written in place has no id"
        yield Diagnostic("inline-id", message, place, "Remove it, or give the block its own file")
    yield from _known_sources(block.model.sources, block, path, catalogue)
    yield from _numbers_have_sources(block, path)
    yield from _drawings(block, path, catalogue)
    if not path:
        yield from _slots(block, path, catalogue)


def _known_sources(
    keys: Iterable[str], block: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    for index, key in enumerate(keys):
        if key not in catalogue.references:
            place = block.place_of(*path, "sources", index)
            hint = near_miss(key, catalogue.references) or "Add it to `content/sources.yaml`"
            yield Diagnostic("unknown-source", f"There is no source `{key}`", place, hint)


def _numbers_have_sources(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    if block.model.sources or isinstance(block.model, WriteInBlock):
        return
    for text, where in texts_in(block.model):
        if _DIGIT.search("".join(run.text for run in text.runs)):
            message = "This text prints a number, and its block names no source"
            hint = "Add `sources:` with keys of `content/sources.yaml`"
            yield Diagnostic("number-without-source", message, block.place_of(*path, *where), hint)
            return


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


def _slots(
    loaded: Loaded[AnyBlock] | Loaded[Leaflet] | Loaded[Region], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    for text, where in texts_in(loaded.model, path):
        for name in text.slots:
            if name not in catalogue.slots:
                hint = near_miss(name, catalogue.slots) or choices(catalogue.slots)
                place = loaded.place_of(*where)
                yield Diagnostic("unknown-slot", f"There is no slot `{{{name}}}`", place, hint)


# Tables and workspace ---------------------------------------------------------------------------


def _kind_templates(catalogue: Catalogue) -> Iterator[Diagnostic]:
    layers = catalogue.workspace.template_layers
    for kind in catalogue.kinds.values():
        if not any((layer / kind.template).is_file() for layer in layers):
            message = f"The kind `{kind.id}` names a template `{kind.template}` that is missing"
            yield Diagnostic("unknown-template", message, catalogue.kind_places[kind.id])


def _languages(catalogue: Catalogue) -> Iterator[Diagnostic]:
    settings = catalogue.workspace.settings
    for index, name in enumerate(settings.model.languages):
        if name not in catalogue.languages:
            place = settings.place_of("languages", index)
            message = f"There is no translation into `{name}`"
            yield Diagnostic("unknown-language", message, place, choices(catalogue.languages))


def _slot_values(catalogue: Catalogue) -> Iterator[Diagnostic]:
    region = catalogue.region
    for slot in catalogue.slots.values():
        if slot.name not in catalogue.slot_values:
            message = f"Nothing fills the slot `{{{slot.name}}}`"
            hint = f"Add `- name: {slot.name}` with its `value` to the region's `fills`"
            yield Diagnostic("unfilled-slot", message, region.place_of("fills", key=True), hint)
    for index, line in enumerate(region.model.help_lines):
        for k, key in enumerate(line.sources):
            if key not in catalogue.references:
                place = region.place_of("help_lines", index, "sources", k)
                hint = near_miss(key, catalogue.references) or "Add it to `content/sources.yaml`"
                yield Diagnostic("unknown-source", f"There is no source `{key}`", place, hint)
