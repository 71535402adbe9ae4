"""What holds between files: references, required sections, sources, slots and drawings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from handouts.catalogue import Catalogue
from handouts.diagnostics import Diagnostic, Place, Severity, choices, near_miss
from handouts.layers import layered_files
from handouts.models.blocks import (
    AnyBlock,
    BenefitsHarmsBlock,
    FigureBlock,
    OptionsBlock,
    RiskBlock,
    Row,
    Sheet,
)
from handouts.models.leaflet import BlockRef, Leaflet
from handouts.models.tables import Kind, RequiredSection
from handouts.overrides import drift
from handouts.source import KeyPath
from handouts.text import Text, texts_in
from handouts.validate import Loaded

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![A-Za-z])\d")
"""A number, but not the digit of a name such as CO2."""

_DEVICE_SLOTS = ("device", "number", "use")


def check_catalogue(catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """Every broken rule of every file, each once."""
    return tuple(dict.fromkeys(_faults(catalogue)))


def _faults(catalogue: Catalogue) -> Iterator[Diagnostic]:
    yield from catalogue.workspace.diagnostics
    yield from drift(catalogue.workspace)
    yield from catalogue.faults
    yield from _kinds(catalogue)
    yield from _labels(catalogue)
    yield from _languages(catalogue)
    yield from _region(catalogue)
    yield from _treatments(catalogue)
    yield from _devices(catalogue)
    for name, leaflet in catalogue.leaflets.read.items():
        yield from _leaflet(name, leaflet, catalogue)
    for name, block in catalogue.blocks.read.items():
        yield from _own_id(name, block)
        yield from _block(block, (), catalogue)


def _leaflet(name: str, leaflet: Loaded[Leaflet], catalogue: Catalogue) -> Iterator[Diagnostic]:
    yield from _own_id(name, leaflet)
    yield from _sections(leaflet, catalogue)
    yield from _references_to_blocks(leaflet, catalogue)
    yield from _slots(leaflet, catalogue.slots)
    yield from _bare_numbers(leaflet)
    yield from _one_denominator(leaflet, catalogue)
    for index, treatment in enumerate(leaflet.model.treatments):
        yield from _unknown_treatment(treatment, leaflet.place_of("treatments", index), catalogue)
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
    """Readers compare counts, so all of a leaflet's are out of the same number."""
    first: int | None = None
    for _, block, path in catalogue.blocks_of(leaflet):
        if not isinstance(block.model, RiskBlock):
            continue
        first = first or block.model.denominator
        if block.model.denominator != first:
            message = f"Numbers out of {block.model.denominator}, after numbers out of {first}"
            hint = "Use one denominator in a leaflet"
            place = block.place_of(*path, "denominator")
            yield Diagnostic("mixed-denominators", message, place, hint)


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
    yield from _critical_has_sources(block, path)
    yield from _block_treatments(block, path, catalogue)
    yield from _equal_detail(block, path)
    yield from _drawings(block, path, catalogue)
    if not path:
        yield from _slots(block, catalogue.slots)


