"""The cache on disk: bytes by their key, each with its checksum, the least used removed first.

Entries are written whole and never changed, so any number of processes may share a store. A damaged
or foreign entry fails its checksum, counts as missing and is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

from handouts.files import write_atomic

T = TypeVar("T")
E = TypeVar("E", bound="Entry")

MOST_BYTES = 500_000_000
"""How much a store may hold before the least recently used entries go."""

_SUM = 64


@dataclass(frozen=True)
class Store:
    """A folder of entries; without one, nothing is kept."""

    folder: Path | None
    most: int = MOST_BYTES

    def get(self, key: str) -> bytes | None:
        """The bytes that were put under a key; None where there are none that can be trusted."""
        if self.folder is None:
            return None
        path = self._path(self.folder, key)
        try:
            data = path.read_bytes()
            if data[:_SUM] != _checksum(key, data[_SUM:]):
                return None
            os.utime(path)  # the file's time tells when it was last used
        except OSError:
            return None
        return data[_SUM:]

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes. A store that cannot be written to keeps nothing, and that is no fault."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            write_atomic(self._path(self.folder, key), _checksum(key, data) + data)

    def name(self, key: str) -> str:
        """A key with its store: what a process remembers belongs to one store."""
        return f"{self.folder} {key}"

    def entries(self) -> list[Path]:
        """Files of the store, the least recently used first."""
        if self.folder is None or not self.folder.is_dir():
            return []
        paths = [p for p in self.folder.glob("??/*") if not p.name.startswith(".")]
        return sorted(paths, key=_last_used)

    def size(self) -> int:
        """Bytes on disk."""
        return sum(map(_size, self.entries()))

    def trim(self) -> int:
        """Remove what has not been used for longest until the rest fits; how many went."""
        return self._remove(self.size() - self.most)

    def clear(self) -> int:
        """Remove everything; how many entries went."""
        return self._remove(self.size())

    def _remove(self, surplus: int) -> int:
        gone = 0
        for path in self.entries():
            if surplus <= 0:
                break
            surplus -= _size(path)
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
        return gone

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:]


class Recent(OrderedDict[str, T]):
    """The last few values of a process by key, so that a batch does not decode one again."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: str, value: T) -> T:
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
        return value


class Entry(Protocol):
    """What can be kept as bytes."""

    def to_bytes(self) -> bytes: ...

    @classmethod
    def from_bytes(cls, data: bytes) -> Self: ...


class Kept(Generic[E]):
    """Entries of one kind in stores; a process remembers the last few and decodes none twice."""

    def __init__(self, kind: type[E], most: int) -> None:
        self._kind, self._recent = kind, Recent[E](most)

    def get(self, key: str, store: Store) -> E | None:
        """The entry under a key, if this process or the store has it."""
        name = store.name(key)
        if name in self._recent:
            return self._recent.keep(name, self._recent[name])
        kept = store.get(key)
        return None if kept is None else self._recent.keep(name, self._kind.from_bytes(kept))

    def put(self, key: str, entry: E, store: Store) -> E:
        """Remember an entry, here and in the store."""
        store.put(key, entry.to_bytes())
        return self._recent.keep(store.name(key), entry)


def user_store() -> Store:
    """The store in the user's cache folder, or in ``HANDOUTS_CACHE``."""
    given = os.environ.get("HANDOUTS_CACHE")
    if given:
        return Store(Path(given))
    import platformdirs

    return Store(platformdirs.user_cache_path("handouts") / "store")


def key_of(*parts: str | bytes) -> str:
    """A key for what was made from these parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


def _checksum(key: str, data: bytes) -> bytes:
    """Over the key too: an entry that was moved to another key is not taken."""
    return hashlib.sha256(key.encode() + data).hexdigest().encode()


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
