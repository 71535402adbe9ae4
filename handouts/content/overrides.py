"""The clinic's files that override others: how they differ, and whether the originals changed.

An override may record in its first lines which version it replaced: ``# replaces: SHA-256`` in
YAML, ``{# replaces: SHA-256 #}`` in a template. If the original's digest differs, the override has
drifted: the clinic may have missed a correction. Which file is the original depends on the region
in the clinic's settings, not on the region of a build.
"""

from __future__ import annotations

import hashlib
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from handouts.content.catalogue import TABLES, entries_by_layer
from handouts.content.layers import LayerName, layer_name, name_in_layer, shadowed
from handouts.content.schema import is_schema_line
from handouts.content.workspace import Workspace
from handouts.content.yaml import MAX_BYTES
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity, near_miss
from handouts.files import read_bytes, write_atomic

FIRST_LINES = 5
"""Number of lines in which the ``replaces:`` line is looked for."""

_LINE = re.compile(r"(?P<open>#|\{#-?)\s*replaces:\s*(?P<digest>[^\s#}]*)\s*(?P<close>-?#\})?\s*")
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Override:
    """A clinic's file that overrides another; ``replaced`` is None if that no longer exists.

    ``line`` is the number of its ``replaces:`` line and ``recorded`` the digest there, if any.
    ``digest`` is that of the replaced file now.
    """

    id: str
    file: Path
    replaced: Path | None
    layer: LayerName | None
    line: int | None
    recorded: str | None
    digest: str | None

    @property
    def drifted(self) -> bool:
        """Whether the replaced file differs from the one recorded in the override."""
        return self.recorded is not None and self.recorded != self.digest


def overrides(workspace: Workspace) -> tuple[Override, ...]:
    """All of the clinic's overrides, content first, each part sorted by path."""
    content = _overrides(_content_layers(workspace), ".yaml")
    templates = _overrides(workspace.template_layers, ".j2", ".yaml")
    return (*content, *templates)


def chosen(all_overrides: Iterable[Override], names: Iterable[str]) -> tuple[Override, ...]:
    """The named overrides, or all. HandoutsError lists unknown names."""
    known = {override.id: override for override in all_overrides}
    wanted = tuple(dict.fromkeys(names)) or tuple(known)
    faults = []
    for name in (name for name in wanted if name not in known):
        message = f"There is no override `{name}`"
        hint = near_miss(name, known) or "`handouts diff` lists all overrides"
        faults.append(Diagnostic("unknown-override", message, hint=hint))
    if faults:
        raise HandoutsError(*faults)
    return tuple(known[name] for name in wanted)


def drift(workspace: Workspace) -> Iterator[Diagnostic]:
    """A warning for each override whose original has changed or no longer exists."""
    for override in overrides(workspace):
        if not override.drifted or not override.line:
            continue
        if override.replaced is None:
            message = f"The file that `{override.id}` overrides no longer exists"
            hint = "If you still need your version, delete the `replaces:` line"
        else:
            message = (
                f"The {override.layer} file that `{override.id}` overrides has changed since it "
                "was copied"
            )
            hint = (
                f"Review `handouts diff {override.id}`, copy over any corrections, then run "
                f"`handouts diff --accept {override.id}`"
            )
        place = Place(override.file, override.line)
        yield Diagnostic("drift", message, place, hint, Severity.WARNING)


def difference(override: Override, workspace: Workspace) -> str:
    """A unified diff from the original to the override; of a table, entry by entry."""
    if override.replaced is None:
        return ""
    if table := _TABLE_FILES.get(override.id):
        layers = _content_layers(workspace)
        diffs = []
        for key, versions in entries_by_layer(layers, table).items():
            places = [version.node.place for version in versions]
            # The other entries only add to the table.
            if len(places) > 1 and places[0].file == override.file:
                ours, theirs = (_entry(place) for place in places[:2])
                entry = f"{override.id}: {key}"
                layer = layer_name(places[1].file, layers)
                diffs.append(_diff(theirs, ours, f"{layer}/{entry}", f"clinic/{entry}"))
        return "".join(diffs)
    ours, theirs = (_lines(path) for path in (override.file, override.replaced))
    ours = [line for number, line in enumerate(ours, start=1) if number != override.line]
    # Neither the `replaces:` line nor the schema line counts as a difference.
    ours, theirs = ([ln for ln in lines if not is_schema_line(ln)] for lines in (ours, theirs))
    return _diff(theirs, ours, f"{override.layer}/{override.id}", f"clinic/{override.id}")


