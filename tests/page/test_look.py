"""What a strict reading of the pages found wrong once, looked for in every leaflet."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from handouts.model.blocks import CalloutBlock, FigureBlock, RiskBlock, Sheet
from handouts.model.document import Section
from handouts.page.compose import compose
from handouts.page.context import TemplateContext
from handouts.page.templates import Templates
from tests.shipped import SHIPPED
from tests.world import demo, demo_document, demo_task

each_leaflet = pytest.mark.parametrize("leaflet", SHIPPED)


def blocks(leaflet: str) -> Iterator[tuple[Section, object]]:
    document = demo_document(leaflet, "a4")
    return ((section, block) for section in document.sections for block in section.blocks)


def context(leaflet: str) -> TemplateContext:
    templates = Templates(demo().workspace.template_layers)
    return TemplateContext(demo_document(leaflet, "a4"), templates, None)


@each_leaflet
def test_headings_speak_to_the_reader(leaflet: str) -> None:
    """As "you", and never in the same leaflet as "I"."""
    headings = [section.heading.plain for section, _ in blocks(leaflet)]
    assert [heading for heading in headings if re.search(r"\b(I|me|my|mine)\b", heading)] == []


@each_leaflet
def test_markers_of_a_figure_are_numbered_in_order_without_gaps(leaflet: str) -> None:
    """One for each entry of the legend, and at most nine, which have room in a disc of 9 points."""
    names = context(leaflet).names
    for _, block in blocks(leaflet):
        if isinstance(block, FigureBlock) and block.legend:
            order = names["legend_order"](block)
            drawn = [names["drawing"](p.drawing, block.tone, 41, order) for p in block.panels]
            numbers = {
                int(number) for svg in map(_decoded, drawn) for number in _NUMERAL.findall(svg)
            }
            assert numbers == set(range(1, len(block.legend) + 1)), block.title.plain
            assert max(numbers) <= 9


_NUMERAL = re.compile(r"<text[^>]*>(\d+)</text>")


def _decoded(uri: str) -> str:
    head, _, data = uri.partition(",")
    return b64decode(data).decode() if head.endswith("base64") else unquote(data)


@each_leaflet
def test_shares_of_a_picture_of_people_differ_in_a_grey_copy(leaflet: str) -> None:
    for _, block in blocks(leaflet):
        if isinstance(block, RiskBlock):
            looks = context(leaflet).names["share_looks"](block)
            assert len(set(looks)) == len(block.shares), block.title.plain


@each_leaflet
def test_a_leaflet_on_a_medicine_has_its_rule_on_pregnancy_in_the_heaviest_box(
    leaflet: str,
) -> None:
    """Once, and no other box about pregnancy beside it that is lighter."""
    boxes = [block for _, block in blocks(leaflet) if isinstance(block, CalloutBlock)]
    heaviest = [box for box in boxes if box.level == "pregnancy"]
    medicine = demo_document(leaflet, "a4").kind == "medicine"
    assert len(heaviest) == 1 if medicine else len(heaviest) <= 1
    assert all(box.critical for box in heaviest)
    assert not [b for b in boxes if b.level != "pregnancy" and "pregnancy" in b.title.plain]


@each_leaflet
def test_there_is_room_to_write_wherever_something_is_asked_for(leaflet: str) -> None:
    for _, block in blocks(leaflet):
        if isinstance(block, Sheet):
            assert block.lines or block.fields, block.prompt.plain


def test_a_clinics_ground_leaves_the_title_picture_as_it_is() -> None:
    """A `background` of its own for "In short" would repeat the picture, if any part of its style
    stood in a style sheet.
    """
    task = demo_task("acne-explained", "a4")
    html = compose(task.document, task.layers).html
    (style,) = re.findall(r'<section id="in-short"[^>]* style="(background-image[^"]*)"', html)
    for part in ("background-repeat: no-repeat", "background-size: ", "background-position: "):
        assert part in style
