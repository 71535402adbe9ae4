"""PDF objects as parts: bytes with gaps where other objects are named, to be set into any file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Part = bytes | int
"""Bytes of an object, or the place of another object in the list that it refers to."""

Parts = tuple[Part, ...]

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")


class Reader:
    """Takes objects out of a ``pydyf.PDF``; what they refer to follows in ``rest``."""

    def __init__(self, pdf: Any) -> None:
        self._objects = pdf.objects
        self._places: dict[int, int] = {}

    def parts(self, item: Any) -> Parts:
        """An object as it would stand in the file."""
        head, mark, content = item.data.partition(b"\nstream\n")
        return joined([*self._parted(head), mark, content])

    def rest(self) -> tuple[Parts, ...]:
        """Everything that was referred to, in the order of the places given."""
        read: list[Parts] = []
        while len(read) < len(self._places):
            number = list(self._places)[len(read)]
            read.append(self.parts(self._objects[number]))
        return tuple(read)

    def _parted(self, data: bytes) -> list[Part]:
        pieces: list[Part] = list(_REFERENCE.split(data))
        for index in range(1, len(pieces), 2):
            pieces[index] = self._places.setdefault(int(pieces[index]), len(self._places))
        return pieces


def number_of(reference: bytes) -> int:
    """The number of the object that is referred to."""
    return int(reference.split()[0])


def shared_resources(pdf: Any) -> Any:
    """The resources that all pages of a ``pydyf.PDF`` share."""
    page = pdf.objects[pdf.pages["Kids"][0]]
    return pdf.objects[number_of(page["Resources"])]


def joined(parts: Iterable[Part]) -> Parts:
    """Neighbouring bytes as one."""
    whole: list[Part] = []
    for part in parts:
        last = whole[-1] if whole else None
        if isinstance(part, bytes) and isinstance(last, bytes):
            whole[-1] = last + part
        else:
            whole.append(part)
    return tuple(whole)


def placed(parts: Parts, numbers: Mapping[int, int]) -> bytes:
    """The bytes of an object in a file where its references have these numbers."""
    return b"".join(b"%d 0 R" % numbers[p] if isinstance(p, int) else p for p in parts)


def moved(parts: Parts, by: int) -> Parts:
    """Parts whose references stand further on in a longer list."""
    return tuple(part + by if isinstance(part, int) else part for part in parts)


def plain(parts: Parts) -> list[str | int]:
    """Parts as JSON can hold them."""
    return [part if isinstance(part, int) else part.decode("latin-1") for part in parts]


def parts_of(plain: Iterable[str | int]) -> Parts:
    """Take back what ``plain`` gave."""
    return tuple(part if isinstance(part, int) else part.encode("latin-1") for part in plain)
