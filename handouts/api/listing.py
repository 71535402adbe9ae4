"""What there is: names for completion, and lists of regions, kinds, sources and treatments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.content.layers import layer_name, layered_files

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.content.catalogue import Catalogue


def names_of(what: str, project: Project) -> tuple[str, ...]:
    """The names of a ``_NAMES`` thing, such as all leaflets. HandoutsError for files with errors.

    Leaflets, regions, shipped blocks and templates are known from file names alone.
    """
    return tuple(_NAMES[what](project))


def _files(project: Project, below: str, suffix: str = ".yaml") -> Iterable[str]:
    return layered_files(project.library.content_layers(project.folder, None), below, suffix)


def _shipped_blocks(project: Project) -> Iterable[str]:
    """Also those that only one region has."""
    content = project.library.content
    layers = (content, *(content / "regions" / name for name in project.library.regions()))
    return layered_files(layers, "blocks", ".yaml")


def _block_types(_: Project) -> Iterable[str]:
    from handouts.model.blocks import BLOCK_TYPES

    return BLOCK_TYPES


def _kinds(project: Project) -> Iterable[str]:
    project.own_folder()  # outside of one, a new leaflet could not be written anyway
    return project.catalogue(()).kinds


def _templates(project: Project) -> Iterable[str]:
    from handouts.content.stubs import template_names

    return template_names(project.library.templates)


def _overrides(project: Project) -> Iterable[str]:
    from handouts.content.overrides import overrides

    return (override.id for override in overrides(project.workspace()))


_NAMES: Mapping[str, Callable[[Project], Iterable[str]]] = {
    "leaflet": lambda project: _files(project, "leaflets"),
    "region": lambda project: [name for name in _files(project, "regions") if "/" not in name],
    "shipped region": lambda project: project.library.regions(),
    "shipped leaflet": lambda project: layered_files(
        (project.library.content,), "leaflets", ".yaml"
    ),
    "shipped block": _shipped_blocks,
    "shipped template": _templates,
    "block type": _block_types,
    "kind": _kinds,
    "override": _overrides,
    "label": lambda project: project.catalogue(()).labels,
    "language": lambda project: project.catalogue(()).languages,
}


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
            "name": treatment.name.plain,
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
