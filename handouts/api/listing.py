"""What there is: names for completion, and lists of regions, kinds, sources and treatments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.content.layers import layer_name, layered_files

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.content.catalogue import Catalogue


def names_of(what: str, project: Project) -> tuple[str, ...]:
    """The names of such things as leaflets or block types. HandoutsError for files with errors.

    Leaflets, regions, shipped blocks and templates are known from file names alone.
    """
    library = project.library
    layers = library.content_layers(project.folder, None)
    names: Iterable[str]
    # What reads models is imported only where it is needed: a shell waits for these names.
    match what:
        case "leaflet":
            names = layered_files(layers, "leaflets", ".yaml")
        case "region":  # those in folders are a region's own blocks
            names = (n for n in layered_files(layers, "regions", ".yaml") if "/" not in n)
        case "shipped region":
            names = library.regions()
        case "shipped leaflet":
            names = layered_files((library.content,), "leaflets", ".yaml")
        case "shipped block":  # also those that only one region has
            own = (library.content / "regions" / name for name in library.regions())
            names = layered_files((library.content, *own), "blocks", ".yaml")
        case "shipped template":
            from handouts.content.stubs import template_names

            names = template_names(library.templates)
        case "block type":
            from handouts.model.blocks import BLOCK_TYPES

            names = BLOCK_TYPES
        case "override":
            from handouts.content.overrides import overrides

            names = (override.id for override in overrides(project.workspace()))
        case _:
            if what == "kind":
                project.own_folder()  # outside of one, a new leaflet could not be written anyway
            read = project.catalogue(())
            tables = {"kind": read.kinds, "label": read.labels, "language": read.languages}
            names = tables[what]
    return tuple(names)


def regions(project: Project) -> list[dict[str, Any]]:
    """The regions of all layers, with the name and paper of each, and whose files they are."""
    from handouts.content.load import load
    from handouts.model.tables import Region

    workspace, rows = project.workspace(), []
    layers = workspace.content_layers
    for name, file in layered_files(layers, "regions", ".yaml").items():
        if "/" not in name:  # others are a region's own blocks
            region = load(file, Region).model
            rows.append(
                {
                    "id": region.id,
                    "name": region.name.plain,
                    "paper": region.paper,
                    "device_statuses": [line.status for line in region.device_lines],
                    "used": region.id == workspace.settings.model.region,
                    **_of_file(file, layers),
                }
            )
    return rows


def kinds(project: Project) -> list[dict[str, Any]]:
    """The kinds of leaflet, with the sections that each requires."""
    catalogue = project.catalogue()
    count = Counter(leaflet.model.kind for leaflet in catalogue.leaflets.read.values())
    return [
        {
            "id": name,
            "label": kind.model.label.plain,
            "review_months": kind.model.review_months,
            "sections": [section.id for section in kind.model.sections],
            "leaflets": count[name],
            **_of_file(kind.file, catalogue.workspace.content_layers),
        }
        for name, kind in catalogue.kinds.items()
    ]


def sources(project: Project) -> list[dict[str, Any]]:
    """The sources by key, with the leaflets that cite each."""
    catalogue = project.catalogue()
    cited: dict[str, list[str]] = {}
    for name, leaflet in catalogue.leaflets.read.items():
        blocks = [block.model for _, block, _ in catalogue.blocks_of(leaflet)]
        keys = [key for block in blocks for key in catalogue.sources_of(block, leaflet.model)]
        for key in dict.fromkeys(keys):
            cited.setdefault(key, []).append(name)
    return [
        {
            "key": key,
            "title": source.title,
            "organisation": source.organisation,
            "year": source.year,
            "grade": source.grade,
            "url": source.url,
            "leaflets": cited.get(key, []),
        }
        for key, source in sorted(catalogue.references.items())
    ]


def treatments(project: Project) -> list[dict[str, Any]]:
    """The treatments, whether the clinic offers each, and the leaflets about it."""
    catalogue = project.catalogue()
    return [
        {
            "id": name,
            "name": treatment.model.name.plain,
            "offered": catalogue.offers(name),
            "leaflets": [
                leaflet
                for leaflet, loaded in catalogue.leaflets.read.items()
                if name in loaded.model.treatments
            ],
        }
        for name, treatment in catalogue.treatments.items()
    ]


def not_offered(project: Project) -> list[dict[str, Any]]:
    """The leaflets about treatments that the clinic does not offer, which no build makes."""
    catalogue: Catalogue = project.catalogue()
    return [
        {
            "id": name,
            "title": leaflet.model.title.plain,
            "kind": leaflet.model.kind,
            "version": leaflet.model.version,
            "issued": leaflet.model.issued.isoformat(),
        }
        for name, leaflet in catalogue.leaflets.read.items()
        if not catalogue.offers_any(leaflet.model.treatments)
    ]


def _of_file(file: Path, layers: tuple[Path, ...]) -> dict[str, Any]:
    return {"layer": layer_name(file, layers), "file": file}
