"""Languages: the source language, writing directions, and dates in words."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

SOURCE_LANGUAGE = "en"
"""The language of ``content/``, from which all others are translated."""

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "ckb", "dv", "sd", "ug", "yi"}


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The writing direction of a language."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


_CLDR_REGIONS = {"EU": "150"}
"""Regions that are no country, by their number in CLDR (UN M49): 150 is Europe."""


def printed_day(day: date, language: str, region: str) -> str:
    """A date in words as a language writes it in a region: 22 November 2026, November 22, 2026."""
    from babel.dates import format_date

    return format_date(day, "long", locale=_locale(language, region))


def own_name(language: str) -> str:
    """A language as those who speak it call it: English, Deutsch, العربية."""
    from babel import Locale

    locale = Locale.parse(language.replace("-", "_"))
    name = str(locale.get_display_name())
    return name[:1].upper() + name[1:]


def language_name(language: str, region: str) -> str:
    """A language of a region in English: English (United Kingdom)."""
    return str(_locale(language, region).get_display_name("en"))


def plural_form(language: str, number: int) -> str:
    """The form of a text that a number of things needs: ``one``, ``few``, ``other``."""
    from babel import Locale

    return str(Locale.parse(language.replace("-", "_")).plural_form(number))


def _locale(language: str, region: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(f"{language.partition('-')[0]}_{_CLDR_REGIONS.get(region, region)}")
    except UnknownLocaleError:  # CLDR has no Spanish of India: then the language alone
        return Locale.parse(language.replace("-", "_"))
