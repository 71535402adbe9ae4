"""A small leaflet in a language of each script, from the texts in ``tests/scripts``."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from handouts.build.plan import resolve
from handouts.build.run import render
from handouts.cli.options import user_store
from handouts.content.catalogue import Catalogue, read_catalogue
from handouts.content.layers import SHIPPED
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.content.writing_systems import printed_script
from handouts.model.document import Document
from handouts.model.tables import Edition
from handouts.model.text import Text, map_texts
from handouts.page.compose import Page, compose
from handouts.page.personal import Personal
from handouts.translation.languages import direction
from tests.world import CLINIC, DAY, TINY_KINDS, make_workspace

NAMES = {
    "Latin": ("Nguyễn Łukasz", "Phòng khám Da"),
    "Greek": ("Ελένη Παππά", "Κλινική Δέρματος"),
    "Cyrillic": ("Ольга Їжак", "Клініка шкіри"),
    "Arabic": ("ليلى حداد", "عيادة الجلد"),
    "Persian": ("مهرداد نیک‌پی", "درمانگاه پوست"),
    "Urdu": ("زینب گیلانی", "جلد کا کلینک"),
    "Hebrew": ("נועה לוי", "מרפאת עור"),
    "Devanagari": ("कृष्णा शर्मा", "त्वचा क्लिनिक"),
    "Bengali": ("শ্রেয়া দত্ত", "ত্বক ক্লিনিক"),
    "Tamil": ("கீர்த்தி ராஜன்", "தோல் மருத்துவமனை"),
    "Thai": ("สุดา ใจดี", "คลินิกผิวหนัง"),
    "Chinese": ("王小明", "皮肤科诊所"),
}
"""A patient and a clinic; none is anybody's."""

FOLDER = Path(__file__).parent / "scripts"
TEXTS: dict[str, dict[str, str]] = yaml.safe_load((FOLDER / "texts.yaml").read_text("utf-8"))
LANGUAGES = tuple(TEXTS)
RIGHT_TO_LEFT = tuple(language for language in LANGUAGES if direction(language) == "rtl")
LEFT_TO_RIGHT = tuple(language for language in LANGUAGES if direction(language) == "ltr")

PHONE = "+44 20 7946 0000"
"""The clinic's number, in a sentence of every leaflet."""


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    files = {
        "handouts.yaml": CLINIC,
        "content/kinds.yaml": TINY_KINDS,
        "content/leaflets/tiny-leaflet.yaml": (FOLDER / "leaflet.yaml").read_text("utf-8"),
    }
    with TemporaryDirectory() as folder:
        return read_catalogue(open_workspace(make_workspace(Path(folder), files), "GB"))


@lru_cache(maxsize=64)
def document_in(language: str, edition: Edition = "standard", **changes: Any) -> Document:
    """The leaflet in a language; English is what it was written in."""
    request = Request("tiny-leaflet", "en", "a4", DAY, edition)
    document = resolve(request, _catalogue())
    translated = map_texts(document, partial(_translated, TEXTS.get(language, {})))
    turned = {"language": language, "direction": direction(language), **changes}
    return translated.model_copy(update=turned)  # type: ignore[no-any-return]


def _translated(texts: dict[str, str], text: Text) -> Text:
    slots = {run.slot: run.text for run in text.runs if run.slot}
    source = str(Text(tuple(replace(run, text="") if run.slot else run for run in text.runs)))
    return Text.parse(texts[source]).fill(slots) if source in texts else text


@lru_cache(maxsize=64)
def page_in(language: str, edition: Edition = "standard") -> Page:
    layers = SHIPPED.template_layers(FOLDER, edition)
    return compose(document_in(language, edition), layers)


@lru_cache(maxsize=64)
def pdf_in(language: str, edition: Edition = "standard", personal: Personal | None = None) -> bytes:
    """The finished leaflet, as ``build`` writes it."""
    layers = SHIPPED.template_layers(FOLDER, edition)
    document = document_in(language, edition)
    files, faults = render(document, layers, False, ("pdf",), personal, user_store())
    assert not faults, faults
    return files[0].data


def texts_in_print(language: str) -> list[str]:
    """The texts of the leaflet without markup, as a reader should find them."""
    without = {"What you see"} if printed_script(language).records else set()  # a corner of a table
    sources = TEXTS[language].items()
    texts = (Text.parse(text) for source, text in sources if source not in without)
    return [text.fill(dict.fromkeys(text.slots, PHONE)).plain for text in texts]
