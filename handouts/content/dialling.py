"""Whether a clinic's telephone numbers can be numbers of its region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from handouts.diagnostics import Diagnostic, Place, Severity
from handouts.model.phone import numbers_in

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_FICTITIOUS = ("01632960",)
"""Starts of numbers kept for fiction that the library, rightly, does not know (Ofcom)."""


def doubtful_numbers(text: str, region: str, place: Place) -> Iterator[Diagnostic]:
    """An error for each number whose first sign a spreadsheet took, a warning for other doubts.

    A region that is no country, such as EU, has only international numbers to compare with.
    """
    import phonenumbers as library

    country = region if region in library.SUPPORTED_REGIONS else None
    for written in numbers_in(text):
        if not country and not written.startswith("+"):
            continue
        try:
            # Only with the raw input does the library say where it has the country code from.
            number = library.parse(written, country, keep_raw_input=True)
        except library.NumberParseException:
            number = library.PhoneNumber()  # an empty one, which is never valid
        digits = "".join(filter(str.isdigit, written))
        if whole := _whole(written, number, country):
            lost = "`+`" if whole.startswith("+") else "first digit"
            message = f"`{written}` has lost the {lost} of `{whole}`"
            hint = f"Write `{whole}`; in a spreadsheet, format the cells as text first"
            # Nobody types a number without any space; a spreadsheet that has counted with it does.
            severity = Severity.ERROR if written.isdigit() else Severity.WARNING
            yield Diagnostic("phone-number", message, place, hint, severity)
        elif not (
            library.is_valid_number(number)
            or (country and library.is_valid_short_number_for_region(number, country))
            or digits.startswith(_FICTITIOUS)
        ):
            where = f" in {country}" if country else ""
            message = f"`{written}` cannot be a telephone number{where}"
            hint = "Check its digits: patients are told to call it"
            yield Diagnostic("phone-number", message, place, hint, Severity.WARNING)


def _whole(text: str, number: PhoneNumber, country: str | None) -> str | None:
    """The number with its `+` or leading zero, if a spreadsheet has removed it."""
    import phonenumbers as library

    if country is None or not library.is_valid_number(number):
        return None
    source, sources = number.country_code_source, library.CountryCodeSource
    # In North America, 1 is also what one dials first.
    if source == sources.FROM_NUMBER_WITHOUT_PLUS_SIGN and number.country_code != 1:
        return library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL)
    if source != sources.FROM_DEFAULT_COUNTRY:
        return None
    # At this leniency, the library wants the national prefix where people always write it.
    if any(library.PhoneNumberMatcher(text, country, leniency=library.Leniency.VALID)):
        return None
    whole = library.format_number(number, library.PhoneNumberFormat.NATIONAL)
    figures = ["".join(filter(str.isdigit, each)) for each in (whole, text)]
    return whole if figures[0].startswith("0") and figures[0].endswith(figures[1]) else None
