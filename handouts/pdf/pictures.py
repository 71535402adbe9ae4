"""How a clinic's pictures are printed: each SVG is drawn by two renderers, and compared.

The engine draws much of SVG, but not all, and says nothing of the rest. resvg is independent of it
and draws nearly everything as browsers do. Where the two differ, resvg's drawing is printed, as a
picture of 600 dots per inch. The result is kept in the store, so that this is paid once.

The only module that imports resvg.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple, Self

from handouts.content.assets.raster import raster_in_grey
from handouts.content.assets.svg import SVG
from handouts.content.layers import FONTS
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity
from handouts.model.clinic import Picture
from handouts.page.compose import Page
from handouts.page.data_uris import data_uri
from handouts.page.pictures import PictureUse
from handouts.pdf.engine import rendering_key
from handouts.pdf.pixels import Image, differ, on_white, seen_box, upright
from handouts.pdf.plain_svg import PlainSvg, UndrawableError, pictures_inside, plain_svg
from handouts.store import Store, TypedCache, key_of

PRINT_DPI = 600
"""Dots per inch of a drawing that is printed as a picture."""

COARSE_DPI = 150
"""Dots per inch below which a picture looks coarse in print."""

LOGO_BOX = (44.0, 12.0)
"""Width and height in millimetres of the place of a logo in the masthead."""

_SHARES = {"logo": 18 / 60, "figure": 1.5, "icon": 1.0}
"""Greatest height of a picture as a share of its greatest width; a logo's is that in large print,
where it is largest."""

_COMPARED = 400
"""Length in pixels of the longer side of the drawings that are compared."""

_MARGINS = 2
"""How many times larger a logo could be without its margins before they are told."""

_MARGIN = 40
"""Pixels around a drawing that is compared, where parts of it would show that must be cut off."""

_FAMILIES = ("font", "serif", "sans_serif", "cursive", "fantasy", "monospace")
_OUTLINES = "Convert its text to outlines (paths), and save it again"


class Note(NamedTuple):
    """Something to tell about a picture: the rest of the message after what the picture is."""

    code: str
    message: str
    hint: str
    severity: str


@dataclass(frozen=True)
class PrintedPicture:
    """How a picture is printed: as it is, as ``drawn`` (a PNG), or not at all (``fault``)."""

    drawn: bytes | None = None
    fault: str | None = None
    notes: tuple[Note, ...] = ()

    def to_bytes(self) -> bytes:
        """Serialise as one line of JSON followed by the PNG."""
        head = [self.drawn is not None, self.fault, self.notes]
        return json.dumps(head).encode() + b"\n" + (self.drawn or b"")

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Deserialise the result of ``to_bytes``."""
        line, _, drawn = data.partition(b"\n")
        is_drawn, fault, notes = json.loads(line)
        return cls(drawn if is_drawn else None, fault, tuple(Note(*note) for note in notes))

    def diagnostics(self, what: str, place: Place | None = None) -> Iterator[Diagnostic]:
        """What there is to tell about the picture; ``what`` it is begins each message."""
        for code, message, hint, severity in self.notes:
            yield Diagnostic(code, f"{what} {message}", place, hint, Severity(severity))
        if self.fault:
            message = f"{what} cannot be printed: it {self.fault}"
            hint = "Save it as a plain SVG of shapes and outlines, or as a PNG"
            yield Diagnostic("unreadable-picture", message, place, hint)


_PRINTED = TypedCache(PrintedPicture, max_entries=64)


def printed_picture(
    picture: Picture, use: PictureUse, width: float, store: Store
) -> PrintedPicture:
    """How a picture is printed, ``width`` mm wide at most, from the store or newly drawn.

    CannotPrintError if the engine cannot start.
    """
    key = key_of("picture", rendering_key(), use, str(width), picture.data)
    found = _PRINTED.get(key, store)
    if found is None:
        if picture.media_type == SVG:
            made = _look_at_drawing(picture, use, width)
        else:
            made = _look_at_picture(picture, use, width)
        found = _PRINTED.put(key, made, store)
    return found


