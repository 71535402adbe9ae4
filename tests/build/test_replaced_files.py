"""When a leaflet's standing changes, its file of before must not be handed out any more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

DRAFT, PLAIN = "tiny-leaflet_en-GB_a4-DRAFT.pdf", "tiny-leaflet_en-GB_a4.pdf"
TODAY, AFTER_THE_END = "2026-11-22", "2027-04-01"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return make_tiny(tmp_path / "clinic")


def build(clinic: Path, *options: str, day: str = TODAY) -> dict[str, Any]:
    """What a build answers; its files are in ``out`` beside the clinic's folder."""
    asked = ("build", "tiny-leaflet", "--json", "--date", day, *options)
    result = handouts(*asked, "-w", clinic, "-o", clinic.parent / "out")
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def approve(clinic: Path) -> None:
    who = ("--role", "clinical", "--by", "Dr A. Example", "--until", "2027-03-31")
    result = handouts("approve", "tiny-leaflet", *who, "--date", TODAY, "-w", clinic)
    assert result.exit_code == 0, result.output


def change_a_word(clinic: Path) -> None:
    words = TINY_LEAFLET.replace("One point", "A point")
    make_tiny(clinic, {"content/leaflets/tiny-leaflet.yaml": words})


def take_the_word_back(clinic: Path) -> None:
    make_tiny(clinic)


def nothing(clinic: Path) -> None:
    """Only the day is another."""
    assert clinic


def leaflets(clinic: Path) -> list[str]:
    return sorted(path.name for path in (clinic.parent / "out").glob("*.pdf"))


def recorded(clinic: Path) -> list[str]:
    manifest = json.loads((clinic.parent / "out" / "manifest.json").read_text("utf-8"))
    return [record["file"] for record in manifest["files"]]


