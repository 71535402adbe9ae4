"""The validator's faults, worded for the people who write the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handouts.content.yaml import KeyPath, Node
from handouts.diagnostics import Diagnostic, choices, near_miss
from handouts.model.blocks import BLOCK_TYPES, CELL_TAGS, type_name


def fault_diagnostics(error: ValidationError, node: Node, shape: Any) -> Iterator[Diagnostic]:
    """One diagnostic for each fault; what follows from a fault already told is left out."""
    return _Wording(node, shape).of(error)


_TYPE_WORDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "tuple_type": "a list",
    "model_type": "a set of keys and values",
    "model_attributes_type": "a set of keys and values",
    "dict_type": "a set of keys and values",
    "date_type": "a date such as 2027-03-12",
    "date_parsing": "a date such as 2027-03-12",
    "date_from_datetime_parsing": "a date such as 2027-03-12",
}

_OWN_KINDS = {
    "count_too_large": "count-too-large",
    "denominator": "denominator",
    "markup": "markup",
    "row_width": "row-width",
    "shares": "shares",
    "unknown_type": "unknown-type",
}

_BLOCK_ID = "Name the block's path below `blocks/`, as `acne/how-spots-form`"

_FORMS = {
    "id": "Use small letters, digits and hyphens, as `after-laser`",
    "kind": "Use small letters and hyphens, as `explainer`",
    "treatment": "Use small letters, digits and hyphens, as `fractional-co2-laser`",
    "drawing": "Use small letters, digits and hyphens, as `pore-healthy`",
    "ref": _BLOCK_ID,
    "version": 'Write two numbers between quotes, as `"1.0"`',
    "sources": "Use capitals, digits and hyphens, as `NICE-NG198`",
    "primary": "Write a colour between quotes, as `'#1d5b66'`",
    "accent": "Write a colour between quotes, as `'#9a5b2c'`",
    "region": "Use the two capitals of the country, as `GB`",
    "languages": "Use a language code, as `en` or `pt-BR`",
}


@dataclass(frozen=True)
class _Fault:
    """A fault of the validator with its path in the file, and the models that stand there."""

    kind: str
    path: KeyPath
    given: dict[str, Any]
    message: str
    models: tuple[type[BaseModel], ...]

    @property
    def name(self) -> str | None:
        """The nearest key."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), None)

    @property
    def subject(self) -> str:
        """The value in question, as the beginning of a sentence."""
        if self.name is None:
            return "This file"
        entry = isinstance(self.path[-1], int)
        return f"An entry of `{self.name}`" if entry else f"`{self.name}`"

    @property
    def known(self) -> set[str]:
        """Keys that may stand beside an unknown one."""
        return {name for model in self.models for name in model.model_fields}


