"""``handouts schema``"""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer


@click.command(epilog="Example: handouts schema -w my-clinic")
@click.argument("folder", metavar="[FOLDER]", type=click.Path(path_type=Path), required=False)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def schema(
    answer: Answer, folder: Path | None, workspace: Path | None, quiet: bool, verbose: bool
) -> None:
    """Write JSON Schemas, by which editors complete keys and underline slips.

    They go into FOLDER, or into `schemas/` in the clinic's folder. Run it again after an update.
    """
    from handouts.files import write_atomic
    from handouts.schema import FOLDER, schema_files
    from handouts.workspace import own_folder

    target = folder or own_folder(workspace, Path.cwd()) / FOLDER
    files = {target / name: text for name, text in schema_files().items()}
    for path, text in files.items():
        write_atomic(path, text.encode())
    answer.parts["files"] = list(map(str, files))
    if answer.as_json or quiet:
        return
    for path in files if verbose else ():
        terminal.say(f"wrote {terminal.shown_path(path)}")
    terminal.say(f"{len(files)} schemas in {terminal.shown_path(target)}/")
