"""Everything we rely on beyond the engine's documented interface: WeasyPrint 70 and pydyf 0.13.

All private names, undocumented attributes and log texts that we use are in this package: of PDF
objects here, of laid-out pages in ``lines`` and ``moulds``, of fonts and tags in ``text``, of the
log in ``messages``. So only this package changes when the engine does. ``selftest`` renders a page
and reports what no longer works; ``shells`` refuses a page of which some part was not found.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pydyf

# Libraries --------------------------------------------------------------------------------------


def library_versions() -> dict[str, str | None]:
    """Versions of the libraries that the engine uses; None for one that is missing.

    Without HarfBuzz-subset the engine still works, but is slower and makes larger files. OSError if
    the engine cannot be imported.
    """
    from weasyprint.text.ffi import harfbuzz_subset, pango

    number = pango.pango_version()
    return {
        "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        "harfbuzz-subset": "found" if harfbuzz_subset else None,
    }


# Objects of a PDF that is about to be written ---------------------------------------------------


def number_of(reference: bytes) -> int:
    """The object number in a reference such as ``7 0 R``."""
    return int(reference.split()[0])


def shared_resources(pdf: pydyf.PDF) -> Any:
    """The dictionary of resources, which the engine shares between all pages."""
    return pdf.objects[number_of(next(pages(pdf))["Resources"])]


def pages(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    """The pages in order. ``Kids`` is a flat list with three items per page: number, 0, R."""
    return (pdf.objects[number] for number in pdf.pages["Kids"][::3])


def page_form(pdf: pydyf.PDF, page: pydyf.Dictionary) -> pydyf.Stream:
    """A page as a form of its own size.

    Each form has its own dictionary of resources: Poppler takes a shared one for a loop. Its fonts
    have other names than those of a page: where name and size are the same, pdf.js goes on reading
    with the font of the page, and lost the plus of a telephone number in a sentence.
    """
    content = pdf.objects[number_of(page["Contents"])]
    resources = pydyf.Dictionary(shared_resources(pdf))
    fonts = pdf.objects[number_of(resources["Font"])]
    resources["Font"] = pydyf.Dictionary({f"{_FORM}{name}": fonts[name] for name in fonts})
    extra = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": page["MediaBox"],
        "Resources": resources,
    }
    commands = [
        b"/" + _FORM.encode() + command[1:]
        if isinstance(command, bytes) and command.endswith(b" Tf")
        else command
        for command in content.stream
    ]
    return pydyf.Stream(commands, extra, compress=True)


_FORM = "Form"
"""Start of the names of a form's fonts."""


def square_page_form(pdf: pydyf.PDF, page: pydyf.Dictionary, *, nested: bool) -> pydyf.Stream:
    """A page as a form on the unit square, like a picture, so that it can replace one.

    If it is ``nested``, it holds a form of the page's own size: in the units of the square, PDFium
    takes letters that are drawn one by one for nothing, because they are under 0.01 wide.
    """
    form = page_form(pdf, page)
    width, height = page["MediaBox"][2:]
    if nested:
        pdf.add_object(form)
        within = pydyf.Dictionary({"XObject": pydyf.Dictionary({"Page": form.reference})})
        extra = {**form.extra, "Resources": within}
        form = pydyf.Stream([b"/Page Do"], extra, compress=False)
    form.extra["Matrix"] = pydyf.Array((f"{1 / width:.9f}", 0, 0, f"{1 / height:.9f}", 0, 0))
    return form


def read_leftwards(pdf: pydyf.PDF) -> None:
    """Say that a file is read from right to left: viewers lay pages side by side in that order."""
    pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"


def add_last(pdf: pydyf.PDF, page: pydyf.Dictionary, commands: list[bytes]) -> None:
    """Add commands after everything that a page paints, in the page's own coordinates.

    They must begin with ``Q``: what the page painted before is put between ``q`` and this.
    """
    stream = pdf.objects[number_of(page["Contents"])].stream
    stream[:] = [b"q", *stream, *commands]


