"""Words that are still to be written: told where they stand, and never approved or issued."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
DOCTOR = ("--role", "clinical", "--by", "Dr A. Example")
TODAY = "2026-11-22"

Place = tuple[str, int, int]

WITH_BLOCK = TINY_LEAFLET.replace("  - id: sources", "      - ref: a/b\n  - id: sources")
BLOCK, LABELS = "content/blocks/a/b.yaml", "content/labels.yaml"

UNWRITTEN: dict[str, tuple[dict[str, str], Place]] = {
    "in a text": (
        {LEAFLET: TINY_LEAFLET.replace("One point", "TODO One point")},
        (LEAFLET, 14, 18),
    ),
    "in a title": (
        {LEAFLET: TINY_LEAFLET.replace("A tiny", "TODO A tiny")},
        (LEAFLET, 5, 8),
    ),
    "at the beginning of a remark": (
        {LEAFLET: TINY_LEAFLET.replace("kind:", "# TODO ask the doctor\nkind:")},
        (LEAFLET, 2, 3),
    ),
    "in a remark beside a value": (
        {LEAFLET: TINY_LEAFLET.replace("kind: tiny", "kind: tiny  # TODO: or small?")},
        (LEAFLET, 2, 15),
    ),
    "in a block": (
        {LEAFLET: WITH_BLOCK, BLOCK: "id: a/b\ntype: text\nparagraphs:\n  - A word.\n  - TODO\n"},
        (BLOCK, 5, 5),
    ),
    "in an address": (
        {
            LEAFLET: WITH_BLOCK,
            BLOCK: "id: a/b\ntype: text\nparagraphs: [A word.]\nsources: [MINE]\n",
            "content/sources.yaml": (
                "sources:\n  - key: MINE\n    title: A book\n    organisation: A house\n"
                '    year: "2026"\n    url: TODO https://example.org/\n    grade: B\n'
            ),
        },
        ("content/sources.yaml", 6, 10),
    ),
    "in a table": (
        {LABELS: "labels:\n  - key: about_title\n    text: TODO\n"},
        (LABELS, 3, 11),
    ),
}
"""A clinic's files, and the file, line and column of the one TODO."""

each_file = pytest.mark.parametrize("files", [f for f, _ in UNWRITTEN.values()], ids=UNWRITTEN)


def answer(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(handouts(*arguments, "--json", "--date", TODAY).stdout)
    return found


def codes(found: dict[str, Any], severity: str) -> list[str]:
    return [d["code"] for d in found["diagnostics"] if d["severity"] == severity]


def check(clinic: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(handouts("check", "--json", "-w", clinic).stdout)
    return found


@pytest.mark.parametrize(("files", "place"), UNWRITTEN.values(), ids=UNWRITTEN)
def test_check_tells_it_where_it_stands(
    files: dict[str, str], place: Place, tmp_path: Path
) -> None:
    clinic, (file, line, column) = make_tiny(tmp_path, files), place
    found = check(clinic)
    (told,) = found["diagnostics"]
    assert (found["ok"], told["code"], told["severity"]) == (True, "todo", "warning")
    assert (told["file"], told["line"], told["column"]) == (str(clinic / file), line, column)


FINISHED = {
    "a word with it inside": TINY_LEAFLET.replace("One point", "One TODOS"),
    "a key that is commented out": TINY_LEAFLET.replace("kind:", "#note: TODO\nkind:"),
    "one with a remark": TINY_LEAFLET.replace("kind:", "#note: a  # TODO: a note\nkind:"),
    "the end of a remark": TINY_LEAFLET.replace("kind: tiny", "kind: tiny  # was TODO"),
}


@pytest.mark.parametrize("leaflet", FINISHED.values(), ids=FINISHED)
def test_what_only_looks_like_it_is_not_told(leaflet: str, tmp_path: Path) -> None:
    assert check(make_tiny(tmp_path, {LEAFLET: leaflet}))["diagnostics"] == []


@each_file
def test_it_cannot_be_approved(files: dict[str, str], tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, files)
    assert codes(answer("approve", "tiny-leaflet", *DOCTOR, "-w", clinic), "error") == [
        "unfinished"
    ]
    assert not (clinic / "approvals.yaml").exists()


@each_file
def test_it_is_made_as_a_draft_and_not_where_approval_is_required(
    files: dict[str, str], tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path, files)
    asked = ("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    made = answer(*asked)
    assert (codes(made, "error"), codes(made, "warning")) == ([], ["todo"])
    assert [output["approval"] for output in made["outputs"]] == ["unapproved"]
    refused = answer(*asked, "--require", "approved")
    assert codes(refused, "error") == ["not-approved"]
    assert refused["not_made"] == ["tiny-leaflet"]


STANDINGS = {
    "approved": (TODAY, TINY_LEAFLET),
    "lapsed": (TODAY, TINY_LEAFLET.replace("One point", "A point")),
    "expired": ("2027-04-01", TINY_LEAFLET),
}


@pytest.mark.parametrize(("standing", "day", "leaflet"), [(n, *s) for n, s in STANDINGS.items()])
def test_a_remark_to_do_does_not_hide_how_the_words_stand(
    standing: str, day: str, leaflet: str, tmp_path: Path
) -> None:
    """Approved before the remark was made: the words are as they were signed, or are not."""
    clinic = make_tiny(tmp_path)
    answer("approve", "tiny-leaflet", *DOCTOR, "--until", "2027-03-31", "-w", clinic)
    make_tiny(clinic, {LEAFLET: leaflet.replace("kind:", "# TODO ask again\nkind:")})
    here = ("--json", "--date", day, "-w", clinic)
    listed = json.loads(handouts("list", *here).stdout)["leaflets"]
    shown = json.loads(handouts("show", "tiny-leaflet", *here).stdout)["leaflet"]
    status = json.loads(handouts("status", *here).stdout)["leaflets"]
    assert [row["approval"] for row in listed if row["id"] == "tiny-leaflet"] == [standing]
    assert shown["approval"] == standing
    assert [row["state"] for row in status if row["leaflet"] == "tiny-leaflet"] == [standing]


def test_an_approved_leaflet_with_a_remark_to_do_is_not_issued(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    answer("approve", "tiny-leaflet", *DOCTOR, "-w", clinic)
    make_tiny(clinic, {LEAFLET: TINY_LEAFLET.replace("kind:", "# TODO ask again\nkind:")})
    asked = ("build", "tiny-leaflet", "--require", "approved", "-w", clinic)
    assert codes(answer(*asked, "-o", tmp_path / "out"), "error") == ["not-approved"]
