"""Reading files up to a size limit, and writing them atomically."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from handouts.diagnostics import Diagnostic, HandoutsError, Place

MOST_SEARCHED = 2000
"""Most files and folders among which a misspelt one is looked for."""


MAX_DIGESTED = 5_000_000
"""Size in bytes of the largest file whose content counts; larger ones, which nothing of ours can
use, count by size and time only."""

SETTLED = 1_000_000_000
"""Nanoseconds after which a file's times tell it from every later state of it. File systems count
in steps of up to 10 milliseconds, so one that is saved twice within a step could have the same."""


def content_digest(path: str, status: os.stat_result) -> str:
    """A digest of a file's content; of one that is too large to be used, its size and time.

    ``status`` is the file's. A process reads a file again only if that has changed. OSError.
    """
    if status.st_size > MAX_DIGESTED:
        return f"{status.st_size} bytes of {status.st_mtime_ns}"
    if time.time_ns() - status.st_ctime_ns < SETTLED:
        return _digest(path)
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return _known_digest(path, status.st_size, *times, status.st_ino)


def _digest(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - of thousands, a Path takes a third longer
        return hashlib.sha256(file.read()).hexdigest()


@lru_cache(maxsize=8192)
def _known_digest(path: str, *_: int) -> str:
    return _digest(path)


def read_bytes(
    path: Path, max_bytes: int, remedy: str = "Split it, or check that it is the file you meant"
) -> bytes:
    """Read a regular file of at most ``max_bytes``. HandoutsError if it is not one."""
    try:
        if not is_regular(path):  # opening a device can have effects
            raise _fault(path, "unreadable", "Not a regular file", "Replace it with a regular file")
        # Should it have been replaced by a pipe since, opening it does not wait for a writer.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                sizes = f"{size / 1e6:,.1f} MB (limit {max_bytes / 1e6:g} MB)"
                raise _fault(path, "file-too-large", f"File too large: {sizes}", remedy)
            # Python reserves what is asked for at once, which a worker with little memory may lack.
            return file.read(min(size + 65_536, max_bytes))
    except OSError as error:
        message = f"Cannot read this file: {error.strerror}"
        raise _fault(path, "unreadable", message, "Check the file and its permissions") from error


def paths_below(folder: Path, suffix: str) -> Iterator[tuple[str, Path]]:
    """All that has a suffix below a folder, by path from there, which is faster than ``rglob``.

    No links to folders are followed. Nothing for a folder that is not there.
    """
    root = os.fspath(folder)
    for parent, folders, files in os.walk(root):
        below = parent[len(root) + 1 :].replace(os.sep, "/")
        for name in (*folders, *files):
            if name.endswith(suffix):
                yield f"{below}/{name}" if below else name, Path(parent, name)


def is_own_file(path: Path) -> bool:
    """Whether a path is a regular file itself: what we write is never a link to one elsewhere."""
    return path.is_file() and not path.is_symlink()


def is_regular(path: Path) -> bool:
    """Whether a path is a regular file or a link to one. OSError if there is nothing."""
    return stat.S_ISREG(path.stat().st_mode)


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
    """Write a file completely or not at all; an existing file stays until the new one is ready.

    On Linux, a process that is killed leaves nothing behind. OSError names the file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if _written_without_name(path, data):
            return
        # Elsewhere, write into a hidden file beside it, then rename that.
        temporary = _name_beside(path)
        try:
            # Not `tempfile`, which would make the file private: here the umask applies.
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _written_without_name(path: Path, data: bytes) -> bool:
    """Write into a file that has no name until it is complete; False where there are no such files.

    If the process is killed, the system frees it.
    """
    flags = getattr(os, "O_TMPFILE", None)
    if flags is None:
        return False
    try:
        handle = os.open(path.parent, flags | os.O_WRONLY, 0o666)
    except OSError:
        return False  # not on this file system, or a fault that writing beside it meets too
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        # A link cannot take the place of a file: over one, the new file is renamed instead.
        named = path if not os.path.lexists(path) else _name_beside(path)
        try:
            # The entry in `/proc` is itself a link, and what gets the name is the file behind it.
            os.link(f"/proc/self/fd/{handle}", named, follow_symlinks=True)
        except OSError:
            return False  # another process was faster, or there is no `/proc`
    if named != path:
        named.replace(path)
    return True


@contextmanager
def locked(path: Path, timeout: float = 30.0) -> Iterator[None]:
    """Hold a lock on an empty file, which stays: if it were removed, two could hold a lock.

    OSError if it is not free within ``timeout`` seconds.
    """
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path, timeout=timeout):
        yield


def _name_beside(path: Path) -> Path:
    return path.parent / f".{secrets.token_hex(8)}.part"


_PART = re.compile(r"\.[0-9a-f]{16}\.part")

STALE = 600
"""Seconds after which a hidden file is of no use to anybody: writing one takes milliseconds."""


def sweep(folder: Path) -> None:
    """Remove hidden files that were left behind by processes that were killed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _PART.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > STALE:
                Path(entry).unlink(missing_ok=True)


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write a file unless it already has these bytes. Returns whether it was written."""
    if is_own_file(path) and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    write_atomic(path, data)
    return True


def unwritable(folder: Path) -> str | None:
    """Why no file can be written to a folder, which may be new; None if one can."""
    existing = next(f for f in (folder, *folder.absolute().parents) if os.path.lexists(f))
    try:
        with tempfile.TemporaryFile(dir=existing):
            return None
    except OSError as error:
        return f"cannot be written to: {error.strerror}"


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
