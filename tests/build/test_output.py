"""Files that leave the program."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from handouts.build.output import Format, Output, describe, facts_of, write_manifest
from handouts.files import write_atomic
from handouts.model.tables import Paper
from tests.world import demo_document


def test_a_file_is_whole_or_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure at the last moment leaves the old file and no rubbish."""
    path = tmp_path / "leaflet.pdf"
    write_atomic(path, b"old")

    def fail(_: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_folders_are_made_and_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.pdf"
    write_atomic(path, b"x")
    assert path.stat().st_mode & 0o044


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"files": [1]}', '{"files": [{"file": 1}]}', "null", '{"files": 1}']
)
def test_a_spoilt_manifest_is_begun_anew(content: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(content)
    write_manifest(tmp_path, [], "70.0")
    assert json.loads((tmp_path / "manifest.json").read_text())["files"] == []


def test_two_builds_at_the_same_time_lose_no_record(tmp_path: Path) -> None:
    """Two processes record forty files each in one folder."""
    with ProcessPoolExecutor(2) as processes:
        list(processes.map(_record_forty, [tmp_path, tmp_path], ["one", "two"]))
    expected = [f"{name}-{n:02}.pdf" for name in ("one", "two") for n in range(40)]
    assert _recorded(tmp_path) == expected


def test_pages_that_a_shorter_leaflet_no_longer_has_are_gone(tmp_path: Path) -> None:
    write_manifest(tmp_path, [_write(tmp_path, f"page{n}.png") for n in (1, 2, 3, 4)], "70.0")
    write_manifest(tmp_path, [_write(tmp_path, f"page{n}.png") for n in (1, 2)], "70.0")
    assert _recorded(tmp_path) == ["page1.png", "page2.png"]
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["page1.png", "page2.png"]


def test_a_picture_that_somebody_changed_is_theirs(tmp_path: Path) -> None:
    """It leaves the manifest and stays in the folder."""
    write_manifest(tmp_path, [_write(tmp_path, "page1.png"), _write(tmp_path, "page2.png")], "70.0")
    (tmp_path / "page2.png").write_bytes(b"with notes")
    write_manifest(tmp_path, [_write(tmp_path, "page1.png")], "70.0")
    assert _recorded(tmp_path) == ["page1.png"]
    assert (tmp_path / "page2.png").read_bytes() == b"with notes"


def test_other_papers_and_formats_stay(tmp_path: Path) -> None:
    letter = _write(tmp_path, "letter-page1.png", paper="letter")
    write_manifest(tmp_path, [letter, _write(tmp_path, "a4.pdf")], "70.0")
    write_manifest(tmp_path, [_write(tmp_path, "page1.png")], "70.0")
    assert _recorded(tmp_path) == ["a4.pdf", "letter-page1.png", "page1.png"]


def test_a_manifest_cannot_have_files_elsewhere_removed(tmp_path: Path) -> None:
    """Its names count as names in its own folder."""
    folder, outside = tmp_path / "out", _write(tmp_path, "page2.png")
    record = {**asdict(outside), "file": "../page2.png"}
    page = _write(folder, "page1.png")
    (folder / "manifest.json").write_text(json.dumps({"files": [record]}))
    write_manifest(folder, [page], "70.0")
    assert (tmp_path / "page2.png").is_file()


def _record_forty(folder: Path, name: str) -> None:
    for number in range(40):
        output = _write(folder, f"{name}-{number:02}.pdf")
        write_manifest(folder, [replace(output, leaflet=output.file)], "70.0")


def _write(folder: Path, name: str, paper: Paper = "a4") -> Output:
    """A file of a leaflet, and its record."""
    write_atomic(folder / name, name.encode())
    suffix: Format = "png" if name.endswith("png") else "pdf"
    facts = facts_of(demo_document("acne-explained", paper), suffix, 1)
    return describe(name, name.encode(), facts)


def _recorded(folder: Path) -> list[str]:
    records = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    return [record["file"] for record in records]
