"""``handouts list`` and ``handouts show``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from handouts.catalogue import Catalogue
    from handouts.origins import Spot


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


@click.command(epilog="Example: handouts show acne-explained --explain")
@options.leaflet_name
@click.option(
    "--explain",
    is_flag=True,
    help="Tell of every file, table entry, template, style and drawing that makes the leaflet "
    "which layer it comes from (clinic, region or shipped), and what it shadows there.",
)
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def show(
    answer: Answer, name: str, explain: bool, workspace: Path | None, quiet: bool, verbose: bool
) -> None:
    """Tell what a leaflet is made of: its sections, blocks, files and sources."""
    from handouts.catalogue import select

    catalogue = _catalogue(workspace)
    select(catalogue, (name,))
    answer.tell(catalogue.workspace.diagnostics, quiet=quiet)
    if broken := catalogue.leaflets.broken.get(name):
        answer.tell(d for d in catalogue.faults if d.place and d.place.file == broken)
        return
    leaflet = _row(name, catalogue) | _parts(name, catalogue)
    if explain:
        leaflet["made_from"] = _origins(answer, name, catalogue)
    answer.parts["leaflet"] = leaflet
    if not answer.as_json:
        _print_parts(leaflet, verbose=verbose)
        if explain:
            _print_origins(leaflet["made_from"], verbose=verbose)


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


def _origins(answer: Answer, name: str, catalogue: Catalogue) -> list[dict[str, Any]]:
    """What the leaflet is made from; nothing for one that cannot be made, whose faults are told."""
    from handouts.build import plan
    from handouts.origins import origins
    from handouts.resolve import resolve

    issued = catalogue.leaflets.read[name].model.issued
    work = plan([catalogue], (name,), (), issued)
    answer.tell(set(work.diagnostics) - set(catalogue.workspace.diagnostics))
    found = [origins(resolve(task.request, catalogue), catalogue) for task in work.tasks[:1]]
    return [
        {
            "part": origin.part,
            "name": origin.name,
            **_spot(origin.spot),
            "shadows": [_spot(spot) for spot in origin.shadows],
        }
        for each in found
        for origin in each
    ]


def _spot(spot: Spot) -> dict[str, Any]:
    place = spot.place
    return {"layer": spot.layer, "file": terminal.shown_path(place.file), "line": place.line}


def _print_origins(made_from: list[dict[str, Any]], *, verbose: bool) -> None:
    """One line for each file; shipped entries of one table that shadow nothing share a line."""
    names: dict[tuple[str, str, str, str], list[str]] = {}
    for origin in made_from:
        spots = [f"{spot['layer']} {spot['file']}:{spot['line']}" for spot in origin["shadows"]]
        telling = verbose or spots or origin["layer"] == "clinic"
        file = f"{origin['file']}:{origin['line']}" if telling else origin["file"]
        row = (origin["part"], origin["layer"], file, ", ".join(spots))
        names.setdefault(row, []).append(origin["name"])
    rows = [
        {
            "part": part,
            "name": found[0] if len(found) == 1 else f"{len(found)} entries",
            "layer": layer,
            "file": file,
            "shadows": shadows,
        }
        for (part, layer, file, shadows), found in names.items()
    ]
    terminal.show("")
    terminal.table(rows, ["part", "name", "layer", "file", "shadows"])


def _print_rows(rows: list[dict[str, Any]], *, verbose: bool) -> None:
    more = ["version", "issued"] if verbose else []
    terminal.table(rows, ["id", "kind", "languages", "approval", *more, "title"])


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
