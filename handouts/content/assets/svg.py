"""Checks whether an SVG drawing can be printed as it was drawn.

The PDF engine fetches nothing in any case. These checks give clear messages, and refuse drawings so
deep or so large that they would keep the engine busy for hours.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

from handouts.content.assets.raster import MAX_PIXELS, raster_fault

SVG = "image/svg+xml"

MAX_LEVELS = 100
"""Most levels of nesting that are drawn; our own deepest drawing has 6."""

MAX_PICTURES = 5
"""Most pictures in a drawing; together they may have as many pixels as one alone."""

MAX_PARTS = 5_000
"""Most elements that are drawn, including copies; each takes the engine about 0.4 ms."""

MAX_ENTITY = 200
"""Most characters of an XML entity, as in the names that Adobe Illustrator declares."""

MAX_GROWTH = 1_000_000
"""Most characters that a file's entities may add to it."""

_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g);base64,([\sA-Za-z0-9+/=]*)")
_OUTSIDE = re.compile(
    r"@import|url\(\s*+['\"]?+\s*+"
    r"(?!#|\)|data:(?:image/(?:png|jpe?g)|font/|application/))([^'\")]*)",
    re.IGNORECASE,
)
"""With possessive quantifiers, which never go back: over thousands of spaces that takes hours, and
a quote that was given back would make `url("#a")` an address outside the drawing."""
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_PART = re.compile(r"url\(\s*+['\"]?+\s*+#([^'\")\s]+)")
_NUMBER = re.compile(r"[-+.\d]+")

MAX_ATTRIBUTE = 200_000
"""Most characters of an attribute that is no picture; the engine is slow with long paths."""

_SHADINGS = ("linearGradient", "radialGradient")

_TOO_MANY = f"has more than {MAX_PARTS:,} elements"
_PLAIN = "Save it as a plain SVG with everything embedded, or as a PNG"
_OUTLINES = "Convert its text to outlines (paths), and save it again without the font"


class SvgFault(NamedTuple):
    """Why a drawing cannot be printed, as the end of "This picture …", and what to do."""

    words: str
    remedy: str = _PLAIN


class _Unprintable(Exception):  # noqa: N818 - it never leaves this module
    """The reason and, if it differs from the usual one, the remedy of a fault."""


@dataclass(eq=False)
class _Element:
    """An element, with what decides how many elements are drawn."""

    tag: str = ""
    children: list[_Element] = field(default_factory=list)
    copies: list[tuple[str, int]] = field(default_factory=list)
    ignored: bool = False
    size: int | None = None


def svg_fault(data: bytes) -> SvgFault | None:
    """Why a drawing cannot be printed; None if it can."""
    try:
        _Reader(data).read()
    except _Unprintable as fault:
        return SvgFault(*fault.args)
    except (ExpatError, LookupError, ValueError):
        return SvgFault("is not a valid SVG file")
    return None


