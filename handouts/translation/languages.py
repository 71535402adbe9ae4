"""Languages: the source language, writing directions, and dates in words."""

from __future__ import annotations

from datetime import date
from typing import Literal

SOURCE_LANGUAGE = "en"
"""The language of ``content/``, from which all others are translated."""

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "ckb", "dv", "sd", "ug", "yi"}


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The writing direction of a language."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def printed_day(day: date, language: str) -> str:
    """A date in words, e.g. 22 November 2026."""
    from babel.dates import format_date

    # The long date format of CLDR's `en` is American; the shipped English is British.
    pattern = "d MMMM y" if language == SOURCE_LANGUAGE else "long"
    return format_date(day, pattern, locale=language.replace("-", "_"))
