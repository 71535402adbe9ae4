"""Rules for tables, the region and the clinic's settings, and for references to them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from handouts.content.catalogue import Catalogue
from handouts.content.layers import DRAWING, layered_files
from handouts.content.load import Loaded
from handouts.content.translation_files import unknown_language
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Diagnostic, Place, Severity, choices, near_miss
from handouts.model.characters import look_alikes_in
from handouts.model.text import Text, texts_in

_DEVICE_SLOTS = ("device", "number", "use")


def table_faults(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """All problems in the tables, the region and the settings."""
    templates = layered_files(catalogue.workspace.template_layers, ".", ".j2")
    icons = layered_files(catalogue.workspace.template_layers, "icons", DRAWING)
    for kind in catalogue.kinds.values():
        yield from slots(kind, catalogue.slots)
        yield from look_alikes(kind)
        name = kind.model.template
        if name.removesuffix(".j2") not in templates or not name.endswith(".j2"):
            message = f"Kind `{kind.model.id}` uses the template `{name}`, which does not exist"
            others = "Templates are the files `templates/*.html.j2`"
            hint = near_miss(name, (f"{known}.j2" for known in templates)) or others
            yield Diagnostic("unknown-template", message, kind.place_of("template"), hint)
        for key, icon in (("icon", kind.model.icon), ("title_icon", kind.model.title_icon)):
            if icon and icon not in icons:
                message = f"There is no icon `{icon}`"
                hint = near_miss(icon, icons) or "Icons are the files `templates/icons/*.svg.j2`"
                yield Diagnostic("missing-image", message, kind.place_of(key), hint)
    yield from _labels(catalogue)
    yield from _region(catalogue)
    yield from _settings(catalogue)


def _settings(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Names in ``handouts.yaml`` that the content does not have."""
    settings = catalogue.workspace.settings
    for index, language in enumerate(settings.model.languages):
        if unknown := unknown_language(catalogue.workspace, language):
            yield replace(unknown, place=settings.place_of("languages", index))
    for index, section in enumerate(settings.model.omit):
        if section not in catalogue.omittable:
            message = f"The section `{section}` cannot be omitted"
            hint = near_miss(section, catalogue.omittable) or choices(catalogue.omittable)
            yield Diagnostic("not-omittable", message, settings.place_of("omit", index), hint)
    # Each region has its own names for what a device may be sold as.
    statuses = [line.status for line in catalogue.region.model.device_lines]
    for index, treatment in enumerate(settings.model.treatments):
        place = settings.place_of("treatments", index)
        yield from unknown_treatment(treatment.id, place, catalogue)
        if treatment.device and treatment.device.status not in statuses:
            status, region = treatment.device.status, catalogue.region.model.id
            place = settings.place_of("treatments", index, "device", "status")
            own = settings.node.data["region"]
            if region != own and status in catalogue.device_statuses(own):
                message = f"`{status}` is a device status of {own}: "
                message += f"leaflets for {region} will not name the device"
                hint = f"Without it, the device is a line to fill in; {region} has: "
                hint += ", ".join(f"`{name}`" for name in statuses) or "no statuses"
                yield Diagnostic("other-region", message, place, hint, Severity.WARNING)
                continue
            message = f"`{status}` is not a device status used in {region}"
            hint = near_miss(status, statuses) or choices(statuses)
            yield Diagnostic("unknown-status", message, place, hint)
    yield from _packs(catalogue)


