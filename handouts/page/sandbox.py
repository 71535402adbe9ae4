"""The sandbox that templates run in.

A clinic may bring its own templates, so they can access data and nothing else: no private names, no
methods of models, no undefined names, and no products large enough to fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

MAX_REPEATED = 1_000_000
"""Greatest length of a text or list that a multiplication may produce."""


class UnknownNameError(TemplateError):
    """A template used an undefined name; ``known`` are those that it could have meant."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"`{name}` is undefined")
        self.name, self.known = name, tuple(known)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, restricted further.

    Of a model, templates see only declared fields and properties, because pydantic's methods can
    read files and unpickle. Multiplications have a limit, and powers are refused.
    """

    # Jinja calls `call_binop` only for the operators listed here.
    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        # Checked before: Python would fill the memory in a single step.
        too_long = any(
            isinstance(sized, str | list | tuple)
            and isinstance(times, int)
            and len(sized) * times > MAX_REPEATED
            for sized, times in ((left, right), (right, left))
        )
        if operator == "**" or too_long:
            raise OverflowError(f"the result of `{operator}` is too large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Refuse undeclared names without touching them: a descriptor could run code."""
        if isinstance(obj, BaseModel) and not _declared(obj, attribute):
            # The name exists but is forbidden: report that, not an undefined name.
            if hasattr(BaseModel, attribute):
                return self.unsafe_undefined(obj, attribute)
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, BaseModel) and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, BaseModel):
            return _declared(obj, attr)
        return super().is_safe_attribute(obj, attr, value)


def _declared(model: BaseModel, name: str) -> bool:
    """Whether a name is a field of a model, or a property that one of our models declares."""
    if name in type(model).model_fields:
        return True
    owner = next((c for c in type(model).__mro__ if name in vars(c)), BaseModel)
    return owner is not BaseModel and isinstance(vars(owner)[name], property)


class Strict(StrictUndefined):
    """Makes every use of an undefined name an error."""

    def _fail(self, *_: object, **__: object) -> NoReturn:
        if self._undefined_exception is SecurityError:
            raise SecurityError(self._undefined_message)
        fields = getattr(type(self._undefined_obj), "model_fields", ())
        raise UnknownNameError(str(self._undefined_name), fields)

    def __getattr__(self, name: str) -> NoReturn:
        # Python itself looks for such names, for example to copy a value.
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail()


# Jinja binds one failing method to every operator; ours, which knows the name, replaces it.
for _class in (Undefined, StrictUndefined):
    for _name, _method in vars(_class).items():
        if _method is Undefined._fail_with_undefined_error:  # noqa: SLF001
            setattr(Strict, _name, Strict._fail)  # noqa: SLF001
