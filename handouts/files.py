"""Whole files: read with a limit, written at once."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from handouts.diagnostics import Diagnostic, HandoutsError, Place


def read_bytes(
    path: Path, max_bytes: int, remedy: str = "Split it, or check that it is the file you meant"
) -> bytes:
    """The bytes of a regular file that is not larger than ``max_bytes``; else HandoutsError."""
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


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what was there stays until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        # Opened with the usual mode rather than by `tempfile`, so that the umask counts.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file unless it already has these bytes; whether it was written."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    write_atomic(path, data)
    return True


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, all or none, and never over an existing one.

    A new folder comes into being whole; in an existing one the last file is written last.
    HandoutsError lists the files that are in the way.
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
        whole = Path(stage) / folder.name
        whole.mkdir()
        _add(whole, files)
        whole.rename(folder)


def _add(folder: Path, files: Mapping[str, str]) -> None:
    made: list[Path] = []
    try:
        for name, text in files.items():
            path = folder / name
            missing = [parent for parent in path.parents if not parent.exists()]
            for parent in reversed(missing):
                parent.mkdir()
                made.append(parent)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _fault(path: Path, code: str, message: str, hint: str) -> HandoutsError:
    return HandoutsError(Diagnostic(code, message, Place(path), hint))
