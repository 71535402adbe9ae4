"""Options and arguments that commands share, and completion for them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
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


def day(function: Callable[..., Any]) -> Callable[..., Any]:
    """The day for which the work is done."""
    return click.option(
        "--date",
        "day",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=_today,
        help="The day the work is done for, which decides whether a review is overdue. Without it, "
        "SOURCE_DATE_EPOCH, or else today.",
    )(function)


def _today(context: click.Context, _: click.Parameter, given: datetime | None) -> date:
    """The clock is read here and nowhere else."""
    if given:
        return given.date()
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is `{epoch}`, not a number of seconds"
        raise click.UsageError(message, context) from None


def region(function: Callable[..., Any]) -> Callable[..., Any]:
    """Regions other than the clinic's own."""
    return click.option(
        "--region",
        "regions",
        metavar="REGION",
        multiple=True,
        callback=_countries,
        help="The region whose numbers, words and rules are printed, as GB; may be given more than "
        "once. Without it, the clinic's region.",
    )(function)


def _countries(context: click.Context, _: click.Parameter, given: Sequence[str]) -> Sequence[str]:
    """A region is the name of a folder: only letters may get that far."""
    for name in given:
        if not re.fullmatch("[A-Z]{2}", name):
            message = f"`{name}` is no region: use the two capitals of the country, as GB"
            raise click.UsageError(message, context)
    return given


def talk(function: Callable[..., Any]) -> Callable[..., Any]:
    """How much to say."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Say more: sizes and times.")
    return quiet(verbose(function))