def told(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """All but that the tests say what day it is."""
    found = answer["diagnostics"]
    return [(d["code"], d["severity"]) for d in found if d["code"] != "told-day"]


STORY: list[tuple[str, Any, str, str, str]] = [
    ("unapproved", nothing, TODAY, DRAFT, ""),
    ("approved", approve, TODAY, PLAIN, DRAFT),
    ("lapsed", change_a_word, TODAY, DRAFT, PLAIN),
    ("approved", take_the_word_back, TODAY, PLAIN, DRAFT),
    ("expired", nothing, AFTER_THE_END, DRAFT, PLAIN),
    ("approved", nothing, TODAY, PLAIN, DRAFT),
]
"""How a leaflet stands after something was done, on a day; its file, and the one that goes."""


def test_a_leaflet_has_one_file_however_its_standing_changes(clinic: Path) -> None:
    for standing, do, day, file, gone in STORY:
        do(clinic)
        answer = build(clinic, day=day)
        assert answer["outputs"][0]["approval"] == standing
        assert leaflets(clinic) == recorded(clinic) == [file]
        ended = [("no-longer-approved", "warning")] if standing in ("lapsed", "expired") else []
        assert told(answer) == ended + ([("removed", "info")] if gone else [])
        assert gone in "".join(d["message"] for d in answer["diagnostics"])


@pytest.mark.parametrize(
    ("do", "day", "words"),
    [
        (change_a_word, TODAY, "no longer approved, because its text has changed: in-short"),
        (nothing, AFTER_THE_END, "no longer approved, because its approval has expired"),
    ],
)
def test_a_check_tells_that_an_approval_has_ended(
    do: Any, day: str, words: str, clinic: Path
) -> None:
    approve(clinic)
    do(clinic)
    result = handouts("check", "--date", day, "-w", clinic)
    assert result.exit_code == 0
    assert f"warning[no-longer-approved]: `tiny-leaflet` (en-GB) is {words}\n" in result.stderr


OTHERS = [f"tiny-leaflet_en-GB_{look}.pdf" for look in ("a4_large", "a4_summary", "letter")]
LOOKS = ("--edition", "standard", "--edition", "summary", "--edition", "large")


@pytest.mark.parametrize(
    ("do", "day", "kept"),
    [
        (change_a_word, TODAY, [DRAFT]),
        (nothing, AFTER_THE_END, [DRAFT]),
        (nothing, TODAY, sorted([PLAIN, *OTHERS])),
    ],
)
def test_other_looks_go_too_when_their_text_is_no_longer_the_approved_one(
    do: Any, day: str, kept: list[str], clinic: Path
) -> None:
    approve(clinic)
    build(clinic, *LOOKS)
    build(clinic, "--paper", "letter")
    assert leaflets(clinic) == sorted([PLAIN, *OTHERS])
    do(clinic)
    build(clinic, day=day)
    assert leaflets(clinic) == recorded(clinic) == kept


def test_a_file_that_a_person_changed_is_kept_and_told(clinic: Path) -> None:
    build(clinic)
    (clinic.parent / "out" / DRAFT).write_bytes(b"with my notes")
    approve(clinic)
    answer = build(clinic)
    assert (told(answer), leaflets(clinic)) == ([("out-of-date", "warning")], [DRAFT, PLAIN])
    assert answer["diagnostics"][-1]["file"] == str(clinic.parent / "out" / DRAFT)
    assert (clinic.parent / "out" / DRAFT).read_bytes() == b"with my notes"


def test_a_file_that_no_manifest_knows_is_kept_and_told(clinic: Path) -> None:
    """As it stands in a folder whose manifest was lost; each build tells it again."""
    build(clinic)
    (clinic.parent / "out" / "manifest.json").unlink()
    approve(clinic)
    for _ in range(2):
        answer = build(clinic)
        assert (told(answer), leaflets(clinic)) == ([("out-of-date", "warning")], [DRAFT, PLAIN])


@pytest.mark.parametrize("name", ["manifest.json", DRAFT])
def test_a_link_in_the_place_of_a_file_of_ours_is_replaced_and_not_followed(
    name: str, clinic: Path
) -> None:
    build(clinic)
    ours, elsewhere = clinic.parent / "out" / name, clinic.parent / "elsewhere"
    data = ours.rename(elsewhere).read_bytes()
    ours.symlink_to(elsewhere)
    build(clinic)
    assert not ours.is_symlink()
    assert ours.read_bytes() == elsewhere.read_bytes() == data


ENDED: dict[str, tuple[Any, str]] = {
    "a changed word": (change_a_word, TODAY),
    "the end of its time": (nothing, AFTER_THE_END),
}


@pytest.mark.parametrize(("do", "day"), ENDED.values(), ids=ENDED)
def test_where_approval_is_required_the_file_of_before_goes_without_a_new_one(
    do: Any, day: str, clinic: Path
) -> None:
    approve(clinic)
    assert build(clinic, "--require", "approved")["ok"]
    do(clinic)
    answer = build(clinic, "--require", "approved", day=day)
    assert told(answer) == [("not-approved", "error"), ("removed", "info")]
    assert (answer["not_made"], leaflets(clinic), recorded(clinic)) == (["tiny-leaflet"], [], [])


def test_where_approval_is_required_a_changed_file_of_before_is_kept_and_told(
    clinic: Path,
) -> None:
    approve(clinic)
    build(clinic, "--require", "approved")
    (clinic.parent / "out" / PLAIN).write_bytes(b"with my notes")
    change_a_word(clinic)
    answer = build(clinic, "--require", "approved")
    assert told(answer) == [("not-approved", "error"), ("out-of-date", "warning")]
    assert leaflets(clinic) == [PLAIN]


def test_where_approval_is_required_drafts_of_before_stay(clinic: Path) -> None:
    """They say of themselves that they may not go out."""
    build(clinic)
    answer = build(clinic, "--require", "approved")
    assert (told(answer), leaflets(clinic)) == ([("not-approved", "error")], [DRAFT])
