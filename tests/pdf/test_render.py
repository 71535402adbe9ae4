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
