"""Reads finished PDF files back: pages as pictures, keywords. Only here is pypdfium2 imported."""

from __future__ import annotations

from io import BytesIO
from threading import Lock

from handouts.limits import free_in_forks

_PDFIUM = free_in_forks(Lock())  # PDFium is not thread-safe


def page_pictures(pdf: bytes, dots_per_inch: int = 110) -> tuple[bytes, ...]:
    """Each page as PNG bytes, in order."""
    import pypdfium2

    pictures = []
    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            buffer = BytesIO()
            # Scale 1 is 72 dots per inch: one pixel per point.
            page.render(scale=dots_per_inch / 72).to_pil().save(buffer, "PNG")
            pictures.append(buffer.getvalue())
    return tuple(pictures)


def pdf_keywords(pdf: bytes) -> str | None:
    """The keywords in a PDF's document information; None if it is not a PDF."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            return str(document.get_metadata_value("Keywords"))
    except pypdfium2.PdfiumError:
        return None
