"""Pictures: a clinic's logo looked into, and PDF pages as PNG. Owns Pillow and pypdfium2."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from handouts.svg import svg_fault

SVG = "image/svg+xml"

MOST_PIXELS = 25_000_000
"""The largest raster picture that is opened: 5,000 by 5,000 pixels."""

_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")
"""How Pillow names what the engine can print."""


def picture_fault(data: bytes, media_type: str) -> str | None:
    """Why a picture cannot be printed, as the end of "This picture …"; None where it can."""
    return svg_fault(data, raster_fault) if media_type == SVG else raster_fault(data)


def raster_fault(data: bytes) -> str | None:
    """The same for a PNG or JPEG picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with _strictly(), Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                return f"has {image.width:,} by {image.height:,} pixels, which is too many"
            image.load()
            if image.mode not in _MODES:
                return "has 16 bits of grey, where 8 are printed"
    except Image.DecompressionBombError:
        return "has too many pixels"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "is damaged, or is not a PNG or JPEG picture"
    return None


@contextmanager
def _strictly() -> Iterator[None]:
    """A picture that breaks off is damaged: the engine tells Pillow otherwise for the process."""
    from PIL import Image, ImageFile

    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


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


def pdf_keywords(pdf: bytes) -> str | None:
    """The keywords of a PDF file's information; None where it is not a PDF file."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            return str(document.get_metadata_value("Keywords"))
    except pypdfium2.PdfiumError:
        return None
