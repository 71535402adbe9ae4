"""``handouts build --clinics``: the leaflets of many clinics."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import terminal
from handouts.cli.program import Answer
from handouts.cli.workers import executor

if TYPE_CHECKING:
    from handouts.cli.build import Question
    from handouts.clinics import Done
    from handouts.store import Store


def for_clinics(
    answer: Answer, question: Question, output: Path, store: Store, *, quiet: bool, verbose: bool
) -> None:
    """The leaflets of many clinics, in a folder for each."""
    import tempfile

    from handouts.clinics import grouped, read_members, run_clinics
    from handouts.store import Store
    from handouts.workspace import open_workspace

    if question.personal or set(question.formats) != {"pdf"} or len(question.regions) > 1:
        raise click.UsageError("Many clinics get PDF files of one region, and no personal copies")
    clinics = question.clinics or Path()
    base = open_workspace(question.workspace, Path.cwd(), *question.regions)
    members, told = read_members(clinics, base, *(question.regions or (None,)))
    answer.tell(told, quiet=quiet)
    asked = (question.names, question.papers, question.day, question.require)
    groups = grouped(members, *asked)
    answer.tell((d for group in groups for d in group.plan.diagnostics), quiet=quiet)
    count = sum(len(group.members) for group in groups if group.plan.tasks)
    with tempfile.TemporaryDirectory(prefix="handouts-") as folder:
        plates = store if store.folder else Store(Path(folder))
        with executor(max(count, 4), question.jobs) as pool:
            done = run_clinics(groups, output, plates, pool)
            _tell_clinics(answer, done, count, output, quiet=quiet, verbose=verbose)
    store.trim()


def _tell_clinics(
    answer: Answer, done: Iterator[Done], count: int, output: Path, *, quiet: bool, verbose: bool
) -> None:
    """Say how far the work is, clinic after clinic, and what went wrong."""
    outputs: list[dict[str, Any]] = []
    unmade = []
    started = time.monotonic()
    for number, end in enumerate(done, start=1):
        outputs += [vars(file) | {"file": f"{end.folder}/{file.file}"} for file in end.outputs]
        answer.tell(end.diagnostics, quiet=quiet)
        if not end.outputs:
            unmade.append(end.folder)
        if not quiet and not answer.as_json and (verbose or number % 10 == 0 or number == count):
            rate = len(outputs) / (time.monotonic() - started)
            left = (count - number) * (time.monotonic() - started) / number
            terminal.say(
                f"{number} of {count} clinics, {len(outputs)} files, {rate:,.0f} a second, "
                f"{left:,.0f} s left; last: {terminal.shown_path(output / end.folder)}/"
            )
    answer.parts["outputs"] = outputs
    answer.parts["not_made"] = sorted(unmade)
