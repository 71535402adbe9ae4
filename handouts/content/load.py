"""Plain data to models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from handouts.content.yaml import Node, read_yaml
from handouts.diagnostics import Checked, HandoutsError, Place

T = TypeVar("T")


@dataclass(frozen=True)
class Loaded(Generic[T]):
    """A model and the file that it came from."""

    model: T
    node: Node

    @property
    def file(self) -> Path:
        return self.node.place.file

    def place_of(self, *path: str | int, key: bool = False) -> Place:
        """Where the value at a path of the model is in the file."""
        return self.node.place_of(path, key=key)


def load(path: Path, shape: Any) -> Loaded[Any]:
    """Read and validate one file. Raises HandoutsError with every fault that it has."""
    return validated(read_yaml(path), shape)


def attempt(path: Path, shape: Any) -> Checked[Loaded[Any] | None]:
    """The same, but faults are yielded, and a file with faults is None."""
    try:
        return load(path, shape)
    except HandoutsError as error:
        yield from error.diagnostics
        return None


def validated(node: Node, shape: Any) -> Loaded[Any]:
    """Hold plain data against a model or an annotated union of models."""
    try:
        return Loaded(_adapter(shape).validate_python(node.data), node)
    except ValidationError as error:
        from handouts.content.faults import fault_diagnostics

        raise HandoutsError(*fault_diagnostics(error, node, shape)) from error


@lru_cache(maxsize=64)
def _adapter(shape: Any) -> TypeAdapter[Any]:
    """The validator of a shape, built once: that takes longer than to validate a file."""
    return TypeAdapter(shape)
