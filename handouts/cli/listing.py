"""``handouts list`` and ``handouts show``"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import counted

if TYPE_CHECKING:
    from handouts.cli import answers
    from handouts.diagnostics import Place
    from handouts.model.document import Document
    from handouts.page.provenance import Spot


_COLUMNS = {
    "regions": ("id", "name", "paper", "used", "layer"),
    "kinds": ("id", "label", "review_months", "leaflets", "layer"),
    "sources": ("key", "grade", "year", "organisation", "title"),
    "treatments": ("id", "name", "offered", "leaflets"),
}
"""What can be listed besides leaflets, with the columns of its table."""


@click.command(
    "list", short_help="List leaflets, regions and more.", epilog="Example: handouts list sources"
)
@click.argument(
    "what",
    metavar="[WHAT]",
    type=click.Choice(("leaflets", *_COLUMNS)),
    default="leaflets",
)
@options.workspace
@options.languages
@options.day
@options.as_json
@options.talk
@click.pass_obj
def list_(
    result: CommandResult,
    what: str,
    workspace: Path | None,
    languages: tuple[str, ...],
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """List all leaflets with their kind, languages and approval.

    WHAT may also be regions, kinds, sources or treatments.
    """
    from handouts.api import listing as lists

    project = options.open_here(workspace)
    if what != "leaflets":
        found = getattr(lists, what)(project)
        rows = [
            {**row, "file": terminal.shown_path(row["file"])} if "file" in row else row
            for row in found
        ]
        result.values[what] = rows
        if not result.as_json:
            more = [
                name for name in ("url", "sections", "file") if verbose and rows and name in rows[0]
            ]
            shown = [
                {
                    key: ("yes" if value else "") if isinstance(value, bool) else value or ""
                    for key, value in row.items()
                }
                for row in rows
            ]
            terminal.table(shown, [*_COLUMNS[what], *more])
        return
    listing = project.leaflets(on=day, languages=languages)
    leaflets = _rows(listing.documents) + [
        cast("answers.Listed", {**row, "offered": False, "languages": [], "approval": None})
        for row in lists.not_offered(project)
    ]
    leaflets.sort(key=lambda row: row["id"])
    result.values["leaflets"] = leaflets
    result.report(listing.diagnostics, quiet=quiet)
    if not result.as_json:
        more = ["version", "issued"] if verbose else []
        columns = ["id", "kind", "languages", "approval", *more, "title"]
        shown = [{**row, "approval": row["approval"] or "not offered"} for row in leaflets]
        terminal.table(shown, columns)


@click.command(
    short_help="Show what a leaflet consists of.",
    epilog="Example: handouts show acne-explained --explain",
)
@options.leaflet
@click.option(
    "--explain",
    is_flag=True,
    help="Show where each part comes from (clinic, region or shipped) and what it overrides.",
)
@click.option(
    "--sources",
    is_flag=True,
    help="Print all sources instead, by the numbers on the pages, for a reader who asks.",
)
@options.workspace
@options.language
@options.day
@options.as_json
@options.talk
@click.pass_obj
def show(
    result: CommandResult,
    name: str,
    explain: bool,
    sources: bool,
    workspace: Path | None,
    language: str | None,
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Show what a leaflet consists of: its sections, blocks, files and sources."""
    from handouts.api.leaflet import leaflet_parts

    project = options.open_here(workspace)
    listing = project.leaflets([name], on=day, languages=[language] if language else [])
    result.report(listing.diagnostics, quiet=quiet)
    if not listing.documents:
        return
    document = listing.documents[0]
    (row,) = _rows([document])
    parts = _with_file(leaflet_parts(project, name, document.language))
    del parts["line"]  # a leaflet is its whole file
    for section in parts["sections"]:
        section["blocks"] = [_with_file(block) for block in section["blocks"]]
    keys = ("key", "organisation", "title", "year", "url")
    parts["sources"] = [{k: getattr(source, k) for k in keys} for source in document.references]
    leaflet = cast("answers.Shown", row | parts)
    if explain:
        leaflet["made_from"] = [
            {
                "part": origin.part,
                "name": origin.name,
                **_spot(origin.spot),
                "shadows": [_spot(spot) for spot in origin.shadows],
            }
            for origin in project.origins(document)
        ]
    result.values["leaflet"] = leaflet
    if not result.as_json and sources:
        # The whole list, of which a leaflet prints the first few.
        terminal.echo(click.style(leaflet["title"], bold=True))
        for number, source in enumerate(leaflet["sources"], start=1):
            what = f"{source['organisation']}. {source['title']}. {source['year']}."
            more = f"\n     {source['url']}" if source["url"] else ""
            terminal.echo(f"{number:>3}  {what}{more}")
    elif not result.as_json:
        _print_parts(leaflet, verbose=verbose)