def redrawn(
    picture: Picture, use: PictureUse, width: float, in_grey: bool = False, *, store: Store
) -> Picture:
    """The SVG as it is printed: itself, or resvg's drawing of it. HandoutsError if neither."""
    printed = printed_picture(picture, use, width, store)
    if printed.fault:
        raise HandoutsError(*printed.diagnostics(f"The {use}"))
    if in_grey:
        drawn = printed.drawn or _for_print(plain_svg(picture.data), use, width)
        return Picture(data=raster_in_grey(drawn), media_type="image/png")
    return Picture(data=printed.drawn, media_type="image/png") if printed.drawn else picture


# Drawings ---------------------------------------------------------------------------------------


def _look_at_drawing(picture: Picture, use: PictureUse, width: float) -> PrintedPicture:
    try:
        plain = plain_svg(picture.data)
        columns, rows = plain.fit(_COMPARED, _COMPARED)
        wanted = on_white(upright(_resvg(plain, columns, rows, _MARGIN)))
    except UndrawableError as error:
        return PrintedPicture(fault=str(error))
    drawn, fault = None, _engine_fault(picture, rows, wanted)
    if fault == "missing-glyph":  # resvg has the same fonts, so it would leave the letters out
        return PrintedPicture(fault="has letters that no shipped font has. " + _OUTLINES)
    notes = list[Note]()
    for font in plain.other_fonts:
        message = "has words that name no font; they are set in Noto Sans"
        if font:
            message = f"has words in `{font}`, which is not available; they are set in Noto Sans"
        notes.append(Note("picture-font", message, _OUTLINES, Severity.WARNING))
    if fault:
        drawn = _for_print(plain, use, width)
        message = (
            f"is printed as a picture of {PRINT_DPI} dots per inch, because the PDF engine {fault}"
        )
        hint = "It looks as in a browser; nothing needs to be done"
        notes.append(Note("picture-redrawn", message, hint, Severity.INFO))
    notes += _notes_on_pictures_inside(plain, use, width)
    sheet = (_MARGIN, _MARGIN, _MARGIN + ceil(columns), _MARGIN + ceil(rows))
    notes += _notes_on_ink(wanted.crop(sheet), use)
    return PrintedPicture(drawn, None, tuple(notes))


def _for_print(plain: PlainSvg, use: PictureUse, width: float) -> bytes:
    """A drawing as a PNG, as large as it is printed at most. UndrawableError as below."""
    dots = width / 25.4 * PRINT_DPI
    return _resvg(plain, *plain.fit(dots, dots * _SHARES[use]))


def _resvg(plain: PlainSvg, width: float, height: float, margin: int = 0) -> bytes:
    """A drawing as a PNG. UndrawableError if resvg reports that it cannot."""
    import resvg_py

    fonts = [str(FONTS / f"NotoSans-{weight}.ttf") for weight in ("Regular", "Bold")]
    families: dict[str, Any] = dict.fromkeys((f"{name}_family" for name in _FAMILIES), "Noto Sans")
    try:
        return resvg_py.svg_to_bytes(
            plain.text(width, height, margin),
            skip_system_fonts=True,
            font_files=fonts,
            dpi=96,
            **families,
        )
    except ValueError as error:
        raise UndrawableError(f"is not a drawing ({error})") from error


