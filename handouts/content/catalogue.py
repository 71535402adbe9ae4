"""All content that can be printed: leaflets, blocks and tables, read once from all layers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from handouts.content.layers import figure_files, layered_file, layered_files
from handouts.content.load import Loaded, attempt, load
from handouts.content.translation_files import languages
from handouts.content.workspace import Workspace
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Checked, Diagnostic, HandoutsError, choices, collect, near_miss
from handouts.model.approvals import Approval
from handouts.model.base import Model
from handouts.model.blocks import AnyBlock, ContactBlock, DeviceBlock
from handouts.model.clinic import Device
from handouts.model.leaflet import BlockRef, Leaflet
from handouts.model.tables import (
    Kind,
    Kinds,
    Label,
    Labels,
    NamedMedicine,
    NamedMedicines,
    NamedTreatment,
    NamedTreatments,
    Reference,
    References,
    Region,
    Slot,
    Slots,
)
from handouts.model.text import Text

TABLES: Mapping[str, type[Model]] = {
    "kinds": Kinds,
    "treatments": NamedTreatments,
    "medicines": NamedMedicines,
    "sources": References,
    "slots": Slots,
    "labels": Labels,
}
"""Tables, whose entries merge across layers; all other files replace each other whole."""


@dataclass(frozen=True)
class Files:
    """Files of one kind by ID: ``read`` without errors, or ``broken``.

    ``known`` contains all existing files, including those that were not requested.
    """

    read: Mapping[str, Loaded[Any]]
    broken: Mapping[str, Path]
    known: Mapping[str, Path]


@dataclass(frozen=True)
class Catalogue:
    """The content of a workspace. ``faults`` are the problems found while reading it."""

    workspace: Workspace
    leaflets: Files
    blocks: Files
    kinds: Mapping[str, Loaded[Kind]]
    treatments: Mapping[str, Loaded[NamedTreatment]]
    medicines: Mapping[str, NamedMedicine]
    references: Mapping[str, Reference]
    slots: Mapping[str, Slot]
    labels: Mapping[str, Loaded[Label]]
    shipped_labels: Mapping[str, Text]
    region: Loaded[Region]
    drawings: frozenset[str]
    faults: tuple[Diagnostic, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that content exists in, the source language first."""
        return languages(self.workspace)

    @property
    def region_values(self) -> dict[str, str]:
        """The region's values by slot."""
        return {fill.name: fill.value.plain for fill in self.region.model.fills}

    @property
    def clinic_values(self) -> dict[str, str]:
        """The clinic's values by slot."""
        clinic = self.workspace.settings.model.clinic
        return {"clinic_name": clinic.name, "clinic_phone": clinic.phone}

    def approvals_of(self, leaflet: str, language: str) -> tuple[Approval, ...]:
        """The clinic's sign-offs of a leaflet in a language and this region, oldest first."""
        wanted = (leaflet, language, self.region.model.id)
        return tuple(
            approval
            for approval in self.workspace.approvals
            if (approval.leaflet, approval.language, approval.region) == wanted
        )

    def offers(self, treatment: str | None) -> bool:
        """Whether the clinic offers a treatment; a clinic that lists none offers all."""
        offered = {offer.id for offer in self.workspace.settings.model.treatments}
        return not (treatment and offered) or treatment in offered

    def offers_any(self, treatments: Collection[str]) -> bool:
        """Whether the clinic offers one of them; what is for no treatment is for everybody."""
        return not treatments or any(map(self.offers, treatments))

    @property
    def omittable(self) -> tuple[str, ...]:
        """IDs of the sections that a clinic may omit, in kinds of leaflet that allow it."""
        sections = (section for kind in self.kinds.values() for section in kind.model.sections)
        return tuple(dict.fromkeys(section.id for section in sections if section.may_omit))

    def omits(self, section: str, kind: str) -> bool:
        """Whether the clinic has a section left out of leaflets of a kind."""
        allowed = {rule.id for rule in self.kinds[kind].model.sections if rule.may_omit}
        return section in allowed and section in self.workspace.settings.model.omit

    def devices_of(self, leaflet: Leaflet) -> tuple[Device, ...]:
        """Devices with evidence for the leaflet's treatments, or for all if it has none."""
        offered = self.workspace.settings.model.treatments
        return tuple(
            treatment.device
            for treatment in offered
            if treatment.device and (not leaflet.treatments or treatment.id in leaflet.treatments)
        )

    def device_statuses(self, region: str) -> tuple[str, ...]:
        """What a device may be sold as in a region; nothing for one that cannot be read."""
        known = layered_files(self.workspace.content_layers, "regions", ".yaml")
        loaded, _ = collect(attempt(known[region], Region)) if region in known else (None, ())
        return tuple(line.status for line in loaded.model.device_lines) if loaded else ()

    def sources_of(self, block: AnyBlock, leaflet: Leaflet) -> tuple[str, ...]:
        """Source keys for what a block prints, including those of the region's lines."""
        region = self.region.model
        if isinstance(block, ContactBlock) and block.who == "urgent":
            return tuple(key for line in region.help_lines for key in line.sources)
        if isinstance(block, DeviceBlock):
            stated = {device.status for device in self.devices_of(leaflet)}
            lines = (line for line in region.device_lines if line.status in stated)
            return tuple(key for line in lines for key in line.sources)
        return block.sources

    def blocks_of(
        self, leaflet: Loaded[Leaflet]
    ) -> Iterator[tuple[str, Loaded[AnyBlock], KeyPath]]:
        """Section ID, block, and the block's path in its file, in order; without unread blocks."""
        for s, section in enumerate(leaflet.model.sections):
            for b, item in enumerate(section.blocks):
                if not isinstance(item, BlockRef):
                    path: KeyPath = ("sections", s, "blocks", b)
                    yield section.id, Loaded(item, leaflet.node), path
                elif item.ref in self.blocks.read:
                    yield section.id, self.blocks.read[item.ref], ()

    def files_of(self, name: str) -> frozenset[Path]:
        """Files whose text a leaflet prints, whether or not they could be read."""
        if name in self.leaflets.broken:
            return frozenset({self.leaflets.broken[name]})
        leaflet = self.leaflets.read[name]
        refs = leaflet.model.refs
        blocks = {self.blocks.read[r].file for r in refs & set(self.blocks.read)}
        broken = {self.blocks.broken[r] for r in refs & set(self.blocks.broken)}
        return frozenset({leaflet.file, *blocks, *broken})


