"""Paints each drawing once, as a form that is reused on later pages and in later leaflets.

The engine accepts a cache of pictures for each page (its option ``cache``); ours outlives the page.
A form has its own coordinates, so that even its gradients can be placed anywhere. This optimisation
saves a sixth of a leaflet's time; without it, the engine paints each drawing itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pydyf

from handouts.pdf import internals
from handouts.pdf.objects import Fragment, Piece, joined, placed
from handouts.store import LruDict

MAX_DRAWINGS = 512
"""Most drawings that a process keeps; those that we ship, in all tones, are fewer."""

WIDTH = 100.0
"""Width in pixels at which every drawing is painted; placing it scales it to its size."""

_COLOUR_SPACES, _FONTS = -1, -2
_SHARED = {"ColorSpace": _COLOUR_SPACES, "Font": _FONTS}
"""Placeholders for the colour spaces and fonts of the file that a drawing is placed in."""

_SVG = "data:image/svg+xml;base64,"
_SCALES = re.compile(rb"<svg\b[^>]*\bviewBox=")
_DEPENDS = re.compile(rb"<(?:[\w-]+:)?(?:image|foreignObject|style)\b")
"""A drawing looks the same at every size if it has a view box and none of these elements."""


@dataclass(frozen=True)
class _Glyphs:
    """The glyphs of one font in a drawing: their widths, and the characters they represent."""

    widths: Mapping[int, int]
    characters: Mapping[int, str]


@dataclass(frozen=True)
class _Form:
    """A painted drawing, the objects that it refers to by index, and its glyphs by font."""

    drawing: Fragment
    others: tuple[Fragment, ...]
    words: Mapping[Any, _Glyphs]


class Drawings:
    """All drawings that the process has read and painted."""

    def __init__(self) -> None:
        self._pictures: LruDict[Any] = LruDict(MAX_DRAWINGS)
        self._forms: LruDict[_Form] = LruDict(MAX_DRAWINGS)

    @contextmanager
    def page(self, colours: Collection[str]) -> Iterator[PageDrawings]:
        """The drawings of one page, kept afterwards if it succeeds.

        A page that fails empties the cache: the engine reports a bad picture only when it reads it,
        so a cached one would hide the problem from the next page.
        """
        page = PageDrawings(dict(self._pictures), colours, self._forms)
        try:
            yield page
        except BaseException:
            self._pictures.clear()
            self._forms.clear()
            raise
        for url, picture in page.new(self._pictures):
            internals.release(picture)
            self._pictures.keep(url, picture)


class PageDrawings:
    """The pictures of a page; those that can be reused are painted as forms."""

    def __init__(
        self, pictures: dict[str, Any], colours: Collection[str], forms: LruDict[_Form]
    ) -> None:
        self.pictures = pictures  # the engine adds those that it reads
        self._known = frozenset(pictures)
        self._colours, self._forms = colours, forms

    def intercept(self) -> None:
        """After layout: replace the painting of the page's new drawings by our own."""
        for url, picture in self.new(self._known):
            name = hashlib.sha256(url.encode()).hexdigest()[:16]
            painter = _Painter(name, picture, self._colours, self._forms)
            internals.replace_painting(picture, painter)

    def new(self, known: Collection[str]) -> Iterator[tuple[str, Any]]:
        """Pictures that are not yet known and do not depend on their page."""
        for url in self.pictures.keys() - set(known):
            if self.pictures[url] is not None and url.startswith(_SVG):
                source = base64.b64decode(url.removeprefix(_SVG))
                if _SCALES.search(source) and not _DEPENDS.search(source):
                    yield url, self.pictures[url]


def settle(pdf: pydyf.PDF) -> None:
    """Number the objects that the drawings of a file refer to, before it is written."""
    resources = internals.shared_resources(pdf)
    shared = {place: internals.number_of(resources[kind]) for kind, place in _SHARED.items()}
    for item in list(pdf.objects):
        if isinstance(item, _Drawing):
            item.settle(pdf, shared)


