"""The shipped fonts, and those of a clinic."""

from __future__ import annotations

import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import page as page_validation
import pytest
from fontTools.ttLib import TTCollection, TTFont

from handouts.content.assets.font import WIDTH, ClinicFont, clinic_font
from handouts.content.layers import FONTS
from handouts.content.workspace import open_workspace
from handouts.pdf import fontconfig
from tests import readback
from tests.hostile_inputs import watched
from tests.world import handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")


def test_they_are_what_the_checksums_say() -> None:
    assert fontconfig.damaged_fonts() == ()
    assert len(list(FONTS.glob("*.ttf"))) == 20


def test_a_changed_font_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copytree(FONTS, tmp_path / "fonts")
    (copy / "NotoSans-Bold.ttf").write_bytes(b"spoilt")
    (copy / "NotoSansMath-Subset.ttf").unlink()
    monkeypatch.setattr(fontconfig, "FONTS", copy)
    assert set(fontconfig.damaged_fonts()) == {"NotoSans-Bold.ttf", "NotoSansMath-Subset.ttf"}


def test_their_licence_is_shipped() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8").upper()


# A clinic's own -----------------------------------------------------------------------------------

REGULAR = (FONTS / "NotoSans-Regular.ttf").read_bytes()
BOLD = (FONTS / "NotoSans-Bold.ttf").read_bytes()
SYMBOLS = (FONTS / "NotoSansMath-Subset.ttf").read_bytes()
BRAND = "fonts:\n  regular: fonts/Ours.ttf\n  bold: fonts/Ours-Bold.ttf\n"


def _changed(change: Callable[[TTFont], object], data: bytes = REGULAR) -> bytes:
    """A shipped font with a change."""
    buffer = BytesIO()
    with TTFont(BytesIO(data), recalcTimestamp=False) as font:
        change(font)
        font.save(buffer)
    return buffer.getvalue()


def _rights(bits: int) -> bytes:
    return _changed(lambda font: setattr(font["OS/2"], "fsType", bits))


def _packed(data: bytes, flavor: str) -> bytes:
    return _changed(lambda font: setattr(font, "flavor", flavor), data)


def _collection(*members: bytes) -> bytes:
    collection, buffer = TTCollection(), BytesIO()
    collection.fonts = [TTFont(BytesIO(data), recalcTimestamp=False) for data in members]
    collection.save(buffer)
    return buffer.getvalue()


def _slanted(data: bytes) -> bytes:
    return _changed(lambda font: setattr(font["head"], "macStyle", 2), data)


def _stretched(times: float) -> bytes:
    def stretch(font: TTFont) -> None:
        table = font["hmtx"].metrics
        table.update({name: (round(width * times), side) for name, (width, side) in table.items()})

    return _changed(stretch)


