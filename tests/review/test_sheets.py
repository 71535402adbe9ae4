"""From a printed sheet back to its words."""

from __future__ import annotations

from typing import Any

import pytest

from handouts.diagnostics import HandoutsError
from handouts.model.approvals import Approval
from handouts.model.document import Document
from handouts.review.verify import SheetCode, Verdict, read_code, verify
from tests.world import DAY, demo_document

DIGEST = "fedcba9876543210" * 4
SHORT = DIGEST[:10]

CODES = [
    (f"dark-marks 1.0 en-GB {SHORT}", SheetCode(SHORT, "dark-marks", "1.0", "en-GB")),
    (f"  dark-marks 12.34 en-GB {SHORT}\n", SheetCode(SHORT, "dark-marks", "12.34", "en-GB")),
    (f"acne 2.0 zh-Hans-GB {SHORT}", SheetCode(SHORT, "acne", "2.0", "zh-Hans-GB")),
    (f"acne 2.0 pt-BR-GB {SHORT}", SheetCode(SHORT, "acne", "2.0", "pt-BR-GB")),
    (f"acne 2.0 ckb-IN {SHORT}", SheetCode(SHORT, "acne", "2.0", "ckb-IN")),
    (SHORT, SheetCode(SHORT)),
    (f" {SHORT.upper()} ", SheetCode(SHORT)),
    (DIGEST, SheetCode(DIGEST)),
]


@pytest.mark.parametrize(("typed", "code"), CODES)
def test_a_code_is_read_as_people_type_it(typed: str, code: SheetCode) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "012",
        SHORT[:9],
        f"{SHORT}0",
        DIGEST[:63],
        "letter.pdf",
        f"{DIGEST}0",
        f"acne en-GB {SHORT}",
    ],
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(HandoutsError) as told:
        read_code(typed)
    (fault,) = told.value.diagnostics
    assert (fault.code, f"`{typed}`" in fault.message) == ("no-code", True)
    assert "Type all 10 letters and digits" in str(fault.hint)


LOCALES = [
    ("en-GB", "GB", ("en",)),
    ("zh-Hans-GB", "GB", ("zh-Hans",)),
    ("pt-BR-US", "US", ("pt-BR",)),
    ("sv", "sv", ("sv",)),
    (None, None, ()),
]


@pytest.mark.parametrize(("locale", "region", "languages"), LOCALES)
def test_a_sheet_tells_the_region_and_the_language_that_it_was_made_for(
    locale: str | None, region: str | None, languages: tuple[str, ...]
) -> None:
    sheet = SheetCode(SHORT, locale=locale)
    assert sheet.region == region
    assert sheet.languages == languages


def standing(document: Document, **fields: Any) -> Document:
    return document.model_copy(update={"standing": document.standing.model_copy(update=fields)})


FIRST = standing(
    demo_document("acne-explained", "a4"),
    digest="a" * 64,
    parts=(("title", 16 * "1"), ("body", 16 * "2")),
)
SECOND = standing(
    demo_document("dark-marks", "a4"),
    digest="b" * 64,
    parts=(("title", 16 * "3"), ("body", 16 * "4")),
)
BOTH = (FIRST, SECOND)


def sign_off(leaflet: str, digest: str, **parts: str) -> Approval:
    return Approval(
        leaflet=leaflet,
        language="en",
        region="GB",
        version="1.0",
        role="clinical",
        by="Dr A. Example",
        signed=DAY,
        digest=digest,
        parts=parts,
    )


OLD = SheetCode("c" * 10)
VERSION = SECOND.version
OTHERS = sign_off("dark-marks", "d" * 64, title=16 * "5", body=16 * "4")
ITS_OWN = sign_off("dark-marks", "c" * 64, title=16 * "3", body=16 * "6")
GONE = sign_off("no-longer-there", "c" * 64, title=16 * "3", body=16 * "6")

VERDICTS = [
    ("current", SheetCode("b" * 10), [], SECOND, True, ()),
    ("current-and-signed", SheetCode("a" * 10), [OTHERS, ITS_OWN], FIRST, True, ()),
    ("the-whole-digest", SheetCode("b" * 64), [], SECOND, True, ()),
    ("another-whole-digest", SheetCode("b" * 63 + "a"), [], None, False, ()),
    (
        "the-name-of-another",
        SheetCode("b" * 10, "acne-explained", "1.0", "en-GB"),
        [],
        FIRST,
        False,
        (),
    ),
    ("another-version", SheetCode("b" * 10, "dark-marks", "9.9", "en-GB"), [], SECOND, False, ()),
    ("another-region", SheetCode("b" * 10, "dark-marks", VERSION, "en-US"), [], SECOND, False, ()),
    ("signed-once", OLD, [OTHERS, ITS_OWN], SECOND, False, ("body",)),
    ("signed-for-a-leaflet-that-is-gone", OLD, [GONE], None, False, ()),
    ("signed-twice", OLD, [GONE, ITS_OWN], SECOND, False, ("body",)),
    ("never-signed", OLD, [OTHERS], None, False, ()),
    ("never-signed-but-named", SheetCode("c" * 10, "dark-marks"), [OTHERS], SECOND, False, ()),
    ("named-and-gone", SheetCode("c" * 10, "no-longer-there"), [], None, False, ()),
]


@pytest.mark.parametrize(
    ("sheet", "approvals", "now", "current", "changed"),
    [case[1:] for case in VERDICTS],
    ids=[case[0] for case in VERDICTS],
)
def test_a_sheet_is_held_against_the_words_of_today(
    sheet: SheetCode,
    approvals: list[Approval],
    now: Document | None,
    current: bool,
    changed: tuple[str, ...],
) -> None:
    assert verify(sheet, iter(BOTH), approvals) == Verdict(sheet, now, current, changed)


def test_a_code_that_a_leaflet_prints_leads_back_to_it() -> None:
    for document in BOTH:
        assert verify(read_code(document.code), BOTH, ()).document == document
