"""Layers of folders, clinic over shipped: whole files win."""

from __future__ import annotations

from pathlib import Path

from handouts import shipped
from handouts.diagnostics import Diagnostic, HandoutsError, Place

MARK = "handouts.yaml"
"""The file that makes a folder a workspace."""


def find_workspace(start: Path) -> Path | None:
    """The nearest folder with a ``handouts.yaml``, from ``start`` upwards."""
    return next((d for d in (start, *start.parents) if (d / MARK).is_file()), None)


def content_layers(folder: Path) -> tuple[Path, ...]:
    """Content folders of a workspace, strong to weak."""
    return (folder / "content", shipped.CONTENT)


def template_layers(folder: Path) -> tuple[Path, ...]:
    """Template folders of a workspace, strong to weak."""
    return (folder / "templates", shipped.TEMPLATES)


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
