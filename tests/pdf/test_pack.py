"""Leaflets joined into a pack: everything of each is there, under the right page, and only once.

No validator notices tags that belong to other pages, so headings are read back page by page.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

import page as page_validation
import pikepdf
import pypdfium2
import pytest

from handouts.cli.options import user_store
from handouts.diagnostics import HandoutsError
from handouts.pdf import blocks
from handouts.pdf.imprint import imprint
from handouts.pdf.pack import MOST, Part, pack
from handouts.pdf.read import page_pictures, pdf_keywords
from handouts.pdf.shells import get_or_render, imprint_data
from tests import readback
from tests.world import demo, demo_document

ODD, EVEN, TABLES = "fractional-co2-laser", "my-wound-card", "acne-explained"
"""A leaflet with seven pages, one with two, and one whose tables have cells that name others."""


@lru_cache(maxsize=8)
def part(leaflet: str) -> Part:
    document, layers = demo_document(leaflet, "a4"), demo().workspace.template_layers
    keyed = get_or_render(document, layers, user_store())
    data = imprint_data(document, layers, keyed.shell.areas, user_store())[1]
    return Part(keyed, data, document.language)


def alone(leaflet: str) -> bytes:
    return imprint(part(leaflet).keyed.shell, part(leaflet).data)


def packed(*leaflets: str, **options: Any) -> bytes:
    return pack([part(leaflet) for leaflet in leaflets], "A pack", **options)


PACKS = {
    "one": (EVEN,),
    "an odd one last": (EVEN, ODD),
    "an odd one first": (ODD, EVEN, TABLES),
    "the same twice": (TABLES, TABLES),
    "twelve": (EVEN,) * 12,
}


@pytest.mark.parametrize("leaflets", PACKS.values(), ids=PACKS)
def test_a_pack_is_what_its_leaflets_are(leaflets: tuple[str, ...]) -> None:
    pdf = packed(*leaflets)
    assert page_validation.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    expected: list[Any] = []
    for leaflet in leaflets:
        sheet = _tags_by_page(alone(leaflet))
        expected += [*sheet, *([Counter()] if len(sheet) % 2 else [])]
    assert _tags_by_page(pdf) == expected
    with pikepdf.open(BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []


def test_the_pages_look_as_they_do_alone() -> None:
    pictures = page_pictures(packed(ODD, EVEN), 40)
    seven, two = page_pictures(alone(ODD), 40), page_pictures(alone(EVEN), 40)
    assert pictures[:7] == seven
    assert pictures[8:] == two


def test_a_leaflet_begins_on_a_new_sheet() -> None:
    texts = readback.page_texts(packed(ODD, EVEN))
    assert len(texts) == 10
    assert [number for number, text in enumerate(texts) if not text] == [7]
    assert readback.page_sizes(packed(ODD, EVEN)) == [(210.0, 297.0)] * 10


def test_each_leaflet_is_a_part_of_the_document() -> None:
    with pikepdf.open(BytesIO(packed(ODD, EVEN))) as document:
        (whole,) = document.Root.StructTreeRoot.K
        assert whole.S == "/Document"
        assert [(str(kid.S), str(kid.Lang)) for kid in whole.K] == [("/Part", "en")] * 2
        assert [str(kid["/T"]) for kid in whole.K] == [part(ODD).title, part(EVEN).title]
        assert {kid.P.objgen for kid in whole.K} == {whole.objgen}


def test_the_outline_has_a_closed_entry_for_each_leaflet() -> None:
    with pikepdf.open(BytesIO(packed(ODD, EVEN))) as document, document.open_outline() as outline:
        entries = [(entry.title, entry.is_closed) for entry in outline.root]
        assert entries == [(part(ODD).title, True), (part(EVEN).title, True)]
        first, second = outline.root
        assert first.children
        assert _page_of(document, second) == 8


def test_names_of_cells_are_unique_and_found() -> None:
    """In a pack with the same leaflet twice, each table has cells of its own."""
    with pikepdf.open(BytesIO(packed(TABLES, TABLES))) as document:
        items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        names = [str(item.ID) for item in items if "/ID" in item and "/S" in item]
        heads = [str(h) for item in items for h in _headers(item)]
    assert names
    assert len(names) == len(set(names)) == 2 * len(_names_alone())
    assert set(heads) <= set(names)


def test_every_page_finds_its_tags() -> None:
    with pikepdf.open(BytesIO(packed(ODD, EVEN, TABLES))) as document:
        tree = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        for number, page in enumerate(document.pages):
            if "/StructParents" not in page:
                assert "/Contents" not in page  # the empty one
                continue
            tags = tree[int(page.StructParents)]
            assert {tag.Pg.objgen for tag in tags if tag.S == "/Span"} <= {page.obj.objgen}, number


def test_keywords_have_the_code_of_each_leaflet() -> None:
    codes = [demo_document(leaflet, "a4").code for leaflet in (ODD, EVEN)]
    assert pdf_keywords(packed(ODD, EVEN)) == ", ".join(codes)


@pytest.mark.parametrize(
    ("leaflets", "copies", "expected"),
    [
        ((ODD,), 1, {"/Duplex": "/DuplexFlipLongEdge"}),
        ((EVEN, ODD), 3, {"/Duplex": "/DuplexFlipLongEdge", "/NumCopies": 3}),
    ],
)
def test_what_print_dialogues_propose(
    leaflets: tuple[str, ...], copies: int, expected: dict[str, object]
) -> None:
    with pikepdf.open(BytesIO(packed(*leaflets, copies=copies))) as document:
        preferences = dict(document.Root.ViewerPreferences)
    assert preferences == {"/DisplayDocTitle": True, **expected}


def test_a_leaflet_on_its_own_is_printed_on_both_sides_too() -> None:
    with pikepdf.open(BytesIO(alone(ODD))) as document:
        assert document.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"


def test_the_same_input_gives_the_same_bytes() -> None:
    first = packed(ODD, EVEN)
    blocks._BLOCKS.clear()
    assert hashlib.sha256(packed(ODD, EVEN)).digest() == hashlib.sha256(first).digest()


def test_nothing_of_a_private_shell_is_kept() -> None:
    """Of a page that a clinic's own template has printed a patient's words on."""
    private = replace(part(EVEN), keyed=replace(part(EVEN).keyed, private=True))
    blocks._BLOCKS.clear()
    assert pack([private], "A pack") == packed(EVEN)
    assert len(blocks._BLOCKS) == 1


def test_too_many_leaflets_are_refused() -> None:
    with pytest.raises(HandoutsError, match="too long"):
        pack([part(EVEN)] * (MOST + 1), "A pack")


def test_text_that_looks_like_a_reference_stays_as_it_is() -> None:
    data = rb"<</Type /StructElem/Alt (see 5 0 R \(6 0 R\))/K [7 0 R]/ID (1-2)>>"
    expected = rb"<</Type /StructElem/Alt (see 5 0 R \(6 0 R\))/K [107 0 R]/ID (3-1-2)>>"
    assert blocks._renumbered(data, 100, 3) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (b"<</Subtype /Link/A <</S /GoTo/D (here)>>/Type /Annot>>", b"/D (2-here)"),
        (b"<</Type /Annot/Dest <feff00e9>>>", b"/Dest <feff0032002d00e9>"),
        (b"<</Type /Annot/StructParent 4>>", b"/StructParent 2052"),
    ],
)
def test_links_stay_within_their_leaflet(link: bytes, expected: bytes) -> None:
    assert expected in blocks._renumbered(link, 100, 2)


# Reading back ------------------------------------------------------------------------------------


def _tags_by_page(pdf: bytes) -> list[Counter[tuple[str, str, str]]]:
    """What is tagged on each page: types, words and alternative texts."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            found = (e for root in readback._roots(page) for e in root.walk())
            pages.append(Counter((e.type, e.text, e.alt) for e in found if e.text or e.alt))
    return pages


def _page_of(document: pikepdf.Pdf, entry: pikepdf.OutlineItem) -> int:
    assert entry.destination is not None
    target: Any = entry.destination
    return [page.obj.objgen for page in document.pages].index(target[0].objgen)


def _headers(item: pikepdf.Dictionary) -> Iterator[Any]:
    attributes = item.get("/A")
    if isinstance(attributes, pikepdf.Dictionary) and "/Headers" in attributes:
        yield from attributes.Headers


def _names_alone() -> list[bytes]:
    with pikepdf.open(BytesIO(alone(TABLES))) as document:
        items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        return [bytes(item.ID) for item in items if "/ID" in item and "/S" in item]