def _known_sources(
    keys: Iterable[str], loaded: Loaded[Any], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    for index, key in enumerate(keys):
        if key not in catalogue.references:
            place = loaded.place_of(*path, "sources", index)
            hint = near_miss(key, catalogue.references) or "Add it to `content/sources.yaml`"
            yield Diagnostic("unknown-source", f"There is no source `{key}`", place, hint)


def _numbers_have_sources(block: Loaded[AnyBlock], path: KeyPath) -> Iterator[Diagnostic]:
    if block.model.sources or isinstance(block.model, Sheet):
        return
    for text, where in texts_in(block.model):
        if _DIGIT.search("".join(run.text for run in text.runs)):
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


def _block_treatments(
    loaded: Loaded[AnyBlock], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    block = loaded.model
    if block.treatment:
        place = loaded.place_of(*path, "treatment")
        yield from _unknown_treatment(block.treatment, place, catalogue)
    if isinstance(block, OptionsBlock | BenefitsHarmsBlock):
        rows: tuple[Row, ...] = block.options
        for index, row in enumerate(rows):
            if row.treatment:
                place = loaded.place_of(*path, "options", index, "treatment")
                yield from _unknown_treatment(row.treatment, place, catalogue)


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


def _words(texts: tuple[Text, ...]) -> int:
    return sum(len(text.plain.split()) for text in texts)


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


def _slots(loaded: Loaded[Any], known: Collection[str]) -> Iterator[Diagnostic]:
    for text, where in texts_in(loaded.model):
        yield from _unknown_slots(text, loaded.place_of(*where), known)


def _unknown_slots(text: Text, place: Place, known: Collection[str]) -> Iterator[Diagnostic]:
    for name in text.slots:
        if name not in known:
            hint = near_miss(name, known) or choices(known)
            yield Diagnostic("unknown-slot", f"There is no slot `{{{name}}}`", place, hint)


# Tables and workspace ---------------------------------------------------------------------------


def _kinds(catalogue: Catalogue) -> Iterator[Diagnostic]:
    templates = layered_files(catalogue.workspace.template_layers, ".", ".j2")
    for kind in catalogue.kinds.values():
        yield from _slots(kind, catalogue.slots)
        name = kind.model.template
        if name.removesuffix(".j2") not in templates or not name.endswith(".j2"):
            message = f"The kind `{kind.model.id}` names a template `{name}` that is missing"
            hint = near_miss(name, (f"{known}.j2" for known in templates))
            yield Diagnostic("unknown-template", message, kind.place_of("template"), hint)


def _labels(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A clinic's label has the slots of the shipped one that it replaces."""
    for key, label in catalogue.labels.items():
        shipped = catalogue.shipped_labels.get(key)
        if shipped:
            yield from _slots(label, shipped.slots)
        elif hint := near_miss(key, catalogue.shipped_labels):
            message = f"No template prints the label `{key}`"
            place = label.place_of("key")
            yield Diagnostic("unknown-label", message, place, hint, Severity.WARNING)


def _languages(catalogue: Catalogue) -> Iterator[Diagnostic]:
    settings = catalogue.workspace.settings
    for index, name in enumerate(settings.model.languages):
        if name not in catalogue.languages:
            place = settings.place_of("languages", index)
            message = f"There is no translation into `{name}`"
            yield Diagnostic("unknown-language", message, place, choices(catalogue.languages))


def _region(catalogue: Catalogue) -> Iterator[Diagnostic]:
    region = catalogue.region
    for slot in catalogue.slots.values():
        if slot.name not in {**catalogue.region_values, **catalogue.clinic_values}:
            message = f"Nothing fills the slot `{{{slot.name}}}`"
            hint = f"Add `- name: {slot.name}` with its `value` to the region's `fills`"
            yield Diagnostic("unfilled-slot", message, region.place_of("fills", key=True), hint)
    for index, fill in enumerate(region.model.fills):
        if fill.name not in catalogue.slots:
            hint = near_miss(fill.name, catalogue.slots) or choices(catalogue.slots)
            place = region.place_of("fills", index, "name")
            yield Diagnostic("unknown-slot", f"There is no slot `{{{fill.name}}}`", place, hint)
    for text, where in texts_in(region.model):
        known = _DEVICE_SLOTS if where[0] == "device_lines" else catalogue.slots
        yield from _unknown_slots(text, region.place_of(*where), known)
    for index, help_line in enumerate(region.model.help_lines):
        path: KeyPath = ("help_lines", index)
        yield from _known_sources(help_line.sources, region, path, catalogue)
    for index, device_line in enumerate(region.model.device_lines):
        path = ("device_lines", index)
        yield from _known_sources(device_line.sources, region, path, catalogue)


def _treatments(catalogue: Catalogue) -> Iterator[Diagnostic]:
    settings = catalogue.workspace.settings
    for index, treatment in enumerate(settings.model.treatments):
        place = settings.place_of("treatments", index)
        yield from _unknown_treatment(treatment.id, place, catalogue)


def _unknown_treatment(name: str, place: Place, catalogue: Catalogue) -> Iterator[Diagnostic]:
    if name not in catalogue.treatments:
        hint = near_miss(name, catalogue.treatments) or choices(catalogue.treatments)
        yield Diagnostic("unknown-treatment", f"There is no treatment `{name}`", place, hint)


def _devices(catalogue: Catalogue) -> Iterator[Diagnostic]:
    settings = catalogue.workspace.settings
    known = [line.status for line in catalogue.region.model.device_lines]
    for index, treatment in enumerate(settings.model.treatments):
        if treatment.device and treatment.device.status not in known:
            place = settings.place_of("treatments", index, "device", "status")
            message = (
                f"`{treatment.device.status}` is no status of a device in this region, "
                f"{catalogue.region.model.id}"
            )
            hint = near_miss(treatment.device.status, known) or choices(known)
            yield Diagnostic("unknown-status", message, place, hint)
