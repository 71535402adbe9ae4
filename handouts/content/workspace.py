"""The clinic's folder: its settings, brand and sign-offs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from handouts.content.assets.brand import read_brand
from handouts.content.layers import (
    MARK,
    SHIPPED,
    Library,
    escaping_links,
    find_workspace,
    ignored_files,
)
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
    """A clinic's settings, brand, logo and fonts, and where its own content and templates are."""

    folder: Path
    library: Library
    settings: Loaded[Settings]
    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    approvals: tuple[Approval, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

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
    """A clinic's folder. ``region`` takes the place of the one in ``handouts.yaml``.

    Raises HandoutsError with every fault of ``handouts.yaml``, ``brand.yaml`` and the logo.
    """
    return _read(own_folder(folder, folder), region, library, ())


def demo_workspace(region: str | None = None, library: Library = SHIPPED) -> Workspace:
    """The demo clinic, which does not exist, and says so."""
    message = "No `handouts.yaml` here or in a parent folder: using the fictitious demo clinic"
    hint = "Give your clinic's folder with `--workspace`"
    notice = Diagnostic("demo-clinic", message, hint=hint, severity=Severity.INFO)
    return _read(library.demo_clinic, region, library, (notice,))


def own_folder(folder: Path | None, start: Path) -> Path:
    """The clinic's folder as above, but never the demo clinic: for what writes into it.

    HandoutsError where there is none; what is in its files does not matter.
    """
    nearest = folder or find_workspace(start)
    if nearest is None or not (nearest / MARK).is_file():
        place = nearest or start
        message = (
            "This folder has no `handouts.yaml`" if place.is_dir() else "There is no such folder"
        )
        hint = "`handouts init FOLDER` creates a clinic's folder"
        raise HandoutsError(Diagnostic("no-workspace", message, Place(place), hint))
    return nearest


def _read(
    folder: Path, region: str | None, library: Library, notices: tuple[Diagnostic, ...]
) -> Workspace:
    if links := tuple(escaping_links(folder)):
        raise HandoutsError(*links)
    workspace, problems = collect(_workspace(folder, region, library))
    if errors_in(problems) or workspace is None:
        raise HandoutsError(*problems)
    return replace(workspace, diagnostics=(*notices, *problems))


def _workspace(folder: Path, region: str | None, library: Library) -> Checked[Workspace | None]:
    settings = yield from attempt(folder / MARK, Settings)
    yield from ignored_files(folder)
    files = yield from read_brand(folder)
    path = folder / APPROVALS
    signed = (yield from attempt(path, Approvals)) if path.exists() else None
    if settings is None:
        return None
    if region:
        settings = replace(settings, model=settings.model.model_copy(update={"region": region}))
    approvals = signed.model.approvals if signed else ()
    return Workspace(folder, library, settings, *files, approvals)
