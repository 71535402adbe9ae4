"""Telephone numbers as clinics write them: one or several, each perhaps with an extension."""

from __future__ import annotations

import re

from pydantic_core import PydanticCustomError

MIN_DIGITS, MAX_DIGITS = 3, 17
"""Digits of a number: three as in 999; fifteen (ITU-T E.164) after the prefix 00."""

_DASHES = "\u2010-\u2013-"
_NUMBER = rf"(?:\+ ?)?\(?[0-9](?:(?:[ \u00a0\u202f().{_DASHES}]|(?<=[0-9])/(?=[0-9]))*[0-9])*"
_EXTENSION = r"(?:[ ,]*(?:ext(?:ension)?\.?|x|option|opt\.?|#) ?[0-9]{1,6})?"
_BETWEEN = r"(?: ?[,;|/] ?(?:or |and )?| or | and )"
_NUMBERS = re.compile(rf"{_NUMBER}{_EXTENSION}(?:{_BETWEEN}{_NUMBER}{_EXTENSION})*", re.IGNORECASE)
_ONE = re.compile(rf"(?P<number>{_NUMBER}){_EXTENSION}(?:{_BETWEEN}|$)", re.IGNORECASE)

_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_QUOTES = frozenset("\"'`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb")
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+|[0-9]+[.,]0+", re.IGNORECASE)
_AS_TEXT = "A spreadsheet has changed it: format its cells as text, and type the number again"
_FORM = "Write digits, spaces and + ( ) - . only, perhaps with an extension such as `ext. 12`"


def numbers_in(text: str) -> tuple[str, ...]:
    """The telephone numbers of a text that is nothing else, without their extensions."""
    return tuple(found["number"] for found in _ONE.finditer(text))


def phone(text: str) -> str:
    """The text, if it consists of telephone numbers.

    PydanticCustomError ``phone_number`` with a finished message and a ``hint`` if it does not.
    """
    counts = [sum(map(str.isdigit, number)) for number in numbers_in(text)]
    # The plainest remedy first: what a spreadsheet made of a number breaks later rules too.
    faults = {
        _AS_TEXT: _ROUNDED.fullmatch(text) or text.startswith(("#", "=")),
        "Write the number that patients call: it is printed on every leaflet": not any(
            character.isdigit() and character != "0" for character in text
        ),
        "Write it with the digits 0 to 9": _OTHER_DIGIT.search(text),
        "Remove the quotation marks": {text[0], text[-1]} & _QUOTES,
        _FORM: not _NUMBERS.fullmatch(text),
        f"A number has at least {MIN_DIGITS} digits": min(counts, default=0) < MIN_DIGITS,
        f"A number has at most {MAX_DIGITS} digits; write ` or ` between two numbers": (
            max(counts, default=0) > MAX_DIGITS
        ),
    }
    for hint, at_fault in faults.items():
        if at_fault:
            context = {"sentence": f"`{text}` is not a telephone number", "hint": hint}
            raise PydanticCustomError("phone_number", "{sentence}", context)
    return text
