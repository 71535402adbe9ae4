"""A clinic's leaflets: list, check, build and approve them.

Nothing here reads the environment or the clock: folders, dates and the store are arguments. Each
call reads the files as they are on disk at that moment. Calls are safe from several threads of one
process; the PDF engine renders one page at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from handouts.api.leaflet import Leaflet
from handouts.content.layers import SHIPPED, Library, find_workspace, misnamed
from handouts.diagnostics import Diagnostic, HandoutsError, errors_in
from handouts.store import NO_STORE, Store

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from handouts.build.batch import ClinicsBuild
    from handouts.build.job import Build, BuildSource
    from handouts.build.output import Format
    from handouts.build.packs import Packs
    from handouts.build.plan import Plan
    from handouts.build.variants import Variants
    from handouts.content.catalogue import Catalogue
    from handouts.content.workspace import Workspace
    from handouts.model.approvals import Role
    from handouts.model.document import Document
    from handouts.model.tables import Edition, Ink, Paper
    from handouts.page.personal import Personal
    from handouts.page.provenance import Origin

Require = Literal["approved", "nothing"]

_ONE_LOOK: dict[str, Any] = {
    "papers": ("a4",),
    "editions": ("standard",),
    "inks": ("colour",),
    "require": "nothing",
}
"""For questions about words, which are the same on any paper and in any edition."""


def _variants(
    languages: Sequence[str],
    papers: Sequence[Paper],
    editions: Sequence[Edition],
    inks: Sequence[Ink],
) -> Variants:
    from handouts.build.variants import Variants

    return Variants(tuple(languages), tuple(papers), tuple(editions), tuple(inks))


def open_project(
    folder: str | Path | None = None,
    *,
    region: str | None = None,
    start: Path | None = None,
    library: Library = SHIPPED,
) -> Project:
    """Open a clinic's folder, with its ``handouts.yaml``. Exported as ``handouts.open``.

    Without ``folder``, it is ``start`` or its nearest parent with a ``handouts.yaml``, or else the
    fictitious demo clinic. ``region`` replaces the region in the settings. Nothing is read yet.
    """
    return Project(Path(folder) if folder is not None else None, region, start, library)


@dataclass(frozen=True)
class Report:
    """The problems that a check found, and what it looked at.

    ``leaflets`` gives, for each leaflet, the number of files its text comes from; ``blocks`` is the
    number of block files.
    """

    diagnostics: tuple[Diagnostic, ...]
    leaflets: Mapping[str, int]
    blocks: int

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not errors_in(self.diagnostics)


@dataclass(frozen=True)
class Listing:
    """A clinic's leaflets, all diagnostics, and the IDs of leaflets that cannot be made."""

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    blocked: tuple[str, ...]


