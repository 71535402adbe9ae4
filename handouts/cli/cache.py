"""``handouts cache``"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import counted

if TYPE_CHECKING:
    from handouts.cli.answers import Cache
    from handouts.store import Store


@click.group(
    short_help="Show or clear the cache.",
    epilog="Example: handouts cache info",
)
def cache() -> None:
    """Show or clear the cache of rendered pages and compiled templates."""


@cache.command(
    short_help="Show the cache's folder and size.",
    epilog="Example: handouts cache info --json",
)
@options.as_json
@click.pass_obj
def info(result: CommandResult) -> None:
    """Show the cache's folder, size and limit."""
    store = options.user_store()
    size, entries = store.size(), len(store.entries())
    result.values["cache"] = _cache(store, entries, size)
    if not result.as_json:
        terminal.echo(f"folder   {store.folder}")
        if others := store.writers():
            terminal.echo(f"writers  {others}: they can change what is printed")
        terminal.echo(f"entries  {entries}")
        terminal.echo(f"size     {size / 1e6:,.1f} MB of at most {store.max_bytes / 1e6:,.0f} MB")


@cache.command(short_help="Empty the cache.", epilog="Example: handouts cache clear")
@options.as_json
@click.pass_obj
def clear(result: CommandResult) -> None:
    """Empty the cache. The next build fills it again."""
    store = options.user_store()
    size = store.size()  # before it is emptied: it tells what was removed
    entries = store.clear()
    result.values["cache"] = _cache(store, entries, size)
    if not result.as_json:
        terminal.echo(f"removed {counted(entries, 'entry', 'entries')}, {size / 1e6:,.1f} MB")


def _cache(store: Store, entries: int, size: int) -> Cache:
    return {
        "folder": str(store.folder),
        "entries": entries,
        "bytes": size,
        "max_bytes": store.max_bytes,
    }
