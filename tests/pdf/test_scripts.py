"""Every script: fonts, letters that come back, languages and head cells in the tags.

The leaflet and its words are in ``tests/scripts``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from io import BytesIO
from typing import Any, NamedTuple

import page as page_validation
import pikepdf
import pytest
from weasyprint.draw import text as drawing

from handouts.content.layers import FONTS
from handouts.content.writing_systems import font_families, printed_script, remedy, scripts
from handouts.diagnostics import HandoutsError
from handouts.page.compose import Page
from handouts.pdf import engine
from handouts.pdf.internals import text as readable
from handouts.pdf.read import page_pictures
from handouts.pdf.render import render_pdf
from tests import readback
from tests.in_scripts import (
    LANGUAGES,
    LEFT_TO_RIGHT,
    PHONE,
    RIGHT_TO_LEFT,
    page_in,
    pdf_in,
    texts_in_print,
)

FONT = {
    "ar": "Vazirmatn",
    "fa": "Vazirmatn",
    "ur": "Noto-Nastaliq-Urdu",
    "he": "Noto-Sans-Hebrew",
    "hi": "Noto-Sans-Devanagari",
    "bn": "Noto-Sans-Bengali",
    "ta": "Noto-Sans-Tamil",
    "th": "Noto-Sans-Thai",
    "zh-Hans": "Noto-Sans-SC",
}
"""The font of each language that is not printed in Noto Sans."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_accessible_and_in_its_fonts_alone(language: str) -> None:
    pdf = pdf_in(language)
    report = page_validation.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, report.failures
    families = {"Noto-Sans", FONT.get(language, "Noto-Sans")}
    assert {name.removesuffix("-Bold") for name in readback.fonts(pdf)} == families
    assert all(readback.fonts(pdf).values())


@pytest.mark.parametrize("language", LEFT_TO_RIGHT)
def test_all_of_its_text_can_be_read(language: str) -> None:
    found = _bare(readback.text(pdf_in(language)))
    assert [text for text in texts_in_print(language) if _bare(text) not in found] == []
    assert _bare(PHONE) in found


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_nearly_all_of_its_text_can_be_read_from_right_to_left(language: str) -> None:
    """PDFium puts what is beside a number or a bold word at another place; pdf.js does not, see
    ``tests/readers``.
    """
    texts, found = texts_in_print(language), _bare(readback.text(pdf_in(language)))
    assert sum(_bare(text) in found for text in texts) >= 0.7 * len(texts)
    words = [word for text in texts for word in text.split()]
    assert sum(_bare(word) in found for word in words) >= 0.9 * len(words)


@pytest.mark.parametrize(("language", "says"), [("ur", True), ("ar", False), ("hi", False)])
def test_tags_say_lines_whose_letters_stand_above_each_other(language: str, says: bool) -> None:
    """In the files' own text, a glyph of such a line has all of it, as readers turn it round."""
    with pikepdf.open(BytesIO(pdf_in(language))) as document:
        elements = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        said = "".join(str(item.get("/ActualText", "")) for item in elements)
    words = [word for text in texts_in_print(language) for word in text.split()]
    found = sum(_bare(word) in _bare(said) for word in words)
    assert found >= 0.8 * len(words) if says else not said


MARKED = ("كيف تتكوّن الحبة؟", "كثيرًا ما يتكرر", "يُرجى سؤالنا أولًا", "حبوب تنزّ، وحمّى")
"""Marks for vowels and for double letters, at the start, in the middle and at the end of words."""


