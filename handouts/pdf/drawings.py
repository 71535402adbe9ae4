"""Drawings are painted once: as forms, which are used again on later pages and in later leaflets.

The engine takes a memory of pictures for each page (its option ``cache``); ours outlives the page.
A form has coordinates of its own, so that even its gradients can stand anywhere. This is an
optimisation, a sixth of a leaflet's time: without it the engine paints each drawing itself.
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
"""How many drawings a process keeps; those that we ship, in all tones, are fewer."""

WIDTH = 100.0
"""The width in pixels at which a drawing is painted, before it is set to its size."""

_COLOUR_SPACES, _FONTS = -1, -2
_SHARED = {"ColorSpace": _COLOUR_SPACES, "Font": _FONTS}
"""Stand for a file's own colour spaces and fonts: a drawing takes those of the file round it."""

_SVG = "data:image/svg+xml;base64,"
_SCALES = re.compile(rb"<svg\b[^>]*\bviewBox=")
_DEPENDS = re.compile(rb"<(?:[\w-]+:)?(?:image|foreignObject|style)\b")
"""A drawing looks the same at every size if it has a view box and nothing foreign in it."""


@dataclass(frozen=True)
class _Glyphs:
    """What a drawing writes in one font: glyphs' widths, and the characters that they stand for."""

    widths: Mapping[int, int]
    characters: Mapping[int, str]


@dataclass(frozen=True)
class _Form:
    """A painted drawing, the objects that it refers to by their place in ``others``, its words."""

    whole: Fragment
    others: tuple[Fragment, ...]
    words: Mapping[Any, _Glyphs]


class Drawings:
    """What a process has painted, by the drawing's data URI."""

    def __init__(self) -> None:
        self._pictures: LruDict[Any] = LruDict(MAX_DRAWINGS)
        self._forms: LruDict[_Form] = LruDict(MAX_DRAWINGS)

    @contextmanager
    def page(self, colours: Collection[str]) -> Iterator[PageDrawings]:
        """The drawings of one page; kept if it goes well, and nothing is kept if it does not.

        A page with a fault forgets all: what is read again complains again.
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
    """A page's pictures, of which those that can be are painted as forms."""

    def __init__(
        self, pictures: dict[str, Any], colours: Collection[str], forms: LruDict[_Form]
    ) -> None:
        self.pictures = pictures  # the engine adds those that it meets
        self._known = frozenset(pictures)
        self._colours, self._forms = colours, forms

    def intercept(self) -> None:
        """Once the page is laid out: have its new drawings painted by us."""
        for url, picture in self.new(self._known):
            name = hashlib.sha256(url.encode()).hexdigest()[:16]
            painter = _Painter(name, picture, self._colours, self._forms)
            internals.replace_painting(picture, painter)

    def new(self, known: Collection[str]) -> Iterator[tuple[str, Any]]:
        """Pictures that are not yet known, and that can be painted apart from their page."""
        for url in self.pictures.keys() - set(known):
            if self.pictures[url] is not None and url.startswith(_SVG):
                source = base64.b64decode(url.removeprefix(_SVG))
                if _SCALES.search(source) and not _DEPENDS.search(source):
                    yield url, self.pictures[url]


def settle(pdf: pydyf.PDF) -> None:
    """Give what the drawings of a file refer to its numbers, before it is written."""
    resources = internals.shared_resources(pdf)
    shared = {place: internals.number_of(resources[kind]) for kind, place in _SHARED.items()}
    for item in list(pdf.objects):
        if isinstance(item, _Drawing):
            item.settle(pdf, shared)


class _Painter:
    """Takes the place of the engine's method that paints a picture."""

    def __init__(
        self, name: str, picture: Any, colours: Collection[str], forms: LruDict[_Form]
    ) -> None:
        self._name, self._picture, self._colours, self._forms = name, picture, colours, forms

    def __call__(self, stream: Any, width: float, height: float, style: Any) -> None:
        ratio = round(height / width, 4)
        name = f"{self._name}-{ratio}"
        drawings, fonts = internals.forms_of(stream), internals.fonts_of(stream)
        if name not in drawings:
            form = self._forms.get(name)
            # A form writes in fonts that its page has: on a page without them it is painted anew.
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
        width, height = WIDTH, WIDTH * ratio
        sheet, fonts = internals.sheet_apart(stream, width, height)
        internals.paint(self._picture, sheet, width, height, style)
        words = {k: _Glyphs(dict(f.widths), dict(f.to_unicode)) for k, f in fonts.items()}
        for key, font in fonts.items():
            internals.fonts_of(stream).setdefault(key, font)
        return _FormWriter(self._colours).form(sheet, words)


class _FormWriter:
    """Writes streams as fragments, with their resources inside them."""

    def __init__(self, colours: Collection[str]) -> None:
        self._colours = colours
        self._places: dict[int, int] = {}
        self._waiting: list[Any] = []

    def form(self, sheet: Any, words: Mapping[Any, _Glyphs]) -> _Form:
        whole, others = self._stream(sheet), list[Fragment]()
        while len(others) < len(self._waiting):  # writing one may add further ones
            item = self._waiting[len(others)]
            stream = isinstance(item, pydyf.Stream)
            others.append(self._stream(item) if stream else joined(self._value(item)))
        return _Form(whole, tuple(others), words)

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
            yield pydyf.Array([value]).data[1:-1]

    def _place(self, item: Any) -> int:
        if id(item) not in self._places:
            self._places[id(item)] = len(self._waiting)
            self._waiting.append(item)
        return self._places[id(item)]


class _Placed(internals.RawObject):
    """A fragment set into a file; its references get their numbers in the end."""

    def __init__(self, fragment: Fragment, numbers: Mapping[int, int]) -> None:
        super().__init__(b"")
        self._fragment, self._numbers = fragment, numbers

    @property
    def data(self) -> bytes:
        return placed(self._fragment, self._numbers)

    @property
    def compressible(self) -> bool:
        return self._fragment[-1] == b">>"  # before the numbers are known, nothing can be placed


class _Drawing(_Placed):
    """A drawing in a file. The engine looks for ``extra`` in whatever is among pictures."""

    extra: Mapping[str, Any] = {}

    def __init__(self, form: _Form) -> None:
        self._form = form
        super().__init__(form.whole, {})

    def settle(self, pdf: pydyf.PDF, shared: Mapping[int, int]) -> None:
        """Add what it refers to; ``shared`` are the file's colour spaces and fonts."""
        numbers = dict(shared)
        for place, fragment in enumerate(self._form.others):
            other = _Placed(fragment, numbers)
            pdf.add_object(other)
            numbers[place] = other.number
        self._numbers = numbers
