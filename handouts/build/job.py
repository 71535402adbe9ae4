"""One build of a project into a folder, from its record if nothing has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from handouts.build.incremental import (
    BuildRecord,
    asset_digests,
    build_key,
    last_change,
    load,
    save,
)
from handouts.build.output import Format, Index, Output, on_told_day, write_manifest
from handouts.build.results import FileResult, LeafletResult
from handouts.build.variants import Variants
from handouts.content.layers import MARK, Library
from handouts.diagnostics import Diagnostic, HandoutsError, errors_in
from handouts.files import sweep, write_atomic
from handouts.pdf.engine import engine_version, pango_version
from handouts.store import Store

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from handouts.build.incremental import FileRecord
    from handouts.build.plan import Plan, Task
    from handouts.content.catalogue import Catalogue
    from handouts.page.personal import Personal

Require = Literal["approved", "nothing"]


@dataclass(frozen=True)
class BuildOptions:
    """The options of a build."""

    names: tuple[str, ...]
    variants: Variants
    formats: tuple[Format, ...]
    require: Require | None
    on: date
    personal: Personal | None
    told_day: date | None
    index: bool = False


@dataclass(frozen=True)
class BuildSource:
    """Where a build's content comes from; ``demo`` if the demo clinic is used by default."""

    folder: Path
    library: Library
    region: str | None
    demo: bool
    catalogue: Callable[[tuple[str, ...]], Catalogue]

    def key(self, *options: object) -> str | None:
        """The key of a record of work on these files; None without a clinic's folder."""
        if not (self.folder / MARK).is_file():  # then nothing in it is read
            return None
        settings = repr((self.demo, self.region, *options))
        return build_key(Path(os.path.realpath(self.folder)), self.library, settings)

    def last_change(self) -> int:
        """When its files were last changed, in nanoseconds."""
        return last_change(Path(os.path.realpath(self.folder)))


Leaflets = Generator[LeafletResult, None, None]


def planned(catalogue: Catalogue, options: BuildOptions, store: Store) -> Plan:
    """The plan of a build, with what is to be told about the clinic's pictures.

    HandoutsError if the logo cannot be printed.
    """
    from handouts.build.pictures import (
        drawing_problems,
        logo_problems,
        marker_problems,
        photograph_problems,
    )
    from handouts.build.plan import ended_approvals, partly_translated, plan
    from handouts.content.translated_clinic import untranslated_details

    work = plan([catalogue], options.names, options.variants, options.on, options.require)
    workspace = catalogue.workspace
    logo = logo_problems(workspace, store)
    if errors_in(logo):
        raise HandoutsError(*work.diagnostics, *logo)
    # A drawing that cannot be printed stops only the leaflets that show it.
    drawings = (d for d in drawing_problems(workspace, store) if not errors_in([d]))
    return replace(
        work,
        diagnostics=(
            *work.diagnostics,
            *ended_approvals(work.tasks),
            *partly_translated(work.tasks),
            *untranslated_details([workspace], (t.request.language for t in work.tasks)),
            *logo,
            *drawings,
            *marker_problems(catalogue, store),
            *photograph_problems(catalogue, store),
        ),
    )


