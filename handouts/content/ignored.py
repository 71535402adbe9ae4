"""What cannot be used in a clinic's folder: links that lead out of it, files with wrong names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from handouts.content.layers import PHOTOGRAPHS, figure_files
from handouts.diagnostics import Diagnostic, Place, Severity, nearest

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
    meant = nearest(name, known)
    return f"Rename it to `{meant}{suffix}`" if meant else None


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
