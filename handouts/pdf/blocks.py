"""A shell's objects, renumbered for its place in a pack.

The engine writes a file's objects with numbers of their own from 1 on. In a pack, each leaflet gets
a range of numbers, so its objects are read once, renumbered, compressed again and kept: joining
leaflets then only copies bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.pdf.objects import cross_reference, stream_object, text_string
from handouts.pdf.shell import Shell
from handouts.store import LruDict

STRIDE = 16384
"""Object numbers of a place in a pack; our own longest leaflet has 3,000 objects."""

KEYS = 1024
"""Keys of a place in the parent tree: one for each page and link."""

PAGES, STRUCTURE, DOCUMENT, PARENT_TREE = 2, 3, 4, 5
"""Object numbers of a pack's own objects that those of its leaflets refer to."""

_FIRST = 16  # numbers below are for the pack's own objects

_STRING_OR_REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|\b(\d+) 0 R\b", re.DOTALL)
_KEY_OF_PAGE = re.compile(rb"/(StructParents?) (\d+)")
_TREE_ENTRY = re.compile(rb"(\d+) (\[[^\]]*\]|\d+ 0 R)")
_CELL = re.compile(rb"/(?:ID (?=\()|Headers (?=\[))(?:\([^()\\]*\)|\[[^\]]*\])")
_TARGET = re.compile(rb"/(?:D|Dest) (?:\(|<feff)")
_DESTINATION = re.compile(rb"(\((?:\\.|[^\\()])*\)|<feff[0-9a-f]*>) (\[[^\]]*\])", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A shell's objects with the numbers of a place, as bytes of a file.

    ``rows`` are its cross-references, from the number ``first`` on; ``streams`` gives the offset in
    ``body`` of each object that has one, by its number. ``entry`` is the number of its entry in the
    outline, ``inner`` what that says of those below it, ``front`` the number of its first page.
    """

    first: int
    body: bytes
    rows: bytes
    streams: Mapping[int, int]
    pages: int
    structure: int
    tree: int
    entry: int
    inner: bytes
    front: int
    destinations: tuple[bytes, ...]


_BLOCKS = LruDict[Block](48)


def block_of(key: str | None, shell: Shell, place: int, language: str) -> Block:
    """A shell's block, kept under its key; without a key, nothing of it is kept.

    HandoutsError if the file is not as the engine writes it.
    """
    if key is None:
        return _block(shell, place, language)
    name = f"{key} {place} {language}"
    kept = _BLOCKS.get(name)
    return _BLOCKS.keep(name, kept or _block(shell, place, language))


def first_number(place: int) -> int:
    """The number by which those of the objects at a place are higher than in the shell's file."""
    return _FIRST + place * STRIDE


def _block(shell: Shell, place: int, language: str) -> Block:
    by, facts = first_number(place), shell.facts
    streams, objects = _objects(shell)
    root = objects.pop(facts.root)
    pages, tree_root = _reference(root, "Pages"), _reference(root, "StructTreeRoot")
    structure = _reference(objects[tree_root], "K")
    tree = _reference(objects.pop(tree_root), "ParentTree")
    # A number above would be one of the next leaflet's.
    if facts.size >= STRIDE or b"/S /Document" not in objects[structure]:
        raise _unexpected("a leaflet has too many objects, or tags of another kind")

    # What the imprint replaces, and what the pack has only once.
    filled = {n for numbers in (*shell.pictures.values(), *shell.texts.values()) for n in numbers}
    filled |= {colour.number for colour in shell.colours} | {facts.info, facts.metadata}
    for number in filled:
        objects.pop(number, None)
        streams.pop(number, None)

    kids = [int(number) for number in re.findall(rb"(\d+) 0 R", _array(objects[pages], "Kids"))]
    entry, inner = _outline_entry(root, objects, facts.root)
    objects.pop(entry, None)
    # `@` stands for an object of the pack's own, whose number is not raised with the leaflet's.
    objects[pages] = b"<</Type /Pages/Parent @ 0 R/Kids [%b]/Count %d>>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        len(kids),
    )
    # The tags of a leaflet are a part of the pack's document.
    title = text_string(facts.entries["/Title"])
    part = b"/S /Part/Lang %b/T %b" % (text_string(language), title)
    objects[structure] = (
        objects[structure]
        .replace(b"/S /Document", part, 1)
        .replace(b"/P %d 0 R" % tree_root, b"/P @ 0 R", 1)
    )
    listed = objects[tree].partition(b"/Nums [")[2]
    entries = [(int(key), value) for key, value in _TREE_ENTRY.findall(listed)]
    if not entries or entries[-1][0] >= KEYS:
        raise _unexpected("its tags have no parent tree, or one that is too long")
    lowest, highest = place * KEYS + entries[0][0], place * KEYS + entries[-1][0]
    nums = b" ".join(b"%d %b" % (place * KEYS + key, value) for key, value in entries)
    objects[tree] = b"<</Limits [%d %d]/Nums [%b]>>" % (lowest, highest, nums)

    done = {number: _renumbered(data, by, place) for number, data in objects.items()}
    done[pages] = done[pages].replace(b"@", b"%d" % PAGES, 1)
    done[structure] = done[structure].replace(b"/P @", b"/P %d" % DOCUMENT, 1)
    if len(kids) % 2:  # the next leaflet begins on a new sheet
        empty = 0  # a number that no file uses
        box = _array(objects[kids[-1]], "MediaBox")
        done[empty] = b"<</Type /Page/Parent %d 0 R/MediaBox [%b]/Resources <<>>/Tabs /S>>" % (
            pages + by,
            box,
        )
        done[pages] = done[pages].replace(b"]/Count", b" %d 0 R]/Count" % (empty + by), 1)
        done[pages] = done[pages].replace(b"Count %d" % len(kids), b"Count %d" % (len(kids) + 1))
    moved = {}
    for number, data in streams.items():
        head, mark, content = data.partition(b"\nstream\n")
        moved[number] = _renumbered(head, by, place) + mark + content
    body, rows, offsets = _written(moved, done, by, facts.size)
    return Block(
        by,
        body,
        rows,
        offsets,
        pages + by,
        structure + by,
        tree + by,
        entry + by,
        _renumbered(inner, by, place),
        kids[0] + by,
        tuple(
            _named(name, place) + b" " + _renumbered(target, by, place)
            for name, target in _DESTINATION.findall(root.partition(b"/Dests")[2])
        ),
    )


