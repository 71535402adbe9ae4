"""``handouts diff``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from handouts.overrides import Override
    from handouts.workspace import Workspace


@click.command(epilog="Example: handouts diff acne-explained -w my-clinic")
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option(
    "--accept",
    is_flag=True,
    help="Record, in the first lines of the named files, that they were compared with what they "
    "replace as it now stands. Nothing else is changed.",
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def diff(
    answer: Answer,
    names: tuple[str, ...],
    accept: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Tell how the clinic's files differ from those that they replace: the named ones, or all.

    An ID is a leaflet's or a block's, or a path below content or templates. A file is watched that
    says in its first lines `# replaces: SHA-256`, or `{# replaces: SHA-256 #}` in a template: when
    what it replaces has changed since, it has drifted.
    """
    from handouts.overrides import accept as record
    from handouts.overrides import chosen, drift, overrides
    from handouts.workspace import open_workspace, own_workspace

    opened = (own_workspace if accept else open_workspace)(workspace, Path.cwd())
    found = chosen(overrides(opened), names)
    if accept and not names:
        raise click.UsageError("Name the files that you have looked at")
    for override in found if accept else ():
        record(override)
    answer.parts["accepted"] = [override.id for override in found if accept]
    found = chosen(overrides(opened), names)
    rows = [_row(override, opened) for override in found]
    answer.parts["overrides"] = rows
    files = {override.file for override in found}
    answer.tell(opened.diagnostics, quiet=quiet)
    answer.tell(d for d in drift(opened) if d.place and d.place.file in files)
    if not answer.as_json:
        _print(rows, accepted=accept, quiet=quiet, verbose=verbose)


def _row(override: Override, workspace: Workspace) -> dict[str, Any]:
    from handouts.overrides import difference

    replaced = override.replaced
    return {
        "id": override.id,
        "file": terminal.shown_path(override.file),
        "replaces": terminal.shown_path(replaced) if replaced else None,
        "layer": override.layer,
        "recorded": override.recorded,
        "digest": override.digest,
        "state": _state(override),
        "diff": difference(override, workspace),
    }


def _state(override: Override) -> str:
    if override.recorded is None:
        return "not watched"
    return "drifted" if override.drifted else "watched"


def _print(rows: list[dict[str, Any]], *, accepted: bool, quiet: bool, verbose: bool) -> None:
    for row in rows:
        if accepted:
            if not quiet:
                terminal.say(f"recorded in {row['file']} what it replaces")
            continue
        terminal.show(click.style(f"{row['id']}, {row['state']}", bold=True))
        if verbose:
            terminal.show(f"  {row['file']} stands before {row['replaces'] or 'nothing'}")
        terminal.patch(row["diff"] or ("  no difference\n" if row["replaces"] else ""))
    if not rows and not quiet:
        terminal.say("The clinic replaces no file")
