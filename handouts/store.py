"""The cache on disk: bytes by key, each with a checksum, the least recently used removed first.

Entries are written whole and never changed, so any number of processes may share a store. A damaged
or foreign entry fails its checksum, counts as missing and is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Generic, Protocol, Self, TypeVar

from handouts.files import write_atomic

T = TypeVar("T")
C = TypeVar("C", bound="Cacheable")

MAX_BYTES = 500_000_000
"""How much a store may hold before the least recently used entries go."""

_CHECKSUM = 64  # hexadecimal digits of a SHA-256, in front of each entry


@dataclass(frozen=True)
class Store:
    """A folder of entries; without one, nothing is kept."""

    folder: Path | None
    max_bytes: int = MAX_BYTES

    def get(self, key: str) -> bytes | None:
        """The bytes that were put under a key; None where there are none that can be trusted."""
        if self.folder is None:
            return None
        path = self._path(self.folder, key)
        try:
            data = path.read_bytes()
            if data[:_CHECKSUM] != _checksum(key, data[_CHECKSUM:]):
                return None
            os.utime(path)  # the file's time tells when it was last used
        except OSError:
            return None
        return data[_CHECKSUM:]

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes. A store that cannot be written to keeps nothing, and that is no fault."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            write_atomic(self._path(self.folder, key), _checksum(key, data) + data)

    def entries(self) -> list[Path]:
        """Files of the store, the least recently used first."""
        if self.folder is None or not self.folder.is_dir():
            return []
        paths = [p for p in self.folder.glob("??/*") if not p.name.startswith(".")]
        return sorted(paths, key=lambda path: _status(path, "st_mtime"))

    def size(self) -> int:
        """Bytes on disk."""
        return int(sum(_status(path, "st_size") for path in self.entries()))

    def trim(self) -> int:
        """Remove what has not been used for longest until the rest fits; how many went."""
        return self._remove(self.size() - self.max_bytes)

    def clear(self) -> int:
        """Remove everything; how many entries went."""
        return self._remove(self.size())

    def _remove(self, surplus: float) -> int:
        gone = 0
        for path in self.entries():
            if surplus <= 0:
                break
            surplus -= _status(path, "st_size")
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
        return gone

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        # Two digits make the folder, so that none of them holds more than a few thousand files.
        return folder / key[:2] / key[2:]


NO_STORE = Store(None)
"""Keeps nothing."""


class LruDict(OrderedDict[str, T]):
    """The last few values by key; the least recently used one goes first. Safe between threads."""

    def __init__(self, max_entries: int) -> None:
        super().__init__()
        self._max_entries = max_entries
        self._lock = Lock()

    def keep(self, key: str, value: T) -> T:
        """Remember a value as the most recently used one, and return it."""
        with self._lock:
            self[key] = value
            self.move_to_end(key)
            while len(self) > self._max_entries:
                self.popitem(last=False)
        return value


class Cacheable(Protocol):
    """What can be kept as bytes."""

    def to_bytes(self) -> bytes: ...

    @classmethod
    def from_bytes(cls, data: bytes) -> Self: ...


class TypedCache(Generic[C]):
    """Entries of one type in any store; a process remembers the last few and decodes none twice."""

    def __init__(self, kind: type[C], max_entries: int) -> None:
        self._kind, self._recent = kind, LruDict[C](max_entries)

    def get(self, key: str, store: Store) -> C | None:
        """The entry under a key, if this process or the store has it."""
        name = f"{store.folder} {key}"  # what a process remembers belongs to one store
        if (recent := self._recent.get(name)) is not None:
            return self._recent.keep(name, recent)
        kept = store.get(key)
        return None if kept is None else self._recent.keep(name, self._kind.from_bytes(kept))

    def put(self, key: str, entry: C, store: Store) -> C:
        """Remember an entry, here and in the store."""
        store.put(key, entry.to_bytes())
        return self._recent.keep(f"{store.folder} {key}", entry)


def key_of(*parts: str | bytes) -> str:
    """A key for what was made from these parts: SHA-256 over each with its length before it."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def program_fingerprint() -> str:
    """The digest of the program's own code: whatever it has made is keyed by this.

    The only place that looks for the program's files, so no move of a module can blind a cache.
    """
    root = Path(__file__).parent
    files = sorted(root.rglob("*.py"))
    return key_of(*(part for f in files for part in (str(f.relative_to(root)), f.read_bytes())))


def _checksum(key: str, data: bytes) -> bytes:
    """Over the key too: an entry that was moved to another key is not taken."""
    return hashlib.sha256(key.encode() + data).hexdigest().encode()


def _status(path: Path, field: str) -> float:
    """A field of a file's status; 0 where another process has removed the file."""
    try:
        return float(getattr(path.stat(), field))
    except OSError:
        return 0
