"""What a build came to, kept by all that it read: the same build again only stamps, or nothing.

A recipe names a plate and filled areas in the store. A build's recipes are kept under the digest of
every file that could change it, files that were looked for and missing included, and hold until the
first day on which a review or a sign-off ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from os.path import realpath
from pathlib import Path
from typing import Any

from handouts import __version__, shipped
from handouts.engine import engine_fingerprint
from handouts.imprint import FORMS, Imprint, stamp
from handouts.output import LOCK, MANIFEST
from handouts.plate import PLATES
from handouts.store import Store, key_of


@dataclass(frozen=True)
class Recipe:
    """How to make a file again: ``facts`` are its record in the manifest, but for size and sum."""

    name: str
    plate: str
    forms: str
    code: Sequence[str | int]
    texts: Mapping[str, str]
    colours: Mapping[str, str]
    author: str
    facts: Mapping[str, Any]

    def make(self, store: Store) -> bytes | None:
        """The file's bytes; None where the store no longer has what it takes."""
        plate, forms = PLATES.get(self.plate, store), FORMS.get(self.forms, store)
        if plate is None or forms is None:
            return None
        filled = forms.having_code(self.code)
        return stamp(plate, Imprint(filled, self.texts, self.colours, self.author))


@dataclass(frozen=True)
class Memory:
    """The recipes of a build, what it told, and the last day on which they hold."""

    recipes: tuple[Recipe, ...]
    told: tuple[Mapping[str, Any], ...]
    since: date
    until: date


def build_key(workspace: Path, *question: str) -> str:
    """The digest of a build's question and of all files that could change its answer."""
    digests = "\n".join(_digests(workspace))
    return key_of("build", __version__, engine_fingerprint(), digests, *question)


def remember(store: Store, key: str, memory: Memory) -> None:
    """Keep a build's recipes."""
    store.put(key, json.dumps(asdict(memory), default=str).encode())


def recall(store: Store, key: str, day: date) -> Memory | None:
    """The recipes of the same build, if they still hold."""
    kept = store.get(key)
    if kept is None:
        return None
    data = json.loads(kept)
    since, until = (date.fromisoformat(data[name]) for name in ("since", "until"))
    if not since <= day <= until:
        return None
    recipes = tuple(Recipe(**recipe) for recipe in data["recipes"])
    return Memory(recipes, tuple(data["told"]), since, until)


def _digests(workspace: Path) -> Iterator[str]:
    """A line for each file of the clinic and for each shipped one; what was made is left out."""
    made = set(_made(workspace))
    for root in (workspace, shipped.CONTENT, shipped.TEMPLATES, Path(__file__).parent):
        for path in sorted(root.rglob("*")):
            if _leads_out(path, root):
                yield f"{root} {path.relative_to(root)} -> {path.readlink()}"
            elif path.is_file() and path not in made and path.suffix != ".pyc":
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                yield f"{root} {path.relative_to(root)} {digest}"


def _made(workspace: Path) -> Iterator[Path]:
    """Files that a manifest in the clinic's folder knows as ours, and the manifest."""
    for manifest in workspace.rglob(MANIFEST):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            for record in json.loads(manifest.read_text("utf-8"))["files"]:
                yield manifest.parent / str(record["file"])
            yield from (manifest, manifest.parent / LOCK)


def _leads_out(path: Path, root: Path) -> bool:
    """Whether it is a link to outside, which is never read: what it says stands for it."""
    return path.is_symlink() and not Path(realpath(path)).is_relative_to(realpath(root))
