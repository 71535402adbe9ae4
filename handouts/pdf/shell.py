"""Shells: leaflets rendered once for all clinics, with areas and colours that wait for one.

Printers keep stocks of pre-printed shells and add the local name later. Here areas and brand
colours are single objects of a PDF, which ``imprint`` replaces.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, Self

from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.page.areas import Area
from handouts.pdf.internals import FileFacts
from handouts.store import Store, TypedCache


@dataclass(frozen=True)
class BrandColour:
    """A colour of the brand at its full strength or thinned on white; ``number`` is its object."""

    number: int
    token: Literal["primary", "accent"]
    strength: float


@dataclass(frozen=True)
class Shell:
    """A PDF with areas that wait for a clinic, and the numbers of the objects to replace.

    ``pictures`` and ``texts`` hold, for each area's name, its placeholders and their alternative
    texts.
    """

    pdf: bytes
    pages: int
    areas: tuple[Area, ...]
    facts: FileFacts
    pictures: Mapping[str, tuple[int, ...]]
    texts: Mapping[str, tuple[int, ...]]
    colours: tuple[BrandColour, ...]

    def to_bytes(self) -> bytes:
        """One line of JSON, then the PDF."""
        head = asdict(self)
        del head["pdf"]
        return json.dumps(head).encode() + b"\n" + self.pdf

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The shell that ``to_bytes`` was given."""
        line, _, pdf = data.partition(b"\n")
        head = json.loads(line)
        head["areas"] = tuple(Area(**area) for area in head["areas"])
        head["facts"] = FileFacts(**head["facts"])
        head["colours"] = tuple(BrandColour(**colour) for colour in head["colours"])
        for key in ("pictures", "texts"):
            head[key] = {name: tuple(numbers) for name, numbers in head[key].items()}
        return cls(pdf=pdf, **head)


SHELLS = TypedCache(Shell, max_entries=64)


def shell_of(key: str, store: Store) -> Shell:
    """A shell that was rendered before. HandoutsError where the store no longer has it."""
    shell = SHELLS.get(key, store)
    if shell is None:
        message = "The cache was emptied during the build"
        raise HandoutsError(Diagnostic("store-emptied", message, hint="Run the build again"))
    return shell
