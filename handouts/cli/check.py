"""``handouts check``"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import UNFINISHED, counted


@click.command(
    short_help="Find all that is wrong, without writing leaflets.",
    epilog="Example: handouts check after-laser -w my-clinic",
)
@options.leaflets
@options.workspace
@options.day
@options.as_json
@options.talk
@click.pass_obj
def check(
    result: CommandResult,
    names: tuple[str, ...],
    workspace: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check all content, or that of the named leaflets: keys, sections, references, sources.

    Everything that `build` would report is found, but nothing is written, and leaflets need not be
    approved. What is in order is remembered, so that the next check and build are quick.
    """
    project = options.open_here(workspace)
    report = project.check(names, on=day, store=options.user_store(), jobs=None)
    result.values.update(leaflets=len(report.leaflets), blocks=report.blocks)
    result.report(report.diagnostics, quiet=quiet)
    if result.as_json:
        return
    for name, files in report.leaflets.items() if verbose else ():
        terminal.echo_err(f"read {name}: {counted(files, 'file')}")
    if not quiet:
        verdict = "no errors" if report.ok else "errors found"
        if todos := sum(d.code == UNFINISHED for d in report.diagnostics):
            verdict += f", {counted(todos, 'text')} to write"
        leaflets = counted(len(report.leaflets), "leaflet")
        blocks = counted(report.blocks, "block")
        terminal.echo_err(f"{leaflets}, {blocks}: {verdict}")
