"""Draws the mark of a leaflet that may not be handed out on its finished pages.

It is drawn after everything else, on white, in the shipped font, where office printers print; then
it is looked for in the finished file. So no template, style, label or font can hide or change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from handouts.content.writing_systems import font_families, printed_script
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.page.leading import Leading
from handouts.page.marks import Mark
from handouts.pdf import internals
from handouts.pdf.internals.text import is_plain
from handouts.pdf.objects import Fragment, placed
from handouts.pdf.read import Box, texts_in_boxes

EDGE = 5 * 72 / 25.4
"""Points between the mark and the edges of the page. Office printers leave 4.2 mm blank."""

_NAME = "HandoutsMark"
ROOM = 200.0
"""Height in points of the page on which the mark's text is set."""

_LEAST_SCALE = 0.6
"""A page that leaves the mark less than this share of its size is refused."""


@dataclass(frozen=True)
class MarkForm:
    """A mark that has been set: a form with its objects, and its size in points.

    ``reading`` is what is read from it when it stands alone.
    """

    form: Fragment
    shared: tuple[Fragment, ...]
    width: float
    height: float
    colour: str
    reading: str


def mark_page(mark: Mark, width: float) -> str:
    """The mark's text as HTML, on one page of ``width`` points."""
    languages = sorted(set(_LANGUAGE.findall(mark.html)))
    fonts = ""
    for language in languages:
        families = ", ".join(f"'{family}'" for family in font_families(language))
        leading = Leading(printed_script(language))
        fonts += (
            f'[lang="{language}"] {{ font-family: {families}; line-height: {leading.lead(1.25)}; '
            f"border-top: {leading.over(1)}em solid transparent }} "
        )
    return (
        f"<!doctype html><html><head><title>-</title><style>@page {{ size: {width}pt {ROOM}pt; "
        "margin: 0 } html { hyphens: manual } body { margin: 0 } "
        f"p {{ margin: 0; padding: {mark.padding}pt 6pt; font-size: {mark.size}pt; "
        f"text-align: center; color: {mark.colour} }} p + p {{ padding-top: 0 }} {fonts}</style>"
        f"</head><body>{mark.html}</body></html>"
    )


_LANGUAGE = re.compile(r'<p [^>]*\blang="([\w-]+)"')


def draw(pdf: Any, mark: MarkForm) -> list[Box]:
    """Draw a mark on every page of a ``pydyf.PDF``. Returns where it is on each."""
    objects = [internals.RawObject(b"") for _ in (*mark.shared, mark.form)]
    for item in objects:
        pdf.add_object(item)
    numbers = {place: item.number for place, item in enumerate(objects)}
    for item, fragment in zip(objects, (*mark.shared, mark.form), strict=True):
        item.set(placed(fragment, numbers))
    internals.shared_resources(pdf)["XObject"][_NAME] = objects[-1].reference
    red, green, blue = (int(mark.colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    boxes = []
    for page in internals.pages(pdf):
        left, bottom, right, top = page["TrimBox"]
        scale = min(1, (right - left - 2 * EDGE) / mark.width)
        if scale < _LEAST_SCALE or top - bottom < 2 * EDGE + mark.height:
            message = "A page is too small for the mark of a leaflet that may not be handed out"
            raise HandoutsError(Diagnostic("no-mark", message, hint="Correct the page's `size`"))
        width, height = mark.width * scale, mark.height * scale
        x, y = (left + right - width) / 2, top - EDGE - height
        commands = [
            # An artifact: a screen reader would read it on every page, and the title says it too.
            f"Q q /Artifact BMC {scale:.6f} 0 0 {scale:.6f} {x:.3f} {y:.3f} cm",
            f"1 g 0 0 {mark.width:.3f} {mark.height:.3f} re f",
            f"{red:.4f} {green:.4f} {blue:.4f} RG 0.8 w [3 2] 0 d",
            f"0.4 0.4 {mark.width - 0.8:.3f} {mark.height - 0.8:.3f} re S",
            # The text is at the top of its page.
            f"1 0 0 1 0 {mark.height - ROOM:.3f} cm /{_NAME} Do EMC Q",
        ]
        internals.add_last(pdf, page, [command.encode() for command in commands])
        boxes.append((x, y, x + width, y + height))
    return boxes


def missing(data: bytes, boxes: list[Box], mark: Mark, form: MarkForm) -> Iterator[int]:
    """Numbers of the pages of a finished file on which the mark cannot be read where it belongs.

    It must read there as it reads when it stands alone. That is its text, to the letter, in Latin,
    Greek, Cyrillic and Chinese. Of scripts whose letters change places or are drawn together, the
    reader may lose a letter here and there, so nearly all are asked for; and it has another order
    for all text of a file that runs from right to left, so the letters count in any order. Tall
    letters of the page below may reach up to it, and are read with it.
    """
    wanted = "".join(mark.text.split())
    alone = "".join(form.reading.split())
    plain = is_plain(wanted) and mark.direction == "ltr"
    legible = alone == wanted
    if not plain:
        letters, read = (Counter(filter(str.isalnum, text)) for text in (wanted, alone))
        legible = (letters & read).total() / letters.total() >= _LEAST_LETTERS
    for number, text in enumerate(texts_in_boxes(data, boxes), start=1):
        found = "".join(text.split())
        there = alone in found if plain else Counter(alone) <= Counter(found)
        # A line of the page would be hidden below the mark.
        if not (legible and there and len(found) <= len(alone) + _MOST_OTHERS):
            yield number


_LEAST_LETTERS = 0.9
"""Share of the letters of a mark that must be read from it."""

_MOST_OTHERS = 8
"""Characters of the page itself that may be read with a mark."""
