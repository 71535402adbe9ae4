"""PDF objects as fragments: bytes with gaps for references, so that they fit into any file.

Also the few kinds of PDF objects that we write ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Piece = bytes | int
"""Bytes of an object, or the index of another object that it refers to."""

Fragment = tuple[Piece, ...]

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")


class FragmentReader:
    """Takes objects out of a ``pydyf.PDF``; ``rest`` gives the objects that they refer to."""

    def __init__(self, pdf: Any) -> None:
        self._objects = pdf.objects
        self._places: dict[int, int] = {}

    def fragment(self, item: Any) -> Fragment:
        """An object as a fragment. References are looked for only outside a stream's content."""
        head, mark, content = item.data.partition(b"\nstream\n")
        # The pattern has a group, so every second item is the number of a reference.
        pieces: list[Piece] = list(_REFERENCE.split(head))
        for index in range(1, len(pieces), 2):
            pieces[index] = self._places.setdefault(int(pieces[index]), len(self._places))
        return joined([*pieces, mark, content])

    def rest(self) -> tuple[Fragment, ...]:
        """All objects that were referred to, in the order of their indices."""
        read: list[Fragment] = []
        while len(read) < len(self._places):  # reading one may add others
            number = list(self._places)[len(read)]
            read.append(self.fragment(self._objects[number]))
        return tuple(read)


def joined(pieces: Iterable[Piece]) -> Fragment:
    """A fragment with adjacent bytes joined."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if isinstance(piece, bytes) and isinstance(last, bytes):
            result[-1] = last + piece
        else:
            result.append(piece)
    return tuple(result)


def placed(fragment: Fragment, numbers: Mapping[int, int]) -> bytes:
    """The bytes of an object in a file, given the object numbers of its references."""
    return b"".join(b"%d 0 R" % numbers[p] if isinstance(p, int) else p for p in fragment)


def relocated(fragment: Fragment, by: int) -> Fragment:
    """A fragment with the indices of its references increased."""
    return tuple(piece + by if isinstance(piece, int) else piece for piece in fragment)


def to_json(fragment: Fragment) -> list[str | int]:
    """A fragment as JSON values, with bytes as Latin-1 text."""
    return [piece if isinstance(piece, int) else piece.decode("latin-1") for piece in fragment]


def from_json(plain: Iterable[str | int]) -> Fragment:
    """The fragment behind the result of ``to_json``."""
    return tuple(piece if isinstance(piece, int) else piece.encode("latin-1") for piece in plain)


# Syntax -----------------------------------------------------------------------------------------


def text_string(words: str) -> bytes:
    """A text string in UTF-16 with its byte order mark (ISO 32000-1, 7.9.2.2)."""
    return b"<feff" + words.encode("utf-16-be").hex().encode() + b">"


def stream_object(entries: str, data: bytes) -> bytes:
    """An uncompressed stream; ``entries`` are its dictionary's entries besides the length."""
    head = f"<< {entries} /Length {len(data)} >>\nstream\n"
    return head.encode() + data + b"\nendstream"


def square_form(modules: Iterable[Iterable[int]]) -> Fragment:
    """A QR code as a form on the unit square, from rows of modules (1 is dark)."""
    rows = [list(row) for row in modules]
    size = len(rows)
    painted = "".join(
        # PDF counts y upwards, so the first row comes last.
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


def cross_reference(kind: int, where: int, index: int = 0) -> bytes:
    """One entry of a cross-reference stream, in the widths of its ``/W``: 1, 4 and 2 bytes.

    A free number is of kind 0, an object at an offset of kind 1, and one in the object stream with
    the number ``where`` of kind 2.
    """
    return bytes((kind,)) + where.to_bytes(4) + index.to_bytes(2)


def cross_references(number: int, offsets: Mapping[int, int], entries: str) -> bytes:
    """A cross-reference stream for the objects at ``offsets`` (ISO 32000-1, 7.5.8).

    It includes itself, under ``number``, and is followed by the end of the file.
    """
    numbers = sorted(offsets)
    runs: list[list[int]] = []  # first number and length of each run of consecutive numbers
    for one in numbers:
        if runs and one == sum(runs[-1]):
            runs[-1][1] += 1
        else:
            runs.append([one, 1])
    data = b"".join(cross_reference(1, offsets[one]) for one in numbers)
    index = " ".join(f"{first} {count}" for first, count in runs)
    entries = f"/Type /XRef /W [1 4 2] /Index [{index}] /Size {number + 1} {entries}"
    tail = f"\nendobj\nstartxref\n{offsets[number]}\n%%EOF\n"
    return b"%d 0 obj\n%b" % (number, stream_object(entries, data)) + tail.encode()


CODES = "Handouts-Codes"
"""Name of the tables of codes in our files."""


def code_table(glyphs: Iterable[int], spare: Mapping[int, int]) -> bytes:
    """A CMap (ISO 32000-1, 9.7.5): glyph numbers stand for themselves, spare codes for a glyph."""
    rows = sorted({glyph >> 8 for glyph in glyphs})
    ranges = [f"<{row:02x}00> <{row:02x}ff> {row << 8}" for row in rows]
    single = [f"<{code:04x}> {glyph}" for code, glyph in sorted(spare.items())]
    lines = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering (Identity) def",
        f"/Supplement 0 def end def /CMapName /{CODES} def /CMapType 1 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
        *_by_the_hundred("cidrange", ranges),
        *_by_the_hundred("cidchar", single),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    )
    return "\n".join(lines).encode()


def _by_the_hundred(kind: str, entries: list[str]) -> Iterator[str]:
    """Entries of a CMap in groups, each as large as may be."""
    for start in range(0, len(entries), 100):
        group = entries[start : start + 100]
        yield f"{len(group)} begin{kind}"
        yield from group
        yield f"end{kind}"