def read_catalogue(workspace: Workspace, names: Collection[str] | None = None) -> Catalogue:
    """Read the content of all layers: all of it, or only what the named leaflets need.

    Files with errors are reported in ``faults``. HandoutsError for an unknown region or a missing
    shipped table.
    """
    catalogue, faults = collect(_catalogue(workspace, names))
    return replace(catalogue, faults=faults)


def _catalogue(workspace: Workspace, names: Collection[str] | None) -> Checked[Catalogue]:
    layers = workspace.content_layers
    # Leaflets first: they decide which blocks are needed for the named ones.
    leaflets = yield from _read(layered_files(layers, "leaflets", ".yaml"), Leaflet, names)
    refs = {ref for loaded in leaflets.read.values() for ref in loaded.model.refs}
    wanted = None if names is None else refs
    blocks = yield from _read(layered_files(layers, "blocks", ".yaml"), AnyBlock, wanted)
    tables: dict[str, dict[str, Loaded[Any]]] = {}
    for name in TABLES:
        tables[name] = yield from _table(layers, name)
    drawings = figure_files(workspace.template_layers)
    shipped_labels, _ = collect(_table(layers[-1:], "labels"))  # its problems were reported above

    settings = workspace.settings
    wanted_region = settings.model.region
    files = layered_files(layers, "regions", ".yaml")
    # Files in subfolders are a region's own blocks.
    known = {name: path for name, path in files.items() if "/" not in name}
    if wanted_region not in known:
        written = settings.node.data["region"] == wanted_region  # else it came from an option
        place = settings.place_of("region") if written else None
        message = f"There is no region `{wanted_region}`"
        hint = "The United Kingdom is `GB`" if wanted_region == "UK" else choices(known)
        raise HandoutsError(Diagnostic("unknown-region", message, place, hint))
    region: Loaded[Region] = load(known[wanted_region], Region)
    if region.model.id != wanted_region:
        message = f"The id `{region.model.id}` does not match the file name"
        hint = f"Write `id: {wanted_region}`"
        raise HandoutsError(Diagnostic("id-mismatch", message, region.place_of("id"), hint))
    yield from region.node.warnings

    return Catalogue(
        workspace,
        leaflets,
        blocks,
        tables["kinds"],
        tables["treatments"],
        _models(tables["medicines"]),
        _models(tables["sources"]),
        _models(tables["slots"]),
        tables["labels"],
        {key: label.text for key, label in _models(shipped_labels).items()},
        region,
        frozenset(name for name in drawings if not name.startswith("_")),  # others are parts
        (),
    )


