"""Photographs in figures: found by name, checked, signed for, and printed."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from handouts.api.project import open_project
from handouts.content.layers import Library
from tests.world import DAY, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
FIGURE = TINY_LEAFLET.replace(
    "  - id: sources\n",
    """\
      - type: figure
        title: How it looks
        caption: A photograph.
        tone: medium
        panels:
          - drawing: my-skin
            alt: Skin that is red.
  - id: sources
""",
)
RED, BLUE = (200, 30, 30), (30, 30, 200)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 0h4v3H0z"/></svg>'


def photograph(colour: tuple[int, int, int] = RED, width: int = 900, kind: str = "JPEG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, width * 2 // 3), colour).save(buffer, kind)
    return buffer.getvalue()


def clinic(folder: Path, files: dict[str, bytes | str]) -> Path:
    pictures = {f"templates/figures/{name}": data for name, data in files.items()}
    return make_tiny(folder, {LEAFLET: FIGURE, **pictures})


def colours(pdf: bytes) -> set[tuple[int, int, int]]:
    """The strong colours of the pages, each rounded to hundreds."""
    found = set()
    for page in pypdfium2.PdfDocument(pdf):
        counts = page.render(scale=0.5).to_pil().convert("RGB").getcolors(1_000_000) or []
        found |= {colour for count, colour in counts if count > 1000 and min(colour) < 100}
    return {(r // 100 * 100, g // 100 * 100, b // 100 * 100) for r, g, b in found}


FOUND = {
    "a JPEG": ({"my-skin.jpg": photograph()}, (200, 0, 0)),
    "a PNG": ({"my-skin.png": photograph(kind="PNG")}, (200, 0, 0)),
    "a long ending": ({"my-skin.jpeg": photograph()}, (200, 0, 0)),
    "a drawing before a photograph": (
        {"my-skin.jpg": photograph(), "my-skin.svg.j2": DRAWING.replace("d=", 'fill="#1e1ec8" d=')},
        (0, 0, 200),
    ),
    "PNG before JPEG": (
        {"my-skin.jpg": photograph(), "my-skin.png": photograph(BLUE, kind="PNG")},
        (0, 0, 200),
    ),
}


@pytest.mark.parametrize(("files", "colour"), FOUND.values(), ids=FOUND)
def test_a_figure_names_it_like_a_drawing(
    files: dict[str, bytes | str], colour: tuple[int, int, int], tmp_path: Path, library: Library
) -> None:
    folder = clinic(tmp_path, files)
    pdf = open_project(folder, library=library).leaflet("tiny-leaflet", on=DAY).pdf()
    assert colour in colours(pdf)


def test_black_ink_prints_it_in_greys(tmp_path: Path, library: Library) -> None:
    folder = clinic(tmp_path, {"my-skin.jpg": photograph()})
    leaflet = open_project(folder, library=library).leaflet("tiny-leaflet", on=DAY, ink="black")
    assert all(len(set(colour)) == 1 for colour in colours(leaflet.pdf()))


TOLD = {
    "too few pixels for its width": (
        {"my-skin.jpg": photograph(width=400)},
        ("poor-picture", "warning", "tiny-leaflet.yaml", 20),
    ),
    "damaged": (
        {"my-skin.jpg": photograph()[:300]},
        ("unreadable-picture", "error", "my-skin.jpg", 1),
    ),
    "not there": ({}, ("missing-image", "error", "tiny-leaflet.yaml", 20)),
    "a format that is not printed": (
        {"my-skin.webp": b"RIFF", "my-skin.jpg": photograph()},
        ("not-read", "warning", "my-skin.webp", 1),
    ),
    "capitals": (
        {"my-skin.JPG": photograph(), "my-skin.png": photograph(kind="PNG")},
        ("not-read", "warning", "my-skin.JPG", 1),
    ),
    "two of one name": (
        {"my-skin.jpg": photograph(), "my-skin.png": photograph(kind="PNG")},
        ("not-read", "warning", "my-skin.jpg", 1),
    ),
}


@pytest.mark.parametrize(("files", "told"), TOLD.values(), ids=TOLD)
def test_what_is_wrong_is_told_where_it_stands(
    files: dict[str, bytes | str], told: tuple[str, str, str, int], tmp_path: Path
) -> None:
    folder = clinic(tmp_path, files)
    for command in ("check", "build"):
        where: list[str | Path] = ["-o", tmp_path / "out"] if command == "build" else []
        answer = json.loads(
            handouts(command, "tiny-leaflet", "--json", "-w", folder, *where).stdout
        )
        found = [
            (d["code"], d["severity"], Path(d["file"]).name, d["line"])
            for d in answer["diagnostics"]
            if d["code"] != "draft"
        ]
        assert found == [told], command


def test_another_photograph_ends_an_approval(tmp_path: Path, library: Library) -> None:
    standings = []
    for colour in (RED, BLUE):
        folder = clinic(tmp_path / str(colour[0]), {"my-skin.jpg": photograph(colour)})
        leaflet = open_project(folder, library=library).leaflet("tiny-leaflet", on=DAY)
        standings.append(dict(leaflet.standing.parts))
    before, now = standings
    assert {name for name in before if before[name] != now[name]} == {"drawing my-skin"}


def test_the_picture_of_a_leaflet_may_be_one_which_is_checked_too(tmp_path: Path) -> None:
    named = TINY_LEAFLET.replace("sections:", "picture: {drawing: my-skin}\nsections:", 1)
    for width, told in ((900, []), (150, ["poor-picture"])):
        files = {"templates/figures/my-skin.jpg": photograph(width=width)}
        folder = make_tiny(tmp_path / str(width), {LEAFLET: named, **files})
        answer = json.loads(handouts("check", "tiny-leaflet", "--json", "-w", folder).stdout)
        assert [d["code"] for d in answer["diagnostics"] if d["code"] != "draft"] == told
