"""Builds for many clinics at once.

Clinics that differ only in their details share all shells, so that each costs no more than its
areas and imprints. A shared shell is composed for nobody, so it holds nothing of any clinic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handouts.build.output import (
    Index,
    Output,
    describe,
    facts_of,
    file_name,
    on_told_day,
    write_manifest,
)
from handouts.build.pictures import drawing_problems, told_of
from handouts.build.plan import Plan, Task, plan
from handouts.build.run import executor, located, place_of_detail, render
from handouts.content.catalogue import Catalogue
from handouts.content.clinic_table import BatchClinic
from handouts.content.looks import own_templates
from handouts.content.workspace import Workspace, has_own_files
from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    Place,
    errors_in,
    unforeseen,
)
from handouts.files import write_if_changed
from handouts.limits import PAGE, apart
from handouts.model.clinic import Clinic
from handouts.model.document import Document
from handouts.model.tables import Edition, Ink, Paper
from handouts.page.areas import Area, card_height, phone_area
from handouts.page.compose import NOBODY, compose_shell, names_its_clinic
from handouts.page.context import STAND_IN
from handouts.pdf.engine import engine_version
from handouts.pdf.imprint import imprint
from handouts.pdf.shell import shell_of
from handouts.pdf.shells import NO_ROOM, KeyedShell, imprints_of_clinic, shell_for
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
    """Clinics that may share shells, and the plan that applies to each of them.

    The documents of the plan's tasks are nobody's: see ``of_nobody``.
    """

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
    """Group clinics by everything that decides on their shells, but for their own details."""
    alike: dict[str, list[BatchClinic]] = {}
    for clinic in clinics:
        alike.setdefault(_shell_key(clinic), []).append(clinic)
    options = (names, papers, day, require, editions, inks)
    return tuple(
        ShellGroup(tuple(group), plan([of_nobody(group[0].catalogue)], *options))
        for group in alike.values()
    )


def of_nobody(catalogue: Catalogue) -> Catalogue:
    """A clinic's content without its details, colours and logo."""
    workspace = catalogue.workspace
    settings = workspace.settings.model.model_copy(update={"clinic": NOBODY})
    loaded = replace(workspace.settings, model=settings)
    return replace(
        catalogue, workspace=replace(workspace, settings=loaded, brand=STAND_IN, logo=None)
    )


def _shell_key(clinic: BatchClinic) -> str:
    workspace = clinic.catalogue.workspace
    settings = workspace.settings.model
    # A clinic with files of its own shares shells with no other folder.
    own = str(workspace.folder) if has_own_files(workspace) else ""
    # In a shell, the width of the telephone number and the heights of the card are fixed.
    details = settings.clinic
    heights = [card_height(details, narrow=narrow) for narrow in (False, True)]
    widths = [phone_area(details.phone, bold=bold).width for bold in (False, True)]
    shape = (*heights, *widths)
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
    told_day: date | None = None
    index: bool = False
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
                how = (self.told_day, self.index)
                for result in _run_clinics(self.groups, self.folder, shells, pool, *how):
                    self.outputs += [
                        vars(output) | {"file": f"{result.folder}/{output.file}"}
                        for output in result.outputs
                    ]
                    self.diagnostics += result.diagnostics
                    self.not_made += result.not_made
                    left.discard(result.folder)
                    yield result