class _Painter:
    """Replaces the engine's method for painting a picture."""

    def __init__(
        self, name: str, picture: Any, colours: Collection[str], forms: LruDict[_Form]
    ) -> None:
        self._name, self._picture, self._colours, self._forms = name, picture, colours, forms

    def __call__(self, stream: Any, width: float, height: float, style: Any) -> None:
        # Proportions matter (``preserveAspectRatio``), so each has a form; absolute size does not.
        ratio = round(height / width, 4)
        name = f"{self._name}-{ratio}"
        drawings, fonts = internals.forms_of(stream), internals.fonts_of(stream)
        if name not in drawings:
            form = self._forms.get(name)
            # A form uses the fonts of its page; if one is missing, the drawing is painted again.
            if form is None or not form.words.keys() <= fonts.keys():
                # On a sheet of its own, whose fonts the page then takes over.
                sheet, used = internals.sheet_apart(stream, WIDTH, WIDTH * ratio)
                internals.paint(self._picture, sheet, WIDTH, WIDTH * ratio, style)
                words = {k: _Glyphs(dict(f.widths), dict(f.to_unicode)) for k, f in used.items()}
                for key, font in used.items():
                    fonts.setdefault(key, font)
                form = _FormWriter(self._colours).form(sheet, words)
            drawings[name] = _Drawing(self._forms.keep(name, form))
            for key, glyphs in form.words.items():
                fonts[key].widths.update(glyphs.widths)
                fonts[key].to_unicode.update(glyphs.characters)
        with stream.stacked():
            stream.transform(a=width / WIDTH, d=width / WIDTH)
            stream.draw_x_object(name)


class _FormWriter:
    """Converts streams to fragments that contain their resources."""

    def __init__(self, colours: Collection[str]) -> None:
        self._colours = colours
        self._places: dict[int, int] = {}
        self._waiting: list[Any] = []

    def form(self, sheet: Any, words: Mapping[Any, _Glyphs]) -> _Form:
        drawing, others = self._stream(sheet), list[Fragment]()
        while len(others) < len(self._waiting):  # writing one may add others
            item = self._waiting[len(others)]
            stream = isinstance(item, pydyf.Stream)
            others.append(self._stream(item) if stream else joined(self._value(item)))
        return _Form(drawing, tuple(others), words)

    def _stream(self, stream: Any) -> Fragment:
        extra = {key: value for key, value in stream.extra.items() if key != "Resources"}
        commands = internals.with_named_colours(stream.stream, self._colours)
        data = pydyf.Stream(commands, extra, compress=True).data
        head, mark, content = data.partition(b"\nstream\n")
        resources = self._place(stream.extra["Resources"])
        # The dictionary's closing ">>" comes after the resources.
        return joined([head[:-2] + b"/Resources ", resources, b">>" + mark + content])

    def _value(self, value: Any) -> Iterator[Piece]:
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
            yield pydyf.Array([value]).data[1:-1]  # let pydyf serialise it, without the brackets

    def _place(self, item: Any) -> int:
        if id(item) not in self._places:
            self._places[id(item)] = len(self._waiting)
            self._waiting.append(item)
        return self._places[id(item)]


class _Placed(internals.RawObject):
    """A fragment placed in a file; its references are numbered last."""

    def __init__(self, fragment: Fragment, numbers: Mapping[int, int]) -> None:
        super().__init__(b"")
        self._fragment, self._numbers = fragment, numbers

    @property
    def data(self) -> bytes:
        return placed(self._fragment, self._numbers)

    @property
    def compressible(self) -> bool:
        return self._fragment[-1] == b">>"  # a dictionary; `data` would need the numbers


class _Drawing(_Placed):
    """A drawing in a file. The engine expects ``extra`` in every picture."""

    extra: Mapping[str, Any] = {}

    def __init__(self, form: _Form) -> None:
        self._form = form
        super().__init__(form.drawing, {})

    def settle(self, pdf: pydyf.PDF, shared: Mapping[int, int]) -> None:
        """Add the objects it refers to. ``shared`` are the numbers of the file's own resources."""
        numbers = dict(shared)
        for place, fragment in enumerate(self._form.others):
            other = _Placed(fragment, numbers)
            pdf.add_object(other)
            numbers[place] = other.number
        self._numbers = numbers
