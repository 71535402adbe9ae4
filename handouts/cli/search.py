"""``handouts search``"""

from __future__ import annotations

from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import counted


@click.command(
    short_help="Find words in all leaflets.", epilog="Example: handouts search cold sores"
)
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@options.workspace
@options.region
@options.as_json
@options.talk
@click.pass_obj
def search(
    result: CommandResult,
    words: tuple[str, ...],
    workspace: Path | None,
    regions: tuple[str, ...],
    quiet: bool,
    verbose: bool,
) -> None:
    """Find words in the text of leaflets, blocks, tables and labels; the clinic's files come first.

    Several words are searched for as a phrase. Capitals make no difference. Each match is shown
    with its file, line and column.
    """
    from handouts.api.search import search as find

    phrase = " ".join(words)
    if not phrase.strip():
        raise click.UsageError("There is nothing to search for: give a word")
    matches: list[dict[str, object]] = result.values["matches"]
    for region in dict.fromkeys(regions) or (None,):
        found, faults = find(phrase, options.open_here(workspace, region))
        result.report(faults, quiet=quiet)
        for each in found:
            row = {
                "file": terminal.shown_path(each.place.file),
                "line": each.place.line,
                "column": each.place.column,
                "layer": each.layer,
                "excerpt": each.excerpt,
            }
            if row not in matches:
                matches.append(row)
    if result.as_json:
        return
    for row in matches:
        where = click.style(f"{row['file']}:{row['line']}:{row['column']}", fg="cyan")
        layer = f" [{row['layer']}]" if verbose else ""
        terminal.echo(f"{where}{layer}: {row['excerpt']}")
    if not quiet:
        count = counted(len(matches), "match", "matches")
        terminal.echo_err(f"{count} for `{phrase}`" if matches else f"No matches for `{phrase}`")
