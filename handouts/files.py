"""Whole files: read with a limit, written at once."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from handouts.diagnostics import Diagnostic, HandoutsError, Place


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file that is not larger than ``most``. HandoutsError with place and remedy."""
    try:
        size = path.stat().st_size
        if size <= most:
            return path.read_bytes()
    except OSError as error:
        message = f"Cannot read this file: {error.strerror}"
        raise HandoutsError(Diagnostic("unreadable", message, Place(path))) from error
    message = f"This file has {size / 1e6:,.1f} MB; the limit is {most / 1e6:g} MB"
    hint = "Split it, or check that it is the file you meant"
    raise HandoutsError(Diagnostic("file-too-large", message, Place(path), hint))


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
