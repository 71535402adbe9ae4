"""``handouts build``"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from handouts.build import Plan, Result

PAPERS = ("a4", "letter")
FORMATS = ("pdf", "html", "png")


@click.command(epilog="Example: handouts build fractional-co2-laser --paper letter -o leaflets")
@options.leaflet_names
@options.workspace
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output"),
    show_default=True,
    help="The folder for the leaflets and their manifest.json.",
)
@click.option(
    "--paper",
    "papers",
    type=click.Choice(PAPERS),
    multiple=True,
    help="Paper size; may be given twice. Without it, the clinic's papers, or else the region's.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=("pdf",),
    show_default=True,
    help="What to write; may be given more than once.",
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the leaflets are made for, which decides whether a review is overdue. Without "
    "it, SOURCE_DATE_EPOCH, or else today.",
)
@options.as_json
@options.talk
@click.pass_obj
def build(
    answer: Answer,
    names: tuple[str, ...],
    workspace: Path | None,
    output: Path,
    papers: tuple[Any, ...],
    formats: tuple[Any, ...],
    day: datetime | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Make leaflets: the ones named, or all.

    A leaflet that nobody has approved is marked as a draft on every page, in its title and in its
    file name. A fault in one leaflet does not stop the others.
    """
    from handouts.build import plan, run
    from handouts.catalogue import read_catalogue, select
    from handouts.press import engine_version
    from handouts.workspace import open_workspace

    started = time.monotonic()
    catalogue = read_catalogue(open_workspace(workspace, Path.cwd()))
    wanted = select(catalogue, names)
    settings = catalogue.workspace.settings.model
    chosen = papers or settings.papers or (catalogue.region.model.paper,)
    work = plan(catalogue, wanted, tuple(dict.fromkeys(chosen)), _day(day))
    answer.tell(work.diagnostics, quiet=quiet)
    engine, silent = engine_version(), answer.as_json or quiet
    results: list[Result] = []
    with _executor(len(work.requests)) as executor, _first_interrupt_waits() as interrupts:
        jobs = run(work.requests, catalogue, tuple(dict.fromkeys(formats)), output, executor)
        try:
            for result in _watched(jobs, len(work.requests), output, silent, verbose):
                results.append(result)
                if interrupts and len(results) < len(work.requests):
                    raise KeyboardInterrupt
        finally:
            _record(answer, work, results, output, engine)
    answer.tell((d for result in results for d in result.diagnostics), quiet=quiet)
    if not answer.as_json:
        _close(answer, output, quiet, time.monotonic() - started)


def _day(given: datetime | None) -> date:
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
        raise click.UsageError(message, click.get_current_context()) from None


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    """Processes for a batch; a few leaflets are faster without. An interrupt drops what waits."""
    workers = min(os.cpu_count() or 1, jobs // 2)
    if workers <= 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    executor = ProcessPoolExecutor(workers, initializer=_leave_interrupts_to_the_parent)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _first_interrupt_waits() -> Iterator[list[int]]:
    """A first Ctrl-C is only noted, so that no file is written that the manifest does not know.

    A second one stops at once.
    """
    noted: list[int] = []

    def note(number: int, _: object) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _watched(
    results: Iterator[Result], total: int, folder: Path, silent: bool, verbose: bool
) -> Iterator[Result]:
    """Pass results on while telling how far the work is: a bar on a terminal, lines in a pipe."""
    if silent:
        yield from results
    elif terminal.on_terminal() and total > 1 and not verbose:
        with terminal.progress(results, total, "Leaflets") as bar:
            done = []
            for result in bar:
                done.append(result)
                yield result
        for result in done:
            _list_files(result, folder)
    else:
        before = time.monotonic()
        for result in results:
            _list_files(result, folder, time.monotonic() - before if verbose else None)
            before = time.monotonic()
            yield result


def _list_files(result: Result, folder: Path, seconds: float | None = None) -> None:
    for file in result.outputs:
        more = f"  {file.size / 1000:,.0f} kB  {seconds:.2f} s" if seconds is not None else ""
        terminal.say(f"wrote {terminal.shown_path(folder / file.file)}{more}")


def _record(answer: Answer, work: Plan, results: list[Result], folder: Path, engine: str) -> None:
    """Write down what was made, in the manifest and in the answer, however far the work came."""
    from dataclasses import asdict

    from handouts.output import write_manifest

    outputs = [file for result in results for file in result.outputs]
    made = {result.request for result in results if result.outputs}
    unmade = {request.leaflet for request in work.requests if request not in made}
    answer.parts["outputs"] = [asdict(file) for file in outputs]
    answer.parts["not_made"] = sorted({*work.blocked, *unmade})
    if outputs:
        write_manifest(folder, outputs, engine)


def _close(answer: Answer, folder: Path, quiet: bool, seconds: float) -> None:
    count, unmade = len(answer.parts["outputs"]), answer.parts["not_made"]
    if count and not quiet:
        files = "1 file" if count == 1 else f"{count} files"
        terminal.say(f"{files} in {terminal.shown_path(folder)}/, {seconds:.1f} s")
    if unmade:
        words = f"Not made, for the errors above: {', '.join(unmade)}"
        terminal.say(click.style(words, fg="red"))
