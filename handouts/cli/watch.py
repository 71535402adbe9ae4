"""``handouts watch``"""

from __future__ import annotations

import signal
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult

if TYPE_CHECKING:
    from handouts.api.preview_server import Make, PreviewServer
    from handouts.api.project import Project

PORT = 8765
"""The usual port, so that a page that is open goes on when the command is run again."""


@click.command(
    short_help="Show leaflets while you change them.",
    epilog="Example: handouts watch acne-explained",
)
@options.leaflets
@options.workspace
@options.language
@click.option(
    "--paper", type=click.Choice(options.PAPERS), help="Paper size. Default: the clinic's first."
)
@click.option(
    "--edition",
    type=click.Choice(options.EDITIONS),
    help="Edition. Default: the clinic's first.",
)
@click.option("--ink", type=click.Choice(options.INKS), help="Ink. Default: the clinic's.")
@options.region
@options.day
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port of the preview's address; 0 for any free one. Default: {PORT}, or any free one.",
)
@click.option(
    "--open/--no-open",
    "in_browser",
    default=True,
    show_default=True,
    help="Open the preview in the browser.",
)
@options.as_json
@options.talk
@click.pass_obj
def watch(
    result: CommandResult,
    names: tuple[str, ...],
    workspace: Path | None,
    language: str | None,
    paper: Any,
    edition: Any,
    ink: Any,
    regions: tuple[str, ...],
    day: date,
    port: int | None,
    in_browser: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Show the named leaflets in the browser, and show them again whenever a file is saved.

    Without a name, it is the leaflet that uses the file saved last. Errors are shown in place of
    the pages, and here; the pages come back when they are mended. Nothing is written but the cache:
    `handouts build` makes the files. Only this machine can see the preview. Ctrl-C ends it.
    """
    if result.as_json:
        message = "`watch` runs until it is stopped, so it has no one answer to give as JSON"
        raise click.UsageError(message, click.get_current_context())
    if len(regions) > 1:
        raise click.UsageError("`watch` shows one region", click.get_current_context())
    from handouts.api.preview import previews

    project = options.open_here(workspace, *regions)
    spoken = [language] if language else []
    project.leaflets(names, on=day, languages=spoken)  # refuses names that are not there
    looks: dict[str, Any] = {"language": language, "paper": paper, "edition": edition, "ink": ink}
    make = partial(previews, project, on=day, store=options.user_store(), **looks)
    with _server(project, names, make, port) as server, _ending(server):
        terminal.echo(f"Preview: {server.address} (Ctrl-C ends it)")
        if in_browser and options.has_display():
            webbrowser.open(server.address)
        for made in server.made():
            # These problems do not count for the exit code: they are there to be mended.
            terminal.report(made.preview.diagnostics, quiet=quiet)
            if not quiet:
                words = "shown" if made.preview.pdf else "cannot be made"
                more = f" (its text after {made.first:.2f} s)" if verbose else ""
                terminal.echo_err(f"{made.preview.leaflet}: {words}, {made.seconds:.2f} s{more}")
        terminal.echo_err("" if quiet else "Ended")


@contextmanager
def _ending(server: PreviewServer) -> Iterator[None]:
    """Let Ctrl-C end a server when its leaflet at hand is made, and a second one at once."""

    # A KeyboardInterrupt could be lost where C calls Python, as the PDF engine does.
    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        server.end()

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _server(
    project: Project, names: tuple[str, ...], make: Make, port: int | None
) -> PreviewServer:
    """A server on the port that was asked for; else on the usual one, or any that is free."""
    from handouts.api.preview_server import PreviewServer

    if port is not None:
        try:
            return PreviewServer(project, names, make, port)
        except OSError as error:
            message = f"Port {port} cannot be used: {error.strerror}. Give another one, or 0"
            raise click.UsageError(message, click.get_current_context()) from error
    try:
        return PreviewServer(project, names, make, PORT)
    except OSError:
        return PreviewServer(project, names, make)