def _engine_fault(picture: Picture, height: float, wanted: Image) -> str | None:
    """What the engine does instead of the wanted drawing, or ``missing-glyph``; None if nothing."""
    from handouts.pdf.read import page_images
    from handouts.pdf.render import render_pdf

    html = (
        "<!doctype html><html lang=en><title>A picture</title>"
        f"<style>@page {{ size: {wanted.width}px {wanted.height}px; margin: 0 }}"
        f"body {{ margin: 0 }} img {{ display: block; height: {height}px; margin: {_MARGIN}px }}"
        "</style>"
        f'<img alt="A picture" src="{data_uri(picture.data, picture.media_type)}"></html>'
    )
    try:
        rendered = render_pdf(Page(html, "A picture"), tagged=False)
    except HandoutsError as error:
        codes = {diagnostic.code for diagnostic in error.diagnostics}
        return "missing-glyph" if "missing-glyph" in codes else "cannot draw it"
    # 96 pixels to the inch: a pixel of the picture is a pixel of the page.
    first, *_ = page_images(rendered.pdf, 96)
    return "draws it differently" if differ(wanted, first.crop((0, 0, *wanted.size))) else None


# Notes ------------------------------------------------------------------------------------------


def _notes_on_pictures_inside(plain: PlainSvg, use: PictureUse, width: float) -> Iterator[Note]:
    box = LOGO_BOX if use == "logo" else (width, width * _SHARES[use])
    across = float(re.split(r"[\s,]+", plain.root.get("viewBox", "").strip())[2])
    millimetres = _fit((plain.width, plain.height), box)[0] / across  # for a unit of the drawing
    for data, *sides in pictures_inside(plain):
        pixels, printed = max(upright(data).size), max(sides) * millimetres
        dots = round(25.4 * pixels / printed) if printed else COARSE_DPI
        if dots < COARSE_DPI:
            message = (
                f"contains a picture that will look coarse: {pixels} pixels on {printed:.0f} mm "
                f"are {dots} dots per inch; at least {COARSE_DPI} are needed"
            )
            hint = f"Use one of at least {round(printed / 25.4 * COARSE_DPI)} pixels, or shapes"
            yield Note("poor-picture", message, hint, Severity.WARNING)


def _look_at_picture(picture: Picture, use: PictureUse, widest: float) -> PrintedPicture:
    image = upright(picture.data)
    width, _ = _fit(image.size, LOGO_BOX if use == "logo" else (widest, widest * _SHARES[use]))
    dots = round(25.4 * image.width / width)
    notes = list[Note]()
    if dots < COARSE_DPI:
        message = (
            f"will look coarse: {image.width} by {image.height} pixels are {dots} dots "
            f"per inch in print; at least {COARSE_DPI} are needed"
        )
        hint = f"Use a picture at least {ceil(width / 25.4 * COARSE_DPI)} pixels wide, or an SVG"
        notes.append(Note("poor-picture", message, hint, Severity.WARNING))
    image.thumbnail((_COMPARED, _COMPARED))
    return PrintedPicture(notes=(*notes, *_notes_on_ink(on_white(image), use)))


def _notes_on_ink(image: Image, use: PictureUse) -> Iterator[Note]:
    """Whether a picture on white paper can be seen, and how much of it is margin."""
    box = seen_box(image)
    if box is None:
        hint = "Use the version of it that is meant for white paper"
        message = "shows nothing on white paper"
        yield Note("poor-picture", message, hint, Severity.WARNING)
    elif use == "logo":
        inked = box[2] - box[0], box[3] - box[1]
        width, _ = _fit(image.size, LOGO_BOX)
        printed = [round(width / image.width * side, 1) for side in inked]
        if _fit(inked, LOGO_BOX)[0] >= _MARGINS * printed[0]:
            cropped = [round(side) for side in _fit(inked, LOGO_BOX)]
            message = (
                f"will be only {printed[0]:g} by {printed[1]:g} mm in print, because of its "
                f"margins; without them it would be {cropped[0]} by {cropped[1]} mm"
            )
            hint = "Crop it to what is drawn; in Inkscape: Edit, Resize Page to Selection"
            yield Note("poor-picture", message, hint, Severity.WARNING)


def _fit(size: tuple[float, float], box: tuple[float, float]) -> tuple[float, float]:
    """The size in millimetres of a picture that fills its box."""
    scale = min(box[0] / size[0], box[1] / size[1])
    return size[0] * scale, size[1] * scale
