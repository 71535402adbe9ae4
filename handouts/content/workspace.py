"""A clinic's folder: settings, brand and sign-offs."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from handouts.content.assets.brand import read_brand
from handouts.content.dialling import doubtful_numbers
from handouts.content.ignored import escaping_links, ignored_files, ignored_pictures
from handouts.content.layers import MARK, PHOTOGRAPHS, SHIPPED, Library, find_workspace, misnamed
from handouts.content.load import Loaded, attempt
from handouts.diagnostics import (
    Checked,
    Diagnostic,
    HandoutsError,
    Place,
    Severity,
    collect,
    errors_in,
)
from handouts.model.approvals import Approval, Approvals
from handouts.model.clinic import Brand, FontFile, Picture, Settings

APPROVALS = "approvals.yaml"


@dataclass(frozen=True)
class Workspace:
    """A clinic's settings, brand and sign-offs, and the layers for its content and templates."""

    folder: Path
    library: Library
    settings: Loaded[Settings]
    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    logo_place: Place | None = None
    approvals: tuple[Approval, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    shipped: bool = False

    @property
    def limited(self) -> bool:
        """Whether leaflets are made with limits: if anything in them but details is the clinic's.

        The demo clinic's own files are ``shipped``.
        """
        return not self.shipped and (self.logo is not None or has_own_files(self))

    @property
    def content_layers(self) -> tuple[Path, ...]:
        """Content folders, strong to weak."""
        return self.library.content_layers(self.folder, self.settings.model.region)

    @property
    def template_layers(self) -> tuple[Path, ...]:
        """Template folders, strong to weak."""
        return self.library.template_layers(self.folder)


def open_workspace(
    folder: Path, region: str | None = None, library: Library = SHIPPED
) -> Workspace:
    """Open a clinic's folder. ``region`` replaces the region in ``handouts.yaml``.

    HandoutsError lists all errors in the settings, the brand, the sign-offs and their files.
    """
    return _read(own_folder(folder, folder), region, library, ())


def demo_workspace(region: str | None = None, library: Library = SHIPPED) -> Workspace:
    """The fictitious demo clinic, with a notice that it is one."""
    message = "No `handouts.yaml` here or in a parent folder: using the fictitious demo clinic"
    hint = "Give your clinic's folder with `--workspace`"
    notice = Diagnostic("demo-clinic", message, hint=hint, severity=Severity.INFO)
    return replace(_read(library.demo_clinic, region, library, (notice,)), shipped=True)


_OWN = (".yaml", ".j2", *PHOTOGRAPHS)


def has_own_files(workspace: Workspace) -> bool:
    """Whether a clinic has its own content, templates or fonts."""
    folders = (workspace.folder / "content", workspace.template_layers[0])
    files = (path for folder in folders if folder.is_dir() for path in folder.rglob("*.*"))
    return bool(workspace.fonts) or any(p.suffix in _OWN for p in files)


def own_folder(folder: Path | None, start: Path) -> Path:
    """The given folder, or the nearest workspace from ``start``; never the demo clinic.

    HandoutsError if there is none. Its files are not read.
    """
    nearest = folder or find_workspace(start)
    if nearest is None or not (nearest / MARK).is_file():
        place = nearest or start
        message = (
            "This folder has no `handouts.yaml`" if place.is_dir() else "There is no such folder"
        )
        # Many systems tell capitals apart, so `Handouts.yaml` marks nothing there.
        others = misnamed(place) if place.is_dir() else []
        hint = (
            f"Rename `{others[0].name}` to `{MARK}`"
            if others
            else "`handouts init FOLDER` creates a clinic's folder"
        )
        raise HandoutsError(Diagnostic("no-workspace", message, Place(place), hint))
    return nearest


def _read(
    folder: Path, region: str | None, library: Library, notices: tuple[Diagnostic, ...]
) -> Workspace:
    # Checked first: through such a link we would read a file outside the folder.
    if links := tuple(escaping_links(folder)):
        raise HandoutsError(*links)
    workspace, problems = collect(_workspace(folder, region, library))
    if errors_in(problems) or workspace is None:
        raise HandoutsError(*problems)
    return replace(workspace, diagnostics=(*notices, *problems))


def _workspace(folder: Path, region: str | None, library: Library) -> Checked[Workspace | None]:
    settings = yield from attempt(folder / MARK, Settings)
    yield from ignored_files(folder)
    yield from ignored_pictures(folder)
    files = yield from read_brand(folder)
    path = folder / APPROVALS
    signed = (yield from attempt(path, Approvals)) if os.path.lexists(path) else None
    if settings is None:  # only now, so that the faults of the other files are told as well
        return None
    # Its own region, because a clinic's number is the same on leaflets for another.
    number, place = settings.model.clinic.phone, settings.place_of("clinic", "phone")
    yield from doubtful_numbers(number, settings.model.region, place)
    if region:
        settings = replace(settings, model=settings.model.model_copy(update={"region": region}))
    approvals = signed.model.approvals if signed else ()
    return Workspace(folder, library, settings, *files, approvals)
