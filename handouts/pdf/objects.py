"""PDF objects as fragments: bytes with gaps where they name others, to be set into any file.

Also the little PDF syntax that we write ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Piece = bytes | int
"""Bytes of an object, or the place of another object in the list that it refers to."""

Fragment = tuple[Piece, ...]

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")


class FragmentReader:
    """Takes objects out of a ``pydyf.PDF``; what they refer to follows in ``rest``."""

    def __init__(self, pdf: Any) -> None:
        self._objects = pdf.objects
        self._places: dict[int, int] = {}

    def fragment(self, item: Any) -> Fragment:
        """An object as it would stand in the file. A stream's content is never searched."""
        head, mark, content = item.data.partition(b"\nstream\n")
        pieces: list[Piece] = list(_REFERENCE.split(head))
        for index in range(1, len(pieces), 2):
            pieces[index] = self._places.setdefault(int(pieces[index]), len(self._places))
        return joined([*pieces, mark, content])

    def rest(self) -> tuple[Fragment, ...]:
        """Everything that was referred to, in the order of the places given."""
        read: list[Fragment] = []
        while len(read) < len(self._places):  # reading one may add further places
            number = list(self._places)[len(read)]
            read.append(self.fragment(self._objects[number]))
        return tuple(read)


def joined(pieces: Iterable[Piece]) -> Fragment:
    """A fragment with neighbouring bytes as one."""
    whole: list[Piece] = []
    for piece in pieces:
        last = whole[-1] if whole else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            whole[-1] = last + piece
        else:
            whole.append(piece)
    return tuple(whole)


def placed(fragment: Fragment, numbers: Mapping[int, int]) -> bytes:
    """The bytes of an object in a file where its references have these numbers."""
    return b"".join(b"%d 0 R" % numbers[p] if isinstance(p, int) else p for p in fragment)


def relocated(fragment: Fragment, by: int) -> Fragment:
    """A fragment whose references are further on in a longer list."""
    return tuple(piece + by if isinstance(piece, int) else piece for piece in fragment)


def to_json(fragment: Fragment) -> list[str | int]:
    """A fragment as JSON can hold it: bytes as Latin-1 text."""
    return [piece if isinstance(piece, int) else piece.decode("latin-1") for piece in fragment]


def from_json(plain: Iterable[str | int]) -> Fragment:
    """The fragment that ``to_json`` was given."""
    return tuple(piece if isinstance(piece, int) else piece.encode("latin-1") for piece in plain)


# Syntax -----------------------------------------------------------------------------------------


def text_string(words: str) -> bytes:
    """A text string in UTF-16 with its byte order mark (ISO 32000-1, 7.9.2.2)."""
    return b"<feff" + words.encode("utf-16-be").hex().encode() + b">"


def stream_object(entries: str, data: bytes) -> bytes:
    """A stream, not compressed; ``entries`` are those of its dictionary beside the length."""
    head = f"<< {entries} /Length {len(data)} >>\nstream\n"
    return head.encode() + data + b"\nendstream"


def square_form(modules: Iterable[Iterable[int]]) -> Fragment:
    """A form that paints dark modules in rows from the top, on the unit square: a QR code."""
    rows = [list(row) for row in modules]
    size = len(rows)
    painted = "".join(
        f"{x} {size - y - 1} 1 1 re\n"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    unit = f"{1 / size:.8f}"
    entries = (
        f"/Type /XObject /Subtype /Form /BBox [0 0 {size} {size}] "
        f"/Matrix [{unit} 0 0 {unit} 0 0] /Resources << >>"
    )
    return (stream_object(entries, f"0 g\n{painted}f".encode()),)


def cross_references(number: int, offsets: Mapping[int, int], entries: str) -> bytes:
    """A cross-reference stream for the objects at ``offsets``, itself among them (7.5.8).

    ``number`` is its own; the trailer with the start of the table follows it.
    """
    numbers = sorted(offsets)
    runs: list[list[int]] = []  # first number and count, of numbers without a gap
    for one in numbers:
        if runs and one == sum(runs[-1]):
            runs[-1][1] += 1
        else:
            runs.append([one, 1])
    # Each entry has a byte for its kind (1: an object in use), four for the offset, two for the
    # generation: that is what /W says.
    data = b"".join(b"\x01" + offsets[one].to_bytes(4) + b"\0\0" for one in numbers)
    index = " ".join(f"{first} {count}" for first, count in runs)
    entries = f"/Type /XRef /W [1 4 2] /Index [{index}] /Size {number + 1} {entries}"
    tail = f"\nendobj\nstartxref\n{offsets[number]}\n%%EOF\n"
    return b"%d 0 obj\n%b" % (number, stream_object(entries, data)) + tail.encode()
