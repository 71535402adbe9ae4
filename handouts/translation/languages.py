"""Languages: the source language, where translations are looked up, directions, dates in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Literal

SOURCE_LANGUAGE = "en"
"""The language of ``content/``, from which all others are translated."""

_RIGHT_TO_LEFT = {"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"}
"""Scripts that are written from right to left, by their codes (ISO 15924)."""


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The writing direction of a language."""
    return "rtl" if script_of(language) in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=64)
def script_of(language: str) -> str:
    """The script that a language is usually written in: ``Latn``, ``Arab``, ``Hans``."""
    if language == SOURCE_LANGUAGE:  # most leaflets need not wait for the tables
        return "Latn"
    from babel.core import get_global

    likely = get_global("likely_subtags")
    parts = language.replace("-", "_").split("_")
    if written := next((part for part in parts[1:] if len(part) == 4), None):
        return written
    names = ("_".join(parts[:end]) for end in range(len(parts), 0, -1))
    full = next((likely[name] for name in names if name in likely), "und_Latn_ZZ")
    return str(full.split("_")[1])


def lookup_chain(language: str, region: str) -> tuple[str, ...]:
    """Names of the files to look a translation up in, the closest first: es_US, es_419, es.

    It follows the parents in CLDR, and never leads from one script to another.
    """
    from babel.core import get_global

    parents = get_global("parent_exceptions")
    name, script = language.replace("-", "_"), script_of(language)
    if name.rpartition("_")[2] != region:
        name = f"{name}_{region}"
    chain = []
    while name and script_of(name) == script:
        chain.append(name)
        name = parents.get(name) or name.rpartition("_")[0]
    return tuple(chain)


def colon(language: str) -> str:
    """The colon behind a name, as a language writes it: " :" in French, a wide one in Chinese."""
    if script_of(language) in ("Hans", "Hant", "Jpan"):
        return "\uff1a"
    return "\N{NO-BREAK SPACE}:" if language.partition("-")[0] == "fr" else ":"


def language_of(name: str) -> str:
    """The language of a file's name, without its region: ``es`` of es_US, ``zh-Hans``."""
    parts = name.replace("-", "_").split("_")
    return "-".join(part for part in parts if part == parts[0] or len(part) == 4)


_CLDR_REGIONS = {"EU": "150"}
"""Regions that are no country, by their number in CLDR (UN M49): 150 is Europe."""


def printed_day(day: date, language: str, region: str) -> str:
    """A date in words as a language writes it in a region: 22 November 2026, November 22, 2026."""
    from babel.dates import format_date

    return format_date(day, "long", locale=_locale(language, region))


def listed(items: Iterable[str], language: str, region: str) -> str:
    """Items as a language lists them in a sentence: A, B and C; A وB وC; A、B和C."""
    from babel.lists import format_list

    return str(format_list(list(items), "standard", _locale(language, region)))


def language_name(language: str, region: str) -> str:
    """A language of a region in English: English (United Kingdom)."""
    return str(_locale(language, region).get_display_name("en"))


def plural_form(language: str, number: int) -> str:
    """The form of a text that a number of things needs: ``one``, ``few``, ``other``."""
    from babel import Locale

    return str(Locale.parse(language.replace("-", "_")).plural_form(number))


def english_name(language: str) -> str:
    """What a language is called in English: Spanish, Simplified Chinese."""
    from babel import Locale

    return str(Locale.parse(language.replace("-", "_")).get_display_name("en") or language)


def own_name(language: str) -> str:
    """What a language calls itself: español, 简体中文."""
    from babel import Locale

    locale = Locale.parse(language.replace("-", "_"))
    return str(locale.get_display_name(locale) or language)


def is_language(language: str) -> bool:
    """Whether CLDR knows a language."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _locale(language: str, region: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(f"{language.partition('-')[0]}_{_CLDR_REGIONS.get(region, region)}")
    except UnknownLocaleError:  # CLDR has no Spanish of India: then the language alone
        return Locale.parse(language.replace("-", "_"))
