"""Units of translation: one text of the source language each, with where it stands.

A unit is a heading, paragraph, item, cell, caption, label or alternative text. It is known by its
context and its source text, so that inserting an item leaves its neighbours' translations alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from handouts.diagnostics import Place
from handouts.model.text import Text, texts_in


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """``context`` is the owner's name and the field without list positions:
    ``blocks/acne/how-spots-form#panels.alt``. ``source`` is the text with its markup.
    """

    context: str
    source: str


@dataclass(frozen=True)
class Note:
    """What a translator should know about a unit: comments, the files that it comes from, and the
    most characters that there is room for.
    """

    comments: tuple[str, ...]
    files: tuple[str, ...]
    limit: int | None = None


State = Literal["missing", "stale", "machine", "translated"]
"""No translation; of an earlier source; written by a machine; written or checked by a person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit's translation in a file.

    ``machine`` says which engine wrote it, and when; ``previous`` is the source that a stale one
    was made from.
    """

    translation: str
    state: State
    machine: str | None
    place: Place
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in a translator's file; ``checked`` if a person says that the translation is right."""

    unit: Unit
    translation: str
    checked: bool
    place: Place


def unit_of(owner: str, path: tuple[str | int, ...], text: Text) -> Unit | None:
    """The unit of a text at a path of its owner; None for one without letters and slots, as 999."""
    source = str(text)
    # What stands between slots may be signs alone, which have another order elsewhere.
    if not (text.slots or any(map(str.isalpha, source))):
        return None
    return Unit(f"{owner}#{'.'.join(name for name in path if isinstance(name, str))}", source)


def units_in(owner: str, value: Any) -> Iterator[tuple[Unit, tuple[str | int, ...]]]:
    """Every unit of a model, with the path of its text, in page order."""
    for text, path in texts_in(value):
        if unit := unit_of(owner, path, text):
            yield unit, path


def map_units(
    owner: str, value: Any, change: Callable[[Unit], Text], path: tuple[str | int, ...] = ()
) -> Any:
    """A copy of a model whose units are replaced by a function; other texts stay."""
    if isinstance(value, Text):
        unit = unit_of(owner, path, value)
        return change(unit) if unit else value
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        changed = {n: map_units(owner, getattr(value, n), change, (*path, n)) for n in fields}
        return value.model_copy(update=changed)
    if isinstance(value, tuple):
        return tuple(map_units(owner, item, change, path) for item in value)
    return value
