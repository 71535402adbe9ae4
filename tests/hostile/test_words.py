"""Names and words that are hard to print: printed as they are, or refused at their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handouts.model.characters import invisible_in
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
from tests.world import CLINIC, TINY_LEAFLET, handouts

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
    "Korean": ("피부과의원", "missing-glyph", 10),
    "Georgian": ("კანის კლინიკა", "missing-glyph", 10),
    "Ethiopic": ("የቆዳ ክሊኒክ", "missing-glyph", 10),
    "a private character": ("Clinic \ue000", "missing-glyph", 17),
    "Hangul filler": ("Clinic \u3164", "control-character", 16),
    "a blank of Braille": ("Clinic \u2800", "control-character", 16),
    "a variation selector": ("Clinic\ufe0f", "control-character", 15),
    "a grapheme joiner": ("Clin\u034fic", "control-character", 13),
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
    "a bold space": ("'** **'", "empty-text"),
    "a soft hyphen alone": ("'\u00ad'", "empty-text"),
    "joiners alone": ('"\\u200d\\u200c"', "control-character"),
    "a mark of direction alone": ('"\\u200e"', "control-character"),
    "a space of no width": ("'Never\u200b take'", "control-character"),
    "a joiner": ("'Ne\u200dver'", "control-character"),
    "a mark of direction": ('"Never \\u200ftake"', "control-character"),
}
COLUMNS = {"'Never\u200b take'": 14, "'Ne\u200dver'": 11}
"""Of the marks that stand in the file itself; the others are told where their text begins."""


@pytest.mark.parametrize(("words", "code"), WORDS.values(), ids=WORDS)
def test_marks_that_mean_nothing_are_refused_where_they_stand(
    words: str, code: str, tmp_path: Path
) -> None:
    leaflet = TINY_LEAFLET.replace("A tiny leaflet", words)
    clinic = clinic_with(tmp_path, write(LEAFLET, leaflet))
    result = build(clinic, tmp_path / "out")
    assert errors(result) == [(code, clinic / LEAFLET, 5, COLUMNS.get(words, 8))]
    assert files(tmp_path / "out") == EARLIER


LOOK_ALIKES = {
    "a Cyrillic letter in a Latin word": ("N\u0435ver take this", ["N\u0435ver"]),
    "a Greek letter in a Latin word": ("L\u03bfw dose", ["L\u03bfw"]),
    "a whole word of them": ("\u0441\u043e\u0440", ["\u0441\u043e\u0440"]),
    "letters of mathematics": ("\U0001d40dever", ["\U0001d40dever"]),
    "letters of full width": ("\uff2eever", ["\uff2eever"]),
    "in several words": ("\u0410nd \u0430gain", ["\u0410nd", "\u0430gain"]),
    "Greek as it is used": ("TGF\u03b2, 5\u03b1-reductase, 10 \u00b5g, \u03bb and \u0394", []),
    "Greek": ("\u039a\u03bb\u03b9\u03bd\u03b9\u03ba\u03ae", []),
    "Russian": ("\u041a\u043b\u0438\u043d\u0438\u043a\u0430", []),
    "accents": ("Caf\u00e9 S\u00f8ren \u0141\u00f3d\u017a Ph\u00f2ng", []),
}


@pytest.mark.parametrize(("words", "told"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_letters_that_look_like_others_are_told(
    words: str, told: list[str], tmp_path: Path
) -> None:
    """Somebody who reads the text to approve it could not see the difference."""
    clinic = clinic_with(tmp_path, write(LEAFLET, TINY_LEAFLET.replace("A tiny leaflet", words)))
    answer = json.loads(handouts("check", "-w", clinic, "--json").stdout)
    found = [d for d in answer["diagnostics"] if d["code"] == "look-alike"]
    assert [d["message"].split("`")[1] for d in found] == told
    assert all((d["severity"], d["line"]) == ("warning", 5) for d in found)


def test_joiners_stay_where_a_script_needs_them() -> None:
    assert invisible_in("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645") is None
    assert invisible_in("Khm\u200cer") == "\u200c"


def _clinic(name: str) -> str:
    return CLINIC.replace("Test Clinic", name)


def _inked(words: str) -> str:
    """What leaves ink: no spaces, which fall as lines break, and no marks without a shape."""
    import unicodedata

    composed = unicodedata.normalize("NFC", words)
    return "".join(c for c in composed if not c.isspace() and unicodedata.category(c) != "Cf")