def entries_by_layer(layers: tuple[Path, ...], name: str) -> dict[str, tuple[Loaded[Any], ...]]:
    """A table's entries by key, each with its versions from strong to weak. Expects no errors."""
    versions: dict[str, tuple[Loaded[Any], ...]] = {}
    for path in (layer / f"{name}.yaml" for layer in layers):
        if path.exists():
            entries, _ = collect(_entries(load(path, TABLES[name]), name))
            for key, entry in entries.items():
                versions[key] = (*versions.get(key, ()), entry)
    return versions


def _models(entries: dict[str, Loaded[Any]]) -> dict[str, Any]:
    return {key: entry.model for key, entry in entries.items()}


def _table(layers: tuple[Path, ...], name: str) -> Checked[dict[str, Loaded[Any]]]:
    """A table's entries by key, from all layers; stronger layers replace entries.

    HandoutsError if the shipped table is missing.
    """
    entries: dict[str, Loaded[Any]] = {}
    layered_file(layers[-1:], f"{name}.yaml")  # raises if the shipped table is missing
    # Weak to strong, so that stronger entries replace weaker ones.
    for path in (layer / f"{name}.yaml" for layer in reversed(layers)):
        table = (yield from attempt(path, TABLES[name])) if path.exists() else None
        if table:
            entries |= yield from _entries(table, name)
    return entries


def _entries(table: Loaded[Any], name: str) -> Checked[dict[str, Loaded[Any]]]:
    entries: dict[str, Loaded[Any]] = {}
    for index, entry in enumerate(getattr(table.model, name)):
        # Entries are known by what their model has: a key, an ID, or a name.
        key = entry.key if hasattr(entry, "key") else getattr(entry, "id", None) or entry.name
        loaded = Loaded(entry, table.node.at((name, index)))
        if key in entries:
            message = f"Duplicate entry `{key}`"
            yield Diagnostic("duplicate-entry", message, loaded.place_of(), "Keep one of them")
        entries[key] = loaded
    return entries


def _read(files: Mapping[str, Path], shape: Any, names: Collection[str] | None) -> Checked[Files]:
    """Read the named files, or all."""
    read: dict[str, Loaded[Any]] = {}
    broken: dict[str, Path] = {}
    for name in (name for name in files if names is None or name in names):
        loaded = yield from attempt(files[name], shape)
        if loaded:
            read[name] = loaded
        else:
            broken[name] = files[name]
    return Files(read, broken, files)


def select(catalogue: Catalogue, names: Iterable[str]) -> tuple[str, ...]:
    """The named leaflets, or all that the clinic offers.

    HandoutsError lists every name that is unknown or not offered.
    """
    known = sorted(catalogue.leaflets.known)
    offered = []
    for name in known:
        leaflet = catalogue.leaflets.read.get(name)
        # An unread leaflet counts as offered, so that its own errors are told, not this one.
        treatments = leaflet.model.treatments if leaflet else ()
        if catalogue.offers_any(treatments):
            offered.append(name)
    wanted = tuple(dict.fromkeys(names)) or tuple(offered)
    faults = []
    for name in (name for name in wanted if name not in offered):
        if name in known:
            message = f"The clinic does not offer the treatment that `{name}` describes"
            hint = "Add the treatment to `treatments` in `handouts.yaml`"
            faults.append(Diagnostic("not-offered", message, hint=hint))
        else:
            faults.append(_unknown(name, catalogue))
    if faults:
        raise HandoutsError(*faults)
    return wanted


def _unknown(name: str, catalogue: Catalogue) -> Diagnostic:
    """A leaflet that does not exist; perhaps its file does, but is not read."""
    message = f"There is no leaflet `{name}`"
    for told in catalogue.workspace.diagnostics:
        if told.code != "not-read" or not told.place:
            continue
        path = told.place.file
        files = path.rglob("*.yaml") if path.is_dir() else (path,)
        if name in (file.name.partition(".")[0].casefold() for file in files):
            hint = f"`{path.name}` is not read. {told.hint}"
            return Diagnostic("unknown-leaflet", message, told.place, hint)
    hint = near_miss(name, catalogue.leaflets.known) or "`handouts list` shows all leaflets"
    return Diagnostic("unknown-leaflet", message, hint=hint)
