"""Adds entries to a clinic's tables, without changing what stands there."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from pathlib import Path

from handouts.content.catalogue import TABLES, entries_by_layer
from handouts.content.load import load, validated
from handouts.content.schema import FOLDER, schema_line
from handouts.content.yaml import MAX_BYTES, decode, parse_yaml
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.files import read_bytes

INDENT = 2
"""Blanks before the dash of an entry, in shipped tables and in skeletons."""


def own_keys(path: Path, table: str) -> tuple[str, ...]:
    """Keys of the entries of a clinic's table; none if there is no file yet."""
    return tuple(entries_by_layer((path.parent,), table)) if path.exists() else ()


def entry_text(layers: tuple[Path, ...], table: str, key: str) -> str:
    """The lines of the strongest entry with a key in the given layers, with their remarks."""
    entry = entries_by_layer(layers, table)[key][0]
    file, first = entry.file, entry.node.place.line
    others = load(file, TABLES[table]).node.at((table,)).value
    last = min((e.place.line - 1 for e in others if e.place.line > first), default=None)
    lines = decode(file, read_bytes(file, MAX_BYTES)).split("\n")[first - 1 : last]
    # Remarks after an entry belong to the next one.
    while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):
        lines.pop()
    text = textwrap.dedent("\n".join(lines))
    return textwrap.indent(text, " " * INDENT) + "\n"


def table_with(path: Path, table: str, entries: Collection[str]) -> str:
    """A clinic's table with further entries at its end. HandoutsError for one with errors."""
    added = "".join(entries)
    if not path.exists():
        return schema_line(table, Path("content", path.name), Path(FOLDER)) + f"{table}:\n{added}"
    text = decode(path, read_bytes(path, MAX_BYTES))
    items = load(path, TABLES[table]).node.at((table,)).value
    if items:
        line = text.split("\n")[items[0].place.line - 1]
        indent = len(line) - len(line.lstrip(" "))
        added = textwrap.indent(textwrap.dedent(added), " " * indent)
    whole = f"{text.rstrip()}\n{added}"
    try:
        validated(parse_yaml(whole, path), TABLES[table])
    except HandoutsError as error:
        message = "Entries cannot be added to this file as it is formatted"
        hint = "Put each entry on lines of its own, the first of which starts with `- `"
        raise HandoutsError(Diagnostic("wrong-form", message, Place(path), hint)) from error
    return whole
