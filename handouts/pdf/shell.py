"""Shells: leaflets rendered once for all clinics, with areas and colours to be filled in later.

The word is from printing: printers keep pre-printed shells in stock and add the local name later.
Here, areas and brand colours are single objects in a PDF, which ``imprint`` replaces.
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
    """A brand colour, at full strength (1) or mixed with white; ``number`` is its PDF object."""

    number: int
    token: Literal["primary", "accent"]
    strength: float


@dataclass(frozen=True)
class Shell:
    """A PDF with open areas, and the numbers of the objects to replace.

    ``pictures`` and ``texts`` give, by area name, the object numbers of its placeholders and of
    their alternative texts.
    """

    pdf: bytes
    pages: int
    areas: tuple[Area, ...]
    facts: FileFacts
    pictures: Mapping[str, tuple[int, ...]]
    texts: Mapping[str, tuple[int, ...]]
    colours: tuple[BrandColour, ...]

    def to_bytes(self) -> bytes:
        """Serialise as one line of JSON followed by the PDF."""
        head = asdict(self)
        del head["pdf"]
        return json.dumps(head).encode() + b"\n" + self.pdf

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Deserialise the result of ``to_bytes``."""
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
    """A shell that was rendered earlier. HandoutsError if the store no longer has it."""
    shell = SHELLS.get(key, store)
    if shell is None:
        message = "The cache was emptied during the build"
        raise HandoutsError(Diagnostic("store-emptied", message, hint="Run the build again"))
    return shell