def _written(
    streams: Mapping[int, bytes], objects: Mapping[int, bytes], by: int, size: int
) -> tuple[bytes, bytes, Mapping[int, int]]:
    """Bytes of all objects, their cross-references, and the offsets of those with streams."""
    holder = size - 1  # the number of the engine's own stream of objects, or of nothing
    while holder in streams or holder in objects:
        holder -= 1
    body, at, offsets = bytearray(), dict[int, int](), list[str]()
    inside = bytearray()
    # A number that no object gets is free for good: 65535 is the last generation.
    rows = bytearray(cross_reference(0, 0, 65535) * size)
    for index, (number, data) in enumerate(sorted(objects.items())):
        offsets += [f"{number + by} {len(inside)}"]
        inside += data + b"\n"
        rows[number * 7 : number * 7 + 7] = cross_reference(2, holder + by, index)
    head = " ".join(offsets).encode() + b"\n"
    packed = zlib.compress(head + bytes(inside))
    entries = f"/Type /ObjStm /N {len(objects)} /First {len(head)} /Filter /FlateDecode"
    for number, data in (*sorted(streams.items()), (holder, stream_object(entries, packed))):
        at[number + by] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number + by, data)
    return bytes(body), bytes(rows), at


def _renumbered(data: bytes, by: int, place: int) -> bytes:
    """An object, or the head of its stream, with the numbers, keys and names of its place."""

    def moved(found: re.Match[bytes]) -> bytes:
        # Text in brackets may say anything, also what looks like a reference.
        return b"%d 0 R" % (int(found[1]) + by) if found[1] else found[0]

    data = _STRING_OR_REFERENCE.sub(moved, data)
    if b"/StructParent" in data:
        data = _KEY_OF_PAGE.sub(
            lambda found: b"/%b %d" % (found[1], int(found[2]) + place * KEYS), data
        )
    if data.startswith(b"<</Type /StructElem"):
        # The cells of a table name their head cells. A pack may have the same leaflet twice, and a
        # name must not lead into the other one.
        data = _CELL.sub(lambda found: found[0].replace(b"(", b"(%d-" % place), data)
    if b"/Annot" in data:  # a link of the clinic's within its leaflet
        data = _TARGET.sub(lambda found: _named(found[0], place), data)
    return data