def accept(override: Override) -> None:
    """Record the original's current digest in the ``replaces:`` line, or in a new first line."""
    if override.replaced is None:
        message = f"`{override.id}` no longer overrides anything"
        hint = "Delete the `replaces:` line, or the file"
        place = Place(override.file, override.line or 1)
        raise HandoutsError(Diagnostic("drift", message, place, hint))
    data = read_bytes(override.file, MAX_BYTES)
    # Keep a byte order mark and CR LF line ends, which editors on Windows write.
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    lines = data.removeprefix(mark).split(b"\n")
    words = f"replaces: {override.digest}"
    comment = f"# {words}" if _is_yaml(override.file.name) else f"{{# {words} #}}"
    record = comment.encode() + (b"\r" if lines[0].endswith(b"\r") else b"")
    if override.line:
        lines[override.line - 1] = record
    else:
        lines.insert(0, record)
    write_atomic(override.file, mark + b"\n".join(lines))


# Finding ----------------------------------------------------------------------------------------

_TABLE_FILES = {f"{name}.yaml": name for name in TABLES}


def _content_layers(workspace: Workspace) -> tuple[Path, ...]:
    """Layers for the region in the clinic's settings, not for that of a build."""
    region = workspace.settings.node.data["region"]
    return workspace.library.content_layers(workspace.folder, region)


def _overrides(layers: tuple[Path, ...], *suffixes: str) -> Iterator[Override]:
    own = [layer for layer in layers if layer_name(layer, layers) == "clinic"]
    # A clinic's folder for one region lies inside its folder for all: search each file once.
    roots = [layer for layer in own if not any(layer != o and layer.is_relative_to(o) for o in own)]
    paths = (p for root in roots for suffix in suffixes for p in root.rglob(f"*{suffix}"))
    for path in sorted(p for p in paths if p.is_file()):
        below, yaml = shadowed(path, layers), _is_yaml(path.name)
        lines = enumerate(_lines(path)[:FIRST_LINES], start=1)
        # Only a comment in the syntax of its file counts: YAML or Jinja.
        records = (
            (number, match["digest"].lower())
            for number, line in lines
            if (match := _LINE.fullmatch(line))
            and yaml == (match["open"] == "#")
            and yaml == (match["close"] is None)
        )
        line, recorded = next(records, (None, None))
        # If the original no longer exists, only the recorded digest shows that there was one.
        if below or _DIGEST.fullmatch(recorded or ""):
            replaced = below[0] if below else None
            # A leaflet or block has the ID by which it is known elsewhere; other files, their path.
            name = name_in_layer(path, layers)
            folder, _, rest = name.partition("/")
            has_id = folder in ("leaflets", "blocks") and _is_yaml(rest)
            yield Override(
                rest.removesuffix(".yaml") if has_id else name,
                path,
                replaced,
                layer_name(replaced, layers) if replaced else None,
                line,
                recorded,
                hashlib.sha256(read_bytes(replaced, MAX_BYTES)).hexdigest() if replaced else None,
            )


def _is_yaml(name: str) -> bool:
    return name.endswith(".yaml")


def _lines(path: Path) -> list[str]:
    """A file's lines; none if it cannot be read, which is reported where the file is used."""
    try:
        text = read_bytes(path, MAX_BYTES).decode("utf-8-sig", "replace")
    except HandoutsError:
        return []
    # Line ends of Windows alone are no difference from the original.
    return [line.rstrip("\r") + "\n" for line in text.removesuffix("\n").split("\n")]


# Differences ------------------------------------------------------------------------------------


def _entry(place: Place) -> list[str]:
    """The lines of an entry: up to the next line with the same or less indentation."""
    lines = _lines(place.file)[place.line - 1 :]
    indent = len(lines[0]) - len(lines[0].lstrip())
    rest = (
        number
        for number, line in enumerate(lines)
        if number and line.strip() and len(line) - len(line.lstrip()) <= indent
    )
    return lines[: next(rest, len(lines))]


def _diff(theirs: list[str], ours: list[str], before: str, after: str) -> str:
    return "".join(unified_diff(theirs, ours, before, after))
