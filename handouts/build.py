"""The main job: requests through resolve, compose and press into a folder of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

from handouts.catalogue import Catalogue
from handouts.compose import compose
from handouts.contract import check_catalogue
from handouts.diagnostics import Diagnostic, HandoutsError, Severity
from handouts.document import Document
from handouts.models.tables import Paper
from handouts.output import Format, Output, describe, file_name, write_atomic
from handouts.press import press
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


def plan(
    catalogue: Catalogue, names: tuple[str, ...], papers: tuple[Paper, ...], day: date
) -> Plan:
    """Requests for the named leaflets, in the clinic's languages, on the papers.

    Leaflets with an error in a file that they use are left out, and the error is told.
    """
    found = tuple(check_catalogue(catalogue))
    files = {name: catalogue.files_of(name) for name in names}
    others = _content_files(catalogue) - frozenset().union(*files.values())
    told = tuple(d for d in found if not (d.place and d.place.file in others))
    faulty = {d.place.file if d.place else None for d in told if d.severity is Severity.ERROR}
    shared = faulty - _content_files(catalogue)
    blocked = tuple(name for name in names if shared or files[name] & faulty)
    ready = [name for name in names if name not in blocked]
    languages = catalogue.workspace.settings.model.languages
    requests = tuple(Request(*job, day) for job in product(ready, languages, papers))
    return Plan(requests, blocked, told)


def run(
    requests: Iterable[Request], catalogue: Catalogue, formats: tuple[Format, ...], folder: Path
) -> Iterator[Result]:
    """Make the requests in order. One that fails does not stop the others."""
    for request in requests:
        try:
            yield Result(request, tuple(_make(request, catalogue, formats, folder)))
        except HandoutsError as error:
            yield Result(request, diagnostics=error.diagnostics)


def _make(
    request: Request, catalogue: Catalogue, formats: tuple[Format, ...], folder: Path
) -> Iterator[Output]:
    document = resolve(request, catalogue)
    files = list(_render(document, catalogue.workspace.template_layers, formats))
    for name, suffix, data, pages in files:
        write_atomic(folder / name, data)
        yield describe(document, name, suffix, data, pages)


def _render(
    document: Document, layers: tuple[Path, ...], formats: tuple[Format, ...]
) -> Iterator[tuple[str, Format, bytes, int]]:
    page = compose(document, layers)
    plate = press(page)
    if "pdf" in formats:
        yield file_name(document, "pdf"), "pdf", plate.pdf, plate.pages
    if "html" in formats:
        yield file_name(document, "html"), "html", page.html.encode(), plate.pages
    if "png" in formats:
        from handouts.pictures import page_pictures

        for number, picture in enumerate(page_pictures(plate.pdf), start=1):
            yield file_name(document, "png", number), "png", picture, 1


def _content_files(catalogue: Catalogue) -> frozenset[Path]:
    read = {loaded.file for sort in (catalogue.leaflets, catalogue.blocks) for loaded in sort.read.values()}
    return frozenset(read | {*catalogue.leaflets.broken.values(), *catalogue.blocks.broken.values()})
