"""``handouts doctor``"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import Diagnostic, Severity

# These change what the program does. No others are shown, since people pass the findings on.
_VARIABLES = ("FONTCONFIG_FILE", "SOURCE_DATE_EPOCH", "NO_COLOR", "DYLD_FALLBACK_LIBRARY_PATH")

_SIGNS = {
    None: click.style("ok  ", fg="green"),
    Severity.WARNING: click.style("warn", fg="yellow"),
    Severity.ERROR: click.style("FAIL", fg="red"),
}


@click.command(
    short_help="Check whether this machine can make leaflets.",
    epilog="Example: handouts doctor -w my-clinic",
)
@options.workspace
@options.as_json
@click.pass_obj
def doctor(result: CommandResult, workspace: Path | None) -> None:
    """Check whether this machine can make leaflets: versions, libraries, engine, fonts, folders."""
    from handouts.api.doctor import Finding, findings

    variables = [Finding(n, os.environ[n]) for n in _VARIABLES if n in os.environ]
    project, output = options.open_here(workspace), options.output_folder(workspace)
    checked = [*variables, *findings(project, options.user_store(), output)]
    result.values["findings"] = [asdict(finding) for finding in checked]
    # Recorded for the exit code and for JSON; `report` would print them a second time.
    result.diagnostics += [
        Diagnostic("cannot-run", f"{finding.name}: {finding.text}", severity=finding.severity)
        for finding in checked
        if finding.severity
    ]
    for finding in checked if not result.as_json else ():
        terminal.echo(f"{_SIGNS[finding.severity]}  {finding.name:<28} {finding.text}")
