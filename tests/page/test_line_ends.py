"""Where no line may end: within a measure, beside a negation, within the hours of a day."""

from __future__ import annotations

import re

import pytest

from handouts.model.text import Run, Text
from handouts.page.rich_text import rich
from handouts.page.widths import bound

BLANK = "\N{NO-BREAK SPACE}"

MEASURES = {
    "de": ("nach 12 Wochen prüfen wir das", "nach 12_Wochen prüfen wir das"),
    "hi": ("लाली 6 से 8 हफ़्ते रह सकती है और फिर जाती है", "लाली 6_से_8_हफ़्ते रह"),
    "bn": ("হাতে 30 জনের মধ্যে 10 জনের দাগ", "হাতে 30_জনের মধ্যে"),
    "ta": ("மாதம் 3 முதல் 6 வரை 12 வாரங்களுக்கு வீக்கம்", "மாதம் 3_முதல்_6_வரை 12_வாரங்களுக்கு"),
    "ar": ("عمقها 1.5 إلى 4 ملم تقريبًا عند الجميع", "عمقها 1.5_إلى_4_ملم تقريبًا عند الجميع"),
    "zh-Hans": ("用药6到8周后，12个月里约30人好转", "用药6=到=8=周后，12=个=月里约30=人好"),
    "fr": ("sur 1000 participants interrogés alors", "sur 1000 participants"),
}
"""A text in a language, a part of it with `_` (or `=`, without a space) where no line may end."""

SHORT_NAMES = [
    ("es", "La hinchazón empieza después del día 3, o salen costras", "del día_3, o"),
    ("fr", "C'est proche de la vitamine A. Appelez le NHS 111", "vitamine_A. Appelez le NHS_111"),
    ("es", "Use FPS 30 o más cada día del año entero", "Use FPS_30_o más"),
    ("fr", "Ce sont peut-être des boutons de fièvre", "peut-=être des"),
    ("pt", "Peça-nos ajuda assim que puder vir até aqui", "Peça-=nos ajuda"),
    (
        "de",
        "Mit einem Retinoid-Gel oder -Creme beginnen wir",
        "Retinoid-=Gel oder -=Creme beginnen",
    ),
    ("fr", "un arc-en-ciel de couleurs au-dessus du toit", "arc-en-ciel de couleurs"),
    ("de", "In dieser engen Spalte ist man sicher sind", "sicher sind"),
]
"""A language, a text, and a part of it with `_` or `=` where no line may end, as above."""

NEGATIONS = {
    "hi": ("कैप्सूल के साथ विटामिन न लें और नई क्रीम मत लगाएँ अभी", "विटामिन न_लें और नई क्रीम मत_लगाएँ"),
    "ur": ("کیپسول کے ساتھ وٹامن اے کی گولیاں نہ لیں کیونکہ", "گولیاں نہ_لیں"),
    "bn": ("নিজে থেকে ওষুধ বন্ধ করবেন না। আমাদের বলুন আগে", "করবেন_না।"),
}

HOURS = [
    ("8.30 am to 6 pm", "8.30_am_to_6_pm"),
    ("8:30 a.m. to 5 p.m.", "8:30_a.m._to_5_p.m."),
    ("9 am to 12.30 pm, 2 pm to 6 pm", "9_am_to_12.30_pm, 2_pm_to_6_pm"),
    ("8.30 bis 18 Uhr", "8.30_bis_18_Uhr"),
    ("by appointment only", "by appointment only"),
    ("", ""),
]


@pytest.mark.parametrize(("language", "texts"), MEASURES.items(), ids=MEASURES)
def test_a_number_stays_with_what_it_counts(language: str, texts: tuple[str, str]) -> None:
    assert texts[1] in _printed(texts[0], language)


@pytest.mark.parametrize(("language", "text", "expected"), SHORT_NAMES)
def test_short_names_are_on_one_line(language: str, text: str, expected: str) -> None:
    assert expected in _printed(text, language)


@pytest.mark.parametrize(
    ("language", "heading", "expected"),
    [
        ("es", "¿Cuánto costará, y cuánto tiempo?", "y cuánto_tiempo?"),
        ("de", "Hormone und Spironolacton-Tabletten", "Hormone und Spironolacton-Tabletten"),
        ("ta", "முகப்பருத் தழும்புகளுக்கான சிகிச்சைகள்", "தழும்புகளுக்கான சிகிச்சைகள்"),
        ("en", "What can you do about your redness", "your redness"),
    ],
)
def test_a_heading_has_no_last_line_of_one_word(language: str, heading: str, expected: str) -> None:
    """Unless two words might be wider than a column; the source language is looked at."""
    assert _printed(heading, language, heading=True).endswith(expected)


@pytest.mark.parametrize(("language", "texts"), NEGATIONS.items(), ids=NEGATIONS)
def test_a_negation_stays_with_its_verb(language: str, texts: tuple[str, str]) -> None:
    assert texts[1] in _printed(texts[0], language)


@pytest.mark.parametrize("words", ["每天涂一次", "请马上告诉我们。", "（可以停用吗？）"])
def test_a_last_sign_does_not_stand_alone(words: str) -> None:
    printed = _printed(words, "zh-Hans")
    assert printed.replace("=", "") == words
    assert re.search(r"\w=\w\W*$", printed)


def test_a_measure_of_several_slots_can_break() -> None:
    """A label is filled first, and then becomes part of a sentence."""
    runs = Run("Etwa "), Run("43", slot="count"), Run(" von 100 "), Run("Menschen", slot="who")
    html = rich(Text(runs), lambda _: None, frozenset(), "de")  # type: ignore[arg-type,return-value]
    assert _printed(f"{html} besserten sich.", "de") == "Etwa 43_von_100 Menschen besserten sich."


def test_the_bar_at_the_end_of_a_sentence_stands_apart_from_a_number() -> None:
    """Or the telephone number 116 123 would seem to have one digit more."""
    assert _printed("Samaritans, 116 123\u0964", "hi") == "Samaritans, 116_123_\u0964"


def test_the_lines_of_the_source_language_are_looked_at_instead() -> None:
    assert _printed("It takes 12 weeks until you see whether", "en").startswith("It takes 12 weeks")


def test_spaces_of_urdu_are_wider_but_not_those_within_a_telephone_number() -> None:
    """A space of its font is narrow; one of Latin digits is wide enough."""
    html = rich(Text((Run("\u0641\u0648\u0646 116 123"),)), lambda _: None, frozenset(), "ur")  # type: ignore[arg-type,return-value]
    assert re.sub("<[^>]+>", "", html) == f"\u0641\u0648\u0646{BLANK} 116{BLANK}123"


@pytest.mark.parametrize(("hours", "expected"), HOURS)
def test_a_range_of_hours_is_on_one_line(hours: str, expected: str) -> None:
    assert bound(hours).replace(BLANK, "_") == expected


def _printed(words: str, language: str, *, heading: bool = False) -> str:
    html = rich(Text((Run(words),)), lambda _: None, frozenset(), language, heading=heading)  # type: ignore[arg-type,return-value]
    # Words of Urdu are parted by two spaces.
    text = re.sub("<[^>]+>", "", html).replace(f"{BLANK} ", " ")
    return re.sub(f"{BLANK}+", "_", text).replace("\N{WORD JOINER}", "=")
