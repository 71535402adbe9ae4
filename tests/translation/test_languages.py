"""Languages: which way they are written, and how they write a day."""

from __future__ import annotations

from datetime import date

import pytest

from handouts.translation.languages import (
    SOURCE_LANGUAGE,
    colon,
    direction,
    english_name,
    is_language,
    language_name,
    language_of,
    listed,
    lookup_chain,
    own_name,
    plural_form,
    printed_day,
    script_of,
)

RIGHT_TO_LEFT = ["ar", "fa", "he", "ps", "ur", "ckb", "dv", "sd", "ug", "yi", "nqo", "syr"]
RIGHT_TO_LEFT += ["ff-Adlm", "rhg"]
LEFT_TO_RIGHT = ["en", "de", "pl", "tr", "zh-Hans", "az", "arn", "dey"]


@pytest.mark.parametrize("language", [*RIGHT_TO_LEFT, "ar-EG", "ur-PK", "he-IL", "fa-Arab-IR"])
def test_some_languages_are_written_from_right_to_left(language: str) -> None:
    assert direction(language) == "rtl"


@pytest.mark.parametrize("language", LEFT_TO_RIGHT)
def test_all_others_are_written_from_left_to_right(language: str) -> None:
    """Also those whose names only begin as one of the others."""
    assert direction(language) == "ltr"


# Where a translation is looked up: as CLDR has it, and in one script only.
CHAINS = [
    ("es", "US", ["es_US", "es_419", "es"]),
    ("es", "EU", ["es_EU", "es"]),
    ("pt", "AO", ["pt_AO", "pt_PT", "pt"]),
    ("pt-BR", "BR", ["pt_BR", "pt"]),
    ("zh-Hans", "GB", ["zh_Hans_GB", "zh_Hans", "zh"]),
    ("zh-Hant", "GB", ["zh_Hant_GB", "zh_Hant"]),
    ("zh-TW", "TW", ["zh_TW"]),
    ("sr-Latn", "EU", ["sr_Latn_EU", "sr_Latn"]),
    ("uk", "GB", ["uk_GB", "uk"]),
]


@pytest.mark.parametrize(("language", "region", "names"), CHAINS)
def test_the_closest_translation_comes_first(language: str, region: str, names: list[str]) -> None:
    assert list(lookup_chain(language, region)) == names


NAMES = [("es", "es", "Latn", "español"), ("es_US", "es", "Latn", ""), ("ur", "ur", "Arab", "اردو")]
NAMES += [("en", "en", "Latn", "English"), ("zh-Hans_GB", "zh-Hans", "Hans", "")]
NAMES += [("zh_Hans", "zh-Hans", "Hans", "中文 (简体)"), ("uk", "uk", "Cyrl", "українська")]


@pytest.mark.parametrize(("name", "language", "script", "own"), NAMES)
def test_a_files_name_says_its_language(name: str, language: str, script: str, own: str) -> None:
    assert language_of(name) == language
    assert script_of(language) == script
    assert not own or own_name(language) == own


def test_the_words_are_written_in_english() -> None:
    """Every other language is a translation, and needs somebody who has checked it."""
    assert SOURCE_LANGUAGE == "en"


DAYS = [
    ("en", "GB", "22 November 2026"),
    ("en", "IN", "22 November 2026"),
    ("en", "EU", "22 November 2026"),
    ("en", "US", "November 22, 2026"),
    ("es", "US", "22 de noviembre de 2026"),
    ("es", "IN", "22 de noviembre de 2026"),
    ("de", "EU", "22. November 2026"),
    ("pt-BR", "BR", "22 de novembro de 2026"),
    ("pl", "EU", "22 listopada 2026"),
    ("zh-Hans", "IN", "2026年11月22日"),
]


@pytest.mark.parametrize(("language", "region", "printed"), DAYS)
def test_a_day_is_printed_as_its_language_writes_it(
    language: str, region: str, printed: str
) -> None:
    assert printed_day(date(2026, 11, 22), language, region) == printed


@pytest.mark.parametrize(
    ("language", "written"),
    [(name, ":") for name in ("en", "de", "ar")]
    + [(name, "\N{NO-BREAK SPACE}:") for name in ("fr", "fr-CA")]
    + [(name, "\uff1a") for name in ("zh-Hans", "zh-Hant", "ja")],
)
def test_a_colon_is_written_as_the_language_does(language: str, written: str) -> None:
    assert colon(language) == written


LISTS = [
    ("en", "GB", "A, B and C"),
    ("en", "US", "A, B, and C"),
    ("ar", "GB", "A وB وC"),
    ("zh-Hans", "GB", "A、B和C"),
]


@pytest.mark.parametrize(("language", "region", "written"), LISTS)
def test_things_are_listed_as_the_language_does(language: str, region: str, written: str) -> None:
    assert listed(["A", "B", "C"], language, region) == written


FORMS = [("en", 1, "one"), ("en", 2, "other"), ("pl", 3, "few"), ("zh-Hans", 1, "other")]


@pytest.mark.parametrize(("language", "number", "form"), FORMS)
def test_a_number_of_things_has_the_form_of_its_language(
    language: str, number: int, form: str
) -> None:
    assert plural_form(language, number) == form


IN_ENGLISH = [("es", "Spanish"), ("zh-Hans", "Chinese (Simplified)"), ("uk", "Ukrainian")]


@pytest.mark.parametrize(("language", "name"), IN_ENGLISH)
def test_staff_are_told_the_english_name_of_a_language(language: str, name: str) -> None:
    assert english_name(language) == name


def test_a_language_of_a_region_has_a_name_of_its_own() -> None:
    assert language_name("en", "GB") == "English (United Kingdom)"


@pytest.mark.parametrize(
    ("language", "known"),
    [("es", True), ("zh-Hans", True), ("pt-BR", True), ("xx", False), ("no language", False)],
)
def test_a_language_is_one_that_cldr_knows(language: str, known: bool) -> None:
    assert is_language(language) is known


def test_a_language_without_a_name_in_cldr_goes_by_its_code() -> None:
    """CLDR has no English name of Ladin, and none of Karakalpak in its own Latin letters."""
    assert english_name("lld") == "lld"
    assert own_name("kaa-Latn") == "kaa-Latn"
