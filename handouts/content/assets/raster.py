"""Looks into a PNG or JPEG picture for what could not be printed as it is. Owns Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock

MAX_PIXELS = 25_000_000
"""The largest raster picture that is opened: 5,000 by 5,000 pixels."""

_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")
"""How Pillow names what the engine can print."""

_PILLOW = Lock()  # its strictness is one flag for the whole process


def raster_fault(data: bytes) -> str | None:
    """Why a PNG or JPEG cannot be printed, as the end of "This picture …"; None where it can."""
    from PIL import Image, UnidentifiedImageError

    try:
        with _strictly(), Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_PIXELS:
                return f"has too many pixels: {image.width:,} by {image.height:,}"
            image.load()
            if image.mode not in _MODES:
                return "has 16-bit greyscale, but only 8 bits can be printed"
    except Image.DecompressionBombError:
        return "has too many pixels"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "is damaged, or is not a PNG or JPEG picture"
    return None


@contextmanager
def _strictly() -> Iterator[None]:
    """A picture that breaks off is damaged: the engine tells Pillow otherwise for the process."""
    from PIL import Image, ImageFile

    with _PILLOW:
        lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient
