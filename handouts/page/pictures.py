"""The pictures of a page as data URIs: drawings, icons, icon arrays and the clinic's logo."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from handouts.content.appearance import AXIS, KEY, MAX_PHOTOGRAPH, PALETTE, PEOPLE
from handouts.content.assets.brand import MEDIA_TYPES, SAVE_AS_PNG
from handouts.content.assets.raster import raster_fault, raster_in_grey, raster_size
from handouts.content.assets.svg import SVG, svg_fault
from handouts.content.layers import layered_file, photograph
from handouts.content.yaml import MAX_BYTES, decode, parse_yaml
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.files import read_bytes
from handouts.model.blocks import FigureBlock, RiskBlock, Stage, TimelineBlock
from handouts.model.clinic import Picture
from handouts.model.colour import grey, pale_grey, tint
from handouts.model.document import Document
from handouts.page.data_uris import data_uri, in_grey, svg_uri
from handouts.page.templates import Templates
from handouts.translation.languages import script_of

PictureUse = Literal["logo", "figure", "icon"]

Redraw = Callable[[Picture, PictureUse, float, bool], Picture]
"""Gives a clinic's SVG as it is printed at most so many millimetres wide, and whether in greys.
HandoutsError if it cannot be printed."""

LARGE_MARKERS = 14 / 9
"""In large print the digits of markers have 14 points instead of 9."""

LOGO_WIDTH, ICON_WIDTH = 60.0, 12.0
"""Greatest widths in print, in millimetres, with some room: the masthead, and an icon."""

AXIS_WIDTH = 57.0

SHARE_LOOKS = ((1, "filled"), (0.6, "body"), (0.25, "filled"))
"""Strength and form of the first, second and later shares of one meaning."""

_GROUND = {"light": 0.78, "medium": 0.66, "deep": 0.54}
"""How light the darkest ground of a tone is printed in black ink, 0 black to 1 white."""

BLACK = "#000000"

_REDS, _RED_SHARE = frozenset({"redness", "inflame", "mark_red", "raw"}), 0.72
"""Colours of a tone that mean redness, and how light they are in black ink, as a share of the
darkest ground: red and skin have nearly the same grey."""


_TURNED = Markup(' transform="matrix(-1 0 0 1 24 0)"')
"""An attribute that turns an icon round."""

_VIEW_BOX = re.compile(
    r"""\bviewBox=["'] *[-\d.]+[ ,]+[-\d.]+[ ,]+([1-9]\d*(?:\.\d+)?)[ ,]+([1-9]\d*(?:\.\d+)?)"""
)
"""Width and height of a drawing's view box, if both are at least 1."""


class ShareLook(NamedTuple):
    """How the figures of a share are drawn: ``form`` is ``filled``, ``body`` or ``outline``."""

    fill: str
    form: str


class Pictures:
    """A document's pictures.

    ``meanings`` are the colours of benefits and harms, which ``tint`` mixes with white. ``redraw``
    gives the clinic's pictures as they are printed (default: as they are).
    """

    def __init__(
        self,
        document: Document,
        templates: Templates,
        meanings: Mapping[str, str],
        tint: Callable[[str, float], str],
        redraw: Redraw | None = None,
    ) -> None:
        self._templates, self._meanings, self._tint = templates, meanings, tint
        self._redraw = redraw or (lambda picture, *_: picture)
        self._rtl = document.direction == "rtl"
        self._in_black = document.ink == "black"
        self._marker_scale = LARGE_MARKERS if document.edition == "large" else 1
        # A question mark is turned in Arabic, but not in Hebrew.
        self._arabic = script_of(document.language) == "Arab"
        self._palette = palette(templates.layers)
        if self._in_black:
            self._palette = black_palette(self._palette)

    def drawing(
        self, name: str, tone: str, width: float = 41, order: Mapping[int, int] | None = None
    ) -> str:
        """A drawing in a tone of skin, ``width`` millimetres wide on paper; or a photograph.

        ``order`` gives its markers the numbers of a legend; without one, none is drawn.
        """
        if path := photograph(self._templates.layers, name):
            return self.picture(read_photograph(path), "figure", width)
        ground = _GROUND[tone] if self._in_black else None
        values = self._values(tone, width, order)
        return self._filled(f"figures/{name}.svg.j2", width, ground, **values)

    def shapes(self, block: FigureBlock) -> tuple[float, ...]:
        """How many times as wide as high each picture of a figure is: see `shape`."""
        return tuple(self.shape(panel.drawing, block.tone) for panel in block.panels)

    def shape(self, name: str, tone: str) -> float:
        """How many times as wide as high a drawing or photograph is: 1 without a view box."""
        if path := photograph(self._templates.layers, name):
            width, height = raster_size(read_photograph(path).data)
            return width / height
        box = _VIEW_BOX.search(self._templates.render(f"figures/{name}.svg.j2", self._values(tone)))
        return float(box[1]) / float(box[2]) if box else 1.0

    def _values(
        self, tone: str, width: float = 41, order: Mapping[int, int] | None = None
    ) -> dict[str, Any]:
        values = figure_values(self._palette, tone, width, order)
        return {**values, "marker_scale": self._marker_scale}

    def icon(self, name: str, colour: str) -> str:
        """An icon in a colour. What points to the side is turned where lines begin at the right."""
        turned, turned_mark = (_TURNED if it else "" for it in (self._rtl, self._arabic))
        return self._filled(
            f"icons/{name}.svg.j2", colour=colour, turned=turned, turned_mark=turned_mark
        )

    def people(self, block: RiskBlock) -> str:
        """An icon array: of 1,000 people each figure stands for ten."""
        step = max(1, block.denominator // 100)
        shares = zip(block.shares, self.share_looks(block), strict=True)
        looks = [look for share, look in shares for _ in range(share.count)][::step]
        columns = min(10, len(looks))
        rows = -(-len(looks) // columns)  # rounded up
        return self._filled(
            PEOPLE, 84, looks=tuple(looks), columns=columns, rows=rows, rtl=self._rtl
        )

    def key(self, look: ShareLook) -> str:
        """A figure of an icon array, for its key."""
        return self._filled(KEY, look=look)

    def axis(
        self,
        block: TimelineBlock,
        part: Stage | Literal["figures", "guides"],
        colour: str,
        line: str,
    ) -> str:
        """A stage on the axis of time of its block, or the axis's figures or guides."""
        return self._filled(
            AXIS,
            AXIS_WIDTH,
            rtl=self._rtl,
            months=block.months,
            stage=part if isinstance(part, Stage) else None,
            figures=part == "figures",
            colour=colour,
            line=line,
        )

    def share_looks(self, block: RiskBlock) -> tuple[ShareLook, ...]:
        """How each share is drawn: benefits in the primary, harms in the accent, the rest white.

        Shares of one meaning differ by strength and by form, so that they do in a grey copy too.
        """
        seen = Counter[str]()
        looks = []
        for share in block.shares:
            rank = min(seen[share.meaning], len(SHARE_LOOKS) - 1)
            strength, form = SHARE_LOOKS[rank]
            whole = self._meanings.get(share.meaning)
            fill = self._tint(whole, strength) if whole else "#ffffff"
            looks.append(ShareLook(fill, form if whole else "outline"))
            seen[share.meaning] += 1
        return tuple(looks)

    def picture(self, picture: Picture, use: PictureUse = "logo", width: float = LOGO_WIDTH) -> str:
        """A clinic's picture, at most so many millimetres wide; in greys with black ink."""
        # How pixels are drawn does not depend on the program; how an SVG is drawn does.
        if picture.media_type == SVG:
            # Figures and icons are in greys already, by their palette.
            in_grey = self._in_black and use == "logo"
            picture = self._redraw(picture, use, width, in_grey)
        elif self._in_black and picture.media_type.startswith("image/"):  # not a font
            picture = Picture(data=raster_in_grey(picture.data), media_type=MEDIA_TYPES[".png"])
        return data_uri(picture.data, picture.media_type)

    def _filled(
        self, name: str, width: float = ICON_WIDTH, ground: float | None = None, **values: object
    ) -> str:
        """The data URI of a drawing; in greys if ``ground`` is the lightness of its darkest one.

        A clinic's own drawing is checked like a logo.
        """
        drawn, place = self._templates.render(name, values), self._templates.place_of(name)
        # Before the check: what is checked, and compared by pixels, is what will be printed.
        if ground is not None:
            drawn = in_grey(drawn, ground)
        shipped = place.file.is_relative_to(self._templates.layers[-1])
        if shipped:
            return svg_uri(drawn)
        data = drawn.encode()
        if fault := svg_fault(data):
            message = f"The drawing cannot be printed: it {fault.words}"
            raise HandoutsError(Diagnostic("unreadable-picture", message, place, fault.remedy))
        use: PictureUse = "icon" if name.startswith("icons/") else "figure"
        try:
            return self.picture(Picture(data=data, media_type=SVG), use, width)
        except HandoutsError as error:
            raise HandoutsError(*(replace(d, place=place) for d in error.diagnostics)) from error


def read_photograph(path: Path) -> Picture:
    """A photograph of a figure. HandoutsError if it cannot be printed."""
    data = read_bytes(path, MAX_PHOTOGRAPH)
    if fault := raster_fault(data):
        message = f"The photograph cannot be printed: it {fault}"
        raise HandoutsError(Diagnostic("unreadable-picture", message, Place(path), SAVE_AS_PNG))
    return Picture(data=data, media_type=MEDIA_TYPES[path.suffix])


def figure_values(
    colours: Mapping[str, Any], tone: str, width: float, order: Mapping[int, int] | None = None
) -> dict[str, Any]:
    """What the template of a drawing is given: see ``templates/figures/README.md``."""
    tones, inks = colours["tones"], colours["inks"]
    skin = {"skin": tones[tone], "tones": tones}
    return {**skin, "ink": inks, "print_width": width, "order": order or {}}


def palette(layers: tuple[Path, ...]) -> Mapping[str, Any]:
    """Skin tones and inks of the drawings."""
    path = layered_file(layers, PALETTE)
    return _palette(path, read_bytes(path, MAX_BYTES))


def black_palette(colours: Mapping[str, Any]) -> dict[str, Any]:
    """The palette for black ink: lines black, skin of every tone on a light ground, redness darker.

    So lines and marks stay legible after a copier has made them black or white. The tones still
    differ, the deepest is the darkest grey.
    """
    tones = {
        name: {
            key: BLACK
            if key == "line"
            else tint(BLACK, 1 - _GROUND[name] * _RED_SHARE)
            if key in _REDS
            else pale_grey(colour, _GROUND[name])
            for key, colour in tone.items()
        }
        for name, tone in colours["tones"].items()
    }
    inks = {key: grey(colour) for key, colour in colours["inks"].items()}
    # A glove, skin and redness would be three greys that a copier cannot tell apart.
    return {"tones": tones, "inks": inks | {"glove": "#f2f2f2", "outline": BLACK}}


@lru_cache(maxsize=8)
def _palette(path: Path, data: bytes) -> Mapping[str, Any]:
    """The parsed palette, cached by its bytes too, because the file may change."""
    return parse_yaml(decode(path, data), path).data  # type: ignore[no-any-return]
