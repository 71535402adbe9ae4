"""Joins leaflets into one tagged PDF, a pack, without rendering anything.

PDF libraries that join files lose the tags, or keep them under the wrong pages, which no validator
notices. Here, each leaflet's tags become a part of one document, and every leaflet begins on a new
sheet.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.pdf import blocks
from handouts.pdf.blocks import Block, block_of, first_number
from handouts.pdf.imprint import ImprintData, filled_objects
from handouts.pdf.objects import cross_reference, stream_object, text_string
from handouts.pdf.shells import KeyedShell

MOST = 200
"""Most leaflets in a pack: readers of PDF allow four million objects."""

_ROOT, _OUTLINE, _INFO, _METADATA, _REFERENCES = 1, 6, 7, 8, 9


@dataclass(frozen=True)
class Part:
    """A leaflet of a pack: its shell, what is printed into it, and its language."""

    keyed: KeyedShell
    data: ImprintData
    language: str

    @property
    def title(self) -> str:
        """Its title, with a mark if it is a draft."""
        return self.keyed.shell.facts.entries["/Title"]

    @property
    def pages(self) -> int:
        """The number of its pages, without the empty one that may follow."""
        return self.keyed.shell.pages


def pack(parts: Sequence[Part], title: str, copies: int = 1) -> bytes:
    """Leaflets as one PDF. The same input gives the same bytes.

    ``copies`` is what a print dialogue proposes.
    HandoutsError if there are too many.
    """
    if len(parts) > MOST:
        message = f"A pack of {len(parts)} leaflets is too long: at most {MOST} can be joined"
        raise HandoutsError(Diagnostic("wrong-length", message, hint="Make several packs"))
    joined = [
        block_of(None if part.keyed.private else part.keyed.key, part.keyed.shell, n, part.language)
        for n, part in enumerate(parts)
    ]
    # Four bytes that are no text, so that no program takes the file for text (ISO 32000-1, 7.5.2).
    body, at, rows = [b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"], 0, list[tuple[int, bytes]]()
    at = len(body[0])
    for place, (part, block) in enumerate(zip(parts, joined, strict=True)):
        own = dict(filled_objects(part.keyed.shell, part.data, first_number(place)))
        own[block.entry] = _entry(part, place, joined)
        # The imprint's objects have numbers beyond the block's. A row has seven bytes (`/W`).
        last = max(own)
        table = bytearray(block.rows)
        table += cross_reference(0, 0, 65535) * (last - block.first + 1 - len(table) // 7)
        offsets = {number: at + offset for number, offset in block.streams.items()}
        body.append(block.body)
        at += len(block.body)
        at = _add(own, body, at, offsets)
        for number, offset in offsets.items():
            row = (number - block.first) * 7
            table[row : row + 7] = cross_reference(1, offset)
        rows.append((block.first, bytes(table)))

    offsets = dict[int, int]()
    at = _add(_own_objects(parts, joined, title, copies), body, at, offsets)
    digest = hashlib.sha256(b"".join(body)).hexdigest()[:32]
    offsets[_REFERENCES] = at
    first = b"".join(cross_reference(1, offsets[n]) for n in sorted(offsets))
    rows.insert(0, (0, cross_reference(0, 0, 65535) + first))
    index = " ".join(f"{number} {len(table) // 7}" for number, table in rows)
    size = rows[-1][0] + len(rows[-1][1]) // 7
    packed = zlib.compress(b"".join(table for _, table in rows), 1)
    entries = (
        f"/Type /XRef /W [1 4 2] /Index [{index}] /Size {size} /Filter /FlateDecode "
        f"/Root {_ROOT} 0 R /Info {_INFO} 0 R /ID [<{digest}> <{digest}>]"
    )
    _add({_REFERENCES: stream_object(entries, packed)}, body, at, {})
    body.append(b"startxref\n%d\n%%%%EOF\n" % at)
    return b"".join(body)


def _add(objects: dict[int, bytes], body: list[bytes], at: int, offsets: dict[int, int]) -> int:
    """Append objects to the body, note their offsets, and give the offset after them."""
    for number in sorted(objects):
        offsets[number] = at
        body.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(body[-1])
    return at


def _entry(part: Part, place: int, joined: Sequence[Block]) -> bytes:
    """The leaflet's entry in the outline, closed."""
    block = joined[place]
    beside = b""
    if place:
        beside += b"/Prev %d 0 R" % joined[place - 1].entry
    if place < len(joined) - 1:
        beside += b"/Next %d 0 R" % joined[place + 1].entry
    title = text_string(part.title)
    where = b"/Dest [%d 0 R /Fit]/Parent %d 0 R" % (block.front, _OUTLINE)
    return b"<</Title %b%b%b%b>>" % (title, where, beside, block.inner)


