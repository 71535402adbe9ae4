"""The shipped translations: whole, up to date, marked, without faults that a machine can find."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from shutil import which

import polib
import pytest

from handouts.content.catalogue import read_catalogue
from handouts.content.layers import SHIPPED
from handouts.content.load import load
from handouts.content.translated_leaflet import units_of
from handouts.content.translation_files import LOCALES
from handouts.content.workspace import demo_workspace
from handouts.diagnostics import collect
from handouts.model.glossary import Glossary
from handouts.page.compose import compose
from handouts.review.rules.translations import faults, words_of
from handouts.translation import po
from handouts.translation.languages import language_of
from handouts.translation.units import Note, Unit
from tests.world import demo, demo_task

FOLDER = SHIPPED.content / LOCALES
LANGUAGES = ("ar", "bn", "de", "es", "fr", "hi", "pt", "ta", "ur", "zh-Hans")
FILES = sorted(FOLDER.glob("*.po"))
WHOLE = [path for path in FILES if path.stem.replace("_", "-") in LANGUAGES]


@lru_cache(maxsize=1)
def units() -> Mapping[Unit, Note]:
    """All texts of the library, of all regions."""
    return units_of(read_catalogue(demo_workspace(region)) for region in SHIPPED.regions())


@lru_cache(maxsize=16)
def read(path: Path) -> polib.POFile:
    file, told = collect(po.parse(path.read_text("utf-8"), path))
    assert not told
    assert file is not None
    return file


def test_these_languages_are_shipped() -> None:
    assert {language_of(path.stem) for path in FILES} == set(LANGUAGES)
    assert demo().languages == ("en", *sorted(LANGUAGES))


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_translation_is_whole_and_up_to_date(path: Path) -> None:
    """After a change of the English, run ``handouts translate update --shipped``."""
    file = read(path)
    current = {po.unit_of(e) for e in file if e.msgstr and not (e.obsolete or e.fuzzy)}
    assert units().keys() - current == set()
    assert po.render(po.merged(read(path), units()).file).decode() == path.read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_keeps_what_a_machine_can_check(path: Path) -> None:
    words, told = collect(words_of(demo(), language_of(path.stem)))
    assert not told
    found = [
        (entry.msgid[:60], fault.message)
        for entry in read(path)
        if not entry.obsolete
        for fault in faults(po.unit_of(entry), entry.msgstr, words)
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_who_wrote_a_translation_is_recorded(path: Path) -> None:
    """Until a person has checked an entry, which takes this comment away."""
    record = re.compile(r"\[machine\] engine=\S+ date=\d{4}-\d\d-\d\d")
    assert [e.msgid for e in read(path) if e.msgstr and not record.fullmatch(e.tcomment)] == []


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_each_language_has_a_glossary_with_every_medicine(path: Path) -> None:
    glossary = load(path.with_suffix(".yaml"), Glossary).model
    assert glossary.language == path.stem.replace("_", "-")
    assert {medicine.id for medicine in glossary.medicines} == demo().medicines.keys()
    assert len(glossary.terms) >= 30


@pytest.mark.skipif(not which("msgfmt"), reason="gettext is not installed")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_gettext_finds_nothing_wrong(path: Path) -> None:
    check = ["msgfmt", "--check", "--output-file=/dev/null", str(path)]
    told = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_no_space_parts_chinese_sentences() -> None:
    """Templates join sentences by a space; a wide full stop holds its own."""
    task = demo_task("acne-explained", "a4", language="zh-Hans")
    html = compose(task.document, task.layers).html
    assert html.count("\u3002") > 50
    assert re.findall(r"\u3002(?:</?(?:span|strong)[^>]*>)*\s+[\w<](?!/?(?:p|div|li))", html) == []
