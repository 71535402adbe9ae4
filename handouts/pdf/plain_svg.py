"""Prepares a drawing for the second renderer: a size in pixels, and CSS that it understands.

resvg draws SVG 1.1 and most of SVG 2, but reads little of newer CSS. What can be said in older
words is said in them; what neither renderer would draw is named.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from xml.etree import ElementTree as ET

import tinycss2
from tinycss2.color5 import parse_color

MAX_RATIO = 100
"""Greatest proportion of a drawing's sides; nothing longer could be read in print."""

_SVG = "{http://www.w3.org/2000/svg}"
_DEFAULT_SIZE = 300.0, 150.0
"""Size in CSS pixels of a drawing that gives none (CSS 2.1, 10.3.2)."""

_PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
_PIXELS |= {"em": 16, "ex": 8}
_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*([a-z]*)\s*", re.IGNORECASE)

_COLOURS = frozenset({"color", "fill", "flood-color", "lighting-color", "stop-color", "stroke"})
_PAINTS = frozenset({"context-fill", "context-stroke", "currentcolor", "inherit", "none"})
_SHAPES = frozenset({"clip-path", "mask", "d", "offset-path", "text-transform", "zoom"})
"""Properties of which neither renderer draws more than ``none`` and ``url(#...)``."""

_GEOMETRY = frozenset({"cx", "cy", "height", "r", "rx", "ry", "width", "x", "y"})

_ANGLE = re.compile(r"(-?[\d.]+(?:e[+-]?\d+)?)(deg|grad|rad|turn|px)\b", re.IGNORECASE)
_UNITS = {"deg": 1, "grad": 0.9, "rad": 180 / 3.141592653589793, "turn": 360, "px": 1}
_AXES = {"translatex": "translate({})", "translatey": "translate(0 {})", "scalex": "scale({} 1)"}
_AXES |= {"scaley": "scale(1 {})", "rotatez": "rotate({})"}
_AXIS = re.compile(rf"\b({'|'.join(_AXES)})\(\s*([^)]*?)\s*\)", re.IGNORECASE)
_BEYOND = re.compile(r"%|[a-z]3d|perspective|[a-z]z\(|rotate[xy]\(|calc\(", re.IGNORECASE)

_SIZE = re.compile(r"\d[\w.%]*(?:\s*/\s*[\w.%]+)?\s+|\b(?:small|medium|large)(?:er)?\s+")
"""A font's size, and the height of its lines, in the shorthand ``font``."""

_SANS = frozenset({"noto sans", "sans-serif", "system-ui", "ui-sans-serif"})
_TEXTS = frozenset({f"{_SVG}text", "text"})


class UndrawableError(Exception):
    """What neither renderer draws, as the end of "The logo cannot be printed: it ..."."""


@dataclass(frozen=True)
class PlainSvg:
    """A drawing's root element, prepared, and its size in CSS pixels.

    ``other_fonts`` are the fonts that its words ask for and that are not there; an empty name
    stands for words that ask for none.
    """

    root: ET.Element
    width: float
    height: float
    other_fonts: tuple[str, ...]

    def fit(self, width: float, height: float) -> tuple[float, float]:
        """The greatest size with its proportions within a box."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale

    def text(self, width: float, height: float, margin: int = 0) -> str:
        """The drawing as XML, to be drawn at a size in pixels, with a margin around it."""
        sheet = {"width": f"{ceil(width) + 2 * margin}", "height": f"{ceil(height) + 2 * margin}"}
        for name, value in (("x", margin), ("y", margin), ("width", width), ("height", height)):
            self.root.set(name, f"{value}")
        outer = ET.Element(f"{_SVG}svg", sheet)
        outer.append(self.root)
        return ET.tostring(outer, "unicode")


_ZOOM = re.compile(r"\b(matrix|scale)\(([^)]*)\)")
_DATA = re.compile(r"\s*data:image/(?:png|jpe?g)[^,]*;base64,(.*)", re.IGNORECASE | re.DOTALL)


def pictures_inside(plain: PlainSvg) -> Iterator[tuple[bytes, float, float]]:
    """Embedded PNG and JPEG files with the size, in user units, at which they are drawn.

    Only the scale of transformations counts, and nothing that ``use`` does: good enough to tell
    that a picture will look coarse.
    """

    waiting = [(plain.root, 1.0)]
    while waiting:
        element, scale = waiting.pop()
        for name, words in _ZOOM.findall(element.get("transform", "")):
            numbers = [*map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", words)), 0.0, 0.0, 0.0]
            a, b, c, d = numbers[:4]
            area = a * d - b * c if name == "matrix" else a * (b or a)
            scale *= abs(area) ** 0.5
        address = next((v for key, v in element.attrib.items() if key.endswith("href")), "")
        if element.tag == f"{_SVG}image" and (found := _DATA.fullmatch(address)):
            width, height = (_length(element.get(side)) or 0 for side in ("width", "height"))
            yield b64decode(found[1]), width * scale, height * scale
        waiting += [(child, scale) for child in element]


def plain_svg(data: bytes) -> PlainSvg:
    """Prepare a drawing that ``content.assets.svg`` has checked. UndrawableError if it cannot."""
    root = ET.fromstring(data)  # noqa: S314 - entities and size have been checked
    width, height = _size(root)
    if not 1 / MAX_RATIO <= width / height <= MAX_RATIO:
        raise UndrawableError(f"is more than {MAX_RATIO} times as long as it is wide")
    families: dict[str, None] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        if element.tag.rpartition("}")[2] == "style" and element.text:
            element.text = _sheet(element.text, families)
        _attributes(element, families, is_root=element is root)
    has_words = any("".join(e.itertext()).strip() for e in root.iter() if e.tag in _TEXTS)
    named = [name for name in families if name.lower() not in _SANS]
    others = (named if families else [""]) if has_words else []
    return PlainSvg(root, width, height, tuple(others))


# Size -------------------------------------------------------------------------------------------


def _size(root: ET.Element) -> tuple[float, float]:
    """Width and height in CSS pixels, as for a picture in HTML; a bad view box counts as none."""
    width, height = _length(root.get("width")), _length(root.get("height"))
    try:
        box = tuple(map(float, re.split(r"\s*,\s*|\s+", root.get("viewBox", "").strip())))
    except ValueError:
        box = ()
    if len(box) != 4 or not (0 < box[2] < 1e9 and 0 < box[3] < 1e9):
        box = ()
    if not (width and height):
        if box:
            ratio = box[3] / box[2]
            width = width or (height / ratio if height else box[2])
            height = height or width * ratio
        else:
            width, height = width or _DEFAULT_SIZE[0], height or _DEFAULT_SIZE[1]
    if not box:  # without one, the drawing would be cut off at its size, and not scaled
        root.set("viewBox", f"0 0 {width} {height}")
    return width, height


def _length(words: str | None) -> float | None:
    """A length in CSS pixels; None for a share of the page, and for what is no length."""
    match = _LENGTH.fullmatch(words or "")
    if match is None or match[3].lower() not in _PIXELS:
        return None
    length = float(match[1] + (match[2] or "")) * _PIXELS[match[3].lower()]
    return length if 0 < length < 1e9 else None


# CSS --------------------------------------------------------------------------------------------


def _sheet(css: str, families: dict[str, None]) -> str:
    """A style sheet in older words; rules for other media, fonts and films are left out."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    plain = []
    for rule in rules:
        if rule.type == "qualified-rule":
            known = "; ".join(f"{k}: {v}" for k, v in _declarations(rule.content, families))
            plain.append(f"{tinycss2.serialize(rule.prelude)} {{ {known} }}")
    return "\n".join(plain)