def painted_streams(pdf: pydyf.PDF) -> Iterator[pydyf.Stream]:
    """Streams of drawing commands: pages, and the groups and patterns within them.

    Only those have a current transformation matrix (``ctm``); fonts and pictures have none.
    """
    return (item for item in pdf.objects if isinstance(item, pydyf.Stream) and hasattr(item, "ctm"))


def print_two_sided(pdf: pydyf.PDF) -> None:
    """Make print dialogues propose both sides of the paper, if there is more than one page."""
    if pdf.pages["Count"] > 1:
        preferences = pdf.catalog.setdefault("ViewerPreferences", pydyf.Dictionary())
        preferences["Duplex"] = "/DuplexFlipLongEdge"


def one_row_pictures(pdf: pydyf.PDF) -> Iterator[tuple[int, int]]:
    """Width in pixels and object number of pictures one pixel high, such as placeholders."""
    for item in pdf.objects:
        extra = getattr(item, "extra", {})
        if extra.get("Subtype") == "/Image" and extra["Height"] == 1 and "SMask" not in extra:
            yield extra["Width"], item.number


def freed_texts(pdf: pydyf.PDF, prefix: str) -> Iterator[tuple[str, int]]:
    """Turn alternative texts with a prefix into objects: the text after it, and the number."""
    for element in list(pdf.objects):
        if isinstance(element, dict) and element.get("S") == "/Figure":
            words = element.get("Alt")
            if isinstance(words, pydyf.String) and words.string.startswith(prefix):
                pdf.add_object(words)
                element["Alt"] = words.reference
                yield words.string.removeprefix(prefix), words.number


@dataclass(frozen=True)
class FileFacts:
    """What an incremental update must know of a file: object numbers and offsets.

    ``size`` is the number of objects, ``start`` the offset of the cross-references, ``entries`` the
    document information and ``packet`` the XMP metadata.
    """

    size: int
    start: int
    root: int
    info: int
    metadata: int
    entries: Mapping[str, str]
    packet: str


def file_facts(pdf: pydyf.PDF) -> FileFacts:
    """The facts of a PDF; it must be written already, or it has no cross-references."""
    metadata = number_of(pdf.catalog["Metadata"])
    return FileFacts(
        size=len(pdf.objects),
        start=pdf.xref_position,
        root=pdf.catalog.number,
        info=pdf.info.number,
        metadata=metadata,
        entries={f"/{key}": value.string for key, value in pdf.info.items()},
        packet=b"".join(pdf.objects[metadata].stream).decode(),
    )


# Brand colours ----------------------------------------------------------------------------------
# The engine writes a colour as numbers: `0.004 0.996 0.008 rg`. We give each brand colour its own
# colour space, a palette with one entry (ISO 32000-1, 8.6.6.3), and use its name instead. Replacing
# one small object then changes the colour everywhere.

_COLOUR = re.compile(
    rb"(?<![\d.])(\d?\.?\d+) (\d?\.?\d+) (\d?\.?\d+)(?= (?:rg|RG|sc|SC|scn|SCN)\b|\])"
)


def palette(colour: str) -> bytes:
    """The colour space of a colour (``#rrggbb``)."""
    return f"[/Indexed /DeviceRGB 0 <{colour[1:]}>]".encode()


def with_named_colours(commands: Iterable[Any], colours: Collection[str]) -> list[Any]:
    """Commands in which these colours are set by name instead of by numbers."""
    named = []
    for command in commands:
        # The engine gives a command of its own to each colour; others are not looked into.
        sets_colour = isinstance(command, bytes) and command[-3:] in (b" rg", b" RG")
        colour = _set_colour(command) if sets_colour else ""
        if colour in colours:
            space, fill = _space_name(colour).encode(), command.endswith(b"rg")
            operators = (b"cs", b"sc") if fill else (b"CS", b"SC")
            named.append(b"/%b %b 0 %b" % (space, *operators))
        else:
            named.append(command)
    return named


