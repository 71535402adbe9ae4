"""Layers of folders, clinic over region over shipped: the strongest layer's file is used whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handouts.diagnostics import Diagnostic, HandoutsError, Place
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
