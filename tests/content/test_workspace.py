"""The clinic's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import handouts
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import find_workspace, layered_files
from handouts.content.workspace import open_workspace
from handouts.diagnostics import HandoutsError
from tests.world import make_workspace

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


def test_it_is_found_from_a_folder_below(tmp_path: Path) -> None:
    make_workspace(tmp_path, {"a/b/note.txt": ""})
    assert find_workspace(tmp_path / "a" / "b") == tmp_path


def test_without_one_it_is_the_demo_clinic_and_says_so(tmp_path: Path) -> None:
    workspace = handouts.open(start=tmp_path).workspace()
    (notice,) = workspace.diagnostics
    assert workspace.settings.model.clinic.name == "Larkfield Skin and Laser Clinic"
    assert notice.code == "demo-clinic"


def test_a_logo_is_read_with_its_type(tmp_path: Path) -> None:
    make_workspace(tmp_path, {"brand.yaml": "logo: mark.svg\n", "mark.svg": LOGO})
    logo = open_workspace(tmp_path).logo
    assert logo
    assert (logo.data.decode(), logo.media_type) == (LOGO, "image/svg+xml")


BOMB = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + LOGO

UNPRINTABLE = [
    ("logo.png", b"", "is damaged"),
    ("logo.png", b"not a picture", "is damaged"),
    ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "is damaged"),
    ("logo.jpg", LOGO.encode(), "is damaged"),
    ("logo.svg", b"<svg", "is not a valid SVG file"),
    ("logo.svg", b"<html/>", "is not an SVG drawing"),
    ("logo.svg", BOMB.encode(), "declares XML entities that make it grow"),
]


@pytest.mark.parametrize(("name", "data", "fault"), UNPRINTABLE)
def test_a_logo_that_cannot_be_printed_is_told_at_its_line(
    name: str, data: bytes, fault: str, tmp_path: Path
) -> None:
    make_workspace(tmp_path, {"brand.yaml": f"logo: {name}\n", name: data})
    with pytest.raises(HandoutsError) as caught:
        open_workspace(tmp_path)
    (found,) = caught.value.diagnostics
    assert found.place
    assert (found.code, found.place.file.name) == ("unreadable-picture", "brand.yaml")
    assert fault in found.message


def test_a_file_of_the_clinic_stands_before_the_shipped_one(tmp_path: Path) -> None:
    make_workspace(tmp_path, {"content/leaflets/acne-explained.yaml": "x: y\n"})
    layers = open_workspace(tmp_path).content_layers
    files = layered_files(layers, "leaflets", ".yaml")
    assert files["acne-explained"].is_relative_to(tmp_path)
    assert not files["fractional-co2-laser"].is_relative_to(tmp_path)


def test_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    files = {"handouts.yaml": "clinic: {name: A}\nregion: GB\n", "brand.yaml": "primary: teal\n"}
    make_workspace(tmp_path, files)
    with pytest.raises(HandoutsError) as caught:
        open_workspace(tmp_path)
    assert {d.code for d in caught.value.diagnostics} == {"missing-key", "wrong-form"}


def test_a_clinics_label_replaces_the_shipped_one_and_the_others_stay(tmp_path: Path) -> None:
    label = "labels:\n  - key: draft_title\n    text: NOT YET\n"
    make_workspace(tmp_path, {"content/labels.yaml": label})
    labels = read_catalogue(open_workspace(tmp_path)).labels
    assert labels["draft_title"].model.text.plain == "NOT YET"
    assert labels["caution"].model.text.plain == "Take care"
