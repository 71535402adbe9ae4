"""HTML to PDF."""

from __future__ import annotations

import pytest

from handouts.diagnostics import HandoutsError
from handouts.page.compose import Page
from handouts.pdf.render import render_pdf
from tests import readback

HEAD = '<html lang="en"><head><title>Test</title><style>{}</style></head>'

COMPLAINTS = [
    ("unknown CSS", HEAD.format("p { colr: red }") + "<p>Text</p>", "colr"),
    ("unreadable picture", HEAD + '<img alt="x" src="data:image/png;base64,AAAA">', "picture"),
    (
        "missing glyph",
        HEAD.format("") + "<p>\N{HANGUL SYLLABLE GA}</p>",
        "No shipped font has the characters `가` (U+AC00)",
    ),
    ("file outside", HEAD.format("") + '<img alt="x" src="file:///etc/hostname">', "outside"),
    ("network", HEAD.format("") + '<img alt="x" src="http://127.0.0.1:9/x.png">', "127.0.0.1"),
]


@pytest.mark.parametrize(
    ("html", "words"), [c[1:] for c in COMPLAINTS], ids=[c[0] for c in COMPLAINTS]
)
def test_whatever_the_engine_complains_of_is_an_error(html: str, words: str) -> None:
    with pytest.raises(HandoutsError) as caught:
        render_pdf(Page(html, "Test"))
    assert any(words in diagnostic.message for diagnostic in caught.value.diagnostics)


def test_a_style_sheet_complains_on_every_page_that_has_it() -> None:
    """Also after a page that failed for another reason."""
    bad = HEAD.format("p { colr: red }") + "<p>Text</p>"
    for html, words in (
        (bad + '<img alt="x" src="file:///etc/hostname">', "something outside"),
        (bad, "colr"),
        (bad, "colr"),
    ):
        with pytest.raises(HandoutsError, match=words):
            render_pdf(Page(html, "Test"))


def test_text_in_all_shipped_scripts_comes_back() -> None:
    words = "Acne é ß ğ ş Ελληνικά Кожа ẹ ị ọ ụ ≤ ≥ → ✓"
    rendered = render_pdf(Page(HEAD.format("") + f"<p>{words}</p>", "Test"))
    assert words in readback.text(rendered.pdf)
    assert rendered.pages == 1


@pytest.mark.parametrize(
    ("heights", "height", "pages"),
    [
        ([120, 60, 30], 120, 2),
        ([200, 120, 60], 120, 2),
        ([200, 200, 120], 120, 2),
        ([290, 200, 200], 290, 3),
    ],
    ids=["fits as it is", "is made tighter", "is made tighter still", "has three pages anyway"],
)
def test_a_page_is_no_tighter_than_its_sheet_asks(
    heights: list[int], height: int, pages: int
) -> None:
    """Three paragraphs, each so many millimetres high; the first height is the page's own."""
    rule = "p {{ break-inside: avoid; height: {}mm; margin: 0 }}"
    own, *tighter = map(rule.format, heights)
    styles = "".join(f'<style media="tighter">{css}</style>' for css in tighter)
    html = HEAD.format("@page { size: 200mm 300mm; margin: 0 } " + own) + styles
    rendered = render_pdf(Page(html + "<p>Text</p>" * 3, "Test"), measured=True)
    assert rendered.pages == pages
    first, *others = (line.top * 25.4 / 72 for line in rendered.lines[0])
    assert [round(each - first) for each in others[:1]] == ([height] if height <= 150 else [])


@pytest.mark.parametrize(
    ("heights", "height", "pages"),
    [
        ([100, 90], 100, 1),
        ([140, 90], 140, 2),
        ([110, 90], 90, 1),
        ([290, 140], 290, 3),
        ([110, 105], 110, 2),
    ],
    ids=[
        "one page as it is",
        "the last page is nearly half full",
        "a scrap is taken in",
        "a full last page, though fewer pages were possible",
        "a scrap anyway",
    ],
)
def test_a_page_is_fuller_only_where_its_last_page_would_be_a_scrap(
    heights: list[int], height: int, pages: int
) -> None:
    """Three paragraphs again, on pages of 300 mm: less than 40 % of the last one is a scrap."""
    rule = "p {{ break-inside: avoid; height: {}mm; margin: 0 }}"
    own, fuller = map(rule.format, heights)
    html = HEAD.format("@page { size: 200mm 300mm; margin: 0 } body { margin: 0 } " + own)
    html += f'<style media="fuller">{fuller}</style>'
    rendered = render_pdf(Page(html + "<p>Text</p>" * 3, "Test"), measured=True)
    first, *others = (line.top * 25.4 / 72 for line in rendered.lines[0])
    assert rendered.pages == pages
    assert [round(each - first) for each in others[:1]] == ([height] if height <= 150 else [])


def test_a_fault_of_a_tighter_style_is_told_once() -> None:
    html = HEAD.format("p { height: 900mm }") + '<style media="tighter">p { colr: red }</style>'
    with pytest.raises(HandoutsError) as caught:
        render_pdf(Page(html + "<p>Text</p><p>Text</p><p>Text</p>", "Test"))
    assert [problem.code for problem in caught.value.diagnostics] == ["style"]
