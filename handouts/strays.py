"""Files of a clinic's folder that are no part of it: links to elsewhere, and names that keep a file
from being read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from handouts.diagnostics import Diagnostic, Place, Severity

_WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def outside(folder: Path) -> Iterator[Diagnostic]:
    """An error for each link that leads out of the clinic's folder, before anything is read.

    Only links can: names in files are ids and have no way to say where else to look.
    """
    root = os.path.realpath(folder)
    for path in sorted(_links(folder)):
        target = os.path.realpath(path)
        if not Path(target).is_relative_to(root):
            message = f"This link leads out of the clinic's folder, to `{target}`"
            hint = "Put the file itself here, in place of the link"
            yield Diagnostic("outside", message, Place(path), hint)


def _links(folder: Path) -> Iterator[Path]:
    """Links that may be read through; none is followed on the way."""
    yield from (path for path in folder.glob("*.yaml") if path.is_symlink())
    for part in (folder / "content", folder / "templates"):
        paths = [part] if part.is_symlink() else part.rglob("*")
        yield from (path for path in paths if path.is_symlink())


def strays(folder: Path) -> Iterator[Diagnostic]:
    """A warning for each content file whose name keeps it from being read, or from being an id.

    Hidden files are what editors and file managers drop, and not worth a word.
    """
    content = folder / "content"
    yield from map(_not_read, _visible(*folder.glob("*.yml"), *content.rglob("*.yml")))
    for root in (content / "leaflets", content / "blocks"):
        for path in _visible(*root.rglob("*.yaml")):
            name = path.relative_to(root).with_suffix("")
            if not all(map(_WORD.fullmatch, name.parts)):
                yield _no_id(path, name.as_posix())


def _visible(*paths: Path) -> list[Path]:
    return sorted(path for path in paths if not path.name.startswith(".") and path.is_file())


def _not_read(path: Path) -> Diagnostic:
    message = "This file is not read, because its name ends with `.yml`"
    hint = f"Rename it to `{path.stem}.yaml`"
    return Diagnostic("not-read", message, Place(path), hint, Severity.WARNING)


def _no_id(path: Path, name: str) -> Diagnostic:
    message = f"`{name}` cannot be an id"
    hint = "Rename the file: lower-case words joined by hyphens, as in `after-the-laser.yaml`"
    return Diagnostic("file-name", message, Place(path), hint, Severity.WARNING)
