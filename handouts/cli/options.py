"""Options and arguments shared by commands, with their completion.

Here commands take from the clock and the environment what they work with: day, cache, folder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from handouts.cli import terminal
from handouts.content.layers import SHIPPED

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.store import Store

LIBRARY = SHIPPED
"""The library that all commands use; tests replace it with a smaller one."""

PAPERS = ("a4", "letter")
EDITIONS = ("standard", "summary", "large", "bilingual")
INKS = ("colour", "black")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def open_here(workspace: Path | None, region: str | None = None) -> Project:
    """The given clinic's folder, else the nearest one, else the demo clinic."""
    from handouts.api.project import open_project

    return open_project(workspace, region=region, start=Path.cwd(), library=LIBRARY)


def output_folder(workspace: Path | None) -> Path:
    """The clinic's ``output`` folder, wherever one stands; for the demo clinic, one right here."""
    project = open_here(workspace)
    if project.folder.resolve() == project.library.demo_clinic.resolve():
        return Path("output")
    return project.folder / "output"


def user_store() -> Store:
    """The store in the user's cache folder, or in ``HANDOUTS_CACHE``; none for a homeless user."""
    from handouts.store import NO_STORE, Store

    if folder := os.environ.get("HANDOUTS_CACHE"):
        store = Store(Path(folder))
        if fault := store.fault():
            message = f"The folder in `HANDOUTS_CACHE`, `{folder}`, {fault}. Give an empty one"
            raise click.UsageError(message)
        return store
    import platformdirs

    try:
        return Store(platformdirs.user_cache_path("handouts") / "store")
    except RuntimeError:
        return NO_STORE


def has_display() -> bool:
    """Whether a window can be opened; without one, some openers take over the terminal."""
    unix = sys.platform not in ("darwin", "win32")
    return not unix or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def completing(what: str) -> Completer:
    """Completion with the names that ``api.listing.names_of`` has of a thing.

    None if the clinic's files have errors: they would be printed into the line that is being typed.
    """

    def complete(
        context: click.Context, _: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from handouts.api.listing import names_of
        from handouts.diagnostics import HandoutsError

        folder = context.params.get("workspace")
        try:
            names = names_of(what, open_here(Path(folder) if folder else None))
        except (HandoutsError, OSError):
            return []
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]

    return complete


leaflets: Decorator = click.argument(
    "names", metavar="[LEAFLET]...", nargs=-1, shell_complete=completing("leaflet")
)
"""Any number of leaflets; none means all."""

leaflet: Decorator = click.argument("name", metavar="LEAFLET", shell_complete=completing("leaflet"))
"""Exactly one leaflet."""

workspace: Decorator = click.option(
    "-w",
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="Clinic's folder, with a handouts.yaml. Default: the current folder or its nearest parent "
    "with one, or else the demo clinic.",
)

as_json: Decorator = click.option(
    "--json", is_flag=True, expose_value=False, help="Print the result as JSON."
)
"""Print one JSON object instead of text; ``Program.main`` looks for it before Click does."""

languages: Decorator = click.option(
    "-l",
    "--language",
    "languages",
    metavar="LANGUAGE",
    multiple=True,
    shell_complete=completing("language"),
    help="Language, e.g. es or zh-Hans; may be repeated. Default: the clinic's languages.",
)

language: Decorator = click.option(
    "-l",
    "--language",
    metavar="LANGUAGE",
    shell_complete=completing("language"),
    help="Language, e.g. es or zh-Hans. Default: the clinic's first language.",
)

paper: Decorator = click.option(
    "--paper",
    "papers",
    type=click.Choice(PAPERS, case_sensitive=False),
    multiple=True,
    help="Paper size; may be repeated. Default: the clinic's papers, or else the region's.",
)


class _Day(click.ParamType[date]):
    """A day, as ``2027-03-12``."""

    name = "day"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - Click's
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        message = f"`{value}` is not a day: write it as YYYY-MM-DD, e.g. 2027-03-12"
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):  # Python would also read weeks
            self.fail(message, param, ctx)
        try:
            return date.fromisoformat(value)
        except ValueError:  # such as 30 February
            self.fail(message, param, ctx)


DAY = _Day()


def clock() -> date:
    """Today, whatever the command was told."""
    return datetime.now().astimezone().date()


def told_day(context: click.Context) -> date | None:
    """The day that a command was told, by ``--date`` or else by ``SOURCE_DATE_EPOCH``."""
    if context.get_parameter_source("day") is ParameterSource.COMMANDLINE:
        day: date = context.params["day"]
        return day
    return _source_date(context)


def _source_date(context: click.Context) -> date | None:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f"`SOURCE_DATE_EPOCH` must be a number of seconds, not `{epoch}`"
        raise click.UsageError(message, context) from None


day: Decorator = click.option(
    "--date",
    "day",
    type=DAY,
    # An old SOURCE_DATE_EPOCH must not bring back an approval that has ended.
    callback=lambda context, _, value: value or max(clock(), _source_date(context) or date.min),
    help="Date to use as today, e.g. to decide whether a review is overdue. Default: today, or "
    "SOURCE_DATE_EPOCH if that is later.",
)
"""The date that decides whether approvals hold and reviews are overdue."""


def _countries(context: click.Context, _: click.Parameter, names: Sequence[str]) -> Sequence[str]:
    """Codes in capitals; letters only, because a region becomes part of a path."""
    from handouts.api.regions import region_id

    codes = tuple(map(region_id, names))
    for name, code in zip(names, codes, strict=True):
        if not re.fullmatch("[A-Z]{2}", code):
            message = f"`{name}` is not a region: use a two-letter country code such as GB"
            raise click.UsageError(message, context)
    return codes


region: Decorator = click.option(
    "--region",
    "regions",
    metavar="REGION",
    multiple=True,
    callback=_countries,
    shell_complete=completing("region"),
    help="Region whose telephone numbers, spelling and rules are printed, e.g. GB; may be "
    "repeated. Default: the clinic's region.",
)
"""Regions to use instead of the clinic's own."""


MAX_PRIVATE = 10_000
"""Size in bytes of the longest text for one patient that is read; much less fits on a leaflet."""


def _private_text(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
    """The text itself, or what is typed (``-``), piped in or in a file (``@FILE``).

    A usage error, which does not quote it, if there is no text in it.
    """
    if value is None:
        return None
    option = parameter.opts[0]
    if value == "-" and terminal.can_ask():
        value = terminal.ask(f"Text of {option}", None, lambda _: None)
    elif value == "-":
        # One line only: another `-` of the same command reads the next one. Bytes that are not
        # UTF-8 become half characters, which `page.personal` refuses.
        line = sys.stdin.buffer.readline(MAX_PRIVATE)
        value = line.decode("utf-8-sig", "surrogateescape")
    elif value.startswith("@"):
        from handouts.files import read_bytes

        value = read_bytes(Path(value[1:]), MAX_PRIVATE).decode("utf-8-sig", "surrogateescape")
    if not value.strip():
        message = f"`{option}` has no text: write it, or leave the option out"
        raise click.UsageError(message, context)
    return value


def private(*names: str, **attributes: Any) -> Decorator:
    """An option for text about one patient: see ``_private_text``."""
    return click.option(*names, callback=_private_text, **attributes)


def talk(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--quiet`` and ``--verbose``."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Report problems only.")
    verbose = click.option(
        "-v", "--verbose", is_flag=True, help="Print more detail, such as sizes and times."
    )
    return quiet(verbose(function))
