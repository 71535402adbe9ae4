"""File bytes to plain data, with the place of every key and value.

The reader takes YAML 1.2 scalars only (``no``, ``12:30`` and ``010`` stay text) and refuses what
cannot be meant in a content file: duplicate keys, anchors and aliases, tags, deep or huge files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.files import read_bytes

MOST_BYTES = 1_000_000
"""The largest YAML file that is read; our own largest has 30 kB."""

MOST_DEPTH = 20
"""The deepest nesting that is read; our own deepest file has 8 levels."""

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

KeyPath = tuple[str | int, ...]


@dataclass(slots=True)
class Node:
    """A value with its place; ``keys`` has the places of a mapping's keys."""

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        """Plain lists, dicts and scalars."""
        if isinstance(self.value, dict):
            return {key: node.data for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.data for node in self.value]
        return self.value

    def at(self, path: KeyPath) -> Node:
        """The node at a path. Steps that are not in the file (a union's tags) are passed over."""
        return self._walk(path)[0]

    def place_of(self, path: KeyPath, *, key: bool = False) -> Place:
        """The place of the value at a path, or of its key; the nearest one that there is."""
        node, key_place = self._walk(path)
        return key_place if key else node.place

    def _walk(self, path: KeyPath) -> tuple[Node, Place]:
        node, key_place = self, self.place
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                key_place = node.keys[str(step)]
                node = node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                key_place = node.place
        return node, key_place


def read_yaml(path: Path) -> Node:
    """Read one YAML file. Raises HandoutsError with the place and the remedy."""
    return _Composer(path, decode(path, read_bytes(path, MOST_BYTES))).document()


def decode(path: Path, data: bytes) -> str:
    """UTF-8 text of a file; the fault names the line and column of the first wrong byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        place = Place(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _fault(
            "not-utf8",
            f"This file is not UTF-8 text: byte 0x{data[error.start]:02X} cannot be read",
            place,
            "Save it again with the encoding UTF-8",
        ) from error


class _Composer:
    """Builds nodes from the parser's events; the C parser keeps no stack of ours."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node:
        try:
            return self._document()
        except yaml.YAMLError as error:
            raise self._syntax_fault(error) from error

    def _document(self) -> Node:
        start = self._next()
        while isinstance(start, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            raise _fault("empty", "This file is empty", Place(self.path))
        root = self._node(start, 0)
        self._next()
        extra = self._next()
        if isinstance(extra, yaml.DocumentStartEvent):
            raise _fault(
                "two-documents",
                "A second YAML document begins here",
                self._place(extra),
                "Keep one document in a file; remove the line `---`",
            )
        return root

    def _next(self) -> Any:
        return next(self.events)

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        self._refuse_tricks(event, place, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Node(_scalar(event), place)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return Node(items, place)
        return self._mapping(place, depth)

    def _mapping(self, place: Place, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            at = self._place(event)
            self._refuse_tricks(event, at, depth)
            if not isinstance(event, yaml.ScalarEvent):
                raise _fault(
                    "key-not-text", "A key must be a word", at, "Put a text with braces in quotes"
                )
            name = event.value
            if name in keys:
                raise _fault(
                    "duplicate-key",
                    f"The key `{name}` stands twice; the first is in line {keys[name].line}",
                    at,
                    "Remove one of the two",
                )
            keys[name] = at
            values[name] = self._node(self._next(), depth + 1)
        return Node(values, place, keys)

    def _refuse_tricks(self, event: Any, place: Place, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _fault(
                "alias",
                "Anchors (`&`) and aliases (`*`) are not used in content files",
                place,
                "Write the value out, or put a text that begins with `&` or `*` between quotes",
            )
        if getattr(event, "tag", None) not in (None, "!"):
            raise _fault(
                "tag",
                f"The YAML tag `{event.tag}` is not used in content files",
                place,
                "Remove it, or put a text that begins with `!` between quotes",
            )
        if depth > MOST_DEPTH:
            raise _fault(
                "too-deep",
                f"Values are nested more than {MOST_DEPTH} levels deep",
                place,
                "Check the indentation",
            )

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        stop = end.column if end.line == start.line else len(line)
        width = max(1, stop - start.column)
        return Place(self.path, start.line + 1, start.column + 1, width)

    def _syntax_fault(self, error: yaml.YAMLError) -> HandoutsError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        place = self._character_place(error) if mark is None else self._mark_place(mark)
        hint = _syntax_hint(self.lines[place.line - 1], place.column)
        return _fault("yaml-syntax", f"This is not valid YAML: {problem}", place, hint)

    def _mark_place(self, mark: Any) -> Place:
        line = min(mark.line, len(self.lines) - 1)
        return Place(self.path, line + 1, mark.column + 1)

    def _character_place(self, error: yaml.YAMLError) -> Place:
        """The reader's own faults (a control character) carry an offset, not a mark."""
        offset = getattr(error, "position", None) or 0
        before = "\n".join(self.lines)[:offset]
        return Place(self.path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _scalar(event: Any) -> Any:
    if event.style or not event.implicit[0]:
        return event.value
    word = event.value
    if word in _WORDS:
        return _WORDS[word]
    if len(word) < 20 and _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if len(word) < 20 and _FLOAT.fullmatch(word) else word


def _syntax_hint(line: str, column: int) -> str:
    if "\t" in line[:column]:
        return "Indent with spaces, not with tabs"
    if ": " in line.partition(": ")[2] or line.rstrip().endswith(":"):
        return "Put a text that contains `: ` between quotes"
    return "Check quotes, brackets and indentation here and in the line above"


def _fault(code: str, message: str, place: Place, hint: str | None = None) -> HandoutsError:
    return HandoutsError(Diagnostic(code, message, place, hint))
