"""One person's words set in a mould: the same as the engine sets them, and kept by nobody."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handouts.content.layers import SHIPPED
from handouts.diagnostics import HandoutsError
from handouts.model.blocks import WriteInBlock
from handouts.model.document import Document
from handouts.model.text import Text
from handouts.page.areas import PERSONAL_KINDS, Area
from handouts.page.compose import Page, compose_shell
from handouts.page.personal import Personal
from handouts.pdf import render, selftest, shells
from handouts.pdf.imprint import Forms
from handouts.pdf.internals import moulds
from handouts.store import NO_STORE
from tests.in_scripts import FOLDER, NAMES, document_in
from tests.world import DAY

OTHER = (
    "Anna O’Hara & Søn",
    'A. <B> "C"',
    "x",
    "Kim  A4",
    "Ångström-Øgård, né Łukasz",
    "Zoe\u0308 Q\u0308uinn, Q\u0301",
)


@pytest.fixture(autouse=True)
def _no_moulds() -> Iterator[None]:
    shells._MOULDS.clear()
    yield
    shells._MOULDS.clear()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who has set each page of words: the mould, or the engine."""
    told: list[str] = []
    in_mould, by_engine = render.set_in_mould, render.render_pdf

    def set_in_mould(*arguments: Any) -> Any:
        lines = in_mould(*arguments)
        told.extend(["mould"] if lines else [])
        return lines

    def render_pdf(*arguments: Any, **options: Any) -> Any:
        told.append("engine")
        return by_engine(*arguments, **options)

    monkeypatch.setattr(shells, "set_in_mould", set_in_mould)
    monkeypatch.setattr(shells, "render_pdf", render_pdf)
    return told


def document_with_lines(language: str, lines: int = 2, **changes: Any) -> Document:
    """A leaflet with ruled lines for a note."""
    document = document_in(language, **changes)
    first, *others = document.sections
    block = WriteInBlock(type="write_in", prompt=Text.parse("My plan"), lines=lines)
    section = first.model_copy(update={"blocks": (block,)})
    return document.model_copy(update={"sections": (section, *others)})


def areas_of(document: Document, personal: Personal) -> list[Area]:
    """The areas that the leaflet has for one person."""
    areas = compose_shell(document, layers_of(document), personal).areas
    return sorted(area for area in areas if area.kind in PERSONAL_KINDS)


def layers_of(document: Document) -> tuple[Path, ...]:
    return SHIPPED.template_layers(FOLDER, document.edition)


def set_for(document: Document, personal: Personal) -> tuple[Forms, Mapping[str, str]]:
    """The areas for one person, and what a screen reader says of them."""
    areas = areas_of(document, personal)
    return shells.filled_areas(document, layers_of(document), areas, NO_STORE, personal)[1:]


def filled(name: str, language: str = "en", **changes: Any) -> Forms:
    """The areas for one person."""
    document = document_with_lines(language, **changes)
    personal = Personal(name, "Dr B. Sample", name, DAY)
    forms, _ = set_for(document, personal)
    assert len(forms.areas) == 2
    return forms


@pytest.mark.parametrize("language", ["en", "ru", "hi", "ta", "zh-Hans", "ar", "ur"])
def test_a_mould_sets_the_same_as_the_engine(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcomes() -> Iterator[Forms | str]:
        for edition in ("standard", "large"):
            for name in (*(patient for patient, _ in NAMES.values()), *OTHER):
                try:
                    yield filled(name, language, edition=edition)
                except HandoutsError as error:
                    yield str(error)

    ours = list(outcomes())
    monkeypatch.setattr(shells, "_mould", lambda *_: None)
    assert ours == list(outcomes())
    assert sum(isinstance(each, Forms) for each in ours) > 30


def test_most_names_are_set_in_the_mould(told: list[str]) -> None:
    for name in ("Anna Example", "Nguyễn Łukasz", "Ольга Їжак", "Ελένη Παππά", *OTHER):
        filled(name)
    assert told == ["mould"] * 10
    told.clear()
    filled("कृष्णा शर्मा", "hi")
    filled("कृष्णा शर्मा")  # its letters are taller than the others of this line
    filled("ليلى")  # it runs the other way
    assert told == ["mould", "engine", "engine"]


@pytest.mark.parametrize(("name", "code"), [("W" * 60, "no-room"), ("Kim 가", "missing-glyph")])
def test_what_cannot_be_set_is_refused_as_before(name: str, code: str) -> None:
    for _ in range(2):
        with pytest.raises(HandoutsError) as caught:
            filled(name)
        assert {fault.code for fault in caught.value.diagnostics} == {code}
        assert name not in str(caught.value.diagnostics)


def test_words_that_need_a_second_line_are_set_by_the_engine(told: list[str]) -> None:
    document = document_with_lines("en")
    personal = Personal(None, None, "Come back to us in the third week of the new year", DAY)
    set_for(document, personal)
    assert told == ["engine"]


@pytest.mark.parametrize("lines", [1, 2, 3, 4])
@pytest.mark.parametrize(("edition", "words"), [("standard", 5), ("large", 3)])
def test_a_note_may_fill_all_its_lines(edition: Any, words: int, lines: int) -> None:
    document = document_with_lines("en", lines, edition=edition)
    personal = Personal(None, None, "Sunny " * words * lines, DAY)
    forms, told = set_for(document, personal)
    (note,) = (name for name in forms.areas if name.startswith("note"))
    assert told[note].split() == ["Sunny"] * words * lines


def test_nothing_of_the_words_stays_in_memory() -> None:
    rare = "Quixwood"[::-1]  # so that only what is filled has it
    filled(f"Zephyrine {rare}")
    filled("Somebody Else")
    gc.collect()
    kept = [
        (type(holder).__name__, each[:80])
        for holder in gc.get_objects()
        for each in gc.get_referents(holder)
        if isinstance(each, str) and rare in each and each is not rare
    ]
    assert kept == []


def test_a_mould_is_made_once_for_all_days_and_persons(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Page] = []
    make = render.mould_of

    def mould_of(page: Page) -> Any:
        made.append(page)
        return make(page)

    monkeypatch.setattr(shells, "mould_of", mould_of)
    for day in (1, 28):
        for name in ("Anna Example", "Ben Sample"):
            document, personal = document_in("en"), Personal(name, None, None, date(2026, 12, day))
            set_for(document, personal)
    assert told == ["mould"] * 4
    assert len(made) == 1
    assert "Anna" not in made[0].html


def test_another_engine_sets_the_words_itself(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(moulds.USED, "weasyprint.pdf:generate_pdf", "document target")
    filled("Anna Example")
    assert told == ["engine"]


def test_the_self_test_notices_lines_that_are_set_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert selftest.failures() == []
    with_words = moulds.Mould.with_words
    monkeypatch.setattr(moulds.Mould, "with_words", lambda self, _: with_words(self, ("Wards",)))
    assert selftest.failures() == ["lines are set otherwise in moulds"]
