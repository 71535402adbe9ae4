"""The rules of `check`, which apply across files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handouts.content.catalogue import TABLES, Catalogue
from handouts.content.layers import layer_name, layered_files
from handouts.content.load import load
from handouts.content.yaml import MAX_BYTES, decode
from handouts.diagnostics import UNFINISHED, Diagnostic, HandoutsError, Place, Severity
from handouts.files import read_bytes
from handouts.model.blocks import AnyBlock
from handouts.review.rules.blocks import block_faults
from handouts.review.rules.claims import claims
from handouts.review.rules.leaflets import leaflet_faults, own_id
from handouts.review.rules.tables import table_faults

_TODO = re.compile(r"^\s*#+\s*(TODO)\b|^[^#\n]*\b(TODO)\b|^\s*[^\s#].*\s#+\s*(TODO)\b")
"""TODO in text, or at the start of a comment; in keys that are commented out it is allowed."""


def check_catalogue(catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """All problems in all files, each reported once."""
    workspace = catalogue.workspace
    found = list(workspace.diagnostics)
    # Most clinics have no texts or templates of their own: they need not wait for this import.
    if (workspace.folder / "content").is_dir() or (workspace.folder / "templates").is_dir():
        from handouts.content.overrides import drift

        found += drift(workspace)
        found += _hidden_regional_blocks(catalogue)
        found += _unfinished(catalogue)
    found += catalogue.faults
    found += table_faults(catalogue)
    found += claims(catalogue)
    for name, leaflet in catalogue.leaflets.read.items():
        found += leaflet_faults(name, leaflet, catalogue)
    # Blocks in files of their own are checked even if no leaflet uses them.
    for name, block in catalogue.blocks.read.items():
        found += own_id(name, block)
        found += block_faults(block, (), catalogue)
    return tuple(dict.fromkeys(found))


def _hidden_regional_blocks(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """A clinic's block for all regions that overrides a region's own version.

    Regional versions exist where the law differs. If such a block is critical, overriding it is an
    error, because one region's rule would be printed in another.
    """
    workspace = catalogue.workspace
    own, shipped = workspace.folder / "content", workspace.library.content / "regions"
    for name, path in layered_files((own,), "blocks", ".yaml").items():
        file = f"blocks/{name}.yaml"
        regions = [r for r in workspace.library.regions() if (shipped / r / file).is_file()]
        # A clinic that also has its own version for that region hides nothing there.
        hidden = [r for r in regions if not (own / "regions" / r / file).is_file()]
        if hidden:
            critical = any(load(shipped / r / file, AnyBlock).model.critical for r in hidden)
            message = f"`{name}` hides the regional block of {', '.join(hidden)}"
            target = f"content/regions/{catalogue.region.model.id}/{file}"
            hint = f"Move it to `{target}` to use it in that region only"
            severity = Severity.ERROR if critical else Severity.WARNING
            yield Diagnostic("hidden-regional-block", message, Place(path), hint, severity)


def _unfinished(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Each TODO in the clinic's own files, such as ``handouts new`` leaves there."""
    layers = catalogue.workspace.content_layers
    tables = [layer / f"{name}.yaml" for layer in layers for name in TABLES]
    words = [*catalogue.leaflets.read.values(), *catalogue.blocks.read.values()]
    files = [*(loaded.file for loaded in words), *filter(Path.is_file, tables)]
    # Of other regions too: their TODOs stop nothing here, but who writes them runs `check`.
    regions = layered_files(layers, "regions", ".yaml").values()
    for path in dict.fromkeys([*files, *regions]):
        if layer_name(path, layers) != "clinic":
            continue
        try:
            text = decode(path, read_bytes(path, MAX_BYTES))
        except HandoutsError:  # reported when it was loaded
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            if todo := _TODO.search(line):
                # One of three groups has matched; `lastindex` says which.
                column = todo.start(todo.lastindex or 0) + 1
                message = "This text is still to be written"
                hint = "Replace TODO; until then the leaflet cannot be approved"
                place = Place(path, number, column, len("TODO"))
                yield Diagnostic(UNFINISHED, message, place, hint, Severity.WARNING)
