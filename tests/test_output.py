"""Files that leave the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handouts.files import write_atomic
from handouts.output import write_manifest


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
    "content", ["", "{", "[]", '{"files": [1]}', '{"files": [{"file": 1}]}', "null"]
)
def test_a_spoilt_manifest_is_begun_anew(content: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(content)
    write_manifest(tmp_path, [], "70.0")
    assert json.loads((tmp_path / "manifest.json").read_text())["files"] == []
