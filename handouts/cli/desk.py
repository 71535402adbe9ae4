"""``handouts desk``"""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult

PORT = 8420


@click.command(
    short_help="Let staff print leaflets in a browser.", epilog="Example: handouts desk --open"
)
@options.workspace
@click.option(
    "--clinics",
    type=click.Path(path_type=Path, exists=True),
    help="Clinics to serve: a folder of clinic folders, or a table. Default: the workspace alone.",
)
@options.region
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help="Port of the desk's address.",
)
@click.option("--open", "opened", is_flag=True, help="Open the desk in the browser.")
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    help="Address of this machine at which others may reach the desk. Default: this machine alone.",
)
@click.option(
    "--name",
    "names",
    metavar="NAME",
    multiple=True,
    help="Name under which browsers know the desk, e.g. leaflets.clinic.example; may be repeated.",
)
@click.option(
    "--code-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the code that browsers are asked for; of many clinics, `clinic = code` lines.",
)
@click.option(
    "--new-code",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Make such a file, and do nothing else.",
)
@click.option(
    "--cert",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Certificate for HTTPS, with its chain, as PEM.",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its private key, as PEM.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="A proxy on this machine ends HTTPS and passes requests on.",
)
@click.option(
    "--plain-http",
    is_flag=True,
    help="Let others reach the desk without encryption: anybody in the network could read along.",
)
@options.as_json
@options.talk
@click.pass_obj
def desk(
    result: CommandResult,
    workspace: Path | None,
    clinics: Path | None,
    regions: tuple[str, ...],
    port: int,
    opened: bool,
    host: str,
    names: tuple[str, ...],
    code_file: Path | None,
    new_code: Path | None,
    cert: Path | None,
    key: Path | None,
    behind_proxy: bool,
    plain_http: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Serve a few pages in which staff choose leaflets, look at the pages, and print them.

    What is typed for a patient is printed and stored nowhere. Only this machine can reach the desk,
    unless --host says otherwise; then it needs a code, and HTTPS or a proxy. Changes of files are
    seen within seconds. Ctrl-C ends it.
    """
    if result.as_json:
        message = "`desk` runs until it is stopped, so it has no one answer to give as JSON"
        raise click.UsageError(message, click.get_current_context())
    if new_code:
        _write_code(new_code)
        return
    if len(regions) > 1:
        raise click.UsageError("`desk` serves one region", click.get_current_context())
    from handouts.desk.server import Options, serve
    from handouts.desk.stock import Clinics

    project = options.open_here(workspace, *regions)
    chosen = Options(port, host, names, code_file, cert, key, behind_proxy, plain_http)
    if faults := chosen.faults():
        raise click.UsageError(". ".join(faults))

    def ready() -> None:
        terminal.echo(f"Print desk: {chosen.url} (Ctrl-C ends it)")
        if opened and options.has_display():
            webbrowser.open(chosen.url)

    def log(line: str) -> None:
        # A line for each request, which ends with the time that it took, would hide what matters.
        if verbose or " ms" not in line:
            terminal.echo_err(line)

    try:
        where = Clinics(project, clinics)
        serve(where, options.user_store(), chosen, (lambda _: None) if quiet else log, ready)
    except OSError as error:
        message = f"Port {port} of {host} cannot be used: {error.strerror}"
        hint = f"Is a desk running already? Look at {chosen.url}, or give another `--port`"
        raise click.UsageError(f"{message}. {hint}") from error
    terminal.echo_err("" if quiet else "Ended")


def _write_code(path: Path) -> None:
    """A file with a new code that only its owner can read; one that is there is never replaced."""
    import os

    from handouts.desk.access import new_code

    code = new_code()
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        message = f"`{path}` exists already. Remove it first: a new code logs everybody out"
        raise click.UsageError(message) from error
    with os.fdopen(number, "w") as file:
        file.write(f"{code}\n")
    terminal.echo(f"The code is {code}; it is in {terminal.shown_path(path)}")
