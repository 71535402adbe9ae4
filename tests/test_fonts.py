"""The shipped fonts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handouts import fonts, shipped


def test_they_are_what_the_checksums_say() -> None:
    assert fonts.damaged_fonts() == ()
    assert len(fonts.font_files()) == 4


def test_a_changed_font_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copytree(shipped.FONTS, tmp_path / "fonts")
    (copy / "NotoSans-Bold.ttf").write_bytes(b"spoilt")
    (copy / "NotoSansMath-Subset.ttf").unlink()
    monkeypatch.setattr(shipped, "FONTS", copy)
    assert set(fonts.damaged_fonts()) == {"NotoSans-Bold.ttf", "NotoSansMath-Subset.ttf"}


def test_their_licence_is_shipped() -> None:
    assert "SIL OPEN FONT LICENSE" in (shipped.FONTS / "OFL.txt").read_text("utf-8").upper()
