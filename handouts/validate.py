"""Plain data to models, with every fault worded for the people who write the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from handouts.diagnostics import Diagnostic, HandoutsError, Place, choices, near_miss
from handouts.models.blocks import AnyBlock
from handouts.source import KeyPath, Node, read_yaml

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
        """Where the value at a path of the model stands in the file."""
        return self.node.place_of(path, key=key)


def load(path: Path, shape: Any) -> Loaded[Any]:
    """Read and validate one file. Raises HandoutsError with every fault that it has."""
    return validated(read_yaml(path), shape)


def attempt(path: Path, shape: Any, faults: list[Diagnostic]) -> Loaded[Any] | None:
    """The same, but a file with faults is None and its faults join the others."""
    try:
        return load(path, shape)
    except HandoutsError as error:
        faults += error.diagnostics
        return None


def validated(node: Node, shape: Any) -> Loaded[Any]:
    """Hold plain data against a model or an annotated union of models."""
    try:
        return Loaded(TypeAdapter(shape).validate_python(node.data), node)
    except ValidationError as error:
        raise HandoutsError(*_Wording(node, shape).of(error)) from error


_TYPE_WORDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "`true` or `false`",
    "tuple_type": "a list (lines that begin with `- `)",
    "model_type": "a set of keys and values",
    "model_attributes_type": "a set of keys and values",
    "dict_type": "a set of keys and values",
    "date_type": "a date such as 2027-03-12",
    "date_parsing": "a date such as 2027-03-12",
    "date_from_datetime_parsing": "a date such as 2027-03-12",
}

_FORMS = {
    "id": "use small letters, digits and hyphens, as `after-laser`",
    "kind": "use small letters and hyphens, as `explainer`",
    "drawing": "use small letters, digits and hyphens, as `pore-healthy`",
    "ref": "name the block's path below `blocks/`, as `acne/how-spots-form`",
    "version": 'write two numbers between quotes, as `"1.0"`',
    "sources": "use capitals, digits and hyphens, as `NICE-NG198`",
    "primary": "write a colour as `#1d5b66`",
    "accent": "write a colour as `#9a5b2c`",
    "region": "use the two capitals of the country, as `GB`",
    "languages": "use a language code, as `en` or `pt-BR`",
}


class _Wording:
    """Words the validator's stable fault codes; its own message text is never matched."""

    def __init__(self, node: Node, shape: Any) -> None:
        self.node = node
        self.shape = shape

    def of(self, error: ValidationError) -> Iterator[Diagnostic]:
        """One diagnostic for each fault; what follows from a fault already told is left out."""
        faults = error.errors()
        misspelt = {self._meant(fault) for fault in faults if fault["type"] == "extra_forbidden"}
        for fault in faults:
            if fault["type"] == "missing" and tuple(fault["loc"]) in misspelt:
                continue
            if fault["type"] == "too_short" and self._long_enough(fault):
                continue
            yield self._word(fault)

    def _word(self, fault: ErrorDetails) -> Diagnostic:
        kind = fault["type"]
        special = {
            "missing": self._missing,
            "extra_forbidden": self._unknown,
            "union_tag_invalid": self._unknown_type,
            "union_tag_not_found": self._no_type,
            "literal_error": self._wrong_choice,
        }
        if kind in special:
            return special[kind](fault)
        if kind in _TYPE_WORDS:
            return self._wrong_type(fault)
        return self._other(fault)

    def _missing(self, fault: ErrorDetails) -> Diagnostic:
        path = tuple(fault["loc"])
        place = self.node.place_of(path)
        hint = f"Add a line `{path[-1]}: …`"
        return Diagnostic("missing-key", f"The key `{path[-1]}` is missing", place, hint)

    def _unknown(self, fault: ErrorDetails) -> Diagnostic:
        path = tuple(fault["loc"])
        known = self._fields_at(path[:-1])
        hint = near_miss(str(path[-1]), known) or choices(known)
        place = self.node.place_of(path, key=True)
        return Diagnostic("unknown-key", f"The key `{path[-1]}` is not known here", place, hint)

    def _unknown_type(self, fault: ErrorDetails) -> Diagnostic:
        path = tuple(fault["loc"])
        known, found = block_types(), str(fault["ctx"]["tag"])
        place = self.node.place_of((*path, "type"))
        hint = near_miss(found, known) or choices(known)
        return Diagnostic("unknown-type", f"There is no block of type `{found}`", place, hint)

    def _no_type(self, fault: ErrorDetails) -> Diagnostic:
        path = tuple(fault["loc"])
        hint = "Write `ref:` to use a block of its own file, or `type:` to write one here"
        message = "This block has neither `type` nor `ref`"
        return Diagnostic("missing-type", message, self.node.place_of(path), hint)

    def _wrong_choice(self, fault: ErrorDetails) -> Diagnostic:
        path = tuple(fault["loc"])
        expected = fault["ctx"]["expected"].replace(" or ", ", ").split(", ")
        words = [word.strip("'") for word in expected]
        found = self._value_at(path)
        hint = near_miss(str(found), words) or choices(words)
        message = f"`{_name(path)}` cannot be {_describe(found)}"
        return Diagnostic("wrong-choice", message, self.node.place_of(path), hint)

    def _wrong_type(self, fault: ErrorDetails) -> Diagnostic:
        kind, path = fault["type"], tuple(fault["loc"])
        found = self._value_at(path)
        message = f"`{_name(path)}` should be {_TYPE_WORDS[kind]}, not {_describe(found)}"
        hint = None
        if kind == "string_type" and isinstance(found, bool | int | float):
            hint = "Put it between quotes"
        elif kind == "string_type" and isinstance(found, dict):
            hint = "A text that contains `: ` or begins with `{` stands between quotes"
        elif kind == "tuple_type":
            hint = "Put each entry on a line of its own that begins with `- `"
        return Diagnostic("wrong-type", message, self.node.place_of(path), hint)

    def _other(self, fault: ErrorDetails) -> Diagnostic:
        path = tuple(fault["loc"])
        kind, given, name = fault["type"], fault.get("ctx", {}), _name(path)
        place = self.node.place_of(path)
        if kind in ("too_short", "too_long"):
            bound = given["min_length"] if kind == "too_short" else given["max_length"]
            side = "at least" if kind == "too_short" else "at most"
            message = f"`{name}` needs {side} {bound} entries and has {given['actual_length']}"
            return Diagnostic("wrong-length", message, place)
        if kind == "string_too_short":
            return Diagnostic(
                "empty-text", f"`{name}` is empty", place, "Write it, or remove the key"
            )
        if kind == "string_too_long":
            return Diagnostic(
                "too-long", f"`{name}` is longer than {given['max_length']} characters", place
            )
        if kind == "string_pattern_mismatch":
            message = f"`{name}` has the wrong form: `{self._value_at(path)}`"
            return Diagnostic("wrong-form", message, place, _FORMS.get(name))
        if kind in ("greater_than_equal", "less_than_equal"):
            bound = given["ge"] if kind == "greater_than_equal" else given["le"]
            side = "at least" if kind == "greater_than_equal" else "at most"
            return Diagnostic("out-of-range", f"`{name}` must be {side} {bound}", place)
        return Diagnostic(kind.replace("_", "-"), fault["msg"], place)

    def _meant(self, fault: ErrorDetails) -> KeyPath | None:
        """The path of the key that an unknown key most likely stands for."""
        *parent, name = fault["loc"]
        hint = near_miss(str(name), self._fields_at(tuple(parent)))
        return (*parent, hint.split("`")[1]) if hint else None

    def _long_enough(self, fault: ErrorDetails) -> bool:
        """The validator counts good entries only; the bad ones have had their own message."""
        found = self._value_at(tuple(fault["loc"]))
        return isinstance(found, list) and len(found) >= fault["ctx"]["min_length"]

    def _value_at(self, path: KeyPath) -> Any:
        return self.node.at(path).data

    def _fields_at(self, path: KeyPath) -> set[str]:
        """Field names of the model that a path leads to."""
        models = list(_models_in(self.shape))
        for step in path:
            inner = [m.model_fields[step].annotation for m in models if step in m.model_fields]
            if inner:
                models = [found for annotation in inner for found in _models_in(annotation)]
            elif tagged := [m for m in models if step == _tag(m)]:
                models = tagged
        return {name for model in models for name in model.model_fields}


def _name(path: KeyPath) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "this file")


def _describe(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a set of keys and values"
    if isinstance(value, list):
        return "a list"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _tag(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("type")
    return get_args(field.annotation)[0] if field else None


def block_types() -> list[str]:
    """Names of the types of blocks."""
    return [tag for model in _models_in(AnyBlock) if (tag := _tag(model))]
