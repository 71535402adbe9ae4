"""``handouts diff``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult

if TYPE_CHECKING:
    from handouts.cli import answers


@click.command(
    short_help="Compare the clinic's files with those they override.",
    epilog="Example: handouts diff acne-explained -w my-clinic",
)
@click.argument("names", metavar="[ID]...", nargs=-1, shell_complete=options.completing("override"))
@click.option(
    "--accept",
    is_flag=True,
    help="Record that you have compared the named files with the current originals: update their "
    "`replaces:` line. Nothing else is changed.",
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def diff(
    result: CommandResult,
    names: tuple[str, ...],
    accept: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Show how the clinic's files, named or all, differ from those they override.

    ID is the ID of a leaflet or block, or a path below content/ or templates/. A file is watched
    if its first lines contain `# replaces: SHA-256`, or `{# replaces: SHA-256 #}` in a template.
    It has drifted if the file it overrides has changed since that line was written.
    """
    from handouts.api import authoring

    project = options.open_here(workspace)
    if accept:
        if not names:
            raise click.UsageError("`--accept` needs the IDs of the files that you have compared")
        result.values["accepted"] = list(authoring.accept(project, names))
    comparisons, warnings = authoring.compare(project, names)
    rows: list[answers.Override] = [
        {
            "id": override.id,
            "file": terminal.shown_path(override.file),
            "replaces": terminal.shown_path(override.replaced) if override.replaced else None,
            "layer": override.layer,
            "recorded": override.recorded,
            "digest": override.digest,
            "state": comparison.state,
            "diff": comparison.diff,
        }
        for comparison in comparisons
        for override in [comparison.override]
    ]
    result.values["overrides"] = rows
    result.report(warnings, quiet=quiet)
    if result.as_json:
        return
    for row in rows:
        if accept:  # whoever accepts has seen the difference
            if not quiet:
                terminal.echo_err(f"updated the `replaces:` line of {row['file']}")
            continue
        terminal.echo(click.style(f"{row['id']}, {row['state']}", bold=True))
        if verbose:
            terminal.echo(f"  {row['file']} replaces {row['replaces'] or 'nothing'}")
        terminal.echo_diff(row["diff"] or ("  no differences\n" if row["replaces"] else ""))
    if not rows and not quiet:
        terminal.echo_err("The clinic overrides no files")
