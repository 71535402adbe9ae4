"""Builds for many clinics at once.

Clinics that differ only in their details share all shells (see ``groups``), so that each costs no
more than its areas and imprints.
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

from handouts.build.fault_places import located, place_of_detail
from handouts.build.groups import SharedSheet, ShellGroup, shared_sheet
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
from handouts.build.plan import Task, ended_approvals, partly_translated
from handouts.build.run import executor, render
from handouts.content.clinic_table import BatchClinic
from handouts.content.translated_clinic import details_in, untranslated_details
from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    Place,
    errors_in,
    unforeseen,
)
from handouts.files import write_if_changed
from handouts.model.clinic import Brand, Clinic, Picture
from handouts.model.document import Document
from handouts.pdf.engine import engine_version
from handouts.pdf.imprint import imprint
from handouts.pdf.overflow import NoRoom
from handouts.pdf.shell import shell_of
from handouts.pdf.shells import imprints_of_clinic
from handouts.review.rules.translations import detail_faults
from handouts.store import Store


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
        told = list[Diagnostic]()
        sound = []
        for group in self.groups:
            work, good = group.plan, []
            told += (*work.diagnostics, *ended_approvals(work.tasks))
            told += partly_translated(work.tasks)
            spoken = dict.fromkeys(task.request.language for task in work.tasks)
            for clinic in group.clinics:
                faults = tuple(detail_faults(clinic.catalogue, spoken))
                told += faults
                good += [] if faults else [clinic]
                self.not_made += [clinic.folder] if faults else []
            told += untranslated_details((c.catalogue.workspace for c in good), spoken)
            sound += [replace(group, clinics=tuple(good))] if good else []
        self.groups = tuple(sound)
        self.diagnostics += dict.fromkeys(told)  # clinics of a table have many of them in common
        self.total = sum(len(group.clinics) for group in self.groups if group.plan.tasks)

    def results(self) -> Iterator[ClinicResult]:
        """Build clinic by clinic. A clinic with errors does not stop the others."""
        left = {clinic.folder for group in self.groups for clinic in group.clinics}
        try:
            with TemporaryDirectory(prefix="handouts-") as temporary:
                # Processes share shells through a store on disk, even with `--no-cache`.
                shells = self.store if self.store.folder else Store(Path(temporary))
                # Even a few clinics have enough leaflets to be worth several processes.
                with executor(max(self.total, 4), self.jobs) as pool:
                    for result in (r for g in self.groups for r in self._results(g, shells, pool)):
                        self.outputs += [
                            vars(output) | {"file": f"{result.folder}/{output.file}"}
                            for output in result.outputs
                        ]
                        self.diagnostics += result.diagnostics
                        self.not_made += result.not_made
                        left.discard(result.folder)
                        yield result
        finally:
            self.not_made += sorted(left)
        self.store.trim()

    def _results(
        self, group: ShellGroup, store: Store, pool: Executor | None
    ) -> Iterator[ClinicResult]:
        """Render the shells of a group that the store lacks, then imprint clinic by clinic."""
        tasks, first = group.plan.tasks, group.clinics[0].catalogue.workspace
        documents, layers = [task.document for task in tasks], [task.layers for task in tasks]
        share = partial(shared_sheet, store=store, limited=first.limited)
        spoken = [document.language for document in documents]
        details = [details_in(first, language) for language in spoken]
        sheets = tuple((pool.map if pool else map)(share, documents, layers, details))
        good = tuple(sheet for sheet in sheets if isinstance(sheet, SharedSheet))
        separate = [task for task, sheet in zip(tasks, sheets, strict=True) if sheet is None]
        faults = tuple(
            located(fault, task)
            for task, sheet in zip(tasks, sheets, strict=True)
            if isinstance(sheet, tuple)
            for fault in sheet
        )
        # A clinic with drawings of its own is alone in its group.
        faults += tuple(d for d in drawing_problems(first, store) if not errors_in([d]))
        parts = [_OwnPart.of(clinic, spoken, separate) for clinic in group.clinics]
        job = partial(
            _made,
            sheets=good,
            store=store,
            folder=self.folder,
            told_day=self.told_day,
            index=self.index,
        )
        # Clinics go to a process in chunks, because the shared sheets are sent with each chunk.
        chunk = max(1, min(16, len(group.clinics) // 16))
        each = partial(pool.map, chunksize=chunk) if pool else map
        wanted = {file_name(document, "pdf"): document.leaflet for document in documents}
        for clinic, result in zip(group.clinics, each(job, parts), strict=True):
            made = {output.file for output in result.outputs}
            lacking = (leaflet for file, leaflet in wanted.items() if file not in made)
            unmade = sorted(f"{result.folder}/{name}" for name in {*group.plan.not_made, *lacking})
            settings = clinic.catalogue.workspace.settings
            told = (
                # The process that found it knows the text of the detail, but not its file.
                replace(d, place=place_of_detail(d.line, settings)) if isinstance(d, NoRoom) else d
                for d in result.diagnostics
            )
            not_made = tuple(unmade) if made else (result.folder,)
            yield replace(result, diagnostics=(*faults, *told), not_made=not_made)


@dataclass(frozen=True)
class _OwnPart:
    """What is a clinic's own in the leaflets of its group, sent to the process that makes them.

    ``clinics`` are its details by language; ``separate`` leaflets are made as in a build of its
    own.
    """

    folder: str
    clinics: Mapping[str, Clinic]
    brand: Brand
    logo: Picture | None
    logo_place: Place | None
    separate: tuple[tuple[Document, tuple[Path, ...]], ...]
    limited: bool

    @classmethod
    def of(
        cls, clinic: BatchClinic, languages: Iterable[str], separate: Iterable[Task]
    ) -> _OwnPart:
        """The part of one of the group's clinics."""
        workspace = clinic.catalogue.workspace
        own = [replace(task, catalogue=clinic.catalogue) for task in separate]
        return cls(
            clinic.folder,
            {language: details_in(workspace, language) for language in languages},
            workspace.brand,
            workspace.logo,
            workspace.logo_place,
            tuple((task.document, task.layers) for task in own),
            workspace.limited,
        )