class _Wording:
    """Words the validator's stable fault codes; its own message text is never matched."""

    def __init__(self, node: Node, shape: Any) -> None:
        self.node = node
        self.models = tuple(_models_in(shape))

    def of(self, error: ValidationError) -> Iterator[Diagnostic]:
        """One diagnostic for each fault; what follows from a fault already told is left out."""
        faults = [self._located(details) for details in error.errors()]
        misspelt = {self._meant(fault) for fault in faults if fault.kind == "extra_forbidden"}
        for fault in faults:
            follows = fault.kind == "missing" and fault.path in misspelt
            if not follows and not (fault.kind == "too_short" and self._long_enough(fault)):
                yield self._word(fault)

    def _located(self, details: ErrorDetails) -> _Fault:
        """Take the tags of unions out of the validator's path, which names them like keys."""
        path, models, parents = [], self.models, self.models
        for step in details["loc"]:
            if step in CELL_TAGS:
                continue
            if isinstance(step, str) and len(models) > 1:
                models = parents = _narrowed(models, step)
                continue
            path.append(step)
            if isinstance(step, str):
                parents = models
                models = tuple(_models_in(_annotation(models, step)))
        given = dict(details.get("ctx", {}))
        path += given.pop("at", ())
        kind = details["type"]
        beside = parents if kind == "extra_forbidden" else models
        return _Fault(kind, tuple(path), given, details["msg"], beside)

    def _word(self, fault: _Fault) -> Diagnostic:
        special = {
            "missing": self._missing,
            "extra_forbidden": self._unknown,
            "union_tag_invalid": self._unknown_type,
            "union_tag_not_found": self._no_type,
            "literal_error": self._wrong_choice,
            "string_pattern_mismatch": self._wrong_form,
        }
        if fault.kind in special:
            return special[fault.kind](fault)
        if fault.kind in _TYPE_WORDS:
            return self._wrong_type(fault, _TYPE_WORDS[fault.kind])
        return self._other(fault)

    def _missing(self, fault: _Fault) -> Diagnostic:
        hint = f"Add a line `{fault.path[-1]}: …`"
        return self._told(fault, "missing-key", f"The key `{fault.path[-1]}` is missing", hint)

    def _unknown(self, fault: _Fault) -> Diagnostic:
        name = str(fault.path[-1])
        if fault.known == {"ref"}:
            hint = "A block kept in its own file takes no other keys here"
        else:
            hint = near_miss(name, fault.known, close=0.6) or choices(fault.known)
        place = self.node.place_of(fault.path, key=True)
        return Diagnostic("unknown-key", f"The key `{name}` is not known here", place, hint)

    def _unknown_type(self, fault: _Fault) -> Diagnostic:
        found = self.node.at((*fault.path, "type"))
        if not isinstance(found.value, str):
            message = f"`type` should be text, not {_described(found)}"
            return Diagnostic("wrong-type", message, found.place, choices(BLOCK_TYPES))
        hint = near_miss(found.value, BLOCK_TYPES, close=0.6) or choices(BLOCK_TYPES)
        message = f"There is no block of type `{found.value}`"
        return Diagnostic("unknown-type", message, found.place, hint)

    def _no_type(self, fault: _Fault) -> Diagnostic:
        keys = self.node.at(fault.path).keys
        for name, place in keys.items():
            if near_miss(name, ["type"], close=0.6):
                message, hint = f"The key `{name}` is not known here", "Did you mean `type`?"
                return Diagnostic("unknown-key", message, place, hint)
        if not fault.path:
            return self._told(
                fault, "missing-key", "The key `type` is missing", choices(BLOCK_TYPES)
            )
        hint = "Write `ref:` to use a block of its own file, or `type:` to write one here"
        return self._told(fault, "missing-type", "This block has neither `type` nor `ref`", hint)

    def _wrong_choice(self, fault: _Fault) -> Diagnostic:
        expected = fault.given["expected"].replace(" or ", ", ").split(", ")
        words = [word.strip("'") for word in expected]
        found = self.node.at(fault.path)
        hint = near_miss(str(found.data), words) or choices(words)
        message = f"{fault.subject} cannot be {_described(found)}"
        return self._told(fault, "wrong-choice", message, hint)

    def _wrong_form(self, fault: _Fault) -> Diagnostic:
        own_file = fault.path == ("id",) and len(self.models) > 1
        hint = _BLOCK_ID if own_file else _FORMS.get(fault.name or "")
        message = f"{fault.subject} has the wrong form: {_described(self.node.at(fault.path))}"
        return self._told(fault, "wrong-form", message, hint)

    def _wrong_type(self, fault: _Fault, wanted: str) -> Diagnostic:
        found = self.node.at(fault.path)
        message = f"{fault.subject} should be {wanted}, not {_described(found)}"
        return self._told(fault, "wrong-type", message, _type_hint(fault.kind, found.value))

    def _other(self, fault: _Fault) -> Diagnostic:
        subject, given = fault.subject, fault.given
        known: dict[str, tuple[str, Callable[[], str]]] = {
            "too_short": ("wrong-length", lambda: _count_message(fault, "at least")),
            "too_long": ("wrong-length", lambda: _count_message(fault, "at most")),
            "string_too_short": ("empty-text", lambda: f"{subject} is empty"),
            "string_too_long": (
                "too-long",
                lambda: f"{subject} is longer than {given['max_length']} characters",
            ),
            "greater_than_equal": (
                "out-of-range",
                lambda: f"{subject} must be at least {given['ge']}",
            ),
            "less_than_equal": ("out-of-range", lambda: f"{subject} must be at most {given['le']}"),
        }
        if fault.kind in _OWN_KINDS:  # of our own validators, which word their message
            return self._told(fault, _OWN_KINDS[fault.kind], fault.message)
        if fault.kind not in known:
            return self._told(fault, "invalid-value", f"{subject} is not valid: {fault.message}")
        code, message = known[fault.kind]
        return self._told(
            fault, code, message(), "Write the text" if code == "empty-text" else None
        )

    def _told(self, fault: _Fault, code: str, message: str, hint: str | None = None) -> Diagnostic:
        return Diagnostic(code, message, self.node.place_of(fault.path), hint)

    def _meant(self, fault: _Fault) -> KeyPath | None:
        """The path of the key that an unknown key most likely stands for."""
        hint = near_miss(str(fault.path[-1]), fault.known, close=0.6)
        return (*fault.path[:-1], hint.split("`")[1]) if hint else None

    def _long_enough(self, fault: _Fault) -> bool:
        """The validator counts good entries only; the bad ones have had their own message."""
        found = self.node.at(fault.path).value
        return isinstance(found, list) and len(found) >= fault.given["min_length"]


def _type_hint(kind: str, found: Any) -> str | None:
    if kind == "tuple_type":
        return "Put each entry on a line of its own that begins with `- `"
    if kind != "string_type":
        return None
    if isinstance(found, bool | int | float):
        return "Put it between quotes"
    if isinstance(found, dict):
        return "A text that contains `: ` or begins with `{` stands between quotes"
    return "A text that begins with `#` stands between quotes" if found is None else None


def _count_message(fault: _Fault, side: str) -> str:
    bound = fault.given.get("min_length") or fault.given["max_length"]
    entries = "entry" if bound == 1 else "entries"
    return f"{fault.subject} needs {side} {bound} {entries} and has {fault.given['actual_length']}"


def _described(node: Node) -> str:
    if node.value is None:
        return "nothing"
    if isinstance(node.value, dict):
        return "a set of keys and values"
    if isinstance(node.value, list):
        return "a list"
    shown = node.raw if len(node.raw) <= 40 else node.raw[:39] + "…"
    return f"`{shown}`"


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _annotation(models: tuple[type[BaseModel], ...], name: str) -> Any:
    fields = models[0].model_fields if models else {}
    return fields[name].annotation if name in fields else None


def _narrowed(models: tuple[type[BaseModel], ...], tag: str) -> tuple[type[BaseModel], ...]:
    """The members of a union that a tag stands for; ``block`` stands for all but ``ref``."""
    if tag in ("ref", "block"):
        return tuple(model for model in models if (type_name(model) is None) == (tag == "ref"))
    return tuple(model for model in models if type_name(model) == tag)
