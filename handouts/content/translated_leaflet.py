"""The content of a leaflet in another language, and the units that it consists of.

A block of which any text is missing or stale stands in the source language as a whole, any other
text alone; the ``language`` of such texts says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from handouts.content.catalogue import Catalogue
from handouts.content.load import Loaded
from handouts.content.translated_clinic import workspace_in
from handouts.content.translation_files import read_translation
from handouts.content.yaml import KeyPath
from handouts.diagnostics import Place
from handouts.model.blocks import Panel, Share
from handouts.model.counts import Control, Count
from handouts.model.leaflet import BlockRef, Leaflet, LeafletSection
from handouts.model.tables import SlotValue
from handouts.model.text import AtMost, Text, map_texts
from handouts.translation.languages import SOURCE_LANGUAGE
from handouts.translation.units import Note, Unit, map_units, units_in


@dataclass(frozen=True)
class Part:
    """A part of the content that a leaflet prints. ``owner`` begins the context of its units.

    ``value`` is a model at a ``path`` of a file. With ``whole``, it is in one language or another.
    """

    owner: str
    value: Any
    loaded: Loaded[Any]
    path: KeyPath = ()
    whole: bool = False

    def units(self) -> Iterator[tuple[Unit, Place]]:
        """Its units, with their places in the file."""
        for unit, path in units_in(self.owner, self.value):
            yield unit, self.loaded.place_of(*self.path, *path)


def in_language(catalogue: Catalogue, name: str, language: str) -> Catalogue:
    """The catalogue with one leaflet, and all that it prints, in a language.

    So are the words of the clinic's settings, as far as it has translated them.
    """
    if language == SOURCE_LANGUAGE:
        return catalogue
    translation = read_translation(catalogue.workspace, language)
    workspace = workspace_in(catalogue.workspace, language)

    def text_of(unit: Unit, *, shipped: bool = False) -> Text:
        return translation.current(unit, shipped=shipped) or _in_source(Text.parse(unit.source))

    def change(part: Part) -> Any:
        if part.whole and not all(translation.current(unit) for unit, _ in part.units()):
            return map_texts(part.value, _in_source)
        return map_units(part.owner, part.value, text_of)

    changed = _changed(catalogue, name, change)
    marks = {
        key: text_of(Unit(f"labels/{key}#text", str(text)), shipped=True)
        for key, text in catalogue.shipped_labels.items()
    }
    return replace(changed, shipped_labels=marks, workspace=workspace)


def _in_source(text: Text) -> Text:
    return replace(text, language=SOURCE_LANGUAGE)


def units_of(catalogues: Iterable[Catalogue]) -> dict[Unit, Note]:
    """All units of the given catalogues, which differ in their regions, with notes for translators.

    First come the words that all leaflets share, then each leaflet, then blocks that none uses.
    """
    notes: dict[Unit, Note] = {}
    every = list(catalogues)
    leaflets = sorted({name for catalogue in every for name in catalogue.leaflets.read})
    parts = [
        (catalogue, part)
        for name in leaflets
        for catalogue in every
        if name in catalogue.leaflets.read
        for part in parts_of(catalogue, name)
    ]
    shared = ("labels/", "kinds/", "treatments/", "regions/")
    parts.sort(key=lambda each: not each[1].owner.startswith(shared))  # stable: in page order
    parts += [
        (catalogue, Part(f"blocks/{name}", loaded.model, loaded))
        for catalogue in every
        for name, loaded in catalogue.blocks.read.items()
    ]
    for catalogue, part in parts:
        for unit, path in units_in(part.owner, part.value):
            if unit not in notes:
                # Named from the content folder, not from its layer: that depends on the region.
                workspace, file = catalogue.workspace, part.loaded.file
                homes = (workspace.folder / "content", workspace.library.content)
                home = next(home for home in homes if file.is_relative_to(home))
                files = (file.relative_to(home).as_posix(),)
                comments = tuple(_comments(part, path, catalogue))
                notes[unit] = Note(comments, files, _limit(part, path))
    return notes


def _comments(part: Part, path: KeyPath, catalogue: Catalogue) -> Iterator[str]:
    """What a translator should know about a text and cannot see from it."""
    above, field = _above(part, path), path[-1]
    if isinstance(above, Panel) and field == "alt":
        yield f"Describes the picture `{above.drawing}` to people who cannot see it."
    elif isinstance(above, Share) or (isinstance(above, Count) and field == "what"):
        yield "Follows a number of people or things, as in: 20 of 100 people ..."
    elif isinstance(above, Control):
        yield (
            "Follows the number of a study's other group, as in: ..., and 8 of 100 on dummy tablets"
        )
    elif isinstance(above, SlotValue):
        yield f"{catalogue.slots[above.name].meaning}. Fills {{{above.name}}} in other texts."
    if limit := _limit(part, path):
        yield f"At most {limit} characters."


def _limit(part: Part, path: KeyPath) -> int | None:
    """The most characters that a text may have; None without a limit of its own."""
    above, field = _above(part, path), path[-1]
    if not isinstance(above, BaseModel) or not isinstance(field, str):
        return None
    metadata = type(above).model_fields[field].metadata
    return next((item.characters for item in metadata if isinstance(item, AtMost)), None)


def _above(part: Part, path: KeyPath) -> Any:
    """What a text at a path of a part is a field or an item of."""
    above: Any = part.value
    for step in path[:-1]:
        above = above[step] if isinstance(step, int) else getattr(above, step)
    return above


def parts_of(catalogue: Catalogue, name: str) -> tuple[Part, ...]:
    """All that a leaflet prints, in page order; then what all leaflets share."""
    parts: list[Part] = []

    def note(part: Part) -> Any:
        parts.append(part)
        return part.value

    _changed(catalogue, name, note)
    return tuple(parts)


def _changed(catalogue: Catalogue, name: str, change: Callable[[Part], Any]) -> Catalogue:
    """The catalogue with everything that a leaflet prints changed, part by part."""
    leaflet: Loaded[Leaflet] = catalogue.leaflets.read[name]
    blocks: dict[str, Loaded[Any]] = {}

    def block(owner: str, item: Any, path: KeyPath) -> Any:
        if not isinstance(item, BlockRef):
            return change(Part(owner, item, leaflet, path, whole=True))
        if item.ref not in blocks and item.ref in catalogue.blocks.read:
            loaded = catalogue.blocks.read[item.ref]
            part = Part(f"blocks/{item.ref}", loaded.model, loaded, whole=True)
            blocks[item.ref] = replace(loaded, model=change(part))
        return item

    def section(number: int, model: LeafletSection) -> LeafletSection:
        # Without its blocks, which are parts of their own: each text must be told once only.
        owner, path = f"leaflets/{name}/{model.id}", ("sections", number)
        head = change(Part(owner, model.model_copy(update={"blocks": ()}), leaflet, path))
        items = tuple(
            block(owner, item, (*path, "blocks", n)) for n, item in enumerate(model.blocks)
        )
        changed: LeafletSection = head.model_copy(update={"blocks": items})
        return changed

    def entries(table: str, rows: dict[str, Loaded[Any]]) -> dict[str, Loaded[Any]]:
        return {
            key: replace(row, model=change(Part(f"{table}/{key}", row.model, row)))
            for key, row in rows.items()
        }

    bare = leaflet.model.model_copy(update={"sections": ()})
    head = change(Part(f"leaflets/{name}", bare, leaflet))
    sections = tuple(section(n, model) for n, model in enumerate(leaflet.model.sections))
    whole = replace(leaflet, model=head.model_copy(update={"sections": sections}))
    kind, region = leaflet.model.kind, catalogue.region
    kinds = entries("kinds", {kind: catalogue.kinds[kind]})
    return replace(
        catalogue,
        leaflets=replace(catalogue.leaflets, read={name: whole}),
        blocks=replace(catalogue.blocks, read=blocks),
        kinds={**catalogue.kinds, **kinds},
        treatments=entries("treatments", dict(catalogue.treatments)),
        labels=entries("labels", dict(catalogue.labels)),
        region=entries("regions", {region.model.id: region})[region.model.id],
    )
