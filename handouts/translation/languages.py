"""Languages: the one that content is written in, directions, and how a date is printed."""

from __future__ import annotations

from datetime import date
from typing import Literal

SOURCE_LANGUAGE = "en"
"""The language of ``content/``; every other one is a translation of it."""

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "ckb", "dv", "sd", "ug", "yi"}


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language is written."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def printed_day(day: date, language: str) -> str:
    """A date in words, as the language writes it: 22 November 2026."""
    from babel.dates import format_date

    # CLDR's long form of `en` is American; the shipped English is British.
    pattern = "d MMMM y" if language == SOURCE_LANGUAGE else "long"
    return format_date(day, pattern, locale=language.replace("-", "_"))
