"""Options and arguments that commands share, and completion for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from handouts.layers import content_layers, find_workspace, layered_files
from handouts.shipped import DEMO_CLINIC


def _leaflets(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    given = context.params.get("workspace")
    folder = Path(given) if given else find_workspace(Path.cwd()) or DEMO_CLINIC
    names = layered_files(content_layers(folder), "leaflets", ".yaml")
    return [CompletionItem(name) for name in names if name.startswith(begun)]


def leaflet_names(function: Callable[..., Any]) -> Callable[..., Any]:
    """Any number of leaflets; none means all."""
    return click.argument("names", metavar="[LEAFLET]...", nargs=-1, shell_complete=_leaflets)(
        function
    )


def leaflet_name(function: Callable[..., Any]) -> Callable[..., Any]:
    """Exactly one leaflet."""
    return click.argument("name", metavar="LEAFLET", shell_complete=_leaflets)(function)


def workspace(function: Callable[..., Any]) -> Callable[..., Any]:
    """The clinic's folder."""
    return click.option(
        "-w",
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        help="The clinic's folder, with its handouts.yaml. Without it, the nearest one from here "
        "upwards; where there is none, the demo clinic.",
    )(function)


def as_json(function: Callable[..., Any]) -> Callable[..., Any]:
    """One JSON object on standard output instead of words; the command's ``Answer`` knows."""
    option = click.option(
        "--json", is_flag=True, expose_value=False, help="Answer in JSON, for programs."
    )
    return option(function)


def talk(function: Callable[..., Any]) -> Callable[..., Any]:
    """How much to say."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Say more: sizes and times.")
    return quiet(verbose(function))
