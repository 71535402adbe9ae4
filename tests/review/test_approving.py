"""Giving a sign-off: at the same time as others, on odd days, by odd names, into odd files."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from handouts.api.project import open_project
from handouts.cli.options import clock
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import Library
from handouts.content.resolve import Request, resolve_words
from handouts.content.workspace import open_workspace
from handouts.content.yaml import MAX_BYTES
from handouts.review import earlier
from tests.world import DAY, TINY_LEAFLET, handouts, make_tiny, make_workspace

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
PDF = "tiny-leaflet_en-GB_a4"
TOMORROW = clock() + timedelta(days=1)


def approve(clinic: Path, *more: str, by: str = "Dr A", on: str = "2026-11-22") -> Result:
    day = ("--date", on) if on else ()
    return handouts(
        "approve", "tiny-leaflet", "--role", "clinical", "--by", by, *day, *more, "-w", clinic
    )


def state(clinic: Path, day: str = "2026-11-22") -> str:
    answer = json.loads(handouts("status", "--json", "--date", day, "-w", clinic).stdout)
    (row,) = (row for row in answer["leaflets"] if row["leaflet"] == "tiny-leaflet")
    return str(row["state"])


def test_sign_offs_that_are_given_at_the_same_time_are_all_recorded(tmp_path: Path) -> None:
    project = open_project(make_tiny(tmp_path))
    names = [f"Dr {number}" for number in range(12)]

    def sign(name: str) -> None:
        project.approve(["tiny-leaflet"], role="clinical", by=name, on=DAY)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(sign, names))
    recorded = [approval.by for approval in open_workspace(tmp_path).approvals]
    assert sorted(recorded) == sorted(names)


# Days -------------------------------------------------------------------------------------------

WRONG_DAYS = {
    "tomorrow": (str(TOMORROW), (), "today is"),
    "a far day": ("2199-01-01", (), "today is"),
    "before the leaflet is issued": ("2026-11-21", (), "is issued on 2026-11-22, after"),
    "what to do about that": ("2026-11-21", (), "Correct `issued`, or approve it on that day"),
    "ended before it began": ("2026-11-22", ("--until", "2026-11-21"), "would end on 2026-11-21"),
    "ended long ago": ("2026-11-22", ("--until", "2001-01-01"), "would end on 2001-01-01"),
}


@pytest.mark.parametrize(("on", "more", "words"), WRONG_DAYS.values(), ids=WRONG_DAYS)
def test_a_sign_off_is_given_on_no_day_to_come_and_ends_on_none_before(
    on: str, more: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path)
    result = approve(clinic, *more, on=on)
    assert (result.exit_code, "wrong-date" in result.stderr) == (1, True), result.stderr
    assert words in result.stderr
    assert not (clinic / "approvals.yaml").exists()


def test_a_leaflet_of_the_far_future_is_approved_by_nobody(tmp_path: Path) -> None:
    words = TINY_LEAFLET.replace("2026-11-22", "2199-01-01")
    result = approve(make_tiny(tmp_path, {LEAFLET: words}))
    assert "`tiny-leaflet` is issued on 2199-01-01" in result.stderr


def test_a_sign_off_counts_from_its_day(tmp_path: Path) -> None:
    """Whoever writes the file can date it, but it holds no sooner."""
    clinic = make_tiny(tmp_path)
    approve(clinic)
    path = clinic / "approvals.yaml"
    path.write_text(path.read_text("utf-8").replace("2026-11-22", "2027-01-01"), "utf-8")
    assert [state(clinic, day) for day in ("2026-12-31", "2027-01-01")] == [
        "unapproved",
        "approved",
    ]


def test_a_build_before_that_day_is_not_repeated_on_it(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    approve(clinic)
    made = []
    for day in ("2026-11-21", "2026-11-22"):
        out = tmp_path / day
        handouts("build", "tiny-leaflet", "--date", day, "-w", clinic, "-o", out)
        made.append(sorted(path.name for path in out.glob("*.pdf")))
    assert made == [[f"{PDF}-DRAFT.pdf"], [f"{PDF}.pdf"]]


SOURCE_DATES = {
    "that has passed": ("1577836800", "2020-01-01", "-DRAFT"),
    "to come": ("1924905600", "2030-12-31", "-DRAFT"),
    "on which it held": ("1796083200", "2026-12-01", "-DRAFT"),
}


@pytest.mark.parametrize(("epoch", "day", "mark"), SOURCE_DATES.values(), ids=SOURCE_DATES)
def test_a_date_of_the_sources_brings_back_no_approval_that_has_ended(
    epoch: str, day: str, mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Build systems set it for all that runs below them. The manifest says that it was set."""
    clinic = make_tiny(tmp_path)
    approve(clinic, "--until", "2026-12-31")
    monkeypatch.setattr("handouts.cli.options.clock", lambda: date(2027, 1, 1))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [(file["file"], file["told_day"]) for file in manifest["files"]] == [
        (f"{PDF}{mark}.pdf", day)
    ]


