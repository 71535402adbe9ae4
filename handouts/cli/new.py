"""``handouts new``"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from handouts.cli import options, terminal
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from handouts.catalogue import Catalogue
    from handouts.scaffold import Sort


def _kinds(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    from handouts.diagnostics import HandoutsError

    given = context.params.get("workspace")
    try:
        found = _catalogue(Path(given) if given else None).kinds
    except HandoutsError:
        return []
    return [CompletionItem(name) for name in found if name.startswith(begun)]


def _types(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    from handouts.models.blocks import BLOCK_TYPES

    return [CompletionItem(name) for name in BLOCK_TYPES if name.startswith(begun)]


_copy = click.option("--copy", is_flag=True, help="Copy the shipped file of this ID to change it.")


@click.group(
    no_args_is_help=False, epilog="Example: handouts new leaflet after-peeling --kind aftercare"
)
def new() -> None:
    """Make a file in the clinic's folder to begin from. It never writes over a file."""


@new.command(epilog="Example: handouts new leaflet after-peeling --kind aftercare")
@click.argument("name", metavar="ID")
@click.option("--kind", shell_complete=_kinds, help="What leaflet it is, as aftercare.")
@_copy
@options.workspace
@options.day
@options.as_json
@options.talk
@click.pass_obj
def leaflet(
    answer: Answer,
    name: str,
    kind: str | None,
    copy: bool,
    workspace: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Begin a leaflet: each section that its kind requires, in order, with words to be replaced."""
    from handouts.scaffold import LEAFLET, copy_text, leaflet_text

    catalogue = _catalogue(workspace)
    _check(LEAFLET, name, catalogue, copy=copy, option="--kind", given=kind, known=catalogue.kinds)
    text = (
        leaflet_text(name, catalogue.kinds[kind].model, day, catalogue)
        if kind
        else copy_text(LEAFLET, name, catalogue)
    )
    _write(answer, catalogue.workspace.folder, LEAFLET.file(name), text, quiet, verbose)


@new.command(epilog="Example: handouts new block get-help/acne-red-flags --copy")
@click.argument("name", metavar="ID")
@click.option("--type", "kind", shell_complete=_types, help="What block it is, as checklist.")
@_copy
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def block(
    answer: Answer,
    name: str,
    kind: str | None,
    copy: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Begin a block with every key that it may have. ID is a folder and a name, as laser/sun."""
    from handouts.models.blocks import BLOCK_TYPES
    from handouts.scaffold import BLOCK, block_text, copy_text

    catalogue = _catalogue(workspace)
    _check(BLOCK, name, catalogue, copy=copy, option="--type", given=kind, known=BLOCK_TYPES)
    text = block_text(name, kind, catalogue) if kind else copy_text(BLOCK, name, catalogue)
    _write(answer, catalogue.workspace.folder, BLOCK.file(name), text, quiet, verbose)


@new.command(epilog="Example: handouts new brand")
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def brand(answer: Answer, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Begin a brand.yaml with the shipped colours."""
    from handouts.scaffold import brand_text
    from handouts.workspace import own_folder

    folder = own_folder(workspace, Path.cwd())
    _write(answer, folder, "brand.yaml", brand_text(), quiet, verbose)


def _catalogue(workspace: Path | None) -> Catalogue:
    from handouts.catalogue import read_catalogue
    from handouts.workspace import own_workspace

    return read_catalogue(own_workspace(workspace, Path.cwd()))


def _check(
    sort: Sort,
    name: str,
    catalogue: Catalogue,
    *,
    copy: bool,
    option: str,
    given: str | None,
    known: Collection[str],
) -> None:
    """UsageError where the ID and the options do not fit each other or what there is."""
    from handouts.diagnostics import choices, near_miss

    shipped = sort.shipped(catalogue)
    fault = None
    if copy and given is not None:
        fault = f"Give --copy or {option}, not both"
    elif copy and name not in shipped:
        guess = near_miss(name, shipped) or choices(shipped)
        fault = f"There is no shipped {sort.name} `{name}`. {guess}"
    elif not copy and not sort.fits(name):
        fault = f"`{name}` cannot be an ID. Write {sort.form}"
    elif not copy and name in shipped:
        fault = f"There is a shipped {sort.name} `{name}`. Add --copy to change it"
    elif not copy and given not in known:
        guess = near_miss(given or "", known) or choices(known)
        fault = f"There is no {option[2:]} `{given}`" if given else f"Give {option}"
        fault += f". {guess}"
    if fault:
        raise click.UsageError(fault)


def _write(answer: Answer, folder: Path, file: str, text: str, quiet: bool, verbose: bool) -> None:
    """The file, and the schemas where the folder has none, so that editors find the file's own."""
    from handouts.files import write_new
    from handouts.schema import missing_schemas

    files = {**missing_schemas(folder), file: text}
    write_new(folder, files)
    answer.parts["files"] = [str(folder / name) for name in files]
    if answer.as_json or quiet:
        return
    for name in files if verbose else (file,):
        terminal.say(f"wrote {terminal.shown_path(folder / name)}")
