"""Validation errors as messages for the people who write the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handouts.content.yaml import KeyPath, Node
from handouts.diagnostics import Diagnostic, choices, near_miss
from handouts.model.blocks import BLOCK_TYPES, type_name
from handouts.model.counts import CELL_TAGS


def fault_diagnostics(error: ValidationError, node: Node, shape: Any) -> Iterator[Diagnostic]:
    """One diagnostic per error, leaving out errors that only follow from others."""
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
    "invisible": "control-character",
    "link_slot": "unknown-slot",
    "markup": "markup",
    "phone_number": "phone-number",
    "row_width": "row-width",
    "shares": "shares",
    "unknown_type": "unknown-type",
    "wrong_form": "wrong-form",
}

_BLOCK_ID = "Give the block's path below `blocks/`, e.g. `acne/how-spots-form`"

_FORMS = {
    "id": "Use lower-case letters, digits and hyphens, e.g. `after-laser`",
    "kind": "Use lower-case letters and hyphens, e.g. `explainer`",
    "treatment": "Use lower-case letters, digits and hyphens, e.g. `fractional-co2-laser`",
    "drawing": "Use lower-case letters, digits and hyphens, e.g. `pore-healthy`",
    "ref": _BLOCK_ID,
    "version": 'Write two numbers in quotes, e.g. `"1.0"`',
    "sources": "Use capital letters, digits and hyphens, e.g. `NICE-NG198`",
    "primary": "Write a colour in quotes, e.g. `'#1d5b66'`",
    "accent": "Write a colour in quotes, e.g. `'#9a5b2c'`",
    "link": "Write an address that starts with `https://`",
    "region": "Use a two-letter country code, e.g. `GB`",
    "languages": "Use a language code, e.g. `en` or `pt-BR`",
}


@dataclass(frozen=True)
class _Fault:
    """A validation error with its path in the file, and the models that apply there."""

    kind: str
    path: KeyPath
    context: dict[str, Any]
    message: str
    models: tuple[type[BaseModel], ...]

    @property
    def name(self) -> str | None:
        """The nearest key."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), None)

    @property
    def subject(self) -> str:
        """The value, as the start of a sentence."""
        if self.name is None:
            return "This file"
        entry = isinstance(self.path[-1], int)
        return f"An entry in `{self.name}`" if entry else f"`{self.name}`"

    @property
    def known(self) -> set[str]:
        """Keys that are allowed beside an unknown one."""
        return {name for model in self.models for name in model.model_fields}