class _Reader:
    """Reads a drawing element by element, up to the first that cannot be printed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.open: list[_Element] = []
        self.named: dict[str, _Element] = {}
        self.words: list[str] = []  # of any element, since the last `style` began
        self.in_style = False
        self.count = self.pictures = self.growth = 0
        self.has_text = self.has_font = False

    def read(self) -> None:
        # Names come after their namespace and this separator, which no name can contain.
        parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.words.append
        # Entities could read other files, or expand to gigabytes.
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._unknown_entity
        parser.ProcessingInstructionHandler = self._instruction
        root = _Element()
        self.open.append(root)
        parser.Parse(self.data, True)
        self._drawn(root, ())
        if self.has_text and self.has_font:
            raise _Unprintable("has words in a font of its own, which cannot be used", _OUTLINES)

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if len(self.open) == 1 and name != "svg":
            raise _Unprintable("is not an SVG drawing")
        self.count += 1
        if len(self.open) > MAX_LEVELS:
            raise _Unprintable(f"nests elements more than {MAX_LEVELS} levels deep")
        if self.count > MAX_PARTS:
            raise _Unprintable(_TOO_MANY)
        # Attributes such as `onload` are scripts too; those of other programs have a namespace.
        if name == "script" or any(key.lower().startswith("on") for key in attributes):
            raise _Unprintable("contains a script")
        # Programs such as Illustrator keep their own data in elements that require an extension,
        # which nobody else draws.
        ignored = self.open[-1].ignored or bool(attributes.get("requiredExtensions"))
        if name.lower() == "foreignobject" and not ignored:
            raise _Unprintable("contains embedded HTML (`foreignObject`)")
        self.has_text |= name == "text"
        element = _Element(name, ignored=ignored)
        self._attributes(element, attributes)
        self.open[-1].children.append(element)
        self.open.append(element)
        if name == "style":
            self.in_style = True
            self.words.clear()

    def _attributes(self, element: _Element, attributes: Mapping[str, str]) -> None:
        """Refuse what comes from elsewhere; note the element's name, and what it copies."""
        corners = len(_NUMBER.findall(attributes.get("d", "") + attributes.get("points", ""))) // 2
        for key, value in attributes.items():
            name, address = _local(key), value.strip()
            if len(value) > MAX_ATTRIBUTE and not value.startswith("data:"):
                raise _Unprintable(f"has an attribute of more than {MAX_ATTRIBUTE:,} characters")
            if name == "id":
                self.named[value] = element
            elif name == "base":
                raise _Unprintable("refers to another file (`xml:base`)")
            elif name != "href":
                self._style(value)
            elif element.tag == "use" and address.startswith("#"):
                element.copies.append((address.removeprefix("#"), 1))
            elif element.tag in ("image", "feImage") and not address.startswith("#"):
                self._embedded(value)
            elif element.tag != "a" and address and not address.startswith("#"):
                raise _Unprintable(f"refers to another file: `{_short(value)}`")
            # Masks, clips and patterns are drawn for each use; markers for each corner of a line.
            marked = "marker" in key or (key == "style" and "marker" in value)
            times = max(1, corners) if marked else 1
            element.copies += [(part, times) for part in _PART.findall(value)]

    def _embedded(self, address: str) -> None:
        embedded = _EMBEDDED.fullmatch(address.strip())
        if embedded is None and address.strip().startswith("data:"):
            kind = address.strip().removeprefix("data:").partition(";")[0].partition(",")[0]
            raise _Unprintable(f"contains a picture that is not a PNG or JPEG: `{_short(kind)}`")
        if embedded is None:
            raise _Unprintable(f"loads an external picture: `{_short(address)}`")
        self.pictures += 1
        if self.pictures > MAX_PICTURES:
            raise _Unprintable(f"contains more than {MAX_PICTURES} pictures")
        try:
            fault = raster_fault(base64.b64decode(embedded[1]), MAX_PIXELS // MAX_PICTURES)
        except binascii.Error:
            fault = "is damaged"
        if fault:
            raise _Unprintable(f"contains a picture that {fault}")

    def _end(self, _: str) -> None:
        self.open.pop()
        if self.in_style:
            self._style("".join(self.words))
            self.in_style = False

    def _entity(self, _: str, is_parameter: int, value: str | None, *__: object) -> None:
        # Without a value, an entity is another file.
        if value is None or is_parameter:
            raise _Unprintable("declares XML entities that refer to other files")
        # At the worst, each `&` of the file stands for the longest of its entities.
        self.growth = max(self.growth, len(value) * self.data.count(b"&"))
        if "&" in value or "<" in value or len(value) > MAX_ENTITY or self.growth > MAX_GROWTH:
            raise _Unprintable("declares XML entities that make it grow")

    def _unknown_entity(self, *_: object) -> None:
        raise _Unprintable("uses XML entities that it does not declare")

    def _instruction(self, target: str, _: str) -> None:
        if target == "xml-stylesheet":
            raise _Unprintable("loads an external style sheet (`xml-stylesheet`)")

    def _style(self, css: str) -> None:
        # Escapes and comments can hide `url(`; code points above 0x10FFFF would make `chr` fail.
        css = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16) % 0x110000), css)
        # An expression for comments would go back from the start of each that never ends.
        parts, at = [], 0
        while (begin := css.find("/*", at)) >= 0 and (end := css.find("*/", begin + 2)) >= 0:
            parts.append(css[at:begin])
            at = end + 2
        plain = "".join([*parts, css[at:]])
        self.has_font |= "@font-face" in plain.lower()
        if outside := _OUTSIDE.search(plain):
            address = _short(outside[1] or outside[0])
            raise _Unprintable(f"loads an external resource in its style: `{address}`")

    def _drawn(self, element: _Element, inside: tuple[_Element, ...]) -> int:
        """Number of elements drawn for one, including the copies that it makes with `use`."""
        # Chains of `use` can be deeper than the file itself: stop before Python's recursion limit.
        if element in inside or len(inside) > 4 * MAX_LEVELS:
            raise _Unprintable("copies an element into itself (`use`)")
        if element.size is None:
            element.size = 1
            within = (*inside, element)
            parts = [(child, 1) for child in element.children]
            copies = ((self.named.get(name), times) for name, times in element.copies)
            # A colour that changes takes no longer than one that does not.
            parts += [(part, times) for part, times in copies if part and part.tag not in _SHADINGS]
            for part, times in parts:
                element.size += times * self._drawn(part, within)
        if element.size > MAX_PARTS:
            raise _Unprintable(_TOO_MANY)
        return element.size


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _short(address: str) -> str:
    return address if len(address) <= 60 else address[:59] + "…"
