"""Where in the clinic's files and templates a fault of a finished page comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from handouts.build.plan import Task
from handouts.content.assets.brand import BRAND
from handouts.content.load import Loaded
from handouts.content.yaml import Node
from handouts.diagnostics import Diagnostic, Place
from handouts.limits import DETAILS, OverLimit
from handouts.model.clinic import Settings
from handouts.model.text import texts_in


def located(fault: Diagnostic, task: Task) -> Diagnostic:
    """A diagnostic with its leaflet and, if it can be found, its place."""
    return replace(fault, place=_place_of(fault, task), job=task.job)


def _place_of(fault: Diagnostic, task: Task) -> Place | None:
    from handouts.page.template_lines import place_in_templates
    from handouts.pdf.internals.messages import PageFault
    from handouts.pdf.overflow import NoRoom, Overflow
    from handouts.pdf.render import MissingGlyphs

    workspace, leaflet = task.catalogue.workspace, task.request.leaflet
    place: Place | None
    match fault:
        case OverLimit(place=None, stage=stage) if stage == DETAILS:
            place = Place(workspace.folder / BRAND if workspace.logo else workspace.settings.file)
        case OverLimit(place=None):
            place = Place(task.catalogue.leaflets.known[leaflet])
        case MissingGlyphs(characters=missing):
            files = {*task.catalogue.files_of(leaflet), workspace.settings.file}
            place = _first(missing, sorted(files))
        case PageFault(written=written, line=line, nth=nth):
            place = place_in_templates(task.layers, written, line, nth)
        case Overflow(words=words, part=part):
            place = _place_of_words(words, part, task)
        case NoRoom(line=line):
            place = place_of_detail(line, workspace.settings)
        case _:
            place = fault.place
    return place


def place_of_detail(line: str, settings: Loaded[Settings]) -> Place:
    """The place of the clinic's detail that is printed in a line, or of all details."""
    texts = _texts_of(settings.node.at(("clinic",)))
    # A line may be a part of a detail, or hold several.
    alike = [node for node in texts if node.value in line or line in node.value]
    if not line or not alike:
        return settings.place_of("clinic", key=True)
    return max(alike, key=lambda node: len(node.value)).place


def _first(characters: str, files: list[Path]) -> Place | None:
    """The first place of any of some characters in files; None if they come from elsewhere."""
    places = (
        Place(file, number, column)
        for file in files
        for number, line in enumerate(file.read_text("utf-8-sig").split("\n"), start=1)
        for column, character in enumerate(line, start=1)
        if character in characters
    )
    return next(places, None)


def _texts_of(node: Node) -> Iterator[Node]:
    if isinstance(node.value, str):
        yield node
    elif isinstance(node.value, dict | list):
        inner = node.value.values() if isinstance(node.value, dict) else node.value
        for each in inner:
            yield from _texts_of(each)


def _place_of_words(words: str, part: str, task: Task) -> Place | None:
    """The place of the text from which a line comes: in its section, or else in the leaflet."""
    catalogue = task.catalogue
    leaflet = catalogue.leaflets.read[task.request.leaflet]
    blocks = [b for b in catalogue.blocks_of(leaflet) if b[0] == part]
    # What makes a line too wide is a long word; other words may come from slots or wording.
    longest = max(words.split(), key=len)
    for _, block, path in blocks:
        for text, where in texts_in(block.model):
            if longest in text.plain:
                return block.place_of(*path, *where)
    for text, where in texts_in(leaflet.model):
        if longest in text.plain:
            return leaflet.place_of(*where)
    return blocks[0][1].place_of(*blocks[0][2]) if blocks else leaflet.place_of()
