"""PDF pages to PNG pictures: the only module that imports pypdfium2."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO


def page_pictures(pdf: bytes, dots_per_inch: int = 110) -> Iterator[bytes]:
    """Each page as PNG bytes, in order."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            buffer = BytesIO()
            page.render(scale=dots_per_inch / 72).to_pil().save(buffer, "PNG")
            yield buffer.getvalue()
    finally:
        document.close()
