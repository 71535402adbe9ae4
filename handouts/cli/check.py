"""``handouts check``"""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer


@click.command(epilog="Example: handouts check -w my-clinic")
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def check(answer: Answer, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Find faults without making anything: wrong keys, missing sections, references, sources."""
    from handouts.catalogue import read_catalogue
    from handouts.contract import check_catalogue
    from handouts.diagnostics import errors_in
    from handouts.workspace import open_workspace

    catalogue = read_catalogue(open_workspace(workspace, Path.cwd()))
    found = check_catalogue(catalogue)
    leaflets = len(catalogue.leaflets.read) + len(catalogue.leaflets.broken)
    blocks = len(catalogue.blocks.read) + len(catalogue.blocks.broken)
    answer.parts.update(leaflets=leaflets, blocks=blocks)
    answer.tell(found, quiet=quiet)
    if answer.as_json:
        return
    for name in catalogue.leaflets.read if verbose else ():
        terminal.say(f"read {name}: {len(catalogue.files_of(name))} files")
    if not quiet:
        verdict = "faults found" if errors_in(found) else "no faults"
        terminal.say(f"{leaflets} leaflets, {blocks} blocks: {verdict}")
