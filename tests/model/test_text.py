"""Marked-up text: bold and slots."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from handouts.model.text import Run, Text

PARSED = [
    ("Plain words.", (Run("Plain words."),)),
    ("Two\n  lines", (Run("Two lines"),)),
    ("**Bold.** Then not.", (Run("Bold.", bold=True), Run(" Then not."))),
    ("Call {clinic_phone} now", (Run("Call "), Run("", slot="clinic_phone"), Run(" now"))),
    ("**{clinic_name}**", (Run("", bold=True, slot="clinic_name"),)),
    ("3 * 4 * 5", (Run("3 * 4 * 5"),)),
    ("e\u0301", (Run("é"),)),
    ("10\u00a0mg", (Run("10\u00a0mg"),)),
]


@pytest.mark.parametrize(("source", "runs"), PARSED)
def test_marks_become_runs(source: str, runs: tuple[Run, ...]) -> None:
    assert Text.parse(source).runs == runs


@pytest.mark.parametrize("source", ["**open", "{", "}", "{Clinic}", "{{ 7*7 }}", "{a b}", "{}"])
def test_broken_marks_are_refused(source: str) -> None:
    with pytest.raises(PydanticCustomError):
        Text.parse(source)


def test_a_slot_value_is_never_markup() -> None:
    filled = Text.parse("From **{clinic_name}**").fill({"clinic_name": "**Bold** {slot} <b>"})
    assert filled.runs[1] == Run("**Bold** {slot} <b>", bold=True, slot="clinic_name")
    assert filled.plain == "From **Bold** {slot} <b>"


def test_source_form_comes_back() -> None:
    assert str(Text.parse("Call **{clinic_phone}** now")) == "Call **{clinic_phone}** now"
