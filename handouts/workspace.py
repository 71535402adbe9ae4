"""The clinic's folder: its settings, brand and logo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handouts import shipped
from handouts.colour import contrast
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity, errors_in
from handouts.files import read_bytes
from handouts.layers import MARK, content_layers, find_workspace, template_layers
from handouts.models.clinic import Brand, Picture, Settings
from handouts.pictures import picture_fault
from handouts.strays import strays
from handouts.validate import Loaded, attempt

MOST_LOGO_BYTES = 2_000_000

_LOGO_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


@dataclass(frozen=True)
class Workspace:
    """A clinic's settings, brand and logo, and where its own content and templates lie."""

    folder: Path
    settings: Loaded[Settings]
    brand: Brand
    logo: Picture | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def content_layers(self) -> tuple[Path, ...]:
        """Content folders, strong to weak."""
        return content_layers(self.folder)

    @property
    def template_layers(self) -> tuple[Path, ...]:
        """Template folders, strong to weak."""
        return template_layers(self.folder)


def open_workspace(folder: Path | None, start: Path) -> Workspace:
    """The clinic's folder that was named, or is found from ``start``, or else the demo clinic.

    Raises HandoutsError with every fault of ``handouts.yaml``, ``brand.yaml`` and the logo.
    """
    found = folder or find_workspace(start)
    if found is None:
        return _read(shipped.DEMO_CLINIC, (_demo_notice(),))
    if not (found / MARK).is_file():
        raise HandoutsError(_no_workspace(found))
    return _read(found, ())


def _read(folder: Path, notices: tuple[Diagnostic, ...]) -> Workspace:
    problems: list[Diagnostic] = []
    settings = attempt(folder / MARK, Settings, problems)
    problems += strays(folder)
    brand, logo = Brand(), None
    if (folder / "brand.yaml").is_file():
        loaded = attempt(folder / "brand.yaml", Brand, problems)
        if loaded:
            brand = loaded.model
            problems += _weak_colours(loaded)
            logo = _logo(loaded, problems)
    if errors_in(problems) or settings is None:
        raise HandoutsError(*problems)
    return Workspace(folder, settings, brand, logo, (*notices, *problems))


def _logo(brand: Loaded[Brand], problems: list[Diagnostic]) -> Picture | None:
    if brand.model.logo is None:
        return None
    folder, name = brand.file.parent, brand.model.logo
    path, place = Path(os.path.realpath(folder / name)), brand.place_of("logo")
    if not path.is_relative_to(os.path.realpath(folder)):
        problems.append(
            Diagnostic(
                "outside", f"The logo `{name}` is outside the clinic's folder", place, "Copy it in"
            )
        )
    elif Path(name).suffix.lower() not in _LOGO_TYPES:
        hint = "Save it as SVG, PNG or JPEG"
        problems.append(
            Diagnostic("logo-type", f"`{name}` is not a picture we can print", place, hint)
        )
    elif not path.is_file():
        hint = "Put the file beside `brand.yaml`, or remove the line to set the name in type"
        problems.append(Diagnostic("missing-image", f"There is no picture `{name}`", place, hint))
    else:
        return _read_logo(path, _LOGO_TYPES[Path(name).suffix.lower()], place, problems)
    return None


def _read_logo(
    path: Path, media_type: str, place: Place, problems: list[Diagnostic]
) -> Picture | None:
    try:
        data = read_bytes(path, MOST_LOGO_BYTES, "Save the logo smaller")
    except HandoutsError as error:
        problems += error.diagnostics
        return None
    if fault := picture_fault(data, media_type):
        message, hint = (
            f"The logo cannot be printed: it {fault}",
            "Save it again as SVG, PNG or JPEG",
        )
        problems.append(Diagnostic("unreadable-picture", message, place, hint))
    return Picture(data=data, media_type=media_type)


def _weak_colours(brand: Loaded[Brand]) -> Iterator[Diagnostic]:
    for name in ("primary", "accent"):
        colour = getattr(brand.model, name)
        ratio = contrast(colour, "#ffffff")
        if ratio < 4.5:
            message = (
                f"`{name}` {colour} is too pale on white paper: contrast {ratio:.2f}, needed 4.5"
            )
            hint = "Choose a darker colour"
            yield Diagnostic("weak-colour", message, brand.place_of(name), hint)


def _demo_notice() -> Diagnostic:
    message = "No `handouts.yaml` here or above: made for the demo clinic, which does not exist"
    hint = "Name your clinic's folder with --workspace"
    return Diagnostic("demo-clinic", message, hint=hint, severity=Severity.INFO)


def _no_workspace(folder: Path) -> Diagnostic:
    message = "This folder has no `handouts.yaml`" if folder.is_dir() else "There is no such folder"
    hint = "A workspace is a folder with a `handouts.yaml`; the demo clinic shows one"
    return Diagnostic("no-workspace", message, Place(folder), hint)
