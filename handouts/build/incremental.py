"""Records of builds, so that a build with unchanged input need not be repeated.

A record is stored under the digest of every file that could affect the build. The digest is taken
before the first file is read, and the record is stored only if it is the same afterwards, so that a
file saved during a build is printed by the next one. A record is valid until the first day on which
a review or sign-off ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handouts.content.layers import Library
from handouts.files import content_digest, is_own_file
from handouts.pdf.engine import drawing_versions, pango_version
from handouts.store import Store, key_of, program_fingerprint

if TYPE_CHECKING:
    from handouts.pdf.imprint import ImprintData


@dataclass(frozen=True)
class FileRecord:
    """A finished PDF, and how to make it again without rendering anything.

    ``shell`` and ``forms`` are keys in the store, ``codes`` are QR codes by area, and ``facts`` is
    the file's record in the manifest without its name, size and digest.
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
        """The record of a PDF that has just been made."""
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
        """Whether a folder contains the file, unchanged."""
        path = folder / self.name
        try:
            if not is_own_file(path):
                return False
            return path.stat().st_size == self.size and _digest(path) == self.sha256
        except OSError:
            return False

    def make(self, store: Store) -> bytes | None:
        """Make the file's bytes again; None if the store no longer has what is needed."""
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
    """The files and diagnostics of a build, and the dates (inclusive) for which it is valid.

    ``assets`` are the digests of the logo and fonts that were read, by path; ``pango`` is the
    version of Pango, on which line breaks depend.
    """

    files: tuple[FileRecord, ...]
    diagnostics: tuple[Mapping[str, Any], ...]
    assets: Mapping[str, str]
    pango: int | None
    since: date
    until: date


def build_key(folder: Path, library: Library, *options: str) -> str:
    """A digest of a build's options and of all files that could affect it.

    The logo and fonts are not included, because a file would have to be read to learn their names:
    see ``BuildRecord.assets``.
    """
    # `.yml` too: such files are ignored, but the record contains the warning about them.
    own = (*(folder / "content").rglob("*.y*ml"), *(folder / "templates").rglob("*"))
    inputs = (
        *_states(folder, (*folder.glob("*.y*ml"), *(folder / "locales").glob("*.po"), *own)),
        *_states(library.content, library.content.rglob("*.y*ml")),
        *_states(library.content, library.content.rglob("*.po")),
        *_states(library.templates, library.templates.rglob("*")),
    )
    digests = "\n".join(inputs)
    return key_of("build", program_fingerprint(), drawing_versions(), digests, *options)


def last_change(folder: Path) -> int:
    """When a clinic's files, or the folders that they are in, were last changed, in nanoseconds.

    A file that changes and changes back while a build runs has the same key before and after it,
    but not this.
    """
    inner = (folder / name for name in ("content", "locales", "templates"))
    paths = (*folder.glob("*.y*ml"), *(path for home in inner for path in (home, *home.rglob("*"))))
    return max((path.lstat().st_ctime_ns for path in paths if path.exists()), default=0)


def save(store: Store, key: str, record: BuildRecord) -> None:
    """Store a build's record."""
    store.put(key, json.dumps(asdict(record), default=str).encode())  # dates become text


def load(store: Store, key: str, day: date) -> BuildRecord | None:
    """The record of an identical build; None if there is none that is still valid."""
    stored = store.get(key)
    if stored is None:
        return None
    data = json.loads(stored)
    since, until = (date.fromisoformat(data[name]) for name in ("since", "until"))
    if not since <= day <= until:
        return None
    if not all(is_current(Path(path), digest) for path, digest in data["assets"].items()):
        return None
    # Without Pango nothing could be rendered again, so the earlier files are kept.
    if pango_version() not in (None, data["pango"]):
        return None
    files = tuple(FileRecord(**record) for record in data["files"])
    return BuildRecord(
        files, tuple(data["diagnostics"]), data["assets"], data["pango"], since, until
    )


def asset_digests(files: Iterable[Path], digests: Iterable[str]) -> dict[str, str]:
    """Digests of a clinic's logo and fonts as they were read, by path."""
    return {str(path): digest for path, digest in zip(files, digests, strict=True)}


def is_current(asset: Path, digest: str) -> bool:
    """Whether a logo or font is as it was when it was read."""
    return _state(asset) == digest


def _states(home: Path, paths: Iterable[Path]) -> Iterator[str]:
    """Lines for files below a folder. A link that leads out counts by its target's path only."""
    root = os.path.realpath(home)
    real = lru_cache(maxsize=None)(os.path.realpath)  # of folders, each of which holds many files
    for path in sorted(paths, key=str):  # a file system lists them in any order
        linked = path.is_symlink()
        target = os.path.realpath(path) if linked else f"{real(path.parent)}{os.sep}{path.name}"
        if not f"{target}{os.sep}".startswith(f"{root}{os.sep}"):
            yield f"{path} -> {target}"
        elif path.is_file():
            yield f"{path} {_state(path)}"


def _state(path: Path) -> str:
    """A digest of a file's content; for a file too large to be read, its size and time."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "not a file"  # a pipe or a device might never end
        return content_digest(str(path), status)
    except OSError:
        return "missing"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
