"""Finds words in all that leaflets are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.content.layers import LayerName, layer_name
from handouts.diagnostics import Diagnostic, Place, collect

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.content.catalogue import Catalogue
    from handouts.content.load import Loaded

AROUND = 36
"""Characters of an excerpt before and after what was found."""

_BETWEEN = r"(?:\*\*)?\s+(?:\*\*)?"
"""What may stand between two words of a file: a line may end there, and bold text begin."""


@dataclass(frozen=True)
class Found:
    """A place where words were found, and the text around them."""

    place: Place
    layer: LayerName
    excerpt: str


def search(words: str, project: Project) -> tuple[tuple[Found, ...], tuple[Diagnostic, ...]]:
    """Where words stand in leaflets, blocks, tables and the region, in any letter case.

    The clinic's own files come first. Text is searched as it is written and in the region's
    spelling. Files with errors are not searched; these are returned.
    """
    from handouts.translation.wording import Respelling

    catalogue = project.catalogue()
    region = catalogue.region.model
    wording = {word.shipped: word.here for word in (*region.wording, *region.medicines)}
    respell = Respelling(wording)
    parts = words.split()
    exact = re.compile(_BETWEEN.join(map(re.escape, parts)), re.IGNORECASE)
    plain = re.compile(r"\s+".join(map(re.escape, parts)), re.IGNORECASE)
    layers = catalogue.workspace.content_layers
    sources: dict[Path, str] = {}
    found: dict[tuple[Path, int, int], Found] = {}
    for loaded, text, path in _texts(catalogue):
        shown = getattr(text, "plain", str(text))
        match = plain.search(shown)
        if not match and not isinstance(text, str):
            shown = respell(text).plain
            match = plain.search(shown)
        if match:
            place = _exactly(loaded.place_of(*path), exact, sources)
            spot = Found(place, layer_name(place.file, layers), _excerpt(shown, match))
            found.setdefault((place.file, place.line, place.column), spot)
    own_first = sorted(found.values(), key=lambda each: (each.layer != "clinic", each.place))
    return tuple(own_first), catalogue.faults


def _texts(catalogue: Catalogue) -> Iterator[tuple[Loaded[Any], Any, tuple[str | int, ...]]]:
    """The texts of all that was read without errors, and what sources say of themselves.

    Each comes with its file and its path there. Of tables, it is the files of every layer.
    """
    from handouts.content.catalogue import TABLES
    from handouts.content.load import attempt
    from handouts.model.tables import References, Region
    from handouts.model.text import texts_in

    files: list[Loaded[Any]] = [
        *catalogue.leaflets.read.values(),
        *catalogue.blocks.read.values(),
        catalogue.region,
    ]
    for name, shape in TABLES.items():
        paths = (layer / f"{name}.yaml" for layer in catalogue.workspace.content_layers)
        tables = [collect(attempt(path, shape))[0] for path in paths if path.is_file()]
        files += (table for table in tables if table)
    for file in files:
        model = file.model
        yield from ((file, text, path) for text, path in texts_in(model))
        if isinstance(model, References):
            for number, source in enumerate(model.sources):
                for key in ("title", "organisation"):
                    yield file, getattr(source, key), ("sources", number, key)
        elif isinstance(model, Region):
            for number, line in enumerate(model.help_lines):
                yield file, line.number, ("help_lines", number, "number")


def _exactly(place: Place, words: re.Pattern[str], sources: dict[Path, str]) -> Place:
    """The place of the words themselves after the place where their text begins.

    The latter where they are written otherwise, as in another region's spelling.
    """
    if place.file not in sources:
        sources[place.file] = place.file.read_text("utf-8-sig").replace("\r\n", "\n")
    source = sources[place.file]
    begin = sum(len(line) for line in source.splitlines(keepends=True)[: place.line - 1])
    match = words.search(source, begin + place.column - 1)
    if not match:
        return place
    line = source.count("\n", 0, match.start()) + 1
    column = match.start() - (source.rfind("\n", 0, match.start()) + 1) + 1
    return Place(place.file, line, column, len(match[0].split("\n")[0]))


def _excerpt(text: str, match: re.Match[str]) -> str:
    begin, end = max(0, match.start() - AROUND), match.end() + AROUND
    # Whole words only: half of one would be read as another.
    while 0 < begin < match.start() and text[begin - 1] != " ":
        begin += 1
    while match.end() < end < len(text) and text[end] != " ":
        end -= 1
    return f"{'… ' if begin else ''}{text[begin:end].strip()}{' …' if end < len(text) else ''}"