def _attributes(element: ET.Element, families: dict[str, None], *, is_root: bool) -> None:
    for name in _COLOURS & element.attrib.keys():
        value = _value(name, element.attrib[name], earlier=False)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)
    if family := element.get("font-family"):
        families.setdefault(_first(family))
    if style := element.attrib.pop("style", None):
        known = dict(_declarations(style, families, element))
        for name in _GEOMETRY & known.keys():
            size = known.pop(name)
            if not is_root:  # the root's size has been read
                element.set(name, size)
        element.set("style", "; ".join(f"{name}: {value}" for name, value in known.items()))


def _declarations(
    css: object, families: dict[str, None], element: ET.Element | None = None
) -> Iterator[tuple[str, str]]:
    """Names and values; of those that cannot be read, as CSS has it, the earlier ones stay."""
    seen = set(element.attrib) if element is not None else set[str]()
    for item in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        if item.type == "qualified-rule":
            raise UndrawableError("has rules within rules in its style")
        if item.type != "declaration" or item.name.startswith("--"):
            continue
        name = item.lower_name
        words = tinycss2.serialize(item.value).strip()
        if name in _GEOMETRY and element is None:
            raise UndrawableError(f"sets `{name}` in its style sheet")
        value = _value(name, words, earlier=name in seen)
        if value is None:
            continue
        seen.add(name)
        if name in ("font-family", "font"):
            # The shorthand `font` ends with size and family.
            families.setdefault(_first(value if name == "font-family" else _SIZE.split(value)[-1]))
        yield name, f"{value} !important" if item.important else value


def _value(name: str, words: str, *, earlier: bool) -> str | None:
    """A value in older words; None if it is to be left out. UndrawableError if that is wrong."""
    if "var(" in words:
        raise UndrawableError("uses `var()` in its style")
    if name in _COLOURS:
        return _colour(words, earlier=earlier)
    if name in _SHAPES and words.lower() not in ("none", "inherit") and "url(" not in words:
        raise UndrawableError(f"uses `{name}: {words[:40]}`")
    if name == "transform-box" and words.lower() not in ("view-box", "inherit"):
        raise UndrawableError(f"uses `transform-box: {words}`")
    if name == "transform":
        if _BEYOND.search(words):
            raise UndrawableError(f"uses `transform: {words[:40]}`")
        words = _AXIS.sub(lambda m: _AXES[m[1].lower()].format(m[2]), words)
        return _ANGLE.sub(lambda m: f"{float(m[1]) * _UNITS[m[2].lower()]:g}", words)
    return words


def _colour(words: str, *, earlier: bool) -> str | None:
    """A colour as ``rgba()``; None if it is none, or one that is too new and has a forerunner."""
    if "url(" in words or words.lower() in _PAINTS:
        return words
    colour = parse_color(words.partition(" icc-color(")[0])
    if colour is None:
        return None
    try:
        shares = colour.to("srgb").coordinates
    except NotImplementedError:
        if earlier:
            return None
        raise UndrawableError(f"uses the colour `{words[:60]}`, which is not in sRGB") from None
    red, green, blue = (round(255 * min(max(share, 0), 1)) for share in shares)
    return f"rgba({red}, {green}, {blue}, {colour.alpha:g})"


def _first(families: str) -> str:
    return families.split(",", maxsplit=1)[0].strip().strip("'\"")
