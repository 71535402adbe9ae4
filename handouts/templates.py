"""Jinja in a sandbox: the only module that imports it.

Templates may be a clinic's own, so they see data and nothing else: no private names, no methods of
models, no undefined names. Every failure is a diagnostic with the template's file and line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import currentframe
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from handouts import shipped
from handouts.colour import tint
from handouts.diagnostics import Diagnostic, HandoutsError, Place, near_miss
from handouts.files import read_bytes
from handouts.source import MOST_BYTES, decode
from handouts.store import key_of, user_store

SHIPPED = "shipped:"
"""What stands before a template's name for the shipped one, whatever the clinic has."""

MOST_WRITTEN = 50_000_000
"""The most characters that a template may write; our own longest leaflet has 600,000."""

MOST_REPEATED = 1_000_000
"""The longest text or list that a product may make."""

_HINT = "docs/architecture.md lists the names that a template may use"
_ITSELF = "To build on the shipped template of the same name, write `shipped:` before the name"

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
    """The templates of the layers, strong to weak; ``shipped:NAME`` is always the shipped one.

    With ``fresh``, ``files`` names all that are used from now on; otherwise those that were already
    compiled may be missing.
    """

    def __init__(self, layers: tuple[Path, ...], *, fresh: bool = False) -> None:
        self.layers = layers
        self._loader, self._environment = (_make if fresh else _made)(layers)

    @property
    def files(self) -> Mapping[str, Path]:
        """Files that were read, by the names that templates use."""
        return MappingProxyType(self._loader.files)

    def render(self, name: str, values: dict[str, Any]) -> str:
        """Fill a template. HandoutsError names the template's file and line for a fault in it."""
        try:
            return self._written(name, values)
        except TemplateNotFound as error:
            message = f"There is no template `{error.name}`"
            hint = near_miss(str(error.name), self._loader.names())
            raise self._fault(name, "unknown-template", message, error, hint) from error
        except TemplateSyntaxError as error:
            place = Place(Path(error.filename or self.layers[0]), error.lineno)
            message = f"The template is not valid: {error.message}"
            raise HandoutsError(Diagnostic("template-syntax", message, place)) from error
        except _FAILURES as error:
            message = f"The template fails: {str(error)[:200] or type(error).__name__}"
            hint = _ITSELF if isinstance(error, RecursionError) else _HINT
            raise self._fault(name, "template", message, error, hint) from error

    def place_of(self, name: str) -> Place:
        """The file of a template, or where it would have to be."""
        found = self._loader.find(name)
        return Place(found or self.layers[-1] / name)

    def _written(self, name: str, values: dict[str, Any]) -> str:
        pieces, size = [], 0
        for piece in self._environment.get_template(name).generate(values):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_WRITTEN:
                message = f"it writes more than {MOST_WRITTEN // 1_000_000} million characters"
                raise TemplateError(message)
        return "".join(pieces)

    def _asking(self, name: str) -> Place:
        """The line of the template that is being filled and asked for this one, or this one."""
        frame = currentframe()
        while frame:
            template = frame.f_globals.get("__jinja_template__")
            if template and frame.f_code.co_filename == template.filename:
                line = template.get_corresponding_lineno(frame.f_lineno)
                return Place(Path(template.filename), line)
            frame = frame.f_back
        return self.place_of(name)

    def _fault(
        self, name: str, code: str, message: str, error: Exception, hint: str | None = None
    ) -> HandoutsError:
        """The fault at the innermost template line of the traceback, or of what asked for it."""
        place, trace = self._asking(name), error.__traceback__
        while trace:
            file = Path(trace.tb_frame.f_code.co_filename)
            if any(file.is_relative_to(layer) for layer in self.layers):
                place = _place(file, trace.tb_lineno, getattr(error, "name", None))
            trace = trace.tb_next
        return HandoutsError(Diagnostic(code, message, place, hint))


class _Layers(BaseLoader):
    """Finds templates in the layers, and notes which were read."""

    def __init__(self, layers: tuple[Path, ...]) -> None:
        self.layers = layers
        self.files: dict[str, Path] = {}

    def get_source(self, _: object, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self.find(template)
        if path is None:
            raise TemplateNotFound(template)
        text = decode(path, read_bytes(path, MOST_BYTES))
        self.files[template] = path
        return text, str(path), lambda: True

    def find(self, name: str) -> Path | None:
        """The strongest file of a name; none for a way out of the layers."""
        layers = (shipped.TEMPLATES,) if name.startswith(SHIPPED) else self.layers
        try:
            parts = split_template_path(name.removeprefix(SHIPPED))
        except TemplateNotFound:
            return None
        files = (layer.joinpath(*parts) for layer in layers)
        return next((file for file in files if file.is_file()), None)

    def names(self) -> list[str]:
        """All names that a template may use."""
        layers = {*self.layers, shipped.TEMPLATES}
        names = {p.relative_to(layer).as_posix() for layer in layers for p in layer.rglob("*.j2")}
        own = (p.relative_to(shipped.TEMPLATES) for p in shipped.TEMPLATES.rglob("*.j2"))
        return sorted(names | {f"{SHIPPED}{path.as_posix()}" for path in own})


class _Compiled(BytecodeCache):
    """Compiled templates in the user's store, as Python keeps its modules."""

    def __init__(self) -> None:
        self._store, self._rules = user_store(), Path(__file__).read_bytes()

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._store.get(self._key(bucket))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._store.put(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return key_of("template", self._rules, sys.version, bucket.key, bucket.checksum)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Of a model, a template sees the declared fields and properties: pydantic's methods can read
    files and unpickle. Nor can it fill the memory with one sum."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or _repeated(left, right) > MOST_REPEATED:
            raise OverflowError(f"`{operator}` makes something too large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What is not declared is not even touched: a descriptor may warn, or work."""
        if isinstance(obj, BaseModel) and not _declared(obj, attribute):
            known = hasattr(BaseModel, attribute)
            return self.unsafe_undefined(obj, attribute) if known else self._unknown(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, BaseModel) and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, BaseModel):
            return _declared(obj, attr)
        return super().is_safe_attribute(obj, attr, value)

    def _unknown(self, obj: Any, attribute: str) -> Undefined:
        return self.undefined(obj=obj, name=attribute)


def _declared(model: BaseModel, name: str) -> bool:
    own = vars(type(model)).get(name)
    return name in type(model).model_fields or isinstance(own, property)


def _repeated(left: Any, right: Any) -> int:
    """The length of a product of a text or list with a number; 0 for any other product."""
    for sized, times in ((left, right), (right, left)):
        if isinstance(sized, str | list | tuple) and isinstance(times, int):
            return len(sized) * times
    return 0


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


def _make(layers: tuple[Path, ...]) -> tuple[_Layers, _Sandbox]:
    loader = _Layers(layers)
    environment = _Sandbox(
        loader=loader,
        undefined=_Strict,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_Compiled(),
    )
    environment.filters["tint"] = tint
    return loader, environment


_made = lru_cache(maxsize=8)(_make)
"""Compiled templates are kept: a batch uses the same ones for every leaflet."""


def _place(file: Path, line: int, name: str | None) -> Place:
    """The name inside the braces of the line, or the line's first column."""
    if name:
        text = file.read_text("utf-8").splitlines()[line - 1]
        inside = re.compile(rf"(?<!\w){re.escape(name.rpartition(' ')[2])}(?!\w)")
        begin = min((text.find(mark) for mark in ("{{", "{%") if mark in text), default=0)
        if found := inside.search(text, begin):
            return Place(file, line, found.start() + 1, len(found[0]))
    return Place(file, line)
