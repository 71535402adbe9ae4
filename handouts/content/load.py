"""Validates plain data as models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from handouts.content.yaml import MOST_READ, Node, read_yaml
from handouts.diagnostics import Checked, HandoutsError, Place
from handouts.store import LruDict

T = TypeVar("T")

_adapter = lru_cache(maxsize=64)(TypeAdapter)
"""The validator of a model, cached: building it takes longer than validating a file."""


@dataclass(frozen=True)
class Loaded(Generic[T]):
    """A model and the nodes it was made from."""

    model: T
    node: Node

    @property
    def file(self) -> Path:
        return self.node.place.file

    def place_of(self, *path: str | int, key: bool = False) -> Place:
        """The place in the file of the value at a path, or of its key."""
        return self.node.place_of(path, key=key)


_LOADED = LruDict[tuple[Any, Loaded[Any]]](MOST_READ)
"""Validated files by node and shape: ``read_yaml`` gives the same node for the same content."""


def load(path: Path, shape: Any) -> Loaded[Any]:
    """Read and validate one file. HandoutsError lists all of its errors."""
    node = read_yaml(path)
    key = f"{id(node)} {id(shape)}"
    kept = _LOADED.get(key)
    # Compared as well, since another object may have the number of one that is gone.
    if kept is None or kept[0] is not shape or kept[1].node is not node:
        kept = (shape, validated(node, shape))
    return _LOADED.keep(key, kept)[1]


def attempt(path: Path, shape: Any) -> Checked[Loaded[Any] | None]:
    """The same, but errors and warnings are yielded; returns None for a file with errors."""
    try:
        loaded = load(path, shape)
    except HandoutsError as error:
        yield from error.diagnostics
        return None
    yield from loaded.node.warnings
    return loaded


def validated(node: Node, shape: Any) -> Loaded[Any]:
    """Validate data as a model or an annotated union of models. HandoutsError as for ``load``."""
    try:
        return Loaded(_adapter(shape).validate_python(node.data), node)
    except ValidationError as error:
        # Few files have faults; the others need not wait for this import.
        from handouts.content.validation_messages import fault_diagnostics

        raise HandoutsError(*node.warnings, *fault_diagnostics(error, node, shape)) from error
