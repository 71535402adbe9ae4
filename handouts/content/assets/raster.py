"""Checks whether a PNG or JPEG can be printed. The only module here that imports Pillow."""

from __future__ import annotations

import warnings
from io import BytesIO
from threading import Lock

from handouts.limits import free_in_forks

MAX_PIXELS = 25_000_000
"""Most pixels of a raster picture that is opened: 5,000 by 5,000."""

_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")
"""Pillow's names of the colour modes that the engine can print."""

_PILLOW = free_in_forks(Lock())  # LOAD_TRUNCATED_IMAGES is global to the process


MAX_SCANS = 50
"""Most scans of a JPEG, each of which goes over the whole picture; cameras write at most 10."""


def raster_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a picture without fault, held as the camera meant it."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data)) as image:
        return ImageOps.exif_transpose(image).size


def raster_in_grey(data: bytes) -> bytes:
    """A picture without fault in greys, as PNG bytes."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    buffer = BytesIO()
    Image.alpha_composite(white, upright).convert("L").save(buffer, "PNG")
    return buffer.getvalue()


def raster_fault(data: bytes, max_pixels: int = MAX_PIXELS) -> str | None:
    """Why a PNG or JPEG cannot be printed, as the end of "This picture …"; None if it can."""
    from PIL import Image, ImageFile, ImageOps

    # The marker before each scan is counted in the bytes, so that nothing has to be decoded.
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_SCANS:
        return f"has more than {MAX_SCANS} scans"
    with _PILLOW, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        # WeasyPrint makes Pillow accept truncated pictures everywhere.
        lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > max_pixels:
                    return f"has too many pixels: {image.width:,} by {image.height:,}"
                image.load()  # opening reads only the header
                if image.mode not in _MODES:
                    return "has 16-bit greyscale, but only 8 bits can be printed"
                ImageOps.exif_transpose(image)  # the notes of a camera may be spoilt, too
        except Image.DecompressionBombError:
            return "has too many pixels"
        except Exception:  # noqa: BLE001 - whatever Pillow makes of what it cannot read
            return "is damaged, or is not a PNG or JPEG picture"
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return None
