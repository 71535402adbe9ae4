"""A clinic's picture is printed as a browser shows it, or there are words about it."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
from PIL import Image

from handouts.content.assets.svg import SVG, svg_fault
from handouts.model.clinic import Picture
from handouts.page.pictures import LOGO_WIDTH
from handouts.pdf.pictures import PRINT_DPI, PrintedPicture, printed_picture, redrawn
from handouts.pdf.read import page_images
from handouts.store import NO_STORE, Store
from tests.hostile_inputs import png
from tests.world import TINY_LEAFLET, handouts, make_tiny

RED, BLUE, TEAL, WHITE = (255, 0, 0), (0, 0, 255), (29, 91, 102), (255, 255, 255)
STOPS = '<stop offset="0" stop-color="#f00"/><stop offset="1" stop-color="#00f"/>'
BOX = '<rect width="100" height="50" fill="#f00"/>'
NO_FONT = "words that name no font"


def svg(inside: str, root: str = 'viewBox="0 0 100 50"') -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {names} xmlns:i="http://example.com/editor" {root}>{inside}</svg>'.encode()


def printed(data: bytes, media_type: str = SVG) -> PrintedPicture:
    """How a logo is printed; the file itself is in order."""
    assert media_type != SVG or svg_fault(data) is None
    return printed_picture(Picture(data=data, media_type=media_type), "logo", LOGO_WIDTH, NO_STORE)


def colours(png_data: bytes, *places: tuple[float, float]) -> list[tuple[int, ...]]:
    """Colours on white paper, at places in a drawing 100 by 50."""
    picture = Image.open(BytesIO(png_data)).convert("RGBA")
    paper = Image.new("RGBA", picture.size, WHITE)
    paper.alpha_composite(picture)
    spots = [(int(x / 100 * paper.width), int(y / 50 * paper.height)) for x, y in places]
    return [paper.convert("RGB").getpixel(spot) for spot in spots]  # type: ignore[misc]


def teal_png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (400, 200), TEAL).save(buffer, "PNG")
    return buffer.getvalue()


LOGOS = {
    "logo.svg": svg('<rect width="100" height="50" fill="teal"/>'),
    "logo.png": teal_png(),
}


@pytest.mark.parametrize("name", LOGOS)
def test_with_black_ink_nothing_has_a_colour(name: str, tmp_path: Path) -> None:
    brand = f"logo: {name}\nprimary: '#1d5b66'\n"
    clinic = make_tiny(tmp_path, {"brand.yaml": brand, name: LOGOS[name]})
    handouts("build", "tiny-leaflet", "--ink", "black", "-w", clinic, "-o", tmp_path / "out")
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    pages = page_images(pdf.read_bytes(), 60)
    colours = {colour for page in pages for _, colour in page.getcolors(1_000_000)}
    assert {colour for colour in colours if max(colour) - min(colour) > 8} == set()


class Wrong(NamedTuple):
    """A drawing that the engine draws in another way, and a place in it with its colour."""

    inside: str
    place: tuple[float, float]
    colour: tuple[int, int, int]


WRONG = {
    "a mask with a clipped layer": Wrong(
        '<defs><rect id="p" width="100" height="50" rx="20"/></defs><mask id="m" fill="white">'
        '<use xlink:href="#p"/></mask><path d="M0 0H100V50H0Z" fill="#f00" mask="url(#m)"/>',
        (50, 25),
        RED,
    ),
    "a filter that changes colours": Wrong(
        '<filter id="f"><feColorMatrix values="0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0"/>'
        "</filter>"
        '<rect x="10" y="10" width="80" height="30" fill="#00f" filter="url(#f)"/>',
        (50, 25),
        RED,
    ),
    "a shadow": Wrong(
        '<filter id="f"><feDropShadow dx="5" dy="5" stdDeviation=".1" flood-color="#00f"/>'
        "</filter>"
        '<rect x="20" y="10" width="50" height="25" fill="#f00" filter="url(#f)"/>',
        (73, 36),
        BLUE,
    ),
    "a blend mode": Wrong(
        f'{BOX}<rect width="50" height="50" fill="#00f" style="mix-blend-mode:screen"/>',
        (25, 25),
        (255, 0, 255),
    ),
    "a rotated gradient": Wrong(
        f'<linearGradient id="a" gradientTransform="rotate(45 .5 .5)">{STOPS}</linearGradient>'
        '<circle cx="50" cy="25" r="25" fill="url(#a)"/>',
        (50, 25),
        (127, 0, 127),
    ),
    "an unknown element": Wrong(
        '<circle cx="25" cy="25" r="20" fill="#f00"/>'
        '<i:guides><rect width="100" height="50" fill="#00f"/></i:guides>',
        (75, 25),
        WHITE,
    ),
    "an arc without a radius": Wrong(
        '<path fill="#f00" d="M10 10H80a0 0 0 0 1 0 0V30A10 10 0 0 1 70 40H10'
        'a0 0 0 0 1 0 0V10A0 0 0 0 1 10 10Z"/>',
        (95, 35),
        WHITE,
    ),
    "a pattern after another": Wrong(
        '<pattern id="q" width=".2" height=".4"><rect width="10" height="20" fill="#f00"/>'
        '</pattern><pattern id="p" href="#q"/><rect width="100" height="50" fill="url(#p)"/>',
        (5, 5),
        RED,
    ),
    "a hole in a clip": Wrong(
        '<clipPath id="a"><path clip-rule="evenodd" d="M0 0H100V50H0ZM20 10H80V40H20Z"/>'
        f'</clipPath><g clip-path="url(#a)">{BOX}</g>',
        (50, 25),
        WHITE,
    ),
    "a line below its fill": Wrong(
        '<path d="M20 10H80V40H20Z" fill="#f00" stroke="#00f" stroke-width="14" '
        'paint-order="stroke"/>',
        (23, 25),
        RED,
    ),
    "a colour that is too new, after an older one": Wrong(
        '<rect width="100" height="50" style="fill:#f00;fill:color(display-p3 0 0 1)"/>',
        (50, 25),
        RED,
    ),
    "the same in a style sheet": Wrong(
        "<style>rect { fill: #f00; fill: color(display-p3 0 0 1) }</style>"
        '<rect width="100" height="50"/>',
        (50, 25),
        RED,
    ),
    "a middle in per cent": Wrong(
        '<rect width="40" height="40" fill="#f00" '
        'style="transform-origin:50% 50%;transform:rotate(180deg)"/>',
        (95, 45),
        RED,
    ),
    "a clipped group in a mask": Wrong(
        '<clipPath id="c"><rect width="50" height="50"/></clipPath><mask id="m">'
        '<g clip-path="url(#c)"><rect width="100" height="50" fill="#fff"/></g></mask>'
        f'<g mask="url(#m)">{BOX}</g>',
        (75, 25),
        WHITE,
    ),
    "a layer that only an editor draws": Wrong(
        '<switch><foreignObject requiredExtensions="http://ns.example.com/"/>'
        f'<g><rect width="50" height="50" fill="#f00"/></g>{BOX}</switch>',
        (75, 25),
        WHITE,
    ),
}


@pytest.mark.parametrize(("inside", "place", "colour"), WRONG.values(), ids=WRONG)
def test_what_the_engine_draws_wrong_is_printed_as_browsers_show_it(
    inside: str, place: tuple[float, float], colour: tuple[int, int, int]
) -> None:
    """As a picture of 600 dots per inch at its printed size: up to 36 by 18 mm."""
    found = printed(svg(inside))
    assert found.drawn
    assert [(note.code, note.severity) for note in found.notes] == [("picture-redrawn", "info")]
    height = round(18 / 25.4 * PRINT_DPI)
    assert Image.open(BytesIO(found.drawn)).size == pytest.approx((2 * height, height), abs=1)
    assert colours(found.drawn, place) == [pytest.approx(colour, abs=8)]


# What the engine draws well stays a drawing, without a word.
RIGHT = {
    "shapes": svg('<circle cx="50" cy="25" r="20" fill="#1d5b66" stroke="red"/>'),
    "neighbours": svg("".join(f'<rect x="{x}" width="7.3" height="50"/>' for x in range(0, 90, 7))),
    "a gradient": svg(
        f'<linearGradient id="a">{STOPS}</linearGradient>'
        '<rect width="100" height="50" fill="url(#a)"/>'
    ),
    "an address in quotes": svg(
        f'<linearGradient id="a">{STOPS}</linearGradient>'
        '<rect width="100" height="50" style="fill:url(&quot;#a&quot;)"/>'
    ),
    "words in Noto Sans": svg(
        '<text x="5" y="35" font-family="Noto Sans, Arial" font-size="24">Larkfield</text>'
    ),
    "a font that no word uses": svg(
        f"<style>@font-face {{ font-family: X; src: url(data:font/woff2;base64,AA) }}</style>{BOX}"
    ),
    "a size in millimetres": svg(BOX, 'width="20mm" height="10mm" viewBox="0 0 100 50"'),
    "short names of namespaces": (
        b'<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
        b'<svg xmlns="&ns_svg;" viewBox="0 0 100 50"><rect width="100" height="50"/></svg>'
    ),
}


@pytest.mark.parametrize("data", RIGHT.values(), ids=RIGHT)
def test_what_the_engine_draws_well_stays_a_drawing(data: bytes) -> None:
    if b"font-face" in data:
        assert [note.code for note in printed(data).notes] in ([], ["picture-redrawn"])
    else:
        assert printed(data) == PrintedPicture()


# What neither draws is refused, by the name of what it is.
REFUSED = {
    "a colour that is too new, alone": (
        '<rect width="100" height="50" style="fill:color(display-p3 0 0 1)"/>',
        "uses the colour `color(display-p3 0 0 1)`",
    ),
    "a variable": (
        "<style>:root { --a: red } rect { fill: var(--a) }</style><rect width='9' height='9'/>",
        "uses `var()`",
    ),
    "a shape to clip with": (
        '<rect width="100" height="50" style="clip-path:polygon(0 0,50px 0,0 50px)"/>',
        "uses `clip-path: polygon(0 0,50px 0,0 50px)`",
    ),
    "rules within rules": (
        "<style>g { rect { fill: red } }</style><g><rect width='9' height='9'/></g>",
        "rules within rules",
    ),
    "a turn in space": (f'<g style="transform:rotateX(45deg)">{BOX}</g>', "`transform: rotateX"),
    "letters that no font has": (
        '<text y="40" font-family="Noto Sans">漢字</text>',
        "has letters that no shipped font has",
    ),
}


@pytest.mark.parametrize(("inside", "words"), REFUSED.values(), ids=REFUSED)
def test_what_neither_renderer_draws_is_refused_by_its_name(inside: str, words: str) -> None:
    found = printed(svg(inside))
    assert found.drawn is None
    assert found.fault
    assert words in found.fault


def raster(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    return png(width, height, bytes(colour))


def embedding(pixels: int, place: str) -> bytes:
    data = base64.b64encode(raster(pixels, pixels, RED)).decode()
    return svg(f'<image {place} xlink:href="data:image/png;base64,{data}"/>')


POOR = {
    "white on white": (svg('<rect width="100" height="50" fill="#fff"/>'), SVG, "shows nothing"),
    "nearly white": (svg('<rect width="100" height="50" fill="#f4f4f4"/>'), SVG, "shows nothing"),
    "nothing": (svg(""), SVG, "shows nothing"),
    "a negative size": (
        svg('<rect width="-100" height="50" fill="#f00"/>'),
        SVG,
        "shows nothing",
    ),
    "a page of paper": (
        svg(
            '<rect x="80" y="120" width="50" height="25"/>',
            'width="210mm" height="297mm" viewBox="0 0 210 297"',
        ),
        SVG,
        "only 2 by 1.1 mm",
    ),
    "a corner": (svg('<rect width="20" height="10"/>'), SVG, "only 4.8 by 2.4 mm"),
    "a white PNG": (raster(800, 200, WHITE), "image/png", "shows nothing"),
    "30 pixels across": (raster(30, 30, RED), "image/png", "30 pixels are 64 dots per inch"),
    "30 pixels inside": (embedding(30, 'width="100"'), SVG, "30 pixels on 24 mm are 32 dots"),
    "100 pixels, scaled up inside": (
        embedding(100, 'width="40" transform="scale(.5) matrix(4 0 0 4 0 0)"'),
        SVG,
        "100 pixels on 19 mm are 132 dots",
    ),
    "another font": (
        svg('<text x="5" y="35" font-family="Montserrat" font-size="28">Larkfield</text>'),
        SVG,
        "words in `Montserrat`",
    ),
    "a font in shorthand": (
        svg('<text y="35" style="font: bold 20px/1.2 \'Gill Sans\', serif">Larkfield</text>'),
        SVG,
        "words in `Gill Sans`",
    ),
    "a font of a style sheet": (
        svg('<style>text { font-family: "Open Sans" }</style><text y="35">Larkfield</text>'),
        SVG,
        "words in `Open Sans`",
    ),
    "no font": (svg('<text y="35" font-size="24">Larkfield</text>'), SVG, NO_FONT),
}


@pytest.mark.parametrize(("data", "media_type", "words"), POOR.values(), ids=POOR)
def test_a_logo_that_would_disappoint_is_told(data: bytes, media_type: str, words: str) -> None:
    """A warning, with what to do."""
    note, *_ = printed(data, media_type).notes
    assert words in note.message
    assert note.hint
    assert note.severity == "warning"
    assert note.code == ("picture-font" if "words" in words else "poor-picture")


ODD_SIZES = {
    "a view box of three numbers": 'viewBox="0 0 100" width="100" height="50"',
    "a view box without numbers": 'viewBox="auto" width="100" height="50"',
    "a view box of nothing": 'viewBox="0 0 0 0" width="100" height="50"',
    "sizes below nothing": 'viewBox="0 0 100 50" width="-100" height="-50"',
    "sizes of words": 'viewBox="0 0 100 50" width="auto" height="auto"',
    "sizes in per cent": 'viewBox="0 0 100 50" width="100%" height="100%"',
    "a width alone": 'viewBox="0 0 100 50" width="40"',
}


@pytest.mark.parametrize("root", ODD_SIZES.values(), ids=ODD_SIZES)
def test_a_drawing_of_an_odd_size_keeps_its_proportions(root: str) -> None:
    found = printed(svg(BOX, root))
    assert found.fault is None
    if found.drawn:
        width, height = Image.open(BytesIO(found.drawn)).size
        assert width / height == pytest.approx(2, abs=0.02)
        assert colours(found.drawn, (5, 5), (95, 45)) == [RED, RED]


def test_a_drawing_like_a_line_is_refused() -> None:
    found = printed(svg(BOX, 'viewBox="0 0 100000 50"'))
    assert found.fault == "is more than 100 times as long as it is wide"


def test_the_same_drawing_gives_the_same_bytes_in_another_process() -> None:
    inside, _, _ = WRONG["a rotated gradient"]
    here = printed(svg(inside))
    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(printed, svg(inside)).result() == here


def test_a_drawing_is_drawn_once_for_a_store(tmp_path: Path) -> None:
    """Later processes read what is stored; other uses have other sizes."""
    picture = Picture(data=svg(WRONG["a blend mode"][0]), media_type=SVG)
    store = Store(tmp_path)
    first = printed_picture(picture, "logo", LOGO_WIDTH, store)
    (entry,) = store.entries()
    key = entry.parent.name + entry.name
    assert PrintedPicture.from_bytes(store.get(key) or b"") == first
    figure = redrawn(picture, "figure", 84, store=store)
    assert Image.open(BytesIO(figure.data)).width == ceil(84 / 25.4 * PRINT_DPI)
    assert len(store.entries()) == 2


# The whole way ----------------------------------------------------------------------------------

BLEND = svg(WRONG["a blend mode"][0])


def run(*arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
    result = handouts(*arguments, "--json")
    return result.exit_code, json.loads(result.stdout)["diagnostics"]


@pytest.mark.usefixtures("library")
def test_check_and_build_tell_what_happens_to_a_logo(tmp_path: Path) -> None:
    """Both at its line in ``brand.yaml``, also when nothing has changed; its colours are there."""
    clinic = make_tiny(tmp_path / "clinic", {"brand.yaml": "logo: logo.svg\n", "logo.svg": BLEND})
    checked = run("check", "-w", clinic)
    assert checked[0] == 0
    told = [(d["code"], d["file"], d["line"], d["column"]) for d in checked[1]]
    assert told == [("picture-redrawn", str(clinic / "brand.yaml"), 1, 7)]
    assert "`logo.svg`" in checked[1][0]["message"]
    for _ in range(2):
        assert run("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out") == checked
    (file,) = (tmp_path / "out").glob("*.pdf")
    page = page_images(file.read_bytes(), 72)[0].crop((40, 30, 150, 110))
    shown = {colour for _, colour in page.getcolors(10_000)}
    assert {RED, (255, 0, 255)} <= shown
    assert file.stat().st_size < 60_000


@pytest.mark.usefixtures("library")
def test_check_and_build_refuse_the_same_logo(tmp_path: Path) -> None:
    inside, words = REFUSED["a variable"]
    brand = "primary: '#1d5b66'\nlogo: mark.svg\n"
    clinic = make_tiny(tmp_path / "clinic", {"brand.yaml": brand, "mark.svg": svg(inside)})
    out = tmp_path / "out"
    for arguments in (("check", "-w", clinic), ("build", "tiny-leaflet", "-w", clinic, "-o", out)):
        code, told = run(*arguments)
        assert code == 1
        assert [(d["code"], d["line"], d["column"]) for d in told] == [("unreadable-picture", 2, 7)]
        assert "The logo `mark.svg` cannot be printed" in told[0]["message"]
        assert words in told[0]["message"]
    assert not out.exists()


@pytest.mark.usefixtures("library")
def test_a_figure_of_the_clinic_is_drawn_twice_too(tmp_path: Path) -> None:
    block = (
        "      - {type: figure, title: A, caption: B, panels: [{drawing: mine, alt: C}]}\n"
        "      - type: sources\n"
    )
    figure = "templates/figures/mine.svg.j2"
    leaflet = TINY_LEAFLET.replace("      - type: sources\n", block)
    clinic = make_tiny(
        tmp_path / "clinic", {figure: BLEND, "content/leaflets/tiny-leaflet.yaml": leaflet}
    )
    for arguments in (
        ("check", "-w", clinic),
        ("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out"),
    ):
        code, told = run(*arguments)
        assert code == 0
        assert [(d["code"], d["file"]) for d in told] == [("picture-redrawn", str(clinic / figure))]
    (file,) = (tmp_path / "out").glob("*.pdf")
    with pikepdf.open(file) as pdf:
        widths = {int(item.Width) for item in pdf.objects if "/Width" in _keys(item)}
    assert max(widths) >= 84 / 25.4 * PRINT_DPI


def _keys(item: Any) -> set[str]:
    return set(item.keys()) if isinstance(item, pikepdf.Stream) else set()


@pytest.mark.usefixtures("library")
def test_clinics_of_a_table_hear_of_their_logos(tmp_path: Path) -> None:
    """One that cannot be printed does not stop the others."""
    inside, _ = REFUSED["a variable"]
    rows = "id,name,phone,logo\none,One,020 7946 0000,blend.svg\ntwo,Two,020 7946 0000,var.svg\n"
    (tmp_path / "clinics.csv").write_text(rows)
    (tmp_path / "blend.svg").write_bytes(BLEND)
    (tmp_path / "var.svg").write_bytes(svg(inside))
    base = make_tiny(tmp_path / "clinic")
    table, out = tmp_path / "clinics.csv", tmp_path / "out"
    code, told = run("build", "tiny-leaflet", "-w", base, "--clinics", table, "-o", out)
    assert code == 1
    assert {(d["code"], d["line"]) for d in told} == {
        ("picture-redrawn", 2),
        ("unreadable-picture", 3),
    }
    assert [file.parent.name for file in out.rglob("*.pdf")] == ["one"]


def test_an_embedded_picture_is_not_drawn_again() -> None:
    data = base64.b64encode(raster(60, 30, TEAL)).decode()
    image = f'<image width="100" height="50" href="data:image/png;base64,{data}"/>'
    assert printed(svg(image)).drawn is None