class _Wording:
    """Words errors by the validator's stable codes; its message texts are never matched."""

    def __init__(self, node: Node, shape: Any) -> None:
        self.node = node
        self.models = tuple(_models_in(shape))

    def of(self, error: ValidationError) -> Iterator[Diagnostic]:
        """One diagnostic per error, leaving out errors that only follow from others."""
        faults = [self._located(details) for details in error.errors()]
        misspelt = {self._meant(fault) for fault in faults if fault.kind == "extra_forbidden"}
        for fault in faults:
            # A misspelt key is reported as unknown, so do not report it as missing too.
            follows = fault.kind == "missing" and fault.path in misspelt
            if not follows and not (fault.kind == "too_short" and self._long_enough(fault)):
                yield self._word(fault)

    def _located(self, details: ErrorDetails) -> _Fault:
        """Remove union tags from the validator's path, in which they look like keys."""
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
                field = models[0].model_fields.get(step) if models else None
                models = tuple(_models_in(field.annotation if field else None))
        context = dict(details.get("ctx", {}))
        path += context.pop("at", ())  # added by our own validators: the path within the model
        kind = details["type"]
        # For an unknown key, the models that contain it matter, not those below it.
        beside = parents if kind == "extra_forbidden" else models
        return _Fault(kind, tuple(path), context, details["msg"], beside)

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
        return self._diagnostic(
            fault, "missing-key", f"The key `{fault.path[-1]}` is missing", hint
        )

    def _unknown(self, fault: _Fault) -> Diagnostic:
        name = str(fault.path[-1])
        if fault.known == {"ref"}:
            hint = "A reference (`ref:`) to a block takes no other keys"
        else:
            hint = near_miss(name, fault.known, close=0.6) or choices(fault.known)
        place = self.node.place_of(fault.path, key=True)
        return Diagnostic("unknown-key", f"Unknown key `{name}`", place, hint)

    def _unknown_type(self, fault: _Fault) -> Diagnostic:
        node = self.node.at((*fault.path, "type"))
        if not isinstance(node.value, str):
            message = f"`type` must be text, {_but(node)}"
            return Diagnostic("wrong-type", message, node.place, choices(BLOCK_TYPES))
        hint = near_miss(node.value, BLOCK_TYPES, close=0.6) or choices(BLOCK_TYPES)
        message = f"Unknown block type `{node.value}`"
        return Diagnostic("unknown-type", message, node.place, hint)

    def _no_type(self, fault: _Fault) -> Diagnostic:
        # To the validator, a misspelt `type` is a missing one.
        keys = self.node.at(fault.path).keys
        for name, place in keys.items():
            if near_miss(name, ["type"], close=0.6):
                message, hint = f"Unknown key `{name}`", "Did you mean `type`?"
                return Diagnostic("unknown-key", message, place, hint)
        if not fault.path:
            return self._diagnostic(
                fault, "missing-key", "The key `type` is missing", choices(BLOCK_TYPES)
            )
        hint = "Write `ref:` to use a block from its own file, or `type:` to write one here"
        return self._diagnostic(
            fault, "missing-type", "This block has neither `type` nor `ref`", hint
        )

    def _wrong_choice(self, fault: _Fault) -> Diagnostic:
        # Pydantic gives the choices as one string: "'a', 'b' or 'c'".
        expected = fault.context["expected"].replace(" or ", ", ").split(", ")
        words = [word.strip("'") for word in expected]
        node = self.node.at(fault.path)
        hint = near_miss(str(node.data), words) or choices(words)
        message = f"{fault.subject} cannot be {_described(node)}"
        return self._diagnostic(fault, "wrong-choice", message, hint)

    def _wrong_form(self, fault: _Fault) -> Diagnostic:
        own_file = fault.path == ("id",) and len(self.models) > 1
        hint = _BLOCK_ID if own_file else _FORMS.get(fault.name or "")
        message = f"{fault.subject} has the wrong format: {_described(self.node.at(fault.path))}"
        return self._diagnostic(fault, "wrong-form", message, hint)

    def _wrong_type(self, fault: _Fault, wanted: str) -> Diagnostic:
        node = self.node.at(fault.path)
        message = f"{fault.subject} must be {wanted}, {_but(node)}"
        return self._diagnostic(fault, "wrong-type", message, _type_hint(fault.kind, node.value))

    def _other(self, fault: _Fault) -> Diagnostic:
        subject, context = fault.subject, fault.context
        known: dict[str, tuple[str, Callable[[], str]]] = {
            "too_short": ("wrong-length", lambda: _count_message(fault, "at least")),
            "too_long": ("wrong-length", lambda: _count_message(fault, "at most")),
            "string_too_short": ("empty-text", lambda: f"{subject} is empty"),
            "string_too_long": (
                "too-long",
                lambda: f"{subject} must be at most {context['max_length']} characters long",
            ),
            "greater_than_equal": (
                "out-of-range",
                lambda: f"{subject} must be at least {context['ge']}",
            ),
            "less_than_equal": (
                "out-of-range",
                lambda: f"{subject} must be at most {context['le']}",
            ),
        }
        if fault.kind in _OWN_KINDS:  # raised by our own validators, with a finished message
            hint = context.get("hint")
            return self._diagnostic(fault, _OWN_KINDS[fault.kind], fault.message, hint)
        if fault.kind not in known:
            return self._diagnostic(
                fault, "invalid-value", f"{subject} is not valid: {fault.message}"
            )
        code, message = known[fault.kind]
        return self._diagnostic(
            fault, code, message(), "Write the text" if code == "empty-text" else None
        )

    def _diagnostic(
        self, fault: _Fault, code: str, message: str, hint: str | None = None
    ) -> Diagnostic:
        return Diagnostic(code, message, self.node.place_of(fault.path), hint)

    def _meant(self, fault: _Fault) -> KeyPath | None:
        """The path of the key that an unknown key probably misspells."""
        hint = near_miss(str(fault.path[-1]), fault.known, close=0.6)
        return (*fault.path[:-1], hint.split("`")[1]) if hint else None

    def _long_enough(self, fault: _Fault) -> bool:
        """The validator counts valid entries only; invalid ones have their own message."""
        entries = self.node.at(fault.path).value
        return isinstance(entries, list) and len(entries) >= fault.context["min_length"]


def _type_hint(kind: str, value: Any) -> str | None:
    if kind == "tuple_type":
        return "Put each entry on its own line, starting with `- `"
    if kind != "string_type":
        return None
    if isinstance(value, bool | int | float):
        return "Put it in quotes"
    if isinstance(value, dict):
        return "Put text that contains `: ` or starts with `{` in quotes"
    return "Put text that starts with `#` in quotes" if value is None else None


def _count_message(fault: _Fault, side: str) -> str:
    bound = fault.context.get("min_length") or fault.context["max_length"]
    entries, actual = "entry" if bound == 1 else "entries", fault.context["actual_length"]
    return f"{fault.subject} must have {side} {bound} {entries}, but has {actual}"


def _but(node: Node) -> str:
    """How a value differs from what it must be, as the end of a sentence."""
    return "but is empty" if node.value is None else f"not {_described(node)}"


def _described(node: Node) -> str:
    if node.value is None:
        return "empty"
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


def _narrowed(models: tuple[type[BaseModel], ...], tag: str) -> tuple[type[BaseModel], ...]:
    """The members of a union with a tag; ``block`` means all but ``ref``."""
    if tag in ("ref", "block"):
        return tuple(model for model in models if (type_name(model) is None) == (tag == "ref"))
    return tuple(model for model in models if type_name(model) == tag)