TOLD = {
    "by an option": (("--date", "2031-01-01"), "2031-01-01", True),
    "by nobody": ((), None, False),
    "what day it is": (("--date", str(clock())), str(clock()), False),
}


@pytest.mark.parametrize(("options", "day", "told"), TOLD.values(), ids=TOLD)
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_the_day_that_a_build_was_told_is_recorded(
    options: tuple[str, ...], day: str | None, told: bool, many: bool, tmp_path: Path
) -> None:
    clinic, out = make_tiny(tmp_path / "all" / "one"), tmp_path / "out"
    arguments = ("--clinics", tmp_path / "all", "-j", "1") if many else ()
    for _ in range(2):  # the second time from the record
        result = handouts(
            "build", "tiny-leaflet", *options, *arguments, "-w", clinic, "-o", out, "--json"
        )
        answer = json.loads(result.stdout)
        assert [output["told_day"] for output in answer["outputs"]] == [day]
        assert ("told-day" in [d["code"] for d in answer["diagnostics"]]) == told
    manifest = (out / "one" if many else out) / "manifest.json"
    assert [file["told_day"] for file in json.loads(manifest.read_text("utf-8"))["files"]] == [day]


# Names and files --------------------------------------------------------------------------------

NAMES = {
    "nothing": ("", "empty-text"),
    "spaces": ("   ", "empty-text"),
    "too long": ("D" * 121, "too-long"),
    "a control character": ("Dr\x07", "control-character"),
    "text turned round": ("Dr \u202eA", "control-character"),
    "an unpaired surrogate": ("Dr \udcff", "yaml-syntax"),
}


@pytest.mark.parametrize(("name", "code"), NAMES.values(), ids=NAMES)
def test_a_name_that_cannot_be_printed_is_refused(name: str, code: str, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    result = approve(clinic, by=name)
    assert (result.exit_code, code in result.stderr) == (1, True), result.stderr
    assert "approvals.yaml" not in result.stderr
    assert not (clinic / "approvals.yaml").exists()


ODD_NAMES = ["Łódź & Søn", "a: b", "- x", "'\"", "#", "true", "1", "  spaced  "]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_other_name_is_recorded_as_it_is(name: str, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    assert approve(clinic, by=name).exit_code == 0
    assert [approval.by for approval in open_workspace(clinic).approvals] == [name.strip()]


RECORD = (
    b"- {leaflet: other, language: en, region: GB, version: '1.0', role: clinical, by: Dr B, "
    b"signed: 2026-11-22, digest: '" + b"0" * 64 + b"'}"
)
HEAD = b"approvals:\n" + RECORD + b"\n"
FILES = {
    "a byte order mark": (b"\xef\xbb\xbf" + HEAD, 0, ""),
    "Windows' line ends": (b"# Ours\r\napprovals:\r\n" + RECORD + b"\r\n", 0, ""),
    "no line end": (HEAD.rstrip(), 0, ""),
    "not UTF-8": (HEAD + b"# \xff\n", 1, "not-utf8"),
    "nothing": (b"", 1, ""),
    "a list": (b"approvals: []\n", 1, "yaml-syntax"),
    "full": (HEAD + b"#" * (MAX_BYTES - 700) + b"\n", 1, "file-too-large"),
}


@pytest.mark.parametrize(("before", "exit_code", "code"), FILES.values(), ids=FILES)
def test_a_file_is_added_to_or_left_as_it_is(
    before: bytes, exit_code: int, code: str, tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path)
    path = clinic / "approvals.yaml"
    path.write_bytes(before)
    result = approve(clinic)
    assert (result.exit_code, code in result.stderr) == (exit_code, True), result.stderr
    if exit_code:
        assert path.read_bytes() == before
    else:
        assert state(clinic) == "approved"


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    (clinic / "approvals.yaml").mkdir()
    assert "unreadable" in approve(clinic).stderr


def test_a_record_of_an_earlier_version_is_told_where_it_holds(
    library: Library, tmp_path: Path
) -> None:
    """Its digests are those of the words alone."""
    clinic = make_tiny(tmp_path)
    approve(clinic)
    request = Request("tiny-leaflet", "en", "a4", DAY)
    workspace = open_workspace(clinic, library=library)
    parts = earlier.part_digests(resolve_words(request, read_catalogue(workspace)))
    digest = earlier.digest_of(parts)
    path = clinic / "approvals.yaml"
    record = re.sub("digest: .*", f"digest: {digest}", path.read_text("utf-8"))
    record = record.partition("  parts:")[0] + "  parts: " + json.dumps(parts) + "\n"
    path.write_text(record, "utf-8")
    result = handouts("status", "--date", "2026-11-22", "-w", clinic)
    assert "before sign-offs covered drawings: approve it again" in result.stdout
    make_workspace(clinic, {"templates/blocks/text.html.j2": "<p>Mine</p>"})
    result = handouts("status", "--date", "2026-11-22", "-w", clinic)
    assert "changed since: templates/blocks/text.html.j2" in result.stdout
