"""Files of a clinic's folder that would be left out without a word, for the way they are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handouts.diagnostics import Diagnostic, Place, Severity

_WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


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
