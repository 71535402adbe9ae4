"""From a pressed page to a plate: areas and colours become single objects that can be replaced.

The engine hands over the PDF's objects before it writes them, so that nothing is read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

import pydyf

from handouts.areas import AREA, Area, picture_number
from handouts.inks import add_palettes, inked
from handouts.parts import number_of, shared_resources
from handouts.store import Kept


@dataclass(frozen=True)
class BrandColour:
    """A colour of the brand at its full strength or thinned on white; ``number`` is its object."""

    number: int
    token: str
    share: float


@dataclass(frozen=True)
class Plate:
    """A PDF with areas that wait for a clinic, and the numbers of the objects to replace.

    ``pictures`` and ``texts`` hold, for each area, its placeholders and their alternative texts.
    """

    pdf: bytes
    pages: int
    areas: tuple[Area, ...]
    size: int
    start: int
    root: int
    info: int
    metadata: int
    facts: Mapping[str, str]
    packet: str
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
        """Take back what ``to_bytes`` gave."""
        line, _, pdf = data.partition(b"\n")
        head = json.loads(line)
        head["areas"] = tuple(Area(**area) for area in head["areas"])
        head["colours"] = tuple(BrandColour(**colour) for colour in head["colours"])
        for key in ("pictures", "texts"):
            head[key] = {name: tuple(numbers) for name, numbers in head[key].items()}
        return cls(pdf=pdf, **head)


PLATES = Kept(Plate, most=64)


class Mould:
    """Turns a page that is being pressed into a plate.

    ``areas`` are the page's in the order of their placeholders; ``colours`` says which ``#rrggbb``
    stands for which token of the brand, and at which strength.
    """

    def __init__(self, areas: Sequence[Area], colours: Mapping[str, tuple[str, float]]) -> None:
        self._areas, self._colours = areas, colours
        self._inks: dict[str, int] = {}
        self._texts: dict[str, list[pydyf.String]] = {}

    def open(self, pdf: pydyf.PDF) -> None:
        """Make colours and alternative texts single objects, before the file is written."""
        self._pdf = pdf
        for stream in _painted(pdf):
            stream.stream = inked(stream.stream, self._colours)
        spaces = pdf.objects[number_of(shared_resources(pdf)["ColorSpace"])]
        self._inks = add_palettes(pdf, spaces, self._colours)
        for element in list(pdf.objects):
            if isinstance(element, dict) and element.get("S") == "/Figure":
                self._free(element)

    def _free(self, figure: pydyf.Dictionary) -> None:
        words = figure.get("Alt")
        if isinstance(words, pydyf.String) and words.string.startswith(AREA):
            self._pdf.add_object(words)
            figure["Alt"] = words.reference
            self._texts.setdefault(words.string.removeprefix(AREA), []).append(words)

    def plate(self, data: bytes, pages: int) -> Plate:
        """The plate, when the file has been written."""
        pdf = self._pdf
        metadata = number_of(pdf.catalog["Metadata"])
        brand = (BrandColour(self._inks[colour], *self._colours[colour]) for colour in self._inks)
        return Plate(
            pdf=data,
            pages=pages,
            areas=tuple(self._areas),
            size=len(pdf.objects),
            start=pdf.xref_position,
            root=pdf.catalog.number,
            info=pdf.info.number,
            metadata=metadata,
            facts={f"/{key}": value.string for key, value in pdf.info.items()},
            packet=b"".join(pdf.objects[metadata].stream).decode(),
            pictures=self._pictures(),
            texts={
                name: tuple(text.number for text in texts) for name, texts in self._texts.items()
            },
            colours=tuple(brand),
        )

    def _pictures(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the placeholders by their area."""
        found: dict[str, tuple[int, ...]] = {}
        for item in self._pdf.objects:
            extra = getattr(item, "extra", {})
            if extra.get("Subtype") == "/Image" and extra["Height"] == 1 and "SMask" not in extra:
                number = picture_number(extra["Width"])
                if 0 <= number < len(self._areas):
                    name = self._areas[number].name
                    found[name] = (*found.get(name, ()), item.number)
        return found


def _painted(pdf: pydyf.PDF) -> Iterator[pydyf.Stream]:
    """Streams of commands: pages, and groups and patterns within them."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and hasattr(item, "ctm"):
            yield item
