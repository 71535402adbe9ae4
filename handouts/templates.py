"""Jinja in a sandbox: the only module that imports it.

Templates may be a clinic's own, so they see data and nothing else: no private names, no methods of
models, no undefined names. Every failure is a diagnostic with the template's file and line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from handouts import shipped
from handouts.colour import tint
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.source import decode

_HINT = "docs/architecture.md lists the names that a template may use"

_FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    MemoryError,
)
"""What a template's own mistakes raise, in Jinja or in the functions that it calls."""


class UnknownNameError(TemplateError):
    """A template used a name that it was not given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the name `{name}` is not known")
        self.name = name


class Templates:
    """The templates of the layers, strong to weak; ``shipped:NAME`` is always the shipped one."""

    def __init__(self, layers: tuple[Path, ...]) -> None:
        self.layers = layers
        self._environment = _environment(layers)

    def render(self, name: str, values: dict[str, Any]) -> str:
        """Fill a template. HandoutsError names the template's file and line for a fault in it."""
        try:
            return self._environment.get_template(name).render(values)
        except TemplateNotFound as error:
            message = f"There is no template `{error.name}`"
            raise self._fault("unknown-template", message, error) from error
        except TemplateSyntaxError as error:
            place = Place(Path(error.filename or self.layers[0]), error.lineno)
            message = f"The template is not valid: {error.message}"
            raise HandoutsError(Diagnostic("template-syntax", message, place)) from error
        except UnicodeDecodeError as error:
            self._find_undecodable()
            raise self._fault("template", str(error), error) from error
        except _FAILURES as error:
            message = f"The template fails: {str(error)[:200] or type(error).__name__}"
            raise self._fault("template", message, error, _HINT) from error

    def _fault(
        self, code: str, message: str, error: Exception, hint: str | None = None
    ) -> HandoutsError:
        """The fault at the innermost template line of the traceback."""
        place, trace = Place(self.layers[-1]), error.__traceback__
        while trace:
            file = Path(trace.tb_frame.f_code.co_filename)
            if any(file.is_relative_to(layer) for layer in self.layers):
                place = _place(file, trace.tb_lineno, getattr(error, "name", None))
            trace = trace.tb_next
        return HandoutsError(Diagnostic(code, message, place, hint))

    def _find_undecodable(self) -> None:
        for layer in self.layers:
            for path in sorted(layer.rglob("*.j2")):
                decode(path, path.read_bytes())


class _Sandbox(ImmutableSandboxedEnvironment):
    """Of a model, a template sees the declared fields and properties: pydantic's methods can read
    files and unpickle."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, BaseModel):
            own = getattr(type(obj), attr, None)
            return attr in type(obj).model_fields or isinstance(own, property)
        return super().is_safe_attribute(obj, attr, value)


class _Strict(StrictUndefined):
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
            setattr(_Strict, _name, _Strict._fail)  # noqa: SLF001


@lru_cache(maxsize=8)
def _environment(layers: tuple[Path, ...]) -> _Sandbox:
    folders = [FileSystemLoader(layer) for layer in layers]
    own = FileSystemLoader(shipped.TEMPLATES)
    environment = _Sandbox(
        loader=ChoiceLoader([*folders, PrefixLoader({"shipped": own}, delimiter=":")]),
        undefined=_Strict,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["tint"] = tint
    return environment


def _place(file: Path, line: int, name: str | None) -> Place:
    """The name inside the braces of the line, or the line's first column."""
    if name:
        text = file.read_text("utf-8").splitlines()[line - 1]
        inside = re.compile(rf"(?<!\w){re.escape(name.rpartition(' ')[2])}(?!\w)")
        begin = min((text.find(mark) for mark in ("{{", "{%") if mark in text), default=0)
        if found := inside.search(text, begin):
            return Place(file, line, found.start() + 1, len(found[0]))
    return Place(file, line)