def _packs(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Packs of leaflets that do not exist, or whose names are not their own."""
    settings, leaflets = catalogue.workspace.settings, catalogue.leaflets
    names = set(leaflets.known)
    for index, pack in enumerate(settings.model.packs):
        if pack.id in names:
            message = f"There is already a leaflet or a pack `{pack.id}`"
            place = settings.place_of("packs", index, "id")
            yield Diagnostic("duplicate-entry", message, place, "Give the pack another id")
        names.add(pack.id)
        for number, name in enumerate(pack.leaflets):
            place = settings.place_of("packs", index, "leaflets", number)
            if name not in leaflets.known:
                hint = near_miss(name, leaflets.known) or "`handouts list` shows all leaflets"
                yield Diagnostic("not-in-pack", f"There is no leaflet `{name}`", place, hint)
            elif name in pack.leaflets[:number]:
                message = f"The pack `{pack.id}` has `{name}` twice"
                yield Diagnostic("duplicate-entry", message, place, "Keep one of them")
            elif name in leaflets.read and not catalogue.offers_any(
                leaflets.read[name].model.treatments
            ):
                message = f"The clinic does not offer the treatment that `{name}` describes"
                hint = "Take it out of the pack, or add the treatment to `treatments`"
                yield Diagnostic("not-in-pack", message, place, hint)


def known_sources(
    keys: Iterable[str], loaded: Loaded[Any], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """Source keys that are not in the table."""
    for index, key in enumerate(keys):
        if key not in catalogue.references:
            place = loaded.place_of(*path, "sources", index)
            hint = near_miss(key, catalogue.references) or "Add it to `content/sources.yaml`"
            yield Diagnostic("unknown-source", f"There is no source `{key}`", place, hint)


def slots(loaded: Loaded[Any], known: Collection[str]) -> Iterator[Diagnostic]:
    """Unknown slots in any text of a file."""
    for text, where in texts_in(loaded.model):
        yield from unknown_slots(text, loaded.place_of(*where), known)


def unknown_slots(text: Text, place: Place, known: Collection[str]) -> Iterator[Diagnostic]:
    """Unknown slots in one text."""
    for name in text.slots:
        if name not in known:
            hint = near_miss(name, known) or choices(known)
            yield Diagnostic("unknown-slot", f"There is no slot `{{{name}}}`", place, hint)


def look_alikes(loaded: Loaded[Any]) -> Iterator[Diagnostic]:
    """Words in any text of a file that look Latin but are not."""
    for text, where in texts_in(loaded.model):
        for word in look_alikes_in(text.plain):
            message = f"`{word}` contains letters of another script that look like Latin ones"
            hint = "Type the word again"
            place = loaded.place_of(*where)
            yield Diagnostic("look-alike", message, place, hint, Severity.WARNING)


def unknown_treatment(name: str, place: Place, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A treatment that is not in the table."""
    if name not in catalogue.treatments:
        hint = near_miss(name, catalogue.treatments) or choices(catalogue.treatments)
        yield Diagnostic("unknown-treatment", f"There is no treatment `{name}`", place, hint)


def unknown_treatments(loaded: Loaded[Any], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Treatments anywhere in a file that are not in the table."""
    for name, where in _treatments_in(loaded.model):
        yield from unknown_treatment(name, loaded.place_of(*where), catalogue)


def _treatments_in(value: Any, path: KeyPath = ()) -> Iterator[tuple[str, KeyPath]]:
    if isinstance(value, BaseModel):
        for name, field in value:
            if name in ("treatment", "treatments"):
                ids = (field,) if isinstance(field, str) else field or ()
                yield from ((id_, (*path, name, number)) for number, id_ in enumerate(ids))
            else:
                yield from _treatments_in(field, (*path, name))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _treatments_in(item, (*path, number))


_PRINTF = re.compile(r"%(?:\(\w+\)|\d\$)?[sd]\b|%\w+%|\$(?=\Z)")
"""Slots as other programs write them."""


def _labels(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A clinic's label has all slots of the shipped label that it replaces, and no other."""
    for key, label in catalogue.labels.items():
        yield from look_alikes(label)
        shipped = catalogue.shipped_labels.get(key)
        if shipped is None:
            if hint := near_miss(key, catalogue.shipped_labels):
                message = f"No template uses the label `{key}`"
                place = label.place_of("key")
                yield Diagnostic("unknown-label", message, place, hint, Severity.WARNING)
            continue
        yield from slots(label, shipped.slots)
        place, text = label.place_of("text"), label.model.text
        expected = dict.fromkeys(shipped.slots)
        named = ", ".join(f"`{{{name}}}`" for name in expected) or "no slots"
        for run in text.runs:
            if found := _PRINTF.search(run.text):
                # Of `${name}` only the `$` is left here: the rest has become a slot.
                what = found[0] if found[0] != "$" else "${"
                message = f"`{what}` is not a slot"
                yield Diagnostic("unknown-slot", message, place, f"This label has {named}")
        # An unknown slot, which has been reported, may be a misspelling of the one that is missing.
        lost = [name for name in expected if name not in text.slots]
        if lost and set(text.slots) <= set(expected):
            names = ", ".join(f"`{{{name}}}`" for name in lost)
            message = f"The label `{key}` has lost {names}"
            hint = f"Put it where it belongs; the shipped text is: {shipped.plain}"
            yield Diagnostic("lost-slot", message, place, hint)


def _region(catalogue: Catalogue) -> Iterator[Diagnostic]:
    region = catalogue.region
    yield from look_alikes(region)
    filled = {"region": catalogue.region_values, "clinic": catalogue.clinic_values}
    for slot in (s for s in catalogue.slots.values() if s.name not in filled[s.filled_by]):
        message = f"No value for the slot `{{{slot.name}}}`"
        hint = f"Add `- name: {slot.name}` with its `value` to the region's `fills`"
        yield Diagnostic("unfilled-slot", message, region.place_of("fills", key=True), hint)
    for index, fill in enumerate(region.model.fills):
        if fill.name not in catalogue.slots:
            hint = near_miss(fill.name, catalogue.slots) or choices(catalogue.slots)
            place = region.place_of("fills", index, "name")
            yield Diagnostic("unknown-slot", f"There is no slot `{{{fill.name}}}`", place, hint)
    for text, where in texts_in(region.model):
        known = _DEVICE_SLOTS if where[0] == "device_lines" else catalogue.slots
        yield from unknown_slots(text, region.place_of(*where), known)
    for index, help_line in enumerate(region.model.help_lines):
        path: KeyPath = ("help_lines", index)
        yield from known_sources(help_line.sources, region, path, catalogue)
    for index, device_line in enumerate(region.model.device_lines):
        path = ("device_lines", index)
        yield from known_sources(device_line.sources, region, path, catalogue)
    # `wording` is for spelling: another medicine needs a block with its own source.
    medicines = "|".join(re.escape(medicine.name) for medicine in catalogue.medicines.values())
    for index, word in enumerate(region.model.wording):
        for key in ("shipped", "here"):
            if found := re.search(rf"(?i)\b(?:{medicines})\b", getattr(word, key)):
                message = f"`wording` is for spelling, but this is a medicine: `{found[0]}`"
                hint = "Write a block for the region, or list its other name under `medicines`"
                place = region.place_of("wording", index, key)
                yield Diagnostic("medicine-in-wording", message, place, hint)
