"""Many clinics at once: those that differ only in their facts share every shell.

Each then costs its areas and its imprints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handouts.build.output import Output, describe, facts_of, file_name, write_manifest
from handouts.build.plan import Plan, plan
from handouts.build.run import executor
from handouts.content.clinic_table import BatchClinic, has_own_files
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.files import write_if_changed
from handouts.model.document import Document
from handouts.model.tables import Edition, Ink, Paper
from handouts.model.text import texts_in
from handouts.page.areas import Area, card_height, phone_area
from handouts.pdf.engine import engine_version
from handouts.pdf.imprint import imprint
from handouts.pdf.shell import shell_of
from handouts.pdf.shells import get_or_render, imprints_of_clinic
from handouts.store import Store


@dataclass(frozen=True)
class SharedSheet:
    """A leaflet that many clinics share, and its shell in the store."""

    document: Document
    shell: str
    areas: tuple[Area, ...]
    pages: int
    layers: tuple[Path, ...]


@dataclass(frozen=True)
class ClinicResult:
    """A clinic done: its files' records, or why there are none."""

    folder: str
    outputs: tuple[Output, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class ShellGroup:
    """Clinics whose leaflets have the same shells, and what is planned for each of them."""

    clinics: tuple[BatchClinic, ...]
    plan: Plan


def grouped(
    clinics: Iterable[BatchClinic],
    names: tuple[str, ...],
    papers: tuple[Paper, ...],
    day: date,
    require: str | None = None,
    editions: tuple[Edition, ...] = (),
    inks: tuple[Ink, ...] = (),
) -> tuple[ShellGroup, ...]:
    """The clinics by what their shells depend on: all settings but the clinic's own facts.

    Where the words themselves name the clinic, each is alone.
    """
    alike: dict[str, list[BatchClinic]] = {}
    for clinic in clinics:
        alike.setdefault(_shell_key(clinic), []).append(clinic)
    options = (names, papers, day, require, editions, inks)
    groups: list[ShellGroup] = []
    for group in alike.values():
        work = plan([group[0].catalogue], *options)
        if any(_names_clinic(task.document) for task in work.tasks):
            groups += [ShellGroup((c,), plan([c.catalogue], *options)) for c in group]
        else:
            groups.append(ShellGroup(tuple(group), work))
    return tuple(groups)


_PLAIN_FIELDS = {"alt", "group", "time", "label", "title"}
"""Fields that templates print as plain words, in which a telephone number is no area."""


def _names_clinic(document: Document) -> bool:
    """Whether a clinic's name, or its number outside an area, is among the words."""
    return any(
        "clinic_name" in text.slots or ("clinic_phone" in text.slots and path[-1] in _PLAIN_FIELDS)
        for text, path in texts_in(document)
    )


def _shell_key(clinic: BatchClinic) -> str:
    workspace = clinic.catalogue.workspace
    settings = workspace.settings.model
    own = str(workspace.folder) if has_own_files(workspace) else ""
    details = settings.clinic
    shape = (
        phone_area(details.phone, bold=True).name,
        card_height(details, narrow=False),
        card_height(details, narrow=True),
    )
    return repr((settings.model_dump_json(exclude={"clinic"}), workspace.approvals, own, shape))


@dataclass
class ClinicsBuild:
    """A build for many clinics, each into a folder of its own. ``results`` does the work.

    ``diagnostics``, ``outputs`` (the manifests' records, with the clinic's folder before the file's
    name) and ``not_made`` (folders of clinics) are complete when it is done.
    """

    groups: tuple[ShellGroup, ...]
    folder: Path
    store: Store
    jobs: int | None
    diagnostics: list[Diagnostic]
    outputs: list[dict[str, Any]] = field(default_factory=list)
    not_made: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.diagnostics += [d for group in self.groups for d in group.plan.diagnostics]
        self.total = sum(len(group.clinics) for group in self.groups if group.plan.tasks)

    def results(self) -> Iterator[ClinicResult]:
        """Make clinic after clinic. A clinic that fails does not stop the others."""
        with TemporaryDirectory(prefix="handouts-") as temporary:
            shells = self.store if self.store.folder else Store(Path(temporary))
            with executor(max(self.total, 4), self.jobs) as pool:
                for result in _run_clinics(self.groups, self.folder, shells, pool):
                    self.outputs += [
                        vars(output) | {"file": f"{result.folder}/{output.file}"}
                        for output in result.outputs
                    ]
                    self.diagnostics += result.diagnostics
                    self.not_made += [] if result.outputs else [result.folder]
                    yield result
        self.store.trim()


def _run_clinics(
    groups: Iterable[ShellGroup], folder: Path, store: Store, executor: Executor | None = None
) -> Iterator[ClinicResult]:
    """Render the shells that the store lacks, then imprint clinic after clinic.

    A clinic that fails does not stop the others. The store must be one on disk.
    """
    do = executor.map if executor else map
    for group in groups:
        documents = [task.document for task in group.plan.tasks]
        layers = [task.layers for task in group.plan.tasks]
        sheets = tuple(do(partial(_shared_sheet, store=store), documents, layers))
        good = tuple(sheet for sheet in sheets if isinstance(sheet, SharedSheet))
        faults = tuple(f for sheet in sheets if not isinstance(sheet, SharedSheet) for f in sheet)
        job = partial(_imprinted, sheets=good, store=store, folder=folder)
        facts = [(clinic.folder, _facts(clinic)) for clinic in group.clinics]
        # Clinics that go to a process at once: what they share is sent along each time.
        chunk = max(1, min(16, len(facts) // 16))
        each = partial(executor.map, chunksize=chunk) if executor else map
        for result in each(job, *zip(*facts, strict=True)):
            yield replace(result, diagnostics=(*faults, *result.diagnostics))


def _facts(clinic: BatchClinic) -> dict[str, Any]:
    workspace = clinic.catalogue.workspace
    details = workspace.settings.model.clinic
    return {"clinic": details, "brand": workspace.brand, "logo": workspace.logo}


def _shared_sheet(
    document: Document, layers: tuple[Path, ...], store: Store
) -> SharedSheet | tuple[Diagnostic, ...]:
    try:
        keyed = get_or_render(document, layers, store)
    except HandoutsError as error:
        return error.diagnostics
    light = document.model_copy(update={"sections": ()})  # its words are in the shell
    return SharedSheet(light, keyed.key, keyed.shell.areas, keyed.shell.pages, layers)


def _imprinted(
    name: str,
    facts: Mapping[str, Any],
    sheets: tuple[SharedSheet, ...],
    store: Store,
    folder: Path,
) -> ClinicResult:
    """A clinic's files, written with their manifest. Runs in any process."""
    outputs: list[Output] = []
    told: tuple[Diagnostic, ...] = ()
    try:
        mine = [replace(s, document=s.document.model_copy(update=dict(facts))) for s in sheets]
        parts = [(sheet.document, sheet.areas, sheet.layers) for sheet in mine]
        for sheet, data in zip(mine, imprints_of_clinic(parts), strict=True):
            pdf = imprint(shell_of(sheet.shell, store), data)
            file = file_name(sheet.document, "pdf")
            write_if_changed(folder / name / file, pdf)
            outputs.append(describe(file, pdf, facts_of(sheet.document, "pdf", sheet.pages)))
        if outputs:
            told = write_manifest(folder / name, outputs, engine_version())
    except HandoutsError as error:
        told = error.diagnostics
    named = (replace(d, message=f"{name}: {d.message}") for d in told)
    return ClinicResult(name, tuple(outputs), tuple(named))
