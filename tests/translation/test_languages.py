"""Languages: which way they are written, and how they write a day."""

from __future__ import annotations

from datetime import date

import pytest

from handouts.translation.languages import (
    SOURCE_LANGUAGE,
    colon,
    direction,
    language_of,
    lookup_chain,
    own_name,
    printed_day,
    script_of,
)

RIGHT_TO_LEFT = ["ar", "fa", "he", "ps", "ur", "ckb", "dv", "sd", "ug", "yi"]
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
]


@pytest.mark.parametrize(("language", "region", "printed"), DAYS)
def test_a_day_is_printed_as_its_language_writes_it(
    language: str, region: str, printed: str
) -> None:
    assert printed_day(date(2026, 11, 22), language, region) == printed


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", ":"), ("de", ":"), ("ar", ":"), ("fr", "\N{NO-BREAK SPACE}:"), ("zh-Hans", "：")],
)
def test_a_colon_is_written_as_the_language_does(language: str, written: str) -> None:
    assert colon(language) == written