def _named(name: bytes, place: int) -> bytes:
    """A name, or what begins with one, as a name of its place's own."""
    prefix = f"{place}-"
    utf16 = prefix.encode("utf-16-be").hex().encode()
    return name.replace(b"<feff", b"<feff" + utf16, 1).replace(b"(", b"(" + prefix.encode(), 1)


def _outline_entry(root: bytes, objects: Mapping[int, bytes], free: int) -> tuple[int, bytes]:
    """The number for a leaflet's entry in the outline, and what it says of those below it.

    That is the entry of the title, if everything is below it, or else the old root of all entries.
    """
    if b"/Outlines" not in root:
        return free, b""
    number = _reference(root, "Outlines")
    top = objects[number]
    if _reference(top, "First") == _reference(top, "Last"):
        number = _reference(top, "First")
        top = objects[number]
    if b"/First" not in top:
        return number, b""
    count = re.search(rb"/Count (\d+)", top)
    inner = (_reference(top, "First"), _reference(top, "Last"), int(count[1]) if count else 0)
    # A count below zero says that the entry is closed (ISO 32000-1, 12.3.3).
    return number, b"/First %d 0 R/Last %d 0 R/Count -%d" % inner


# Reading a file as the engine writes it ----------------------------------------------------------


def _objects(shell: Shell) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """A file's objects by number: those with streams, and the others."""
    pdf = shell.pdf
    head, table = _stream(pdf, shell.facts.start)
    widths = [int(width) for width in _array(head, "W").split()]
    step, (kind, where, _) = sum(widths), widths
    rows = [table[at : at + step] for at in range(0, len(table), step)]
    streams: dict[int, bytes] = {}
    objects: dict[int, bytes] = {}
    for number, row in enumerate(rows):
        offset = int.from_bytes(row[kind : kind + where])
        if row[0] != 1 or offset == shell.facts.start:
            continue
        start = pdf.index(b"\n", offset) + 1
        data = pdf[start:]  # only its head is looked at
        if b"/ObjStm" in data[:200].partition(b"\nstream\n")[0]:
            objects |= dict(_inside(*_stream(pdf, offset)))
        else:
            # A stream may hold any bytes, so its length tells where it ends.
            head_end, end = pdf.find(b"\nstream\n", start), pdf.index(b"\nendobj", start)
            if 0 <= head_end < end:
                length = _number(pdf[start:head_end], "Length")
                end = pdf.index(b"\nendobj", head_end + len(b"\nstream\n") + length)
            streams[number] = pdf[start:end]
    return streams, objects


def _stream(pdf: bytes, offset: int) -> tuple[bytes, bytes]:
    """The head of a stream and its content, unpacked."""
    mark = pdf.index(b"\nstream\n", offset)
    head, start = pdf[offset:mark], mark + len(b"\nstream\n")
    content = pdf[start : start + _number(head, "Length")]
    return head, zlib.decompress(content) if b"/FlateDecode" in head else content


def _inside(head: bytes, content: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of an object stream (ISO 32000-1, 7.5.7)."""
    first = _number(head, "First")
    numbers = [int(number) for number in content[:first].split()]
    starts = [first + start for start in numbers[1::2]]
    for number, start, end in zip(numbers[::2], starts, [*starts[1:], len(content)], strict=True):
        yield number, content[start:end].rstrip(b"\n")


def _number(head: bytes, key: str) -> int:
    found = re.search(rf"/{key} (\d+)".encode(), head)
    if not found:
        raise _unexpected(f"`/{key}` is missing")
    return int(found[1])


def _reference(data: bytes, key: str) -> int:
    found = re.search(rf"/{key} \[?(\d+) 0 R".encode(), data)
    if not found:
        raise _unexpected(f"`/{key}` is missing")
    return int(found[1])


def _array(data: bytes, key: str) -> bytes:
    found = re.search(rf"/{key} \[([^\]]*)\]".encode(), data)
    if not found:
        raise _unexpected(f"`/{key}` is missing")
    return found[1]


def _unexpected(words: str) -> HandoutsError:
    message = f"A leaflet cannot be joined with others: {words}"
    hint = "Run `handouts doctor`: this version of the engine may be untested"
    return HandoutsError(Diagnostic("engine-mismatch", message, hint=hint))
