"""The drawings that we ship: each is described and printed, those of one figure have one height."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from handouts.cli.options import user_store
from handouts.content.layers import SHIPPED
from handouts.model.blocks import FigureBlock, Stage, TimelineBlock
from handouts.model.colour import contrast, pale_grey
from handouts.model.tables import Edition
from handouts.model.text import Text
from handouts.page.compose import Page, compose
from handouts.page.context import TemplateContext
from handouts.page.data_uris import svg_uri
from handouts.page.pictures import black_palette, palette
from handouts.page.templates import Templates
from handouts.pdf.render import render_pdf
from tests.world import demo, demo_document, demo_page, demo_task

FIGURES = SHIPPED.templates / "figures"


FILES = {path.name.removesuffix(".svg.j2") for path in FIGURES.glob("*.svg.j2")}
DRAWINGS = sorted(name for name in FILES if not name.startswith("_"))


def test_each_drawing_is_described() -> None:
    words = (FIGURES / "README.md").read_text("utf-8")
    assert {*re.findall(r"^\| `([\w-]+)`", words, re.MULTILINE)} <= {*DRAWINGS}
    assert {*DRAWINGS} <= {*re.findall(r"`([\w-]+)`", words)}


def test_each_drawing_is_printed_by_a_block() -> None:
    blocks = "".join(path.read_text("utf-8") for path in SHIPPED.content.rglob("*.yaml"))
    assert sorted(set(re.findall(r"drawing: ([\w-]+)", blocks))) == DRAWINGS


def test_each_leaflet_has_a_drawing_of_its_own_subject_which_no_figure_of_it_repeats() -> None:
    leaflets = {name: leaflet.model for name, leaflet in demo().leaflets.read.items()}
    own = {name: leaflet.picture.drawing for name, leaflet in leaflets.items() if leaflet.picture}
    assert own.keys() == leaflets.keys()
    assert len({*own.values()}) == len(leaflets)
    for name, drawing in own.items():
        blocks = (block.model for _, block, _ in demo().blocks_of(demo().leaflets.read[name]))
        figures = (block.panels for block in blocks if isinstance(block, FigureBlock))
        assert drawing not in {panel.drawing for panels in figures for panel in panels}, name


def test_the_subject_stands_beside_in_short_as_decoration() -> None:
    """As a background, which is not read out. The care card has no such section: on top."""
    style = r' class="[^"]*pictured"\s+style="background-image: url\(data:[^)]*\)'
    for leaflet, element in (("dark-marks", 'section id="in-short"'), ("my-wound-card", "div")):
        assert re.search(f"<{element}{style}", demo_page(leaflet, "a4").html), leaflet


@pytest.mark.parametrize(("edition", "pictured"), [("large", False), ("summary", True)])
def test_large_print_has_no_drawing_of_the_subject_and_a_summary_has_it(
    edition: Edition, pictured: bool
) -> None:
    made = demo_task("dark-marks", "a4", edition, "colour")
    html = compose(made.document, made.layers, store=user_store()).html
    assert ("pictured" in re.sub("<style.*?</style>", "", html, flags=re.DOTALL)) == pictured


def test_a_leaflet_without_one_has_the_drawing_of_its_kind() -> None:
    document = demo_document("dark-marks", "a4").model_copy(update={"picture": None})
    html = compose(document, demo().workspace.template_layers, store=user_store()).html
    assert re.search(r'<section id="in-short"[^>]*background-size: 25mm', html)


def names_of(leaflet: str, direction: str = "ltr") -> Mapping[str, Any]:
    """What the templates of a leaflet may use."""
    document = demo_document(leaflet, "a4").model_copy(update={"direction": direction})
    return TemplateContext(document, Templates(demo().workspace.template_layers), None).names


def stage(first: int, last: int) -> Stage:
    words = Text.parse("Words")
    return Stage(when=words, first_day=first, last_day=last, title=words, text=words)


# Days 0 to 13 are 216 tenths of a millimetre, the weeks to day 89 169, the months to day 180 169.
BARS = {
    "the first day": ((0, 0), [(0, 15.4)]),
    "days": ((3, 7), [(46.3, 123.4)]),
    "weeks": ((14, 84), [(224, 381.9)]),
    "days and weeks": ((8, 89), [(123.4, 216), (224, 393)]),
    "a day more than its part": ((4, 14), [(61.7, 216)]),
    "months": ((90, 180), [(401, 570)]),
}


@pytest.mark.parametrize(("days", "bars"), BARS.values(), ids=BARS)
def test_a_stage_is_as_long_as_its_time(
    days: tuple[int, int], bars: list[tuple[float, float]]
) -> None:
    """Within each part of the axis; and from right to left where the words are."""
    for language in ("ltr", "rtl"):
        names = names_of("after-laser", language)
        block = TimelineBlock(type="timeline", stages=(stage(*days), stage(0, 0), stage(90, 180)))
        axis = names["axis"](block, block.stages[0], "#000000", "#000000")
        svg = b64decode(axis.partition(",")[2]).decode()
        found = [(float(a), float(b)) for a, b in re.findall(r"M([\d.]+) 5H([\d.]+)V50", svg)]
        mirrored = [(round(570 - a, 1), round(570 - b, 1)) for a, b in bars]
        assert found == (bars if language == "ltr" else mirrored)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_drawing_has_no_colour_of_its_own(name: str) -> None:
    """All are in the palette, so that black ink and other tones reach each of them."""
    drawn = (FIGURES / f"{name}.svg.j2").read_text("utf-8")
    assert re.findall(r"(?<![\w(])#(?!fff\b)[0-9a-fA-F]{3,8}\b", drawn) == []


def drawn(name: str, order: Mapping[int, int] | None = None) -> str:
    """A drawing as the page of a leaflet has it."""
    svg = names_of("dark-marks")["drawing"](name, "light", 41, order)
    return b64decode(svg.partition(",")[2]).decode()


def test_a_marker_without_an_entry_in_the_legend_is_not_drawn() -> None:
    def numbers(order: Mapping[int, int]) -> list[str]:
        return sorted(re.findall(r">(\d+)</text>", drawn("spot-inflamed", order)))

    assert (numbers({8: 1}), numbers({8: 2, 6: 1}), numbers({})) == (["1"], ["1", "2"], [])


def test_each_part_of_a_wide_drawing_has_its_label_below() -> None:
    """From left to right in every language, because a drawing is not turned round."""
    html = demo_page("dark-marks", "a4").html
    labels = re.search(r'<div class="part-labels" dir="ltr">(.*?)</div>', html)
    assert labels
    assert re.findall(r'<p class="panel-label" dir="ltr">([^<]*)</p>', labels[1]) == [
        "Dent: a scar",
        "Bump: a scar",
        "Level: a flat mark",
    ]


@pytest.fixture(scope="module")
def sheet() -> pypdfium2.PdfDocument:
    """Each drawing on a page of its own, with a white edge of 12 units round its view box."""
    pages, sizes = [], []
    for number, name in enumerate(DRAWINGS):
        svg = drawn(name)
        x, y, width, height = (
            float(n) for n in re.findall(r"[-\d.]+", svg.partition('viewBox="')[2])[:4]
        )
        room = f'viewBox="{x - 12} {y - 12} {width + 24} {height + 24}"'
        uri = svg_uri(re.sub(r'viewBox="[^"]*"', room, svg, count=1))
        size = f"{width + 24}px {height + 24}px"
        sizes.append(f"@page p{number} {{ size: {size}; margin: 0 }}")
        pages.append(
            f'<img alt="{name}" style="page: p{number}; display: block; width: 100%" src="{uri}">'
        )
    sizes.append("body { margin: 0 }")
    html = f"<html lang=en><head><title>All</title><style>{''.join(sizes)}</style>"
    return pypdfium2.PdfDocument(
        render_pdf(Page(f"{html}</head>{''.join(pages)}</html>", "All")).pdf
    )


@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_sticks_out_of_a_drawing(name: str, sheet: pypdfium2.PdfDocument) -> None:
    """The engine would paint it over the words beside the picture."""
    image = sheet[DRAWINGS.index(name)].render(scale=96 / 72).to_pil().convert("L")
    width, height = image.size
    inside = Image.new("L", (width - 22, height - 22), 255)
    image.paste(inside, (11, 11))
    assert image.getextrema()[0] > 225


@pytest.mark.parametrize("tone", ["light", "medium", "deep"])
def test_black_ink_keeps_the_lines_of_a_drawing_dark(tone: str) -> None:
    """A copier that knows only black and white prints them; skin itself it leaves white."""
    skin = palette((SHIPPED.templates,))["tones"][tone]
    line, surface = (int(pale_grey(skin[part], 0.5)[1:3], 16) for part in ("line", "surface_far"))
    assert line < 0.3 * 255 < 0.5 * 255 < surface


@pytest.mark.parametrize("tone", ["light", "medium", "deep"])
@pytest.mark.parametrize("red", ["redness", "inflame", "mark_red"])
def test_black_ink_shows_redness_as_a_darker_grey(red: str, tone: str) -> None:
    skin = black_palette(palette((SHIPPED.templates,)))["tones"][tone]
    assert len({skin[red][1:3], skin[red][3:5], skin[red][5:7]}) == 1
    assert contrast(skin[red], skin["surface"]) > 1.6


def test_black_ink_leaves_a_glove_white_before_skin() -> None:
    black = black_palette(palette((SHIPPED.templates,)))
    for tone in black["tones"].values():
        assert contrast(black["inks"]["glove"], tone["redness"]) > 2.5


def test_drawings_of_one_figure_are_as_wide_as_their_shapes() -> None:
    """A face of 150 by 120 beside skin of 520 by 220: so both have the same height."""
    html = demo_page("fractional-co2-laser", "a4").html
    widths = [float(w) for w in re.findall(r'class="panel" style="width: ([\d.]+)mm"', html)]
    assert widths[1] / widths[0] == pytest.approx((520 / 220) / (150 / 120), rel=0.001)
