"""File bytes to plain data, with the place of every key and value.

Scalars follow YAML 1.2, so ``no``, ``12:30`` and ``010`` stay text. What makes no sense in content
files is refused: duplicate keys, anchors and aliases, tags, control characters, deep nesting and
huge files. Text that YAML cuts off, or that came here spoilt, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from handouts.content.characters import Flaw, spoilt, unprintable
from handouts.content.yaml_mistakes import Stop, emphasis, slip_at
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity
from handouts.files import read_bytes
from handouts.store import LruDict, key_of

MAX_BYTES = 1_000_000
"""Size in bytes of the largest YAML file that is read; our own largest has 30 kB."""

MAX_DEPTH = 20
"""Most levels of nesting that are read; our own deepest file has 8."""

KeyPath = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

_CUT = re.compile(r"[ \t](#.*?)\s*$")
"""A comment after a single space."""

_ODD_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_MISPLACED_SPACE = re.compile(rf"( *|[ ]*(?:- +)*(?:-|[a-z_]+:))({_ODD_SPACES.pattern}\s*)(?=\S)")
"""Special spaces that indent a line, or that follow its dash or its key."""


@dataclass(slots=True)
class Node:
    """A value and its place. ``keys`` are the places of its keys, ``raw`` is a scalar's text.

    A document's root has the ``warnings`` about its text.
    """

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    raw: str = ""
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def data(self) -> Any:
        """The value as plain lists, dicts and scalars."""
        if isinstance(self.value, dict):
            return {key: node.data for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.data for node in self.value]
        return self.value

    def at(self, path: KeyPath) -> Node:
        """The node at a path, or the last existing node on the way."""
        return self._walk(path)[0]

    def place_of(self, path: KeyPath, *, key: bool = False) -> Place:
        """The place of the value at a path, or of its key; of the nearest node if there is none."""
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
            else:
                break
        return node, key_place


MOST_READ = 800
"""Files that a process remembers. A catalogue has about 350, and a few more for each region."""

_READ = LruDict[Node](MOST_READ)
"""Files by path and content: a process that goes on parses only what has changed."""


def read_yaml(path: Path) -> Node:
    """Read one YAML file. HandoutsError has the place of the first error, and a hint."""
    data = read_bytes(path, MAX_BYTES)
    key = key_of(str(path), data)
    return _READ.keep(key, _READ.get(key) or parse_yaml(decode(path, data), path))


def parse_yaml(text: str, path: Path) -> Node:
    """Read YAML text from, or meant for, a file. HandoutsError as for ``read_yaml``."""
    faults = [
        _flawed(flaw, _place_at(path, text, flaw.offset, flaw.width)) for flaw in unprintable(text)
    ]
    # YAML takes no-break and other wide spaces for letters, also where it needs plain ones.
    odd = text.split("\n") if not faults and _ODD_SPACES.search(text) else ()
    for number, line in enumerate(odd, start=1):
        if found := _MISPLACED_SPACE.match(line):
            message = "A no-break or other special space stands where YAML needs an ordinary one"
            what = "Indent" if not found[1].strip() else "Part keys and values"
            hint = f"{what} with ordinary spaces, not no-break spaces"
            place = Place(path, number, found.start(2) + 1, len(found[2]))
            faults.append(Diagnostic("yaml-syntax", message, place, hint))
    if faults:
        raise HandoutsError(*faults)
    composer = _Composer(path, text)
    root = composer.document()
    told = [
        _flawed(flaw, _place_at(path, text, flaw.offset, flaw.width), Severity.WARNING)
        for flaw in spoilt(text)
    ]
    root.warnings = (*composer.cuts, *told)
    return root


def yaml_text(value: Any) -> str:
    """Plain data as YAML text, which ``parse_yaml`` turns back into the same data."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)


def decode(path: Path, data: bytes) -> str:
    """A file's UTF-8 text. HandoutsError has the place of the first invalid byte."""
    try:
        return data.decode("utf-8-sig")  # some editors add a byte order mark
    except UnicodeDecodeError as error:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            message = "This file is UTF-16 text, which some programs call “Unicode”"
            hint = "Save it again with the encoding UTF-8"
            raise _fault("not-utf8", message, Place(path), hint) from error
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        message = f"This file is not UTF-8 text: byte 0x{data[error.start]:02X} cannot be read"
        place = _place_at(path, before, len(before))
        raise _fault("not-utf8", message, place, "Save the file as UTF-8") from error