def _run_clinics(
    groups: Iterable[ShellGroup],
    folder: Path,
    store: Store,
    executor: Executor | None = None,
    told_day: date | None = None,
    index: bool = False,
) -> Iterator[ClinicResult]:
    """Render the shells that the store lacks, then imprint clinic by clinic.

    The store must be on disk, because processes share shells through it.
    """
    do = executor.map if executor else map
    for group in groups:
        tasks, first = group.plan.tasks, group.clinics[0].catalogue.workspace
        documents, layers = [task.document for task in tasks], [task.layers for task in tasks]
        room = partial(
            _shared_sheet, store=store, clinic=first.settings.model.clinic, limited=first.limited
        )
        sheets = tuple(do(room, documents, layers))
        good = tuple(sheet for sheet in sheets if isinstance(sheet, SharedSheet))
        faults = tuple(
            located(fault, task)
            for task, sheet in zip(tasks, sheets, strict=True)
            if isinstance(sheet, tuple)
            for fault in sheet
        )
        # A clinic with drawings of its own is alone in its group.
        faults += tuple(d for d in drawing_problems(first, store) if not errors_in([d]))
        separate = [task for task, sheet in zip(tasks, sheets, strict=True) if sheet is None]
        job = partial(
            _made, sheets=good, store=store, folder=folder, told_day=told_day, index=index
        )
        own = (
            (
                clinic.folder,
                _facts(clinic.catalogue.workspace),
                clinic.catalogue.workspace.logo_place,
                _own_documents(separate, clinic.catalogue),
            )
            for clinic in group.clinics
        )
        # Clinics go to a process in chunks, because the shared sheets are sent with each chunk.
        chunk = max(1, min(16, len(group.clinics) // 16))
        each = partial(executor.map, chunksize=chunk) if executor else map
        limited = [clinic.catalogue.workspace.limited for clinic in group.clinics]
        wanted = {file_name(document, "pdf"): document.leaflet for document in documents}
        results = each(job, *zip(*own, strict=True), limited)
        for clinic, result in zip(group.clinics, results, strict=True):
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


def _own_documents(
    tasks: Iterable[Task], catalogue: Catalogue
) -> list[tuple[Document, tuple[Path, ...]]]:
    """A clinic's documents of a plan that was made for nobody, with their template folders."""
    own = (replace(task, catalogue=catalogue) for task in tasks)
    return [(task.document, task.layers) for task in own]


def _facts(workspace: Workspace) -> dict[str, Any]:
    """A clinic's own part of its documents."""
    clinic = workspace.settings.model.clinic
    return {"clinic": clinic, "brand": workspace.brand, "logo": workspace.logo}


def _shared_sheet(
    document: Document,
    layers: tuple[Path, ...],
    store: Store,
    clinic: Clinic,
    *,
    limited: bool = False,
) -> SharedSheet | tuple[Diagnostic, ...] | None:
    """A leaflet of nobody's, with room for a clinic's details; or its errors.

    None for a leaflet that clinics cannot share, because templates of their own see their details
    or the page would name them.
    """
    if own_templates(layers):
        return None
    make = partial(apart, _shell_of_nobody, stage=PAGE) if limited else _shell_of_nobody
    try:
        keyed = make(document, layers, store, clinic)
        if keyed is None:
            return None
    except HandoutsError as error:
        return error.diagnostics
    except (CannotPrintError, OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - others go on, whatever is the matter with this one
        return (unforeseen(error),)
    light = document.model_copy(update={"sections": ()})  # its text is already in the shell
    return SharedSheet(light, keyed.key, keyed.shell.areas, keyed.shell.pages, layers)


def _shell_of_nobody(
    document: Document, layers: tuple[Path, ...], store: Store, clinic: Clinic
) -> KeyedShell | None:
    page = compose_shell(document, layers, None, store, clinic)
    return None if names_its_clinic(page) else shell_for(page, store)


def _made(
    name: str,
    facts: Mapping[str, Any],
    logo_place: Place | None,
    separate: Iterable[tuple[Document, tuple[Path, ...]]],
    limited: bool,
    *,
    sheets: tuple[SharedSheet, ...],
    store: Store,
    folder: Path,
    told_day: date | None,
    index: bool,
) -> ClinicResult:
    """Write a clinic's files and their manifest. Runs in any process.

    ``facts`` are its own part of the shared sheets; ``separate`` leaflets are made as in a build of
    its own.
    """
    outputs: list[Output] = []
    diagnostics: list[Diagnostic] = []
    with _told(folder / name, diagnostics):
        logo = told_of(facts["logo"], facts["brand"].logo, logo_place, store, limited=limited)
        if errors_in(logo):
            return ClinicResult(name, (), tuple(_named(name, logo)))
        diagnostics += logo
        mine = [replace(s, document=s.document.model_copy(update=dict(facts))) for s in sheets]
        parts = [(sheet.document, sheet.areas, sheet.layers) for sheet in mine]
        imprinted = imprints_of_clinic(parts, store, limited=limited)
        for sheet, data in zip(mine, imprinted, strict=True):
            pdf = imprint(shell_of(sheet.shell, store), data)
            file = file_name(sheet.document, "pdf")
            write_if_changed(folder / name / file, pdf)
            outputs.append(describe(file, pdf, facts_of(sheet.document, "pdf", sheet.pages)))
    with _told(folder / name, diagnostics):
        for document, layers in separate:
            files, faults = render(document, layers, limited, ("pdf",), None, store)
            diagnostics += faults
            for made in files:
                write_if_changed(folder / name / made.name, made.data)
                outputs.append(describe(made.name, made.data, made.facts))
        outputs = on_told_day(outputs, told_day)
        if outputs:
            brand = facts["brand"]
            listing = Index(facts["clinic"].name, brand.primary, brand.accent, index)
            diagnostics += write_manifest(folder / name, outputs, engine_version(), index=listing)
    return ClinicResult(name, tuple(outputs), tuple(_named(name, diagnostics)))


@contextmanager
def _told(folder: Path, diagnostics: list[Diagnostic]) -> Iterator[None]:
    """Add what goes wrong with one clinic to its problems, so that the others go on."""
    try:
        yield
    except HandoutsError as error:
        diagnostics.extend(error.diagnostics)
    except (CannotPrintError, MemoryError):
        raise
    except OSError as error:
        diagnostics.append(_unwritable(folder, error))
    except Exception as error:  # noqa: BLE001 - whatever is the matter with this one
        diagnostics.append(unforeseen(error))


def _named(name: str, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (replace(d, message=f"{name}: {d.message}") for d in diagnostics)


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    """A problem with one clinic's folder, which does not concern the others."""
    message = f"The folder cannot be written: {error.strerror or error}"
    hint = "Check the folder, its permissions and the space on the disk"
    return Diagnostic("unwritable", message, Place(folder), hint)
