"""Drawings are painted once: as forms, which stand again on later pages and in later leaflets.

The engine takes a memory of pictures for each page (its option ``cache``); ours outlives the page.
A form has coordinates of its own, so that even its gradients can stand anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pydyf

from handouts.inks import inked
from handouts.parts import Part, Parts, joined, number_of, placed, shared_resources
from handouts.store import Recent

MOST = 512
"""How many drawings a process keeps; those that we ship, in all tones, are fewer."""

WIDTH = 100.0
"""The width in pixels at which a drawing is painted, before it is set to its size."""

_COLOUR_SPACES, _FONTS = -1, -2
_SHARED = {"ColorSpace": _COLOUR_SPACES, "Font": _FONTS}
"""Stand for a file's own colour spaces and fonts: a drawing takes those of the file round it."""

_SVG = "data:image/svg+xml;base64,"
_GROWS = re.compile(rb"<svg\b[^>]*\bviewBox=")
_LEANS = re.compile(rb"<(?:[\w-]+:)?(?:image|foreignObject|style)\b")
"""A drawing stands for itself at every size if it has a view box and nothing foreign in it."""


@dataclass(frozen=True)
class _Glyphs:
    """What a drawing writes in one font: glyphs' widths, and the characters that they stand for."""

    widths: Mapping[int, int]
    characters: Mapping[int, str]


@dataclass(frozen=True)
class _Form:
    """A painted drawing, the streams that it refers to by their place in ``others``, its words."""

    whole: Parts
    others: tuple[Parts, ...]
    words: Mapping[Any, _Glyphs]


class Drawings:
    """What a process has painted, by the drawing's data URI."""

    def __init__(self) -> None:
        self._pictures: Recent[Any] = Recent(MOST)
        self._forms: Recent[_Form] = Recent(MOST)

    def known(self) -> dict[str, Any]:
        """Pictures that the engine need not read again; it adds those that it meets."""
        return dict(self._pictures)

    def watch(self, pictures: Mapping[str, Any], colours: Collection[str]) -> None:
        """Have the drawings among a page's pictures painted as forms, which name the colours."""
        for url, picture in self._new(pictures):
            name = hashlib.sha256(url.encode()).hexdigest()[:16]
            picture.draw = _Painter(name, picture, colours, self._forms)

    def keep(self, pictures: Mapping[str, Any]) -> None:
        """Keep the drawings of a page that went well, and let go of what belongs to that page."""
        for url, picture in self._new(pictures):
            picture._context = None  # noqa: SLF001
            self._pictures.keep(url, picture)

    def forget(self) -> None:
        """Keep nothing of what was painted so far: a page had a fault."""
        self._pictures.clear()
        self._forms.clear()

    def _new(self, pictures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Pictures that were not kept before, and that can be painted apart from their page."""
        for url in pictures.keys() - self._pictures.keys():
            if pictures[url] is not None and url.startswith(_SVG):
                source = base64.b64decode(url.removeprefix(_SVG))
                if _GROWS.search(source) and not _LEANS.search(source):
                    yield url, pictures[url]


def settle(pdf: pydyf.PDF) -> None:
    """Give what the drawings of a file refer to its numbers, before it is written."""
    resources = shared_resources(pdf)
    shared = {place: number_of(resources[kind]) for kind, place in _SHARED.items()}
    for item in list(pdf.objects):
        if isinstance(item, _Drawing):
            item.settle(pdf, shared)


class _Painter:
    """Stands in a picture for the engine's method that paints it."""

    def __init__(
        self, name: str, picture: Any, colours: Collection[str], forms: Recent[_Form]
    ) -> None:
        self._name, self._picture, self._colours, self._forms = name, picture, colours, forms

    def __call__(self, stream: Any, width: float, height: float, style: Any) -> None:
        ratio = round(height / width, 4)
        name = f"{self._name}-{ratio}"
        drawings, fonts = stream._resources["XObject"], stream._fonts  # noqa: SLF001
        if name not in drawings:
            form = self._forms.get(name)
            if form is None or not form.words.keys() <= fonts.keys():
                form = self._painted(stream, ratio, style)
            drawings[name] = _Drawing(self._forms.keep(name, form))
            for key, glyphs in form.words.items():
                fonts[key].widths.update(glyphs.widths)
                fonts[key].to_unicode.update(glyphs.characters)
        with stream.stacked():
            stream.transform(a=width / WIDTH, d=width / WIDTH)
            stream.draw_x_object(name)

    def _painted(self, stream: Any, ratio: float, style: Any) -> _Form:
        """Paint on a sheet of its own; its margin is room for lines that cross the edge."""
        width, height = WIDTH, WIDTH * ratio
        kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace", "Font")
        resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in kinds})
        box = pydyf.Array((-width, -height, 2 * width, 2 * height))
        extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": resources}
        fonts: dict[Any, Any] = {}
        sheet = stream.clone(resources=resources, extra=extra, fonts=fonts)
        type(self._picture).draw(self._picture, sheet, width, height, style)
        self._picture._svg.context = self._picture._svg.stream = None  # noqa: SLF001
        words = {k: _Glyphs(dict(f.widths), dict(f.to_unicode)) for k, f in fonts.items()}
        for key, font in fonts.items():
            stream._fonts.setdefault(key, font)  # noqa: SLF001
        return _Writer(self._colours).form(sheet, words)


