"""A clinic's brand: checks that its colours are readable, and its logo and fonts printable."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from handouts.content.assets.font import (
    BOLDER,
    WIDER,
    WIDTH,
    ClinicFont,
    FontFault,
    clinic_font,
)
from handouts.content.assets.raster import raster_fault
from handouts.content.assets.svg import SVG, svg_fault
from handouts.content.load import Loaded, attempt
from handouts.diagnostics import Checked, Diagnostic, HandoutsError, Place, Severity
from handouts.files import meant_file, read_bytes
from handouts.limits import apart
from handouts.model.clinic import Brand, FontFile, Picture
from handouts.model.colour import (
    PANEL,
    READABLE,
    URGENT,
    WHITE,
    contrast,
    difference,
    grey,
    nearest_passing,
    tint,
)

BRAND = "brand.yaml"
MAX_LOGO_BYTES = 2_000_000
MAX_FONT_BYTES = 5_000_000

LIKE_URGENT = 20
"""The difference (CIE76) below which a brand colour is taken for that of urgent help."""

MIN_GREY_CONTRAST = 1.5
"""Least contrast in grey between the two colours of a picture of benefits and harms."""

MEDIA_TYPES = {
    ".svg": SVG,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}

SAVE_AS_PNG = "Save it as a PNG or JPEG: RGB, 8 bits per channel, at most 2,000 pixels wide"


class BrandFiles(NamedTuple):
    """A brand with its logo and fonts; ``logo_place`` is where the logo is named."""

    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    logo_place: Place | None = None


def read_brand(folder: Path) -> Checked[BrandFiles]:
    """The brand in a clinic's folder, or the default one."""
    path = folder / BRAND
    # A folder or a pipe of this name is an error, not a missing brand.
    loaded = (yield from attempt(path, Brand)) if os.path.lexists(path) else None
    return (yield from checked_brand(loaded)) if loaded else BrandFiles(Brand(), None, ())


def checked_brand(brand: Loaded[Brand]) -> Checked[BrandFiles]:
    """A brand's files, and all problems with it. Paths are relative to the brand's file."""
    yield from _weak_colours(brand)
    logo = yield from _logo(brand)
    fonts = yield from _fonts(brand)
    return BrandFiles(brand.model, logo, fonts, brand.place_of("logo") if logo else None)


def brand_files(folder: Path, brand: Brand) -> tuple[Path, ...]:
    """The paths of the files that a brand names, whether or not they exist."""
    fonts = (brand.fonts.regular, brand.fonts.bold) if brand.fonts else ()
    return tuple(folder / name for name in (brand.logo, *fonts) if name)


# Colours ----------------------------------------------------------------------------------------


def _weak_colours(brand: Loaded[Brand]) -> Iterator[Diagnostic]:
    weak = [name for name in ("primary", "accent") if _weak_pairs(getattr(brand.model, name))]
    for name in weak:
        colour = getattr(brand.model, name)
        failing = ", ".join(f"{ratio:.2f} {where}" for where, ratio in _weak_pairs(colour))
        message = (
            f"`{name}` {colour} is too pale: contrast {failing}; at least {READABLE} is needed"
        )
        remedy = _nearest(colour, lambda candidate: not _weak_pairs(candidate))
        yield Diagnostic("weak-colour", message, brand.place_of(name), remedy)
    for name in ("primary", "accent"):
        if difference(getattr(brand.model, name), URGENT) < LIKE_URGENT:
            message = f"`{name}` looks like the red of urgent help; patients could confuse the two"
            hint = "Choose another colour, or a darker or browner red"
            place = brand.place_of(name)
            yield Diagnostic("like-urgent", message, place, hint, Severity.WARNING)
    # Risk pictures use one colour for benefits and the other for harms.
    primary, accent = brand.model.primary, brand.model.accent
    ratio = _grey_contrast(accent, primary)
    if not weak and ratio < MIN_GREY_CONTRAST:  # a weak colour has to change first
        message = (
            f"`accent` {accent} and `primary` {primary} cannot be told apart in greyscale: "
            f"contrast {ratio:.2f}; at least {MIN_GREY_CONTRAST} is needed"
        )
        remedy = _nearest(
            accent,
            lambda candidate: (
                not _weak_pairs(candidate)
                and _grey_contrast(candidate, primary) >= MIN_GREY_CONTRAST
            ),
        )
        # A brand may name only one of the two; the other is the default colour.
        place = brand.place_of("accent" if "accent" in brand.node.value else "primary")
        yield Diagnostic("same-grey", message, place, remedy, Severity.WARNING)


def _weak_pairs(colour: str) -> list[tuple[str, float]]:
    """Where a colour's contrast is too low, and the contrast there."""
    panel = tint(colour, PANEL)
    ratios = {
        "on white paper": contrast(colour, WHITE),
        "on its tint": contrast(colour, panel),
        "copied in grey": contrast(grey(colour), WHITE),
        "copied in grey on its tint": contrast(grey(colour), grey(panel)),
    }
    return [(where, ratio) for where, ratio in ratios.items() if ratio < READABLE]


def _grey_contrast(one: str, other: str) -> float:
    return contrast(grey(one), grey(other))


