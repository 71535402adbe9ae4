"""Runs tasks: composes, renders and imprints documents, and writes the files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.build.fault_places import located
from handouts.build.incremental import FileRecord
from handouts.build.output import Format, describe, facts_of, file_name, write_personal
from handouts.build.plan import Task
from handouts.build.results import FileResult, LeafletResult
from handouts.content.appearance import TEMPLATES
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError, unforeseen
from handouts.files import write_if_changed
from handouts.limits import DETAILS, PAGE, apart, follow_parent
from handouts.model.document import Document
from handouts.page.compose import compose
from handouts.page.marks import marked_html
from handouts.page.personal import Personal
from handouts.store import NO_STORE, Store

if TYPE_CHECKING:
    from concurrent.futures import Executor


@dataclass(frozen=True)
class RenderedFile:
    """A file ready to be written, its facts for the manifest, and how to make it again."""

    name: str
    data: bytes
    facts: Mapping[str, Any]
    record: FileRecord | None = None


def run(
    tasks: Iterable[Task],
    formats: tuple[Format, ...],
    folder: Path,
    executor: Executor | None = None,
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> Iterator[LeafletResult]:
    """Run tasks in order, and write each leaflet as soon as it is ready: a result for each task.

    Rendering uses the executor, if there is one. A task with errors does not stop the others.
    Personal copies have names of their own and no ``output``, so that no manifest lists them.
    """
    tasks = tuple(tasks)
    job = partial(render, formats=formats, personal=personal, store=store)
    each = [(task.document, task.layers, task.limited) for task in tasks]
    rendered = (executor.map if executor else map)(job, *zip(*each, strict=True)) if each else ()
    for task, (files, faults) in zip(tasks, rendered, strict=True):
        if personal:
            written = write_personal(folder, {file.name: file.data for file in files})
        else:
            written = {f.name: write_if_changed(folder / f.name, f.data) for f in files}
        # A personal copy may have been given another name.
        names = zip(files, written.items(), strict=True)
        yield LeafletResult(
            task.request.leaflet,
            tuple(
                FileResult(
                    name,
                    len(file.data),
                    is_new,
                    None if personal else describe(file.name, file.data, file.facts),
                    file.record,
                )
                for file, (name, is_new) in names
            ),
            tuple(located(fault, task) for fault in faults),
        )


def render(
    document: Document,
    layers: tuple[Path, ...],
    limited: bool,
    formats: tuple[Format, ...],
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> tuple[tuple[RenderedFile, ...], tuple[Diagnostic, ...]]:
    """A document's files in the given formats, or its errors. Runs in any process.

    If ``limited``, a worker of that process does it.
    """
    arguments = (document, layers, formats, personal, store)
    if not limited:
        return _rendered(*arguments)
    own = tuple(look for look in document.looks if look.name.startswith(TEMPLATES))
    shown = hash((document.clinic, document.brand, document.logo, document.fonts, own, layers))
    if shown in _STUCK:
        return (), _STUCK[shown]
    try:
        return apart(_rendered, *arguments, stage=PAGE)
    except HandoutsError as error:
        if any(getattr(problem, "stage", "") == DETAILS for problem in error.diagnostics):
            _STUCK[shown] = error.diagnostics
        return (), error.diagnostics


_STUCK: dict[int, tuple[Diagnostic, ...]] = {}
"""Problems of logos and details that went over a limit, so that no further leaflet waits for them,
by all that they are made from: after a change, they are tried again."""


def _rendered(
    document: Document,
    layers: tuple[Path, ...],
    formats: tuple[Format, ...],
    personal: Personal | None,
    store: Store,
) -> tuple[tuple[RenderedFile, ...], tuple[Diagnostic, ...]]:
    try:
        files: list[RenderedFile] = []
        if {"pdf", "png"} & set(formats):
            files += _pdf_files(document, layers, formats, personal, store)
        if "html" in formats:  # needs no PDF engine
            html = marked_html(compose(document, layers, personal, store))
            name = file_name(document, "html", personal=personal is not None)
            files.append(RenderedFile(name, html.encode(), facts_of(document, "html", None)))
    except HandoutsError as error:
        return (), error.diagnostics
    except (CannotPrintError, OSError, MemoryError):  # concerns the machine, so all leaflets
        raise
    except Exception as error:  # noqa: BLE001 - others go on, whatever is the matter with this one
        return (), (unforeseen(error),)
    return tuple(files), ()


def holds_until(tasks: Iterable[Task], day: date) -> date:
    """The last day on which the tasks' approval status is still as on ``day``."""
    ends = {task.document.review_due for task in tasks}
    for task in tasks:
        approvals = task.catalogue.workspace.approvals
        ends |= {approval.until for approval in approvals if approval.until}
        ends |= {approval.signed - timedelta(days=1) for approval in approvals}
    # Earlier ends have already had their effect.
    return min((end for end in ends if end >= day), default=date.max)


def _pdf_files(
    document: Document,
    layers: tuple[Path, ...],
    formats: tuple[Format, ...],
    personal: Personal | None,
    store: Store,
) -> Iterator[RenderedFile]:
    """A document's PDF and the pictures of its pages, as far as they are wanted."""
    # Not above: a build from its record, or of HTML only, need not wait for the engine.
    from handouts.pdf.engine import shortcuts_hold
    from handouts.pdf.imprint import imprint
    from handouts.pdf.overflow import overflows
    from handouts.pdf.pictures import redrawn
    from handouts.pdf.read import page_pictures
    from handouts.pdf.render import render_pdf
    from handouts.pdf.shells import get_or_render, imprint_data

    name = partial(file_name, document, personal=personal is not None)
    record = None
    if shortcuts_hold():
        keyed = get_or_render(document, layers, store, personal)
        forms, data = imprint_data(document, layers, keyed.shell.areas, store, personal)
        pdf, facts = imprint(keyed.shell, data), facts_of(document, "pdf", keyed.shell.pages)
        if personal is None:  # of a personal copy nothing is kept
            record = FileRecord.of(name("pdf"), keyed.key, forms, data, facts, pdf)
    else:  # an untested engine: render the page in full
        page = compose(document, layers, personal, store, partial(redrawn, store=store))
        rendered = render_pdf(page, drawings=None, measured=True)
        if faults := list(overflows(rendered.lines)):
            raise HandoutsError(*faults)
        pdf, facts = rendered.pdf, facts_of(document, "pdf", rendered.pages)
    if "pdf" in formats:
        yield RenderedFile(name("pdf"), pdf, facts, record)
    if "png" in formats:
        facts = facts_of(document, "png", 1)
        for number, picture in enumerate(page_pictures(pdf), start=1):
            yield RenderedFile(name("png", number), picture, facts)


# Processes --------------------------------------------------------------------------------------


@contextmanager
def executor(work: int, jobs: int | None) -> Iterator[Executor | None]:
    """A pool of processes, or None if there is too little work to gain from one.

    ``work`` is the number of leaflets or clinics, ``jobs`` the maximum number of processes (None:
    one per core). An interrupt cancels work that has not started.
    """
    # Each process has to start the engine, which pays only from two leaflets on.
    workers = min(jobs or os.cpu_count() or 1, work // 2)
    if workers <= 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(workers, initializer=follow_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
