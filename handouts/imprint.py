"""The clinic's imprint on a plate: a few objects appended to the PDF, nothing decoded or rendered.

PDF lets a file be updated by objects that follow it and take the place of earlier ones with the
same number (ISO 32000-1, 7.5.6). That is all an imprint does, so it costs about a millisecond.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from io import BytesIO
from typing import Any, Self

from handouts.colour import tint
from handouts.plate import Plate

Part = bytes | int
"""Bytes of an object, or the place of another object in the list that it refers to."""

Parts = tuple[Part, ...]


_MARKS = re.compile(rb"/\w+\s*(?:<<[^<>]*>>\s*)?B[MD]C\b|\bEMC\b")


@dataclass(frozen=True)
class Forms:
    """Filled areas as PDF objects: one form for each, and the fonts and pictures that they use."""

    areas: Mapping[str, Parts]
    shared: tuple[Parts, ...]

    def having(self, more: Mapping[str, Parts]) -> Forms:
        """With further areas that refer to nothing."""
        return Forms({**self.areas, **more}, self.shared)

    def having_code(self, code: Iterable[str | int]) -> Forms:
        """With the QR code's area, as a recipe keeps it."""
        return self.having({"qr": _parts(code)})

    def joined(self, other: Forms) -> Forms:
        """With another's areas, whose references follow ours."""
        first = len(self.shared)
        moved = [_moved(parts, first) for parts in other.shared]
        areas = {name: _moved(parts, first) for name, parts in other.areas.items()}
        return Forms({**self.areas, **areas}, (*self.shared, *moved))

    def to_bytes(self) -> bytes:
        """JSON; bytes stand as Latin-1 text."""
        areas = {name: plain(parts) for name, parts in self.areas.items()}
        return json.dumps([areas, [plain(parts) for parts in self.shared]]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Take back what ``to_bytes`` gave."""
        areas, shared = json.loads(data)
        return cls(
            {name: _parts(parts) for name, parts in areas.items()},
            tuple(_parts(parts) for parts in shared),
        )


@dataclass(frozen=True)
class Imprint:
    """All that is printed into a plate: forms and their alternative texts, colours, the author.

    ``colours`` are ``#rrggbb`` by token.
    """

    forms: Forms
    texts: Mapping[str, str]
    colours: Mapping[str, str]
    author: str


def read_forms(pdf: bytes, names: Iterable[str]) -> Forms:
    """The pages of a PDF, in the order of the areas' names, as forms on the unit square."""
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
                _unmark(pikepdf, item)
        writer = _Writer(pikepdf)
        areas = {}
        for name, page in zip(names, document.pages, strict=True):
            form = page.as_form_xobject()
            _unmark(pikepdf, form)
            width, height = (float(form.BBox[index]) for index in (2, 3))
            form.Matrix = pikepdf.Array([1 / width, 0, 0, 1 / height, 0, 0])
            areas[name] = writer.stream(form)
        return Forms(areas, writer.rest())


def _unmark(pikepdf: Any, form: Any) -> None:
    """Take out marked content: the placeholder's own mark, a figure, is round all of it."""
    plain = _MARKS.sub(b"", form.read_bytes())
    form.write(zlib.compress(plain, 9), filter=pikepdf.Name.FlateDecode)


def square(modules: Iterable[Iterable[int]]) -> Parts:
    """A form that paints dark modules in rows from the top, on the unit square: a QR code."""
    rows = [list(row) for row in modules]
    size = len(rows)
    painted = "".join(
        f"{x} {size - y - 1} 1 1 re\n"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    data = f"0 g\n{painted}f".encode()
    unit = f"{1 / size:.8f}"
    head = (
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 {size} {size}] "
        f"/Matrix [{unit} 0 0 {unit} 0 0] /Resources << >> /Length {len(data)} >>\nstream\n"
    )
    return (head.encode() + data + b"\nendstream",)


def stamp(plate: Plate, imprint: Imprint) -> bytes:
    """The plate with the imprint: a PDF of the same pages. The same input gives the same bytes."""
    objects = dict(_objects(plate, imprint))
    body, offsets, at = [plate.pdf], {}, len(plate.pdf)
    for number in sorted(objects):
        offsets[number] = at
        body.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(body[-1])
    size = max(plate.size, *objects) + 1
    offsets[size] = at
    body.append(_cross_references(plate, size, offsets, _digest(body)))
    return b"".join(body)


def _objects(plate: Plate, imprint: Imprint) -> Iterator[tuple[int, bytes]]:
    """Numbers and bytes of what takes the place of the plate's own, and of what comes new."""
    placed = partial(_placed, first=plate.size)
    for index, parts in enumerate(imprint.forms.shared):
        yield plate.size + index, placed(parts)
    for name, numbers in plate.pictures.items():
        for number in numbers:
            yield number, placed(imprint.forms.areas[name])
    for name, numbers in plate.texts.items():
        for number in numbers:
            yield number, _text(imprint.texts[name])
    for colour in plate.colours:
        shade = tint(imprint.colours[colour.token], colour.share)
        yield colour.number, b"[/Indexed /DeviceRGB 0 <%b>]" % shade[1:].encode()
    facts = {**plate.facts, "/Author": imprint.author}
    pairs = (f"{key} ".encode() + _text(value) for key, value in sorted(facts.items()))
    yield plate.info, b"<< " + b" ".join(pairs) + b" >>"
    packet = plate.packet.replace(
        escape(plate.facts["/Author"], quote=False), escape(imprint.author, quote=False)
    ).encode()
    head = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n" % len(packet)
    yield plate.metadata, head + packet + b"\nendstream"


def _placed(parts: Parts, first: int) -> bytes:
    return b"".join(b"%d 0 R" % (first + p) if isinstance(p, int) else p for p in parts)


def _text(words: str) -> bytes:
    """A text string as UTF-16 with its mark."""
    return b"<feff" + words.encode("utf-16-be").hex().encode() + b">"


def _cross_references(
    plate: Plate, number: int, offsets: Mapping[int, int], digest: bytes
) -> bytes:
    """The table of what was appended, as a stream of the kind that the plate's own is."""
    numbers = sorted(offsets)
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == sum(runs[-1]):
            runs[-1][1] += 1
        else:
            runs.append([one, 1])
    data = b"".join(b"\x01" + offsets[one].to_bytes(4) + b"\0\0" for one in numbers)
    index = " ".join(f"{first} {count}" for first, count in runs)
    head = (
        f"{number} 0 obj\n<< /Type /XRef /W [1 4 2] /Index [{index}] /Size {number + 1} "
        f"/Root {plate.root} 0 R /Info {plate.info} 0 R /Prev {plate.start} "
        f"/ID [<{digest.hex()}> <{digest.hex()}>] /Length {len(data)} >>\nstream\n"
    )
    tail = f"\nendstream\nendobj\nstartxref\n{offsets[number]}\n%%EOF\n"
    return head.encode() + data + tail.encode()


def _digest(chunks: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()[:16]


class _Writer:
    """Writes objects of an open PDF as parts; what they refer to follows in ``rest``."""

    def __init__(self, pikepdf: Any) -> None:
        self._pikepdf = pikepdf
        self._places: dict[tuple[int, int], int] = {}
        self._waiting: list[Any] = []

    def stream(self, item: Any) -> Parts:
        """A stream as it stands in the file, with its filters."""
        data = item.read_raw_bytes()
        entries = {key: value for key, value in item.items() if key != "/Length"}
        head = [b"<<", *self._entries(entries), b" /Length %d >>\nstream\n" % len(data)]
        return _joined([*head, data, b"\nendstream"])

    def rest(self) -> tuple[Parts, ...]:
        """Everything that was referred to, in the order of the places given."""
        written: list[Parts] = []
        while len(written) < len(self._waiting):
            item = self._waiting[len(written)]
            is_stream = isinstance(item, self._pikepdf.Stream)
            written.append(self.stream(item) if is_stream else _joined(self._inner(item)))
        return tuple(written)

    def _value(self, value: Any) -> list[Part]:
        if getattr(value, "is_indirect", False):
            if value.objgen not in self._places:
                self._places[value.objgen] = len(self._waiting)
                self._waiting.append(value)
            return [self._places[value.objgen]]
        return self._inner(value)

    def _inner(self, value: Any) -> list[Part]:
        if isinstance(value, self._pikepdf.Dictionary):
            return [b"<<", *self._entries(dict(value.items())), b" >>"]
        if isinstance(value, self._pikepdf.Array):
            items = [part for item in value for part in (b" ", *self._value(item))]
            return [b"[", *items, b" ]"]
        if isinstance(value, self._pikepdf.Object):
            return [value.unparse()]
        return [
            json.dumps(value).encode() if isinstance(value, bool | int) else str(value).encode()
        ]

    def _entries(self, entries: Mapping[str, Any]) -> Iterator[Part]:
        for key in sorted(entries):
            yield f" {key} ".encode()
            yield from self._value(entries[key])


def _moved(parts: Parts, by: int) -> Parts:
    return tuple(part + by if isinstance(part, int) else part for part in parts)


def _joined(parts: Iterable[Part]) -> Parts:
    """Neighbouring bytes as one."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, bytes) and isinstance(last, bytes):
            joined[-1] = last + part
        else:
            joined.append(part)
    return tuple(joined)


def plain(parts: Parts) -> list[str | int]:
    """Parts as JSON can hold them."""
    return [part if isinstance(part, int) else part.decode("latin-1") for part in parts]


def _parts(plain: Iterable[str | int]) -> Parts:
    return tuple(part if isinstance(part, int) else part.encode("latin-1") for part in plain)
