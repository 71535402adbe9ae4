"""``handouts build --pack``"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import terminal
from handouts.cli.program import CommandResult

if TYPE_CHECKING:
    from handouts.api.project import Project


def build_packs(
    result: CommandResult,
    projects: Iterable[Project],
    names: tuple[str, ...],
    output: Path,
    arguments: dict[str, Any],
    *,
    quiet: bool,
) -> list[str]:
    """Make packs, and give the names of their files."""
    from handouts.api.packs import write_packs

    if not names:
        raise click.UsageError("`--pack` needs the names of leaflets, or that of a pack")
    personal, made = arguments["personal"] is not None, []
    for project in projects:
        packs = project.packs(names, **arguments)
        result.report(packs.diagnostics, quiet=quiet)
        for file, written, told in write_packs(packs, output, personal=personal):
            result.report(told, quiet=quiet)
            if not (quiet or result.as_json):
                word = "wrote" if written else "current"
                terminal.echo_err(f"{word} {terminal.shown_path(output / file.name)}")
            made.append(file.name)
            if not personal:  # of a personal copy nothing is recorded
                record = {
                    "file": file.name,
                    "sha256": file.sha256,
                    "size": len(file.pdf),
                    "codes": [document.code for document in file.documents],
                    "pages": list(file.pages),
                }
                result.values["packs"].append(record)
        result.values["not_made"] = sorted({*result.values["not_made"], *packs.not_made})
    return made
