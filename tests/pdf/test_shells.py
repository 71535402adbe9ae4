"""Shells and imprints: an imprinted shell is what rendering the whole leaflet gives."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from handouts.cli.options import user_store
from handouts.content.layers import FONTS
from handouts.diagnostics import HandoutsError
from handouts.limits import DETAILS
from handouts.model.clinic import Brand, Clinic, Hours
from handouts.model.document import Document
from handouts.model.tables import Paper
from handouts.page.areas import Area, phone_area
from handouts.page.compose import Page
from handouts.pdf.imprint import Forms, imprint
from handouts.pdf.render import render_pdf
from handouts.pdf.shell import Shell, shell_of
from handouts.pdf.shells import get_or_render, imprint_data, imprints_of_clinic
from handouts.store import Store
from tests import readback
from tests.shipped import LAYERS, PAPERS
from tests.world import demo_document, demo_task, laid_out

NO_STORE = Store(None)
OTHER = Clinic(
    name='Dr "Quote" & Søn <Clinic>',
    phone="01632 960 123",
    website="www.other.example",
    address=("1 Other Road", "Second line", "Third line", "Fourth line"),
    hours=tuple(Hours(days=day, time="9 to 5") for day in ("Mon", "Tue", "Wed", "Thu")),
)


def imprinted(document: Document, store: Store | None = None) -> bytes:
    """From the shell that other tests have made of the same words."""
    store = store or user_store()
    shell = get_or_render(document, LAYERS, store).shell
    _, data = imprint_data(document, LAYERS, shell.areas, store)
    return imprint(shell, data)


def of(document: Document, **facts: object) -> Document:
    return document.model_copy(update=facts)


LEAFLETS = ("fractional-co2-laser", "scar-treatment-options", "acne-medicines", "dark-marks")


@pytest.mark.parametrize("leaflet", LEAFLETS)
def test_an_imprinted_shell_is_what_a_full_rendering_gives(leaflet: str) -> None:
    """The same words, and pictures that differ in the edges of the areas at most."""
    document = demo_document(leaflet, "a4")
    full, sheet = laid_out(demo_task(leaflet, "a4")).pdf, imprinted(document)
    assert sorted(readback.text(sheet).split()) == sorted(readback.text(full).split())
    for before, after in zip(_pictures(full), _pictures(sheet), strict=True):
        grey = ImageChops.difference(before, after).convert("L").histogram()
        assert sum(grey[64:]) < 0.002 * before.width * before.height


@pytest.mark.parametrize("paper", PAPERS)
def test_an_imprint_of_another_clinic_is_accessible_and_whole(paper: Paper) -> None:
    document = of(demo_document("fractional-co2-laser", paper), clinic=OTHER, logo=None)
    sheet = imprinted(document)
    report = page_validation.validate_pdf_bytes(sheet, profile="ua1")
    assert report.is_compliant, report.failures
    with pikepdf.open(BytesIO(sheet)) as pdf:
        assert not pdf.check_pdf_syntax()
        assert str(pdf.docinfo.Author) == OTHER.name
    words = readback.text(sheet)
    assert all(line in words for line in (OTHER.name, OTHER.phone, *OTHER.address))


def test_alternative_texts_of_areas_say_what_they_hold() -> None:
    document = of(demo_document("fractional-co2-laser", "a4"), clinic=OTHER, logo=None)
    alts = [e.alt for e in readback.elements(imprinted(document)) if e.type == "Figure"]
    assert f"{OTHER.name} {OTHER.phone}" in alts
    assert f"QR code: {document.code}" in alts
    assert not [alt for alt in alts if alt.startswith("area:")]


def test_clinics_share_a_shell_and_have_their_own_colours() -> None:
    """Only the shape of the telephone number and the height of the card belong to the shell."""
    mine = demo_document("dark-marks", "a4")
    brand = Brand(primary="#7a0019", accent="#005500")
    theirs = of(mine, clinic=OTHER, logo=None, brand=brand)
    assert get_or_render(mine, LAYERS, NO_STORE).key == get_or_render(theirs, LAYERS, NO_STORE).key
    red = (0x7A, 0x00, 0x19)
    pages = _colours(imprinted(theirs))
    assert all(red in colours for colours in pages), "also where no area of the clinic's is"
    assert not any(red in colours for colours in _colours(imprinted(mine)))


def test_the_same_input_gives_the_same_bytes() -> None:
    document = demo_document("my-wound-card", "a4")
    assert imprinted(document, NO_STORE) == imprinted(document)


def test_a_shell_and_its_forms_survive_a_trip_to_disk() -> None:
    document = demo_document("my-wound-card", "a4")
    shell = get_or_render(document, LAYERS, NO_STORE).shell
    _, data = imprint_data(document, LAYERS, shell.areas, NO_STORE)
    assert Shell.from_bytes(shell.to_bytes()) == shell
    assert Forms.from_bytes(data.forms.to_bytes()) == data.forms


def test_filled_areas_are_kept_by_their_names(tmp_path: Path) -> None:
    """A store may hold areas of an earlier version, which called the same box something else."""
    document, store = demo_document("my-wound-card", "a4"), Store(tmp_path)
    for variant in ("", "renamed"):
        area = Area("card", 168, 30, variant=variant)
        _, data = imprint_data(document, LAYERS, [area], store)
        assert set(data.forms.areas) == {area.name}


def test_a_shell_that_was_removed_meanwhile_is_told() -> None:
    with pytest.raises(HandoutsError) as caught:
        shell_of("0" * 64, NO_STORE)
    assert [told.code for told in caught.value.diagnostics] == ["store-emptied"]


def test_a_narrow_card_gives_each_line_its_whole_width() -> None:
    """Eight lines have room if none of them breaks."""
    clinic = OTHER.model_copy(update={"hours": OTHER.hours[:1]})
    document = of(demo_document("my-wound-card", "a4"), clinic=clinic, logo=None)
    area = Area("card", 76, 46, variant="narrow")
    _, data = imprint_data(document, LAYERS, [area], NO_STORE)
    assert area.name in data.forms.areas


NUMBERS = [
    "020 7946 0142",
    "999",
    "+44 20",
    "(0) 1.2-3/4",
    "0800 DOWNHAM",
    "WWWWWWWWWWWW",
    "0800 ÆŒ@%",
    "тел. 112",
    "τηλ. ΩΩ",
]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("number", NUMBERS)
def test_an_area_is_as_wide_as_its_number(number: str, bold: bool) -> None:
    """Whatever characters it is made of, so that none is cut."""
    from fontTools.ttLib import TTFont

    with TTFont(FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf") as font:
        names = [font.getBestCmap()[ord(character)] for character in number]
        advance = sum(font["hmtx"][name][0] for name in names)
    assert phone_area(number, bold=bold).width == round(advance / 1000, 3)


@pytest.mark.parametrize("number", [*NUMBERS, "\u260e 020 7946 0142"])
def test_a_number_is_printed_whole(number: str) -> None:
    clinic = OTHER.model_copy(update={"phone": number})
    pdf = imprinted(of(demo_document("my-wound-card", "a4"), clinic=clinic, logo=None))
    assert readback.text(pdf).count(number) > 2


def test_a_clinic_with_more_words_than_room_is_told() -> None:
    long = OTHER.model_copy(update={"address": ("A very long line of an address " * 30,) * 4})
    told = r"The clinic's card is \d+ mm too short for `(A )?very long .+` and the lines after it"
    with pytest.raises(HandoutsError, match=told):
        imprinted(of(demo_document("dark-marks", "a4"), clinic=long, logo=None))


def _pictures(pdf: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=1).to_pil().convert("RGB") for page in document]


def _colours(pdf: bytes) -> list[set[object]]:
    """The colours of each page."""
    return [
        {colour for _, colour in page.getcolors(page.width * page.height) or ()}
        for page in _pictures(pdf)
    ]


def test_what_the_store_has_is_not_rendered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, store = demo_document("my-wound-card", "a4"), Store(tmp_path)
    keyed = get_or_render(document, LAYERS, store)
    filled = imprint_data(document, LAYERS, keyed.shell.areas, store)
    monkeypatch.setattr("handouts.pdf.shells.render_pdf", None)
    assert get_or_render(document, LAYERS, store) == keyed
    assert imprint_data(document, LAYERS, keyed.shell.areas, store) == filled


def test_a_clinics_areas_are_filled_once_for_both_papers(tmp_path: Path) -> None:
    store, keys = Store(tmp_path), set()
    for paper in ("a4", "letter"):
        document = demo_document("my-wound-card", paper)
        areas = get_or_render(document, LAYERS, store).shell.areas
        keys.add(imprint_data(document, LAYERS, areas, store)[0])
    assert len(keys) == 1


def test_a_clinics_areas_are_filled_once_for_all_its_leaflets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered: list[object] = []

    def noted(page: Page, *rest: Any, **options: Any) -> object:
        rendered.append(page)
        return render_pdf(page, *rest, **options)

    document = demo_document("my-wound-card", "a4")
    areas = [Area("card", 168, height) for height in range(30, 39)]
    sheets = [(document, areas[:5], LAYERS), (document, areas[5:], LAYERS)]
    monkeypatch.setattr("handouts.pdf.shells.render_pdf", noted)
    first, second = imprints_of_clinic(sheets, NO_STORE, limited=False)
    assert len(rendered) == 1
    names = [area.name for area in areas]
    assert list(first.forms.areas) == list(second.forms.areas) == names, "in the same order always"


@pytest.mark.parametrize("limited", [True, False])
def test_what_a_clinic_made_itself_is_filled_in_a_worker(
    limited: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a picture that takes for ever would hold up the whole build. Nothing filled is kept: areas
    of a thousand clinics would only fill the store.
    """
    stages, store = [], Store(tmp_path)

    def apart(work: Any, *details: Any, stage: str) -> object:
        stages.append(stage)
        return work(*details)

    monkeypatch.setattr("handouts.pdf.shells.apart", apart)
    sheets = [(demo_document("my-wound-card", "a4"), [Area("card", 168, 30)], LAYERS)]
    (filled,) = imprints_of_clinic(sheets, store, limited=limited)
    assert filled.forms.areas
    assert list(tmp_path.rglob("*")) == []
    assert stages == ([DETAILS] if limited else [])


def test_areas_are_filled_in_the_same_order_however_they_are_named() -> None:
    """Their order decides on the bytes, and on the key in the store."""
    document = demo_document("my-wound-card", "a4")
    areas = [Area("card", 168, height) for height in range(30, 39)]
    key, data = imprint_data(document, LAYERS, areas, NO_STORE)
    again, _ = imprint_data(document, LAYERS, [*areas[::-1], areas[0]], NO_STORE)
    assert key == again
    assert list(data.forms.areas) == [area.name for area in areas]
