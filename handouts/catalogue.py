"""Everything that can be printed: leaflets, blocks and tables, read once from all layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handouts.diagnostics import Diagnostic, HandoutsError, choices, near_miss
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

    A leaflet or block that cannot be read is a fault of its own; HandoutsError is raised where a
    table that everything rests on cannot be read.
    """
    layers, faults = workspace.content_layers, list[Diagnostic]()
    leaflets = _read_all(layered_files(layers, "leaflets", ".yaml"), Leaflet, faults)
    blocks = _read_all(layered_files(layers, "blocks", ".yaml"), AnyBlock, faults)
    kinds, references, slots, labels = _tables(layers, faults)
    return Catalogue(
        workspace,
        leaflets,
        blocks,
        {kind.id: kind for kind in kinds.kinds},
        {reference.key: reference for reference in references.sources},
        {slot.name: slot for slot in slots.slots},
        {label.key: label.text for label in labels.labels},
        _region(workspace),
        frozenset(layered_files(workspace.template_layers, "figures", ".svg.j2")),
        tuple(faults),
    )


def _tables(
    layers: tuple[Path, ...], faults: list[Diagnostic]
) -> tuple[Kinds, References, Slots, Labels]:
    shapes: dict[str, Any] = {
        "kinds": Kinds,
        "sources": References,
        "slots": Slots,
        "labels": Labels,
    }
    paths = {name: layered_file(layers, f"{name}.yaml") for name in shapes}
    found = [attempt(paths[name], shape, faults) for name, shape in shapes.items()]
    if any(table is None for table in found):
        raise HandoutsError(*faults)
    kinds, references, slots, labels = (table.model for table in found if table)
    return kinds, references, slots, labels


def _region(workspace: Workspace) -> Loaded[Region]:
    name = workspace.settings.model.region
    known = layered_files(workspace.content_layers, "regions", ".yaml")
    if name not in known:
        place = workspace.settings.place_of("region")
        raise HandoutsError(
            Diagnostic("unknown-region", f"There is no region `{name}`", place, choices(known))
        )
    return load(known[name], Region)


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
