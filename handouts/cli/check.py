"""``handouts check``"""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult


@click.command(
    short_help="Check all content without making leaflets.",
    epilog="Example: handouts check -w my-clinic",
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def check(result: CommandResult, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Check all content without making leaflets: keys, sections, references, sources."""
    report = options.open_here(workspace).check(options.user_store())
    result.values.update(leaflets=len(report.leaflets), blocks=report.blocks)
    result.report(report.diagnostics, quiet=quiet)
    if result.as_json:
        return
    for name, files in report.leaflets.items() if verbose else ():
        terminal.echo_err(f"read {name}: {files} files")
    if not quiet:
        verdict = "no errors" if report.ok else "errors found"
        terminal.echo_err(f"{len(report.leaflets)} leaflets, {report.blocks} blocks: {verdict}")
