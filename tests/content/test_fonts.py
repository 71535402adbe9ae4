"""The shipped fonts, and those of a clinic."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import page as page_validation
import pytest
from fontTools.ttLib import TTFont

from handouts.content.layers import FONTS
from handouts.pdf import render
from tests import readback
from tests.hostile_inputs import watched
from tests.world import handouts, make_tiny


def test_they_are_what_the_checksums_say() -> None:
    assert render.damaged_fonts() == ()
    assert len(list(FONTS.glob("*.ttf"))) == 4


def test_a_changed_font_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copytree(FONTS, tmp_path / "fonts")
    (copy / "NotoSans-Bold.ttf").write_bytes(b"spoilt")
    (copy / "NotoSansMath-Subset.ttf").unlink()
    monkeypatch.setattr(render, "FONTS", copy)
    assert set(render.damaged_fonts()) == {"NotoSans-Bold.ttf", "NotoSansMath-Subset.ttf"}


def test_their_licence_is_shipped() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8").upper()


# A clinic's own -----------------------------------------------------------------------------------

REGULAR = (FONTS / "NotoSans-Regular.ttf").read_bytes()
BOLD = (FONTS / "NotoSans-Bold.ttf").read_bytes()
SYMBOLS = (FONTS / "NotoSansMath-Subset.ttf").read_bytes()
BRAND = "fonts:\n  regular: fonts/Ours.ttf\n  bold: fonts/Ours-Bold.ttf\n"


def _changed(change: Callable[[TTFont], object]) -> bytes:
    """The shipped font with a change."""
    buffer = BytesIO()
    with TTFont(BytesIO(REGULAR)) as font:
        change(font)
        font.save(buffer)
    return buffer.getvalue()


def _locked(font: TTFont) -> None:
    font["OS/2"].fsType = 2


def _as_web_font(font: TTFont) -> None:
    font.flavor = "woff"


def test_a_clinics_fonts_are_embedded(tmp_path: Path) -> None:
    """Both weights, from the clinic's files; the mark of a draft is in the shipped fonts."""
    clinic = make_tiny(
        tmp_path / "clinic",
        {"brand.yaml": BRAND, "fonts/Ours.ttf": REGULAR, "fonts/Ours-Bold.ttf": BOLD},
    )
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    pdf = (tmp_path / "out" / "tiny-leaflet_en-GB_a4-DRAFT.pdf").read_bytes()
    found = readback.fonts(pdf)
    own = {re.sub("[0-9a-f]{12}", "*", name) for name in found} - {"Noto-Sans", "Noto-Sans-Bold"}
    assert own == {"Clinic-*", "Clinic-*-Bold"}
    assert all(found.values())
    assert "One point." in readback.text(pdf)
    assert page_validation.validate_pdf_bytes(pdf, profile="ua1").is_compliant


UNUSABLE = {
    "nothing": (b"", "is not a TrueType or OpenType font"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "is not a TrueType or OpenType font"),
    "a font of the web": (_changed(_as_web_font), "is not a TrueType or OpenType font"),
    "a collection": (b"ttcf" + REGULAR, "is not a TrueType or OpenType font"),
    "half a font": (REGULAR[: len(REGULAR) // 2], "is damaged"),
    "noise": (b"\0\1\0\0" + bytes(range(256)) * 9, "is damaged"),
    "no letters": (_changed(lambda font: font.__delitem__("glyf")), "is damaged"),
    "locked": (_changed(_locked), "forbids embedding"),
    "symbols": (SYMBOLS, 'characters that leaflets print: `!`, `"`'),
}


@pytest.mark.parametrize(("data", "words"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_font_that_cannot_be_used_is_told_at_its_line(
    data: bytes, words: str, tmp_path: Path
) -> None:
    make_tiny(tmp_path, {"brand.yaml": BRAND, "fonts/Ours.ttf": data, "fonts/Ours-Bold.ttf": BOLD})
    assert _faults(tmp_path) == [("unusable-font", 2, 12)]
    assert words in handouts("check", "-w", tmp_path).stderr


NAMES = [
    ("fonts/None.ttf", "missing-font"),
    ("../Ours.ttf", "outside"),
    ("/etc/passwd", "outside"),
    ("fonts", "missing-font"),
]


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_a_font_is_a_file_in_the_clinics_folder(name: str, code: str, tmp_path: Path) -> None:
    brand = BRAND.replace("fonts/Ours.ttf", name)
    make_tiny(tmp_path, {"brand.yaml": brand, "fonts/Ours-Bold.ttf": BOLD})
    assert _faults(tmp_path) == [(code, 2, 12)]


def test_a_font_that_links_to_elsewhere_is_refused(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic", {"brand.yaml": BRAND, "fonts/Ours-Bold.ttf": BOLD})
    (tmp_path / "private.ttf").write_bytes(REGULAR)
    (clinic / "fonts" / "Ours.ttf").symlink_to("../../private.ttf")
    with watched() as seen:
        assert _faults(clinic) == [("outside", 2, 12)]
    assert str(tmp_path / "private.ttf") not in seen


def test_both_weights_are_needed(tmp_path: Path) -> None:
    make_tiny(tmp_path, {"brand.yaml": "fonts:\n  regular: Ours.ttf\n", "Ours.ttf": REGULAR})
    assert _faults(tmp_path) == [("missing-key", 2, 3)]


def _faults(clinic: Path) -> list[tuple[str, int, int]]:
    found = json.loads(handouts("check", "--json", "-w", clinic).stdout)["diagnostics"]
    return [(d["code"], d["line"], d["column"]) for d in found]
