"""Everything that can be printed: leaflets, blocks and tables, read once from all layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handouts.diagnostics import Diagnostic, HandoutsError, Place, choices, near_miss
from handouts.layers import layered_file, layered_files
from handouts.models.blocks import AnyBlock
from handouts.models.leaflet import BlockRef, Leaflet
from handouts.models.tables import Kind, Kinds, Labels, Reference, References, Region, Slot, Slots
from handouts.source import KeyPath
from handouts.text import Text
from handouts.validate import Loaded, attempt, load
from handouts.workspace import Workspace

SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class Files:
    """Files of one sort by id: those that were read, and the paths of those that could not be."""

    read: Mapping[str, Loaded[Any]]
    broken: Mapping[str, Path]


@dataclass(frozen=True)
class Catalogue:
    """The content of a workspace. ``faults`` is what could not be read, with its places."""

    workspace: Workspace
    leaflets: Files
    blocks: Files
    kinds: Mapping[str, Kind]
    kind_places: Mapping[str, Place]
    references: Mapping[str, Reference]
    slots: Mapping[str, Slot]
    labels: Mapping[str, Text]
    region: Loaded[Region]
    drawings: frozenset[str]
    faults: tuple[Diagnostic, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that there are words for."""
        return (SOURCE_LANGUAGE,)

    @property
    def slot_values(self) -> dict[str, str]:
        """What each slot prints: the region's fills, and the clinic's name and telephone number."""
        clinic = self.workspace.settings.model.clinic
        fills = {fill.name: fill.value for fill in self.region.model.fills}
        return {**fills, "clinic_name": clinic.name, "clinic_phone": clinic.phone}

    def blocks_of(
        self, leaflet: Loaded[Leaflet]
    ) -> Iterator[tuple[str, Loaded[AnyBlock], KeyPath]]:
        """Section id, block, and its path in its file, in order; unread blocks are left out."""
        for s, section in enumerate(leaflet.model.sections):
            for b, item in enumerate(section.blocks):
                if not isinstance(item, BlockRef):
                    here: KeyPath = ("sections", s, "blocks", b)
                    yield section.id, Loaded(item, leaflet.node), here
                elif item.ref in self.blocks.read:
                    yield section.id, self.blocks.read[item.ref], ()

    def files_of(self, name: str) -> frozenset[Path]:
        """Files whose words a leaflet prints, read or not."""
        if name in self.leaflets.broken:
            return frozenset({self.leaflets.broken[name]})
        leaflet = self.leaflets.read[name]
        refs = {i.ref for s in leaflet.model.sections for i in s.blocks if isinstance(i, BlockRef)}
        blocks = {self.blocks.read[r].file for r in refs & set(self.blocks.read)}
        broken = {self.blocks.broken[r] for r in refs & set(self.blocks.broken)}
        return frozenset({leaflet.file, *blocks, *broken})


def read_catalogue(workspace: Workspace) -> Catalogue:
    """Read the content of all layers.

    What cannot be read is told in ``faults``; HandoutsError where the region is not known or a
    shipped table is gone.
    """
    layers, faults = workspace.content_layers, list[Diagnostic]()
    leaflets = _read_all(layered_files(layers, "leaflets", ".yaml"), Leaflet, faults)
    blocks = _read_all(layered_files(layers, "blocks", ".yaml"), AnyBlock, faults)
    kinds = _table(layers, "kinds", Kinds, faults)
    return Catalogue(
        workspace,
        leaflets,
        blocks,
        {key: kind.model for key, kind in kinds.items()},
        {key: kind.place_of("template") for key, kind in kinds.items()},
        _models(_table(layers, "sources", References, faults)),
        _models(_table(layers, "slots", Slots, faults)),
        {
            key: label.text
            for key, label in _models(_table(layers, "labels", Labels, faults)).items()
        },
        _region(workspace),
        _drawings(workspace.template_layers),
        tuple(faults),
    )


def _models(entries: dict[str, Loaded[Any]]) -> dict[str, Any]:
    return {key: entry.model for key, entry in entries.items()}


def _drawings(layers: tuple[Path, ...]) -> frozenset[str]:
    names = layered_files(layers, "figures", ".svg.j2")
    return frozenset(name for name in names if not name.startswith("_"))


def _table(
    layers: tuple[Path, ...], name: str, shape: Any, faults: list[Diagnostic]
) -> dict[str, Loaded[Any]]:
    """A table's entries by key, from all layers; a clinic's entry replaces the shipped one.

    A table that cannot be read is told in ``faults``; HandoutsError where the shipped one is gone.
    """
    found: dict[str, Loaded[Any]] = {}
    layered_file(layers[-1:], f"{name}.yaml")
    for path in (layer / f"{name}.yaml" for layer in reversed(layers)):
        if path.exists() and (table := attempt(path, shape, faults)):
            found |= _entries(table, name, faults)
    return found


def _entries(table: Loaded[Any], name: str, faults: list[Diagnostic]) -> dict[str, Loaded[Any]]:
    entries: dict[str, Loaded[Any]] = {}
    for index, entry in enumerate(getattr(table.model, name)):
        key = entry.key if hasattr(entry, "key") else getattr(entry, "id", None) or entry.name
        loaded = Loaded(entry, table.node.at((name, index)))
        if key in entries:
            message = f"The entry `{key}` stands twice"
            faults.append(Diagnostic("duplicate-entry", message, loaded.place_of(), "Remove one"))
        entries[key] = loaded
    return entries


def _region(workspace: Workspace) -> Loaded[Region]:
    name = workspace.settings.model.region
    known = layered_files(workspace.content_layers, "regions", ".yaml")
    if name not in known:
        place = workspace.settings.place_of("region")
        raise HandoutsError(
            Diagnostic("unknown-region", f"There is no region `{name}`", place, choices(known))
        )
    region: Loaded[Region] = load(known[name], Region)
    if region.model.id != name:
        message = f"The id `{region.model.id}` does not match the file's name"
        place = region.place_of("id")
        raise HandoutsError(Diagnostic("id-mismatch", message, place, f"Write `id: {name}`"))
    return region


def _read_all(files: Mapping[str, Path], shape: Any, faults: list[Diagnostic]) -> Files:
    attempts = {name: attempt(path, shape, faults) for name, path in files.items()}
    read = {name: loaded for name, loaded in attempts.items() if loaded}
    return Files(read, {name: files[name] for name in attempts if name not in read})


def select(catalogue: Catalogue, names: Iterable[str]) -> tuple[str, ...]:
    """The leaflets that were named, or all of them. HandoutsError names every unknown one."""
    known = sorted({*catalogue.leaflets.read, *catalogue.leaflets.broken})
    wanted = tuple(dict.fromkeys(names)) or tuple(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise HandoutsError(*(_unknown_leaflet(name, known) for name in unknown))
    return wanted


def _unknown_leaflet(name: str, known: list[str]) -> Diagnostic:
    hint = near_miss(name, known) or "`handouts list` shows the leaflets that there are"
    return Diagnostic("unknown-leaflet", f"There is no leaflet `{name}`", hint=hint)
