"""Many clinics in one build: from a folder of workspaces, and from a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import page as page_validation
import pytest

from tests import readback
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

HEAD = "id,name,phone,address,hours,primary\n"
ROWS = (
    'north,North Clinic,01632 960 001,"1 Road; Town",Mon to Fri=9 to 5,#7a0019\n'
    'south,"South ""Q"" Søn & Co",01632 960 002,,,\n'
)
PDF = "tiny-leaflet_en-GB_a4-DRAFT.pdf"


def made(clinics: Path, base: Path, out: Path) -> dict[str, Any]:
    result = handouts(
        "build",
        "tiny-leaflet",
        "--clinics",
        clinics,
        "-w",
        base,
        "-o",
        out,
        "--jobs",
        "1",
        "--json",
    )
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def table(folder: Path, text: str) -> Path:
    (folder / "clinics.csv").write_text(text, "utf-8")
    return folder / "clinics.csv"


def test_each_clinic_of_a_table_gets_its_own_leaflets(tmp_path: Path) -> None:
    base = make_tiny(tmp_path / "base")
    answer = made(table(tmp_path, HEAD + ROWS), base, tmp_path / "out")
    assert answer["ok"], answer
    for folder, words in (("north", "North Clinic"), ("south", 'South "Q" Søn & Co')):
        sheet = (tmp_path / "out" / folder / PDF).read_bytes()
        assert words in readback.text(sheet)
        assert page_validation.validate_pdf_bytes(sheet, profile="ua1").is_compliant
        manifest = json.loads((tmp_path / "out" / folder / "manifest.json").read_text("utf-8"))
        assert [file["clinic"] for file in manifest["files"]] == [words]


def test_a_clinic_of_many_has_the_bytes_that_it_has_alone(tmp_path: Path) -> None:
    north = CLINIC.replace("Test Clinic", "North Clinic")
    for name, settings in (("north", north), ("south", CLINIC)):
        make_tiny(tmp_path / "all" / name, {"handouts.yaml": settings})
    made(tmp_path / "all", tmp_path / "all" / "north", tmp_path / "many")
    handouts("build", "tiny-leaflet", "-w", tmp_path / "all" / "north", "-o", tmp_path / "one")
    assert (tmp_path / "many" / "north" / PDF).read_bytes() == (tmp_path / "one" / PDF).read_bytes()


def test_words_that_name_the_clinic_name_the_right_one(tmp_path: Path) -> None:
    """Clinics whose words differ share no shell, however alike their settings are."""
    leaflet = TINY_LEAFLET.replace("One point.", '"We are {clinic_name}."')
    base = make_tiny(tmp_path / "base", {"content/leaflets/tiny-leaflet.yaml": leaflet})
    made(table(tmp_path, HEAD + ROWS), base, tmp_path / "out")
    for folder, name in (("north", "North Clinic"), ("south", 'South "Q" Søn & Co')):
        words = readback.text((tmp_path / "out" / folder / PDF).read_bytes())
        assert f"We are {name}." in words


FAULTS = [
    ("north,North Clinic,\n", "missing-key"),
    ("No Id,No Id,01632 960 003\n", "clinic-id"),
    ("two,Two,01632 960 004\ntwo,Two,01632 960 004\n", "clinic-id"),
    ("pale,Pale,01632 960 005,,,#ffff99\n", "weak-colour"),
    ("odd,Odd,01632 960 006,,,blue\n", "wrong-form"),
]


@pytest.mark.parametrize(("row", "code"), FAULTS)
def test_a_clinic_with_a_fault_is_told_at_its_line_and_the_others_are_made(
    row: str, code: str, tmp_path: Path
) -> None:
    good = "good,Good Clinic,01632 960 007,,,\n"
    clinics = table(tmp_path, HEAD + good + row)
    answer = made(clinics, make_tiny(tmp_path / "base"), tmp_path / "out")
    (fault,) = answer["diagnostics"]
    assert (fault["code"], fault["file"], fault["line"] > 2) == (code, str(clinics), True)
    assert (tmp_path / "out" / "good" / PDF).is_file()


def test_an_unknown_column_is_told_with_the_nearest(tmp_path: Path) -> None:
    clinics = table(tmp_path, "id,name,phon\nnorth,North,01632 960 001\n")
    answer = made(clinics, make_tiny(tmp_path / "base"), tmp_path / "out")
    (fault,) = answer["diagnostics"]
    assert (fault["code"], fault["hint"]) == ("unknown-column", "Did you mean `phone`?")


def test_a_folder_without_clinics_is_told(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    answer = made(tmp_path / "none", make_tiny(tmp_path / "base"), tmp_path / "out")
    assert [d["code"] for d in answer["diagnostics"]] == ["no-clinics"]


def test_what_is_not_made_is_complete(tmp_path: Path) -> None:
    rows = "good,Good,01632 960 001\nNo Id,A,01632 960 002\n,B,tbc\ngood,Twin,01632 960 003\n"
    clinics = table(tmp_path, "id,name,phone\n" + rows + '"odd\n')
    answer = made(clinics, make_tiny(tmp_path / "base"), tmp_path / "out")
    assert answer["not_made"] == ["B", "No Id", "row 5", "row 6"]
    assert [output["clinic"] for output in answer["outputs"]] == ["Good"]
    assert not answer["ok"]