def _made(
    part: _OwnPart,
    *,
    sheets: tuple[SharedSheet, ...],
    store: Store,
    folder: Path,
    told_day: date | None,
    index: bool,
) -> ClinicResult:
    """Write a clinic's files and their manifest. Runs in any process."""
    folder, limited = folder / part.folder, part.limited
    outputs: list[Output] = []
    diagnostics: list[Diagnostic] = []
    with _told(folder, diagnostics):
        logo = told_of(part.logo, part.brand.logo, part.logo_place, store, limited=limited)
        if errors_in(logo):
            return ClinicResult(part.folder, (), tuple(_named(part.folder, logo)))
        diagnostics += logo
        mine = []
        for sheet in sheets:
            clinic = part.clinics[sheet.document.language]
            own = {"clinic": clinic, "brand": part.brand, "logo": part.logo}
            mine.append(replace(sheet, document=sheet.document.model_copy(update=own)))
        parts = [(sheet.document, sheet.areas, sheet.layers) for sheet in mine]
        imprinted = imprints_of_clinic(parts, store, limited=limited)
        for sheet, data in zip(mine, imprinted, strict=True):
            pdf = imprint(shell_of(sheet.shell, store), data)
            file = file_name(sheet.document, "pdf")
            write_if_changed(folder / file, pdf)
            outputs.append(describe(file, pdf, facts_of(sheet.document, "pdf", sheet.pages)))
    # On its own, so that what went wrong above does not keep these from the folder.
    with _told(folder, diagnostics):
        for document, layers in part.separate:
            files, faults = render(document, layers, limited, ("pdf",), None, store)
            diagnostics += faults
            for made in files:
                write_if_changed(folder / made.name, made.data)
                outputs.append(describe(made.name, made.data, made.facts))
        outputs = on_told_day(outputs, told_day)
        if outputs:
            called = next(iter(part.clinics.values())).name  # the same in all languages
            listing = Index(called, part.brand.primary, part.brand.accent, index)
            diagnostics += write_manifest(folder, outputs, engine_version(), index=listing)
    return ClinicResult(part.folder, tuple(outputs), tuple(_named(part.folder, diagnostics)))


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
        # Unlike elsewhere, this concerns one clinic's folder and not the whole build.
        message = f"The folder cannot be written: {error.strerror or error}"
        hint = "Check the folder, its permissions and the space on the disk"
        diagnostics.append(Diagnostic("unwritable", message, Place(folder), hint))
    except Exception as error:  # noqa: BLE001 - whatever is the matter with this one
        diagnostics.append(unforeseen(error))


def _named(name: str, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (replace(d, message=f"{name}: {d.message}") for d in diagnostics)
