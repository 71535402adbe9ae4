"""Pages of one line each, laid out once and set again with other words.

Of the time that the engine needs for such a page, most goes into what is the same for all words:
HTML, styles, boxes, margins. A mould is the laid-out page of nobody, in which only the text is
exchanged. It keeps nothing of the words that are set in it, and what it sets is the same to the
byte as what the engine would make of a page with these words, or else it sets nothing.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

import pydyf

from handouts.pdf.internals.text import arguments_of

USED = {
    "weasyprint.text.line_break:split_first_line": (
        "text style context max_width justification_spacing is_line_start minimum"
    ),
    "weasyprint.pdf:generate_pdf": "document target zoom options",
    "weasyprint.formatting_structure.boxes:TextBox.copy_with_text": "self text",
    "weasyprint.document:Document.copy": "self pages",
}
"""What is called, and the names of its arguments, by which a change of the engine is noticed."""


def changed() -> list[str]:
    """The functions that this version of the engine lacks, or that take other arguments."""
    return [name for name, wanted in USED.items() if arguments_of(name) != wanted]


@dataclass(frozen=True)
class Mould:
    """A document as it was laid out, and the way to the line of each page, from its outer box."""

    _document: Any
    _paths: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, document: Any) -> Mould | None:
        """The mould of a document, None if it has a page that is more than a line."""
        paths = []
        for page in document.pages:
            found = _paths_to_text(page._page_box)  # noqa: SLF001
            if len(found) != 1 or changed():
                return None
            paths.append(found[0])
        return cls(document.copy(), tuple(paths))

    def with_words(self, words: tuple[str, ...]) -> Any:
        """The document with other words, or None if they do not fit into the lines as they are."""
        pages = []
        for page, path, text in zip(self._document.pages, self._paths, words, strict=True):
            box = _with_text(path, text)
            if box is None:
                return None
            # Not the mould's own page, which would then remember the words.
            pages.append(copy(page))
            pages[-1]._page_box = box  # noqa: SLF001
        return self._document.copy(pages)


def objects_of(document: Any) -> pydyf.PDF:
    """The objects of an untagged document, which is not written."""
    from weasyprint import DEFAULT_OPTIONS
    from weasyprint.pdf import generate_pdf

    return generate_pdf(document, None, 1, **DEFAULT_OPTIONS)


def _paths_to_text(box: Any) -> list[tuple[Any, ...]]:
    """The way from a box to each text in it."""
    if hasattr(box, "text"):
        return [(box,)]
    children = getattr(box, "children", ())
    return [(box, *path) for child in children for path in _paths_to_text(child)]


def _with_text(path: tuple[Any, ...], words: str) -> Any:
    """A page's outer box with other words; those on the way to them are copied, others shared."""
    from weasyprint.text.line_break import split_first_line

    *_, block, line, old = path
    layout, _, rest, width, height, baseline = split_first_line(words, old.style, None, None, 0)
    # Taller letters would move the line, and a wider text would need another.
    same_height = (height, baseline + old.margin_top) == (old.height, old.baseline)
    if type(line).__name__ != "LineBox" or rest is not None or not same_height:
        return None
    start, free = block.content_box_x(), block.width - width
    at_the_end = old.position_x == start + (block.width - old.width)
    if free < 0 or not (at_the_end or old.position_x == start):
        return None
    text = old.copy_with_text(layout.text)
    text.pango_layout, text.width = layout, width
    text.position_x = start + free if at_the_end else start
    inner, child = text, old
    for outer in reversed(path[:-1]):
        outer_copy = outer.copy()
        outer_copy.children = [inner if each is child else each for each in outer.children]
        inner, child = outer_copy, outer
    return inner
