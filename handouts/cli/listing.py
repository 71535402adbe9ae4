"""``handouts list`` and ``handouts show``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from handouts.catalogue import Catalogue


@click.command("list", epilog="Example: handouts list --json")
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def list_(answer: Answer, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Name the leaflets that there are, with kind, languages and approval."""
    catalogue = _catalogue(workspace)
    rows = [_row(name, catalogue) for name in catalogue.leaflets.read]
    answer.parts["leaflets"] = rows
    answer.tell((*catalogue.workspace.diagnostics, *catalogue.faults), quiet=quiet)
    if not answer.as_json:
        _print_rows(rows, verbose=verbose)


@click.command(epilog="Example: handouts show acne-explained")
@options.leaflet_name
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def show(answer: Answer, name: str, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Tell what a leaflet is made of: its sections, blocks, files and sources."""
    from handouts.catalogue import select

    catalogue = _catalogue(workspace)
    select(catalogue, (name,))
    answer.tell(catalogue.workspace.diagnostics, quiet=quiet)
    if broken := catalogue.leaflets.broken.get(name):
        answer.tell(d for d in catalogue.faults if d.place and d.place.file == broken)
        return
    leaflet = _row(name, catalogue) | _parts(name, catalogue)
    answer.parts["leaflet"] = leaflet
    if not answer.as_json:
        _print_parts(leaflet, verbose=verbose)


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
        terminal.show(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )


def _print_parts(row: dict[str, Any], *, verbose: bool) -> None:
    terminal.show(click.style(row["title"], bold=True))
    terminal.show(f"{row['id']}, {row['kind']}, version {row['version']}, {row['approval']}")
    terminal.show(f"{row['aim']}\n{row['file']}\n")
    for section in row["sections"]:
        terminal.show(f"{section['id']}: {section['heading']}")
        for block in section["blocks"]:
            name = block["id"] or "(in place)"
            terminal.show(f"    {block['type']:<11} {name}  {block['file']}:{block['line']}")
            for words in block["words"] if verbose else ():
                terminal.show(f"        {words}")
    terminal.show(f"\nSources: {', '.join(row['sources'])}")