class _Composer:
    """Builds nodes from libyaml's events, which carry the place of everything."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.cuts: list[Diagnostic] = []
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node:
        try:
            start = next(self.events)
            while isinstance(start, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                start = next(self.events)
            # An empty file has no document, only the end of the stream.
            root = None if isinstance(start, yaml.StreamEndEvent) else self._node(start, 0)
            if root is None or root.value is None:
                hint = "Write its keys and values, or remove the file"
                raise _fault("empty", "This file is empty", Place(self.path), hint)
            next(self.events)  # the end of the document
            extra = next(self.events)
        except yaml.YAMLError as error:
            raise self._syntax_fault(error) from error
        if isinstance(extra, yaml.DocumentStartEvent):
            raise _fault(
                "two-documents",
                "A second YAML document begins here",
                self._place(extra),
                "Keep one document per file: remove the line `---`",
            )
        return root

    def _node(self, event: Any, depth: int) -> Node:
        place = self._place(event)
        self._refuse_tricks(event, place, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Node(self._scalar(event), place, raw=event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(event, depth + 1))
            return Node(items, place)

        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = self._place(event)
            self._refuse_tricks(event, at, depth)
            if not isinstance(event, yaml.ScalarEvent):
                message, hint = "A key must be plain text", "Put text with braces in quotes"
                raise _fault("key-not-text", message, at, hint)
            name = event.value
            if name in keys:  # YAML would keep the last value, and say nothing
                message = f"Duplicate key `{name}` (first used on line {keys[name].line})"
                raise _fault("duplicate-key", message, at, "Keep one of them")
            keys[name] = at
            values[name] = self._node(next(self.events), depth + 1)
        return Node(values, place, keys)

    def _scalar(self, event: Any) -> Any:
        """A scalar's value. Text that is cut off at ` #` is told."""
        word, value = event.value, event.value
        # Quoted and block scalars are always text. Python refuses to convert thousands of digits;
        # no count or version has 20.
        if not event.style and event.implicit[0]:
            if word in _WORDS:
                value = _WORDS[word]
            elif len(word) < 20 and _INTEGER.fullmatch(word):
                value = int(word)
            elif len(word) < 20 and _FLOAT.fullmatch(word):
                value = float(word)
        if event.style or not (value is None or isinstance(value, str)):
            return value
        end = event.end_mark
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        if cut := _CUT.match(line, end.column):  # not with two spaces: that is meant as a comment
            message = f"`{cut[1]}` is a comment for YAML and is not printed"
            hint = "Put the whole text in quotes, or two spaces before a comment"
            place = Place(self.path, end.line + 1, cut.start(1) + 1, len(cut[1]))
            self.cuts.append(Diagnostic("cut-text", message, place, hint, Severity.WARNING))
        return value

    def _refuse_tricks(self, event: Any, place: Place, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            at = (place.line - 1, place.column - 1)
            if slip := emphasis(*at, self.lines[place.line - 1]):
                raise _fault("yaml-syntax", slip.message, place, slip.hint)
            message = "Anchors (`&`) and aliases (`*`) are not allowed in content files"
            hint = "Write the value out, or put text that starts with `&` or `*` in quotes"
            raise _fault("alias", message, place, hint)
        if getattr(event, "tag", None) is not None:
            hint = "Remove it, or put text that starts with `!` in quotes"
            raise _fault("tag", "YAML tags (`!`) are not allowed in content files", place, hint)
        if depth > MAX_DEPTH:
            message = f"Values are nested more than {MAX_DEPTH} levels deep"
            raise _fault("too-deep", message, place, "Check the indentation")
        # The text was searched before, but escapes in double quotes can produce others.
        if isinstance(event, yaml.ScalarEvent) and (flaw := next(unprintable(event.value), None)):
            fault = _flawed(flaw, place)
            if event.style == '"' and "\\" in self.lines[place.line - 1]:
                fault = replace(
                    fault, hint="`\\` has a meaning in double quotes: use single quotes"
                )
            raise HandoutsError(fault)

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        line = self.lines[start.line] if start.line < len(self.lines) else ""
        # Of a value that spans several lines, mark the first.
        stop = end.column if end.line == start.line else len(line)
        return Place(self.path, start.line + 1, start.column + 1, max(1, stop - start.column))

    def _syntax_fault(self, error: Any) -> HandoutsError:
        mark, opened = error.problem_mark or error.context_mark, error.context_mark
        at = (opened.line, opened.column) if opened else None
        problem = getattr(error, "problem", None) or ""
        number = min(mark.line, len(self.lines) - 1)
        if at and "could not find expected ':'" in problem:
            number = at[0]  # the parser goes on to the next line, to look for the colon there
        slip = slip_at(Stop(self.lines, number, mark.column, problem, at))
        place = Place(self.path, slip.line + 1, slip.column + 1)
        return _fault("yaml-syntax", slip.message, place, slip.hint)


def _place_at(path: Path, text: str, offset: int, width: int = 1) -> Place:
    line = text.count("\n", 0, offset) + 1
    return Place(path, line, offset - text.rfind("\n", 0, offset), width)


def _flawed(flaw: Flaw, place: Place, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(flaw.code, flaw.message, place, flaw.hint, severity)


def _fault(code: str, message: str, place: Place, hint: str | None = None) -> HandoutsError:
    return HandoutsError(Diagnostic(code, message, place, hint))
