"""The clinic's brand: colours that can be read on paper, a logo and fonts that can be printed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from handouts.colour import PANEL, READABLE, WHITE, contrast, grey, nearest_passing, tint
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity
from handouts.files import read_bytes
from handouts.fonts import font_fault
from handouts.models.clinic import Brand, FontFile, Picture
from handouts.pictures import SVG, picture_fault
from handouts.validate import Loaded, attempt

BRAND = "brand.yaml"
MOST_LOGO_BYTES = 2_000_000
MOST_FONT_BYTES = 5_000_000

APART = 1.5
"""The least contrast in grey of the two colours of a picture that shows benefits and harms."""

_LOGO_TYPES = {
    ".svg": SVG,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}

_SAVE_AGAIN = "Save it again as PNG or JPEG, in RGB with 8 bits and at most 2,000 pixels wide"
_SAVE_PLAIN = "Save it again as plain SVG that holds all of its parts, or as PNG"


def read_brand(
    folder: Path, problems: list[Diagnostic]
) -> tuple[Brand, Picture | None, tuple[FontFile, ...]]:
    """The brand, its logo and its fonts; what cannot be used joins the problems."""
    path = folder / BRAND
    loaded = attempt(path, Brand, problems) if path.is_file() else None
    return checked_brand(loaded, problems) if loaded else (Brand(), None, ())


def checked_brand(
    loaded: Loaded[Brand], problems: list[Diagnostic]
) -> tuple[Brand, Picture | None, tuple[FontFile, ...]]:
    """The same for a brand that was read from elsewhere; its files lie beside that."""
    problems += _weak_colours(loaded)
    return loaded.model, _logo(loaded, problems), _fonts(loaded, problems)


# Colours ----------------------------------------------------------------------------------------


def _weak_colours(brand: Loaded[Brand]) -> Iterator[Diagnostic]:
    weak = [name for name in ("primary", "accent") if _weak_pairs(getattr(brand.model, name))]
    for name in weak:
        colour = getattr(brand.model, name)
        failing = ", ".join(f"{ratio:.2f} {where}" for where, ratio in _weak_pairs(colour))
        message = f"`{name}` {colour} is too pale: contrast {failing}; needed {READABLE}"
        remedy = _nearest(colour, lambda found: not _weak_pairs(found))
        yield Diagnostic("weak-colour", message, brand.place_of(name), remedy)
    if not weak and _apart(brand.model.accent, brand.model.primary) < APART:
        yield _same_grey(brand)


def _weak_pairs(colour: str) -> list[tuple[str, float]]:
    """Where a colour cannot be read, and its contrast there."""
    panel = tint(colour, PANEL)
    ratios = {
        "on white paper": contrast(colour, WHITE),
        "on its tint": contrast(colour, panel),
        "copied in grey": contrast(grey(colour), WHITE),
        "copied in grey on its tint": contrast(grey(colour), grey(panel)),
    }
    return [(where, ratio) for where, ratio in ratios.items() if ratio < READABLE]


def _same_grey(brand: Loaded[Brand]) -> Diagnostic:
    """Pictures of risks show benefits in the one colour and harms in the other."""
    primary, accent = brand.model.primary, brand.model.accent
    ratio = _apart(accent, primary)
    message = (
        f"`accent` {accent} and `primary` {primary} look the same copied in grey: "
        f"contrast {ratio:.2f}, needed {APART}"
    )
    remedy = _nearest(
        accent, lambda found: not _weak_pairs(found) and _apart(found, primary) >= APART
    )
    place = brand.place_of("accent" if "accent" in brand.node.value else "primary")
    return Diagnostic("same-grey", message, place, remedy, Severity.WARNING)


def _apart(one: str, other: str) -> float:
    return contrast(grey(one), grey(other))


def _nearest(colour: str, passes: Callable[[str], bool]) -> str:
    found = nearest_passing(colour, passes)
    return f"The nearest colour that passes is `'{found}'`" if found else "Choose another colour"


# Logo -------------------------------------------------------------------------------------------


def _logo(brand: Loaded[Brand], problems: list[Diagnostic]) -> Picture | None:
    name = brand.model.logo
    if name is None:
        return None
    place = brand.place_of("logo")
    if Path(name).suffix.lower() not in _LOGO_TYPES and _inside(brand, name):
        hint = "Save it as SVG, PNG or JPEG"
        problems.append(
            Diagnostic("logo-type", f"`{name}` is not a picture we can print", place, hint)
        )
        return None
    missing = Diagnostic(
        "missing-image",
        f"There is no picture `{name}`",
        place,
        "Put the file beside `brand.yaml`, or remove the line to set the name in type",
    )
    path = _found(brand, name, "The logo", missing, problems)
    media_type = _LOGO_TYPES.get(Path(name).suffix.lower(), "")
    return _read_logo(path, media_type, place, problems) if path else None


def _read_logo(
    path: Path, media_type: str, place: Place, problems: list[Diagnostic]
) -> Picture | None:
    try:
        data = read_bytes(path, MOST_LOGO_BYTES, "Save the logo smaller")
    except HandoutsError as error:
        problems += error.diagnostics
        return None
    if fault := picture_fault(data, media_type):
        message = f"The logo cannot be printed: it {fault}"
        hint = _SAVE_PLAIN if media_type == SVG else _SAVE_AGAIN
        problems.append(Diagnostic("unreadable-picture", message, place, hint))
    return Picture(data=data, media_type=media_type)


# Fonts ------------------------------------------------------------------------------------------


def _fonts(brand: Loaded[Brand], problems: list[Diagnostic]) -> tuple[FontFile, ...]:
    """The clinic's fonts in both weights, or none; the family is named by what is in them."""
    if brand.model.fonts is None:
        return ()
    weights: dict[Literal[400, 700], bytes] = {}
    names: tuple[tuple[Literal[400, 700], str, str], ...] = (
        (400, "regular", brand.model.fonts.regular),
        (700, "bold", brand.model.fonts.bold),
    )
    for weight, key, name in names:
        data = _font(brand, key, name, problems)
        if data is not None:
            weights[weight] = data
    family = f"Clinic {hashlib.sha256(b''.join(weights.values())).hexdigest()[:12]}"
    return tuple(
        FontFile(data=data, media_type="font/sfnt", family=family, weight=weight)
        for weight, data in weights.items()
    )


