"""Which shell a document has, without composing its page again.

A shell's own key is the digest of its HTML, and composing that takes most of the time for a leaflet
from the store. What a page is composed from is quicker to digest: the document, the files of its
templates, and the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Self

from handouts.files import content_digest
from handouts.model.document import Document
from handouts.page.personal import Personal, discreet, lay_out
from handouts.pdf.engine import rendering_key
from handouts.store import TypedCache, key_of

_PICTURES = {"logo", "fonts"}
"""Fields of a document with bytes, which JSON cannot express."""


@dataclass(frozen=True)
class ShellName:
    """The key of a shell, as it is kept under that of a document."""

    key: str

    def to_bytes(self) -> bytes:
        """Serialise."""
        return self.key.encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Deserialise the result of ``to_bytes``."""
        return cls(data.decode())


NAMES = TypedCache(ShellName, max_entries=1024)


def document_key(document: Document, layers: tuple[Path, ...], personal: Personal | None) -> str:
    """A key for everything that a document's shell is made from.

    Of personal text, that is only where it will stand. HandoutsError if it does not fit.
    """
    with discreet(personal):
        layout = lay_out(personal, document) if personal else None
    pictures = [document.logo.data if document.logo else b""]
    pictures += [font.data for font in document.fonts]
    kinds = [document.logo and document.logo.media_type]
    kinds += [f"{font.family} {font.weight} {font.media_type}" for font in document.fonts]
    room = repr((layout is not None, layout and layout.block, kinds))
    files = "\n".join(_files(layers))
    text = document.model_dump_json(exclude=_PICTURES)
    return key_of("name", rendering_key(), text, files, room, *pictures)


def _files(layers: tuple[Path, ...]) -> Iterator[str]:
    """A line for each file in the layers."""
    seen = set[str]()
    for layer in layers:
        for folder, folders, names in os.walk(layer, followlinks=True):
            real = os.path.realpath(folder)
            folders[:] = () if real in seen else sorted(folders)  # a link may lead back up
            seen.add(real)
            for name in sorted(names):
                path = os.path.join(folder, name)  # noqa: PTH118 - a Path takes four times as long
                try:
                    status = os.stat(path)  # noqa: PTH116
                except OSError:  # a link to nothing
                    continue
                # Others, such as pipes, are never read: opening one could wait for ever.
                if S_ISREG(status.st_mode):
                    digest = "unreadable"
                    with suppress(OSError):
                        digest = content_digest(path, status)
                    yield f"{path} {digest}"
