"""What a build came to, kept by all that it read, so that the same build need not be done again.

A build's record is kept under the digest of every file that could change it, taken before the first
of them is read, and only if it is still the same when the work is done: a file that is saved while
a build runs is printed by the next one. A record holds until the first day on which a review or a
sign-off ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.content.layers import Library
from handouts.pdf.engine import engine_version, pango_version
from handouts.store import Store, key_of, program_fingerprint

if TYPE_CHECKING:
    from handouts.pdf.imprint import ImprintData

MAX_READ = 5_000_000
"""The largest file that is ever read, in bytes: of a larger one the size and time stand for it."""


@dataclass(frozen=True)
class FileRecord:
    """A finished file, and how to make it again without rendering anything.

    ``shell`` and ``forms`` are keys of the store, ``codes`` the QR code for each of its areas,
    ``facts`` the file's record in the manifest but for its size and sum.
    """

    name: str
    sha256: str
    size: int
    shell: str
    forms: str
    codes: Mapping[str, list[str | int]]
    texts: Mapping[str, str]
    colours: Mapping[str, str]
    author: str
    facts: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        name: str,
        shell: str,
        forms: str,
        data: ImprintData,
        facts: Mapping[str, Any],
        pdf: bytes,
    ) -> FileRecord:
        """The record of a PDF that was just made."""
        from handouts.pdf.objects import to_json

        codes = {
            area: to_json(fragment)
            for area, fragment in data.forms.areas.items()
            if area.startswith("qr-")
        }
        digest = hashlib.sha256(pdf).hexdigest()
        texts, colours = data.texts, data.colours
        return cls(name, digest, len(pdf), shell, forms, codes, texts, colours, data.author, facts)

    def is_in(self, folder: Path) -> bool:
        """Whether the file is in a folder as it was made."""
        path = folder / self.name
        try:
            return path.stat().st_size == self.size and _digest(path) == self.sha256
        except OSError:
            return False

    def make(self, store: Store) -> bytes | None:
        """The file's bytes; None where the store no longer has what it takes."""
        from handouts.pdf.imprint import FORMS, ImprintData, imprint
        from handouts.pdf.objects import from_json
        from handouts.pdf.shell import SHELLS

        shell, forms = SHELLS.get(self.shell, store), FORMS.get(self.forms, store)
        if shell is None or forms is None:
            return None
        filled = forms.having({area: from_json(code) for area, code in self.codes.items()})
        return imprint(shell, ImprintData(filled, self.texts, self.colours, self.author))


@dataclass(frozen=True)
class BuildRecord:
    """The files of a build, what it told, and the days on which it holds.

    ``assets`` are the digests of the logo and the fonts that were read, by path; ``pango`` is the
    version of the library that set the lines.
    """

    files: tuple[FileRecord, ...]
    told: tuple[Mapping[str, Any], ...]
    assets: Mapping[str, str]
    pango: int | None
    since: date
    until: date


def build_key(folder: Path, library: Library, *options: str) -> str:
    """The digest of a build's options and of all files that could change what it makes.

    Not among them are the logo and the fonts, whose names are in a file: see ``BuildRecord``.
    """
    digests = "\n".join(_inputs(folder, library))
    return key_of("build", program_fingerprint(), engine_version(), digests, *options)


def save(store: Store, key: str, record: BuildRecord) -> None:
    """Keep a build's record."""
    store.put(key, json.dumps(asdict(record), default=str).encode())


def load(store: Store, key: str, day: date) -> BuildRecord | None:
    """The record of the same build, if it still holds."""
    kept = store.get(key)
    if kept is None:
        return None
    data = json.loads(kept)
    since, until = (date.fromisoformat(data[name]) for name in ("since", "until"))
    if not since <= day <= until:
        return None
    if any(_state(Path(path)) != digest for path, digest in data["assets"].items()):
        return None
    # Where there is no Pango, nothing could be set anew, and what was set holds.
    if pango_version() not in (None, data["pango"]):
        return None
    files = tuple(FileRecord(**record) for record in data["files"])
    return BuildRecord(files, tuple(data["told"]), data["assets"], data["pango"], since, until)


def asset_digests(files: Iterable[Path], contents: Iterable[bytes]) -> dict[str, str]:
    """Digests of what was read of a clinic's logo and fonts."""
    pairs = zip(files, contents, strict=True)
    return {str(path): hashlib.sha256(data).hexdigest() for path, data in pairs}


def _inputs(folder: Path, library: Library) -> Iterator[str]:
    """A line for each file that could be read: of the clinic's folder only what matters."""
    own = (folder / "content").rglob("*.y*ml"), (folder / "templates").rglob("*")
    yield from _states(folder, (*folder.glob("*.y*ml"), *own[0], *own[1]))
    yield from _states(library.content, library.content.rglob("*.y*ml"))
    yield from _states(library.templates, library.templates.rglob("*"))


def _states(home: Path, paths: Iterable[Path]) -> Iterator[str]:
    """A link that leads out of the folder is never followed: what it says stands for it."""
    root = os.path.realpath(home)
    for path in sorted(paths):
        target = os.path.realpath(path)
        if not Path(target).is_relative_to(root):
            yield f"{path} -> {target}"
        elif path.is_file():
            yield f"{path} {_state(path)}"


def _state(path: Path) -> str:
    """What stands for a file's content; of a file that is never read, its size and time."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "not a file"  # a pipe or a device might never end
        if status.st_size > MAX_READ:
            return f"{status.st_size} bytes of {status.st_mtime_ns}"
        return _digest(path)
    except OSError:
        return "missing"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