@dataclass
class Build:
    """A build, planned when this object is created. ``results`` does the work, leaflet by leaflet.

    ``total`` is the number of leaflets. ``diagnostics`` starts with those of the plan; like
    ``outputs`` (the manifest's records) and ``not_made`` (leaflets), it is complete at the end.
    """

    source: BuildSource
    options: BuildOptions
    output: Path
    store: Store
    jobs: int | None
    executor: Executor | None
    total: int = field(default=0, init=False)
    diagnostics: list[Diagnostic] = field(default_factory=list, init=False)
    outputs: list[Output] = field(default_factory=list, init=False)
    not_made: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        # Taken before anything is read: see ``incremental``.
        self._since, key = self.source.last_change(), self._key()
        record = load(self.store, key, self.options.on) if key else None
        if record and (remade := self._remade(record)) is not None:
            self._work = self._repeat(remade)
            return

        # In full: read and planned now, so that problems are reported before the work begins.
        catalogue = self.source.catalogue(self.options.names)
        work = planned(catalogue, self.options, self.store)
        self.total = len(work.tasks)
        self.diagnostics += work.diagnostics
        self._work = self._make(work, catalogue, key)

    def results(self) -> Iterator[LeafletResult]:
        """Make leaflet by leaflet. Even if interrupted, finished leaflets are in the manifest."""
        # Closing runs the `finally` in `_make` even if the caller stops early.
        sweep(self.output)
        with closing(self._work) as results:
            yield from results

    def run(self) -> Build:
        """Make all leaflets. Returns the build itself."""
        for _ in self.results():
            pass
        return self

    def _key(self) -> str | None:
        """The key of the build's record; None for builds that are not recorded."""
        source, options = self.source, self.options
        # Of a personal copy nothing may be kept, and a record can make nothing again but PDFs.
        if self.store.folder is None or options.personal or options.formats != ("pdf",):
            return None
        return source.key(options.names, options.variants, options.require)

    # From the record ------------------------------------------------------------------------------

    def _remade(self, record: BuildRecord) -> list[tuple[FileRecord, bytes | None]] | None:
        """Files with new bytes, None for those already there; None if the store lacks something."""
        files: list[tuple[FileRecord, bytes | None]] = []
        for file in record.files:
            current = file.is_in(self.output)
            data = None if current else file.make(self.store)
            if data is None and not current:
                return None
            files.append((file, data))
        self.total = len(files)
        self.diagnostics += [Diagnostic.from_json(entry) for entry in record.diagnostics]
        return files

    def _repeat(self, files: list[tuple[FileRecord, bytes | None]]) -> Leaflets:
        for file, data in files:
            if data is not None:
                write_atomic(self.output / file.name, data)
            output = Output(file=file.name, sha256=file.sha256, size=file.size, **file.facts)
            self.outputs += on_told_day([output], self.options.told_day)
            result = FileResult(file.name, file.size, data is not None)
            yield LeafletResult(file.facts["leaflet"], (result,))
        # Nothing of the clinic's has been read, but all of its files know whose they are.
        index = None
        if files:
            record = files[0][0]
            index = Index(record.facts["clinic"], **record.colours, wanted=self.options.index)
        self._write_manifest((), index)

    # In full --------------------------------------------------------------------------------------

    def _make(self, work: Plan, catalogue: Catalogue, key: str | None) -> Leaflets:
        from handouts.build.run import executor, holds_until, run
        from handouts.content.assets.brand import brand_files

        options, workspace = self.options, catalogue.workspace
        pool = nullcontext(self.executor) if self.executor else executor(self.total, self.jobs)
        done: dict[Task, LeafletResult] = {}
        try:
            with pool as workers:
                results = run(
                    work.tasks, options.formats, self.output, workers, options.personal, self.store
                )
                for task, result in zip(work.tasks, results, strict=True):
                    done[task] = result
                    outputs = (file.output for file in result.files if file.output)
                    self.outputs += on_told_day(outputs, options.told_day)
                    self.diagnostics += result.diagnostics
                    yield result
        finally:
            finished = {task for task, result in done.items() if result.files}
            unmade = {task.request.leaflet for task in work.tasks if task not in finished}
            self.not_made += sorted({*work.not_made, *unmade})
            brand, clinic = workspace.brand, workspace.settings.model.clinic
            index = Index(clinic.name, brand.primary, brand.accent, self.options.index)
            self._write_manifest(work.refused, index)
        # Compared with the first ones, because a file may have been saved in the meantime.
        unchanged = key == self._key() and self._since == self.source.last_change()
        if key and unchanged and not errors_in(self.diagnostics):
            logo = [sha256(workspace.logo.data).hexdigest()] if workspace.logo else []
            digests = [*logo, *(font.digest for font in workspace.fonts)]
            record = BuildRecord(
                files=tuple(f.record for result in done.values() for f in result.files if f.record),
                diagnostics=tuple(diagnostic.to_json() for diagnostic in work.diagnostics),
                assets=asset_digests(brand_files(workspace.folder, workspace.brand), digests),
                pango=pango_version(),
                since=options.on,
                until=holds_until(work.tasks, options.on),
            )
            save(self.store, key, record)
            self.store.trim()

    def _write_manifest(self, refused: tuple[Task, ...], index: Index | None) -> None:
        """Personal copies are not among the outputs, so no manifest ever lists them."""
        refused_leaflets = [
            {
                "leaflet": task.request.leaflet,
                "language": task.request.language,
                "region": task.document.region,
                "paper": task.request.paper,
                "edition": task.request.edition,
                "ink": task.request.ink,
            }
            for task in refused
        ]
        # Refused leaflets may have files from earlier builds.
        if self.outputs or (refused_leaflets and self.output.is_dir()):
            self.diagnostics += write_manifest(
                self.output, self.outputs, engine_version(), refused_leaflets, index
            )
