"""A file is compared with what it claims to be."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
DAY = ("--date", "2026-11-22")
SIGNED = ("--role", "clinical", "--by", "Dr A. Example", *DAY)


def built(clinic: Path, *options: str) -> bytes:
    out = clinic / "out"
    result = handouts("build", "tiny-leaflet", *DAY, *options, "-w", clinic, "-o", out)
    assert result.exit_code == 0, result.stderr
    (path,) = out.glob("*.pdf")
    data = path.read_bytes()
    path.unlink()
    return data


def verified(data: bytes, clinic: Path) -> tuple[int, dict[str, Any]]:
    path = clinic / "sheet.pdf"
    path.write_bytes(data)
    result = handouts("verify", path, "-w", clinic, *DAY, "--json")
    return result.exit_code, json.loads(result.stdout)["verdict"]


LOOKS = {
    "as usual": (),
    "on letter": ("--paper", "letter"),
    "in large print": ("--edition", "large"),
    "in black": ("--ink", "black"),
}


@pytest.mark.parametrize("options", LOOKS.values(), ids=LOOKS)
def test_a_file_that_would_be_made_now_is_recognised(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path)
    exit_code, verdict = verified(built(clinic, *options), clinic)
    assert (exit_code, verdict["compared"]) == (0, "bytes")


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(saved)
    return saved.getvalue()


def test_a_file_that_another_program_has_saved_has_the_same_pages(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    data = changed(built(clinic), lambda _: None)
    exit_code, verdict = verified(data, clinic)
    assert (exit_code, verdict["compared"], verdict["different_pages"]) == (0, "pages", [])
    result = handouts("verify", clinic / "sheet.pdf", "-w", clinic, *DAY)
    assert "the rest of the file was not compared" in result.stdout


def paint(commands: bytes) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: pdf.pages[0].contents_add(commands)


def add_page(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page()


def cropped(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].mediabox = pikepdf.Array([0, 0, 595, 500])


def turned(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].rotate(180, relative=True)


FORGED: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "something painted over it": paint(b"1 g 100 500 300 200 re f"),
    "a word crossed out": paint(b"0 g 60 600 120 4 re f"),
    "a page more": add_page,
    "a page cropped": cropped,
    "a page turned": turned,
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_file_that_was_changed_is_told(
    forge: Callable[[pikepdf.Pdf], None], tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path)
    exit_code, verdict = verified(changed(built(clinic), forge), clinic)
    assert (exit_code, verdict["compared"]) == (1, "pages")
    assert verdict["different_pages"]


OTHERS = {
    "other words": {LEAFLET: TINY_LEAFLET.replace("One point", "Drink bleach")},
    "another title": {LEAFLET: TINY_LEAFLET.replace("A tiny leaflet", "A leaflet")},
    "another clinic": {
        "handouts.yaml": "clinic: {name: Other, phone: 020 7946 9999}\nregion: GB\n"
    },
    "another colour": {"brand.yaml": "primary: '#7a0019'\n"},
    "a template": {"templates/blocks/key_points.html.j2": "<p>Take as many as you like.</p>"},
}


@pytest.mark.parametrize("files", OTHERS.values(), ids=OTHERS)
def test_another_leaflet_with_the_code_of_this_one_is_told(
    files: dict[str, str], tmp_path: Path
) -> None:
    clinic, other = make_tiny(tmp_path / "clinic"), make_tiny(tmp_path / "other", files)
    for each in (clinic, other):
        handouts("approve", "tiny-leaflet", *SIGNED, "-w", each)
    with pikepdf.open(io.BytesIO(built(clinic))) as good:
        keywords = str(good.docinfo["/Keywords"])

    def forge(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Keywords"] = keywords

    data = changed(built(other), forge)
    exit_code, verdict = verified(data, clinic)
    assert (exit_code, verdict["current"], verdict["different_pages"]) == (1, True, [1])
    result = handouts("verify", clinic / "sheet.pdf", "-w", clinic, *DAY)
    assert "file-differs" in result.stderr
    assert "it differs on page 1" in result.stderr
    assert "current" not in result.stdout


def test_a_draft_of_a_leaflet_that_is_approved_now_is_told(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    draft = built(clinic)
    handouts("approve", "tiny-leaflet", *SIGNED, "-w", clinic)
    assert verified(draft, clinic)[0] == 1


def test_a_patients_words_are_not_repeated(tmp_path: Path) -> None:
    """A copy for one person differs: on which pages is told, and nothing of what they say."""
    clinic = make_tiny(tmp_path)
    built(clinic)
    path = clinic / "sheet.pdf"
    path.write_bytes(built(clinic, "--for", "Zebedee Quux"))
    result = handouts("verify", path, "-w", clinic, *DAY)
    assert (result.exit_code, "Zebedee" in result.output + result.stderr) == (1, False)


def test_of_a_code_it_is_said_that_only_it_was_looked_up(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    answer = json.loads(handouts("status", "--json", *DAY, "-w", clinic).stdout)
    (digest,) = (r["digest"] for r in answer["leaflets"] if r["leaflet"] == "tiny-leaflet")
    for code in (digest[:10], digest):
        result = handouts("verify", code, "-w", clinic, *DAY)
        assert "Only the code was looked up" in result.stdout
    assert handouts("verify", digest[:9], "-w", clinic, *DAY).exit_code == 1


def test_only_another_region_is_told_as_such(tmp_path: Path) -> None:
    """In earlier versions, the words were said to have changed since."""
    clinic = make_tiny(tmp_path)
    (tmp_path / "sheet.pdf").write_bytes(built(clinic))
    result = handouts("verify", tmp_path / "sheet.pdf", "--region", "US", "-w", clinic, *DAY)
    assert result.exit_code == 1
    assert "error[other-region]: This copy is current, but for GB: only the region" in result.stderr
    both = ("--region", "US", "--region", "GB")
    assert handouts("verify", tmp_path / "sheet.pdf", *both, "-w", clinic, *DAY).exit_code == 0
    text = (clinic / LEAFLET).read_text("utf-8").replace("One point", "Some point")
    (clinic / LEAFLET).write_text(text, "utf-8")
    changed = handouts("verify", tmp_path / "sheet.pdf", "--region", "US", "-w", clinic, *DAY)
    assert "error[outdated]" in changed.stderr


def test_each_region_is_signed_by_itself(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    handouts("approve", "tiny-leaflet", "--region", "US", *SIGNED, "-w", clinic)
    both = ("--region", "GB", "--region", "US")
    rows = json.loads(handouts("status", *both, "-w", clinic, *DAY, "--json").stdout)["leaflets"]
    states = {r["language"]: r["state"] for r in rows if r["leaflet"] == "tiny-leaflet"}
    assert states == {"en-GB": "unapproved", "en-US": "approved"}
    made = handouts("build", "tiny-leaflet", "--region", "US", *DAY, "-w", clinic)
    assert "tiny-leaflet_en-US_a4.pdf" in made.stderr.replace("letter", "a4")
    approved = handouts("approve", "tiny-leaflet", *both, *SIGNED, "-w", clinic, "--json")
    assert [code.split()[2] for code in json.loads(approved.stdout)["approved"]] == [
        "en-GB",
        "en-US",
    ]


def test_who_may_not_hand_it_out_is_told_so(tmp_path: Path) -> None:
    """That the words are current is no leave to hand out what no clinician has approved."""
    clinic = make_tiny(tmp_path)
    (tmp_path / "sheet.pdf").write_bytes(built(clinic))
    verify = ("verify", tmp_path / "sheet.pdf", "-w", clinic, *DAY)
    told = handouts(*verify)
    warning = "warning[not-approved]: `tiny-leaflet` is not approved: do not give it to patients"
    assert (told.exit_code, warning in told.stderr) == (0, True)
    handouts("approve", "tiny-leaflet", *SIGNED, "-w", clinic)
    assert "do not give" not in handouts(*verify).output


NO_LEAFLETS = {
    "a PDF": b"%PDF-1.4\n\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "noise": bytes(range(128, 256)) * 4,
}


@pytest.mark.parametrize("data", NO_LEAFLETS.values(), ids=NO_LEAFLETS)
def test_of_a_file_that_is_no_text_nothing_is_shown(data: bytes, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    (clinic / "sheet.pdf").write_bytes(data)
    told = handouts("verify", clinic / "sheet.pdf", "-w", clinic)
    assert told.exit_code == 1
    assert "error[no-code]: This file has no leaflet code" in told.stderr
    assert " | " not in told.stderr
