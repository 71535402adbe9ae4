"""Packs of leaflets as files in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handouts.build.packs import PackFile, Packs
    from handouts.diagnostics import Diagnostic


def write_packs(
    packs: Packs, folder: Path, *, personal: bool
) -> Iterator[tuple[PackFile, bool, tuple[Diagnostic, ...]]]:
    """Write packs into a folder: each under its name there, whether it is new, and warnings."""
    from handouts.build.packs import counterparts, write_pack
    from handouts.files import sweep

    sweep(folder)
    for made in packs.files:
        name, new = write_pack(folder, made, personal=personal)
        yield replace(made, name=name), new, tuple(counterparts(folder, made))
