"""Compares drawings pixel by pixel, and finds what can be seen of them on white paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from io import BytesIO
from typing import TypeAlias

import PIL.Image
from PIL import ImageChops, ImageOps

Image: TypeAlias = PIL.Image.Image

_LINES, _AREAS = ((96, 0.0003), (64, 0.001)), ((24, 0.0001), (8, 0.0005))
"""Two drawings differ if a greater share of their pixels than given differs by so many levels (of
255); areas are at least three pixels wide, so that seams between neighbours do not count."""

_INK = 236
"""Greatest value of a pixel's darkest channel (255 is white) that is seen on white paper."""


def upright(data: bytes) -> Image:
    """A picture, turned as its camera says."""
    return ImageOps.exif_transpose(PIL.Image.open(BytesIO(data)))


def on_white(image: Image) -> Image:
    """A picture on white paper, in RGB."""
    layer = image.convert("RGBA")
    paper = PIL.Image.new("RGBA", layer.size, "white")
    paper.alpha_composite(layer)
    return paper.convert("RGB")


def seen_box(image: Image) -> tuple[int, int, int, int] | None:
    """The box of everything that is seen on white paper: left, top, right, bottom."""
    darkest = reduce(ImageChops.darker, image.split())
    return darkest.point([255 * (level <= _INK) for level in range(256)]).getbbox()


def differ(one: Image, other: Image) -> bool:
    """Whether two drawings of one size look different, apart from the edges of shapes."""
    # Both ways, since what only the other drawing shows is within that drawing's own range.
    apart = ImageChops.lighter(_beyond(one, other), _beyond(other, one))
    lines = reduce(ImageChops.lighter, apart.split())
    areas = _around(lines, ImageChops.darker)
    pixels = one.width * one.height
    return any(
        sum(image.histogram()[level:]) > share * pixels
        for image, signs in ((lines, _LINES), (areas, _AREAS))
        for level, share in signs
    )


def _beyond(one: Image, other: Image) -> Image:
    """By how much each pixel is outside the range of the other drawing's pixels around it."""
    above = ImageChops.subtract(one, _around(other, ImageChops.lighter))
    below = ImageChops.subtract(_around(other, ImageChops.darker), one)
    return ImageChops.lighter(above, below)


def _around(image: Image, choose: Callable[[Image, Image], Image]) -> Image:
    """Each pixel's lightest or darkest neighbour or itself; faster than Pillow's rank filters."""
    for x, y in ((1, 0), (0, 1)):
        before, after = ImageChops.offset(image, x, y), ImageChops.offset(image, -x, -y)
        image = choose(image, choose(before, after))
    return image
