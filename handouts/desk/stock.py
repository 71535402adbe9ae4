"""What can be printed on a day: each clinic's leaflets, with their approval and their faults."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import get_args

from handouts.api.press import Sheet
from handouts.api.preview import file_states
from handouts.api.project import Project, open_project
from handouts.build.output import file_name
from handouts.build.packs import pack_name
from handouts.build.plan import Task, plan
from handouts.build.variants import Variants
from handouts.content.catalogue import Catalogue
from handouts.content.clinic_table import read_clinics
from handouts.content.layers import MARK
from handouts.content.resolve import Request
from handouts.diagnostics import Diagnostic, HandoutsError, Severity, collect
from handouts.model.clinic import Pack, Settings
from handouts.model.document import Document
from handouts.model.tables import Edition, Ink, Paper
from handouts.translation.languages import SOURCE_LANGUAGE

Look = tuple[str, str, str, str]
"""Language, paper, edition and ink."""


@dataclass(frozen=True)
class Item:
    """A leaflet in each of its languages. One that cannot be made has none, and only its title.

    ``unfinished`` if some of its text is still to be written; ``refused`` if the clinic prints only
    what is approved, and this is not. ``ended`` is, by language, the day on which the last approval
    ended.
    """

    id: str
    kind: str
    title: str
    documents: Mapping[str, Document]
    unfinished: bool = False
    refused: bool = False
    ended: Mapping[str, date] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What a search looks into, without accents and capitals."""
        texts: list[str] = [self.id, self.title]
        for document in self.documents.values():
            texts += [document.title.plain, document.short_title.plain, document.aim.plain]
            texts += [section.heading.plain for section in document.sections]
        return plain(" ".join(texts))


