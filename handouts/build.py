"""The main job: requests through resolve, compose and press into a folder of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path

from handouts.catalogue import Catalogue
from handouts.compose import Page, compose
from handouts.contract import check_catalogue
from handouts.diagnostics import Diagnostic, HandoutsError, Job, Place, Severity
from handouts.document import Document
from handouts.files import write_atomic
from handouts.models.tables import Paper
from handouts.output import Format, Output, describe, file_name
from handouts.press import MissingGlyphs, Plate, press
from handouts.resolve import Request, resolve


@dataclass(frozen=True)
class Plan:
    """What can be made, and what stands in the way of the rest."""

    requests: tuple[Request, ...]
    blocked: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Result:
    """One request done: the files written, or why there are none."""

    request: Request
    outputs: tuple[Output, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A file that is ready to be written."""

    name: str
    format: Format
    data: bytes
    pages: int


def plan(
    catalogue: Catalogue, names: tuple[str, ...], papers: tuple[Paper, ...], day: date
) -> Plan:
    """Requests for the named leaflets, in the clinic's languages, on the papers.

    Leaflets with an error in a file that they use are left out, and the error is told.
    """
    found = check_catalogue(catalogue)
    files = {name: catalogue.files_of(name) for name in names}
    others = _content_files(catalogue) - frozenset().union(*files.values())
    told = tuple(d for d in found if not (d.place and d.place.file in others))
    faulty = {d.place.file if d.place else None for d in told if d.severity is Severity.ERROR}
    shared = faulty - _content_files(catalogue)
    blocked = tuple(name for name in names if shared or files[name] & faulty)
    ready = [name for name in names if name not in blocked]
    languages = dict.fromkeys(catalogue.workspace.settings.model.languages)
    requests = tuple(Request(*job, day) for job in product(ready, languages, papers))
    return Plan(requests, blocked, told)


def run(
    requests: Iterable[Request],
    catalogue: Catalogue,
    formats: tuple[Format, ...],
    folder: Path,
    executor: Executor | None = None,
) -> Iterator[Result]:
    """Make the requests, in their order, and write each as soon as it is done.

    Rendering goes through the executor where one is given. A request that fails does not stop the
    others.
    """
    requests = tuple(requests)
    documents = [resolve(request, catalogue) for request in requests]
    job = partial(render, layers=catalogue.workspace.template_layers, formats=formats)
    rendered = executor.map(job, documents) if executor else map(job, documents)
    for request, document, (files, faults) in zip(requests, documents, rendered, strict=True):
        for file in files:
            write_atomic(folder / file.name, file.data)
        outputs = tuple(_output(document, file) for file in files)
        yield Result(request, outputs, tuple(_told(fault, request, catalogue) for fault in faults))


def render(
    document: Document, layers: tuple[Path, ...], formats: tuple[Format, ...]
) -> tuple[tuple[Rendered, ...], tuple[Diagnostic, ...]]:
    """A document's files in the formats, or the faults of its templates. Runs in any process."""
    try:
        page = compose(document, layers)
        return tuple(_files(document, page, press(page), formats)), ()
    except HandoutsError as error:
        return (), error.diagnostics


def _files(
    document: Document, page: Page, plate: Plate, formats: tuple[Format, ...]
) -> Iterator[Rendered]:
    if "pdf" in formats:
        yield Rendered(file_name(document, "pdf"), "pdf", plate.pdf, plate.pages)
    if "html" in formats:
        yield Rendered(file_name(document, "html"), "html", page.html.encode(), plate.pages)
    if "png" in formats:
        from handouts.pictures import page_pictures

        for number, picture in enumerate(page_pictures(plate.pdf), start=1):
            yield Rendered(file_name(document, "png", number), "png", picture, 1)


def _told(fault: Diagnostic, request: Request, catalogue: Catalogue) -> Diagnostic:
    """A fault with the leaflet that it came to light in, and its place where that can be found."""
    place = fault.place
    if isinstance(fault, MissingGlyphs):
        files = {*catalogue.files_of(request.leaflet), catalogue.workspace.settings.file}
        place = _first_of(fault.characters, files)
    job = Job(request.leaflet, request.language, request.paper)
    return replace(fault, place=place, job=job)


def _first_of(characters: str, files: Iterable[Path]) -> Place | None:
    """Where one of the characters is written; None where it stands in another file or as a code."""
    for file in sorted(files):
        for number, line in enumerate(file.read_text("utf-8-sig").split("\n"), start=1):
            columns = (column for column, c in enumerate(line, start=1) if c in characters)
            if column := next(columns, None):
                return Place(file, number, column)
    return None


def _output(document: Document, file: Rendered) -> Output:
    return describe(document, file.name, file.format, file.data, file.pages)


def _content_files(catalogue: Catalogue) -> frozenset[Path]:
    read = {
        loaded.file
        for sort in (catalogue.leaflets, catalogue.blocks)
        for loaded in sort.read.values()
    }
    return frozenset(
        read | {*catalogue.leaflets.broken.values(), *catalogue.blocks.broken.values()}
    )
