"""Names and words that are hard to print: printed as they are, or refused at their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import readback
from tests.hostile_inputs import (
    EARLIER,
    LEAFLET,
    PRINTED,
    build,
    build_unseen,
    clinic_with,
    errors,
    files,
    write,
)
from tests.world import CLINIC, TINY_LEAFLET

pytestmark = pytest.mark.usefixtures("library")

PRINTED_NAMES = {
    "quotes": 'O\'Brien & "Söhne" <Ltd> `Skin`',
    "quotes of printers": "“Skin” «and» „more“ №9…",
    "Greek": "Κλινική Δέρματος",
    "Cyrillic": "Клиника кожи",
    "Vietnamese": "Phòng khám Da liễu",
    "Yoruba": "Ilé ìwòsàn awọ ara",
    "a letter and its accent": "Cafe\u0301",
    "a break that may be": "Derma\u00adtology",
    "a way out of CSS": "}</style>*/ body { display: none }",
    "a way out of an attribute": '"><script>alert()</script><p a="',
    "a way out of a comment": "--><!-- ]]> <![CDATA[",
    "a path": "../../etc/passwd",
    "a format": "%s %(name)s {0.__class__} ${HOME} $(id)",
    "a line of wide letters": "W" * 70,
}
"""What may be a clinic's name; soft hyphens have no ink."""

REFUSED_NAMES = {
    "an emoji": ("\N{HOSPITAL} Clinic", "missing-glyph", 10),
    "a flag": ("Clinic \U0001f1ec\U0001f1e7", "missing-glyph", 17),
    "Hebrew": ("מרפאת עור", "missing-glyph", 10),
    "Arabic": ("عيادة الجلد", "missing-glyph", 10),
    "Chinese": ("皮肤科诊所", "missing-glyph", 10),
    "a private character": ("Clinic \ue000", "missing-glyph", 17),
    "Hangul filler": ("Clinic \u3164", "control-character", 16),
    "a joiner": ("Skin\u200dClinic", "control-character", 13),
    "a mark of direction": ("Skin\u200f Clinic", "control-character", 13),
    "text turned round": ("\u202ecinilC", "control-character", 9),
    "text turned by isolates": ("\u2067cinilC\u2069", "control-character", 9),
    "hidden tags": ("Clinic \U000e0049\U000e0047", "control-character", 16),
    "a bell": ("Clinic\x07", "control-character", 15),
    "a zero": ("Clinic\0", "control-character", 15),
    "a line separator": ("Clinic\u2028Line", "control-character", 15),
    "a byte order mark": ("Clin\ufeffic", "control-character", 13),
    "nothing but spaces": ("   ", "empty-text", 9),
    "71 letters": ("W" * 71, "too-long", 9),
}
"""A name, and the code and column of its error; it begins in column 9, in quotes in 10."""


@pytest.mark.parametrize("name", PRINTED_NAMES.values(), ids=PRINTED_NAMES)
def test_a_clinics_name_is_printed_as_it_is(name: str, tmp_path: Path) -> None:
    """On the page, and as the author of the PDF; nothing of it becomes markup."""
    result = build_unseen(
        {"handouts.yaml": _clinic(json.dumps(name, ensure_ascii=False))}, tmp_path
    )
    assert result.exit_code == 0, result.output
    assert _inked(name) in _inked(readback.text((tmp_path / "out" / PRINTED).read_bytes()))


@pytest.mark.parametrize(("name", "code", "column"), REFUSED_NAMES.values(), ids=REFUSED_NAMES)
def test_a_name_that_cannot_be_printed_is_refused(
    name: str, code: str, column: int, tmp_path: Path
) -> None:
    quoted = f'"{name}"' if code == "missing-glyph" else name
    quoted = f'"{name}"' if not name.strip() else quoted
    result = build_unseen({"handouts.yaml": _clinic(quoted)}, tmp_path)
    settings = tmp_path / "clinic" / "handouts.yaml"
    assert errors(result)[0] == (code, settings, 2, column)
    assert {error[0] for error in errors(result)} == {code}
    assert files(tmp_path / "out") == EARLIER


def test_a_name_and_a_notice_that_have_no_room_are_refused(tmp_path: Path) -> None:
    clinic = _clinic("W" * 70 + "\n  notice: " + "W" * 120)
    result = build_unseen({"handouts.yaml": clinic}, tmp_path)
    settings = tmp_path / "clinic" / "handouts.yaml"
    assert errors(result) == [("clinic-no-room", settings, 3, 11)]
    assert "too long for the head of the first page" in result.output
    assert "Shorten the clinic's name or notice" in result.output
    assert files(tmp_path / "out") == EARLIER


WORDS = {
    "a template": ("'{{ 7 * 7 }}'", "markup"),
    "a tag of a template": ("'{% include \"x\" %}'", "markup"),
    "a slot of a class": ("'{clinic_name.__class__}'", "markup"),
    "a slot with an index": ("'{clinic_name[0]}'", "markup"),
    "a slot that is none": ("'{secret}'", "unknown-slot"),
    "a slot in a slot": ("'{{clinic_name}}'", "markup"),
    "bold without end": ("'**bold'", "markup"),
    "nothing": ("''", "empty-text"),
    "no-break spaces alone": ("'\u00a0\u00a0'", "empty-text"),
    "bold nothing": ("'****'", "empty-text"),
}


@pytest.mark.parametrize(("words", "code"), WORDS.values(), ids=WORDS)
def test_marks_that_mean_nothing_are_refused_where_they_stand(
    words: str, code: str, tmp_path: Path
) -> None:
    leaflet = TINY_LEAFLET.replace("A tiny leaflet", words)
    clinic = clinic_with(tmp_path, write(LEAFLET, leaflet))
    result = build(clinic, tmp_path / "out")
    assert errors(result) == [(code, clinic / LEAFLET, 5, 8)]
    assert files(tmp_path / "out") == EARLIER


def _clinic(name: str) -> str:
    return CLINIC.replace("Test Clinic", name)


def _inked(words: str) -> str:
    """What leaves ink: no spaces, which fall as lines break, and no marks without a shape."""
    import unicodedata

    composed = unicodedata.normalize("NFC", words)
    return "".join(c for c in composed if not c.isspace() and unicodedata.category(c) != "Cf")
