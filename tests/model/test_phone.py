"""What counts as a telephone number, and what to do about what does not."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from pydantic import ValidationError

from handouts.model.clinic import Clinic
from handouts.model.phone import numbers_in

NUMBERS = {
    "999": ["999"],
    "020 7946 0142": ["020 7946 0142"],
    "+ 44 20 7946 0142": ["+ 44 20 7946 0142"],
    "+44 (0)161 496 0777": ["+44 (0)161 496 0777"],
    "(415) 555-0132": ["(415) 555-0132"],
    "415.555.0132": ["415.555.0132"],
    "030/1234567": ["030/1234567"],
    "01 42 34 56 78": ["01 42 34 56 78"],
    "+49 (0) 30 - 123 45 67": ["+49 (0) 30 - 123 45 67"],
    "020\u00a07946\u202f0142": ["020\u00a07946\u202f0142"],
    "020–7946–0142": ["020–7946–0142"],
    "0161 496 0777 or 0161 496 0778": ["0161 496 0777", "0161 496 0778"],
    "0161 496 0777 / 0161 496 0778": ["0161 496 0777", "0161 496 0778"],
    "0161 496 0777, 0161 496 0778 and 111": ["0161 496 0777", "0161 496 0778", "111"],
    "+44 161 496 0777 extension 1234": ["+44 161 496 0777"],
    "0161 496 0777 ext. 12 or 0161 496 0778 x9": ["0161 496 0777", "0161 496 0778"],
    "0161 496 0777, option 2": ["0161 496 0777"],
    "+123 456 789 012 345": ["+123 456 789 012 345"],
}


@pytest.mark.parametrize(("text", "numbers"), NUMBERS.items())
def test_numbers_are_printed_as_they_are_written(text: str, numbers: list[str]) -> None:
    assert Clinic(name="A", phone=f" {text} ").phone == text
    assert list(numbers_in(text)) == numbers


CALL = "Write the number that patients call: it is printed on every leaflet"
ROUNDED = "A spreadsheet has changed it: format its cells as text, and type the number again"
FORM = "Write digits, spaces and + ( ) - . only, perhaps with an extension such as `ext. 12`"
QUOTES = "Remove the quotation marks"
ASCII = "Write it with the digits 0 to 9"

NONE = {
    "TBC": CALL,
    "tbc": CALL,
    "-": CALL,
    "–": CALL,
    "n/a": CALL,
    "Today": CALL,
    "xxx": CALL,
    "?": CALL,
    "()": CALL,
    "000 000 0000": CALL,
    "1.61E+11": ROUNDED,
    "4.42079E+11": ROUNDED,
    "4,42079E+11": ROUNDED,
    "4E11": ROUNDED,
    "442079460142.0": ROUNDED,
    "442079460142,00": ROUNDED,
    "#REF!": ROUNDED,
    "########": ROUNDED,
    "=442079460142": ROUNDED,
    "“020 7946 0142”": QUOTES,
    "'020 7946 0142": QUOTES,
    '"020 7946 0142"': QUOTES,
    "٠٢٠ ٧٩٤٦": ASCII,
    "०२० ७९४६": ASCII,
    "02": "A number has at least 3 digits",
    "0161 496 0777 or 1": "A number has at least 3 digits",
    "0161 496 0777 0161 496 0778": "A number has at most 17 digits; write ` or ` between two "
    "numbers",
    "NHS 111": FORM,
    "Tel. 020 7946 0142": FORM,
    "020 7946 O142": FORM,
    "0800 DOWNHAM": FORM,
    "1-800-FLOWERS": FORM,
    "020 7946 0142 (reception)": FORM,
    "reception@example.org 1": FORM,
    "020 7946 0142 or": FORM,
    "020 7946 0142\u200b": FORM,
    "12 Example Walk": FORM,
    "2001-01-01T00:00": FORM,
    "tel:+442079460142": FORM,
    "+": CALL,
}


@pytest.mark.parametrize(("text", "hint"), NONE.items())
def test_what_is_no_number_is_refused_with_what_to_do(text: str, hint: str) -> None:
    with pytest.raises(ValidationError) as told:
        Clinic(name="A", phone=text)
    (fault,) = told.value.errors()
    assert fault["msg"] == f"`{text}` is not a telephone number"
    assert fault["ctx"]["hint"] == hint


NETS = [
    ("email", "a@example.org", True),
    ("email", "a@b.example or c@d.example", True),
    ("email", "müller@praxis.example", True),
    ("email", "020 7946 0142", False),
    ("email", "tbc", False),
    ("email", "a@b", False),
    ("website", "www.example.org", True),
    ("website", "https://example.org/skin?a=1", True),
    ("website", "клиника.рф", True),
    ("website", "a@example.org", False),
    ("website", "8.30 to 18.00", False),
    ("website", "n/a", False),
]


@pytest.mark.parametrize(("key", "text", "good"), NETS)
def test_addresses_that_are_none_are_refused(key: str, text: str, good: bool) -> None:
    """As when the columns of a table have moved."""
    with nullcontext() if good else pytest.raises(ValidationError, match="is not "):
        Clinic.model_validate({"name": "A", "phone": "999", key: text})
