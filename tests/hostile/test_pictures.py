"""Pictures that try to run, read or fetch something, or to fill the memory."""

from __future__ import annotations

import base64
import zlib
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handouts.pdf import render
from handouts.pdf.read import page_pictures
from tests.hostile_inputs import EARLIER, PRINTED, build_unseen, chunk, errors, files, png
from tests.world import TINY_LEAFLET

pytestmark = pytest.mark.usefixtures("library")

RED = bytes((200, 30, 30))


def _saved(image: Image.Image, name: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def _red(mode: str, width: int = 60, height: int = 60) -> Image.Image:
    return Image.new("RGB", (width, height), tuple(RED)).convert(mode)


def _turned() -> bytes:
    exif = Image.Exif()
    exif[274] = 6
    return _saved(_red("RGB", 90, 60), "JPEG", exif=exif)


# Logos as SVG -----------------------------------------------------------------------------------

LAUGHS = "".join(
    f"<g id='{name}'>" + f"<use href='#{before}'/>" * 10 + "</g>"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
SMALL = base64.b64encode(png(3, 3, RED)).decode()

DRAWN = {
    "plain shapes": "<rect width='9' height='9' fill='#c81e1e'/>",
    "a gradient of its own": "<linearGradient id='g'><stop stop-color='red'/></linearGradient>"
    "<rect width='9' height='9' fill='url(#g)'/>",
    "a copy of its own part": "<g id='it'><circle r='4'/></g><use href='#it' x='9'/>",
    "a picture inside": f"<image width='9' height='9' href='data:image/png;base64,{SMALL}'/>",
    "a link to the clinic": "<a href='https://clinic.example'><circle r='4'/></a>",
    "a style of its own": "<style>.a { fill: url(#g) }</style><circle class='a' r='4'/>",
}

REFUSED = {
    "a script": ("<script>alert()</script>", "contains a script"),
    "a script of a server": ("<script href='WEB'/>", "contains a script"),
    "a handler": ("<g onload='alert()'/>", "contains a script"),
    "a web page": ("<foreignObject><img src='WEB'/></foreignObject>", "contains embedded HTML"),
    "a copy from a file": ("<use href='FILE#it'/>", "refers to another file"),
    "a copy in old spelling": ("<use xlink:href='FILE#it'/>", "refers to another file"),
    "a copy of a server": ("<use href='WEB#it'/>", "refers to another file"),
    "a fill from elsewhere": (
        "<rect width='9' height='9' style='fill: url(FILE#it)'/>",
        "an external resource in its style",
    ),
    "a fill in quotes": ("<rect fill='url( \"FILE#it\" )'/>", "an external resource in its style"),
    "a fill in escapes": (
        r"<rect style='fill: u\72 l(FILE#it)'/>",
        "an external resource in its style",
    ),
    "a filter": ("<g filter='url(WEB#it)'/>", "an external resource in its style"),
    "a file": ("<image width='9' height='9' href='FILE'/>", "loads an external picture"),
    "a file in old spelling": ("<image xlink:href='FILE'/>", "loads an external picture"),
    "a picture of a server": ("<image href='WEB'/>", "loads an external picture"),
    "a picture beside it": ("<image href='../private.svg'/>", "loads an external picture"),
    "a drawing in a drawing": (
        "<image href='data:image/svg+xml,%3Csvg/%3E'/>",
        "contains a picture that is not a PNG or JPEG: `image/svg+xml`",
    ),
    "a damaged picture": (
        "<image href='data:image/png;base64,AAAA'/>",
        "contains a picture that is damaged",
    ),
    "a style sheet": ("<style>@import url(WEB);</style>", "an external resource in its style"),
    "a style sheet by its name": (
        "<style>@import 'WEB';</style>",
        "an external resource in its style",
    ),
    "a style sheet in a comment": (
        "<style>@im/* */port</style><style>a { b: url(/**/WEB) }</style>",
        "an external resource in its style",
    ),
    "a font": (
        "<style>@font-face {font-family: A; src: url(FILE)}</style>",
        "an external resource in its style",
    ),
    "another base": ("<g xml:base='WEB'><use href='#it'/></g>", "refers to another file"),
    "an entity": ("&private;", "declares XML entities that refer to other files"),
    "an unknown entity": ("&nothing;", "is not a valid SVG file"),
    "itself": ("<g id='it'><use href='#it'/></g>", "copies an element into itself"),
    "itself by way of another": (
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "copies an element into itself",
    ),
    "a million laughs": (f"<circle id='a' r='1'/>{LAUGHS}", "more than 5,000 elements"),
    "patterns of patterns": (
        "".join(
            f"<pattern id='p{n}' width='9' height='9'>"
            + f"<rect width='9' height='9' fill='url(#p{n + 1})'/>" * 10
            + "</pattern>"
            for n in range(9)
        )
        + "<rect width='9' height='9' fill='url(#p0)'/>",
        "more than 5,000 elements",
    ),
    "groups in groups": ("<g>" * 10_000 + "</g>" * 10_000, "more than 100 levels"),
    "parts after parts": ("<g/>" * 10_000, "more than 5,000 elements"),
    "a part never closed": ("<g>", "is not a valid SVG file"),
}


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that the engine asks its fetcher for; nothing is kept from earlier builds."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "cache"))
    weasyprint, fonts, fetcher = render._engine()
    asked: list[str] = []

    def record(url: str, *arguments: Any, **options: Any) -> Any:
        asked.append(url)
        return fetcher(url, *arguments, **options)

    monkeypatch.setattr(render, "_engine", lambda: (weasyprint, fonts, record))
    return asked


@pytest.mark.parametrize("inside", DRAWN.values(), ids=DRAWN)
def test_a_logo_of_its_own_parts_is_printed(
    inside: str, tmp_path: Path, fetched: list[str]
) -> None:
    result = build_unseen(_logo(inside), tmp_path)
    assert result.exit_code == 0, result.output
    assert _has_red_logo(tmp_path)
    assert fetched
    assert {address.partition(":")[0] for address in fetched} == {"data"}


@pytest.mark.parametrize(("inside", "words"), REFUSED.values(), ids=REFUSED)
def test_a_logo_that_needs_something_else_is_refused(
    inside: str, words: str, tmp_path: Path, fetched: list[str]
) -> None:
    """One error at the logo's line in ``brand.yaml``, with a remedy; the engine never sees it."""
    result = build_unseen(_logo(inside), tmp_path)
    assert result.exit_code == 1, result.output
    assert errors(result) == [("unreadable-picture", tmp_path / "clinic" / "brand.yaml", 1, 7)]
    assert words in result.output
    assert "Save it as a plain SVG" in result.output
    assert files(tmp_path / "out") == EARLIER
    assert fetched == []


ENCODED = {
    "entities of entities": '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'
    "".encode("utf-16"),
    "a long entity": f'<!DOCTYPE svg [<!ENTITY a "{"ha" * 200}">]><svg>&a;</svg>'.encode(),
    "an entity of elements": b'<!DOCTYPE svg [<!ENTITY a "<g/>">]><svg>&a;</svg>',
    "an entity used too often": b'<!DOCTYPE svg [<!ENTITY a "%b">]><svg>%b</svg>'
    % (b"ha" * 99, b"&a;" * 6_000),
    "a style sheet above": b"<?xml-stylesheet href='x.css'?><svg/>",
    "a zipped drawing": zlib.compress(b"<svg/>"),
    "a web page": b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
    "nothing": b"",
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_a_file_that_is_no_drawing_is_refused(data: bytes, tmp_path: Path) -> None:
    result = build_unseen({"brand.yaml": "logo: logo.svg\n", "logo.svg": data}, tmp_path)
    assert errors(result) == [("unreadable-picture", tmp_path / "clinic" / "brand.yaml", 1, 7)]


def test_a_figure_of_the_clinic_is_looked_into_too(tmp_path: Path) -> None:
    """The error stands at the figure's file."""
    figure = '<svg xmlns="http://www.w3.org/2000/svg"><image href="FILE"/></svg>'
    block = (
        "      - {type: figure, title: A, caption: B, panels: [{drawing: mine, alt: C}]}\n"
        "      - type: sources\n"
    )
    leaflet = TINY_LEAFLET.replace("      - type: sources\n", block)
    contents = {
        "templates/figures/mine.svg.j2": figure,
        "content/leaflets/tiny-leaflet.yaml": leaflet,
    }
    result = build_unseen(contents, tmp_path)
    place = tmp_path / "clinic" / "templates/figures/mine.svg.j2"
    assert errors(result) == [("unreadable-picture", place, 1, 1)]


# Logos as PNG and JPEG --------------------------------------------------------------------------

SEEN = {
    "CMYK": ("logo.jpg", _saved(_red("CMYK"), "JPEG", quality=95)),
    "turned by its camera": ("logo.jpg", _turned()),
    "16 bits of each colour": ("logo.png", png(60, 60, b"\xc8\xc8\x1e\x1e\x1e\x1e", bits=16)),
    "a palette": ("logo.png", _saved(_red("P"), "PNG")),
    "see-through": ("logo.png", _saved(_red("RGBA"), "PNG")),
    "20,000 pixels wide": ("logo.png", png(20_000, 1_000, RED)),
    "a film": ("logo.png", _saved(_red("RGB"), "PNG", save_all=True, append_images=[_red("RGB")])),
    "a JPEG with spoilt EXIF": (
        "logo.jpg",
        _saved(_red("RGB"), "JPEG", exif=b"Exif\0\0 spoilt"),
    ),
    "a JPEG by the name of a PNG": ("logo.png", _saved(_red("RGB"), "JPEG")),
}

UNSEEN = {
    "16 bits of grey": ("logo.png", png(9, 9, b"\x77\x77", bits=16, kind=0), "16-bit greyscale"),
    "20,000 pixels square": ("logo.png", png(20_000, 20_000, b"\0", 8, 0), "too many"),
    "10,000 pixels square": ("logo.png", png(10_000, 10_000, b"\0", 8, 0), "too many"),
    "a size that is a lie": (
        "logo.png",
        png(3, 3, RED).replace(b"\0\0\0\3" * 2, b"\0\0\xff\xff" * 2),
        "damaged",
    ),
    "no size": ("logo.png", png(0, 0, RED), "damaged"),
    "a bomb in a comment": (
        "logo.png",
        png(9, 9, RED, more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))),
        "damaged",
    ),
    "a bomb in a colour profile": (
        "logo.png",
        png(9, 9, RED, more=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000)))),
        "damaged",
    ),
    "half a PNG": ("logo.png", png(99, 99, RED)[:90], "damaged"),
    "half a JPEG": ("logo.jpg", _saved(_red("RGB", 400, 400), "JPEG")[:1500], "damaged"),
    "a PNG with spoilt EXIF": (
        "logo.png",
        _saved(_red("L"), "PNG", exif=b"a\0\0x spoilt"),
        "damaged",
    ),
    "nothing": ("logo.png", b"", "damaged"),
    "a GIF by the name of a PNG": ("logo.png", _saved(_red("P"), "GIF"), "damaged"),
    "a program": ("logo.png", b"#!/bin/sh\ntouch written\n", "damaged"),
}


