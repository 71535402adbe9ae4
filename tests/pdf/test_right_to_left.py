"""Leaflets from right to left: islands, sides, and a page that is the mirror image of its twin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageOps

from handouts.content.layers import SHIPPED
from handouts.model.document import Document
from handouts.model.text import Run, Text, map_texts
from handouts.page.bidi import Piece, first_strong, line, marked_up
from handouts.page.compose import Page, compose
from handouts.pdf.read import page_images
from handouts.pdf.render import render_pdf
from tests.world import demo, demo_document, demo_task, laid_out

# Islands ------------------------------------------------------------------------------------------

ISLANDS = {
    "a telephone number": ("תל +44 20 7946 0142 לב", "בל +44 20 7946 0142 לת"),
    "an area code in brackets": ("תל (0)20 7946 לב", "בל (0)20 7946 לת"),
    "a range": ("תל 6–8 לב", "בל 6–8 לת"),
    "a share": ("תל 2.5% לב", "בל 2.5% לת"),
    "a dose": ("תל 2 × 5 mg לב", "בל 2 × 5 mg לת"),
    "a temperature": ("תל 38 °C.", ".38 °C לת"),
    "a name in brackets": ("תל (Adapalene 0.1%) לב", "בל (Adapalene 0.1%) לת"),
    "the start of a line": ("20 mg תל", "לת 20 mg"),
    "numbers of sources": ("תל 1, 3–5.", ".1, 3–5 לת"),
    "numbers and a word between": ("6 תל 8", "8 לת 6"),
    "an address of mail": ("תל skin@example.org, לב", "בל ,skin@example.org לת"),
    "a website": ("תל www.example.org/skin.", ".www.example.org/skin לת"),
    "an amount below zero": ("תל −5 לב", "בל −5 לת"),
    "a sum": ("תל £250 לב", "בל £250 לת"),
    "bold beside plain": ("תל **Adapalene** 0.1% gel לב", "בל Adapalene 0.1% gel לת"),
}
"""A text in Hebrew letters, and what one sees of it from left to right."""


@pytest.mark.parametrize(("source", "seen"), ISLANDS.values(), ids=ISLANDS)
def test_what_runs_from_left_to_right_is_seen_so(source: str, seen: str) -> None:
    pieces = [Piece(run.text, run.bold) for run in Text.parse(source).runs]
    assert _seen(str(marked_up(pieces, "rtl")), "rtl") == _unturned("".join(seen.split()))


NAMES = {
    "a name in Arabic letters before a date": (
        "For אב גד · 22 November",
        "ltr",
        "For דג בא · 22 November",
    ),
    "an address in the other direction": ("12 Example Walk, N0", "rtl", "12 Example Walk, N0"),
    "an address with a number at its end": ("אב גד 12", "ltr", "12 דג בא"),
}


@pytest.mark.parametrize(("words", "direction", "seen"), NAMES.values(), ids=NAMES)
def test_a_line_of_a_clinic_runs_in_its_own_direction(
    words: str, direction: Any, seen: str
) -> None:
    assert _seen(str(line(words, direction)), direction) == _unturned("".join(seen.split()))


def test_text_of_one_direction_has_no_elements() -> None:
    assert str(marked_up([Piece("Call +44 20 7946 (0)142, 6-8 & more")], "ltr")) == (
        "Call +44 20 7946 (0)142, 6-8 &amp; more"
    )
    assert "<" not in marked_up([Piece("אב, גד (הו).")], "rtl")


STRONG = [("12 Walk", "ltr"), ("(שלום) Clinic", "rtl"), ("عيادة 12", "rtl"), ("12 – 5", None)]


@pytest.mark.parametrize(("words", "direction"), STRONG)
def test_the_first_letter_with_a_direction_decides(words: str, direction: str | None) -> None:
    assert first_strong(words) == direction


def _seen(html: str, direction: str) -> str:
    """The characters of a line without blanks, by where they stand from left to right."""
    page = (
        f'<html lang="he" dir="{direction}"><head><title>T</title><style>html {{ font-family: '
        '"Noto Sans", "Noto Sans Hebrew" } .ltr { direction: ltr } .rtl { direction: rtl }'
        f"</style></head><body><p>{html}</p></body></html>"
    )
    with pypdfium2.PdfDocument(render_pdf(Page(page, "T")).pdf) as document:
        text = document[0].get_textpage()
        places = {at: text.get_charbox(at)[0] for at in range(text.count_chars())}
        letters = [text.get_text_range(at, 1) for at in sorted(places, key=lambda at: places[at])]
    return _unturned("".join("".join(letters).split()))


def _unturned(seen: str) -> str:
    """PDFium turns brackets round that it takes for a part of a word from right to left."""
    return re.sub(r"[()]", "|", seen)


# Sides --------------------------------------------------------------------------------------------

STYLES = sorted(SHIPPED.templates.rglob("*.css.j2"))
TEMPLATES = sorted(SHIPPED.templates.rglob("*.html.j2"))
_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.DOTALL)
_SIDES = {
    "a side": re.compile(r"(?<![\w-])(?:left|right)(?![\w-])|-(?:left|right)\b"),
    "four values": re.compile(r"(?:margin|padding|inset|border-\w+): (?:[^\s;]+ ){3}[^\s;]+;"),
    "a first line": re.compile(r"text-indent"),
}
_ALLOWED = {
    "text-indent: -14pt",  # of sources, which are English
    ".block[dir=ltr]",  # icons of a block without a translation
    ".side.theirs",  # and of the source beside its translation
    "'right' if leaflet.direction == 'rtl' else 'left'",
    "'left' if leaflet.direction == 'rtl' else 'right'",
}


@pytest.mark.parametrize(
    "path", [*STYLES, *TEMPLATES], ids=lambda path: str(path.relative_to(SHIPPED.templates))
)
def test_no_style_names_a_side(path: Path) -> None:
    """``start`` is the side on which lines begin; four values name all sides by their places."""
    text = _COMMENT.sub("", path.read_text("utf-8"))
    if path in TEMPLATES:
        inline, sheets = re.findall(r'style="([^"]*)"', text), _SHEET.findall(text)
        text = "\n".join([*inline, *sheets])
    lines = [line for line in text.split("\n") if not any(part in line for part in _ALLOWED)]
    found = [(what, line.strip()) for line in lines for what in _SIDES if _SIDES[what].search(line)]
    assert found == []


# A mirror -----------------------------------------------------------------------------------------

_WORD = "ס" * 4
"""A word of a letter that is its own mirror image, so that all lines are, too."""

MIRRORED = ("acne-explained", "my-wound-card")


@pytest.mark.parametrize("leaflet", MIRRORED)
def test_a_page_from_right_to_left_is_the_mirror_image_of_its_twin(leaflet: str) -> None:
    document = demo_document(leaflet, "a4")
    left, right = (_pages(_pseudo(document, direction)) for direction in ("ltr", "rtl"))
    assert len(left) == len(right)
    differing = [
        _difference(one, ImageOps.mirror(other)) for one, other in zip(left, right, strict=True)
    ]
    # An icon at the wrong side makes 68 to 97, the form of the letter itself no more than 46.
    assert max(differing) < 60, differing


def _pseudo(document: Document, direction: str) -> Document:
    """A leaflet in a language of words that are all alike, in either direction."""

    def words(text: Text) -> Text:
        # Without bold words, which would stand at other places of a line.
        return Text((Run(re.sub(r"\S+", _WORD, text.plain)),))

    clinic = document.clinic.model_copy(
        update={"name": _WORD, "notice": None, "address": (_WORD,), "hours": (), "website": None}
    )
    update = {"language": "he", "direction": direction, "clinic": clinic, "marks": ()}
    update |= {"title_icon": None, "picture": None}  # drawings are not turned
    return map_texts(document, words).model_copy(update=update)  # type: ignore[no-any-return]


def _pages(document: Document) -> list[Image.Image]:
    """Pictures of a leaflet without drawings, dates and codes, which are not turned."""
    page = compose(document, demo().workspace.template_layers)
    hidden = "img, .area, .code, .help-number { visibility: hidden }"
    without = ".foot, .small-print, .block.sources { display: none }"
    html = page.html.replace("</head>", f"<style>{hidden} {without}</style></head>")
    return page_images(render_pdf(Page(html, page.title)).pdf, 50)


def _difference(one: Image.Image, other: Image.Image) -> int:
    """The greatest difference of two pages in a spot of a millimetre, of 255."""
    greys = (picture.convert("L").filter(ImageFilter.GaussianBlur(1.5)) for picture in (one, other))
    histogram = ImageChops.difference(*greys).histogram()
    return max(value for value, count in enumerate(histogram) if count)


def test_a_line_breaks_before_a_name_that_does_not_fit_and_not_after_its_first_word() -> None:
    """The engine looks for the last place to break before the name, and took the first."""
    printed = laid_out(demo_task("fractional-co2-laser", "a4", language="ar")).lines
    (line,) = (it.text for lines in printed for it in lines if it.text.startswith("تفكر"))
    assert line == "تفكر في إيذاء نفسك: اتصل اليوم بخط الدعم:"
