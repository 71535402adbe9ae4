"""``handouts new``"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult

_copy = click.option(
    "--copy", is_flag=True, help="Copy the shipped file with this ID, so that you can change it."
)


@click.group(
    no_args_is_help=False,
    short_help="Create a leaflet, a block, a kind, a region …",
    epilog="Example: handouts new leaflet after-peeling --kind aftercare",
)
def new() -> None:
    """Create a new file in the clinic's folder, or add an entry to a table.

    It never overwrites anything. TODO marks what is still to be written; `handouts check` lists it.
    """


@new.command(
    short_help="Create a leaflet, or copy one.",
    epilog="Example: handouts new leaflet after-peeling --kind aftercare",
)
@click.argument("name", metavar="ID", shell_complete=options.completing("shipped leaflet"))
@click.option(
    "--kind", shell_complete=options.completing("kind"), help="Kind of leaflet, e.g. aftercare."
)
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
@click.argument("name", metavar="ID", shell_complete=options.completing("shipped block"))
@click.option(
    "--type",
    "kind",
    shell_complete=options.completing("block type"),
    help="Type of block, e.g. checklist.",
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


@new.command(
    short_help="Create a kind of leaflet, or copy one.",
    epilog="Example: handouts new kind wound --copy aftercare",
)
@click.argument("name", metavar="ID")
@click.option(
    "--copy",
    metavar="KIND",
    shell_complete=options.completing("kind"),
    help="Begin with the sections of this kind.",
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def kind(
    result: CommandResult,
    name: str,
    copy: str | None,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Add a kind of leaflet to content/kinds.yaml: the sections that its leaflets must have.

    To change a shipped kind, copy it under its own ID: `handouts new kind explainer --copy
    explainer`.
    """
    from handouts.api.creation import new_kind

    files = new_kind(options.open_here(workspace), name, copy)
    _report(result, files, quiet=quiet, verbose=verbose)


@new.command(
    short_help="Create a region, or copy one.",
    epilog="Example: handouts new region IE --copy GB",
)
@click.argument("name", metavar="REGION")
@click.option(
    "--copy",
    metavar="REGION",
    shell_complete=options.completing("shipped region"),
    help="Begin with this shipped region, also with its own versions of blocks.",
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def region(
    result: CommandResult,
    name: str,
    copy: str | None,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Create a region: its emergency numbers, help lines, devices and spelling.

    Of a copy, every number and name is marked TODO: none may be printed before somebody has
    checked it. Set `region:` in handouts.yaml to use it.
    """
    from handouts.api.creation import new_region

    files = new_region(options.open_here(workspace), name.upper(), copy and copy.upper())
    _report(result, files, quiet=quiet, verbose=verbose)


@new.command(
    short_help="Copy labels, to change them.",
    epilog="Example: handouts new labels personal page_of",
)
@click.argument("keys", metavar="[KEY]...", nargs=-1, shell_complete=options.completing("label"))
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def labels(
    result: CommandResult,
    keys: tuple[str, ...],
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Copy labels into content/labels.yaml, all of them if none is named.

    Labels are what templates print of their own, such as "Page 1 of 4". A label that you remove
    again is the shipped one.
    """
    from handouts.api.creation import new_labels

    files = new_labels(options.open_here(workspace), keys)
    _report(result, files, quiet=quiet, verbose=verbose)


@new.command(
    short_help="Create a source, or copy one.",
    epilog="Example: handouts new source SMITH2024",
)
@click.argument("key", metavar="KEY", shell_complete=options.completing("source"))
@click.option(
    "--copy", is_flag=True, help="Copy the shipped source with this key, so that you can change it."
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def source(
    result: CommandResult,
    key: str,
    copy: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Add a source to content/sources.yaml, for blocks to cite as `sources: [KEY]`."""
    from handouts.api.creation import new_source

    files = new_source(options.open_here(workspace), key, copy=copy)
    _report(result, files, quiet=quiet, verbose=verbose)


@new.command(
    short_help="Create a template, or copy one.",
    epilog="Example: handouts new template leaflet.html.j2",
)
@click.argument("name", metavar="NAME", shell_complete=options.completing("shipped template"))
@click.option("--copy", is_flag=True, help="Copy the shipped template instead of extending it.")
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def template(
    result: CommandResult,
    name: str,
    copy: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Create a template that extends the shipped one, with a list of the names that it may use.

    NAME is a path below templates/, such as blocks/table.html.j2.
    """
    from handouts.api.creation import new_template

    files = new_template(options.open_here(workspace), name, copy=copy)
    _report(result, files, quiet=quiet, verbose=verbose)


def _report(result: CommandResult, files: Sequence[Path], *, quiet: bool, verbose: bool) -> None:
    result.values["files"] = [str(file) for file in files]
    if result.as_json or quiet:
        return
    for file in files if verbose else files[-1:]:
        terminal.echo_err(f"wrote {terminal.shown_path(file)}")
