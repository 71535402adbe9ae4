"""Brand colours in a PDF: palettes of one colour, which the pages name; one object changes it.

A page is pressed with stand-ins; the imprint puts the clinic's colours in their place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

import pydyf


def ink_name(colour: str) -> str:
    """The name of a ``#rrggbb`` among a page's colour spaces."""
    return f"Brand{colour[1:]}"


def palette(colour: str) -> pydyf.Array:
    """The colour space of a ``#rrggbb``: an index with one entry (ISO 32000-1, 8.6.6.3)."""
    return pydyf.Array(("/Indexed", "/DeviceRGB", 0, f"<{colour[1:]}>"))


def inked(commands: Iterable[Any], colours: Collection[str]) -> list[Any]:
    """Commands that name these colours where they set them in numbers."""
    return [_named(command) if _colour(command) in colours else command for command in commands]


def _colour(command: Any) -> str | None:
    if isinstance(command, bytes) and command[-3:] in (b" rg", b" RG"):
        return _set_colour(command)
    return None


@lru_cache(maxsize=1024)
def _set_colour(command: bytes) -> str:
    return "#" + "".join(f"{round(float(number) * 255):02x}" for number in command.split()[:3])


def _named(command: bytes) -> bytes:
    name = ink_name(_set_colour(command)).encode()
    fill = command.endswith(b"rg")
    return b"/%b %b 0 %b" % (name, b"cs" if fill else b"CS", b"sc" if fill else b"SC")


def add_palettes(pdf: pydyf.PDF, spaces: Any, colours: Iterable[str]) -> dict[str, int]:
    """Give a file the colours that its pages name; the numbers of their objects."""
    numbers = {}
    for colour in sorted(colours):
        space = palette(colour)
        pdf.add_object(space)
        spaces[ink_name(colour)] = space.reference
        numbers[colour] = space.number
    return numbers