def _own_objects(
    parts: Sequence[Part], joined: Sequence[Block], title: str, copies: int
) -> dict[int, bytes]:
    """The objects that a pack has once, by number."""
    facts = [part.keyed.shell.facts.entries for part in parts]
    sheets = sum(part.pages + part.pages % 2 for part in parts)
    viewer = b"/DisplayDocTitle true"
    if sheets > 1:
        viewer += b"/Duplex /DuplexFlipLongEdge"
    if copies > 1:
        viewer += b"/NumCopies %d" % copies
    names = b" ".join(sorted(name for block in joined for name in block.destinations))
    root = b"<</Type /Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/Outlines %d 0 R" % (
        blocks.PAGES,
        blocks.STRUCTURE,
        _OUTLINE,
    )
    root += b"/Metadata %d 0 R/MarkInfo <</Marked true>>" % _METADATA
    root += b"/Lang %b" % text_string(parts[0].language)
    root += b"/ViewerPreferences <<%b>>" % viewer
    root += b"/Names <</Dests <</Names [%b]>>>>>>" % names if names else b">>"

    def kids(numbers: list[int]) -> bytes:
        return b"[%b]" % b" ".join(b"%d 0 R" % number for number in numbers)

    document = b"<</Type /StructElem/S /Document/P %d 0 R/K " % blocks.STRUCTURE
    keywords = ", ".join(entries["/Keywords"] for entries in facts if "/Keywords" in entries)
    about = {
        "/Title": title,
        "/Author": parts[-1].data.author,
        "/Keywords": keywords,
        **{key: facts[-1][key] for key in ("/Producer", "/CreationDate") if key in facts[-1]},
    }
    packet = _packet(about).encode()
    return {
        _ROOT: root,
        blocks.PAGES: b"<</Type /Pages/Kids %b/Count %d>>"
        % (kids([block.pages for block in joined]), sheets),
        blocks.STRUCTURE: b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>"
        % (blocks.PARENT_TREE, blocks.DOCUMENT),
        blocks.DOCUMENT: document + kids([block.structure for block in joined]) + b">>",
        blocks.PARENT_TREE: b"<</Kids %b>>" % kids([block.tree for block in joined]),
        _OUTLINE: b"<</Type /Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        % (joined[0].entry, joined[-1].entry, len(joined)),
        _INFO: b"<<%b>>" % b"".join(f"{k} ".encode() + text_string(v) for k, v in about.items()),
        _METADATA: stream_object("/Type /Metadata /Subtype /XML", packet),
    }


def _packet(about: dict[str, str]) -> str:
    """The same facts as XMP metadata, and the standard that the file meets."""
    said = {key: escape(value, quote=False) for key, value in about.items()}
    day = said.get("/CreationDate", "").removeprefix("D:")
    made = f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    return f"""\
<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{said["/Title"]}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{said["/Author"]}</rdf:li></rdf:Seq></dc:creator>
<pdf:Keywords>{said["/Keywords"]}</pdf:Keywords>
<pdf:Producer>{said.get("/Producer", "")}</pdf:Producer>
<xmp:CreateDate>{made}</xmp:CreateDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