class _Writer:
    """Writes streams as parts, with their resources inside them."""

    def __init__(self, colours: Collection[str]) -> None:
        self._colours = colours
        self._places: dict[int, int] = {}
        self._waiting: list[Any] = []

    def form(self, sheet: Any, words: Mapping[Any, _Glyphs]) -> _Form:
        whole, others = self._stream(sheet), list[Parts]()
        while len(others) < len(self._waiting):
            item = self._waiting[len(others)]
            stream = isinstance(item, pydyf.Stream)
            others.append(self._stream(item) if stream else joined(self._value(item)))
        return _Form(whole, tuple(others), words)

    def _stream(self, stream: Any) -> Parts:
        extra = {key: value for key, value in stream.extra.items() if key != "Resources"}
        commands = inked(stream.stream, self._colours)
        head, mark, content = pydyf.Stream(commands, extra, compress=True).data.partition(
            b"\nstream\n"
        )
        resources = self._place(stream.extra["Resources"])
        return joined([head[:-2] + b"/Resources ", resources, b">>" + mark + content])

    def _value(self, value: Any) -> Iterator[Part]:
        if isinstance(value, pydyf.Stream):
            yield self._place(value)
        elif isinstance(value, dict):
            yield b"<<"
            for key, item in value.items():
                yield f"/{key} ".encode()
                shared = key in _SHARED and not isinstance(item, str)
                yield from [_SHARED[key]] if shared else self._value(item)
            yield b">>"
        else:
            yield pydyf.Array([value]).data[1:-1]

    def _place(self, item: Any) -> int:
        if id(item) not in self._places:
            self._places[id(item)] = len(self._waiting)
            self._waiting.append(item)
        return self._places[id(item)]


class _Set(pydyf.Object):  # type: ignore[misc]
    """Parts set into a file."""

    def __init__(self, parts: Parts, numbers: Mapping[int, int]) -> None:
        super().__init__()
        self._parts, self._numbers = parts, numbers

    @property
    def data(self) -> bytes:
        return placed(self._parts, self._numbers)

    @property
    def compressible(self) -> bool:
        """Whether it may stand in a compressed list of objects: streams may not."""
        return self._parts[-1] == b">>"


class _Drawing(_Set):
    """A drawing in a file. The engine looks for ``extra`` in whatever stands among pictures."""

    extra: Mapping[str, Any] = {}

    def __init__(self, form: _Form) -> None:
        self._form = form
        super().__init__(form.whole, {})

    def settle(self, pdf: pydyf.PDF, shared: Mapping[int, int]) -> None:
        """Add what it refers to; ``shared`` are the file's colour spaces and fonts."""
        numbers = dict(shared)
        for place, parts in enumerate(self._form.others):
            other = _Set(parts, numbers)
            pdf.add_object(other)
            numbers[place] = other.number
        self._numbers = numbers
