"""The clinic's folder: its settings, brand and logo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from handouts import shipped
from handouts.brand import read_brand
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity, errors_in
from handouts.layers import MARK, content_layers, find_workspace, template_layers
from handouts.models.approvals import Approval, Approvals
from handouts.models.clinic import Brand, FontFile, Picture, Settings
from handouts.strays import outside, strays
from handouts.validate import Loaded, attempt

APPROVALS = "approvals.yaml"


@dataclass(frozen=True)
class Workspace:
    """A clinic's settings, brand, logo and fonts, and where its own content and templates lie."""

    folder: Path
    settings: Loaded[Settings]
    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    approvals: tuple[Approval, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def content_layers(self) -> tuple[Path, ...]:
        """Content folders, strong to weak."""
        return content_layers(self.folder, self.settings.model.region)

    @property
    def template_layers(self) -> tuple[Path, ...]:
        """Template folders, strong to weak."""
        return template_layers(self.folder)


def open_workspace(folder: Path | None, start: Path, region: str | None = None) -> Workspace:
    """The clinic's folder that was named, or is found from ``start``, or else the demo clinic.

    ``region`` stands for the one in ``handouts.yaml``.

    Raises HandoutsError with every fault of ``handouts.yaml``, ``brand.yaml`` and the logo.
    """
    if folder is None and find_workspace(start) is None:
        return _read(shipped.DEMO_CLINIC, region, (_demo_notice(),))
    return _read(own_folder(folder, start), region, ())


def own_workspace(folder: Path | None, start: Path, region: str | None = None) -> Workspace:
    """The clinic's folder, as above, but never the demo clinic: for what writes into it."""
    return open_workspace(own_folder(folder, start), start, region)


def own_folder(folder: Path | None, start: Path) -> Path:
    """Where such a workspace is, whatever its files say."""
    found = folder or find_workspace(start)
    if found is None or not (found / MARK).is_file():
        raise HandoutsError(_no_workspace(found or start))
    return found


def _read(folder: Path, region: str | None, notices: tuple[Diagnostic, ...]) -> Workspace:
    if links := tuple(outside(folder)):
        raise HandoutsError(*links)
    problems: list[Diagnostic] = []
    settings = attempt(folder / MARK, Settings, problems)
    if settings and region:
        settings = replace(settings, model=settings.model.model_copy(update={"region": region}))
    problems += strays(folder)
    brand, logo, fonts = read_brand(folder, problems)
    approvals = _approvals(folder, problems)
    if errors_in(problems) or settings is None:
        raise HandoutsError(*problems)
    return Workspace(folder, settings, brand, logo, fonts, approvals, (*notices, *problems))


def _approvals(folder: Path, problems: list[Diagnostic]) -> tuple[Approval, ...]:
    path = folder / APPROVALS
    loaded = attempt(path, Approvals, problems) if path.exists() else None
    return loaded.model.approvals if loaded else ()


def _demo_notice() -> Diagnostic:
    message = "No `handouts.yaml` here or above: made for the demo clinic, which does not exist"
    hint = "Name your clinic's folder with --workspace"
    return Diagnostic("demo-clinic", message, hint=hint, severity=Severity.INFO)


def _no_workspace(folder: Path) -> Diagnostic:
    message = "This folder has no `handouts.yaml`" if folder.is_dir() else "There is no such folder"
    hint = "`handouts init FOLDER` makes a clinic's folder"
    return Diagnostic("no-workspace", message, Place(folder), hint)
