"""Imprints with one person's words, which are set anew for each copy and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from handouts.content.appearance import own_templates
from handouts.model.document import Document
from handouts.page.areas import PERSONAL_KINDS, Area
from handouts.page.personal import Personal, discreet, lay_out
from handouts.pdf.imprint import Forms, ImprintData
from handouts.pdf.shells import KeyedShell, filled_areas, imprint_data, look
from handouts.store import NO_STORE, Store

WordsSet = tuple[Forms, Mapping[str, str]]
"""The forms of one person's words on a leaflet, and the text of each area."""


def words_set(
    sheets: Sequence[tuple[Document, tuple[Path, ...], Sequence[Area]]], personal: Personal
) -> Iterator[WordsSet]:
    """One person's words for each leaflet, set once for all that print them alike.

    The areas given are all of a leaflet's shell. A clinic's own templates may print the words
    differently in each leaflet, so there they are set for each.
    """
    alike, keys = dict[object, set[Area]](), []
    for document, layers, of_shell in sheets:
        with discreet(personal):
            words = lay_out(personal, document).words
        own = document.leaflet if own_templates(layers) else ""
        keys.append((layers, document.clinic, look(document), words, own))
        areas = {area for area in of_shell if area.kind in PERSONAL_KINDS}
        alike.setdefault(keys[-1], set()).update(areas)
    set_already = dict[object, WordsSet]()
    for key, (document, layers, _) in zip(keys, sheets, strict=True):
        if key not in set_already:
            with discreet(personal):
                found = filled_areas(document, layers, sorted(alike[key]), NO_STORE, personal)
            set_already[key] = found[1:]
        yield set_already[key]


def with_words(data: ImprintData, words: WordsSet) -> ImprintData:
    """An imprint that has everything else, with one person's words."""
    forms, texts = words
    return replace(data, forms=data.forms.joined(forms), texts={**data.texts, **texts})


def general_imprint(
    document: Document, layers: tuple[Path, ...], keyed: KeyedShell, store: Store
) -> ImprintData:
    """The clinic's imprint of a leaflet, without one person's words."""
    areas = (area for area in keyed.shell.areas if area.kind not in PERSONAL_KINDS)
    return imprint_data(document, layers, areas, store)[1]
