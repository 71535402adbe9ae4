"""``handouts check``"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from handouts.cli import options, terminal


@click.command(epilog="Example: handouts check -w my-clinic")
@options.workspace
@options.as_json
@options.talk
def check(workspace: Path | None, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Find faults without making anything: wrong keys, missing sections, references, sources."""
    with terminal.reported(json_answer=as_json):
        from handouts.catalogue import read_catalogue
        from handouts.contract import check_catalogue
        from handouts.diagnostics import errors_in
        from handouts.workspace import open_workspace

        catalogue = read_catalogue(open_workspace(workspace, Path.cwd()))
        found = check_catalogue(catalogue)
    leaflets = len(catalogue.leaflets.read) + len(catalogue.leaflets.broken)
    blocks = len(catalogue.blocks.read) + len(catalogue.blocks.broken)
    if as_json:
        terminal.answer(
            {"leaflets": leaflets, "blocks": blocks, "diagnostics": [d.to_json() for d in found]}
        )
    else:
        terminal.tell(found, quiet=quiet)
        if verbose:
            for name in catalogue.leaflets.read:
                terminal.say(f"read {name}: {len(catalogue.files_of(name))} files")
        if not quiet:
            verdict = "faults found" if errors_in(found) else "no faults"
            terminal.say(f"{leaflets} leaflets, {blocks} blocks: {verdict}")
    if errors_in(found):
        sys.exit(terminal.PROBLEMS)