def test_marks_stay_with_their_letters() -> None:
    """PDFium read them at the start of the line, so that no text with one was found."""
    words = "".join(f"<p>{text}</p>" for text in MARKED)
    html = f'<html lang="ar" dir="rtl"><head><title>T</title></head><body>{words}</body></html>'
    page = Page(html.replace("<body", '<body style="font-family: Vazirmatn"'), "T")
    found = _bare(readback.text(render_pdf(page).pdf))
    assert [text for text in MARKED if _bare(text) not in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_look_the_same_with_codes(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = replace(page_in(language), mark=None)  # which could not be read without them
    with_codes = page_pictures(render_pdf(page).pdf, 60)
    monkeypatch.setattr(drawing, "draw_first_line", drawing.draw_first_line.__wrapped__)
    assert page_pictures(render_pdf(page).pdf, 60) == with_codes


@pytest.mark.parametrize("language", ["ar", "ur", "ta"])
def test_it_has_the_same_bytes_twice(language: str) -> None:
    assert render_pdf(page_in(language)).pdf == render_pdf(page_in(language)).pdf


def test_english_has_no_codes_of_its_own() -> None:
    """Nor any other language whose letters are each one glyph: their bytes need no table."""
    for language in ("en", "el", "zh-Hans"):
        assert b"Handouts-Codes" not in _unpacked(pdf_in(language))
    assert b"Handouts-Codes" in _unpacked(pdf_in("hi"))


def test_every_text_of_a_glyph_can_be_read() -> None:
    """PDF/UA forbids an empty one; the engine writes it for each further glyph of a cluster."""
    for language in ("ur", "bn", "th"):
        assert not re.search(rb"> <>", _unpacked(pdf_in(language)))


# Tags ---------------------------------------------------------------------------------------------


def test_what_is_in_another_language_says_so() -> None:
    html = (
        '<html lang="ar" dir="rtl"><head><title>T</title></head><body style="font-family: Vazirmatn'
        ', Noto Sans"><p>جلد <span lang="en" dir="ltr">skin</span></p><ul><li lang="ur">جلد</li>'
        '</ul><table><tr><th scope="col">أ</th><td lang="el">Δ</td></tr></table></body></html>'
    )
    named = {(tag.type, tag.language) for tag in _tags(render_pdf(Page(html, "T")).pdf)}
    assert named >= {("/Span", "en"), ("/LI", "ur"), ("/TD", "el"), ("/P", None), ("/TH", None)}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_head_cell_says_what_it_heads(language: str) -> None:
    scopes = Counter(tag.scope for tag in _tags(pdf_in(language)) if tag.type == "/TH")
    assert scopes == {"/Column": 2, "/Row": 2}


def test_a_leaflet_from_right_to_left_opens_so() -> None:
    for language in ("en", "ur"):
        with pikepdf.open(BytesIO(pdf_in(language))) as document:
            direction = document.Root.ViewerPreferences.get("/Direction")
            assert direction == ("/R2L" if language == "ur" else None)


# The engine ---------------------------------------------------------------------------------------


def test_the_engine_is_the_one_that_this_was_written_for() -> None:
    """If this fails after an upgrade: look at the functions of ``WRAPPED`` in the new version.

    ``draw_first_line`` must still write the number of each glyph as its code, from the glyph string
    of Pango; ``Font.clean`` must still reduce a font to the keys of ``to_unicode``; fonts must
    still have ``Encoding`` and be written from ``widths`` and ``to_unicode``; ``_build_box_tree``
    must still call itself by its name. Then run this file and ``scripts/readers``, and add the
    version to ``engine.TRIED``.
    """
    assert readable.changed() == []
    assert {weasyprint for weasyprint, _ in engine.TRIED} == {"70.0"}


# Fonts --------------------------------------------------------------------------------------------


def test_each_font_of_the_table_is_shipped_in_two_weights() -> None:
    named = {family.replace(" ", "") for script in scripts() for family in script.families}
    for family in named:
        for weight in ("Regular", "Bold"):
            assert (FONTS / f"{family}-{weight}.ttf").is_file()
    shipped = {path.stem.partition("-")[0] for path in FONTS.glob("*-Bold.ttf")}
    assert shipped == named | {"NotoSans"}


ORDERS = [
    ("en", ("Noto Sans", "Noto Sans Symbols2", "Noto Sans Math", "Vazirmatn")),
    ("ar", ("Vazirmatn", "Noto Sans", "Noto Sans Symbols2", "Noto Sans Math")),
    ("ur", ("Noto Nastaliq Urdu", "Vazirmatn", "Noto Sans", "Noto Sans Symbols2")),
    ("ps", ("Vazirmatn", "Noto Sans", "Noto Sans Symbols2", "Noto Sans Math")),
    ("mr", ("Noto Sans Devanagari", "Noto Sans", "Noto Sans Symbols2", "Noto Sans Math")),
    ("uk", ("Noto Sans", "Noto Sans Symbols2", "Noto Sans Math", "Vazirmatn")),
]


@pytest.mark.parametrize(("language", "first"), ORDERS)
def test_a_letter_is_looked_for_in_the_fonts_of_its_language_first(
    language: str, first: tuple[str, ...]
) -> None:
    families = font_families(language)
    assert families[: len(first)] == first
    assert set(families) == set(font_families("en"))


HINTS = [
    ("en", "ꯀ", "Use Latin, Greek, Cyrillic, Arabic, Hebrew"),
    ("zh-Hans", "龘", "Use the usual characters (GB 2312)"),
    ("am", "ቆ", "No shipped font has the script of `am` (Ethi)"),
]


@pytest.mark.parametrize(("language", "letter", "hint"), HINTS)
def test_a_letter_without_a_font_is_told_with_what_can_be_done_in_the_language(
    language: str, letter: str, hint: str
) -> None:
    html = f'<html lang="{language}"><head><title>T</title></head><p>{letter}</p></html>'
    with pytest.raises(HandoutsError) as caught:
        render_pdf(Page(html, "T"))
    (fault,) = caught.value.diagnostics
    assert fault.code == "missing-glyph"
    assert (fault.hint or "").startswith(hint)
    assert remedy(language) == fault.hint


def test_a_script_without_fonts_keeps_the_leading_of_latin() -> None:
    assert printed_script("am").leading == 1


def _bare(text: str) -> str:
    """A text without blanks, joiners and fillers, by which readers differ."""
    return re.sub(r"[\s\u2060\u200c\u200d]", "", text)


class _Tag(NamedTuple):
    type: str
    language: str | None
    scope: str | None


def _tags(pdf: bytes) -> list[_Tag]:
    """The structure elements of a file."""
    with pikepdf.open(BytesIO(pdf)) as document:
        found = (item for item in document.objects if isinstance(item, pikepdf.Dictionary))
        elements = [item for item in found if item.get("/Type") == "/StructElem"]
        return [_Tag(str(e.S), _at(e, "/Lang"), _at(e.get("/A"), "/Scope")) for e in elements]


def _at(item: Any, key: str) -> str | None:
    """An entry of a dictionary; None if it or the dictionary is missing."""
    return str(item[key]) if item is not None and key in item else None


def _unpacked(pdf: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()
