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


def language_name(language: str, region: str) -> str:
    """A language of a region in English: English (United Kingdom)."""
    return str(_locale(language, region).get_display_name("en"))


def _locale(language: str, region: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(f"{language.partition('-')[0]}_{_CLDR_REGIONS.get(region, region)}")
    except UnknownLocaleError:  # CLDR has no Spanish of India: then the language alone
        return Locale.parse(language.replace("-", "_"))


def script_code(language: str) -> str:
    """The script of a language as ISO 15924 codes it: as it says, or else as CLDR supposes."""
    parts = language.split("-")
    for part in parts[1:]:
        if len(part) == 4:
            return part
    if parts[0] == SOURCE_LANGUAGE:
        return "Latn"  # without opening the data of CLDR
    from babel.core import get_global

    likely = get_global("likely_subtags")
    found = likely.get("_".join(parts)) or likely.get(parts[0]) or "_Zzzz"
    return str(found).split("_")[1]
