"""A clinic's leaflets go to its own folder, wherever one stands; the demo clinic's, here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handouts.content.layers import Library
from tests.world import CLINIC, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

SHEET = "tiny-leaflet_en-GB_a4-DRAFT.pdf"


def test_leaflets_of_two_clinics_are_never_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In earlier versions, both went to the current folder, and the second over the first."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        make_tiny(tmp_path / name, {"handouts.yaml": CLINIC.replace("Test", name)})
        result = handouts("build", "tiny-leaflet", "-w", name)
        assert result.exit_code == 0, result.stderr
        assert f"1 file in {name}/output/" in result.stderr
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.pdf"))
    assert files == [f"one/output/{SHEET}", f"two/output/{SHEET}"]


def test_below_a_clinics_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = make_tiny(tmp_path)
    monkeypatch.chdir(clinic / "content")
    answer = json.loads(handouts("build", "tiny-leaflet", "--json").stdout)
    assert (Path(answer["folder"]) / answer["outputs"][0]["file"]).is_file()
    assert (clinic / "output" / SHEET).is_file()


def test_an_option_says_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    handouts("build", "tiny-leaflet", "-w", make_tiny(tmp_path / "c"), "-o", "sheets")
    assert [path.name for path in Path("sheets").glob("*.pdf")] == [SHEET]
    assert not (tmp_path / "c/output").exists()


@pytest.mark.parametrize("named", [False, True])
def test_the_demo_clinic_keeps_nothing(
    named: bool, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder is part of the program, which may not even be writable."""
    monkeypatch.chdir(tmp_path)
    handouts("build", "about-sun", *(("-w", library.demo_clinic) if named else ()))
    assert (tmp_path / "output/about-sun_en-GB_a4-DRAFT.pdf").is_file()
    assert not (library.demo_clinic / "output").exists()


def test_what_a_build_wrote_is_no_content_of_the_clinic(tmp_path: Path) -> None:
    """With its own output in its folder, a build that changes nothing is still not repeated."""
    clinic = make_tiny(tmp_path)
    for word in ("wrote", "current"):
        told = handouts("build", "tiny-leaflet", "-v", "-w", clinic).stderr
        assert f"{word} " in told
    assert "warning" not in handouts("check", "-w", clinic).stderr


def test_doctor_tries_the_folders_and_leaves_nothing(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path)
    found = handouts("doctor", "-w", clinic)
    assert found.exit_code == 0, found.output
    assert f"{clinic}/output\n" in found.stdout
    assert "no errors, 0 of the clinic's own" in found.stdout
    assert not (clinic / "output").exists()


BROKEN = {
    "output": ({"output": "a file"}, "FAIL  output", "cannot be written to: Not a directory"),
    "templates": (
        {"templates/blocks/text.html.j2": "<p>\n{% if %}"},
        "FAIL  templates",
        "templates/blocks/text.html.j2:2: Something is missing inside",
    ),
}


@pytest.mark.parametrize(("files", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_doctor_tells_what_would_stop_a_build(
    files: dict[str, str], line: str, words: str, tmp_path: Path
) -> None:
    found = handouts("doctor", "-w", make_tiny(tmp_path, files))
    assert found.exit_code == 2
    (said,) = [each for each in found.stdout.splitlines() if each.startswith(line)]
    assert words in said


def test_doctor_warns_of_a_cache_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "handouts.files.unwritable",
        lambda folder: None if folder.name == "output" else "cannot be written to: No space left",
    )
    found = handouts("doctor", "-w", make_tiny(tmp_path))
    assert found.exit_code == 0
    assert "warn  cache" in found.stdout
    assert "cannot be written to: No space left; builds are slower" in found.stdout
