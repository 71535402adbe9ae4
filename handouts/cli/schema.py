"""``handouts schema``"""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult


@click.command(
    short_help="Write JSON Schemas for editors.", epilog="Example: handouts schema -w my-clinic"
)
@click.argument("folder", metavar="[FOLDER]", type=click.Path(path_type=Path), required=False)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def schema(
    result: CommandResult, folder: Path | None, workspace: Path | None, quiet: bool, verbose: bool
) -> None:
    """Write JSON Schemas, which editors use to complete keys and underline mistakes.

    They go into FOLDER, or else into `schemas/` in the clinic's folder. Run this after each update.
    """
    from handouts.api.authoring import write_schemas

    target = folder or options.open_here(workspace).own_folder() / "schemas"
    files = write_schemas(target)
    result.values["files"] = list(map(str, files))
    if result.as_json or quiet:
        return
    for path in files if verbose else ():
        terminal.echo_err(f"wrote {terminal.shown_path(path)}")
    terminal.echo_err(f"{len(files)} schemas in {terminal.shown_path(target)}/")
