"""Runs tasks: composes, renders and imprints documents, and writes the files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.build.incremental import FileRecord
from handouts.build.output import (
    Format,
    Output,
    describe,
    facts_of,
    file_name,
    write_personal,
)
from handouts.build.plan import Task
from handouts.content.assets.brand import BRAND
from handouts.content.load import Loaded
from handouts.content.yaml import Node
from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    Place,
    unforeseen,
)
from handouts.files import write_if_changed
from handouts.limits import DETAILS, PAGE, OverLimit, apart, follow_parent
from handouts.model.clinic import Settings
from handouts.model.document import Document
from handouts.model.text import texts_in
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


@dataclass(frozen=True)
class Result:
    """The result of one task: its files, or why there are none.

    ``written`` says for each file name whether it was written or already had the same bytes;
    ``outputs`` are the files' records for the manifest.
    """

    task: Task
    written: Mapping[str, bool]
    outputs: tuple[Output, ...] = ()
    records: tuple[FileRecord, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def run(
    tasks: Iterable[Task],
    formats: tuple[Format, ...],
    folder: Path,
    executor: Executor | None = None,
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> Iterator[Result]:
    """Run tasks in order, and write each leaflet as soon as it is ready.

    Rendering uses the executor, if there is one. A task with errors does not stop the others.
    Personal copies have names of their own and no ``outputs``, so that no manifest lists them.
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
        outputs = tuple(describe(file.name, file.data, file.facts) for file in files)
        yield Result(
            task,
            written,
            () if personal else outputs,
            tuple(file.record for file in files if file.record),
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
    looks = hash((document.logo, document.fonts, document.clinic, layers))
    if looks in _STUCK:
        return (), _STUCK[looks]
    try:
        return apart(_rendered, *arguments, stage=PAGE)
    except HandoutsError as error:
        if any(getattr(problem, "stage", "") == DETAILS for problem in error.diagnostics):
            _STUCK[looks] = error.diagnostics
        return (), error.diagnostics


_STUCK: dict[int, tuple[Diagnostic, ...]] = {}
"""Problems of logos that went over a limit, so that no further leaflet waits for them."""


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


def located(fault: Diagnostic, task: Task) -> Diagnostic:
    """A diagnostic with its leaflet and, if it can be found, its place."""
    from handouts.page.sources import place_in_templates
    from handouts.pdf.internals.messages import PageFault
    from handouts.pdf.overflow import Overflow
    from handouts.pdf.render import MissingGlyphs
    from handouts.pdf.shells import NO_ROOM

    place, catalogue = fault.place, task.catalogue
    workspace = catalogue.workspace
    if isinstance(fault, OverLimit) and place is None:
        details = fault.stage == DETAILS
        logo = details and workspace.logo is not None
        file = workspace.folder / BRAND if logo else workspace.settings.file
        place = Place(file if details else catalogue.leaflets.known[task.request.leaflet])
    if isinstance(fault, MissingGlyphs):
        files = {*catalogue.files_of(task.request.leaflet), workspace.settings.file}
        # The first place of any of them; none if they come from elsewhere.
        places = (
            Place(file, number, column)
            for file in sorted(files)
            for number, line in enumerate(file.read_text("utf-8-sig").split("\n"), start=1)
            for column, character in enumerate(line, start=1)
            if character in fault.characters
        )
        place = next(places, None)
    elif isinstance(fault, PageFault):
        place = place_in_templates(task.layers, fault.written, fault.line, fault.nth)
    elif isinstance(fault, Overflow):
        place = _place_of_words(fault.words, fault.part, task)
    elif fault.code == NO_ROOM:
        place = place_of_detail(fault.message, workspace.settings)
    return replace(fault, place=place, job=task.job)


def place_of_detail(message: str, settings: Loaded[Settings]) -> Place:
    """The place of the clinic's detail that a message quotes, or of all details."""
    line = message.partition("`")[2].partition("`")[0]
    texts = _texts_of(settings.node.at(("clinic",)))
    # A line may be a part of a detail, or hold several.
    alike = [node for node in texts if node.value in line or line in node.value]
    if not line or not alike:
        return settings.place_of("clinic", key=True)
    return max(alike, key=lambda node: len(node.value)).place


def _texts_of(node: Node) -> Iterator[Node]:
    if isinstance(node.value, str):
        yield node
    elif isinstance(node.value, dict | list):
        inner = node.value.values() if isinstance(node.value, dict) else node.value
        for each in inner:
            yield from _texts_of(each)


def _place_of_words(words: str, part: str, task: Task) -> Place | None:
    """The place of the text from which a line comes: in its section, or else in the leaflet."""
    catalogue = task.catalogue
    leaflet = catalogue.leaflets.read[task.request.leaflet]
    blocks = [b for b in catalogue.blocks_of(leaflet) if b[0] == part]
    # What makes a line too wide is a long word; other words may come from slots or wording.
    longest = max(words.split(), key=len)
    for _, block, path in blocks:
        for text, where in texts_in(block.model):
            if longest in text.plain:
                return block.place_of(*path, *where)
    for text, where in texts_in(leaflet.model):
        if longest in text.plain:
            return leaflet.place_of(*where)
    return blocks[0][1].place_of(*blocks[0][2]) if blocks else leaflet.place_of()


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
