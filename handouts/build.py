"""The main job: requests through resolve, compose and press into a folder of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import product
from pathlib import Path
from typing import Any

from handouts.catalogue import Catalogue, select
from handouts.compose import compose
from handouts.contract import check_catalogue
from handouts.diagnostics import Diagnostic, HandoutsError, Job, Place, Severity
from handouts.document import Document
from handouts.imprint import Imprint, stamp
from handouts.models.tables import Paper
from handouts.output import Format, Output, describe, facts_of, file_name, write_if_new
from handouts.parts import plain
from handouts.personal import Personal
from handouts.plates import NO_ROOM, cast, imprint_for
from handouts.press import MissingGlyphs
from handouts.recipes import Recipe
from handouts.resolve import Request, resolve
from handouts.store import Store

NO_STORE = Store(None)


@dataclass(frozen=True, eq=False)
class Task:
    """A leaflet to be made, and the content that it is made from."""

    request: Request
    catalogue: Catalogue

    @property
    def layers(self) -> tuple[Path, ...]:
        """Template folders, strong to weak."""
        return self.catalogue.workspace.template_layers

    @cached_property
    def document(self) -> Document:
        """Everything that will be printed."""
        return resolve(self.request, self.catalogue)

    @property
    def job(self) -> Job:
        """How people are told of it."""
        request, region = self.request, self.catalogue.region.model.id
        return Job(request.leaflet, f"{request.language}-{region}", request.paper)


@dataclass(frozen=True)
class Plan:
    """What can be made, and what stands in the way of the rest."""

    tasks: tuple[Task, ...]
    blocked: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Result:
    """One task done: the files written, or why there are none.

    ``outputs`` are the manifest's records of them.
    """

    task: Task
    written: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A file that is ready to be written, its record, and how to make it again."""

    name: str
    data: bytes
    facts: Mapping[str, Any]
    recipe: Recipe | None = None


def plan(
    catalogues: Iterable[Catalogue],
    names: tuple[str, ...],
    papers: tuple[Paper, ...],
    day: date,
    require: str | None = None,
) -> Plan:
    """Tasks for the named leaflets, or for all that the clinic offers, in its languages.

    Without ``papers``, on the clinic's, or else the region's. Leaflets with an error in a file that
    they use are left out, and the error is told; so are those that nobody approved, where
    ``require`` or the clinic's settings ask for ``approved``. HandoutsError for an unknown name.
    """
    plans = [
        _approved(_plan(catalogue, names, papers, day), catalogue, require)
        for catalogue in catalogues
    ]
    return Plan(
        tuple(task for each in plans for task in each.tasks),
        tuple(dict.fromkeys(name for each in plans for name in each.blocked)),
        tuple(dict.fromkeys(diagnostic for each in plans for diagnostic in each.diagnostics)),
    )


def _plan(
    catalogue: Catalogue, names: tuple[str, ...], papers: tuple[Paper, ...], day: date
) -> Plan:
    wanted, settings = select(catalogue, names), catalogue.workspace.settings.model
    found = check_catalogue(catalogue)
    files = {name: catalogue.files_of(name) for name in wanted}
    others = _content_files(catalogue) - frozenset().union(*files.values())
    told = tuple(d for d in found if not (d.place and d.place.file in others))
    faulty = {d.place.file if d.place else None for d in told if d.severity is Severity.ERROR}
    shared = faulty - _content_files(catalogue)
    blocked = tuple(name for name in wanted if shared or files[name] & faulty)
    ready = [name for name in wanted if name not in blocked]
    languages = dict.fromkeys(settings.languages)
    sheets = dict.fromkeys(papers or settings.papers or (catalogue.region.model.paper,))
    requests = (
        Request(name, language, paper, day)
        for name, language, paper in product(ready, languages, sheets)
    )
    return Plan(tuple(Task(request, catalogue) for request in requests), blocked, told)


def _approved(found: Plan, catalogue: Catalogue, require: str | None) -> Plan:
    """The plan without what may not go out, where only approved leaflets may."""
    if (require or catalogue.workspace.settings.model.require) != "approved":
        return found
    refused = tuple(task for task in found.tasks if not task.document.clean)
    return Plan(
        tuple(task for task in found.tasks if task not in refused),
        (*found.blocked, *dict.fromkeys(task.request.leaflet for task in refused)),
        (*found.diagnostics, *dict.fromkeys(_not_approved(task) for task in refused)),
    )


