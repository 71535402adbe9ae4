"""Sign-off: bound to the words, lapsing with them, printed, asked for and traced back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result

from tests import readback
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
DOCTOR = ("--role", "clinical", "--by", "Dr A. Example")
DAY = ("--date", "2026-11-22")


def signed(clinic: Path, *more: str) -> Result:
    result = handouts("approve", "tiny-leaflet", *DOCTOR, *more, *DAY, "-w", clinic)
    assert result.exit_code == 0, result.stderr
    return result


def state(clinic: Path, day: str = "2026-11-22") -> dict[str, object]:
    """How `status` tells the leaflet, on a day."""
    answer = json.loads(handouts("status", "--json", "--date", day, "-w", clinic).stdout)
    return next(row for row in answer["leaflets"] if row["leaflet"] == "tiny-leaflet")


def change(clinic: Path, old: str, new: str) -> None:
    path = clinic / LEAFLET
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_nobody_has_approved_what_is_shipped(tmp_path: Path) -> None:
    assert state(make_tiny(tmp_path))["state"] == "unapproved"


def test_an_approved_leaflet_carries_the_name_and_no_mark(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    signed(clinic)
    handouts("build", "tiny-leaflet", *DAY, "-w", clinic, "-o", tmp_path / "out")
    words = readback.text((tmp_path / "out" / "tiny-leaflet_en-GB_a4.pdf").read_bytes())
    assert "Clinical review: Dr A. Example, 22 November 2026." in " ".join(words.split())
    assert "Draft" not in words


CHANGES = [
    ("a word of a block", LEAFLET, "One point.", "A point.", "lapsed", ["in-short"]),
    ("a heading", LEAFLET, "In short", "In brief", "lapsed", ["in-short"]),
    ("the title", LEAFLET, "A tiny leaflet", "A small leaflet", "lapsed", ["title and aim"]),
    ("the layout", LEAFLET, ": In short", ": In short\n    layout: half", "approved", []),
    ("a comment", LEAFLET, "kind: tiny", "kind: tiny # a comment", "approved", []),
    ("the telephone", "handouts.yaml", "7946 0000", "7946 0001", "approved", []),
    ("the clinic's name", "handouts.yaml", "Test Clinic", "New Clinic", "approved", []),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "then", "parts"),
    [case[1:] for case in CHANGES],
    ids=[case[0] for case in CHANGES],
)
def test_an_approval_lapses_with_the_words_and_with_nothing_else(
    file: str, old: str, new: str, then: str, parts: list[str], tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path)
    signed(clinic)
    path = clinic / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    found = state(clinic)
    assert (found["state"], found["changed"]) == (then, parts)


def test_it_holds_again_when_the_words_come_back(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    signed(clinic)
    change(clinic, "One point.", "A point.")
    change(clinic, "A point.", "One point.")
    assert state(clinic)["state"] == "approved"


ENDS = [
    ("2027-01-31", "approved", ""),
    ("2027-03-01", "approved", "due on 2027-03-31"),
    ("2027-03-31", "approved", "due on 2027-03-31"),
    ("2027-04-01", "expired", ""),
    ("2027-11-23", "expired", "review overdue"),
]


@pytest.mark.parametrize(("day", "then", "note"), ENDS)
def test_it_ends_after_its_last_day_and_says_so_before(
    day: str, then: str, note: str, tmp_path: Path
) -> None:
    """The leaflet was issued on 22 November 2026 and is due after twelve months."""
    clinic = make_tiny(tmp_path)
    signed(clinic, "--until", "2027-03-31")
    if day == "2027-01-31":
        note = "due on 2027-03-31"
    found = state(clinic, day)
    assert (found["state"], found["note"]) == (then, note)


def test_sign_offs_are_only_ever_added(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    signed(clinic)
    before = (clinic / "approvals.yaml").read_text("utf-8")
    signed(clinic)
    after = (clinic / "approvals.yaml").read_text("utf-8")
    assert after.startswith(before.rstrip())
    assert after.count("digest:") == 2


def test_a_spoilt_record_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {"approvals.yaml": "approvals: all of them\n"})
    result = handouts("approve", "tiny-leaflet", *DOCTOR, "-w", clinic)
    assert (result.exit_code, "approvals.yaml:1" in result.stderr) == (1, True)
    assert (clinic / "approvals.yaml").read_text("utf-8") == "approvals: all of them\n"


def test_the_demo_clinic_approves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = handouts("approve", "acne-explained", *DOCTOR)
    assert result.exit_code == 2
    assert "no-workspace" in result.stderr


REQUIRED = {"on the command line": (CLINIC, ("--require", "approved"))} | {
    "in the settings": (CLINIC + "require: approved\n", ())
}


@pytest.mark.parametrize(("settings", "options"), REQUIRED.values(), ids=REQUIRED)
def test_what_is_not_approved_is_refused_where_approval_is_required(
    settings: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path, {"handouts.yaml": settings})
    refused = handouts("build", "tiny-leaflet", *options, "-w", clinic, "-o", tmp_path / "out")
    assert (refused.exit_code, "not-approved" in refused.stderr) == (1, True)
    assert not (tmp_path / "out").exists()
    signed(clinic)
    made = handouts("build", "tiny-leaflet", *options, *DAY, "-w", clinic, "-o", tmp_path / "out")
    assert made.exit_code == 0


def test_a_sheet_is_traced_from_its_file_its_code_and_its_digest(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    handouts("build", "tiny-leaflet", *DAY, "-w", clinic, "-o", tmp_path / "out")
    sheet = tmp_path / "out" / "tiny-leaflet_en-GB_a4-DRAFT.pdf"
    code = re.findall(r"tiny-leaflet 1\.0 en-GB [0-9a-f]{10}", readback.text(sheet.read_bytes()))[0]
    for given in (str(sheet), code, code.split()[-1]):
        result = handouts("verify", given, "-w", clinic)
        assert result.stdout.startswith(f"{code}: A tiny leaflet"), given


def test_an_old_sheet_is_told_with_what_has_changed(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    handouts("build", "tiny-leaflet", *DAY, "-w", clinic, "-o", tmp_path / "out")
    signed(clinic)
    change(clinic, "One point.", "A point.")
    result = handouts("verify", tmp_path / "out" / "tiny-leaflet_en-GB_a4-DRAFT.pdf", "-w", clinic)
    assert result.exit_code == 1
    assert "`tiny-leaflet` has changed since this copy was printed: in-short" in result.stderr


STRANGERS = [
    ("0123456789", "unknown-words"),
    ("not a digest", "no-code"),
    ("tiny-leaflet 0.9 en-GB 0123456789", "outdated"),
]


@pytest.mark.parametrize(("given", "code"), STRANGERS)
def test_a_stranger_is_told_as_one(given: str, code: str, tmp_path: Path) -> None:
    result = handouts("verify", given, "-w", make_tiny(tmp_path))
    assert (result.exit_code, code in result.stderr) == (1, True)


def test_a_file_of_another_program_carries_no_code(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7\n")
    result = handouts("verify", tmp_path / "letter.pdf", "-w", make_tiny(tmp_path / "clinic"))
    assert (result.exit_code, "no-code" in result.stderr) == (1, True)


def test_a_new_leaflet_of_a_clinic_is_bound_to_its_own_words(tmp_path: Path) -> None:
    """Two clinics with other words have other digests; with the same words, the same."""
    first, second = make_tiny(tmp_path / "a"), make_tiny(tmp_path / "b")
    third = make_tiny(tmp_path / "c", {LEAFLET: TINY_LEAFLET.replace("One", "First")})
    digests = [state(clinic)["digest"] for clinic in (first, second, third)]
    assert digests[0] == digests[1] != digests[2]
