"""Provenance: the layer that each part of a leaflet comes from, and what it overrides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handouts.content.assets.brand import BRAND
from handouts.content.catalogue import Catalogue, entries_by_layer
from handouts.content.layers import MARK, LayerName, layer_name, shadowed
from handouts.content.load import Loaded
from handouts.diagnostics import Place
from handouts.model.document import Document
from handouts.model.leaflet import BlockRef, Leaflet
from handouts.model.text import texts_in
from handouts.page.compose import TemplateUsage, template_usage
from handouts.page.templates import SHIPPED_PREFIX

_PARTS = {"styles": "style", "figures": "figure", "icons": "icon"}


@dataclass(frozen=True)
class Spot:
    """A place and its layer."""

    layer: LayerName
    place: Place


@dataclass(frozen=True)
class Origin:
    """A file or table entry used in a leaflet, and those that it overrides, strong to weak."""

    part: str
    name: str
    spot: Spot
    shadows: tuple[Spot, ...] = ()


def origins(document: Document, catalogue: Catalogue) -> tuple[Origin, ...]:
    """Everything used in a leaflet: files, table entries, templates, styles and drawings.

    HandoutsError if a template has an error.
    """
    workspace, leaflet = catalogue.workspace, catalogue.leaflets.read[document.leaflet]
    used = template_usage(document, workspace.template_layers)
    # Settings, brand and logo exist only in the clinic's own folder.
    own = {"settings": MARK, "brand": BRAND, "logo": workspace.brand.logo}
    clinic = [
        Origin(part, name, Spot("clinic", Place(workspace.folder / name)))
        for part, name in own.items()
        if name and (workspace.folder / name).is_file()
    ]
    items = (item for section in leaflet.model.sections for item in section.blocks)
    refs = dict.fromkeys(item.ref for item in items if isinstance(item, BlockRef))
    files = [
        ("leaflet", leaflet.model.id, leaflet.file),
        ("region", catalogue.region.model.id, catalogue.region.file),
        *(("block", ref, catalogue.blocks.read[ref].file) for ref in refs),
    ]
    words = (_file(part, name, file, workspace.content_layers) for part, name, file in files)
    looks = (
        _file(_part(name), name, file, workspace.template_layers)
        for name, file in sorted(used.templates.items(), key=lambda item: _part(item[0]))
    )
    return (*clinic, *words, *_entries(document, leaflet, catalogue, used), *looks)


def _file(part: str, name: str, file: Path, layers: tuple[Path, ...]) -> Origin:
    # `shipped:NAME` is always the shipped one, which overrides nothing.
    below = () if name.startswith(SHIPPED_PREFIX) else shadowed(file, layers)
    return Origin(
        part, name, _spot(Place(file), layers), tuple(_spot(Place(path), layers) for path in below)
    )


def _part(name: str) -> str:
    return _PARTS.get(name.removeprefix(SHIPPED_PREFIX).partition("/")[0], "template")


def _entries(
    document: Document, leaflet: Loaded[Leaflet], catalogue: Catalogue, used: TemplateUsage
) -> Iterator[Origin]:
    blocks = [block.model for _, block, _ in catalogue.blocks_of(leaflet)]
    texts = (text for model in (leaflet.model, *blocks) for text, _ in texts_in(model))
    named = (name for block in blocks for name in block.treatment)
    treatments = {*leaflet.model.treatments, *named}
    keys: dict[str, tuple[str, Iterable[str]]] = {
        "kinds": ("kind", [document.kind]),
        "treatments": ("treatment", sorted(treatments)),
        "sources": ("source", [reference.key for reference in document.references]),
        "slots": ("slot", sorted({slot for text in texts for slot in text.slots})),
        "labels": ("label", sorted(used.labels)),
    }
    layers = catalogue.workspace.content_layers
    for table, (part, names) in keys.items():
        entries: dict[str, tuple[Loaded[Any], ...]] = entries_by_layer(layers, table)
        for name in names:
            # The strongest is the one that is printed.
            first, *others = (_spot(entry.node.place, layers) for entry in entries[name])
            yield Origin(part, name, first, tuple(others))


def _spot(place: Place, layers: tuple[Path, ...]) -> Spot:
    return Spot(layer_name(place.file, layers), place)
