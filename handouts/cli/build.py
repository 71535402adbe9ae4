"""``handouts build``"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import Diagnostic, Severity, counted

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.build.job import Build
    from handouts.build.results import LeafletResult

FORMATS = ("pdf", "html", "png")

_HEADINGS = {
    "What to make": (
        *("workspace", "regions", "languages", "papers", "editions", "inks", "formats", "output"),
    ),
    "What to do with it": ("pack", "index", "opened"),
    "Sign-off": ("require", "day"),
    "Copies for one person": ("patient", "note", "clinician"),
    "Many clinics": ("clinics",),
    "Speed": ("cache", "jobs"),
}
"""Headings of ``build --help`` with their options; the others are listed at the end."""


class _GroupedCommand(click.Command):
    """A command whose help lists its options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        rest = {option.name: r for option in options if (r := option.get_help_record(ctx))}
        for heading, names in _HEADINGS.items():
            with formatter.section(heading):
                formatter.write_dl([rest.pop(name) for name in names])
        with formatter.section("General"):
            formatter.write_dl(list(rest.values()))


@click.command(
    cls=_GroupedCommand,
    short_help="Make leaflets.",
    epilog="Example: handouts build fractional-co2-laser --paper letter -o leaflets",
)
@options.leaflets
@options.workspace
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the leaflets and their manifest.json. Default: output in the clinic's folder; "
    "for the demo clinic, output in the current folder.",
)
@options.languages
@options.paper
@click.option(
    "--edition",
    "editions",
    type=click.Choice(options.EDITIONS),
    multiple=True,
    help="summary: the essentials on one sheet. large: large print. bilingual: a translation "
    "beside the English. May be repeated. Default: the clinic's editions, or else standard.",
)
@click.option(
    "--ink",
    "inks",
    type=click.Choice(options.INKS),
    multiple=True,
    help="black: for black-and-white printers and copiers. May be repeated. Default: the clinic's.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=("pdf",),
    show_default=True,
    help="File format; may be repeated.",
)
@click.option(
    "--pack",
    is_flag=True,
    help="Join the named leaflets into one file, each on a new sheet; or those of a pack that "
    "`packs` in handouts.yaml names.",
)
@click.option(
    "--index",
    is_flag=True,
    help="Also write index.html, a page for the clinic's website that lists what is in the folder.",
)
@click.option(
    "--open",
    "opened",
    is_flag=True,
    help="Open what was made: one file in its viewer, several as a folder.",
)
@options.region
@options.day
@click.option(
    "--require",
    type=click.Choice(["approved", "nothing"]),
    help="Approval to require. approved: refuse leaflets that are not approved or are past their "
    "review date. nothing: make them, marked as drafts. Default: the clinic's setting.",
)
@click.option(
    "--cache/--no-cache",
    default=True,
    show_default=True,
    help="Reuse rendered pages from earlier builds.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Number of processes. Default: one per processor core.",
)
@click.option(
    "--clinics",
    type=click.Path(path_type=Path, exists=True),
    help="Clinics to make leaflets for, each in its own subfolder: a folder of clinic folders, or "
    "a table (CSV or Excel) of names, telephone numbers, colours and logos. Default: the workspace "
    "alone.",
)
@options.private("--for", "patient", metavar="NAME", help="Name of the person the copy is for.")
@options.private(
    "--note",
    metavar="TEXT",
    help="Note for that person, of about 34 characters: it is printed on a ruled line.",
)
@options.private(
    "--clinician", metavar="NAME", help="Name of the clinician who hands out the copy."
)
@options.as_json
@options.talk
@click.pass_obj
def build(
    result: CommandResult,
    names: tuple[str, ...],
    workspace: Path | None,
    output: Path | None,
    languages: tuple[str, ...],
    papers: tuple[Any, ...],
    editions: tuple[Any, ...],
    inks: tuple[Any, ...],
    formats: tuple[Any, ...],
    pack: bool,
    index: bool,
    opened: bool,
    regions: tuple[str, ...],
    day: date,
    require: Any,
    patient: str | None,
    note: str | None,
    clinician: str | None,
    cache: bool,
    jobs: int | None,
    clinics: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Make the named leaflets, or all of them.

    A leaflet that is not approved is marked as a draft on every page, in its title and in its file
    name. An error in one leaflet does not stop the others.

    --for, --note and --clinician print their text, with the date, in the named leaflets; it is not
    stored anywhere else. Other users of the machine can see the words of a command: give `-`
    instead to type the text when asked, or to read it as a line from standard input, or give
    `@FILE` to read it from a file.
    """
    from handouts.store import NO_STORE

    started = time.monotonic()
    personal = None
    if patient or note or clinician:
        # Only now, as it brings the models: a build that changes nothing does without them.
        from handouts.limits import no_core_dumps
        from handouts.page.personal import Personal

        no_core_dumps()
        personal = Personal(patient, clinician, note, day)
    if personal and not names:
        raise click.UsageError("Personal copies need the names of their leaflets")
    store = options.user_store() if cache else NO_STORE
    output = output or options.output_folder(workspace)
    result.values["folder"] = str(output)
    arguments: dict[str, Any] = {
        "output": output,
        "on": day,
        "languages": languages,
        "papers": papers,
        "editions": editions,
        "inks": inks,
        "require": require,
        "store": store,
        "jobs": jobs,
        "told_day": options.told_day(click.get_current_context()),
        "index": index,
    }
    if day != (today := options.clock()):
        message = f"Approvals and reviews are judged as on {day}; today is {today}"
        result.report([Diagnostic("told-day", message, severity=Severity.INFO)], quiet=quiet)
    made: list[str] = []
    if pack:
        from handouts.cli.packs import build_packs

        if clinics or index or set(formats) != {"pdf"}:
            message = "`--pack` makes PDF files for one clinic, and no index"
            raise click.UsageError(message)
        looks = ("on", "languages", "papers", "editions", "inks", "require", "store")
        chosen = {"personal": personal, **{key: arguments[key] for key in looks}}
        projects = _projects(workspace, regions)
        made += build_packs(result, projects, names, output, chosen, quiet=quiet)
    elif clinics:
        if personal or set(formats) != {"pdf"} or len(regions) > 1:
            message = "`--clinics` makes PDF files for one region and no personal copies"
            raise click.UsageError(message)
        base = options.open_here(workspace, *regions)
        _build_clinics(result, clinics, base, names, arguments, quiet=quiet, verbose=verbose)
        made += (output["file"] for output in result.values["outputs"])
    else:
        for project in _projects(workspace, regions):
            job = project.build(names, formats=formats, personal=personal, **arguments)
            made += _run(result, job, quiet=quiet, verbose=verbose)
    _close(result, output, time.monotonic() - started, made if opened else [], quiet=quiet)


def _projects(workspace: Path | None, regions: tuple[str, ...]) -> Iterator[Project]:
    """The clinic for each region; one that is named twice counts once, none is the clinic's own."""
    for region in dict.fromkeys(regions) or (None,):
        yield options.open_here(workspace, region)


def _run(result: CommandResult, job: Build, *, quiet: bool, verbose: bool) -> list[str]:
    """Run a build, report its progress, and give the names of its files.

    The outputs are recorded even if it is interrupted.
    """
    made: list[str] = []
    # A build adds to its problems while it runs: those of the plan are reported before it starts.
    planned = len(job.diagnostics)
    result.report(job.diagnostics, quiet=quiet)
    silent = result.as_json or quiet
    interrupts: list[int] = []

    def note(number: int, _: object) -> None:
        interrupts.append(number)
        signal.signal(signal.SIGINT, before)

    # The first Ctrl-C waits for the leaflet that is being made, so that no file is written that the
    # manifest does not list. The second one stops at once.
    before = signal.signal(signal.SIGINT, note)
    try:
        for done, leaflet in enumerate(_watched(job, silent, verbose), start=1):
            made += (file.name for file in leaflet.files)
            if interrupts and done < job.total:
                raise KeyboardInterrupt
    finally:
        signal.signal(signal.SIGINT, before)
        result.values["outputs"] += [vars(file) for file in job.outputs]
        unmade = {*result.values["not_made"], *job.not_made}
        result.values["not_made"] = sorted(unmade)
    result.report(job.diagnostics[planned:], quiet=quiet)
    return made


def _watched(job: Build, silent: bool, verbose: bool) -> Iterator[LeafletResult]:
    """Pass results on and report progress: a bar on a terminal, lines in a pipe."""
    if silent:
        yield from job.results()
    elif terminal.on_terminal() and job.total > 1 and not verbose:
        finished = []
        with terminal.progress(job.results(), job.total, "Leaflets") as bar:
            for leaflet in bar:
                finished.append(leaflet)
                yield leaflet
        for leaflet in finished:  # only now: lines would break up the bar
            _list_files(leaflet, job.output)
    else:
        before = time.monotonic()
        for leaflet in job.results():
            _list_files(leaflet, job.output, time.monotonic() - before if verbose else None)
            before = time.monotonic()
            yield leaflet


def _list_files(leaflet: LeafletResult, folder: Path, seconds: float | None = None) -> None:
    for file in leaflet.files:
        word = "wrote" if file.written else "current"
        more = f"  {file.size / 1000:,.0f} kB  {seconds:.2f} s" if seconds is not None else ""
        terminal.echo_err(f"{word} {terminal.shown_path(folder / file.name)}{more}")


def _build_clinics(
    result: CommandResult,
    clinics: Path,
    base: Project,
    names: tuple[str, ...],
    arguments: dict[str, Any],
    *,
    quiet: bool,
    verbose: bool,
) -> None:
    """Build for many clinics, and report progress and problems clinic by clinic."""
    from handouts.api.project import build_clinics

    job = build_clinics(clinics, base, names, **arguments)
    result.report(job.diagnostics, quiet=quiet)
    started = time.monotonic()
    try:
        for number, end in enumerate(job.results(), start=1):
            result.report(end.diagnostics, quiet=quiet)
            # With a line for each of a thousand clinics, nobody would see the problems.
            due = verbose or number % 10 == 0 or number == job.total
            if due and not quiet and not result.as_json:
                elapsed = time.monotonic() - started
                left = (job.total - number) * elapsed / number
                files = counted(len(job.outputs), "file")
                terminal.echo_err(
                    f"{number} of {job.total} clinics, {files}, "
                    f"{len(job.outputs) / elapsed:,.0f} a second, {left:,.0f} s left; "
                    f"last: {terminal.shown_path(job.folder / end.folder)}/"
                )
    finally:
        result.values["outputs"] = job.outputs
        result.values["not_made"] = sorted(job.not_made)


def _close(
    result: CommandResult, folder: Path, seconds: float, to_open: list[str], *, quiet: bool
) -> None:
    """Say what was made and what was not, and open files if there is anything to open them with."""
    values = result.values
    count, unmade = len(values["outputs"]) + len(values["packs"]), values["not_made"]
    quiet = quiet or result.as_json
    if count and not quiet:
        files = counted(count, "file")
        terminal.echo_err(f"{files} in {terminal.shown_path(folder)}/, {seconds:.1f} s")
    if unmade and not result.as_json:
        words = f"Not made because of the errors above: {', '.join(unmade)}"
        terminal.echo_err(click.style(words, fg="red"))
    if to_open:
        path = folder / to_open[0] if len(to_open) == 1 else folder
        # Where no window can be opened, some openers would take over the terminal.
        can = options.has_display() and click.launch(str(path.absolute())) == 0
        if not quiet:
            words = "Opening" if can else "Nothing here can open"
            terminal.echo_err(f"{words} {terminal.shown_path(path)}")
