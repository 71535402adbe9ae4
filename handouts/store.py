"""The cache on disk: bytes by key, each with a checksum; the least recently used are removed first.

Entries are written atomically and never changed, so any number of processes may share a store. A
damaged entry fails its checksum and counts as missing. Whoever can write to the folder can forge
entries, so ``writers`` says who can. Only entries are ever removed, which their names tell from
other files; ``fault`` says whether a folder is used for anything else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Generic, Protocol, Self, TypeVar

from handouts.diagnostics import HandoutsError
from handouts.files import read_bytes, write_atomic

T = TypeVar("T")
C = TypeVar("C", bound="Cacheable")

MAX_BYTES = 500_000_000
"""Size in bytes above which the least recently used entries are removed."""

TAG = "CACHEDIR.TAG"
"""A file that marks the folder: see bford.info/cachedir, which backup programs respect."""

_TAGGED = b"""\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is the cache of Handouts. Everything in it can be made again.
"""

_FOLDER, _ENTRY = re.compile("[0-9a-f]{2}"), re.compile("[0-9a-f]{62}")
"""Names of an entry's folder and file: the digits of its key, a SHA-256."""

_CHECKSUM = 64  # hexadecimal digits of a SHA-256, at the start of each entry


@dataclass(frozen=True)
class Store:
    """A folder of entries; without a folder, nothing is kept."""

    folder: Path | None
    max_bytes: int = MAX_BYTES

    def get(self, key: str) -> bytes | None:
        """The bytes stored under a key; None if there are none or they fail their checksum."""
        if self.folder is None:
            return None
        path = self._path(self.folder, key)
        try:
            data = read_bytes(path, MAX_BYTES)
        except HandoutsError:
            return None
        if data[:_CHECKSUM] != _checksum(key, data[_CHECKSUM:]):
            return None
        with contextlib.suppress(OSError):  # a store may be read-only
            os.utime(path)  # the modification time records the last use
        return data[_CHECKSUM:]

    def put(self, key: str, data: bytes) -> None:
        """Store bytes under a key. If the store cannot be written to, nothing happens."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            if not (self.folder / TAG).exists():
                # For its owner alone: whoever can write here decides what is printed.
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomic(self.folder / TAG, _TAGGED)
            write_atomic(self._path(self.folder, key), _checksum(key, data) + data)

    def fault(self) -> str | None:
        """Why the folder cannot be used as a store, as the end of a sentence; None if it can.

        It must be new or empty, or have the tag or nothing but entries.
        """
        try:
            if self.folder is None or (self.folder / TAG).is_file():
                return None
            # As a store without a tag has it: folders that hold nothing but entries.
            foreign = [
                entry.name
                for entry in os.scandir(self.folder)
                if not _FOLDER.fullmatch(entry.name)
                or not entry.is_dir(follow_symlinks=False)
                or not all(_ENTRY.fullmatch(inside.name) for inside in Path(entry).iterdir())
            ]
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return f"contains other files: {', '.join(sorted(foreign)[:3])}" if foreign else None

    def writers(self) -> str:
        """Who else can write to the store, and so decide what is printed; empty for nobody."""
        if self.folder is None or not self.folder.is_dir():
            return ""
        status = self.folder.stat()
        others = {
            f"user {status.st_uid}": status.st_uid not in (os.geteuid(), 0),
            f"group {status.st_gid}": bool(status.st_mode & stat.S_IWGRP),
            "everyone": bool(status.st_mode & stat.S_IWOTH),
        }
        return ", ".join(name for name, can in others.items() if can)

    def entries(self) -> list[Path]:
        """The files of the store, least recently used first."""
        if self.folder is None or not self.folder.is_dir():
            return []
        folders = [path for path in self.folder.glob("??") if _FOLDER.fullmatch(path.name)]
        paths = [
            path
            for folder in folders
            if not folder.is_symlink()
            for path in folder.glob("*")
            if _ENTRY.fullmatch(path.name) and path.is_file() and not path.is_symlink()
        ]
        return sorted(paths, key=lambda path: _status(path, "st_mtime"))

    def size(self) -> int:
        """Bytes on disk."""
        return int(sum(_status(path, "st_size") for path in self.entries()))

    def trim(self) -> int:
        """Remove the least recently used entries until the rest fits. Returns how many."""
        return self._remove(self.size() - self.max_bytes)

    def clear(self) -> int:
        """Remove all entries. Returns how many."""
        return self._remove(self.size())

    def _remove(self, surplus: float) -> int:
        removed = 0
        for path in self.entries():
            if surplus <= 0:
                break
            surplus -= _status(path, "st_size")
            with contextlib.suppress(OSError):
                path.unlink()
                removed += 1
        return removed

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        # The first two digits name a subfolder, so that no folder grows to thousands of files.
        return folder / key[:2] / key[2:]


NO_STORE = Store(None)
"""Keeps nothing."""


class LruDict(OrderedDict[str, T]):
    """The most recently used values by key. Safe to share between threads."""

    def __init__(self, max_entries: int) -> None:
        super().__init__()
        self._max_entries = max_entries
        self._lock = Lock()

    def keep(self, key: str, value: T) -> T:
        """Store a value as the most recently used one, and return it."""
        with self._lock:
            self[key] = value
            self.move_to_end(key)
            while len(self) > self._max_entries:
                self.popitem(last=False)
        return value


class Cacheable(Protocol):
    """A value that can be stored as bytes."""

    def to_bytes(self) -> bytes: ...

    @classmethod
    def from_bytes(cls, data: bytes) -> Self: ...


class TypedCache(Generic[C]):
    """Entries of one type in any store; the process keeps the latest ones decoded."""

    def __init__(self, kind: type[C], max_entries: int) -> None:
        self._kind, self._recent = kind, LruDict[C](max_entries)

    def get(self, key: str, store: Store) -> C | None:
        """The entry under a key, from this process or the store; None if neither has it."""
        name = f"{store.folder} {key}"  # the same key may differ between stores
        if (recent := self._recent.get(name)) is not None:
            return self._recent.keep(name, recent)
        data = store.get(key)
        return None if data is None else self._recent.keep(name, self._kind.from_bytes(data))

    def put(self, key: str, entry: C, store: Store) -> C:
        """Keep an entry, in this process and in the store."""
        store.put(key, entry.to_bytes())
        return self._recent.keep(f"{store.folder} {key}", entry)


def key_of(*parts: str | bytes) -> str:
    """A key for a value made from these parts: SHA-256 over each part, prefixed with its length."""
    digest = hashlib.sha256()
    for part in parts:
        # File names that are not UTF-8 have half characters in Python.
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def program_fingerprint() -> str:
    """A digest of the program's own code, part of the key of everything it caches.

    Only this function looks for the program's files, so moving a module cannot leave a cache stale.
    """
    root = Path(__file__).parent
    files = sorted(root.rglob("*.py"))
    return key_of(*(part for f in files for part in (str(f.relative_to(root)), f.read_bytes())))


def _checksum(key: str, data: bytes) -> bytes:
    """Covers the key too, so that an entry moved to another key is rejected."""
    return hashlib.sha256(key.encode() + data).hexdigest().encode()


def _status(path: Path, field: str) -> float:
    """A field of a file's status; 0 if another process has removed the file."""
    try:
        return float(getattr(path.stat(), field))
    except OSError:
        return 0
