"""Finds templates in the layers, compiles them once and fills them; errors have file and line.

Only this module and ``sandbox`` import Jinja.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from inspect import currentframe
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.loaders import split_template_path

from handouts.content.yaml import MAX_BYTES, decode
from handouts.diagnostics import Diagnostic, HandoutsError, Place, choices, near_miss
from handouts.files import paths_below, read_bytes
from handouts.limits import at_work
from handouts.model.colour import tint
from handouts.page.sandbox import Sandbox, Strict
from handouts.page.template_errors import filling_fault, open_braces, syntax_fault
from handouts.page.widths import bound
from handouts.store import NO_STORE, Store, key_of, program_fingerprint

SHIPPED_PREFIX = "shipped:"
"""Prefix of a template's name that always means the shipped one."""

MAX_WRITTEN = 50_000_000
"""Most characters that a template may write; our own longest leaflet has 600,000."""


class Templates:
    """The templates of the layers, strong to weak; ``shipped:NAME`` is always the shipped one.

    They are read as they are on disk when this object is created; compiled templates are reused
    only if their files have not changed. With ``fresh``, nothing is reused, so that ``files``
    lists every template used from then on.
    """

    def __init__(
        self, layers: tuple[Path, ...], store: Store = NO_STORE, *, fresh: bool = False
    ) -> None:
        self.layers = layers
        if fresh:
            self._environment = _Environment(layers, store)
        else:
            self._environment = _environment(layers, store)
            self._environment.refresh()

    @property
    def files(self) -> Mapping[str, Path]:
        """Files that were read, by template name."""
        return MappingProxyType(self._environment.layers.files)

    def render(self, name: str, values: dict[str, Any]) -> str:
        """Fill a template. HandoutsError for an error in it, with its file and line."""
        at_work(f"the template `{name}`", self.place_of(name))
        try:
            pieces, size = [], 0
            # Piece by piece: a loop that never ends would fill the memory before it is seen.
            for piece in self._environment.get_template(name).generate(values):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_WRITTEN:
                    message = f"its output exceeds {MAX_WRITTEN // 1_000_000} million characters"
                    raise TemplateError(message)
            html = "".join(pieces)
            self._refuse_unknown_parts()
        except TemplateNotFound as error:
            message = f"There is no template `{error.name}`"
            hint = near_miss(str(error.name), self._environment.layers.names())
            hint = hint or "Add the file below `templates/`, or correct its name"
            raise self._fault(name, "unknown-template", message, error, hint) from error
        except TemplateSyntaxError as error:
            raise HandoutsError(self._syntax_fault(error)) from error
        except HandoutsError:  # a drawing of the clinic's, with its own place
            raise
        except Exception as error:  # a template can make any function fail
            message, hint = filling_fault(error, values)
            raise self._fault(name, "template", message, error, hint) from error
        return html

    def syntax_faults(self) -> Iterator[Diagnostic]:
        """An error for each template of any layer that cannot be read as one.

        They are parsed, not compiled: of the large drawings, the latter takes a hundred times as
        long.
        """
        layers = self._environment.layers
        files = {path for name in layers.names() if (path := layers.find(name))}
        for path in sorted(files):
            try:
                self._environment.parse(decode(path, read_bytes(path, MAX_BYTES)), None, str(path))
            except TemplateSyntaxError as error:
                yield self._syntax_fault(error)
            except HandoutsError as error:
                yield from error.diagnostics

    def _syntax_fault(self, error: TemplateSyntaxError) -> Diagnostic:
        place = Place(Path(error.filename or self.layers[0]), error.lineno)
        message, hint = syntax_fault(error.message or "")
        if opened := open_braces(error.source or "", error.lineno):
            place = Place(place.file, *opened, width=2)
            message = "Braces are opened here and not closed on this line"
            hint = "Write `}}` after a value, and `%}` after a tag"
        return Diagnostic("template-syntax", message, place, hint)

    def _refuse_unknown_parts(self) -> None:
        """HandoutsError if a clinic's template replaces a part that the extended one lacks.

        Jinja would print nothing of it, and say nothing.
        """
        environment = self._environment
        for name, path in list(self.files.items()):
            if name in environment.examined:
                continue
            if path.is_relative_to(self.layers[-1]):  # a shipped one
                environment.examined.add(name)
                continue
            extended, parts = environment.parts_of(name)
            known = set[str]()
            while extended:
                extended, more = environment.parts_of(extended)
                known.update(more)
            faults = []
            # No part is known if it extends no template, or one whose name it computes.
            for part in parts.keys() - known if known else ():
                message = f"The template that this one extends has no part `{part}`"
                hint = near_miss(part, known, close=0.6) or choices(known)
                place = _place(path, parts[part], part)
                faults.append(Diagnostic("unknown-part", message, place, hint))
            if faults:
                raise HandoutsError(*faults)
            environment.examined.add(name)

    def place_of(self, name: str) -> Place:
        """The file of a template, or the path where it would be."""
        return Place(self._environment.layers.find(name) or self.layers[-1] / name)

    def _fault(
        self, name: str, code: str, message: str, error: Exception, hint: str | None = None
    ) -> HandoutsError:
        """The error at the innermost template line of its traceback.

        Without one, at the line of the template that called this one, or else at this template.
        """
        place, frame, trace = self.place_of(name), currentframe(), error.__traceback__
        while frame:
            # Jinja runs a template in a namespace of its own, which refers to the template.
            template = frame.f_globals.get("__jinja_template__")
            if template and frame.f_code.co_filename == template.filename:
                line = template.get_corresponding_lineno(frame.f_lineno)
                place = Place(Path(template.filename), line)
                break
            frame = frame.f_back
        while trace:
            # Jinja rewrites tracebacks to the file and line of the template.
            file = Path(trace.tb_frame.f_code.co_filename)
            if any(file.is_relative_to(layer) for layer in self.layers):
                place = _place(file, trace.tb_lineno, getattr(error, "name", None))
            trace = trace.tb_next
        return HandoutsError(Diagnostic(code, message, place, hint))


