"""Colour arithmetic: WCAG contrast, tints, greyscale, and the nearest colour that passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from colorsys import hls_to_rgb, rgb_to_hls

WHITE = "#ffffff"

READABLE = 4.5
"""Least contrast of text (WCAG 2.2, success criterion 1.4.3)."""

URGENT = "#a8201a"
"""The red of urgent help, as `templates/styles/tokens.j2` sets it."""

PANEL = 0.07
"""Strength of the tint behind panels and table rows, as in `templates/styles/tokens.j2`."""

_STEP = 1 / 512


def contrast(one: str, other: str) -> float:
    """Contrast of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tint(colour: str, share: float) -> str:
    """A colour mixed with white: ``share`` 1 is the colour itself, 0 is white."""
    return _hex(255 - (255 - channel) * share for channel in _channels(colour))


def grey(colour: str) -> str:
    """A colour as a greyscale printer prints it (PDF 1.7, section 10.3.3)."""
    red, green, blue = _channels(colour)
    return _hex([0.3 * red + 0.59 * green + 0.11 * blue] * 3)


def difference(one: str, other: str) -> float:
    """How far apart two colours look: the distance in CIELAB (CIE 1976), D65; 2 is just seen."""
    pairs = zip(_lab(one), _lab(other), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def pale_grey(colour: str, floor: float) -> str:
    """A colour in grey, lifted so that none but near-black is darker than ``floor`` (0 to 1)."""
    level = _channels(grey(colour))[0] / 255
    if level < 0.3:  # lines, marks, hair: they carry the drawing
        return _hex([255 * level * 0.6] * 3)
    return _hex([255 * (floor + (1 - floor) * (level - 0.3) / 0.7)] * 3)


def nearest_passing(colour: str, passes: Callable[[str], bool]) -> str | None:
    """The colour of the same hue that passes with the least change in lightness, or None."""
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    for step in range(round(1 / _STEP) + 1):
        for changed in (lightness - step * _STEP, lightness + step * _STEP):
            if 0 <= changed <= 1:
                candidate = _hex(255 * c for c in hls_to_rgb(hue, changed, saturation))
                if passes(candidate):
                    return candidate
    return None


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _lab(colour: str) -> tuple[float, float, float]:
    """CIELAB of an sRGB colour, by way of XYZ (IEC 61966-2-1; CIE 15:2004)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    f, g, h = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * g - 16, 500 * (f - g), 200 * (g - h)
