"""The lines of text of laid-out pages, read from the engine's boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

_POINTS = 0.75  # the engine counts in CSS pixels, 96 to the inch
_SPACE = 0.3
"""Width in em of a space, which is 0.26 in Noto Sans."""

_INLINE = frozenset({"LineBox", "InlineBox"})


@dataclass(frozen=True)
class TextLine:
    """A line of a laid-out page, in points from the page's top left corner.

    ``sizes`` are the numbers of characters by their size in points; ``part`` is the id of the
    section that the line is in, or else the class of its outermost box. ``beyond`` is how far it
    reaches out of its box, of a box around that, or of the type area.
    """

    text: str
    part: str
    left: float
    right: float
    top: float
    bottom: float
    sizes: Mapping[float, int]
    beyond: float


class _Room(NamedTuple):
    """What a box and those around it leave for text, in CSS pixels."""

    left: float
    right: float
    bottom: float

    def within(self, box: Any) -> _Room:
        left, right = box.padding_box_x(), box.padding_box_x() + box.padding_width()
        return _Room(max(self.left, left), min(self.right, right), self.bottom)


def text_lines(document: Any) -> list[list[TextLine]]:
    """The lines of each page of a document, as the engine has set them."""
    pages = []
    for page in (page._page_box for page in document.pages):  # noqa: SLF001
        pages.append(lines := list[TextLine]())
        _collect_lines(lines, page, "", _type_area(page), page)
    return pages


def share_of_last_page(document: Any) -> float:
    """How much of the last page's type area is filled, of its height; 0 to 1."""
    page = document.pages[-1]._page_box  # noqa: SLF001
    root = page.children[0]
    return float(min(1.0, root.margin_height() / page.height))


def _type_area(page: Any) -> _Room:
    left, top = page.content_box_x(), page.content_box_y()
    return _Room(left, left + page.width, top + page.height)


def _collect_lines(lines: list[TextLine], box: Any, part: str, room: _Room, page: Any) -> None:
    """Add the lines in a box. Not a generator: there are thousands of boxes within boxes."""
    kind, element = type(box).__name__, box.element
    if element is not None:
        here = element.get("id") if element.tag == "section" else part or element.get("class")
        part = here or part
    if kind == "MarginBox":
        # It stands outside of the type area, so only its own sides bound its text.
        room = _Room(box.position_x, box.position_x + box.margin_width(), float("inf"))
    elif box is not page and kind not in _INLINE:
        room = (_type_area(page) if box.is_absolutely_positioned() else room).within(box)
    for child in box.children:
        if type(child).__name__ == "LineBox":
            lines += _line(child, part, room, box)
        if hasattr(child, "children"):
            _collect_lines(lines, child, part, room, page)


def _line(line: Any, part: str, room: _Room, box: Any) -> Iterator[TextLine]:
    runs = list(_runs_in(line))
    text = "".join(run.text for run in runs).strip()
    if text:
        left = min(run.position_x for run in runs)
        right = max(run.position_x + run.width for run in runs)
        bottom = line.position_y + line.height
        sizes = Counter[float]()
        for run in runs:
            sizes[round(run.style["font_size"] * _POINTS, 1)] += len(run.text.strip())
        # A line may begin in the padding, as a hanging indent does, but not end there.
        start, end, space = box.content_box_x(), box.content_box_x() + box.width, 0.0
        if box.style["direction"] == "ltr":
            start = room.left
        else:
            end = room.right
            # The engine takes the space off the end of a line from right to left, but leaves the
            # words before it where they were.
            space = _SPACE * max(run.style["font_size"] for run in runs)
        beyond = max(
            0,
            right - min(end, room.right),
            max(start, room.left) - left - space,
            bottom - room.bottom,
        )
        yield TextLine(
            text=text,
            part=part,
            left=left * _POINTS,
            right=right * _POINTS,
            top=line.position_y * _POINTS,
            bottom=bottom * _POINTS,
            sizes=sizes,
            beyond=beyond * _POINTS,
        )


def _runs_in(box: Any) -> Iterator[Any]:
    """Stretches of text of a line; a block inside it has lines of its own."""
    if hasattr(box, "text"):
        yield box
    for child in getattr(box, "children", ()):
        if type(child).__name__ != "LineBox" and not hasattr(child, "outside_list_marker"):
            yield from _runs_in(child)
