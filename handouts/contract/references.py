"""Names that must be known: sources, slots, treatments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from handouts.catalogue import Catalogue
from handouts.diagnostics import Diagnostic, Place, choices, near_miss
from handouts.source import KeyPath
from handouts.text import Text, texts_in
from handouts.validate import Loaded


def known_sources(
    keys: Iterable[str], loaded: Loaded[Any], path: KeyPath, catalogue: Catalogue
) -> Iterator[Diagnostic]:
    """Keys of sources that are not in the table."""
    for index, key in enumerate(keys):
        if key not in catalogue.references:
            place = loaded.place_of(*path, "sources", index)
            hint = near_miss(key, catalogue.references) or "Add it to `content/sources.yaml`"
            yield Diagnostic("unknown-source", f"There is no source `{key}`", place, hint)


def slots(loaded: Loaded[Any], known: Collection[str]) -> Iterator[Diagnostic]:
    """Slots in any text of a file that are not known."""
    for text, where in texts_in(loaded.model):
        yield from unknown_slots(text, loaded.place_of(*where), known)


def unknown_slots(text: Text, place: Place, known: Collection[str]) -> Iterator[Diagnostic]:
    """Slots of one text that are not known."""
    for name in text.slots:
        if name not in known:
            hint = near_miss(name, known) or choices(known)
            yield Diagnostic("unknown-slot", f"There is no slot `{{{name}}}`", place, hint)


def unknown_treatment(name: str, place: Place, catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A treatment that is not in the table."""
    if name not in catalogue.treatments:
        hint = near_miss(name, catalogue.treatments) or choices(catalogue.treatments)
        yield Diagnostic("unknown-treatment", f"There is no treatment `{name}`", place, hint)
