"""What holds between files: the rules of `check`, told with their places."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.catalogue import Catalogue
from handouts.contract.blocks import block_faults
from handouts.contract.leaflets import leaflet_faults, own_id
from handouts.contract.tables import table_faults
from handouts.diagnostics import Diagnostic
from handouts.overrides import drift


def check_catalogue(catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    """Every broken rule of every file, each once."""
    return tuple(dict.fromkeys(_faults(catalogue)))


def _faults(catalogue: Catalogue) -> Iterator[Diagnostic]:
    yield from catalogue.workspace.diagnostics
    yield from drift(catalogue.workspace)
    yield from catalogue.faults
    yield from table_faults(catalogue)
    for name, leaflet in catalogue.leaflets.read.items():
        yield from leaflet_faults(name, leaflet, catalogue)
    for name, block in catalogue.blocks.read.items():
        yield from own_id(name, block)
        yield from block_faults(block, (), catalogue)
