"""Packs: several leaflets as one file, each on a new sheet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.build.fault_places import located
from handouts.build.output import DRAFT, PERSONAL, look_of, write_personal
from handouts.build.plan import Task
from handouts.content.translated_clinic import workspace_in
from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    Job,
    Place,
    Severity,
    unforeseen,
)
from handouts.files import write_if_changed
from handouts.limits import PAGE, apart
from handouts.model.clinic import Pack
from handouts.model.document import Document
from handouts.page.personal import Personal
from handouts.store import Store

if TYPE_CHECKING:
    from handouts.build.job import BuildOptions
    from handouts.content.catalogue import Catalogue
    from handouts.pdf.pack import Part
    from handouts.pdf.shells import KeyedShell

Made = tuple[tuple["Part", ...], tuple[Diagnostic, ...]]


@dataclass(frozen=True)
class PackFile:
    """A pack as a file: its leaflets in order, the pages of each, and the bytes."""

    name: str
    pdf: bytes
    documents: tuple[Document, ...]
    pages: tuple[int, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf).hexdigest()


def pack_name(documents: Sequence[Document], pack: Pack | None, *, personal: bool) -> str:
    """E.g. ``pack-first-visit_en-GB_a4-DRAFT.pdf``, or ``pack-3_…`` of three leaflets."""
    first, issuable = documents[0], all(d.standing.issuable for d in documents)
    marks = (PERSONAL if personal else "") + ("" if issuable else DRAFT)
    words = pack.id if pack else len(documents)
    return f"pack-{words}_{first.locale}_{first.paper}{look_of(first)}{marks}.pdf"


def pack_title(documents: Sequence[Document], titles: Iterable[str], pack: Pack | None) -> str:
    """The pack's title, with a mark if one of its leaflets is a draft; or those of its leaflets."""
    if pack is None:  # the titles of drafts have their mark already
        return " · ".join(titles)
    draft = next((d for d in documents if not d.standing.issuable), None)
    return f"{draft.title_mark.plain}: {pack.title}" if draft else pack.title


@dataclass(frozen=True)
class Packs:
    """Packs, one for each language, paper, edition and ink, and what is to be told.

    ``not_made`` are the leaflets that stop the others: a pack with one of them left out would not
    be the pack that was asked for.
    """

    files: tuple[PackFile, ...]
    diagnostics: tuple[Diagnostic, ...]
    not_made: tuple[str, ...]


def make_packs(
    catalogue: Catalogue, pack: Pack | None, options: BuildOptions, store: Store
) -> Packs:
    """The leaflets of ``options.names``, in that order, joined. HandoutsError as for a build."""
    from handouts.build.job import planned

    work = planned(catalogue, options, store)
    told, not_made = list(work.diagnostics), list(work.not_made)
    if not_made:
        return Packs((), tuple(told), tuple(not_made))
    alike: dict[tuple[str, ...], dict[str, Task]] = {}
    for task in work.tasks:
        r = task.request
        alike.setdefault((r.language, r.paper, r.edition, r.ink), {})[r.leaflet] = task
    files = []
    for tasks in alike.values():
        ordered = [tasks[name] for name in options.names if name in tasks]
        here = workspace_in(catalogue.workspace, ordered[0].request.language)
        packs = {each.id: each for each in here.settings.model.packs}
        made, faults = make_pack(ordered, pack and packs[pack.id], options.personal, store)
        told += faults
        files += [made] if made else []
        not_made += [task.request.leaflet for task in ordered] if made is None else []
    return Packs(tuple(files), tuple(told), tuple(dict.fromkeys(not_made)))


def make_pack(
    tasks: Sequence[Task], pack: Pack | None, personal: Personal | None, store: Store
) -> tuple[PackFile | None, tuple[Diagnostic, ...]]:
    """Tasks of the same language, paper and look as one file; or what is wrong with any of them."""
    from handouts.pdf.pack import pack as joined

    documents = tuple(task.document for task in tasks)
    sheets = tuple((document, task.layers) for document, task in zip(documents, tasks, strict=True))
    limited = any(task.limited for task in tasks)
    try:
        made = (
            apart(parts, sheets, personal, store, stage=PAGE)
            if limited
            else parts(sheets, personal, store)
        )
        pdf = joined(made, pack_title(documents, [part.title for part in made], pack))
    except HandoutsError as error:
        told = []
        for fault in error.diagnostics:
            # Its place is looked for in the leaflet that it is about.
            leaflet = fault.job.leaflet if fault.job else None
            about = (task for task in tasks if task.request.leaflet == leaflet)
            told.append(located(fault, next(about, tasks[0])))
        return None, tuple(told)
    except (CannotPrintError, OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - other packs go on, as other leaflets do
        return None, (unforeseen(error),)
    name = pack_name(documents, pack, personal=personal is not None)
    return PackFile(name, pdf, documents, tuple(part.pages for part in made)), ()


def parts(
    sheets: Sequence[tuple[Document, tuple[Path, ...]]],
    personal: Personal | None,
    store: Store,
) -> tuple[Part, ...]:
    """Leaflets as parts of a pack. HandoutsError if one of them cannot be made."""
    from handouts.pdf.engine import shortcuts_hold
    from handouts.pdf.pack import Part
    from handouts.pdf.personal import general_imprint, with_words, words_set
    from handouts.pdf.shells import get_or_render

    if not shortcuts_hold():
        message = "With this version of the PDF engine, leaflets cannot be joined"
        hint = "Make them one by one, or install the version that `handouts doctor` recommends"
        raise HandoutsError(Diagnostic("engine-mismatch", message, hint=hint))
    shells: list[KeyedShell] = []
    for document, layers in sheets:
        try:
            shells.append(get_or_render(document, layers, store, personal))
        except HandoutsError as error:  # says which of them
            job = Job(document.leaflet, document.locale, document.paper)
            raise HandoutsError(*(replace(fault, job=job) for fault in error.diagnostics)) from None
    parts = tuple(
        Part(keyed, general_imprint(document, layers, keyed, store), document.language)
        for (document, layers), keyed in zip(sheets, shells, strict=True)
    )
    if not personal:
        return parts
    open_areas = [
        (document, layers, keyed.shell.areas)
        for (document, layers), keyed in zip(sheets, shells, strict=True)
    ]
    return tuple(
        replace(part, data=with_words(part.data, words))
        for part, words in zip(parts, words_set(open_areas, personal), strict=True)
    )


def write_pack(folder: Path, made: PackFile, *, personal: bool) -> tuple[str, bool]:
    """Write a pack into a folder: its name there, and whether it is new."""
    if personal:
        ((name, new),) = write_personal(folder, {made.name: made.pdf}).items()
        return name, new
    return made.name, write_if_changed(folder / made.name, made.pdf)


def counterparts(folder: Path, made: PackFile) -> Iterator[Diagnostic]:
    """A warning if the folder has the same pack as a draft, or without the mark of one."""
    stem = made.name.removesuffix(".pdf")
    other = stem.removesuffix(DRAFT) if stem.endswith(DRAFT) else stem + DRAFT
    path = folder / f"{other}.pdf"
    if PERSONAL not in stem and os.path.lexists(path):
        message = f"`{path.name}` is out of date; the current file is `{made.name}`"
        yield Diagnostic("out-of-date", message, Place(path), "Remove it", Severity.WARNING)
