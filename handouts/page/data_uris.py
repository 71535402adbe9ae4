"""Pictures as data URIs, which a page can hold: it may load no file."""

from __future__ import annotations

import base64
import re

from handouts.content.assets.svg import SVG
from handouts.model.colour import pale_grey


def in_grey(svg: str, ground: float) -> str:
    """A drawing whose own colours, beside those of the palette, become pale greys."""
    greys = {}
    for colour in set(_HEX.findall(svg)):
        whole = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
        # The palette is grey by now, and is not made any paler.
        is_grey = whole[1:3] == whole[3:5] == whole[5:7]
        greys[colour] = whole if is_grey else pale_grey(whole, ground)
    return _HEX.sub(lambda found: greys[found[0]], svg)


_HEX = re.compile(r"(?<!url\()#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
"""A colour; `url(#fe1-skin)` is the name of a gradient."""


def svg_uri(svg: str) -> str:
    """A drawing as a data URI."""
    return data_uri(svg.encode(), SVG)


def data_uri(data: bytes, media_type: str) -> str:
    """A picture's bytes as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
