"""``handouts cache``"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult

if TYPE_CHECKING:
    from handouts.cli.answers import Cache
    from handouts.store import Store


@click.group(
    short_help="Look at or clear what is kept between builds.",
    epilog="Example: handouts cache info",
)
def cache() -> None:
    """Look at what is kept between builds, rendered pages and compiled templates, or remove it."""


@cache.command(
    short_help="Where it is and how much it holds.",
    epilog="Example: handouts cache info --json",
)
@options.as_json
@click.pass_obj
def info(result: CommandResult) -> None:
    """Tell where the store is, how much it holds and how much it may."""
    store = options.user_store()
    size, entries = store.size(), len(store.entries())
    result.values["cache"] = _cache(store, entries, size)
    if not result.as_json:
        terminal.echo(f"folder   {store.folder}")
        terminal.echo(f"entries  {entries}")
        terminal.echo(f"size     {size / 1e6:,.1f} MB of at most {store.max_bytes / 1e6:,.0f} MB")


@cache.command(short_help="Remove everything.", epilog="Example: handouts cache clear")
@options.as_json
@click.pass_obj
def clear(result: CommandResult) -> None:
    """Remove everything that is kept; the next build makes it again."""
    store = options.user_store()
    size = store.size()
    entries = store.clear()
    result.values["cache"] = _cache(store, entries, size)
    if not result.as_json:
        terminal.echo(f"removed {entries} entries, {size / 1e6:,.1f} MB")


def _cache(store: Store, entries: int, size: int) -> Cache:
    return {
        "folder": str(store.folder),
        "entries": entries,
        "bytes": size,
        "max_bytes": store.max_bytes,
    }
