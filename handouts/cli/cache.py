"""``handouts cache``"""

from __future__ import annotations

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer


@click.group(epilog="Example: handouts cache info")
def cache() -> None:
    """Look at what is kept between builds, rendered pages and compiled templates, or remove it."""


@cache.command(epilog="Example: handouts cache info --json")
@options.as_json
@click.pass_obj
def info(answer: Answer) -> None:
    """Tell where the store is, how much it holds and how much it may."""
    from handouts.store import user_store

    store = user_store()
    found = {"folder": str(store.folder), "entries": len(store.entries()), "bytes": store.size()}
    answer.parts["cache"] = {**found, "most_bytes": store.most}
    if not answer.as_json:
        terminal.show(f"folder   {store.folder}")
        terminal.show(f"entries  {found['entries']}")
        terminal.show(
            f"size     {store.size() / 1e6:,.1f} MB of at most {store.most / 1e6:,.0f} MB"
        )


@cache.command(epilog="Example: handouts cache clear")
@options.as_json
@click.pass_obj
def clear(answer: Answer) -> None:
    """Remove everything that is kept; the next build makes it again."""
    from handouts.store import user_store

    store = user_store()
    freed = store.size()
    answer.parts["cache"] = {"folder": str(store.folder), "entries": store.clear(), "bytes": freed}
    if not answer.as_json:
        terminal.show(f"removed {answer.parts['cache']['entries']} entries, {freed / 1e6:,.1f} MB")
