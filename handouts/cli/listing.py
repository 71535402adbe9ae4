"""``handouts list`` and ``handouts show``"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal

if TYPE_CHECKING:
    from handouts.catalogue import Catalogue


@click.command("list", epilog="Example: handouts list --json")
@options.workspace
@options.as_json
@options.talk
def list_(workspace: Path | None, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Name the leaflets that there are, with kind, languages and approval."""
    with terminal.reported(json_answer=as_json):
        from handouts.diagnostics import errors_in

        catalogue = _catalogue(workspace)
        rows = [_row(name, catalogue) for name in catalogue.leaflets.read]
    if as_json:
        terminal.answer(rows)
    else:
        terminal.tell((*catalogue.workspace.diagnostics, *catalogue.faults), quiet=quiet)
        _print_rows(rows, verbose=verbose)
    if errors_in(catalogue.faults):
        sys.exit(terminal.PROBLEMS)


@click.command(epilog="Example: handouts show acne-explained")
@options.leaflet_name
@options.workspace
@options.as_json
@options.talk
def show(name: str, workspace: Path | None, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Tell what a leaflet is made of: its sections, blocks, files and sources."""
    with terminal.reported(json_answer=as_json):
        from handouts.catalogue import select
        from handouts.diagnostics import HandoutsError

        catalogue = _catalogue(workspace)
        select(catalogue, (name,))
        if broken := catalogue.leaflets.broken.get(name):
            faults = (d for d in catalogue.faults if d.place and d.place.file == broken)
            raise HandoutsError(*faults)
        row = _row(name, catalogue) | _parts(name, catalogue)
    if as_json:
        terminal.answer(row)
    else:
        terminal.tell(catalogue.workspace.diagnostics, quiet=quiet)
        _print_parts(row, verbose=verbose)


def _catalogue(workspace: Path | None) -> Catalogue:
    from handouts.catalogue import read_catalogue
    from handouts.workspace import open_workspace

    return read_catalogue(open_workspace(workspace, Path.cwd()))


def _row(name: str, catalogue: Catalogue) -> dict[str, Any]:
    leaflet = catalogue.leaflets.read[name].model
    return {
        "id": name,
        "title": leaflet.title.plain,
        "kind": leaflet.kind,
        "languages": list(catalogue.languages),
        "approval": "unapproved",
        "version": leaflet.version,
        "issued": leaflet.issued.isoformat(),
    }


def _parts(name: str, catalogue: Catalogue) -> dict[str, Any]:
    from handouts.text import texts_in

    leaflet = catalogue.leaflets.read[name]
    sections: dict[str, dict[str, Any]] = {
        section.id: {"id": section.id, "heading": section.heading.plain, "blocks": []}
        for section in leaflet.model.sections
    }
    sources: dict[str, None] = {}
    for section, block, path in catalogue.blocks_of(leaflet):
        sources.update(dict.fromkeys(block.model.sources))
        place = block.place_of(*path)
        sections[section]["blocks"].append(
            {
                "type": block.model.type,
                "id": block.model.id,
                "file": terminal.shown_path(place.file),
                "line": place.line,
                "words": [text.plain for text, _ in texts_in(block.model)],
            }
        )
    return {
        "aim": leaflet.model.aim.plain,
        "file": terminal.shown_path(leaflet.file),
        "sections": list(sections.values()),
        "sources": list(sources),
    }


def _print_rows(rows: list[dict[str, Any]], *, verbose: bool) -> None:
    columns = ["id", "kind", "languages", "approval", "title"]
    columns[4:4] = ["version", "issued"] if verbose else []
    cells = [
        [", ".join(c) if isinstance(c := row[name], list) else c for name in columns]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in (columns, *cells):
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )


def _print_parts(row: dict[str, Any], *, verbose: bool) -> None:
    click.echo(click.style(row["title"], bold=True))
    click.echo(f"{row['id']}, {row['kind']}, version {row['version']}, {row['approval']}")
    click.echo(f"{row['aim']}\n{row['file']}\n")
    for section in row["sections"]:
        click.echo(f"{section['id']}: {section['heading']}")
        for block in section["blocks"]:
            name = block["id"] or "(in place)"
            click.echo(f"    {block['type']:<11} {name}  {block['file']}:{block['line']}")
            for words in block["words"] if verbose else ():
                click.echo(f"        {words}")
    click.echo(f"\nSources: {', '.join(row['sources'])}")
