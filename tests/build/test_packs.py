"""``handouts build --pack``: leaflets that are often given together, as one file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import handouts as api
from handouts.page.personal import Personal
from handouts.pdf.read import page_pictures
from tests import readback
from tests.decoding import hidden_in
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

DAY = date(2026, 11, 22)
PACK = """\
packs:
  - id: both
    title: Both leaflets
    leaflets: [second-leaflet, tiny-leaflet]
"""
SECOND = TINY_LEAFLET.replace("tiny-leaflet", "second-leaflet").replace("A tiny", "A second")
TWO = {"content/leaflets/second-leaflet.yaml": SECOND, "handouts.yaml": CLINIC + PACK}


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return make_tiny(tmp_path / "clinic", TWO)


@pytest.mark.parametrize(
    ("names", "file", "titles"),
    [
        (("both",), "pack-both", ["A second leaflet", "A tiny leaflet"]),
        (("tiny-leaflet", "second-leaflet"), "pack-2", ["A tiny leaflet", "A second leaflet"]),
        (("tiny-leaflet",), "pack-1", ["A tiny leaflet"]),
    ],
    ids=["a pack of the clinic's", "in the order as typed", "one leaflet"],
)
def test_leaflets_are_joined_in_order(
    names: tuple[str, ...], file: str, titles: list[str], clinic: Path
) -> None:
    out = clinic.parent / "out"
    result = handouts("build", "--pack", *names, "-w", clinic, "-o", out, "--json")
    assert result.exit_code == 0, result.output
    (made,) = json.loads(result.stdout)["packs"]
    assert [path.name for path in out.glob("*")] == [f"{file}_en-GB_a4-DRAFT.pdf"]
    assert made["file"] == f"{file}_en-GB_a4-DRAFT.pdf"
    pdf = (out / made["file"]).read_bytes()
    assert readback.headings(pdf, 1) == titles
    assert len(readback.page_texts(pdf)) == sum(made["pages"]) + sum(n % 2 for n in made["pages"])
    assert "current" in handouts("build", "--pack", *names, "-w", clinic, "-o", out).stderr


def test_each_paper_and_edition_is_a_file(clinic: Path) -> None:
    options = ("--paper", "a4", "--paper", "letter", "--edition", "large")
    handouts("build", "--pack", "both", *options, "-w", clinic, "-o", clinic.parent / "out")
    names = sorted(path.name for path in (clinic.parent / "out").glob("*.pdf"))
    looks = ("a4_large", "letter_large")
    assert names == [f"pack-both_en-GB_{look}-DRAFT.pdf" for look in looks]


def test_a_pack_for_one_person(clinic: Path) -> None:
    """Their name is on every leaflet, and in no other file than theirs."""
    out = clinic.parent / "out"
    for name in ("Anna Example", "Berta Example"):
        assert handouts("build", "--pack", "both", "--for", name, "-w", clinic, "-o", out)
    marks = ("PERSONAL", "PERSONAL-2")
    files = [out / f"pack-both_en-GB_a4-{mark}-DRAFT.pdf" for mark in marks]
    for file, name in zip(files, ("Anna", "Berta"), strict=True):
        texts = [text for text in readback.page_texts(file.read_bytes()) if text]
        assert all(f"{name} Example" in text for text in texts)
        assert hidden_in(file.read_bytes(), ["Anna", "Berta"]) == {name}
    assert not (out / "manifest.json").exists()


def test_a_personal_pack_looks_like_its_leaflets(clinic: Path) -> None:
    """Though the words are set only once for all of them."""
    personal = Personal("Anna Example", "Dr B. Sample", "Every other night.", DAY)
    project = api.open(clinic)
    (pack,) = project.packs(["both"], on=DAY, personal=personal).files
    expected: list[bytes] = []
    for name in ("second-leaflet", "tiny-leaflet"):
        sheets = page_pictures(project.leaflet(name, on=DAY).pdf(personal), 60)
        expected += sheets
    pictures = page_pictures(pack.pdf, 60)
    starts = [sum(n + n % 2 for n in pack.pages[:k]) for k in range(len(pack.pages))]
    ours = [
        pictures[s + n] for s, count in zip(starts, pack.pages, strict=True) for n in range(count)
    ]
    assert ours == expected


def test_a_leaflet_with_an_error_stops_its_pack(clinic: Path) -> None:
    """Nobody is given a pack in which something is missing."""
    path = clinic / "content/leaflets/tiny-leaflet.yaml"
    path.write_text(path.read_text().replace("aim:", "aims:"))
    out = clinic.parent / "out"
    result = handouts("build", "--pack", "both", "-w", clinic, "-o", out, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["not_made"] == ["tiny-leaflet"]
    assert not out.exists()


def test_a_draft_of_the_same_pack_is_told(clinic: Path) -> None:
    out = clinic.parent / "out"
    where = ("-w", clinic, "--date", "2026-11-22")
    handouts("build", "--pack", "both", *where, "-o", out)
    handouts(
        "approve", "tiny-leaflet", "second-leaflet", "--role", "clinical", "--by", "Dr A", *where
    )
    result = handouts("build", "--pack", "both", *where, "-o", out)
    assert "`pack-both_en-GB_a4-DRAFT.pdf` is out of date" in result.output
    assert (out / "pack-both_en-GB_a4.pdf").is_file()


USES = {
    "without names": (("--pack",), "needs the names"),
    "with an index": (("--pack", "--index", "both"), "no index"),
    "as pictures": (("--pack", "--format", "png", "both"), "PDF files"),
}


@pytest.mark.parametrize(("options", "words"), USES.values(), ids=USES)
def test_wrong_calls(options: tuple[str, ...], words: str, clinic: Path) -> None:
    result = handouts("build", *options, "-w", clinic)
    assert result.exit_code == 2
    assert words in result.output


# Packs in the settings ---------------------------------------------------------------------------

FAULTS = {
    "no such leaflet": ("[tiny-leaflett]", "not-in-pack", "`tiny-leaflet`?"),
    "twice": ("[tiny-leaflet, tiny-leaflet]", "duplicate-entry", "`both` has `tiny-leaflet` twice"),
    "none": ("[]", "wrong-length", "at least 1"),
}


@pytest.mark.parametrize(("leaflets", "code", "words"), FAULTS.values(), ids=FAULTS)
def test_faults_in_a_pack_are_told_with_their_place(
    leaflets: str, code: str, words: str, tmp_path: Path
) -> None:
    settings = CLINIC + PACK.replace("[second-leaflet, tiny-leaflet]", leaflets)
    clinic = make_tiny(tmp_path, {"handouts.yaml": settings})
    result = handouts("check", "-w", clinic)
    assert result.exit_code == 1
    assert "handouts.yaml:8:" in result.output, result.output
    assert code in result.output
    assert words in result.output


def test_a_pack_may_not_have_the_name_of_a_leaflet(tmp_path: Path) -> None:
    settings = CLINIC + PACK.replace("id: both", "id: tiny-leaflet").replace("second-leaflet, ", "")
    result = handouts("check", "-w", make_tiny(tmp_path, {"handouts.yaml": settings}))
    assert "already a leaflet or a pack `tiny-leaflet`" in result.output


# Verifying ---------------------------------------------------------------------------------------


def test_verify_finds_every_leaflet_of_a_pack(clinic: Path) -> None:
    out = clinic.parent / "out"
    handouts("build", "--pack", "both", "-w", clinic, "-o", out)
    file = out / "pack-both_en-GB_a4-DRAFT.pdf"
    result = handouts("verify", file, "-w", clinic, "--json")
    verdicts = json.loads(result.stdout)["verdicts"]
    assert [(v["leaflet"], v["current"], v["compared"]) for v in verdicts] == [
        ("second-leaflet", True, "pages"),
        ("tiny-leaflet", True, "pages"),
    ]
    path = clinic / "content/leaflets/tiny-leaflet.yaml"
    path.write_text(path.read_text().replace("A last point", "Another last point"))
    result = handouts("verify", file, "-w", clinic, "--json")
    assert result.exit_code == 1
    assert [v["current"] for v in json.loads(result.stdout)["verdicts"]] == [True, False]


def test_verify_tells_the_page_of_a_pack_that_differs(clinic: Path) -> None:
    """As somebody has changed it who kept the code."""
    out = clinic.parent / "out"
    handouts("build", "--pack", "both", "--for", "Anna Example", "-w", clinic, "-o", out)
    file = out / "pack-both_en-GB_a4-PERSONAL-DRAFT.pdf"
    result = handouts("verify", file, "-w", clinic, "--json")
    assert [v["different_pages"] for v in json.loads(result.stdout)["verdicts"]] == [[1], [3]]
