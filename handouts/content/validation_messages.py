"""Validation errors as messages for the people who write the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from handouts.content.yaml import KeyPath, Node
from handouts.diagnostics import Diagnostic, choices, near_miss, nearest
from handouts.model.base import BlockId, Id, Language, RegionId, SourceKey, Version
from handouts.model.blocks import BLOCK_TYPES, PART_TAGS, type_name
from handouts.model.counts import CELL_TAGS
from handouts.model.tables import SlotName


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
"""What a value must be, by the validator's code."""

_QUOTE: dict[type, str] = {
    bool: "Put it in quotes",
    int: "Put it in quotes",
    float: "Put it in quotes",
    dict: "Put text that contains `: ` or starts with `{` in quotes",
    list: "Write one text, without brackets and dashes",
    type(None): "Write the text, in quotes if it starts with `#`, or remove the line",
}
"""Why YAML may have taken what is meant as text for a value of another type."""

_TYPE_HINTS = {
    "tuple_type": "Put each entry on its own line, starting with `- `",
    "int_type": "Write digits only, without quotes",
    "bool_type": "Write `true` or `false`, without quotes",
}

_LIMITS = {
    "too_short": (
        "wrong-length",
        "must have at least {min_length} {entries}, but has {actual_length}",
    ),
    "too_long": (
        "wrong-length",
        "must have at most {max_length} {entries}, but has {actual_length}",
    ),
    "string_too_short": ("empty-text", "is empty"),
    "string_too_long": ("too-long", "must be at most {max_length} characters long"),
    "greater_than_equal": ("out-of-range", "must be at least {ge}"),
    "less_than_equal": ("out-of-range", "must be at most {le}"),
}
"""The end of the message, filled with what the validator tells of the fault."""

_LIMIT_HINTS = {
    "empty-text": "Write the text",
    "too-long": "Shorten it",
    "out-of-range": "Write one within this limit",
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
    "stage_days": "stage-days",
    "unknown_type": "unknown-type",
    "wrong_form": "wrong-form",
}
"""What our own validators raise, with a finished message."""

_COLOURS = ("primary", "accent")

_FORMS = {
    "kind": "Use lower-case letters and hyphens, e.g. `explainer`",
    "treatment": "Use lower-case letters, digits and hyphens, e.g. `fractional-co2-laser`",
    "drawing": "Use lower-case letters, digits and hyphens, e.g. `pore-healthy`",
    "icon": "Use lower-case letters, digits and hyphens, e.g. `kind-aftercare`",
    "primary": "Write a colour in quotes, e.g. `'#1d5b66'`",
    "accent": "Write a colour in quotes, e.g. `'#9a5b2c'`",
    "link": "Write an address that starts with `https://`",
    "digest": "Remove this sign-off: `handouts approve` writes a new one",
    "parts": "Remove this sign-off: `handouts approve` writes a new one",
}
"""How to write the values of some keys."""


def _pattern(form: Any) -> str:
    """The pattern of a type of text."""
    return str(next(e.pattern for e in get_args(form) if isinstance(e, StringConstraints)))


