"""Finished PDF files read back: pages as pictures, the code in the information. Owns pypdfium2."""

from __future__ import annotations

from io import BytesIO
from threading import Lock

_PDFIUM = Lock()  # PDFium is not safe for threads


def page_pictures(pdf: bytes, dots_per_inch: int = 110) -> tuple[bytes, ...]:
    """Each page as PNG bytes, in order."""
    import pypdfium2

    pictures = []
    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            buffer = BytesIO()
            page.render(scale=dots_per_inch / 72).to_pil().save(buffer, "PNG")
            pictures.append(buffer.getvalue())
    return tuple(pictures)


def pdf_keywords(pdf: bytes) -> str | None:
    """The keywords of a PDF file's information; None where it is not a PDF file."""
    import pypdfium2

    try:
        with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            return str(document.get_metadata_value("Keywords"))
    except pypdfium2.PdfiumError:
        return None
