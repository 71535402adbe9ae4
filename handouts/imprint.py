"""The clinic's imprint on a plate: a few objects appended to the PDF, nothing decoded or rendered.

PDF lets a file be updated by objects that follow it and take the place of earlier ones with the
same number (ISO 32000-1, 7.5.6). That is all an imprint does, so it costs about a millisecond.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Self

import pydyf

from handouts.colour import tint
from handouts.inks import palette
from handouts.parts import Parts, Reader, moved, number_of, parts_of, placed, plain
from handouts.plate import Plate
from handouts.store import Kept


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
        return self.having({"qr": parts_of(code)})

    def joined(self, other: Forms) -> Forms:
        """With another's areas, whose references follow ours."""
        first = len(self.shared)
        theirs = [moved(parts, first) for parts in other.shared]
        areas = {name: moved(parts, first) for name, parts in other.areas.items()}
        return Forms({**self.areas, **areas}, (*self.shared, *theirs))

    def to_bytes(self) -> bytes:
        """JSON; bytes stand as Latin-1 text."""
        areas = {name: plain(parts) for name, parts in self.areas.items()}
        return json.dumps([areas, [plain(parts) for parts in self.shared]]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Take back what ``to_bytes`` gave."""
        areas, shared = json.loads(data)
        return cls(
            {name: parts_of(parts) for name, parts in areas.items()},
            tuple(parts_of(parts) for parts in shared),
        )


FORMS = Kept(Forms, most=16)


@dataclass(frozen=True)
class Imprint:
    """All that is printed into a plate: forms and their alternative texts, colours, the author.

    ``colours`` are ``#rrggbb`` by token.
    """

    forms: Forms
    texts: Mapping[str, str]
    colours: Mapping[str, str]
    author: str


def read_forms(pdf: pydyf.PDF, names: Iterable[str]) -> Forms:
    """The pages of a PDF that is being written, in the order of the names, on the unit square."""
    reader = Reader(pdf)
    pages = (pdf.objects[number] for number in pdf.pages["Kids"][::3])
    areas = {name: reader.parts(_form(pdf, page)) for name, page in zip(names, pages, strict=True)}
    return Forms(areas, reader.rest())


def _form(pdf: pydyf.PDF, page: pydyf.Dictionary) -> pydyf.Stream:
    content = pdf.objects[number_of(page["Contents"])]
    width, height = page["MediaBox"][2:]
    extra = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": page["MediaBox"],
        "Matrix": pydyf.Array((f"{1 / width:.9f}", 0, 0, f"{1 / height:.9f}", 0, 0)),
        "Resources": page["Resources"],
    }
    return pydyf.Stream(content.stream, extra, compress=True)


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
    shared = imprint.forms.shared
    places = dict(enumerate(range(plate.size, plate.size + len(shared))))
    for place, parts in enumerate(shared):
        yield places[place], placed(parts, places)
    for name, numbers in plate.pictures.items():
        for number in numbers:
            yield number, placed(imprint.forms.areas[name], places)
    for name, numbers in plate.texts.items():
        for number in numbers:
            yield number, _text(imprint.texts[name])
    for colour in plate.colours:
        shade = tint(imprint.colours[colour.token], colour.share)
        yield colour.number, palette(shade).data
    facts = {**plate.facts, "/Author": imprint.author}
    pairs = (f"{key} ".encode() + _text(value) for key, value in sorted(facts.items()))
    yield plate.info, b"<< " + b" ".join(pairs) + b" >>"
    packet = plate.packet.replace(
        escape(plate.facts["/Author"], quote=False), escape(imprint.author, quote=False)
    ).encode()
    head = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n" % len(packet)
    yield plate.metadata, head + packet + b"\nendstream"


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