_FORMS_BY_PATTERN = {
    _pattern(Id): "Use lower-case letters, digits and hyphens, e.g. `after-laser`",
    _pattern(BlockId): "Give the block's path below `blocks/`, e.g. `acne/how-spots-form`",
    _pattern(SourceKey): "Use capital letters, digits and hyphens, e.g. `NICE-NG198`",
    _pattern(SlotName): "Use lower-case letters, digits and underscores, e.g. `clinic_phone`",
    _pattern(Version): 'Write two numbers in quotes, e.g. `"1.0"`',
    _pattern(Language): "Use a language code, e.g. `en` or `pt-BR`",
    _pattern(RegionId): "Use a two-letter country code, e.g. `GB`",
}
"""How to write the values of all others."""


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
        unknown = [fault for fault in faults if fault.kind == "extra_forbidden"]
        meant = {(*f.path[:-1], nearest(str(f.path[-1]), f.known, close=0.6)) for f in unknown}
        for fault in faults:
            # A misspelt key is reported as unknown, so do not report it as missing too.
            if fault.kind == "missing" and fault.path in meant:
                continue
            # The validator counts valid entries only; invalid ones have their own message.
            entries = self.node.at(fault.path).value
            long_enough = (
                fault.kind == "too_short"
                and isinstance(entries, list)
                and len(entries) >= fault.context["min_length"]
            )
            if not long_enough:
                yield self._word(fault)

    def _located(self, details: ErrorDetails) -> _Fault:
        """Remove union tags from the validator's path, in which they look like keys."""
        path, models, parents = [], self.models, self.models
        for step in details["loc"]:
            if step in (*CELL_TAGS, *PART_TAGS):
                continue
            if isinstance(step, str) and len(models) > 1:
                if step in ("ref", "block"):  # a reference, or any type of block
                    wanted = [m for m in models if (type_name(m) is None) == (step == "ref")]
                else:
                    wanted = [model for model in models if type_name(model) == step]
                models = parents = tuple(wanted)
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
        node, subject, context = self.node.at(fault.path), fault.subject, fault.context
        place = node.place
        hint: str | None = None
        match fault.kind:
            case "missing":
                code, message = "missing-key", f"The key `{fault.path[-1]}` is missing"
                hint = f"Add a line `{fault.path[-1]}: …`"
            case "extra_forbidden":
                name = str(fault.path[-1])
                code, message = "unknown-key", f"Unknown key `{name}`"
                place = self.node.place_of(fault.path, key=True)
                hint = near_miss(name, fault.known, close=0.6) or choices(fault.known)
                if fault.known == {"ref", "treatment", "in_summary"}:
                    hint = "A reference (`ref:`) takes no keys but `treatment` and `in_summary`"
            case "union_tag_invalid" | "union_tag_not_found":
                return self._wrong_block(fault)
            case "literal_error":
                code, message = "wrong-choice", f"{subject} cannot be {_described(node)}"
                # Pydantic gives the choices as one string: "'a', 'b' or 'c'".
                expected = context["expected"].replace(" or ", ", ").split(", ")
                words = [word.strip("'") for word in expected]
                hint = near_miss(str(node.data), words) or choices(words)
            case "string_pattern_mismatch":
                code, message = "wrong-form", f"{subject} has the wrong format: {_described(node)}"
                pattern, capitals = context["pattern"], node.raw.upper()
                usual = _FORMS.get(fault.name or "") or _FORMS_BY_PATTERN.get(pattern)
                # Perhaps nothing but its capitals is wrong.
                fits = re.fullmatch(pattern, capitals)
                hint = f"Use capital letters: `{capitals}`" if fits else usual
            case kind if kind in _TYPE_WORDS:
                code, message = "wrong-type", f"{subject} must be {_TYPE_WORDS[kind]}, {_but(node)}"
                hint = self._type_hint(kind, fault, node)
            case kind if kind in _LIMITS:
                return self._beyond_limit(kind, fault)
            case kind if kind in _OWN_KINDS:
                code, message, hint = _OWN_KINDS[kind], fault.message, context.get("hint")
            case _:
                code, message = "invalid-value", f"{subject} cannot be {_described(node)}"
                hint = "`handouts schema` gives the form of each key"
        return Diagnostic(code, message, place, hint)

    def _beyond_limit(self, kind: str, fault: _Fault) -> Diagnostic:
        code, end = _LIMITS[kind]
        context, hint = fault.context, _LIMIT_HINTS.get(code)
        bound = context.get("min_length") or context.get("max_length")
        entries = "entry" if bound == 1 else "entries"
        message = f"{fault.subject} {end.format(**context, entries=entries)}"
        if hint is None:
            more = bound - context["actual_length"]
            hint = f"Add {more} more" if more > 0 else f"Remove {-more}, or join some"
        return Diagnostic(code, message, self.node.at(fault.path).place, hint)

    def _type_hint(self, kind: str, fault: _Fault, node: Node) -> str | None:
        if kind == "string_type":
            form = _FORMS.get(fault.name or "") if fault.name in _COLOURS else None
            return form or _QUOTE.get(type(node.value))
        if kind in ("model_type", "model_attributes_type", "dict_type"):
            fields = fault.models[0].model_fields if fault.models else {}
            needed = [f"`{name}: …`" for name, field in fields.items() if field.is_required()]
            lines = ", ".join(needed) or "`key: …`"
            if fault.path and isinstance(fault.path[-1], int):
                return f"Write lines of it after `- `, such as {lines}"
            below = " below it, each indented by two more spaces" if fault.path else ""
            return f"Write lines such as {lines}{below}"
        if not kind.startswith("date"):
            return _TYPE_HINTS.get(kind)
        # A date may have been written as in daily life.
        numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", node.raw)]
        if len(numbers) == 3:
            year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
            if month > 12 and "/" in node.raw:  # as in the United States
                month, day = day, month
            with suppress(ValueError):
                meant = date(year, month, day).isoformat()
                # With slashes, a day up to 12 may be the month: nobody can tell which is meant.
                if meant != node.raw and (day > 12 or "/" not in node.raw):
                    return f"Write `{meant}`"
        return "Write year, month and day of a day that exists, in digits"

    def _wrong_block(self, fault: _Fault) -> Diagnostic:
        """A block whose type is unknown or missing."""
        typed, block = self.node.at((*fault.path, "type")), self.node.at(fault.path)
        if fault.kind == "union_tag_invalid":
            if not isinstance(typed.value, str):
                message = f"`type` must be text, {_but(typed)}"
                return Diagnostic("wrong-type", message, typed.place, choices(BLOCK_TYPES))
            hint = near_miss(typed.value, BLOCK_TYPES, close=0.6) or choices(BLOCK_TYPES)
            message = f"Unknown block type `{typed.value}`"
            return Diagnostic("unknown-type", message, typed.place, hint)
        # To the validator, a misspelt `type` is a missing one.
        for name, place in block.keys.items():
            if near_miss(name, ["type"], close=0.6):
                message, hint = f"Unknown key `{name}`", "Did you mean `type`?"
                return Diagnostic("unknown-key", message, place, hint)
        if not fault.path:  # a block's own file, which cannot be a reference
            message = "The key `type` is missing"
            return Diagnostic("missing-key", message, block.place, choices(BLOCK_TYPES))
        message = "This block has neither `type` nor `ref`"
        hint = "Write `ref:` to use a block from its own file, or `type:` to write one here"
        return Diagnostic("missing-type", message, block.place, hint)


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
