"""What a finished PDF says, read back from its tags, fonts and marks."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

FOOT = 40
"""Points from the lower edge of a page up to where its foot ends."""


@dataclass
class Element:
    """A structure element: its type, its own text and alternative text, and what is inside."""

    type: str
    text: str
    alt: str
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def words(self) -> str:
        """All text below, with single spaces."""
        return " ".join(" ".join(element.text for element in self.walk()).split())


@lru_cache(maxsize=8)
def elements(pdf: bytes) -> list[Element]:
    """Every structure element of all pages, in reading order."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [e for page in document for root in _roots(page) for e in root.walk()]


def headings(pdf: bytes, level: int) -> list[str]:
    """The text of the headings of a level, in reading order."""
    return [element.words for element in elements(pdf) if element.type == f"H{level}"]


def text(pdf: bytes) -> str:
    """All text of all pages, with single spaces."""
    return " ".join(page_texts(pdf))


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(page.split()) for page in pages]


def last_lines(pdf: bytes) -> list[str]:
    """The lowest line of text of each page above the foot, from its left end to a gap."""
    lines = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            textpage = page.get_textpage()
            count = textpage.count_rects()
            boxes = [textpage.get_rect(number) for number in range(count)]
            above = [box for box in boxes if box[1] > FOOT]
            lowest = min(box[1] for box in above)
            line = [box for box in above if box[1] < lowest + 3]  # accents and descenders
            lines.append(textpage.get_text_bounded(*min(line)).strip())
    return lines


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in millimetres, to a tenth."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in document]


def fonts(pdf: bytes) -> dict[str, bool]:
    """Base names of the fonts, without subset prefix, and whether each is embedded."""
    found: dict[str, bool] = {}
    with pikepdf.open(_stream(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                name = str(item["/FontName"]).lstrip("/").partition("+")[2]
                found[name] = "/FontFile2" in item or "/FontFile3" in item
    return found


def _roots(page: Any) -> Iterator[Element]:
    marked = _marked_text(page)
    tree = raw.FPDF_StructTree_GetForPage(page)
    for index in range(raw.FPDF_StructTree_CountChildren(tree)):
        yield _element(raw.FPDF_StructTree_GetChildAtIndex(tree, index), marked)
    raw.FPDF_StructTree_Close(tree)


def _element(handle: Any, marked: dict[int, str]) -> Element:
    count = raw.FPDF_StructElement_CountChildren(handle)
    ids = [raw.FPDF_StructElement_GetChildMarkedContentID(handle, i) for i in range(count)]
    inner = [raw.FPDF_StructElement_GetChildAtIndex(handle, i) for i in range(count)]
    return Element(
        _string(raw.FPDF_StructElement_GetType, handle),
        "".join(marked.get(number, "") for number in ids),
        _string(raw.FPDF_StructElement_GetAltText, handle),
        [_element(child, marked) for child in inner if child],
    )


def _marked_text(page: Any) -> dict[int, str]:
    """Text of a page by marked-content number."""
    found: dict[int, str] = {}
    textpage = page.get_textpage()
    for index in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_TEXT:
            number = raw.FPDFPageObj_GetMarkedContentID(item)
            found[number] = found.get(number, "") + _object_text(item, textpage)
    return found


def _object_text(item: Any, textpage: Any) -> str:
    size = raw.FPDFTextObj_GetText(item, textpage, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    raw.FPDFTextObj_GetText(item, textpage, buffer, size)
    return bytes(buffer)[:-2].decode("utf-16-le")


def _string(read: Callable[..., int], handle: Any) -> str:
    size = read(handle, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    read(handle, buffer, size)
    return buffer.raw[: max(size, 2) - 2].decode("utf-16-le")


def _stream(pdf: bytes) -> Any:
    from io import BytesIO

    return BytesIO(pdf)