@dataclass(frozen=True)
class Project:
    """A clinic's folder, layered over the shipped library. Made by ``handouts.open``."""

    _folder: Path | None
    region: str | None
    _start: Path | None
    library: Library

    @property
    def folder(self) -> Path:
        """The clinic's folder, or that of the demo clinic."""
        nearest = find_workspace(self._start) if self._start else None
        # A name that Windows has lengthened must not lead to somebody else's leaflets.
        if self._start and not (self._folder or nearest) and misnamed(self._start):
            return self._start
        return self._folder or nearest or self.library.demo_clinic

    @property
    def is_demo(self) -> bool:
        """Whether the demo clinic is used because no folder was given or found."""
        return self._folder is None and self.folder == self.library.demo_clinic

    def own_folder(self) -> Path:
        """The clinic's folder. HandoutsError ``no-workspace`` instead of the demo clinic."""
        from handouts.content.workspace import own_folder

        return own_folder(self._folder, self._start or Path())

    def workspace(self) -> Workspace:
        """The clinic's settings, brand and sign-offs. HandoutsError lists all their errors."""
        from handouts.content.workspace import demo_workspace, open_workspace

        if self.is_demo:
            return demo_workspace(self.region, self.library)
        return open_workspace(self.folder, self.region, self.library)

    def catalogue(self, names: Iterable[str] | None = None) -> Catalogue:
        """All content, or only what the named leaflets need. HandoutsError as for ``workspace``."""
        from handouts.content.catalogue import read_catalogue

        return read_catalogue(self.workspace(), None if names is None else frozenset(names))

    def check(
        self,
        names: Sequence[str] = (),
        *,
        on: date,
        store: Store = NO_STORE,
        jobs: int | None = 1,
    ) -> Report:
        """Check every file, or those of the named leaflets, and report all problems.

        That is everything that a build would report, except whether leaflets are approved. So they
        are made, in the clinic's languages, papers, editions and ink, and the result is kept in the
        store; without an engine they are not. HandoutsError as for ``plan``.
        """
        from handouts.build.check import checked

        return Report(*checked(self._source(), tuple(names), on, store, jobs))

    def _source(self) -> BuildSource:
        from handouts.build.job import BuildSource

        return BuildSource(
            self.folder,
            self.library,
            self.region,
            self.is_demo,
            # Called only if no record of an earlier build or check makes reading needless.
            lambda names: self.catalogue(names or None),
        )

    def plan(
        self,
        names: Sequence[str] = (),
        *,
        on: date,
        languages: Sequence[str] = (),
        papers: Sequence[Paper] = (),
        editions: Sequence[Edition] = (),
        inks: Sequence[Ink] = (),
        require: Require | None = None,
    ) -> Plan:
        """What a build would make, and what blocks the rest."""
        from handouts.build.plan import plan

        catalogue = self.catalogue(names or None)
        variants = _variants(languages, papers, editions, inks)
        return plan([catalogue], tuple(names), variants, on, require)

    def leaflets(
        self, names: Sequence[str] = (), *, on: date, languages: Sequence[str] = ()
    ) -> Listing:
        """The leaflets with their approval status on a date, in these or the clinic's languages."""
        work = self.plan(names, on=on, languages=languages, **_ONE_LOOK)
        documents = tuple(task.document for task in work.tasks)
        return Listing(documents, work.diagnostics, work.blocked)

    def leaflet(
        self,
        name: str,
        *,
        on: date,
        language: str = "en",
        paper: Paper | None = None,
        edition: Edition = "standard",
        ink: Ink | None = None,
        store: Store = NO_STORE,
    ) -> Leaflet:
        """One leaflet on a date, on ``paper`` or else the clinic's first paper.

        HandoutsError says why it cannot be made.
        """
        work = self.plan(
            (name,),
            on=on,
            languages=(language,),
            papers=(paper,) if paper else (),
            editions=(edition,),
            inks=(ink,) if ink else (),
            require="nothing",  # as a draft if need be: who looks at a leaflet may yet approve it
        )
        if not work.tasks:
            raise HandoutsError(*(d for d in work.diagnostics if errors_in([d])))
        return Leaflet(work.tasks[0], store)

    def origins(self, document: Document) -> tuple[Origin, ...]:
        """The file and layer that each part of a leaflet comes from."""
        from handouts.page.provenance import origins

        return origins(document, self.catalogue((document.leaflet,)))

    def build(
        self,
        names: Sequence[str] = (),
        *,
        output: str | Path,
        on: date,
        languages: Sequence[str] = (),
        papers: Sequence[Paper] = (),
        editions: Sequence[Edition] = (),
        inks: Sequence[Ink] = (),
        formats: Sequence[Format] = ("pdf",),
        require: Require | None = None,
        personal: Personal | None = None,
        store: Store = NO_STORE,
        jobs: int | None = 1,
        executor: Executor | None = None,
        told_day: date | None = None,
        index: bool = False,
    ) -> Build:
        """Plan a build of the named leaflets, or of all that the clinic offers, into a folder.

        Planning happens now; the work is done while ``results`` is read, or by ``run``. ``jobs`` is
        the number of processes (None: one per core), unless an ``executor`` is given. Only with a
        store on disk is unchanged work skipped next time. ``told_day`` is recorded in the manifest,
        and says that ``on`` is not simply the day of the build. With ``index``, the folder gets an
        ``index.html``, which later builds renew.
        """
        from handouts.build.job import Build, BuildOptions

        kinds = tuple(dict.fromkeys(formats))
        variants = _variants(languages, papers, editions, inks)
        options = BuildOptions(
            tuple(names), variants, kinds, require, on, personal, told_day, index
        )
        return Build(self._source(), options, Path(output), store, jobs, executor)

    def packs(
        self,
        names: Sequence[str],
        *,
        on: date,
        languages: Sequence[str] = (),
        papers: Sequence[Paper] = (),
        editions: Sequence[Edition] = (),
        inks: Sequence[Ink] = (),
        require: Require | None = None,
        personal: Personal | None = None,
        store: Store = NO_STORE,
    ) -> Packs:
        """The named leaflets, or those of a pack of the clinic's, joined: each on a new sheet.

        There is a file for each of the clinic's languages, papers, editions and inks.
        """
        from handouts.build.job import BuildOptions
        from handouts.build.packs import make_packs

        packs = {pack.id: pack for pack in self.workspace().settings.model.packs}
        pack = packs.get(names[0]) if len(names) == 1 else None
        wanted = tuple(dict.fromkeys(pack.leaflets if pack else names))
        variants = _variants(languages, papers, editions, inks)
        options = BuildOptions(wanted, variants, ("pdf",), require, on, personal, None)
        return make_packs(self.catalogue(wanted), pack, options, store)

    def approve(
        self,
        names: Sequence[str],
        *,
        role: Role,
        by: str,
        on: date,
        until: date | None = None,
        language: str = "en",
    ) -> Listing:
        """Record that somebody approves the current text of leaflets.

        Returns what was approved, and the problems of the rest. HandoutsError, and no approval at
        all, if any of the leaflets has text still to be written.
        """
        from handouts.review.signoff import record, sign_off

        folder = self.own_folder()
        work = self.plan(names, on=on, languages=(language,), **_ONE_LOOK)
        tasks = work.tasks
        # `_ONE_LOOK` plans drafts too, and a draft may have text that nobody has written yet.
        if unfinished := dict.fromkeys(t.request.leaflet for t in tasks if t.unfinished):
            message = f"Text is still to be written in {', '.join(unfinished)}"
            hint = "Replace each TODO; `handouts check` lists them"
            raise HandoutsError(Diagnostic("unfinished", message, hint=hint))
        documents = tuple(task.document for task in tasks)
        if partly := [d.leaflet for d in documents if d.untranslated]:
            message = f"Not all of the text is translated into `{language}`: {', '.join(partly)}"
            hint = f"`handouts translate status -l {language}` shows what is missing or stale"
            raise HandoutsError(Diagnostic("unfinished", message, hint=hint))
        approvals = [
            sign_off(document, document.standing, role=role, by=by, signed=on, until=until)
            for document in documents
        ]
        if approvals:
            record(folder, approvals)
        return Listing(documents, work.diagnostics, work.blocked)


def build_clinics(
    clinics: str | Path,
    base: Project,
    names: Sequence[str] = (),
    *,
    output: str | Path,
    on: date,
    languages: Sequence[str] = (),
    papers: Sequence[Paper] = (),
    editions: Sequence[Edition] = (),
    inks: Sequence[Ink] = (),
    require: Require | None = None,
    store: Store = NO_STORE,
    jobs: int | None = 1,
    told_day: date | None = None,
    index: bool = False,
) -> ClinicsBuild:
    """Plan PDF leaflets for many clinics: a folder of clinic folders, or a table over ``base``.

    A clinic with errors does not stop the others.
    """
    from handouts.build.batch import ClinicsBuild
    from handouts.build.groups import grouped
    from handouts.content.clinic_table import read_clinics
    from handouts.diagnostics import collect

    found, problems = collect(read_clinics(Path(clinics), base.workspace(), base.region))
    variants = _variants(languages, papers, editions, inks)
    groups = grouped(found.read, tuple(names), variants, on, require)
    build = ClinicsBuild(groups, Path(output), store, jobs, list(problems), told_day, index)
    build.not_made += found.unreadable
    return build