@pytest.mark.parametrize(("name", "data"), SEEN.values(), ids=SEEN)
def test_an_odd_picture_is_printed_in_its_colours(name: str, data: bytes, tmp_path: Path) -> None:
    result = build_unseen({"brand.yaml": f"logo: {name}\n", name: data}, tmp_path)
    assert result.exit_code == 0, result.output
    assert _has_red_logo(tmp_path)


@pytest.mark.parametrize(("name", "data", "words"), UNSEEN.values(), ids=UNSEEN)
def test_a_picture_that_cannot_be_printed_is_refused(
    name: str, data: bytes, words: str, tmp_path: Path
) -> None:
    result = build_unseen({"brand.yaml": f"logo: {name}\n", name: data}, tmp_path)
    assert errors(result) == [("unreadable-picture", tmp_path / "clinic" / "brand.yaml", 1, 7)]
    assert words in result.output
    assert "Save it as a PNG or JPEG" in result.output
    assert files(tmp_path / "out") == EARLIER


def _has_red_logo(folder: Path) -> bool:
    """Whether the corner of the first page, where the logo stands, has its red."""
    page, *_ = page_pictures((folder / "out" / PRINTED).read_bytes())
    with Image.open(BytesIO(page)) as picture:
        corner = picture.convert("RGB").crop((70, 50, 130, 110))
    pixels = (corner.getpixel(place) for place in product(range(60), range(60)))
    return any(r > 170 and g < 90 and b < 90 for r, g, b in pixels)  # type: ignore[misc]


def _logo(inside: str) -> dict[str, str | bytes]:
    entity = '<!DOCTYPE svg [<!ENTITY private SYSTEM "FILE">]>' if "&private" in inside else ""
    words = '<rect width="30" height="30" fill="#c81e1e"/><text y="20">Our logo</text>'
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    svg = f'<svg {names} viewBox="0 0 99 40">{words}{inside}</svg>'
    return {"brand.yaml": "logo: logo.svg\n", "logo.svg": entity + svg}
