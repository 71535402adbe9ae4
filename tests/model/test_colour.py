"""Colour arithmetic, and the colours of a brand."""

from __future__ import annotations

import re
from colorsys import rgb_to_hls
from pathlib import Path

import pytest

from handouts.content.layers import SHIPPED
from handouts.content.workspace import open_workspace
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.model.colour import PANEL, READABLE, WHITE, contrast, grey, nearest_passing, tint
from tests.world import make_workspace

CONTRASTS = [
    ("#000000", "#ffffff", 21.0),
    ("#ffffff", "#ffffff", 1.0),
    ("#767676", "#ffffff", 4.54),
    ("#ffffff", "#767676", 4.54),
    ("#ff0000", "#ffffff", 4.0),
]
"""Black on white by definition; the others as published for WCAG checkers."""


@pytest.mark.parametrize(("one", "other", "ratio"), CONTRASTS)
def test_contrast(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(("share", "colour"), [(1, "#204060"), (0, "#ffffff"), (0.5, "#90a0b0")])
def test_tint(share: float, colour: str) -> None:
    assert tint("#204060", share) == colour


GREYS = [
    ("#000000", "#000000"),
    ("#ffffff", "#ffffff"),
    ("#ff0000", "#4c4c4c"),
    ("#00ff00", "#969696"),
    ("#0000ff", "#1c1c1c"),
]


@pytest.mark.parametrize(("colour", "copied"), GREYS)
def test_grey(colour: str, copied: str) -> None:
    assert grey(colour) == copied


NEAREST = [
    ("#17545f", "#17545f"),
    ("#767676", "#767676"),
    ("#777777", "#767676"),
    ("#ff0000", "#ee0000"),
    ("#88ccdd", "#2b8096"),
    ("#ffff00", "#7a7a00"),
    ("#ffffff", "#767676"),
]
"""A colour, and the nearest one that can be read on white paper."""


@pytest.mark.parametrize(("colour", "nearest"), NEAREST)
def test_the_nearest_colour_that_can_be_read(colour: str, nearest: str) -> None:
    found = nearest_passing(colour, _readable)
    assert found == nearest
    assert found == colour or not _readable(_lighter(found))
    assert _hue(found) == pytest.approx(_hue(colour), abs=0.01)


def test_a_colour_on_black_is_lightened() -> None:
    found = nearest_passing("#17545f", lambda colour: contrast(colour, "#000000") >= READABLE)
    assert found == "#237f8f"


def test_there_may_be_no_colour_that_passes() -> None:
    assert nearest_passing("#17545f", lambda _: False) is None


BRANDS = [
    ('primary: "#17545f"\naccent: "#a2512b"\n', []),
    (
        'primary: "#b06030"\n',
        [
            (
                "weak-colour",
                (
                    "too pale: contrast 4.22 on its tint, 4.35 copied in grey on its tint; "
                    "at least 4.5 is needed"
                ),
                "`'#a95c2e'`",
            )
        ],
    ),
    (
        'primary: "#17545f"\naccent: "#ff0000"\n',
        [
            (
                "weak-colour",
                "too pale: contrast 4.00 on white paper, 3.54 on its tint",
                "`'#de0000'`",
            )
        ],
    ),
    (
        'primary: "#1d5b66"\naccent: "#7a3b1c"\n',
        [
            (
                "same-grey",
                "cannot be told apart in greyscale: contrast 1.00; at least 1.5 is needed",
                "`'#a55026'`",
            )
        ],
    ),
]


@pytest.mark.parametrize(("brand", "expected"), BRANDS)
def test_a_brands_colours_are_told_with_the_nearest_that_pass(
    brand: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    found = _told(brand, tmp_path)
    assert [diagnostic.code for diagnostic in found] == [code for code, _, _ in expected]
    for diagnostic, (_, words, remedy) in zip(found, expected, strict=True):
        assert words in diagnostic.message
        assert remedy in (diagnostic.hint or "")


@pytest.mark.parametrize("brand", [brand for brand, expected in BRANDS if expected])
def test_the_remedy_is_one(brand: str, tmp_path: Path) -> None:
    """What a message proposes passes when it is written into the file."""
    (told,) = _told(brand, tmp_path)
    (colour, *_), (proposed,) = (_colours(words or "") for words in (told.message, told.hint))
    assert told.code not in {d.code for d in _told(brand.replace(colour, proposed), tmp_path)}


def test_panels_have_the_tint_that_is_checked() -> None:
    tokens = (SHIPPED.templates / "styles" / "tokens.j2").read_text("utf-8")
    assert f"tint(primary, {PANEL}) %}}" in tokens


def _colours(words: str) -> list[str]:
    return re.findall("#[0-9a-f]{6}", words)


def _readable(colour: str) -> bool:
    return contrast(colour, WHITE) >= READABLE


def _lighter(colour: str) -> str:
    """A little less than one step of lightness."""
    channels = (min(255, int(colour[at : at + 2], 16) + 2) for at in (1, 3, 5))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _hue(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return rgb_to_hls(red, green, blue)[0]


def _told(brand: str, folder: Path) -> list[Diagnostic]:
    make_workspace(folder, {"brand.yaml": brand})
    try:
        return list(open_workspace(folder).diagnostics)
    except HandoutsError as error:
        return list(error.diagnostics)


URGENT_REDS = {
    'primary: "#b0202a"\naccent: "#0a2a30"\n': "`primary`",
    'primary: "#0a2a30"\naccent: "#a8201a"\n': "`accent`",
}


@pytest.mark.parametrize(("brand", "name"), URGENT_REDS.items())
def test_a_brand_that_looks_like_urgent_help_is_told(brand: str, name: str, tmp_path: Path) -> None:
    (diagnostic,) = _told(brand, tmp_path)
    assert diagnostic.code == "like-urgent"
    assert diagnostic.message.startswith(f"{name} looks like the red of urgent help")
    assert "a darker or browner red" in (diagnostic.hint or "")
