"""From a pressed page to a plate: areas and colours become single objects that can be replaced.

This module and imprint.py are the only ones that know the inside of a PDF file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, Self

from handouts.areas import AREA, Area, number_of
from handouts.store import Recent, Store

_COLOUR = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)(?=\s)")


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


_KEPT: Recent[Plate] = Recent(most=64)


def kept_plate(key: str, store: Store) -> Plate | None:
    """A plate that this process or the store remembers."""
    name = store.name(key)
    if name in _KEPT:
        return _KEPT.keep(name, _KEPT[name])
    kept = store.get(key)
    return _KEPT.keep(name, Plate.from_bytes(kept)) if kept is not None else None


def keep_plate(key: str, plate: Plate, store: Store) -> Plate:
    """Remember a plate, here and in the store."""
    store.put(key, plate.to_bytes())
    return _KEPT.keep(store.name(key), plate)


def make_plate(
    pressed: bytes, areas: Sequence[Area], colours: Mapping[str, tuple[str, float]]
) -> Plate:
    """Turn a pressed page with placeholders into a plate.

    ``areas`` are its areas in the order of their placeholders; ``colours`` says which
    ``#rrggbb`` stands for which token of the brand, and at which strength.
    """
    import pikepdf

    with pikepdf.open(BytesIO(pressed)) as pdf:
        names = {colour: f"/Brand{index}" for index, colour in enumerate(sorted(colours))}
        spaces = {
            name: pdf.make_indirect(_colour_space(pikepdf, colour))
            for colour, name in names.items()
        }
        for stream, resources in _painted(pdf):
            _recolour(pikepdf, stream, resources, names, spaces)
        for element in _figures(pdf):
            if str(element.get("/Alt", "")).startswith(AREA):
                element.Alt = pdf.make_indirect(pikepdf.String(str(element.Alt)))
        buffer = BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        pdf.save(buffer, object_stream_mode=mode, deterministic_id=True)
    return _indexed(pikepdf, buffer.getvalue(), areas, colours)


def _colour_space(pikepdf: Any, colour: str) -> Any:
    """A palette of one colour, which the pages name instead of its numbers."""
    name, value = pikepdf.Name, pikepdf.String(bytes.fromhex(colour[1:]))
    return pikepdf.Array([name.Indexed, name.DeviceRGB, 0, value])


def _painted(pdf: Any) -> Iterator[tuple[Any, Any]]:
    """Every stream that paints, with its resources: pages, and the drawings within them."""
    for page in pdf.pages:
        page.contents_coalesce()
        if page.Contents.is_indirect is False:
            page.Contents = pdf.make_indirect(page.Contents)
        yield page.Contents, page.Resources
    for item in pdf.objects:
        if _is_form(item):
            yield item, item.get("/Resources")


def _is_form(item: Any) -> bool:
    import pikepdf

    return isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"


def _recolour(
    pikepdf: Any, stream: Any, resources: Any, names: Mapping[str, str], spaces: Mapping[str, Any]
) -> None:
    used: set[str] = set()

    def named(found: re.Match[bytes]) -> bytes:
        channels = (round(float(number) * 255) for number in found.groups()[:3])
        name = names.get("#" + "".join(f"{channel:02x}" for channel in channels))
        if name is None:
            return found[0]
        used.add(name)
        space, set_it = (b"cs", b"sc") if found[4] == b"rg" else (b"CS", b"SC")
        return name.encode() + b" " + space + b" 0 " + set_it

    before = stream.read_bytes()
    after = _COLOUR.sub(named, before)
    if used:
        stream.write(after)
        if "/ColorSpace" not in resources:
            resources.ColorSpace = pikepdf.Dictionary()
        for name in used:
            resources.ColorSpace[name] = spaces[name]


def _figures(pdf: Any) -> Iterator[Any]:
    import pikepdf

    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure":
            yield item


def _indexed(
    pikepdf: Any, data: bytes, areas: Sequence[Area], colours: Mapping[str, tuple[str, float]]
) -> Plate:
    """Find the numbers of the objects to replace, as they stand in the finished file."""
    pictures: dict[str, list[int]] = {}
    texts: dict[str, list[int]] = {}
    found: dict[int, BrandColour] = {}
    with pikepdf.open(BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
                number = number_of(int(item.Width))
                if item.Height == 1 and 0 <= number < len(areas) and "/SMask" not in item:
                    pictures.setdefault(areas[number].name, []).append(item.objgen[0])
            elif isinstance(item, pikepdf.Array) and len(item) == 4 and item[0] == "/Indexed":
                colour = "#" + bytes(item[3]).hex()
                number = item.objgen[0]
                found[number] = BrandColour(number, *colours[colour])
        for element in _figures(pdf):
            words = str(element.get("/Alt", ""))
            if words.startswith(AREA):
                name = words.removeprefix(AREA)
                texts.setdefault(name, []).append(element.Alt.objgen[0])
        metadata = pdf.Root.Metadata
        return Plate(
            pdf=data,
            pages=len(pdf.pages),
            areas=tuple(areas),
            size=int(pdf.trailer.Size),
            start=int(data[data.rindex(b"startxref") :].split()[1]),
            root=pdf.Root.objgen[0],
            info=pdf.trailer.Info.objgen[0],
            metadata=metadata.objgen[0],
            facts={key: str(value) for key, value in pdf.trailer.Info.items()},
            packet=metadata.read_bytes().decode(),
            pictures={name: tuple(numbers) for name, numbers in pictures.items()},
            texts={name: tuple(numbers) for name, numbers in texts.items()},
            colours=tuple(found.values()),
        )
