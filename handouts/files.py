"""Reading files up to a size limit, and writing them atomically."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from handouts.diagnostics import Diagnostic, HandoutsError, Place

MOST_SEARCHED = 2000
"""Most files and folders among which a misspelt one is looked for."""


def read_bytes(
    path: Path, max_bytes: int, remedy: str = "Split it, or check that it is the file you meant"
) -> bytes:
    """Read a regular file of at most ``max_bytes``. HandoutsError if it is not one."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _fault(path, "unreadable", "Not a regular file", "Replace it with a regular file")
        if status.st_size > max_bytes:
            size, limit = f"{status.st_size / 1e6:,.1f} MB", f"{max_bytes / 1e6:g} MB"
            raise _fault(path, "file-too-large", f"File too large: {size} (limit {limit})", remedy)
        with path.open("rb") as file:
            return file.read(max_bytes)
    except OSError as error:
        message = f"Cannot read this file: {error.strerror}"
        raise _fault(path, "unreadable", message, "Check the file and its permissions") from error


def meant_file(folder: Path, name: str) -> str | None:
    """A file below the folder that a name probably means; None if there is none.

    It may be written as on Windows, in other letter case, with accents composed in another way, or
    without its folder.
    """
    wanted = _plain(name)
    files = [
        path.relative_to(folder).as_posix()
        for path in islice(folder.rglob("*"), MOST_SEARCHED)
        if path.is_file() and not path.name.startswith(".")
    ]
    same = (file for file in files if _plain(file) == wanted)
    alike = (file for file in files if _plain(file).endswith("/" + wanted.rpartition("/")[2]))
    beside = (file for file in files if _plain(file) == wanted.rpartition("/")[2])
    return next(chain(same, beside, alike), None)


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFC", name).casefold().replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file completely or not at all; an existing file stays until the new one is ready."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        # Not `tempfile`, which would make the file private: here the umask applies.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file unless it already has these bytes. Returns whether it was written."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    write_atomic(path, data)
    return True


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, all or none, without overwriting any.

    A new folder appears complete; in an existing folder, files are written in the order given.
    HandoutsError lists files that already exist.
    """
    if existing := [name for name in files if os.path.lexists(folder / name)]:
        message = f"`{folder}` already contains {', '.join(existing)}"
        hint = "Nothing was written. Choose another name, or move the existing files"
        raise HandoutsError(Diagnostic("exists", message, hint=hint))
    if folder.exists():
        _add(folder, files)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".", suffix=".part") as stage:
        staged = Path(stage) / folder.name
        staged.mkdir()
        _add(staged, files)
        staged.rename(folder)


def _add(folder: Path, files: Mapping[str, str]) -> None:
    created: list[Path] = []
    try:
        for name, text in files.items():
            path = folder / name
            missing = [parent for parent in path.parents if not parent.exists()]
            for parent in reversed(missing):
                parent.mkdir()
                created.append(parent)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                created.append(path)
                file.write(text)
    except BaseException:
        for path in reversed(created):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _fault(path: Path, code: str, message: str, hint: str) -> HandoutsError:
    return HandoutsError(Diagnostic(code, message, Place(path), hint))
