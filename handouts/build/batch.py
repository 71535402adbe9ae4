"""Builds for many clinics at once.

Clinics that differ only in their details share all shells, so that each costs no more than its
areas and imprints.
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
from handouts.build.run import executor, located, place_of_detail
from handouts.content.clinic_table import BatchClinic, has_own_files
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.files import write_if_changed
from handouts.model.document import Document
from handouts.model.tables import Edition, Ink, Paper
from handouts.model.text import texts_in
from handouts.page.areas import Area, card_height, phone_area
from handouts.pdf.engine import engine_version
from handouts.pdf.imprint import imprint
from handouts.pdf.shell import shell_of
from handouts.pdf.shells import NO_ROOM, get_or_render, imprints_of_clinic
from handouts.store import Store


@dataclass(frozen=True)
class SharedSheet:
    """A leaflet that several clinics share, with the key of its shell in the store."""

    document: Document
    shell: str
    areas: tuple[Area, ...]
    pages: int
    layers: tuple[Path, ...]


@dataclass(frozen=True)
class ClinicResult:
    """The result for one clinic: the records of its files, and why others were not made.

    ``not_made`` is the clinic's folder if nothing was made, or else ``folder/leaflet`` for each
    leaflet that is not in the folder on every paper.
    """

    folder: str
    outputs: tuple[Output, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    not_made: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShellGroup:
    """Clinics that share all shells, and the plan that applies to each of them."""

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
    """Group clinics by everything their shells depend on, that is, all but the clinic's details.

    If the text itself names the clinic, each clinic has its own group.
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
"""Fields that templates print as plain text, where a telephone number is not an area."""


def _names_clinic(document: Document) -> bool:
    """Whether a clinic's name, or its number outside an area, is among the words."""
    return any(
        "clinic_name" in text.slots or ("clinic_phone" in text.slots and path[-1] in _PLAIN_FIELDS)
        for text, path in texts_in(document)
    )


def _shell_key(clinic: BatchClinic) -> str:
    workspace = clinic.catalogue.workspace
    settings = workspace.settings.model
    # A clinic with files of its own shares shells with no other.
    own = str(workspace.folder) if has_own_files(workspace) else ""
    # In a shell, the width of the telephone number and the heights of the card are fixed.
    details = settings.clinic
    heights = (card_height(details, narrow=False), card_height(details, narrow=True))
    shape = (phone_area(details.phone, bold=True).name, *heights)
    return repr((settings.model_dump_json(exclude={"clinic"}), workspace.approvals, own, shape))


@dataclass
class ClinicsBuild:
    """A build for many clinics, each into its own folder. ``results`` does the work.

    ``diagnostics``, ``outputs`` (the manifests' records, with the clinic's folder before the file
    name) and ``not_made`` (what clinics that could not be read are called, and then as in
    ``ClinicResult``) are complete when it has finished, or was interrupted.
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
        """Build clinic by clinic. A clinic with errors does not stop the others."""
        left = {clinic.folder for group in self.groups for clinic in group.clinics}
        try:
            yield from self._results(left)
        finally:
            self.not_made += sorted(left)
        self.store.trim()

    def _results(self, left: set[str]) -> Iterator[ClinicResult]:
        with TemporaryDirectory(prefix="handouts-") as temporary:
            # Processes share shells through a store on disk, even with `--no-cache`.
            shells = self.store if self.store.folder else Store(Path(temporary))
            # Even a few clinics have enough leaflets to be worth several processes.
            with executor(max(self.total, 4), self.jobs) as pool:
                for result in _run_clinics(self.groups, self.folder, shells, pool):
                    self.outputs += [
                        vars(output) | {"file": f"{result.folder}/{output.file}"}
                        for output in result.outputs
                    ]
                    self.diagnostics += result.diagnostics
                    self.not_made += result.not_made
                    left.discard(result.folder)
                    yield result


def _run_clinics(
    groups: Iterable[ShellGroup], folder: Path, store: Store, executor: Executor | None = None
) -> Iterator[ClinicResult]:
    """Render the shells that the store lacks, then imprint clinic by clinic.

    The store must be on disk, because processes share shells through it.
    """
    do = executor.map if executor else map
    for group in groups:
        documents = [task.document for task in group.plan.tasks]
        layers = [task.layers for task in group.plan.tasks]
        sheets = tuple(do(partial(_shared_sheet, store=store), documents, layers))
        good = tuple(sheet for sheet in sheets if isinstance(sheet, SharedSheet))
        faults = tuple(
            located(fault, task)
            for task, sheet in zip(group.plan.tasks, sheets, strict=True)
            if not isinstance(sheet, SharedSheet)
            for fault in sheet
        )
        job = partial(_imprinted, sheets=good, store=store, folder=folder)
        facts = [(clinic.folder, _facts(clinic)) for clinic in group.clinics]
        # Clinics go to a process in chunks, because the shared sheets are sent with each chunk.
        chunk = max(1, min(16, len(facts) // 16))
        each = partial(executor.map, chunksize=chunk) if executor else map
        wanted = {file_name(document, "pdf"): document.leaflet for document in documents}
        for clinic, result in zip(group.clinics, each(job, *zip(*facts, strict=True)), strict=True):
            made = {output.file for output in result.outputs}
            lacking = (leaflet for file, leaflet in wanted.items() if file not in made)
            unmade = [f"{result.folder}/{name}" for name in {*group.plan.not_made, *lacking}]
            settings = clinic.catalogue.workspace.settings
            told = (
                replace(d, place=place_of_detail(d.message, settings)) if d.code == NO_ROOM else d
                for d in result.diagnostics
            )
            yield replace(
                result,
                diagnostics=(*faults, *told),
                not_made=tuple(sorted(unmade)) if made else (result.folder,),
            )


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
    light = document.model_copy(update={"sections": ()})  # its text is already in the shell
    return SharedSheet(light, keyed.key, keyed.shell.areas, keyed.shell.pages, layers)


def _imprinted(
    name: str,
    facts: Mapping[str, Any],
    sheets: tuple[SharedSheet, ...],
    store: Store,
    folder: Path,
) -> ClinicResult:
    """Write a clinic's files and their manifest. Runs in any process."""
    outputs: list[Output] = []
    diagnostics: tuple[Diagnostic, ...] = ()
    mine = [replace(s, document=s.document.model_copy(update=dict(facts))) for s in sheets]
    parts = [(sheet.document, sheet.areas, sheet.layers) for sheet in mine]
    try:
        for sheet, data in zip(mine, imprints_of_clinic(parts), strict=True):
            pdf = imprint(shell_of(sheet.shell, store), data)
            file = file_name(sheet.document, "pdf")
            write_if_changed(folder / name / file, pdf)
            outputs.append(describe(file, pdf, facts_of(sheet.document, "pdf", sheet.pages)))
    except HandoutsError as error:
        diagnostics = error.diagnostics
    except OSError as error:
        diagnostics = (_unwritable(folder / name, error),)
    try:
        if outputs:
            diagnostics += write_manifest(folder / name, outputs, engine_version())
    except HandoutsError as error:
        diagnostics += error.diagnostics
    except OSError as error:
        diagnostics += (_unwritable(folder / name, error),)
    named = (replace(d, message=f"{name}: {d.message}") for d in diagnostics)
    return ClinicResult(name, tuple(outputs), tuple(named))


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    """A problem with one clinic's folder, which does not concern the others."""
    message = f"The folder cannot be written: {error.strerror or error}"
    hint = "Check the folder, its permissions and the space on the disk"
    return Diagnostic("unwritable", message, Place(folder), hint)
