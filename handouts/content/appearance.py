"""What a leaflet shows besides its text: drawings, icons, the clinic's own templates and fonts.

A sign-off covers these too, because they can change what a text means. It does not cover the
shipped templates, styles and fonts, which only set the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from handouts.content.layers import DRAWING, PHOTOGRAPHS, photograph
from handouts.content.yaml import MAX_BYTES
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.files import paths_below, read_bytes
from handouts.model.clinic import FontFile
from handouts.model.document import Document, Look
from handouts.store import key_of

PALETTE = "figures/palette.yaml"
"""Skin tones and inks of the drawings, found in the layers like a template."""

PEOPLE, KEY = "parts/people.svg.j2", "parts/key.svg.j2"
"""The icon array of a risk block, and a figure in its key."""

AXIS = "parts/axis.svg.j2"
"""The axis of a timeline."""

MAX_PHOTOGRAPH = 5_000_000
"""Size in bytes of the largest photograph that is read."""

TEMPLATES = "templates/"
"""Prefix of the names of a clinic's own templates."""

_DRAWING = "drawing "
"""Prefix of the names of drawings."""

_DRAWN = re.compile(r"(?:figures|icons)/[^/]+\.svg\.j2")
_NAMED = re.compile(rb"""["']((?:figures|icons|parts)/[^"'/]+\.svg\.j2)["']""")
_TAKES_IN = re.compile(rb"\{%[-+]?\s*(?:include|import|from|extends)\b")


def looks(
    layers: tuple[Path, ...], fonts: Iterable[FontFile], drawings: Iterable[str]
) -> tuple[Look, ...]:
    """Everything that a leaflet with these drawings shows, by name, with a digest of its files."""
    own = {name: path for layer in _own(layers) for name, path in _files(layer)}
    icons = {f"icons/{name}" for layer in layers for name, _ in _files(layer / "icons")}
    shown = []
    for name in sorted(set(drawings)):
        found = photograph(layers, name)
        file = found.name if found else f"{name}{DRAWING}"
        shown.append(_look(f"{_DRAWING}{name}", [f"figures/{file}"], layers))
    shown.append(_look("icons and palette", [PALETTE, PEOPLE, KEY, AXIS, *sorted(icons)], layers))
    # A plain drawing takes in no other file, so what the leaflet does not name cannot get into it.
    # Any other template could print whatever the clinic's folder contains.
    files = sorted(own.items())
    if not all(_DRAWN.fullmatch(name) and not _TAKES_IN.search(_read(p)) for name, p in files):
        shown += [Look(name=f"{TEMPLATES}{n}", sha256=key_of(_read(p)), own=True) for n, p in files]
    if data := [part for font in fonts for part in (str(font.weight), font.data)]:
        shown.append(Look(name="the clinic's fonts", sha256=key_of(*data), own=True))
    return tuple(shown)


def require_unchanged(document: Document, layers: tuple[Path, ...]) -> None:
    """HandoutsError if a clinic's file has been saved since the document was made.

    The document says who approved what it shows, and a page reads these files once more.
    """
    if not any(look.own for look in document.looks) and not any(map(Path.is_dir, _own(layers))):
        return
    names = (look.name for look in document.looks if look.name.startswith(_DRAWING))
    now = looks(layers, document.fonts, (name.removeprefix(_DRAWING) for name in names))
    if changed := {now_or_then.name for now_or_then in {*now} ^ {*document.looks}}:
        message = f"This was saved while the leaflet was being made: {', '.join(sorted(changed))}"
        raise HandoutsError(Diagnostic("changed-meanwhile", message, hint="Make it again"))


def own_templates(layers: tuple[Path, ...]) -> bool:
    """Whether a clinic has templates of its own that see its details.

    Drawings do not: they are given the colours of skin and ink, and nothing else.
    """
    names = (name for layer in _own(layers) for name, _ in _files(layer))
    return any(not name.startswith("figures/") for name in names)


def _own(layers: tuple[Path, ...]) -> Iterator[Path]:
    """The clinic's layers; the last is the shipped one, and its editions lie in it."""
    yield from (layer for layer in layers if not layer.is_relative_to(layers[-1]))


def _files(layer: Path) -> Iterator[tuple[str, Path]]:
    """The templates of a layer by name: nothing else is ever filled."""
    yield from ((name, path) for name, path in paths_below(layer, ".j2") if path.is_file())


def _look(name: str, files: Iterable[str], layers: tuple[Path, ...]) -> Look:
    """The digest of files and of those that they name, each from the strongest layer."""
    waiting, found = list(files), dict[str, bytes]()
    own = False
    while waiting:
        file = waiting.pop()
        layer = next((layer for layer in layers if (layer / file).is_file()), None)
        if layer and file not in found:
            found[file] = _read(layer / file)
            own |= layer != layers[-1]  # the last is the shipped one
            waiting += [match.decode() for match in _NAMED.findall(found[file])]
    parts = (part for file in sorted(found) for part in (file, found[file]))
    return Look(name=name, sha256=key_of(*parts), own=own)


def _read(path: Path) -> bytes:
    """A file's bytes; none for one that cannot be filled, which is reported when it is used."""
    try:
        return read_bytes(path, MAX_PHOTOGRAPH if path.suffix in PHOTOGRAPHS else MAX_BYTES)
    except HandoutsError:
        return b""
