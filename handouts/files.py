"""Whole files: read with a limit, written at once."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from handouts.diagnostics import Diagnostic, HandoutsError, Place


def read_bytes(
    path: Path, most: int, remedy: str = "Split it, or check that it is the file you meant"
) -> bytes:
    """The bytes of a plain file that is not larger than ``most``; else HandoutsError."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _fault(path, "unreadable", "This is not a file", "Put a plain file here")
        if status.st_size > most:
            message = (
                f"This file has {status.st_size / 1e6:,.1f} MB; the limit is {most / 1e6:g} MB"
            )
            raise _fault(path, "file-too-large", message, remedy)
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        message = f"Cannot read this file: {error.strerror}"
        raise _fault(path, "unreadable", message, "Check the file and its permissions") from error


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; what stood there stays until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, all or none, and never over what stands there.

    A folder that is not there yet comes into being whole; in one that is, the last file is written
    last. HandoutsError lists what stands in the way.
    """
    if standing := [name for name in files if os.path.lexists(folder / name)]:
        message = f"Already there, in `{folder}`: {', '.join(standing)}"
        hint = "Nothing was written. Take another name, or move away what is there"
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
            path.rmdir() if path.is_dir() else path.unlink()
        raise


def _fault(path: Path, code: str, message: str, hint: str) -> HandoutsError:
    return HandoutsError(Diagnostic(code, message, Place(path), hint))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
