"""Pictures: a clinic's logo looked into, and PDF pages as PNG. Owns Pillow and pypdfium2."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import BytesIO

MOST_PIXELS = 25_000_000
"""The largest raster picture that is opened: 5,000 by 5,000 pixels."""


def picture_fault(data: bytes, media_type: str) -> str | None:
    """Why a picture cannot be printed, as the end of "This picture …"; None where it can."""
    return _svg_fault(data) if media_type == "image/svg+xml" else _raster_fault(data)


def _svg_fault(data: bytes) -> str | None:
    if b"<!ENTITY" in data:
        return "declares XML entities"
    try:
        root = ET.fromstring(data)  # noqa: S314 - entities are refused above
    except (ET.ParseError, LookupError, ValueError):
        return "is not a valid SVG file"
    return None if root.tag.rpartition("}")[2] == "svg" else "is not an SVG drawing"


def _raster_fault(data: bytes) -> str | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                return f"has {image.width} by {image.height} pixels, which is too many"
            image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return "is damaged, or is not a PNG or JPEG picture"
    return None


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