class _Layers(BaseLoader):
    """Finds templates in the layers, and records what was read."""

    def __init__(self, layers: tuple[Path, ...]) -> None:
        self._layers = layers
        self.files: dict[str, Path] = {}
        self._read: dict[str, bytes] = {}

    def get_source(self, _: object, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self.find(template)
        if path is None:
            raise TemplateNotFound(template)
        data = read_bytes(path, MAX_BYTES)
        self.files[template], self._read[template] = path, data
        # Jinja would call the function to ask whether the source is current; `refresh` decides.
        return decode(path, data), str(path), lambda: True

    def find(self, name: str) -> Path | None:
        """The strongest file with a name; None if there is none or it is no template.

        Only files ``*.j2`` are templates: nothing else counts as a clinic's own, nor is signed.
        """
        if not name.endswith(".j2"):
            return None
        layers = self._layers[-1:] if name.startswith(SHIPPED_PREFIX) else self._layers
        try:
            parts = split_template_path(name.removeprefix(SHIPPED_PREFIX))
        except TemplateNotFound:
            return None
        files = (layer.joinpath(*parts) for layer in layers)
        return next((file for file in files if file.is_file()), None)

    def names(self) -> list[str]:
        """All template names, including those with the prefix."""
        below = {layer: {name for name, _ in paths_below(layer, ".j2")} for layer in self._layers}
        shipped = {f"{SHIPPED_PREFIX}{name}" for name in below[self._layers[-1]]}
        return sorted(shipped.union(*below.values()))

    def changed(self) -> bool:
        """Whether any template that was read now has another file, or other bytes."""
        for name, path in list(self.files.items()):  # other threads may add to it
            try:
                if self.find(name) != path or read_bytes(path, MAX_BYTES) != self._read[name]:
                    return True
            except HandoutsError:
                return True  # the error is reported when the template is used
        return False

    def forget(self) -> None:
        self.files.clear()
        self._read.clear()


class _Environment(Sandbox):
    """The Jinja environment for the layers."""

    def __init__(self, layers: tuple[Path, ...], store: Store) -> None:
        self.layers = _Layers(layers)
        self._refreshing = Lock()
        super().__init__(
            loader=self.layers,
            undefined=Strict,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # `refresh` checks once per page, never halfway through it
            bytecode_cache=_Compiled(store),
        )
        self.filters["tint"] = tint
        self.filters["bound"] = bound
        self.examined: set[str] = set()

    def parts_of(self, name: str) -> tuple[str | None, dict[str, int]]:
        """The template that another one extends, and the lines of its own parts.

        Parts inside of others may be new. None if it extends none, or one that it computes.
        """
        source, _, _ = self.layers.get_source(self, name)
        tree = self.parse(source, name)
        extends = tree.find(nodes.Extends)
        fixed = extends.template if extends else None
        extended = str(fixed.value) if isinstance(fixed, nodes.Const) else None
        blocks = tree.find_all(nodes.Block)
        if extended:
            blocks = (node for node in tree.body if isinstance(node, nodes.Block))
        return extended, {block.name: block.lineno for block in blocks}

    def refresh(self) -> None:
        """Drop all compiled templates if any has changed on disk."""
        with self._refreshing:
            if self.layers.changed():
                self.layers.forget()
                self.examined.clear()
                if self.cache is not None:
                    self.cache.clear()


@lru_cache(maxsize=8)
def _environment(layers: tuple[Path, ...], store: Store) -> _Environment:
    """Environments are cached, because a batch uses the same templates for every leaflet."""
    return _Environment(layers, store)


class _Compiled(BytecodeCache):
    """Keeps compiled templates in a store, as Python does with modules."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load_bytecode(self, bucket: Bucket) -> None:
        # Compiled code runs without the sandbox's checks: never that of somebody else.
        code = None if self._store.writers() else self._store.get(self._key(bucket))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._store.put(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        # Jinja sets the checksum to that of the template's source.
        return key_of("template", program_fingerprint(), sys.version, bucket.key, bucket.checksum)


def _place(file: Path, line: int, name: str | None) -> Place:
    """The place of a name inside the braces of a line, or else the line's first column."""
    if name:
        lines = file.read_text("utf-8").splitlines()
        text = lines[line - 1] if line <= len(lines) else ""
        inside = re.compile(rf"(?<!\w){re.escape(name.rpartition(' ')[2])}(?!\w)")
        begin = min((text.find(mark) for mark in ("{{", "{%") if mark in text), default=0)
        if match := inside.search(text, begin):
            return Place(file, line, match.start() + 1, len(match[0]))
    return Place(file, line)
