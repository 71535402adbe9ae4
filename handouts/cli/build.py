"""``handouts build``"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer
from handouts.cli.workers import executor, first_interrupt_waits
from handouts.diagnostics import Diagnostic

if TYPE_CHECKING:
    from handouts.build import Plan, Result
    from handouts.personal import Personal
    from handouts.store import Store

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
@options.region
@options.day
@click.option(
    "--require",
    type=click.Choice(["approved", "nothing"]),
    help="approved: refuse leaflets that nobody has approved, or whose approval or review has "
    "ended. nothing: make them with a mark, whatever the clinic's settings ask for.",
)
@click.option(
    "--cache/--no-cache",
    default=True,
    help="Keep rendered pages and use them again; on by default.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes may work at once. Without it, one for each processor core.",
)
@click.option(
    "--clinics",
    type=click.Path(path_type=Path, exists=True),
    help="Make the leaflets for many clinics, each in a folder of its own: a folder of clinics' "
    "folders, or a CSV table of names, telephone numbers, colours and logos over the workspace.",
)
@click.option("--for", "patient", metavar="NAME", help="Whom the copy is for; never stored.")
@click.option("--note", metavar="TEXT", help="A note for that person; never stored.")
@click.option("--clinician", metavar="NAME", help="Who hands the copy out; never stored.")
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
    regions: tuple[str, ...],
    day: date,
    require: str | None,
    patient: str | None,
    note: str | None,
    clinician: str | None,
    cache: bool,
    jobs: int | None,
    clinics: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Make leaflets: the ones named, or all.

    A leaflet that nobody has approved is marked as a draft on every page, in its title and in its
    file name. A fault in one leaflet does not stop the others. With --for, --note or --clinician
    the words are printed into the named leaflets, dated, and kept nowhere else.
    """
    from handouts.store import Store, user_store

    started = time.monotonic()
    personal = _personal(patient, clinician, note, day) if patient or note or clinician else None
    if personal and not names:
        raise click.UsageError("Name the leaflets that are printed for a person")
    store, silent = user_store() if cache else Store(None), answer.as_json or quiet
    question = Question(
        workspace, names, papers, regions, formats, require, day, personal, jobs, clinics
    )
    if clinics:
        from handouts.cli.many import for_clinics

        for_clinics(answer, question, output, store, quiet=quiet, verbose=verbose)
    elif not _again(answer, question, output, store, silent=silent, quiet=quiet):
        _afresh(answer, question, output, store, silent=silent, quiet=quiet, verbose=verbose)
    if not answer.as_json:
        _close(answer, output, quiet, time.monotonic() - started)


def _personal(patient: str | None, clinician: str | None, note: str | None, day: date) -> Personal:
    from handouts.personal import Personal

    return Personal(patient, clinician, note, day)


@dataclass(frozen=True)
class Question:
    """What a build is asked for."""

    workspace: Path | None
    names: tuple[str, ...]
    papers: tuple[Any, ...]
    regions: tuple[str, ...]
    formats: tuple[Any, ...]
    require: str | None
    day: date
    personal: Personal | None
    jobs: int | None
    clinics: Path | None

    def key(self) -> str | None:
        """Under which the answer may be kept; None for what is never kept."""
        from handouts.layers import find_workspace
        from handouts.recipes import build_key
        from handouts.shipped import DEMO_CLINIC

        if self.personal or set(self.formats) != {"pdf"}:
            return None
        folder = self.workspace or find_workspace(Path.cwd()) or DEMO_CLINIC
        named = self.workspace is not None or folder != DEMO_CLINIC
        asked = (named, self.names, self.papers, self.regions, self.require)
        return build_key(folder.resolve(), repr(asked))


def _again(
    answer: Answer, question: Question, output: Path, store: Store, *, silent: bool, quiet: bool
) -> bool:
    """Answer from what the same build came to before; False where that cannot be."""
    from handouts.engine import engine_version
    from handouts.output import describe, write_if_new, write_manifest
    from handouts.recipes import recall

    key = question.key() if store.folder else None
    memory = recall(store, key, question.day) if key else None
    if memory is None:
        return False
    made = [(recipe, recipe.make(store)) for recipe in memory.recipes]
    if any(data is None for _, data in made):
        return False
    answer.tell((Diagnostic.from_json(told) for told in memory.told), quiet=quiet)
    outputs = []
    for recipe, data in made:
        fresh = write_if_new(output / recipe.name, data or b"")
        if not silent:
            said = "wrote" if fresh else "current"
            terminal.say(f"{said} {terminal.shown_path(output / recipe.name)}")
        outputs.append(describe(recipe.name, data or b"", recipe.facts))
    answer.parts["outputs"] = [vars(file) for file in outputs]
    write_manifest(output, outputs, engine_version())
    return True


def _afresh(
    answer: Answer,
    question: Question,
    output: Path,
    store: Store,
    *,
    silent: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Read, resolve, press where the store has no plate, and write."""
    from handouts.build import plan, run
    from handouts.catalogue import read_catalogue
    from handouts.engine import engine_version
    from handouts.workspace import open_workspace

    regions = dict.fromkeys(question.regions) or (None,)
    workspaces = [open_workspace(question.workspace, Path.cwd(), region) for region in regions]
    catalogues = [read_catalogue(each, question.names or None) for each in workspaces]
    asked = (question.names, question.papers, question.day, question.require)
    work = plan(catalogues, *asked)
    answer.tell(work.diagnostics, quiet=quiet)
    total, formats = len(work.tasks), tuple(dict.fromkeys(question.formats))
    results: list[Result] = []
    with executor(total, question.jobs) as pool, first_interrupt_waits() as interrupts:
        jobs = run(work.tasks, formats, output, pool, question.personal, store)
        try:
            for result in _watched(jobs, total, output, silent, verbose):
                results.append(result)
                if interrupts and len(results) < total:
                    raise KeyboardInterrupt
        finally:
            _record(answer, work, results, output, engine_version())
    answer.tell((d for result in results for d in result.diagnostics), quiet=quiet)
    key = question.key()
    if key and not answer.exit_code:
        _keep(store, key, work, results, question.day)


def _keep(store: Store, key: str, work: Plan, results: list[Result], day: date) -> None:
    """Keep what the build came to, until the first day on which a mark on it may change."""
    from handouts.build import holds_until
    from handouts.recipes import Memory, remember

    told = tuple(diagnostic.to_json() for diagnostic in work.diagnostics)
    recipes = tuple(recipe for result in results for recipe in result.recipes)
    remember(store, key, Memory(recipes, told, day, holds_until(work.tasks, day)))
    store.trim()


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
    for name in result.written:
        size = (folder / name).stat().st_size / 1000
        more = f"  {size:,.0f} kB  {seconds:.2f} s" if seconds is not None else ""
        terminal.say(f"wrote {terminal.shown_path(folder / name)}{more}")


def _record(answer: Answer, work: Plan, results: list[Result], folder: Path, engine: str) -> None:
    """Write down what was made, in the manifest and in the answer, however far the work came."""
    from handouts.output import write_manifest

    outputs = [file for result in results for file in result.outputs]
    made = {result.task for result in results if result.written}
    unmade = {task.request.leaflet for task in work.tasks if task not in made}
    answer.parts["outputs"] = [vars(file) for file in outputs]
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