@dataclass
class Shelf:
    """A clinic's leaflets on a day. ``stopped`` if its files have errors that stop all of them."""

    id: str
    name: str
    region: str
    kinds: Mapping[str, str]
    items: Mapping[str, Item]
    packs: tuple[Pack, ...]
    languages: tuple[str, ...]
    papers: tuple[Paper, ...]
    faults: tuple[Diagnostic, ...]
    day: date
    ink: Ink = "colour"
    editions: tuple[Edition, ...] = get_args(Edition)
    inks: tuple[Ink, ...] = get_args(Ink)
    stopped: bool = False
    _tasks: Mapping[tuple[str, str], Task] = field(default_factory=dict)
    _sheets: dict[tuple[str, Look], tuple[Document, Sheet]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def in_order(self, leaflets: Iterable[str]) -> tuple[str, ...]:
        """Leaflets in the order of a pack that has just these, or else in that of the kinds."""
        wanted = set(leaflets)
        pack = self.pack_of(wanted)
        names = pack.leaflets if pack else tuple(self.items)
        return tuple(name for name in names if name in wanted)

    def pack_of(self, leaflets: Iterable[str]) -> Pack | None:
        """The clinic's pack of just these leaflets, if there is one."""
        wanted = set(leaflets)
        return next((pack for pack in self.packs if set(pack.leaflets) == wanted), None)

    def sheet(self, leaflet: str, look: Look) -> tuple[Document, Sheet]:
        """A leaflet as it will be printed, made when it is first asked for."""
        with self._lock:  # a thread goes through all of them while others are asked for
            if (leaflet, look) not in self._sheets:
                language, paper, edition, ink = look
                base = self._tasks[leaflet, language]
                asked = Request(leaflet, language, paper, self.day, edition, ink)  # type: ignore[arg-type]
                task = Task(asked, base.catalogue, base.todo)
                self._sheets[leaflet, look] = task.document, Sheet.of(task)
            return self._sheets[leaflet, look]

    def usual(self) -> Iterator[Sheet]:
        """What is asked for most: all leaflets as the clinic prints them, approved ones first."""
        approved_first = sorted(
            self.items.values(),
            key=lambda item: any(not d.standing.issuable for d in item.documents.values()),
        )
        for item in approved_first:
            for language in item.documents:
                yield self.sheet(item.id, (language, self.papers[0], self.editions[0], self.ink))[1]


@dataclass(frozen=True)
class Stock:
    """Everything at a moment; it is replaced as a whole."""

    shelves: Mapping[str, Shelf]
    read: datetime

    @property
    def only(self) -> Shelf | None:
        """The clinic, if there is one only."""
        return next(iter(self.shelves.values())) if len(self.shelves) == 1 else None


def plain(text: str) -> str:
    """A text without accents and capitals, with single spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


def name_of_file(documents: list[Document], pack: Pack | None, *, personal: bool) -> str:
    """The name under which a job is saved, as a build would call it."""
    if len(documents) == 1 and pack is None:
        return file_name(documents[0], "pdf", personal=personal)
    return pack_name(documents, pack, personal=personal)


@dataclass(frozen=True)
class Clinics:
    """Whose leaflets are printed: one clinic's, or with ``path`` those of many."""

    project: Project
    path: Path | None = None

    def states(self) -> dict[Path, object]:
        """What tells that a file has changed from which anything is made."""
        states = file_states(self.project)
        if self.path and self.path.is_dir():
            # Looked for each time, so that the folder of a new clinic is noticed.
            for mark in sorted(self.path.glob(f"*/{MARK}")):
                states |= file_states(open_project(mark.parent, library=self.project.library))
        elif self.path and self.path.is_file():
            states[self.path] = (self.path.stat().st_mtime_ns, self.path.stat().st_size)
        return states

    def read(self, now: datetime) -> Stock:
        """All clinics as they are now. A clinic with errors is there too, with nothing to print."""
        day = now.date()
        if self.path is None:
            name = self.project.folder.name
            try:
                shelves = [_shelf(name, self.project.catalogue(), day)]
            except HandoutsError as error:
                shelves = [_stopped(name, error.diagnostics, day)]
        else:
            shelves = self._many(self.path, day)
        return Stock({shelf.id: shelf for shelf in shelves}, now)

    def _many(self, path: Path, day: date) -> list[Shelf]:
        try:
            found, told = collect(read_clinics(path, self.project.workspace(), self.project.region))
        except HandoutsError as error:
            return [_stopped(path.stem, error.diagnostics, day)]
        shelves = [_shelf(clinic.folder, clinic.catalogue, day) for clinic in found.read]
        for name in found.unreadable:
            # What is told without a place may concern any clinic.
            about = (d for d in told if d.place is None or name in d.place.file.parts)
            shelves.append(_stopped(name, tuple(about), day))
        return sorted(shelves, key=lambda shelf: plain(shelf.name))


def _editions(settings: Settings) -> tuple[Edition, ...]:
    """The clinic's editions, then all others: of its languages, one must be a translation."""
    every: tuple[Edition, ...] = tuple(dict.fromkeys((*settings.editions, *get_args(Edition))))
    translated = set(settings.languages) - {SOURCE_LANGUAGE}
    return tuple(name for name in every if translated or name != "bilingual")


def _stopped(name: str, faults: tuple[Diagnostic, ...], day: date) -> Shelf:
    papers: tuple[Paper, ...] = get_args(Paper)
    return Shelf(name, name, "", {}, {}, (), (), papers, faults, day, stopped=True)


def _ended(catalogue: Catalogue, leaflet: str, language: str, day: date) -> date | None:
    """The day on which the last of a leaflet's approvals ended, before ``day``."""
    signed = catalogue.approvals_of(leaflet, language)
    return max((a.until for a in signed if a.until and a.until < day), default=None)


def _shelf(name: str, catalogue: Catalogue, day: date) -> Shelf:
    """A clinic's leaflets. Errors stop the leaflets that they are in, or all of them."""
    settings = catalogue.workspace.settings.model
    try:
        # One look is enough for words and states, which are the same in all.
        looks = Variants(settings.languages, ("a4",), ("standard",), ("colour",))
        work = plan([catalogue], (), looks, day, "nothing")
    except HandoutsError as error:
        return _stopped(name, error.diagnostics, day)
    tasks = {(t.request.leaflet, t.request.language): t for t in work.tasks}
    kinds = {key: kind.model.label.plain for key, kind in catalogue.kinds.items()}
    items: list[Item] = []
    for leaflet in dict.fromkeys((*(t.request.leaflet for t in work.tasks), *work.blocked)):
        own = {language: t for (name_, language), t in tasks.items() if name_ == leaflet}
        read = catalogue.leaflets.read.get(leaflet)
        documents = {language: task.document for language, task in own.items()}
        unfinished = any(task.unfinished for task in own.values())
        good = not unfinished and all(d.standing.issuable for d in documents.values())
        ended = {language: _ended(catalogue, leaflet, language, day) for language in own}
        items.append(
            Item(
                leaflet,
                read.model.kind if read else "",
                read.model.title.plain if read else leaflet,
                documents,
                unfinished,
                settings.require == "approved" and not good,
                {language: last for language, last in ended.items() if last},
            )
        )
    order = list(kinds)
    items.sort(key=lambda i: (order.index(i.kind) if i.kind in order else 99, i.id))
    papers: tuple[Paper, ...] = settings.papers or (catalogue.region.model.paper,)
    return Shelf(
        name,
        settings.clinic.name,
        settings.region,
        kinds,
        {item.id: item for item in items},
        settings.packs,
        tuple(dict.fromkeys(settings.languages)),
        tuple(dict.fromkeys((*papers, *get_args(Paper)))),
        tuple(d for d in work.diagnostics if d.severity is Severity.ERROR),
        day,
        settings.ink,
        _editions(settings),
        stopped=not tasks,
        _tasks=tasks,
    )
