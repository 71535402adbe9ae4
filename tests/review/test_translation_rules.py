"""What a machine can find wrong with a translation; the rest is for people who read both."""

from __future__ import annotations

import pytest

from handouts.review.rules.translations import Medicine, Words, faults
from handouts.translation.units import Unit

WORDS = {
    "es": Words(
        "es",
        (
            Medicine("isotretinoin", ("isotretinoína",)),
            Medicine("tretinoin", ("tretinoína",)),
            Medicine("salicylic acid", ("ácido salicílico",)),
            Medicine("paracetamol", ("paracetamol", "acetaminofén")),
        ),
    ),
    "de": Words("de"),
    "fr": Words("fr"),
    "ar": Words("ar"),
    "hi": Words("hi"),
    "zh-Hans": Words("zh-Hans"),
    "uk": Words("uk"),
}

RIGHT = [
    ("es", "Wash twice a day.", "Lávese dos veces al día."),
    ("es", "Take **2** tablets.", "Tome **2** comprimidos."),
    ("es", "Call {clinic_phone}.", "Llame al {clinic_phone}."),
    ("es", "Of 10,000 women, 2.5 in 100.", "De 10.000 mujeres, 2,5 de 100."),
    ("de", "Of 10,000 women, 1.5 mm.", "Von 10.000 Frauen, 1,5 mm."),
    ("fr", "Of 10,000 women, 0.3 percent.", "Sur 10\u202f000 femmes, 0,3 pour cent."),
    ("ar", "6 to 8 weeks", "من ٦ إلى ٨ أسابيع"),
    ("ar", "0.1 percent of 2,187", "٠٫١ بالمئة من ٢٬١٨٧"),
    ("hi", "Take 3 tablets.", "३ गोलियाँ लें।"),
    ("zh-Hans", "CO2 laser, 5 mm", "CO2激光，5毫米"),
    ("zh-Hans", "On 15 October 2025", "2025年10月15日"),
    ("es", "Stop isotretinoin.", "Deje la isotretinoína."),
    ("es", "Use tretinoin, not isotretinoin.", "Use tretinoína, no isotretinoína."),
    ("es", "Take paracetamol.", "Tome acetaminofén."),
    ("es", "Salicylic or lactic acid", "Ácido salicílico o láctico"),
    ("es", "See nhs.uk for more.", "Más en nhs.uk."),
    ("ar", "See www.nhs.uk, then rest.", "راجع www.nhs.uk، ثم استرح."),
    ("hi", "At www.nhs.uk.", "www.nhs.uk-पर"),
    ("ar", "Ask NHS 111.", "اسأل NHS 111."),
    ("uk", "Stop.", "Припиніть."),
]


@pytest.mark.parametrize(("language", "source", "translation"), RIGHT)
def test_a_good_translation_has_no_fault(language: str, source: str, translation: str) -> None:
    assert not [*faults(Unit("a#b", source), translation, WORDS[language])]


WRONG = [
    ("es", "Call {clinic_phone}.", "Llame.", "translation-slots", "has lost `{clinic_phone}`"),
    ("es", "Call.", "Llame al {clinic_phone}.", "translation-slots", "adds `{clinic_phone}`"),
    (
        "es",
        "Call {clinic_phone}.",
        "Llame al {clinic_name}.",
        "translation-slots",
        "has lost `{clinic_phone}` and adds `{clinic_name}`",
    ),
    ("es", "Stop.", "**Pare.", "translation-markup", "The markup is broken"),
    ("es", "Stop.", "Pare {aquí mismo}.", "translation-markup", "The markup is broken"),
    ("es", "**Stop.** Call.", "Pare. Llame.", "translation-markup", "has lost its bold text"),
    ("es", "Stop.", "**Pare.**", "translation-markup", "has bold text, and its source has none"),
    ("es", "Take 2 tablets.", "Tome 3 comprimidos.", "translation-numbers", "lacks 2 and adds 3"),
    ("es", "6 to 8 weeks", "8 semanas", "translation-numbers", "lacks 6"),
    ("zh-Hans", "On 15 October", "11月15日", "translation-numbers", "adds 11"),
    ("es", "2.5 percent", "25 por ciento", "translation-numbers", "lacks 2.5 and adds 25"),
    ("de", "1,000 people", "10.000 Menschen", "translation-numbers", "lacks 1,000 and adds 10.000"),
    ("ar", "6 to 8 weeks", "من ٦ إلى ٩ أسابيع", "translation-numbers", "lacks 8 and adds 9"),
    ("hi", "Take 3 tablets.", "गोलियाँ लें।", "translation-numbers", "lacks 3"),
    ("es", "Twice.", "2 veces.", "translation-numbers", "adds 2"),
    (
        "es",
        "Stop isotretinoin.",
        "Deje la tretinoína.",
        "translation-medicine",
        "does not name isotretinoin",
    ),
    ("es", "Stop it.", "Deje el paracetamol.", "translation-medicine", "names paracetamol, which"),
    ("es", "Ask us.", "Vea www.example.com.", "translation-address", "`www.example.com.`"),
    ("uk", "See www.nhs.uk.", "Див. www.шкіра.укр", "translation-address", "`www.шкіра.укр`"),
    ("es", "Ask us.", "Escriba a a@example.org", "translation-address", "`a@example.org`"),
    ("es", "Stop.", "Pаre.", "translation-letters", "`а` (U+0430)"),
    ("ar", "Stop.", "שלום", "translation-letters", "`ו` (U+05D5)"),
    ("hi", "Stop.", "রুকুন", "translation-letters", "letters of another script"),
    ("es", "Stop.", "\u202ePare.", "control-character", "U+202E"),
    ("ar", "Stop.", "\u2067توقف\u2069", "control-character", "U+2067"),
    ("es", "Stop.", "Pa\u200bre.", "control-character", "U+200B"),
    ("es", "Stop.", "Pare ahora mismo. " * 9, "translation-length", "162 characters"),
]


@pytest.mark.parametrize(("language", "source", "translation", "code", "words"), WRONG)
def test_a_fault_is_told_with_its_remedy(
    language: str, source: str, translation: str, code: str, words: str
) -> None:
    found = [*faults(Unit("a#b", source), translation, WORDS[language])]
    (fault, *_) = [fault for fault in found if fault.code == code]
    assert words in fault.message
    assert fault.hint


def test_a_text_with_a_limit_of_its_own_must_keep_it() -> None:
    (fault,) = faults(Unit("a#title", "Acne"), "x" * 41, WORDS["es"], limit=40)
    assert fault.code == "translation-length"
    assert "41 characters; there is room for 40" in fault.message


def test_signs_that_no_font_has_are_told() -> None:
    words = Words("es", drawn=frozenset("Pare.☐"))
    (fault,) = faults(Unit("a#b", "Stop."), "Pare. ☎", words)
    assert (fault.code, "`☎` (U+260E)" in fault.message) == ("translation-letters", True)
