"""Marks of leaflets that may not be handed out. No template, style, label or font can change them.

``pdf.marks`` draws them on finished pages; a page on a screen gets a banner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from handouts.content.writing_systems import printed_script
from handouts.model.document import Document
from handouts.model.text import Text
from handouts.page.bidi import Direction
from handouts.page.leading import Leading
from handouts.translation.languages import SOURCE_LANGUAGE, direction

if TYPE_CHECKING:
    from handouts.page.compose import Page

COLOUR = "#7d4e00"


@dataclass(frozen=True)
class Mark:
    """What is printed at the top of every page: HTML of a paragraph in each language, and the same
    as text.

    ``size`` is that of its letters in points, and ``padding`` what is left blank above and below;
    ``direction`` is that of the document.
    """

    html: str
    text: str
    size: float
    padding: float
    colour: str
    direction: Direction


def mark_of(document: Document) -> Mark | None:
    """The mark of a document; None if it may be issued."""
    if not document.marks:
        return None

    def paragraph(language: str, texts: Iterable[Text]) -> str:
        words = " ".join(
            "".join(
                f"<strong>{escape(run.text)}</strong>" if run.bold else escape(run.text)
                for run in text.runs
            )
            for text in texts
        )
        return f'<p dir="{direction(language)}" lang="{language}">{words}</p>'

    return Mark(
        html="".join(paragraph(language, texts) for language, texts in _paragraphs(document)),
        text=" ".join(text.plain for text in document.marks),
        size=_size(document),
        padding=_padding(document),
        colour="#000000" if document.ink == "black" else COLOUR,
        direction=document.direction,
    )


_LINE = 480
"""Points of a line of a mark on the narrower paper."""

_EMS = {"Mn": 0.0, "Me": 0.0, "Cf": 0.0, "Mc": 0.5}
"""Width in em of signs that stand at a letter, by their category; others are 0.56 wide."""


def mark_height(document: Document) -> float:
    """The height in millimetres that a document's mark surely needs; 0 if it has none."""
    if not document.marks:
        return 0
    size = _size(document)
    points = 2 * _padding(document)
    for language, texts in _paragraphs(document):
        script = printed_script(language)
        words = " ".join(text.plain for text in texts)
        lines = _lines(words, script.width * size)
        points += lines * Leading(script).lead(1.25) * size + Leading(script).over(size)
    return points / 72 * 25.4


def _lines(words: str, size: float) -> int:
    """The lines that words take, which break between them."""
    lines, left = 0, 0.0
    for word in words.split():
        wide = sum(map(_em, word)) * size
        if wide > left:
            lines += ceil(wide / _LINE)
            left = ceil(wide / _LINE) * _LINE
        left -= wide + _em(" ") * size
    return lines


def _em(character: str) -> float:
    return _EMS.get(category(character), 1.0 if east_asian_width(character) in "WF" else 0.56)


def _size(document: Document) -> int:
    return 16 if document.edition == "large" else 10


def _padding(document: Document) -> float:
    # Signs above and below the letters of other scripts reach out of their lines.
    return 1 if document.language == SOURCE_LANGUAGE else 2


def _paragraphs(document: Document) -> Iterator[tuple[str, list[Text]]]:
    """The texts of a mark, by their languages."""
    for language, texts in groupby(document.marks, lambda text: text.language or document.language):
        yield language, list(texts)


_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL | re.IGNORECASE)


def marked_html(page: Page) -> str:
    """A page for a screen: with its title, and its mark as a banner that stays in view."""
    # A template's own title does not say that this is a draft.
    title = f"<title>{escape(page.title)}</title>"
    html = _TITLE.sub(lambda _: "", page.html)
    head, tag, rest = html.partition("<head>")
    html = f"{head}{tag}{title}{rest}" if tag else title + html
    if page.mark is None:
        return html
    # Inline and `!important`: no style sheet of a clinic's can hide it.
    declarations = {
        "all": "initial",
        "position": "fixed",
        "inset": "0 0 auto 0",
        "z-index": "2147483647",
        "display": "block",
        "background": "#ffffff",
        "color": page.mark.colour,
        "border": f"2px dashed {page.mark.colour}",
        "font": "16px sans-serif",
        "text-align": "center",
    }
    style = "; ".join(f"{name}: {value} !important" for name, value in declarations.items())
    # Last in the file: nothing that a template leaves open can take it in unseen.
    return f'{html}\n<div role="note" style="{style}">{page.mark.html}</div>\n'
