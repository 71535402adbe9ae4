"""``handouts build``"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal

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
def build(
    names: tuple[str, ...],
    workspace: Path | None,
    output: Path,
    papers: tuple[Any, ...],
    formats: tuple[Any, ...],
    day: datetime | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Make leaflets: the ones named, or all.

    A leaflet that nobody has approved is marked as a draft on every page, in its title and in its
    file name. A fault in one leaflet does not stop the others.
    """
    started = time.monotonic()
    with terminal.reported(json_answer=as_json):
        from handouts.build import plan, run
        from handouts.catalogue import read_catalogue, select
        from handouts.output import write_manifest
        from handouts.press import engine_version
        from handouts.workspace import open_workspace

        catalogue = read_catalogue(open_workspace(workspace, Path.cwd()))
        wanted = select(catalogue, names)
        chosen = (
            papers or catalogue.workspace.settings.model.papers or (catalogue.region.model.paper,)
        )
        work = plan(catalogue, wanted, tuple(dict.fromkeys(chosen)), _day(day))
        if not as_json:
            terminal.tell(work.diagnostics, quiet=quiet)
        engine = engine_version()
        with _executor(len(work.requests)) as executor:
            jobs = run(work.requests, catalogue, tuple(dict.fromkeys(formats)), output, executor)
            results: list[Result] = []
            try:
                for result in _watched(jobs, len(work.requests), output, as_json or quiet, verbose):
                    results.append(result)  # noqa: PERF402 - kept when the work is interrupted
            finally:
                outputs = [file for result in results for file in result.outputs]
                if outputs:
                    write_manifest(output, outputs, engine)
    _close(work, results, output, as_json, quiet, time.monotonic() - started)


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
        raise click.UsageError(f"SOURCE_DATE_EPOCH is `{epoch}`, not a number of seconds") from None


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


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _watched(
    results: Iterator[Result], total: int, folder: Path, silent: bool, verbose: bool
) -> Iterator[Result]:
    """Pass results on while telling how far the work is: a bar on a terminal, lines in a pipe."""
    if silent:
        yield from results
    elif terminal.on_terminal() and total > 1 and not verbose:
        with click.progressbar(results, length=total, label="Leaflets", file=sys.stderr) as bar:
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


def _close(
    work: Plan, results: list[Result], folder: Path, as_json: bool, quiet: bool, seconds: float
) -> None:
    outputs = [file for result in results for file in result.outputs]
    late = [d for result in results for d in result.diagnostics]
    unmade = sorted({*work.blocked, *(r.request.leaflet for r in results if not r.outputs)})
    if as_json:
        from dataclasses import asdict

        found = [d.to_json() for d in (*work.diagnostics, *late)]
        terminal.answer(
            {"outputs": [asdict(o) for o in outputs], "not_made": unmade, "diagnostics": found}
        )
    else:
        terminal.tell(late, quiet=quiet)
        if outputs and not quiet:
            _summary(len(outputs), folder, seconds)
        if unmade:
            terminal.say(
                click.style(f"Not made, for the errors above: {', '.join(unmade)}", fg="red")
            )
    if unmade:
        sys.exit(terminal.PROBLEMS)


def _summary(count: int, folder: Path, seconds: float) -> None:
    files = "1 file" if count == 1 else f"{count} files"
    terminal.say(f"{files} in {terminal.shown_path(folder)}/, {seconds:.1f} s")
