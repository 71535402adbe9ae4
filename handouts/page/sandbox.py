"""The sandbox that templates run in.

Templates may be a clinic's own, so they see data and nothing else: no private names, no methods of
models, no undefined names, and no sum that fills the memory.
"""

from __future__ import annotations

from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

MAX_REPEATED = 1_000_000
"""The longest text or list that a product may make."""


class UnknownNameError(TemplateError):
    """A template used a name that it was not given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` is undefined")
        self.name = name


class Sandbox(ImmutableSandboxedEnvironment):
    """Of a model, a template sees the declared fields and properties: pydantic's methods can read
    files and unpickle. Nor can it fill the memory with one sum."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or _repeated(left, right) > MAX_REPEATED:
            raise OverflowError(f"the result of `{operator}` is too large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What is not declared is not even touched: a descriptor may warn, or work."""
        if isinstance(obj, BaseModel) and not _declared(obj, attribute):
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
    """Whether a name is a field of our models, or a property that one of them declares."""
    if name in type(model).model_fields:
        return True
    owner = next((c for c in type(model).__mro__ if name in vars(c)), BaseModel)
    return owner is not BaseModel and isinstance(vars(owner)[name], property)


def _repeated(left: Any, right: Any) -> int:
    """The length of a product of a text or list with a number; 0 for any other product."""
    for sized, times in ((left, right), (right, left)):
        if isinstance(sized, str | list | tuple) and isinstance(times, int):
            return len(sized) * times
    return 0


class Strict(StrictUndefined):
    """Undefined names are faults wherever they are used."""

    def _fail(self, *_: object, **__: object) -> NoReturn:
        if self._undefined_exception is SecurityError:
            raise SecurityError(self._undefined_message)
        raise UnknownNameError(str(self._undefined_name))

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail()


# Jinja binds one failing method to every operator; ours, which knows the name, takes its place.
for _class in (Undefined, StrictUndefined):
    for _name, _method in vars(_class).items():
        if _method is Undefined._fail_with_undefined_error:  # noqa: SLF001
            setattr(Strict, _name, Strict._fail)  # noqa: SLF001