def _rows(documents: tuple[Document, ...] | list[Document]) -> list[answers.Listed]:
    """A row for each leaflet; in several languages, with the lowest approval of them."""
    # Least first: a list that called a leaflet approved while one language is not would mislead.
    order = ("unapproved", "lapsed", "expired", "approved")
    by_leaflet: dict[str, list[Document]] = {}
    for document in documents:
        by_leaflet.setdefault(document.leaflet, []).append(document)
    return [
        {
            "id": name,
            "title": versions[0].title.plain,
            "kind": versions[0].kind,
            "offered": True,
            "languages": [document.language for document in versions],
            "approval": min((d.standing.approval for d in versions), key=order.index),
            "version": versions[0].version,
            "issued": versions[0].issued.isoformat(),
        }
        for name, versions in by_leaflet.items()
    ]


def _with_file(part: dict[str, Any]) -> dict[str, Any]:
    """A leaflet or block with its place as file and line."""
    place: Place = part["place"]
    rest = {key: value for key, value in part.items() if key != "place"}
    return {**rest, "file": terminal.shown_path(place.file), "line": place.line}


def _spot(spot: Spot) -> answers.Spot:
    place = spot.place
    return {"layer": spot.layer, "file": terminal.shown_path(place.file), "line": place.line}


def _print_parts(row: answers.Shown, *, verbose: bool) -> None:
    """What the leaflet says and, if asked for, where each part of it comes from."""
    terminal.echo(click.style(row["title"], bold=True))
    terminal.echo(f"{row['id']}, {row['kind']}, version {row['version']}, {row['approval']}")
    terminal.echo(f"{row['aim']}\n{row['file']}\n")
    for section in row["sections"]:
        terminal.echo(f"{section['id']}: {section['heading']}")
        for block in section["blocks"]:
            name = block["id"] or "(inline)"
            terminal.echo(f"    {block['type']:<11} {name}  {block['file']}:{block['line']}")
            for words in block["words"] if verbose else ():
                terminal.echo(f"        {words}")
    terminal.echo(f"\nSources: {', '.join(source['key'] for source in row['sources'])}")
    if "made_from" not in row:
        return
    # A line for each file: a leaflet takes scores of entries from one shipped table. Those that
    # override something, or are the clinic's, are listed by themselves.
    names: dict[tuple[str, str, str, str], list[str]] = {}
    for origin in row["made_from"]:
        spots = [f"{spot['layer']} {spot['file']}:{spot['line']}" for spot in origin["shadows"]]
        detailed = verbose or spots or origin["layer"] == "clinic"
        file = f"{origin['file']}:{origin['line']}" if detailed else origin["file"]
        key = (origin["part"], origin["layer"], file, ", ".join(spots))
        names.setdefault(key, []).append(origin["name"])
    rows = [
        {
            "part": part,
            "name": entries[0] if len(entries) == 1 else counted(len(entries), "entry", "entries"),
            "layer": layer,
            "file": file,
            "shadows": shadows,
        }
        for (part, layer, file, shadows), entries in names.items()
    ]
    terminal.echo("")
    terminal.table(rows, ["part", "name", "layer", "file", "shadows"])