def _nearest(colour: str, passes: Callable[[str], bool]) -> str:
    nearest = nearest_passing(colour, passes)
    return (
        f"The nearest colour that passes is `'{nearest}'`" if nearest else "Choose another colour"
    )


# Logo -------------------------------------------------------------------------------------------


def _logo(brand: Loaded[Brand]) -> Checked[Picture | None]:
    name = brand.model.logo
    if name is None:
        return None
    place = brand.place_of("logo")
    media_type = MEDIA_TYPES.get(Path(name).suffix.lower(), "")
    if not media_type and _inside(brand, name):  # `_file` reports names outside the folder
        message = f"`{name}` is not a printable picture format"
        yield Diagnostic("logo-type", message, place, "Save it as an SVG, PNG or JPEG")
        return None
    missing = Diagnostic(
        "missing-image",
        f"Logo file `{name}` not found",
        place,
        "Put the file next to `brand.yaml`, or remove the line to print the clinic's name instead",
    )
    smaller = "Save a smaller version"
    data = yield from _file(brand, name, "The logo", missing, MAX_LOGO_BYTES, smaller)
    if data is None:
        return None
    if media_type == SVG:
        fault, hint = svg_fault(data) or (None, "")
    else:
        fault, hint = raster_fault(data), SAVE_AS_PNG
    if fault:
        message = f"The logo `{name}` cannot be printed: it {fault}"
        yield Diagnostic("unreadable-picture", message, place, hint)
    return Picture(data=data, media_type=media_type)


# Fonts ------------------------------------------------------------------------------------------


def _fonts(brand: Loaded[Brand]) -> Checked[tuple[FontFile, ...]]:
    """The clinic's fonts in both weights, or none; the family name contains their digest."""
    if brand.model.fonts is None:
        return ()
    regular = yield from _font(brand, "regular", brand.model.fonts.regular)
    bold = yield from _font(brand, "bold", brand.model.fonts.bold)
    if regular and bold and bold.ink < BOLDER * regular.ink:
        same = "is the same as the regular one" if regular.data == bold.data else "is not bolder"
        message = f"The bold font {same}: headings and warnings would not stand out"
        hint = "Name the bold file of the same family under `bold`"
        yield Diagnostic("unusable-font", message, brand.place_of("fonts", "bold"), hint)
    if regular and bold and (wider := regular.width / WIDTH) > WIDER:
        message = (
            f"The font's letters are {wider - 1:.0%} wider than those of the shipped font: "
            "leaflets will have more pages"
        )
        hint = "Compare the number of pages with those of the demo clinic, or use a narrower font"
        place = brand.place_of("fonts", "regular")
        yield Diagnostic("wide-font", message, place, hint, Severity.WARNING)
    # CSS weights: 400 is regular, 700 is bold.
    weights: dict[Literal[400, 700], ClinicFont | None] = {400: regular, 700: bold}
    contents = b"".join(font.data for font in weights.values() if font)
    family = f"Clinic {hashlib.sha256(contents).hexdigest()[:12]}"
    return tuple(
        FontFile(
            data=font.data,
            digest=font.digest,
            media_type="font/sfnt",
            family=family,
            weight=weight,
        )
        for weight, font in weights.items()
        if font
    )


def _font(brand: Loaded[Brand], key: str, name: str) -> Checked[ClinicFont | None]:
    place = brand.place_of("fonts", key)
    hint = f"Put the file at `{name}` in the clinic's folder, or remove `fonts`"
    missing = Diagnostic("missing-font", f"Font file `{name}` not found", place, hint)
    shorten = "Keep only the characters that leaflets print"
    data = yield from _file(brand, name, "The font", missing, MAX_FONT_BYTES, shorten)
    if data is None:
        return None
    try:
        # A worker of its own, because the one that renders is best started later.
        stage = f"reading the font `{name}`"
        font = apart(partial(clinic_font, bold=key == "bold"), data, stage=stage, keep=False)
    except HandoutsError as error:
        yield from (replace(problem, place=place) for problem in error.diagnostics)
        return None
    if isinstance(font, FontFault):
        message = f"The font `{name}` cannot be used: it {font.words}"
        yield Diagnostic("unusable-font", message, place, font.remedy)
        return None
    return font


# Files ------------------------------------------------------------------------------------------


def _file(
    brand: Loaded[Brand], name: str, what: str, missing: Diagnostic, max_bytes: int, remedy: str
) -> Checked[bytes | None]:
    """The bytes of a file in the clinic's folder. A path that leads out of it is refused."""
    if not _inside(brand, name):
        message = f"{what} `{name}` is outside the clinic's folder"
        yield Diagnostic("outside", message, missing.place, "Copy it into the folder")
        return None
    path = Path(os.path.realpath(brand.file.parent / name))
    if not path.is_file():
        meant = meant_file(brand.file.parent, name)
        yield replace(missing, hint=f"Did you mean `{meant}`?") if meant else missing
        return None
    try:
        return read_bytes(path, max_bytes, remedy)
    except HandoutsError as error:
        yield from error.diagnostics
        return None


def _inside(brand: Loaded[Brand], name: str) -> bool:
    # Neither `..` nor a link may lead out of the folder.
    folder = brand.file.parent
    return Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder))
