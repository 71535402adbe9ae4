"""Copies for one person: printed, and kept nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from tests import readback
from tests.world import RULED, TINY_LEAFLET, handouts, make_tiny

NAME, NOTE, DOCTOR = "Anna Żółć-Example", "Start with every other night.", "Dr B. Sample"
PERSONAL = ("--for", NAME, "--note", NOTE, "--clinician", DOCTOR, "--date", "2026-11-22")


def made(tmp_path: Path, leaflet: str) -> tuple[Path, str]:
    """The folder of a personal copy, and all that the build said."""
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/tiny-leaflet.yaml": leaflet})
    result = handouts(
        "build", "tiny-leaflet", *PERSONAL, "-v", "-w", clinic, "-o", tmp_path / "out"
    )
    assert result.exit_code == 0, result.stderr
    return tmp_path / "out", result.output


@pytest.mark.parametrize("leaflet", [TINY_LEAFLET, RULED], ids=["no lines", "ruled lines"])
def test_a_personal_copy_says_whom_it_is_for(leaflet: str, tmp_path: Path) -> None:
    folder, _ = made(tmp_path, leaflet)
    words = readback.text((folder / "tiny-leaflet_en-GB_a4-PERSONAL-DRAFT.pdf").read_bytes())
    assert f"For {NAME} · {DOCTOR} · 22 November 2026" in words
    assert NOTE in words


def test_nothing_of_it_is_kept(tmp_path: Path) -> None:
    """Not in another file, in the words of the build, or in the PDF's information."""
    folder, said = made(tmp_path, TINY_LEAFLET)
    secrets = [text.encode() for text in (NAME, NOTE, DOCTOR)]
    copy = folder / "tiny-leaflet_en-GB_a4-PERSONAL-DRAFT.pdf"
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path != copy]
    assert not [path for path in others for text in secrets if text in path.read_bytes()]
    assert not [text for text in (NAME, NOTE, DOCTOR) if text in said]
    with pypdfium2.PdfDocument(copy.read_bytes()) as document:
        known = " ".join(document.get_metadata_dict().values())
    assert not [text for text in (NAME, NOTE, DOCTOR) if text in known]


def test_a_personal_copy_leaves_the_general_one_alone(tmp_path: Path) -> None:
    folder, _ = made(tmp_path, TINY_LEAFLET)
    handouts("build", "tiny-leaflet", "-w", tmp_path / "clinic", "-o", folder)
    general = readback.text((folder / "tiny-leaflet_en-GB_a4-DRAFT.pdf").read_bytes())
    assert NAME not in general
    assert (folder / "tiny-leaflet_en-GB_a4-PERSONAL-DRAFT.pdf").exists()


def test_words_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    result = handouts("build", "tiny-leaflet", "--note", "x" * 200, "-w", clinic, "-o", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("error[no-room]: ")
    assert "at most 95 fit" in result.stderr


def test_all_leaflets_at_once_are_for_nobody(tmp_path: Path) -> None:
    result = handouts("build", "--for", NAME, "-w", make_tiny(tmp_path))
    assert result.exit_code == 2
    assert "Personal copies need the names of their leaflets" in result.stderr


BANDS = {
    "for a person": (("--for", "Anna"), "For Anna · 22 November 2026"),
    "from a clinician": (("--clinician", "Dr B."), "From Dr B. · 22 November 2026"),
    "with a note": (("--note", "Go on."), "22 November 2026 · Go on."),
}


@pytest.mark.parametrize(("options", "band"), BANDS.values(), ids=BANDS)
def test_the_line_says_no_more_than_what_was_given(
    options: tuple[str, ...], band: str, tmp_path: Path
) -> None:
    """In earlier versions, a copy from a clinician said that it was for that clinician."""
    clinic = make_tiny(tmp_path / "clinic")
    handouts("build", "tiny-leaflet", *options, "--date", "2026-11-22", "-w", clinic)
    (copy,) = (clinic / "output").glob("*.pdf")
    words = readback.text(copy.read_bytes())
    assert band in words
    assert not re.search(f"(For|From) {re.escape(band)}", words)


def test_no_copy_is_written_over_that_of_somebody_else(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    for name in ("Anna", "Boris", "Anna"):
        words = ("--for", name, "--format", "pdf", "--format", "png")
        result = handouts("build", "tiny-leaflet", *words, "-w", clinic)
        assert result.exit_code == 0, result.stderr
    copies = sorted((clinic / "output").glob("*.pdf"))
    assert [path.name for path in copies] == [
        "tiny-leaflet_en-GB_a4-PERSONAL-2-DRAFT.pdf",
        "tiny-leaflet_en-GB_a4-PERSONAL-DRAFT.pdf",
    ]
    whose = [re.findall("For ([A-Z][a-z]+)", readback.text(p.read_bytes()))[0] for p in copies]
    assert whose == ["Boris", "Anna"]
    assert (clinic / "output/tiny-leaflet_en-GB_a4-page1-PERSONAL-2-DRAFT.png").exists()
