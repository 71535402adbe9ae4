"""Marks of leaflets that may not be handed out: no clinic's file can hide, move or change them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from handouts.content.layers import FONTS
from handouts.model.text import Text
from handouts.page.compose import Page
from handouts.page.marks import mark_height
from handouts.pdf.marks import EDGE
from handouts.pdf.read import page_pictures
from handouts.pdf.render import render_pdf
from tests.world import demo_task, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

DRAFT = "Draft. No clinician has approved this leaflet. Do not give it to patients."
LEAFLET = "content/leaflets/tiny-leaflet.yaml"
PDF = "tiny-leaflet_en-GB_a4{}-DRAFT.pdf"
LOOKS = {"a4": "", "letter": "", "large": "_large", "summary": "_summary", "black": "_black"}

HEIGHT = 20
"""Points of the strip at the top of a page that holds a mark of one line, below its edge."""


def built(folder: Path, files: Mapping[str, str | bytes], *options: str) -> bytes:
    """The draft of the tiny leaflet with a clinic's files."""
    clinic, out = make_tiny(folder / "clinic", files), folder / "out"
    result = handouts("build", "tiny-leaflet", *options, "-w", clinic, "-o", out)
    assert result.exit_code == 0, result.stderr
    (path,) = out.glob("*-DRAFT.pdf")
    return path.read_bytes()


def strips(pdf: bytes) -> list[bytes]:
    """The pixels where the mark is on each page."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture: Image.Image = page.render(scale=2).to_pil().convert("L")
            top, side = 2 * EDGE + 2, 2 * 17 * 72 / 25.4 + 2
            box = (int(side), int(top), int(picture.width - side), int(top + 24))
            found.append(picture.crop(box).tobytes())
    return found


def words_at_the_top(pdf: bytes) -> list[str]:
    """The text of each page's strip, and nothing that is less than 5 mm from the edge."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = []
        for page in document:
            width, height = page.get_size()
            strip = (EDGE, height - EDGE - 2.5 * HEIGHT, width - EDGE, height - EDGE + 0.5)
            texts.append(" ".join(page.get_textpage().get_text_bounded(*strip).split()))
    return texts


@lru_cache(maxsize=1)
def _strip() -> bytes:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        (strip,) = strips(built(Path(folder), {}))
    return strip


def style(css: str) -> dict[str, str | bytes]:
    """A clinic's template that adds a style to the shipped leaflet."""
    template = '{% extends "shipped:leaflet.html.j2" %}{% block styles %}{{ super() }}'
    return {"templates/leaflet.html.j2": f"{template}{css}{{% endblock %}}"}


def font_face(name: str, file: str) -> str:
    data = base64.b64encode((FONTS / file).read_bytes()).decode()
    return f'@font-face {{ font-family: "{name}"; src: url(data:font/ttf;base64,{data}); }}'


ALL = "html, body, p, div, b, strong, .mark, .band"
HIDING: dict[str, Mapping[str, str | bytes]] = {
    "not displayed": style(".mark, .band { display: none }"),
    "white": style(f"{ALL} {{ color: white !important }}"),
    "tiny": style(f"{ALL} {{ font-size: 0.01pt !important }}"),
    "transparent": style("html, body { opacity: 0.01 }"),
    "of no height": style(".mark, .band { overflow: hidden; height: 0 }"),
    "moved": style("body { transform: translate(300mm, 300mm) }"),
    "turned": style("html, body { transform: rotate(180deg) }"),
    "a margin without content": style("@page { @top-center { content: none } }"),
    "no margin": style("@page { margin: 0 }"),
    "a great margin": style("@page { margin: 60mm }"),
    "another text": style('.band::after { content: "Clinically approved" }'),
    "a box over it": style(
        "body::after { content: ''; position: fixed; z-index: 999999; top: -20mm; left: -20mm;"
        " width: 300mm; height: 60mm; background: white }"
    ),
    "a margin box over it": style(
        "@page { @top-left-corner { content: ''; background: white; width: 210mm;"
        " height: 20mm; z-index: 99 } }"
    ),
    "a font of other shapes": style(font_face("Noto Sans", "NotoSansSymbols2-Subset.ttf")),
    "an empty part": {"templates/parts/running.html.j2": ""},
    "a page of its own": {
        "templates/leaflet.html.j2": '<html lang="en"><head><title>Approved</title>'
        '<meta name="author" content="x"><style>@page { size: A4 }</style></head>'
        "<body><p>Approved by all.</p></body></html>"
    },
    "bleed and crop marks": style("@page { bleed: 0mm; marks: crop }"),
}


@pytest.mark.parametrize("files", HIDING.values(), ids=HIDING)
def test_nothing_of_a_clinics_changes_the_mark(
    files: Mapping[str, str | bytes], tmp_path: Path
) -> None:
    """Neither its pixels nor its words, on any page."""
    pdf = built(tmp_path, files)
    assert all(DRAFT in text for text in words_at_the_top(pdf))
    assert set(strips(pdf)) == {_strip()}


WAYS = {
    "plainly": "<style>{}</style>",
    "in capitals": "<STYLE>{}</STYLE>",
    "with escapes": "<style>{}</style>",
    "imported": "<style>@import url(data:text/css;base64,{});</style>",
    "linked": '<link rel="stylesheet" href="data:text/css;base64,{}">',
}


