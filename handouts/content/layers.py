"""Layers of folders, clinic over region over shipped: the strongest layer's file is used whole.

Also finds what cannot be used in a clinic's folder: links that lead out of it, and files whose
names mean that they are ignored.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity, near_miss
from handouts.files import paths_below

MARK = "handouts.yaml"
"""The file that marks a folder as a workspace."""

DRAWING = ".svg.j2"
PHOTOGRAPHS = (".jpeg", ".jpg", ".png")
"""How the names of pictures in figures end, weak to strong."""

LayerName = Literal["clinic", "region", "shipped"]


@dataclass(frozen=True)
class Library:
    """The folders of shipped content and templates, and of the demo clinic."""

    content: Path
    templates: Path
    demo_clinic: Path

    def content_layers(self, folder: Path, region: str | None) -> tuple[Path, ...]:
        """Content folders of a workspace, strong to weak: clinic, region, shipped.

        The clinic's own files for one region come before those that it has for all regions.
        """
        own, regional = folder / "content", Path("regions", region) if region else None
        if regional is None:
            return (own, self.content)
        return (own / regional, own, self.content / regional, self.content)

    def template_layers(self, folder: Path, edition: str = "standard") -> tuple[Path, ...]:
        """Template folders of a workspace, strong to weak; an edition's come before the others."""
        own = folder / "templates"
        if edition == "standard":
            return (own, self.templates)
        below = Path("editions", edition)
        return (own / below, own, self.templates / below, self.templates)

    def regions(self) -> tuple[str, ...]:
        """IDs of the shipped regions."""
        return tuple(sorted(path.stem for path in (self.content / "regions").glob("*.yaml")))


_PACKAGE = Path(__file__).parents[1]
_PACKED = _PACKAGE / "_shipped"
_ROOT = _PACKED if _PACKED.is_dir() else _PACKAGE.parent  # installed from a wheel, or a checkout

SHIPPED = Library(_ROOT / "content", _ROOT / "templates", _ROOT / "examples" / "demo-clinic")
"""The library that ships with the program."""

FONTS = SHIPPED.templates / "fonts"
"""The program's fonts, whichever library is used."""


def misnamed(folder: Path) -> list[Path]:
    """Files of a folder that were probably meant as its ``handouts.yaml``."""
    names = "[Hh][Aa][Nn][Dd][Oo][Uu][Tt][Ss].*"
    return sorted(path for path in folder.glob(names) if ".y" in path.name.casefold())


def find_workspace(start: Path) -> Path | None:
    """The nearest folder with a ``handouts.yaml``: ``start`` or a parent of it."""
    return next((d for d in (start, *start.parents) if (d / MARK).is_file()), None)


def layer_name(path: Path, layers: tuple[Path, ...]) -> LayerName:
    """The name of the layer that a file is in."""
    # The clinic's own files for a region are the clinic's, so that is asked first.
    layer, shipped = _layer_of(path, layers), layers[-1]
    if not layer.is_relative_to(shipped):
        return "clinic"
    return "region" if layer.parent.name == "regions" else "shipped"


def name_in_layer(path: Path, layers: tuple[Path, ...]) -> str:
    """A file's path below its layer, the same for all files that override each other."""
    return path.relative_to(_layer_of(path, layers)).as_posix()


def shadowed(path: Path, layers: tuple[Path, ...]) -> tuple[Path, ...]:
    """Files in weaker layers that a file overrides, strong to weak."""
    weaker = layers[layers.index(_layer_of(path, layers)) + 1 :]
    name = name_in_layer(path, layers)
    return tuple(layer / name for layer in weaker if (layer / name).is_file())


def layered_files(layers: tuple[Path, ...], below: str, suffix: str) -> dict[str, Path]:
    """Files below a folder of each layer, by path without suffix; the strongest layer wins."""
    files: dict[str, Path] = {}
    for layer in reversed(layers):  # weak to strong, so that the strongest wins
        root = layer / below
        files |= {name.removesuffix(suffix): path for name, path in paths_below(root, suffix)}
    return dict(sorted(files.items()))


def figure_files(layers: tuple[Path, ...]) -> dict[str, Path]:
    """The drawings and photographs that figures may name; as ``photograph`` finds them."""
    files: dict[str, Path] = {}
    for layer in reversed(layers):
        for suffix in (*PHOTOGRAPHS, DRAWING):
            files |= layered_files((layer,), "figures", suffix)
    return dict(sorted(files.items()))


def photograph(layers: tuple[Path, ...], name: str) -> Path | None:
    """The photograph that a figure means by a name; None if that is a drawing, or nothing.

    In the same layer, a drawing comes before a photograph.
    """
    for layer in layers:
        if (layer / "figures" / f"{name}{DRAWING}").is_file():
            return None
        for suffix in reversed(PHOTOGRAPHS):
            path = layer / "figures" / f"{name}{suffix}"
            if path.is_file():
                return path
    return None


def layered_file(layers: tuple[Path, ...], name: str) -> Path:
    """The strongest file with a name. HandoutsError if no layer has one."""
    for layer in layers:
        if (layer / name).is_file():
            return layer / name
    message = f"A file of the Handouts installation is missing: `{name}`"
    hint = "Reinstall Handouts"
    raise HandoutsError(Diagnostic("missing-file", message, Place(layers[-1] / name), hint))


def _layer_of(path: Path, layers: tuple[Path, ...]) -> Path:
    """The strongest layer with the file, because regional layers lie inside weaker ones."""
    return next(layer for layer in layers if path.is_relative_to(layer))


# Files that cannot be used ----------------------------------------------------------------------

_WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FOLDERS = ("content", "templates", "leaflets", "blocks", "regions")
_TABLES = ("kinds", "labels", "medicines", "slots", "sources", "treatments")


def escaping_links(folder: Path) -> Iterator[Diagnostic]:
    """An error for each link that leads out of the clinic's folder; run before reading anything.

    Nothing but a link can lead out: names inside files are IDs, which cannot contain paths.
    """
    root = os.path.realpath(folder)
    paths = [*folder.glob("*.yaml")]
    for part in (folder / "content", folder / "templates"):
        # `rglob` enters no link below the folder that it is given, but that folder may be one.
        paths += [part] if part.is_symlink() else part.rglob("*")
    for path in sorted(path for path in paths if path.is_symlink()):
        target = os.path.realpath(path)
        if not Path(target).is_relative_to(root):
            message = f"Symbolic link to a file outside the clinic's folder: `{target}`"
            yield Diagnostic("outside", message, Place(path), "Copy the file here instead")


def ignored_files(folder: Path) -> Iterator[Diagnostic]:
    """A warning for each content file in the wrong place, or with an invalid name or extension.

    Hidden files are skipped: editors and file managers leave them behind.
    """
    content = folder / "content"
    paths = (*folder.glob("*"), *content.rglob("*"))
    for path in sorted(path for path in paths if not path.name.startswith(".")):
        at_top = path.parent in (folder, content)
        # Editors on Windows may add `.txt`, which its file manager does not show.
        stem = re.sub(r"\.ya?ml(\.txt)?$", "", path.name, flags=re.IGNORECASE)
        right = path.name  # also that of a file that would be read under no name
        if path.is_dir():
            small = path.name.casefold()
            right = small if at_top and small in _FOLDERS else path.name
        elif stem != path.name:
            if path.parent.name == "regions" and len(stem) == len("GB"):
                stem = stem.upper()
            right = f"{stem.casefold() if at_top else stem}.yaml"
        if right != path.name:
            what = "folder" if path.is_dir() else "file"
            message = f"This {what} is ignored because of its name: `{path.name}`"
            hint = f"Rename it to `{right}`"
            yield Diagnostic("not-read", message, Place(path), hint, Severity.WARNING)
    for base in (content, *sorted(content.glob("regions/*/"))):
        yield from _misnamed(base)
        yield from _misplaced(base)


def _misnamed(base: Path) -> Iterator[Diagnostic]:
    """Leaflets and blocks of a layer whose names are not valid IDs."""
    for root in (base / "leaflets", base / "blocks"):
        files = (path for path in root.rglob("*.yaml") if path.is_file())
        for path in sorted(path for path in files if not path.name.startswith(".")):
            name = path.relative_to(root).with_suffix("")
            if not all(map(_WORD.fullmatch, name.parts)):
                message = f"`{name.as_posix()}` is not a valid ID"
                hint = (
                    "Rename the file: lower-case words joined by hyphens, "
                    "e.g. `after-the-laser.yaml`"
                )
                yield Diagnostic("file-name", message, Place(path), hint, Severity.WARNING)


def _misplaced(base: Path) -> Iterator[Diagnostic]:
    """Files that are in none of the folders from which a layer's content is read."""
    regional = base.parent.name == "regions"
    folders = ("leaflets", "blocks") if regional else ("leaflets", "blocks", "regions")
    below = f"content/regions/{base.name}/" if regional else "content/"
    for path in sorted(base.glob("[!.]*")):
        small = path.name.casefold()
        if small in folders:  # with other capitals, it has been told
            continue
        if path.is_dir() and any(path.rglob("*.yaml")):
            message = f"The files in this folder are not read: `{path.name}`"
            hint = _renamed(path.name, folders)
        elif path.suffix == ".yaml" and path.is_file() and path.stem.casefold() not in _TABLES:
            message = f"This file is not read: `{path.name}`"
            hint = _renamed(path.stem, _TABLES, ".yaml")
        else:
            continue
        home = f"Move leaflets to `{below}leaflets/`, blocks to a folder in `{below}blocks/`"
        yield Diagnostic("not-read", message, Place(path), hint or home, Severity.WARNING)


def _renamed(name: str, known: tuple[str, ...], suffix: str = "") -> str | None:
    meant = near_miss(name, known)
    return f"Rename it to `{meant.split('`')[1]}{suffix}`" if meant else None


_OTHER_PICTURES = (".gif", ".webp", ".avif", ".heic", ".bmp", ".tif", ".tiff", ".pdf", ".eps")


def ignored_pictures(folder: Path) -> Iterator[Diagnostic]:
    """A warning for each drawing or photograph that is ignored, because of its name or format."""
    for path in sorted((folder / "templates").glob("*/*.*")):
        if path.parent.name not in ("figures", "icons"):
            continue
        suffix = path.suffix.lower()
        why, hint = "name", ""
        if suffix == ".svg":
            hint = f"Rename it to `{path.name}.j2`"
        elif suffix in _OTHER_PICTURES:
            why, hint = "format", "Save it as PNG or JPEG"
        elif suffix in PHOTOGRAPHS and path.parent.name == "icons":
            why, hint = "format", "An icon must be a drawing: `NAME.svg.j2`"
        elif suffix in PHOTOGRAPHS and path.suffix != suffix:
            hint = f"Rename it to `{path.with_suffix(suffix).name}`"
        elif suffix in PHOTOGRAPHS and figure_files((folder / "templates",))[path.stem] != path:
            why, hint = "name", "Another file in this folder has the same: remove or rename one"
        if hint:
            message = f"This picture is ignored because of its {why}: `{path.name}`"
            yield Diagnostic("not-read", message, Place(path), hint, Severity.WARNING)