def _font(brand: Loaded[Brand], key: str, name: str, problems: list[Diagnostic]) -> bytes | None:
    place = brand.place_of("fonts", key)
    hint = f"Put the file there, as `fonts/{Path(name).name}`, or remove `fonts`"
    missing = Diagnostic("missing-font", f"There is no font `{name}`", place, hint)
    path = _found(brand, name, "The font", missing, problems)
    if path is None:
        return None
    try:
        data = read_bytes(path, MOST_FONT_BYTES, "Keep the letters that leaflets print, no others")
    except HandoutsError as error:
        problems += error.diagnostics
        return None
    if fault := font_fault(data):
        message = f"The font `{name}` cannot be used: it {fault}"
        hint = "Ask its maker for one TTF or OTF file of this weight that may be embedded"
        problems.append(Diagnostic("unusable-font", message, place, hint))
    return data


# Files ------------------------------------------------------------------------------------------


def _found(
    brand: Loaded[Brand], name: str, what: str, missing: Diagnostic, problems: list[Diagnostic]
) -> Path | None:
    """The file of a name in the clinic's folder; a name that leads out of it is told, or none."""
    if not _inside(brand, name):
        message = f"{what} `{name}` is outside the clinic's folder"
        problems.append(Diagnostic("outside", message, missing.place, "Copy it in"))
        return None
    path = Path(os.path.realpath(brand.file.parent / name))
    if not path.is_file():
        problems.append(missing)
        return None
    return path


def _inside(brand: Loaded[Brand], name: str) -> bool:
    folder = brand.file.parent
    return Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder))
