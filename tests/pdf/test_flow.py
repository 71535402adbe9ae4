"""Pages of translations flow: they may be longer, and start and break where there is room."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from handouts.build.run import render
from handouts.model.blocks import AnyBlock, BenefitsHarmsBlock, TableBlock, TextBlock
from handouts.model.document import Document, Section
from handouts.model.text import Run, Text, map_texts
from handouts.page.arrangement import section_rows
from handouts.page.compose import Page, compose
from handouts.pdf.internals.lines import TextLine
from handouts.pdf.overflow import overflows
from handouts.pdf.render import render_pdf
from handouts.store import NO_STORE
from tests.world import demo, demo_document, demo_task, laid_out

DRAFTS = [("acne-explained", "ar"), ("chemical-peels", "ur"), ("acne-explained", "ta")]
# Whose cards of help are higher than a page.
DRAFTS += [("acne-medicines", "ta")]


@pytest.mark.parametrize(("leaflet", "language"), DRAFTS)
def test_no_heading_stands_alone_at_the_end_of_a_page(leaflet: str, language: str) -> None:
    for lines in _lines(leaflet, language):
        body = [line for line in lines if line.part not in ("foot", "band")]
        lowest = max(body, key=lambda line: line.bottom)
        assert max(lowest.sizes) < 15, lowest.text


@pytest.mark.parametrize(("leaflet", "language"), DRAFTS)
def test_no_word_leaves_its_box_or_the_page(leaflet: str, language: str) -> None:
    assert list(overflows(_lines(leaflet, language))) == []


def test_the_cards_of_help_are_on_one_page() -> None:
    """The first page of a leaflet names only one."""
    pages = _lines("after-microneedling", "bn")
    assert sum(any(line.part == "get-help" for line in lines) for lines in pages) == 1


def test_a_first_line_is_full() -> None:
    """The engine broke it behind its first word, for a space at the end of a run."""
    (first, *_) = (line for line in _lines("microneedling-rf", "hi")[0] if line.part == "aim")
    assert len(first.text) > 60


LABELS = [
    ("isotretinoin", "fr", "plus petite", "Les capsules rétrécissent"),
    ("starting-a-retinoid", "es", "largo de un\N{NO-BREAK SPACE}dedo", "Ponga una línea"),
]
"""A leaflet, the last line of a label below a drawing, and what stands below the drawings."""


@pytest.mark.parametrize(("leaflet", "language", "label", "caption"), LABELS)
def test_no_hole_is_below_labels_of_several_lines(
    leaflet: str, language: str, label: str, caption: str
) -> None:
    """The engine made a row as high as its labels are with one word a line."""
    lines = [line for page in _lines(leaflet, language) for line in page]
    above = next(line for line in lines if line.text.endswith(label))
    below = next(line for line in lines if line.text.startswith(caption))
    assert 0 < below.top - above.bottom < 6


def test_a_sentence_above_a_table_is_on_the_page_of_its_first_row() -> None:
    """Wherever on a page it stands: it is never parted by the end of one, nor from the table."""
    document = demo_document("acne-explained", "a4")
    section = next(section for section in document.sections if section.layout == "wide")
    sentence = " ".join(f"Vorwort{number}" for number in range(40))
    table = TableBlock(
        type="table",
        caption=Text.parse(sentence),
        columns=(Text.parse("Kopf"), Text.parse("Spalte")),
        rows=((Text.parse("Zeile"), Text.parse("Zelle")),) * 3,
    )
    for above in range(32, 50, 2):
        lines = TextBlock(type="text", paragraphs=(Text.parse("Zeile"),) * above)
        long = section.model_copy(update={"blocks": (lines, table)})
        update = {"sections": (long,), "language": "de", "facing": None}
        pages = render_pdf(compose(document.model_copy(update=update), _layers()), measured=True)
        found = {
            number
            for number, page in enumerate(pages.lines)
            for line in page
            if "Vorwort" in line.text or "Spalte" in line.text
        }
        assert len(found) == 1, above


def test_a_word_of_nine_letters_has_room_in_the_narrowest_column_of_the_comparison() -> None:
    """There "profunda" stood above "s"."""
    word = Text.parse("wrofundas")
    document = demo_task("scar-treatment-options", "a4", language="es").document

    def compared(block: AnyBlock) -> AnyBlock:
        if not (isinstance(block, BenefitsHarmsBlock) and block.columns):
            return block
        options = (
            o.model_copy(update={"cells": (map_texts(o.cells[0], lambda _: word), *o.cells[1:])})
            for o in block.options
        )
        return block.model_copy(update={"options": tuple(options)})

    sections = (
        section.model_copy(update={"blocks": tuple(map(compared, section.blocks))})
        for section in document.sections
    )
    page = compose(document.model_copy(update={"sections": tuple(sections)}), _layers())
    lines = [line.text for page in render_pdf(page, measured=True).lines for line in page]
    # The row of "no treatment" and of each of the others: on a line of its own, or with another.
    assert sum("wrofundas" in line for line in lines) > 5
    assert [line for line in lines if "wro" in line and "wrofundas" not in line] == []


# Of these the region's numbers alone were once the last page.
SCRAPS = [("isotretinoin", "de"), ("preventing-acne-scars", "pt"), ("combination-treatment", "ur")]


@pytest.mark.parametrize(("leaflet", "language"), SCRAPS)
def test_the_last_page_begins_with_the_clinics_own_number(leaflet: str, language: str) -> None:
    """Or above it: nobody should turn to a page with a scrap."""
    *_, last = _lines(leaflet, language)
    assert "020 7946 0142" in " ".join(line.text for line in last)


def test_only_the_source_language_starts_new_pages() -> None:
    assert "new-page" in _body(compose(demo_document("my-wound-card", "a4"), _layers()))
    assert "new-page" not in _body(_page("my-wound-card", "ar"))


LONGER = [1.15, 1.3]


@pytest.mark.parametrize("share", LONGER)
@pytest.mark.parametrize("leaflet", ["scar-treatment-options", "my-wound-card"])
def test_text_that_is_longer_still_makes_pages(leaflet: str, share: float) -> None:
    """Every text by a share, with the long words of German, in columns and boxes alike."""
    document = _longer(demo_document(leaflet, "a4"), share)
    files, faults = render(document, _layers(), False, ("pdf",), None, NO_STORE)
    assert faults == ()
    assert files[0].facts["pages"] <= 12


_HALVES = [(300, ["half", "half"]), (2000, ["wide", "wide"])]


@pytest.mark.parametrize(("length", "layouts"), _HALVES)
def test_halves_of_a_translation_stand_side_by_side_if_they_are_short(
    length: int, layouts: list[str]
) -> None:
    document = demo_document("acne-explained", "a4")
    half = next(section for section in document.sections if section.layout == "half")
    text = Text((Run("a" * length),))
    both = (_with_text(half, text), _with_text(half, text))
    rows = list(section_rows(both, 1.0))
    assert [section.layout for row in rows for section in row] == layouts
    assert len(rows) == (1 if layouts[0] == "half" else 2)
    assert len(list(section_rows(both))) == 1  # in the source language they were edited to fit


def test_in_large_print_help_is_the_last_page_but_before_the_sources_of_a_translation() -> None:
    card = demo_document("my-wound-card", "a4").sections
    order = ["sources", "warning-signs", "further-help"]
    for wide, last in ((None, order), (1.0, [*order[1:], order[0]])):
        rows = section_rows(card, wide, help_last=True)
        assert [row[-1].id for row in rows][-3:] == last


def test_tables_of_tamil_stand_row_by_row() -> None:
    assert '<div class="record">' in _page("acne-explained", "ta").html
    assert '<div class="record">' not in _page("acne-explained", "ar").html


def _with_text(section: Section, text: Text) -> Section:
    """A section whose first text is this one, and which has no others."""
    first = iter([text])
    return section.model_copy(
        update={"blocks": map_texts(section.blocks[:1], lambda _: next(first, Text((Run("a"),))))}
    )


def _longer(document: Document, share: float) -> Document:
    def longer(text: Text) -> Text:
        return replace(text, runs=tuple(_longer_run(run, share) for run in text.runs))

    return map_texts(document, longer).model_copy(update={"language": "de"})  # type: ignore[no-any-return]


def _longer_run(run: Run, share: float) -> Run:
    if run.slot or len(run.text) < 8:
        return run
    more = round(len(run.text) * (share - 1))
    words = (_LONG_WORD[: 8 + at % 20] for at in range(0, more, 14))
    return replace(run, text=f"{run.text.rstrip()} {' '.join(words)}")


_LONG_WORD = "Feuchtigkeitscremebehandlung"


@lru_cache(maxsize=8)
def _page(leaflet: str, language: str) -> Page:
    return compose(demo_task(leaflet, "a4", language=language).document, _layers())


def _lines(leaflet: str, language: str) -> tuple[tuple[TextLine, ...], ...]:
    return laid_out(demo_task(leaflet, "a4", language=language)).lines


def _layers() -> tuple[Path, ...]:
    return demo().workspace.template_layers


def _body(page: Page) -> str:
    return page.html.partition("<body>")[2]
