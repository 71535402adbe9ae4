"""Reads finished PDF files back: pages as pictures, keywords. Only here is pypdfium2 imported."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from threading import Lock
from typing import Any

from handouts.limits import free_in_forks

_PDFIUM = free_in_forks(Lock())  # PDFium is not thread-safe


def page_pictures(pdf: bytes, dots_per_inch: int = 110) -> tuple[bytes, ...]:
    """Each page as PNG bytes, in order."""
    pictures = []
    for image in page_images(pdf, dots_per_inch):
        buffer = BytesIO()
        image.save(buffer, "PNG")
        pictures.append(buffer.getvalue())
    return tuple(pictures)


def page_picture(pdf: bytes, number: int, dots_per_inch: int) -> bytes:
    """One page as PNG bytes, larger than needed but written quickly. Pages count from 1."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        image = document[number - 1].render(scale=dots_per_inch / 72).to_pil()
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def page_jpegs(pdf: bytes, dots_per_inch: int, page: int | None = None) -> tuple[bytes, ...]:
    """Each page as JPEG bytes, in order, or only one: a third of the time and size of PNG.

    Pages count from 1.
    """
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        wanted = range(len(document)) if page is None else (page - 1,)
        images = [document[n].render(scale=dots_per_inch / 72).to_pil() for n in wanted]
    pictures = []
    for image in images:
        buffer = BytesIO()
        image.convert("RGB").save(buffer, "JPEG", quality=80)
        pictures.append(buffer.getvalue())
    return tuple(pictures)


def page_sizes(pdf: bytes, dots_per_inch: int) -> tuple[tuple[int, int], ...]:
    """Width and height of each page in dots."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        sizes = [page.get_size() for page in document]
    scale = dots_per_inch / 72
    return tuple((round(width * scale), round(height * scale)) for width, height in sizes)


def page_images(pdf: bytes, dots_per_inch: int) -> list[Any]:
    """Each page as a Pillow image in RGB, in order."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        # Scale 1 is 72 dots per inch: one pixel per point.
        return [page.render(scale=dots_per_inch / 72).to_pil() for page in document]


Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points, from the lower left corner of a page."""


def texts_in_boxes(pdf: bytes, boxes: Sequence[Box]) -> list[str]:
    """The text inside a box on each page, in order."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [
            page.get_textpage().get_text_bounded(*box)
            for page, box in zip(document, boxes, strict=True)
        ]


def page_words(pdf: bytes) -> tuple[str, ...] | None:
    """The text of each page with single spaces; None if the file cannot be read."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            texts = [page.get_textpage().get_text_bounded() for page in document]
    except pypdfium2.PdfiumError:
        return None
    return tuple(" ".join(text.split()) for text in texts)


def outline_pages(pdf: bytes) -> tuple[int, ...]:
    """The pages, from 0, of the entries at the top of a file's outline."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        tops = [entry for entry in document.get_toc() if entry.level == 0]
        targets = [entry.get_dest() for entry in tops]
        return tuple(target.get_index() for target in targets if target is not None)


def pdf_keywords(pdf: bytes) -> str | None:
    """The keywords in a PDF's document information; None if it is not a PDF."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            return str(document.get_metadata_value("Keywords"))
    except pypdfium2.PdfiumError:
        return None
