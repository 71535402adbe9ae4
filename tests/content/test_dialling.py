"""Telephone numbers against the numbering plans of the world."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.content.dialling import doubtful_numbers
from handouts.diagnostics import Place

PLAUSIBLE = [
    ("GB", "999"),
    ("GB", "111"),
    ("GB", "0800 1111"),
    ("GB", "0161 496 0777 or 0161 496 0778"),
    ("GB", "+44 (0)161 496 0777"),
    ("GB", "+44 161 496 0777 extension 1234"),
    ("GB", "0044 161 496 0777"),
    ("GB", "+33 1 42 34 56 78"),
    ("US", "(415) 555-0132"),
    ("US", "1-415-555-0132"),
    ("US", "4155550132"),
    ("US", "911"),
    ("IN", "98765 43210"),
    ("IN", "22 2345 6789"),
    ("IN", "080-2345 6789"),
    ("EU", "112"),
    ("EU", "01 234 5678"),
    ("EU", "+353 1 234 5678"),
    ("DE", "030/1234567"),
    ("FR", "01 42 34 56 78"),
    ("AU", "1300 975 707"),
    ("RU", "8 (495) 123-45-67"),
    ("BR", "(11) 3123-4567"),
    ("SE", "08-123 456 78"),
    # Kept for fiction, so that nobody is called by mistake.
    ("GB", "01632 960 123"),
    ("GB", "020 7946 0142"),
    ("GB", "0161 496 0142"),
    ("US", "212 555 0100"),
]


def told(region: str, number: str) -> list[tuple[str, str, str | None]]:
    found = doubtful_numbers(number, region, Place(Path("handouts.yaml")))
    return [(d.severity, d.message, d.hint) for d in found]


@pytest.mark.parametrize(("region", "number"), PLAUSIBLE)
def test_ordinary_numbers_are_not_doubted(region: str, number: str) -> None:
    assert told(region, number) == []


LOST = [
    ("GB", "2079460142", "020 7946 0142"),
    ("GB", "20 7946 0142", "020 7946 0142"),
    ("GB", "442079460142", "+44 20 7946 0142"),
    ("GB", "44 20 7946 0142", "+44 20 7946 0142"),
    ("DE", "30 1234567", "030 1234567"),
    ("FR", "142345678", "01 42 34 56 78"),
    ("DE", "301234567", "030 1234567"),
    ("AU", "391234567", "(03) 9123 4567"),
    ("NL", "201234567", "020 123 4567"),
    ("IN", "912223456789", "+91 22 2345 6789"),
]


@pytest.mark.parametrize(("region", "number", "whole"), LOST)
def test_a_sign_that_a_spreadsheet_has_taken_is_told(region: str, number: str, whole: str) -> None:
    ((severity, message, hint),) = told(region, number)
    assert severity == ("error" if number.isdigit() else "warning")
    lost = "`+`" if "+" in whole else "first digit"
    assert message == f"`{number}` has lost the {lost} of `{whole}`"
    assert str(hint).startswith(f"Write `{whole}`")


IMPOSSIBLE = [
    ("GB", "0161 496 07", "0161 496 07"),
    ("GB", "0161 496 07777", "0161 496 07777"),
    ("GB", "0161 496 0777 or 0161 496", "0161 496"),
    ("US", "415 555 013", "415 555 013"),
    ("US", "020 7946 0142", "020 7946 0142"),
    ("IN", "98765 432", "98765 432"),
    ("EU", "+353 1 234", "+353 1 234"),
    ("EU", "+999 123 4567", "+999 123 4567"),
]


@pytest.mark.parametrize(("region", "number", "doubted"), IMPOSSIBLE)
def test_a_number_that_cannot_be_one_is_doubted(region: str, number: str, doubted: str) -> None:
    ((severity, message, _),) = told(region, number)
    assert (severity, message.partition(" cannot")[0]) == ("warning", f"`{doubted}`")
