"""``handouts new``"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult

if TYPE_CHECKING:
    from handouts.api.authoring import What


def _known(what: What) -> Any:
    def complete(
        context: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from handouts.api.authoring import known_types
        from handouts.diagnostics import HandoutsError

        folder = context.params.get("workspace")
        try:
            names = known_types(what, options.open_here(Path(folder) if folder else None))
        except HandoutsError:
            return []  # an error would be printed into the line that is being typed
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]

    return complete


_copy = click.option(
    "--copy", is_flag=True, help="Copy the shipped file with this ID, so that you can change it."
)


@click.group(
    no_args_is_help=False,
    short_help="Create a leaflet, a block or a brand file.",
    epilog="Example: handouts new leaflet after-peeling --kind aftercare",
)
def new() -> None:
    """Create a new file in the clinic's folder. It never overwrites a file."""


@new.command(
    short_help="Create a leaflet, or copy one.",
    epilog="Example: handouts new leaflet after-peeling --kind aftercare",
)
@click.argument("name", metavar="ID")
@click.option("--kind", shell_complete=_known("leaflet"), help="Kind of leaflet, e.g. aftercare.")
@_copy
@options.workspace
@options.day
@options.as_json
@options.talk
@click.pass_obj
def leaflet(
    result: CommandResult,
    name: str,
    kind: str | None,
    copy: bool,
    workspace: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Create a leaflet with the sections that its kind requires, and placeholder text."""
    from handouts.api.authoring import new_file

    project = options.open_here(workspace)
    files = new_file(project, "leaflet", name, kind, copy=copy, on=day)
    _report(result, files, quiet=quiet, verbose=verbose)


@new.command(
    short_help="Create a block, or copy one.",
    epilog="Example: handouts new block get-help/acne-red-flags --copy",
)
@click.argument("name", metavar="ID")
@click.option(
    "--type", "kind", shell_complete=_known("block"), help="Type of block, e.g. checklist."
)
@_copy
@options.workspace
@options.day
@options.as_json
@options.talk
@click.pass_obj
def block(
    result: CommandResult,
    name: str,
    kind: str | None,
    copy: bool,
    workspace: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Create a block with every key that it may have. ID is a folder and a name, e.g. laser/sun."""
    from handouts.api.authoring import new_file

    project = options.open_here(workspace)
    files = new_file(project, "block", name, kind, copy=copy, on=day)
    _report(result, files, quiet=quiet, verbose=verbose)


@new.command(short_help="Create a brand.yaml.", epilog="Example: handouts new brand")
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def brand(result: CommandResult, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Create a brand.yaml with the default colours."""
    from handouts.api.authoring import new_brand

    files = new_brand(options.open_here(workspace))
    _report(result, files, quiet=quiet, verbose=verbose)


def _report(result: CommandResult, files: Sequence[Path], *, quiet: bool, verbose: bool) -> None:
    result.values["files"] = [str(file) for file in files]
    if result.as_json or quiet:
        return
    for file in files if verbose else files[-1:]:
        terminal.echo_err(f"wrote {terminal.shown_path(file)}")
