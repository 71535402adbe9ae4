"""Drawings are painted once and stand again: nobody can tell from the page."""

from __future__ import annotations

import base64
import re
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from handouts.diagnostics import HandoutsError
from handouts.page.compose import Page
from handouts.pdf.drawings import Drawings
from handouts.pdf.render import render_pdf
from tests import readback

GRADIENT = (
    '<linearGradient id="g"><stop offset="0" stop-color="#ff0000"/>'
    '<stop offset="1" stop-color="#0000ff" stop-opacity=".4"/></linearGradient>'
)
DRAWN = {
    "shapes": '<path d="M2 2h60v30z" fill="#aa0000" stroke="#00aa00" stroke-width="3"/>',
    "gradient": f'{GRADIENT}<rect width="90" height="50" fill="url(#g)"/>',
    "group": '<g opacity=".5"><circle cx="40" cy="30" r="20"/><circle cx="60" cy="30" r="20"/></g>',
    "words": '<text x="10" y="40" font-family="Noto Sans" font-weight="700">Nr 7</text>',
    "no view box": '<rect width="20" height="20" fill="#123456"/>',
    "over the edge": '<circle cx="0" cy="0" r="20" fill="#123456"/>',
}


def page(name: str, width: int = 60) -> Page:
    """A line of words, the drawing twice, and words again."""
    box = "" if name == "no view box" else 'viewBox="0 0 100 60"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{DRAWN[name]}</svg>'
    uri = base64.b64encode(svg.encode()).decode()
    image = f'<img alt="x" style="width: {width}mm" src="data:image/svg+xml;base64,{uri}">'
    words = "<p>Seven words that stand round the drawing</p>"
    return Page(
        f'<html lang="en"><title>T</title><body style="font-family: Noto Sans">'
        f"{words}{image}{image}<b>{words}</b>",
        "T",
    )


@pytest.mark.parametrize("name", DRAWN)
def test_a_page_has_the_same_bytes_whatever_was_painted_before(name: str) -> None:
    drawings = Drawings()
    first = render_pdf(page(name), drawings=drawings).pdf
    render_pdf(page(name, width=35), drawings=drawings)
    for other in DRAWN:
        render_pdf(page(other), drawings=drawings)
    assert render_pdf(page(name), drawings=drawings).pdf == first


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_looks_as_the_engine_paints_it(name: str) -> None:
    ours = _pixels(render_pdf(page(name), drawings=Drawings()).pdf)
    theirs = _pixels(render_pdf(page(name), drawings=None).pdf)
    assert len(ours) == len(theirs)
    assert sum(abs(a - b) > 40 for a, b in zip(ours, theirs, strict=True)) < 0.001 * len(ours)
    assert min(ours) < 200


def test_a_drawing_is_painted_once_for_all_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.svg import SVG

    painted: list[object] = []
    paint = SVG.draw

    def counted(self: SVG, *size: object) -> None:
        painted.append(self)
        paint(self, *size)

    monkeypatch.setattr(SVG, "draw", counted)
    drawings = Drawings()
    render_pdf(page("gradient"), drawings=drawings)
    render_pdf(page("gradient", width=35), drawings=drawings)
    assert len(painted) == 1


def test_nothing_is_kept_of_a_page_with_a_fault() -> None:
    faulty = Page(page("shapes").html + '<img alt="x" src="data:image/png;base64,AAAA">', "T")
    drawings = Drawings()
    for _ in range(2):
        with pytest.raises(HandoutsError, match="picture"):
            render_pdf(faulty, drawings=drawings)


def _pixels(pdf: bytes) -> bytes:
    with pypdfium2.PdfDocument(pdf) as document:
        return bytes(document[0].render(scale=1).to_pil().convert("L").tobytes())


def _line(name: str, words: str, width: int = 60) -> Page:
    """Words in the drawing's font, and the drawing."""
    whole = page(name, width)
    return Page(re.sub(r"<p>.*?</p>", f"<p>{words}</p>", whole.html), "T")


@pytest.mark.parametrize("words", ["no letter of it", "Nr 7"])
def test_words_of_a_drawing_can_be_read_and_are_set_alike_on_whatever_page(words: str) -> None:
    """The page's font has to know their glyphs, though the page itself may write none of them."""
    drawings = Drawings()
    for text, width in (("first", 60), (words, 35), (words, 60)):
        ours = render_pdf(_line("words", text, width), drawings=drawings).pdf
        theirs = render_pdf(_line("words", text, width), drawings=None).pdf
        assert readback.text(ours).count("Nr 7") == 2 + 2 * text.count("Nr 7")
        assert _glyphs(ours) == _glyphs(theirs)


def test_a_drawing_brings_its_font_to_a_page_that_does_not_write_in_it() -> None:
    drawings, written = Drawings(), page("words")
    alone = Page(re.sub(r"<b>.*?</b>", "", written.html), "T")
    for sheet in (alone, written, alone):
        ours = render_pdf(sheet, drawings=drawings).pdf
        assert readback.text(ours).count("Nr 7") == 2
        assert _glyphs(ours) == _glyphs(render_pdf(sheet, drawings=None).pdf)


def _glyphs(pdf: bytes) -> dict[str, tuple[object, set[bytes]]]:
    """By font: the widths of its glyphs, and the characters that they stand for."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary)]
        return {
            str(font["/BaseFont"]): (
                sorted(map(repr, font["/DescendantFonts"][0]["/W"].as_list())),
                set(re.findall(rb"<\w+> <\w+>", font["/ToUnicode"].read_bytes())),
            )
            for font in fonts
            if "/ToUnicode" in font
        }