def add_palettes(pdf: pydyf.PDF, colours: Iterable[str]) -> dict[str, int]:
    """Add the named colours to a file's resources. Returns their object numbers."""
    spaces = pdf.objects[number_of(shared_resources(pdf)["ColorSpace"])]
    numbers = {}
    for colour in sorted(colours):
        space = RawObject(palette(colour))
        pdf.add_object(space)
        spaces[_space_name(colour)] = space.reference
        numbers[colour] = space.number
    return numbers


def colours_in_numbers(pdf: pydyf.PDF, colours: Collection[str]) -> set[str]:
    """Those of the colours that are still written as numbers, e.g. in shadings or patterns."""
    remaining = set()
    for item in pdf.objects:
        if type(item) is pydyf.Object:  # the free entry at the start of the cross-references
            continue
        if isinstance(item, pydyf.Stream):
            # All but what is compressed: `painted_streams` may have missed some.
            kinds = {item.extra.get("Subtype"), item.extra.get("Type"), "Length1" in item.extra}
            commands = () if kinds & {"/Image", "/Metadata", True} else item.stream
            head, content = pydyf.Dictionary(item.extra).data, b"\n"
            content += b"\n".join(c for c in commands if isinstance(c, bytes))
        else:
            head, _, content = bytes(item.data).partition(b"\nstream\n")
            if content:  # a drawing, which has been painted already: its commands are compressed
                content = zlib.decompressobj().decompress(content)
        for numbers in set(_COLOUR.findall(head + content)):
            remaining |= {_hexadecimal(numbers)} & set(colours)
    return remaining


def _space_name(colour: str) -> str:
    return f"Brand{colour[1:]}"


@lru_cache(maxsize=1024)
def _set_colour(command: bytes) -> str:
    """The colour that a command sets, cached because a page sets few colours thousands of times."""
    return _hexadecimal(command.split()[:3])


def _hexadecimal(numbers: Iterable[bytes]) -> str:
    return "#" + "".join(f"{round(float(number) * 255):02x}" for number in numbers)


class RawObject(pydyf.Object):  # type: ignore[misc]
    """An object that is written exactly as given."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def set(self, data: bytes) -> None:
        """Replace its bytes, for objects that need each other's numbers."""
        self._data = data

    @property
    def data(self) -> bytes:
        return self._data

    @property
    def compressible(self) -> bool:
        """Whether it may be part of an object stream; streams may not (ISO 32000-1, 7.5.7)."""
        return not self.data.endswith(b"endstream")


# Painting ---------------------------------------------------------------------------------------


def replace_painting(picture: Any, painter: Any) -> None:
    """Make the engine call ``painter(stream, width, height, style)`` to paint a picture."""
    picture.draw = painter


def paint(picture: Any, stream: Any, width: float, height: float, style: Any) -> None:
    """Let the engine paint a picture, then drop its references to the page."""
    # `replace_painting` has shadowed `draw` on the instance; the class still has the engine's own.
    type(picture).draw(picture, stream, width, height, style)
    picture._svg.context = picture._svg.stream = None  # noqa: SLF001


def release(picture: Any) -> None:
    """Drop a picture's reference to the page that it was read for, to free its memory."""
    picture._context = None  # noqa: SLF001


def forms_of(stream: Any) -> dict[str, Any]:
    """The forms and pictures in a stream's resources."""
    return stream._resources["XObject"]  # type: ignore[no-any-return]  # noqa: SLF001


def fonts_of(stream: Any) -> dict[Any, Any]:
    """The fonts of a stream's file, with the glyphs used so far."""
    return stream._fonts  # type: ignore[no-any-return]  # noqa: SLF001


def sheet_apart(stream: Any, width: float, height: float) -> tuple[Any, dict[Any, Any]]:
    """An empty form to paint on, and its fonts. Its margin keeps lines that cross the edge."""
    kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace", "Font")
    resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in kinds})
    box = pydyf.Array((-width, -height, 2 * width, 2 * height))
    extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": resources}
    fonts: dict[Any, Any] = {}
    return stream.clone(resources=resources, extra=extra, fonts=fonts), fonts