def _web_bomb() -> bytes:
    """A WOFF file of which one table, by a lie about its size, is 50 MB once unpacked."""
    web = _packed(REGULAR, "woff")
    entry = web.index(b"name")
    data = zlib.compress(bytes(50_000_000))
    moved = struct.pack(">II", len(web), len(data))
    return web[: entry + 4] + moved + web[entry + 12 :] + data


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
    "a second font of the web": (b"wOF2" + REGULAR, "is packed for the web (WOFF2)"),
    "a font of the web with a bomb": (_web_bomb(), "is too large once it is unpacked"),
    "half a font of the web": (_packed(REGULAR, "woff")[:9000], "is damaged"),
    "no collection": (b"ttcf" + REGULAR, "is damaged"),
    "a collection of bold fonts": (
        _collection(BOLD, BOLD),
        "is a collection with no regular fonts: `Noto Sans Bold`, `Noto Sans Bold`",
    ),
    "a collection of twins": (_collection(REGULAR, REGULAR), "with 2 regular fonts"),
    "an italic one": (_slanted(REGULAR), "calls itself italic"),
    "half a font": (REGULAR[: len(REGULAR) // 2], "is damaged"),
    "noise": (b"\0\1\0\0" + bytes(range(256)) * 9, "is damaged"),
    "no letters": (_changed(lambda font: font.__delitem__("glyf")), "is damaged"),
    "locked": (_rights(2), "forbids embedding"),
    "only whole": (_rights(0x100), "forbids embedding a part of it"),
    "only for the screen": (_rights(0x204), "forbids embedding its outlines"),
    "symbols": (SYMBOLS, 'characters that leaflets print: `!`, `"`'),
}


@pytest.mark.parametrize(("data", "words"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_font_that_cannot_be_used_is_told_at_its_line(
    data: bytes, words: str, tmp_path: Path
) -> None:
    make_tiny(tmp_path, {"brand.yaml": BRAND, "fonts/Ours.ttf": data, "fonts/Ours-Bold.ttf": BOLD})
    assert _faults(tmp_path) == [("unusable-font", 2, 12)]
    assert words in handouts("check", "-w", tmp_path).stderr


USABLE = {
    "for print and preview": (_rights(4), BOLD),
    "for editing": (_rights(8), BOLD),
    "packed for the web": (_packed(REGULAR, "woff"), _packed(BOLD, "woff")),
    "a collection, named twice": (_collection(REGULAR, BOLD), _collection(REGULAR, BOLD)),
    "a collection with italics": (_collection(_slanted(REGULAR), REGULAR), BOLD),
    "a bold one that says regular": (
        REGULAR,
        _changed(lambda font: setattr(font["OS/2"], "usWeightClass", 400), BOLD),
    ),
}


@pytest.mark.parametrize(("regular", "bold"), USABLE.values(), ids=USABLE)
def test_a_font_is_used_as_it_comes(regular: bytes, bold: bytes, tmp_path: Path) -> None:
    """What is packed is unpacked, and nothing else changes: glyphs are the same."""
    make_tiny(
        tmp_path, {"brand.yaml": BRAND, "fonts/Ours.ttf": regular, "fonts/Ours-Bold.ttf": bold}
    )
    fonts = open_workspace(tmp_path).fonts
    assert _faults(tmp_path) == []
    for font, shipped in zip(fonts, (REGULAR, BOLD), strict=True):
        with TTFont(BytesIO(font.data)) as ours, TTFont(BytesIO(shipped)) as theirs:
            for table in ("glyf", "hmtx", "GSUB", "GPOS", "cmap"):
                assert ours.getTableData(table) == theirs.getTableData(table)
    assert open_workspace(tmp_path).fonts == fonts


NOT_BOLD = {
    "the same file": (REGULAR, "is the same as the regular one"),
    "a regular one that says bold": (
        _changed(lambda font: setattr(font["OS/2"], "usWeightClass", 700)),
        "is not bolder",
    ),
}


@pytest.mark.parametrize(("bold", "words"), NOT_BOLD.values(), ids=NOT_BOLD)
def test_a_bold_font_must_be_bold(bold: bytes, words: str, tmp_path: Path) -> None:
    make_tiny(
        tmp_path, {"brand.yaml": BRAND, "fonts/Ours.ttf": REGULAR, "fonts/Ours-Bold.ttf": bold}
    )
    assert _faults(tmp_path) == [("unusable-font", 3, 9)]
    assert words in handouts("check", "-w", tmp_path).stderr


def test_the_width_of_the_shipped_font_is_as_measured() -> None:
    font = clinic_font(REGULAR, bold=False)
    assert isinstance(font, ClinicFont)
    assert font.width == pytest.approx(WIDTH, abs=0.001)


@pytest.mark.parametrize(("times", "told"), [(0.9, []), (1.05, []), (1.08, ["8%"]), (1.2, ["20%"])])
def test_a_far_wider_font_is_told(times: float, told: list[str], tmp_path: Path) -> None:
    """A warning at the regular font: leaflets will have more pages."""
    regular = _stretched(times)
    make_tiny(
        tmp_path, {"brand.yaml": BRAND, "fonts/Ours.ttf": regular, "fonts/Ours-Bold.ttf": BOLD}
    )
    assert _faults(tmp_path) == [("wide-font", 2, 12) for _ in told]
    for share in told:
        assert f"{share} wider" in handouts("check", "-w", tmp_path).stderr


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


def test_a_build_with_an_unpacked_font_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the file in the folder is the same, the brand is not read again."""
    files = {"fonts/Ours.ttf": _packed(REGULAR, "woff"), "fonts/Ours-Bold.ttf": BOLD}
    clinic = make_tiny(tmp_path / "clinic", {"brand.yaml": BRAND, **files})
    arguments = ("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    assert handouts(*arguments).exit_code == 0
    monkeypatch.setattr("handouts.content.workspace.read_brand", None)
    assert handouts(*arguments).exit_code == 0


def test_both_weights_are_needed(tmp_path: Path) -> None:
    make_tiny(tmp_path, {"brand.yaml": "fonts:\n  regular: Ours.ttf\n", "Ours.ttf": REGULAR})
    assert _faults(tmp_path) == [("missing-key", 2, 3)]


def _faults(clinic: Path) -> list[tuple[str, int, int]]:
    found = json.loads(handouts("check", "--json", "-w", clinic).stdout)["diagnostics"]
    return [(d["code"], d["line"], d["column"]) for d in found]