@pytest.mark.parametrize("way", WAYS)
def test_a_font_for_one_page_is_not_used_in_the_next(way: str) -> None:
    """Two clinics may give their fonts the same name; in a batch, one process makes both."""

    def picture(name: str, file: str) -> tuple[bytes, ...]:
        css = font_face(name, file) + f"body {{ font-family: {name} }}"
        if "base64" in WAYS[way]:
            css = base64.b64encode(css.encode()).decode()
        css = css.replace("@font-face", "@\\66ont-face") if way == "with escapes" else css
        head = f'<html lang="en"><head><title>A</title>{WAYS[way].format(css)}</head>'
        return page_pictures(render_pdf(Page(f"{head}<body><p>Aagh</p></body></html>", "A")).pdf)

    house = way.replace(" ", "")
    light = picture(house, "NotoSans-Regular.ttf")
    bold = picture(house, "NotoSans-Bold.ttf")
    assert bold == picture(f"{house}2", "NotoSans-Bold.ttf")
    assert bold != light


@pytest.mark.parametrize("size", ["60mm 60mm", "A9", "300mm 12mm"])
def test_a_page_without_room_for_it_is_refused(size: str, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, style(f"@page {{ size: {size}; margin: 0 }}"))
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    assert (result.exit_code, "no-mark" in result.stderr) == (1, True), result.stderr
    assert not list((tmp_path / "out").glob("*.pdf"))


LOOK_OPTIONS = {
    "a4": ("--paper", "a4"),
    "letter": ("--paper", "letter"),
    "large": ("--edition", "large"),
    "summary": ("--edition", "summary"),
    "black": ("--ink", "black"),
    "for one person": ("--for", "Mrs Example"),
    "for one person, on letter": ("--for", "Mrs Example", "--paper", "letter"),
    "for one person, large": ("--for", "Mrs Example", "--edition", "large"),
}


@pytest.mark.parametrize("options", LOOK_OPTIONS.values(), ids=LOOK_OPTIONS)
def test_every_page_of_every_look_is_marked_where_printers_print(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    pdf = built(tmp_path, {}, *options)
    texts = words_at_the_top(pdf)
    assert texts
    assert all(DRAFT in text for text in texts), texts


@pytest.mark.parametrize("page_format", ["html", "png"])
def test_so_are_the_other_formats(page_format: str, tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic", HIDING["a page of its own"]), tmp_path / "out"
    handouts("build", "tiny-leaflet", "--format", page_format, "-w", clinic, "-o", out)
    (path,) = out.glob(f"*-DRAFT.{page_format}")
    if page_format == "html":
        text = path.read_text("utf-8")
        assert "<strong>Draft.</strong> No clinician has approved" in text
        assert "<title>DRAFT: A tiny leaflet</title>" in text
        assert "<title>Approved" not in text
    else:
        assert min(Image.open(path).convert("L").crop((100, 22, 800, 40)).tobytes()) < 200


TITLES = {
    "none": "",
    "another": "<title>Approved: everything</title>",
    "two": "<title>Approved</title><title>Fine</title>",
}


@pytest.mark.parametrize("written", TITLES.values(), ids=TITLES)
def test_the_title_says_that_it_is_a_draft_whatever_a_template_writes(
    written: str, tmp_path: Path
) -> None:
    head = f'<html lang="en"><head>{written}<meta name="author" content="x"></head>'
    template = f"{head}<body><p>A</p></body></html>"
    pdf = built(tmp_path, {"templates/leaflet.html.j2": template})
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_value("Title") == "DRAFT: A tiny leaflet"
    assert b"Approved" not in pdf


APPROVE = ("--role", "clinical", "--by", "Dr A. Example", "--date", "2026-11-22")
STATES = {
    "approved": ("2026-11-23", None, None),
    "overdue": ("2027-11-23", None, "Review overdue."),
    "changed": ("2026-11-23", "A point.", "Draft. The words changed after a clinician approved"),
    "ended": ("2027-02-01", None, "Draft. The approval of this leaflet has ended."),
    "changed and overdue": ("2027-11-23", "A point.", "patients. Review overdue."),
}


@pytest.mark.parametrize(("day", "words", "mark"), STATES.values(), ids=STATES)
@pytest.mark.parametrize("look", ["a4", "letter", "large"])
def test_the_mark_says_why(
    day: str, words: str | None, mark: str | None, look: str, tmp_path: Path
) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    until = ("--until", "2027-01-31") if mark and "ended" in mark else ()
    handouts("approve", "tiny-leaflet", *APPROVE, *until, "-w", clinic)
    if words:
        path = clinic / LEAFLET
        path.write_text(path.read_text("utf-8").replace("One point.", words), "utf-8")
    handouts("build", "tiny-leaflet", "--date", day, *LOOK_OPTIONS[look], "-w", clinic, "-o", out)
    (path,) = out.glob("*.pdf")
    (text, *_) = words_at_the_top(path.read_bytes())
    assert (mark in text) if mark else "Draft" not in text
    assert path.name.endswith("-DRAFT.pdf") == bool(mark)


def test_the_room_for_a_mark_counts_lines_that_end_between_words() -> None:
    """Three words of more than half a line take three lines, not the two that they would fill."""
    words = Text.parse(" ".join(["x" * 30] * 3))
    made = demo_task("dark-marks", "a4", "large").document.model_copy(update={"marks": (words,)})
    assert mark_height(made) == pytest.approx((2 + 3 * 1.25 * 16) / 72 * 25.4)
