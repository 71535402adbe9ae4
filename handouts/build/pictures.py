"""What to report about a clinic's own pictures, before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from handouts.content.assets.svg import SVG, svg_fault
from handouts.content.catalogue import Catalogue
from handouts.content.layers import layer_name, photograph
from handouts.content.load import Loaded
from handouts.content.workspace import Workspace
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity
from handouts.limits import DETAILS, apart
from handouts.model.blocks import FigureBlock
from handouts.model.clinic import Picture
from handouts.page.pictures import (
    ICON_WIDTH,
    LOGO_WIDTH,
    PictureUse,
    figure_values,
    palette,
    read_photograph,
)
from handouts.page.templates import Templates
from handouts.pdf.pictures import printed_picture
from handouts.store import Store

_USES: dict[str, PictureUse] = {"figures": "figure", "icons": "icon"}

_COLOUR, _FIGURE_WIDTH = "#1d5b66", 41.0
"""A colour for icons and a width for figures, in millimetres; a page gives its own."""

_ROOM, _WIDEST, _GAP = 176.0, 120.0, 4.0
"""Millimetres of a page's width, of a single picture's, and between two: as ``figure`` prints."""

_OF_TITLE = 36.0
"""Width of the picture beside "In short", in millimetres, as ``title-picture`` prints it."""

Told = tuple[Diagnostic, ...]


def logo_problems(workspace: Workspace, store: Store) -> Told:
    """What to report about the clinic's logo. CannotPrintError if the engine cannot start."""
    name, limited = workspace.brand.logo, workspace.limited
    return told_of(workspace.logo, name, workspace.logo_place, store, limited=limited)


def told_of(
    logo: Picture | None, name: str | None, place: Place | None, store: Store, *, limited: bool
) -> Told:
    """What to report about a logo. If ``limited``, it is drawn in a worker."""
    if logo is None:
        return ()
    draw = partial(printed_picture, logo, "logo", LOGO_WIDTH, store)
    try:
        printed = _worker(limited, DETAILS)(draw)
    except HandoutsError as error:  # over a limit
        return tuple(replace(problem, place=place) for problem in error.diagnostics)
    return tuple(printed.diagnostics(f"The logo `{name}`", place))


def drawing_problems(workspace: Workspace, store: Store) -> Iterator[Diagnostic]:
    """What to report about a clinic's own figures and icons, drawn in the first skin tone.

    CannotPrintError if the engine cannot start.
    """
    layers = workspace.template_layers
    own = [
        (path, use)
        for folder, use in _USES.items()
        for path in sorted((layers[0] / folder).glob("*.svg.j2"))
        if not path.name.startswith("_")  # parts of other drawings
    ]
    for path, use in own:
        # Filled and drawn in the same worker, because either may take for ever.
        draw = partial(_of_drawing, path, use, layers, store)
        try:
            yield from _worker(workspace.limited, f"the drawing `{path.name}`")(draw)
        except HandoutsError as error:
            yield from error.diagnostics


def photograph_problems(catalogue: Catalogue, store: Store) -> Iterator[Diagnostic]:
    """What to report about photographs, each where a figure or a leaflet names it."""
    shown = list[tuple[str, Place, float]]()
    for block, path, figure in _figures(catalogue):
        room = _ROOM - _GAP * (len(figure.panels) - 1)
        width = min(_WIDEST, room / len(figure.panels))
        for index, panel in enumerate(figure.panels):
            shown.append((panel.drawing, block.place_of(*path, "panels", index, "drawing"), width))
    for leaflet in catalogue.leaflets.read.values():
        if picture := leaflet.model.picture:
            shown.append((picture.drawing, leaflet.place_of("picture", "drawing"), _OF_TITLE))
    for name, place, width in shown:
        if file := photograph(catalogue.workspace.template_layers, name):
            with suppress(HandoutsError):  # told when it is printed
                printed = printed_picture(read_photograph(file), "figure", width, store)
                yield from printed.diagnostics(f"The photograph `{file.name}`", place)


def _figures(catalogue: Catalogue) -> Iterator[tuple[Loaded[Any], KeyPath, FigureBlock]]:
    """The figures of all leaflets, each with its file and its path in it, each once."""
    found = {
        (block.file, path): (block, path, block.model)
        for leaflet in catalogue.leaflets.read.values()
        for _, block, path in catalogue.blocks_of(leaflet)
        if isinstance(block.model, FigureBlock)
    }
    yield from found.values()


def marker_problems(catalogue: Catalogue, store: Store) -> Iterator[Diagnostic]:
    """A warning for each entry of a clinic's legend whose marker is on no drawing of its figure."""
    workspace = catalogue.workspace
    for block, path, figure in _figures(catalogue):
        own = layer_name(block.file, workspace.content_layers) == "clinic"
        if not own or not figure.legend:
            continue
        wanted = [entry.marker for entry in figure.legend]
        names = [p.drawing for p in figure.panels if p.drawing in catalogue.drawings]
        names = [n for n in names if not photograph(workspace.template_layers, n)]
        find = partial(_markers, names, wanted, workspace.template_layers, store)
        try:
            there = _worker(workspace.limited, "the drawings of a figure")(find)
        except HandoutsError:  # told when the drawing is printed
            continue
        for index, marker in enumerate(wanted):
            if marker not in there:
                message = f"No drawing of this figure has a marker {marker}"
                hint = "Remove the entry, or draw the marker"
                place = block.place_of(*path, "legend", index, "marker")
                yield Diagnostic("missing-marker", message, place, hint, Severity.WARNING)


_STRANGE = 9000
"""A number that no drawing has, to which markers are set to find them."""


def _markers(
    names: list[str], wanted: list[int], layers: tuple[Path, ...], store: Store
) -> set[int]:
    """Those of the wanted markers that the drawings have."""
    templates, inks = Templates(layers, store), palette(layers)
    order = {marker: _STRANGE + marker for marker in wanted}
    values = figure_values(inks, next(iter(inks["tones"])), _FIGURE_WIDTH, order)
    drawn = "".join(templates.render(f"figures/{name}.svg.j2", values) for name in names)
    return {marker for marker in wanted if f"{_STRANGE + marker}" in drawn}


def _worker(limited: bool, stage: str) -> Callable[..., Any]:
    return partial(apart, stage=stage) if limited else lambda job: job()


def _of_drawing(path: Path, use: PictureUse, layers: tuple[Path, ...], store: Store) -> Told:
    templates, inks = Templates(layers, store), palette(layers)
    name = path.relative_to(layers[0]).as_posix()
    width = ICON_WIDTH if use == "icon" else _FIGURE_WIDTH
    values = {**figure_values(inks, next(iter(inks["tones"])), width), "colour": _COLOUR}
    data, place = templates.render(name, values).encode(), templates.place_of(name)
    if fault := svg_fault(data):
        message = f"The drawing cannot be printed: it {fault.words}"
        return (Diagnostic("unreadable-picture", message, place, fault.remedy),)
    # As wide as on a page: what is too fine to print depends on the size.
    printed = printed_picture(Picture(data=data, media_type=SVG), use, width, store)
    return tuple(printed.diagnostics(f"The {use}", place))