def _not_approved(task: Task) -> Diagnostic:
    document = task.document
    state = "past its review date" if document.overdue else document.approval
    message = f"`{document.leaflet}` ({document.locale}) may not go out: it is {state}"
    hint = "`handouts status` tells what has changed, `handouts approve` records a sign-off"
    return Diagnostic("not-approved", message, hint=hint)


def run(
    tasks: Iterable[Task],
    formats: tuple[Format, ...],
    folder: Path,
    executor: Executor | None = None,
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> Iterator[Result]:
    """Do the tasks, in their order, and write each leaflet as soon as it is made.

    Personal copies have a name of their own and are no outputs: the manifest never learns of them.

    Rendering goes through the executor where one is given. A task that fails does not stop the
    others.
    """
    tasks = tuple(tasks)
    job = partial(render, formats=formats, personal=personal, store=store)
    work = ([task.document for task in tasks], [task.layers for task in tasks])
    rendered = executor.map(job, *work) if executor else map(job, *work)
    for task, (files, faults) in zip(tasks, rendered, strict=True):
        for file in files:
            write_if_new(folder / file.name, file.data)
        outputs = tuple(describe(file.name, file.data, file.facts) for file in files)
        recipes = tuple(file.recipe for file in files if file.recipe)
        written = tuple(file.name for file in files)
        yield Result(
            task,
            written,
            () if personal else outputs,
            recipes,
            tuple(_told(fault, task) for fault in faults),
        )


def holds_until(tasks: Iterable[Task], day: date) -> date:
    """The last day on which all of the tasks' marks stay as they are on ``day``."""
    ends = {task.document.review_due for task in tasks}
    for task in tasks:
        approvals = task.catalogue.workspace.approvals
        ends |= {approval.until for approval in approvals if approval.until}
    return min((end for end in ends if end >= day), default=date.max)


def render(
    document: Document,
    layers: tuple[Path, ...],
    formats: tuple[Format, ...],
    personal: Personal | None = None,
    store: Store = NO_STORE,
) -> tuple[tuple[Rendered, ...], tuple[Diagnostic, ...]]:
    """A document's files in the formats, or the faults of its templates. Runs in any process."""
    try:
        found = cast(document, layers, store, personal)
        key, imprint = imprint_for(document, layers, found.plate.areas, store, personal)
        html = compose(document, layers, personal).html if "html" in formats else ""
    except HandoutsError as error:
        return (), error.diagnostics
    pdf, pages = stamp(found.plate, imprint), found.plate.pages
    name = partial(file_name, document, personal=personal is not None)
    facts = partial(facts_of, document)
    files = []
    if "pdf" in formats:
        again = (
            None if personal else _recipe(name("pdf"), found.key, key, imprint, facts("pdf", pages))
        )
        files.append(Rendered(name("pdf"), pdf, facts("pdf", pages), again))
    if "html" in formats:
        files.append(Rendered(name("html"), html.encode(), facts("html", pages)))
    if "png" in formats:
        from handouts.pictures import page_pictures

        for number, picture in enumerate(page_pictures(pdf), start=1):
            files.append(Rendered(name("png", number), picture, facts("png", 1)))
    return tuple(files), ()


def _recipe(
    name: str, plate: str, forms: str, imprint: Imprint, facts: Mapping[str, Any]
) -> Recipe:
    code = plain(imprint.forms.areas["qr"])
    return Recipe(name, plate, forms, code, imprint.texts, imprint.colours, imprint.author, facts)


def _told(fault: Diagnostic, task: Task) -> Diagnostic:
    """A fault with the leaflet that it came to light in, and its place where that can be found."""
    place, catalogue = fault.place, task.catalogue
    if isinstance(fault, MissingGlyphs):
        files = {*catalogue.files_of(task.request.leaflet), catalogue.workspace.settings.file}
        place = _first_of(fault.characters, files)
    elif fault.code == NO_ROOM:
        place = catalogue.workspace.settings.place_of("clinic", key=True)
    return replace(fault, place=place, job=task.job)


def _first_of(characters: str, files: Iterable[Path]) -> Place | None:
    """Where one of the characters is written; None where it stands in another file or as a code."""
    for file in sorted(files):
        for number, line in enumerate(file.read_text("utf-8-sig").split("\n"), start=1):
            columns = (column for column, c in enumerate(line, start=1) if c in characters)
            if column := next(columns, None):
                return Place(file, number, column)
    return None


def _content_files(catalogue: Catalogue) -> frozenset[Path]:
    return frozenset({*catalogue.leaflets.known.values(), *catalogue.blocks.known.values()})
