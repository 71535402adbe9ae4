"""Leaflets as they are at the moment, and the changes of files that they are made from.

``handouts watch`` shows them: see ``api/preview_server``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from handouts.diagnostics import Diagnostic, HandoutsError, errors_in
from handouts.store import NO_STORE, Store, key_of

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.model.tables import Edition, Ink, Paper

STEP = 10
"""Milliseconds without a further change after which changes are reported: several may belong
together, as when an editor writes a new file and renames it."""

LONGEST = 200
"""Milliseconds after which changes are reported even if there are more and more of them."""

PATIENCE = 1000
"""Milliseconds after which files are looked at although nothing was reported: file systems of a
network, and folders that Windows shares with Linux, report nothing."""


@dataclass(frozen=True)
class Preview:
    """A leaflet as it is now: as HTML and, once they are set, its pages as a PDF.

    Both are None if errors among the diagnostics stop it.
    """

    leaflet: str
    title: str
    html: str | None = None
    pdf: bytes | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @cached_property
    def key(self) -> str:
        """The same for previews that look the same."""
        return key_of(self.leaflet, self.text_key, self.pdf or b"", repr(self.diagnostics))

    @cached_property
    def text_key(self) -> str:
        """The same for previews with the same text; empty without one."""
        return key_of(self.html) if self.html else ""


def previews(
    project: Project,
    name: str,
    *,
    on: date,
    language: str | None = None,
    paper: Paper | None = None,
    edition: Edition | None = None,
    ink: Ink | None = None,
    store: Store = NO_STORE,
) -> Iterator[Preview]:
    """A leaflet as ``handouts build`` would make it now: first its text, then also its pages.

    Of the clinic's looks, it is the first. The last preview has all diagnostics, errors among them.
    CannotPrintError if the engine cannot start.
    """
    from handouts.api.leaflet import Leaflet
    from handouts.build.fault_places import located
    from handouts.build.pictures import drawing_problems, logo_problems
    from handouts.build.run import render

    looks = {"languages": language, "papers": paper, "editions": edition, "inks": ink}
    chosen: dict[str, Any] = {key: (value,) for key, value in looks.items() if value}
    told: list[Diagnostic] = []
    title = name
    try:
        work = project.plan((name,), on=on, require="nothing", **chosen)
        told += work.diagnostics
        if not work.tasks:
            yield Preview(name, title, diagnostics=tuple(told))
            return
        task = work.tasks[0]
        workspace, title = task.catalogue.workspace, task.document.title.plain
        html = Leaflet(task, store).html()
        yield Preview(name, title, html, diagnostics=tuple(told))
        logo = logo_problems(workspace, store)
        # A drawing that cannot be printed stops only the leaflets that show it.
        drawings = (d for d in drawing_problems(workspace, store) if not errors_in([d]))
        told += (*logo, *drawings)
        if errors_in(logo):
            yield Preview(name, title, diagnostics=tuple(told))
            return
        files, faults = render(task.document, task.layers, task.limited, ("pdf",), None, store)
    except HandoutsError as error:
        yield Preview(name, title, diagnostics=(*told, *error.diagnostics))
        return
    told += (located(fault, task) for fault in faults)
    if files:
        yield Preview(name, title, html, files[0].data, tuple(told))
    else:
        yield Preview(name, title, diagnostics=tuple(told))


# What changes -----------------------------------------------------------------------------------


def changes(project: Project, stop: Event) -> Iterator[frozenset[Path]]:
    """The files that have changed since this call, were added or are gone, whenever some have.

    Only files that leaflets may be made from count. Ends when ``stop`` is set.
    """
    # Not a generator itself: the files are looked at now, not when the first change is asked for.
    return _changes(project, stop, file_states(project))


def _changes(
    project: Project, stop: Event, before: dict[Path, object]
) -> Iterator[frozenset[Path]]:
    while not stop.is_set():
        folders = {path for path in (project.folder, *(p.parent for p in before)) if path.is_dir()}
        # A report only says that it is time to look. So nothing is missed that happens before a new
        # folder is watched, and a file that was only touched by its editor counts once.
        for _ in _reports(folders, stop):
            now = file_states(project)
            either = before.keys() | now.keys()
            changed = frozenset(path for path in either if before.get(path) != now.get(path))
            before = now
            if changed:
                yield changed
            if not {path.parent for path in before if path.parent.is_dir()} <= folders:
                break


def _reports(folders: Iterable[Path], stop: Event) -> Iterator[object]:
    """Something whenever a file in one of the folders may have changed, and now and then."""
    from watchfiles import watch

    try:
        yield from watch(
            *folders,
            watch_filter=None,
            debounce=LONGEST,
            step=STEP,
            stop_event=stop,
            rust_timeout=PATIENCE,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )
    except OSError:  # a folder has just gone, or the system watches no more of them
        yield stop.wait(PATIENCE / 1000)


def leaflets_using(project: Project, files: Iterable[Path]) -> tuple[str, ...]:
    """The clinic's leaflets that may use any of the files.

    Settings, tables and templates count as used by all; so does everything while the settings, or
    the leaflet itself, cannot be read.
    """
    from handouts.api.listing import names_of
    from handouts.content.catalogue import select

    try:
        catalogue = project.catalogue()
    except HandoutsError:
        return names_of("leaflet", project)
    offered = select(catalogue, ())
    homes = [
        (kind, layer / kind)
        for layer in catalogue.workspace.content_layers
        for kind in ("leaflets", "blocks")
    ]
    names: set[str] = set()
    for file in files:
        found = next(((kind, home) for kind, home in homes if file.is_relative_to(home)), None)
        if found is None:
            return offered
        kind, home = found
        part = file.relative_to(home).with_suffix("").as_posix()
        if kind == "leaflets":
            names.add(part)
        else:
            leaflets = catalogue.leaflets
            names |= {n for n, each in leaflets.read.items() if part in each.model.refs}
            names |= leaflets.broken.keys()
    return tuple(name for name in offered if name in names)


def file_states(project: Project) -> dict[Path, object]:
    """What tells that a file has changed, for all files that leaflets may be made from."""
    from handouts.content.assets.brand import BRAND, brand_files
    from handouts.content.load import load
    from handouts.model.clinic import Brand

    folder, library = project.folder, project.library
    states = {path: _state(path) for path in folder.glob("*.y*ml")}
    own = (folder / name for name in ("content", "locales", "templates"))
    for home in (*own, library.content, library.templates):
        states |= dict(_below(home))
    with suppress(HandoutsError):
        brand = load(folder / BRAND, Brand).model
        states |= {path: _state(path) for path in brand_files(folder, brand)}
    return states


def _below(folder: Path | os.DirEntry[str]) -> Iterator[tuple[Path, object]]:
    """The state of a folder's files and folders, but for what editors and systems hide there."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            if not entry.name.startswith(".") and not entry.name.endswith("~"):
                is_folder = entry.is_dir(follow_symlinks=False)
                yield Path(entry), "folder" if is_folder else _state(entry)
                yield from _below(entry) if is_folder else ()


def _state(file: Path | os.DirEntry[str]) -> object:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
