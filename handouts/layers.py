"""Layers of folders, clinic over region over shipped: whole files win."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from handouts import shipped
from handouts.diagnostics import Diagnostic, HandoutsError, Place

MARK = "handouts.yaml"
"""The file that makes a folder a workspace."""

LayerName = Literal["clinic", "region", "shipped"]


def find_workspace(start: Path) -> Path | None:
    """The nearest folder with a ``handouts.yaml``, from ``start`` upwards."""
    return next((d for d in (start, *start.parents) if (d / MARK).is_file()), None)


def content_layers(folder: Path, region: str | None = None) -> tuple[Path, ...]:
    """Content folders of a workspace, strong to weak: clinic, region, shipped."""
    regions = (shipped.CONTENT / "regions" / region,) if region else ()
    return (folder / "content", *regions, shipped.CONTENT)


def template_layers(folder: Path) -> tuple[Path, ...]:
    """Template folders of a workspace, strong to weak."""
    return (folder / "templates", shipped.TEMPLATES)


def layer_name(path: Path, layers: tuple[Path, ...]) -> LayerName:
    """Which layer a file stands in."""
    layer = _layer_of(path, layers)
    if layer in (shipped.CONTENT, shipped.TEMPLATES):
        return "shipped"
    return "region" if layer.is_relative_to(shipped.CONTENT) else "clinic"


def name_in_layer(path: Path, layers: tuple[Path, ...]) -> str:
    """A file's path below its layer: the same for all files that replace each other."""
    return path.relative_to(_layer_of(path, layers)).as_posix()


def shadowed(path: Path, layers: tuple[Path, ...]) -> tuple[Path, ...]:
    """Files of weaker layers that a file replaces, strong to weak."""
    weaker = layers[layers.index(_layer_of(path, layers)) + 1 :]
    name = name_in_layer(path, layers)
    return tuple(layer / name for layer in weaker if (layer / name).is_file())


def layered_files(layers: tuple[Path, ...], below: str, suffix: str) -> dict[str, Path]:
    """Files below a folder of all layers, by their path without suffix; the strongest wins."""
    found: dict[str, Path] = {}
    for layer in reversed(layers):
        root = layer / below
        for path in sorted(root.rglob(f"*{suffix}")) if root.is_dir() else ():
            found[path.relative_to(root).as_posix().removesuffix(suffix)] = path
    return dict(sorted(found.items()))


def layered_file(layers: tuple[Path, ...], name: str) -> Path:
    """The strongest file of a name. HandoutsError where no layer has it."""
    for layer in layers:
        if (layer / name).is_file():
            return layer / name
    message = f"The file `{name}` is missing"
    hint = "Install Handouts again: a shipped file has gone"
    raise HandoutsError(Diagnostic("missing-file", message, Place(layers[-1] / name), hint))


def _layer_of(path: Path, layers: tuple[Path, ...]) -> Path:
    """The strongest layer that holds a file; the region's folder lies in the shipped one."""
    return next(layer for layer in layers if path.is_relative_to(layer))
