"""The words of a clinic's settings, such as opening hours, in the languages of its leaflets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polib
import pypdfium2
import pytest

from handouts.build.plan import resolve
from handouts.cli import options
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import Library
from handouts.content.resolve import Request
from handouts.content.translated_clinic import detail_units
from handouts.content.workspace import open_workspace
from handouts.model.document import Document
from handouts.review.rules.translations import Words, faults
from handouts.translation.units import Unit
from tests import readback
from tests.world import DAY, TINY_LEAFLET, handouts, make_tiny, make_workspace, translate

SETTINGS = """\
clinic:
  name: Test Clinic
  notice: Part of a group
  phone: 020 7946 0000
  address: [1 Road, Town]
  hours:
    - {days: Monday to Friday, time: 8.30 am to 6 pm}
    - {days: Saturday, time: "9:00–13:00"}
region: GB
treatments:
  - id: cream
    sessions: 3 to 6 sessions
    price: "£250"
    device: {name: A Laser, number: K1, status: ce-marked, use: treating scars, checked: 2026-11-01}
packs:
  - {id: both, title: "Both {of them", leaflets: [tiny-leaflet]}
  - {id: stars, title: "**Both** of them", leaflets: [tiny-leaflet]}
  - {id: one, title: A first visit, leaflets: [tiny-leaflet]}
"""

# With the clinic's card.
MORE = """\
      - {type: contact, who: clinic}
      - {type: costs, prompt: What it costs}
  - id: sources
"""
LEAFLET = TINY_LEAFLET.replace("  - id: sources\n", MORE, 1)
FILES = {"handouts.yaml": SETTINGS, "content/leaflets/tiny-leaflet.yaml": LEAFLET}

SWEDISH = {
    "Part of a group": "Del av en grupp",
    "Monday to Friday": "Måndag till fredag",
    "8.30 am to 6 pm": "8.30 till 18",
    "Saturday": "Lördag",
    "3 to 6 sessions": "3 till 6 gånger",
    "treating scars": "behandling av ärr",
    "A first visit": "Ett första besök",
}


@pytest.fixture
def clinic(library: Library, tmp_path: Path) -> Path:
    """A clinic with a leaflet in Swedish, but for the words of its settings."""
    folder = make_tiny(tmp_path / "clinic", FILES)
    translate(folder, "sv", "tiny-leaflet", library=library)
    return folder


def answer(command: str, *arguments: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(handouts(*command.split(), *arguments, "--json").stdout)
    return told


def in_file(clinic: Path) -> dict[str, str]:
    """The clinic's words in its file, with their translations."""
    file = polib.pofile(str(clinic / "locales" / "sv.po"))
    found = (e for e in file if not e.obsolete and (e.msgctxt or "").startswith("clinic#"))
    return {entry.msgid: entry.msgstr for entry in found}


def translated(clinic: Path, *, words: dict[str, str] = SWEDISH) -> None:
    answer("translate update -l sv -w", clinic)
    path = clinic / "locales" / "sv.po"
    file = polib.pofile(str(path))
    for entry in file:
        if (entry.msgctxt or "").startswith("clinic#"):
            entry.msgstr = words.get(entry.msgid, entry.msgstr)
    file.save(str(path))


def document(clinic: Path, language: str) -> Document:
    catalogue = read_catalogue(open_workspace(clinic, library=options.LIBRARY))
    return resolve(Request("tiny-leaflet", language, "a4", DAY), catalogue)


def test_every_word_is_to_be_translated_and_nothing_else(clinic: Path) -> None:
    """No name, address, number or price; no braces or stars, which mean something there."""
    answer("translate update -l sv -w", clinic)
    assert in_file(clinic) == dict.fromkeys([*SWEDISH, "9:00–13:00"], "")


def test_a_leaflet_has_the_words_of_its_language(clinic: Path) -> None:
    translated(clinic)
    swedish, english = document(clinic, "sv"), document(clinic, "en")
    assert [(h.days, h.time) for h in swedish.clinic.hours] == [
        ("Måndag till fredag", "8.30 till 18"),
        ("Lördag", "9:00–13:00"),
    ]
    assert swedish.clinic.notice == "Del av en grupp"
    assert [(cost.sessions, cost.price) for cost in swedish.costs] == [("3 till 6 gånger", "£250")]
    assert english.clinic == open_workspace(clinic, library=options.LIBRARY).settings.model.clinic
    assert [cost.sessions for cost in english.costs] == ["3 to 6 sessions"]


def test_they_are_printed(clinic: Path, tmp_path: Path) -> None:
    translated(clinic)
    answer("build tiny-leaflet --paper a4 -l sv -l en -w", clinic, "-o", tmp_path / "out")
    words = {
        path.name[13:15]: readback.text(path.read_bytes())
        for path in (tmp_path / "out").glob("*.pdf")
    }
    assert "Måndag till fredag: 8.30 till 18 · Lördag" in words["sv"].replace("\xa0", " ")
    assert "Monday" not in words["sv"]
    assert "Monday to Friday: 8.30 am to 6 pm" in words["en"].replace("\xa0", " ")


def test_a_pack_has_its_title_in_its_language(clinic: Path, tmp_path: Path) -> None:
    translated(clinic)
    told = answer("build one --pack --paper a4 -l sv -w", clinic, "-o", tmp_path / "out")
    (made,) = told["packs"]
    with pypdfium2.PdfDocument((tmp_path / "out" / made["file"]).read_bytes()) as pack:
        assert "Ett första besök" in pack.get_metadata_dict()["Title"]


@pytest.mark.parametrize("command", ["build tiny-leaflet --paper a4", "check tiny-leaflet"])
def test_what_is_not_translated_stands_as_it_is_and_is_told(
    command: str, clinic: Path, tmp_path: Path
) -> None:
    settings = (clinic / "handouts.yaml").read_text("utf-8") + "languages: [en, sv]\n"
    (clinic / "handouts.yaml").write_text(settings, "utf-8")
    translated(clinic, words=SWEDISH | {"Saturday": "", "treating scars": ""})
    out = ("-o", tmp_path / "out") if command.startswith("build") else ()
    told = answer(f"{command} -w", clinic, *out)["diagnostics"]
    (found,) = [each for each in told if each["code"] == "details-not-translated"]
    assert found["message"].endswith("stay in English: `Saturday`, `treating scars`")
    assert (found["severity"], found["line"]) == ("info", 1)
    assert document(clinic, "sv").clinic.hours[1].days == "Saturday"


def test_other_hours_end_no_approval_but_another_number_of_sessions_does(clinic: Path) -> None:
    """As in the source language: see ``resolve_document``."""
    translated(clinic)
    for role in ("clinical", "linguistic"):
        signer = f"approve tiny-leaflet -l sv --by A --role {role} --date {DAY}"
        assert handouts(*signer.split(), "-w", clinic).exit_code == 0
    assert document(clinic, "sv").standing.approval == "approved"
    translated(clinic, words=SWEDISH | {"Saturday": "Lördagar"})
    assert document(clinic, "sv").standing.approval == "approved"
    translated(clinic, words=SWEDISH | {"3 to 6 sessions": "mellan 3 och 6 gånger"})
    assert document(clinic, "sv").standing.approval == "lapsed"


def test_a_changed_text_is_stale(clinic: Path) -> None:
    translated(clinic)
    settings = SETTINGS.replace("8.30 am to 6 pm", "8.30 am to 7 pm")
    (clinic / "handouts.yaml").write_text(settings, "utf-8")
    answer("translate update -l sv -w", clinic)
    assert document(clinic, "sv").clinic.hours[0].time == "8.30 am to 7 pm"


TIMES = {
    "8.30 am to 6 pm": {
        "de 8:30 a 18:00": True,
        "8 h 30 à 18 h": True,
        "das 8h30 às 18h": True,
        "8.30 bis 18 Uhr": True,
        "从8点30分到18点": True,
        "صبح ۸:۳۰ سے شام ۶ بجے تک": True,
        "8.30 till 17": False,
        "8 till 18": False,
        "halv nio till 18": False,
        "8.30 till 18, 19": False,
    },
    "9-5": {"9–17": True, "9–5": True, "9–15": False},
    "12 noon to 12 midnight": {"12:00–24:00": True, "12:00–0:00": True, "11:00–24:00": False},
}


@pytest.mark.parametrize(
    ("source", "words", "good"),
    [(source, words, good) for source, each in TIMES.items() for words, good in each.items()],
)
def test_opening_hours_keep_their_times(source: str, words: str, good: bool) -> None:
    found = [each.code for each in faults(Unit("clinic#hours.time", source), words, Words("sv"))]
    assert ("translation-numbers" not in found) is good


def test_a_slot_in_them_is_refused_wherever_it_comes_from(clinic: Path, tmp_path: Path) -> None:
    translated(clinic, words=SWEDISH | {"Saturday": "Lördag {clinic_phone}"})
    told = answer("build tiny-leaflet -l sv --paper a4 -w", clinic, "-o", tmp_path / "out")
    assert "translation-slots" in [each["code"] for each in told["diagnostics"]]
    told = answer("translate import", clinic / "locales" / "sv.po", "-w", clinic)
    assert "translation-slots" in [each["code"] for each in told["diagnostics"]]


# Many clinics -----------------------------------------------------------------------------------

SUN = "about-sun_sv-GB_a4-DRAFT.pdf"
TABLE = """\
id,name,phone,hours
north,North Clinic,01632 960 001,Monday to Friday=9-5
south,South Clinic,01632 960 002,Sunday=9-5
"""


HEAD = "id,name,phone,address,website,hours\n"
ROWS = (
    "one,One,01632 960 001,1 Road,www.clinic.example,Sunday=9-5\n",
    "two,Two,01632 960 002,1 Road,www.clinic.example,Sunday and holidays=9-5\n",
)


def translate_table(clinic: Path, table: Path, words: dict[str, str]) -> None:
    answer("translate update -l sv --clinics", table, "-w", clinic)
    file = polib.pofile(str(clinic / "locales" / "sv.po"))
    for entry in file:
        entry.msgstr = words.get(entry.msgid, entry.msgstr)
    file.save()


@pytest.fixture
def table(clinic: Path, tmp_path: Path) -> Path:
    (tmp_path / "clinics.csv").write_text(TABLE, "utf-8")
    translated(clinic)
    answer("translate update -l sv --clinics", tmp_path / "clinics.csv", "-w", clinic)
    return tmp_path / "clinics.csv"


def test_the_hours_of_a_table_are_to_be_translated_too(clinic: Path, table: Path) -> None:
    del table
    assert in_file(clinic) == SWEDISH | {"9:00–13:00": "", "9-5": "", "Sunday": ""}
    units = {unit.source for unit in detail_units(open_workspace(clinic))}
    assert "Sunday" not in units, "the table's, not the clinic's own"


def test_each_clinic_of_a_table_has_its_own_hours_in_each_language(
    clinic: Path, table: Path, tmp_path: Path
) -> None:
    translate_table(clinic, table, {"9-5": "9–17"})
    command = f"build tiny-leaflet --paper a4 -l sv -l en --jobs 1 --clinics {table} -w"
    told = answer(command, clinic, "-o", tmp_path / "out")["diagnostics"]
    words = {
        f"{path.parent.name} {path.name[13:15]}": readback.text(path.read_bytes())
        for path in (tmp_path / "out").glob("*/*.pdf")
    }
    hours = {
        "north sv": "Måndag till fredag: 9–17",
        "north en": "Monday to Friday: 9-5",
        "south sv": "Sunday: 9–17",
        "south en": "Sunday: 9-5",
    }
    printed = {name: text.replace("\xa0", " ") for name, text in words.items()}
    assert [name for name in hours if hours[name] in printed[name]] == [*hours]
    (found,) = [each for each in told if each["code"] == "details-not-translated"]
    assert found["message"].endswith("stay in English: `Sunday`")


@pytest.mark.usefixtures("library")
def test_a_leaflet_that_is_not_translated_is_told_once_for_all_clinics(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic", FILES)
    (tmp_path / "clinics.csv").write_text(TABLE, "utf-8")
    answer("translate start sv -w", clinic)
    command = f"build tiny-leaflet --paper a4 -l sv --jobs 1 --clinics {tmp_path / 'clinics.csv'}"
    told = answer(f"{command} -w", clinic, "-o", tmp_path / "out")
    assert [each["code"] for each in told["diagnostics"]].count("not-translated") == 1
    assert told["not_made"] == []


@pytest.mark.parametrize("order", [1, -1], ids=["the long one last", "the long one first"])
def test_long_words_of_a_language_have_room(order: int, clinic: Path, tmp_path: Path) -> None:
    """A card is as high as the words of its own language need, though clinics share pages."""
    rows = ROWS[::order]
    (tmp_path / "clinics.csv").write_text("".join([HEAD, *rows]), "utf-8")
    words = {"Sunday and holidays": "Söndagar " * 8 + "alltid", "Sunday": "Söndag"}
    translate_table(clinic, tmp_path / "clinics.csv", words)
    command = f"build tiny-leaflet --paper a4 -l sv --jobs 1 --clinics {tmp_path / 'clinics.csv'}"
    told = answer(f"{command} -w", clinic, "-o", tmp_path / "out")
    assert (told["not_made"], len([*(tmp_path / "out").glob("*/*.pdf")])) == ([], 2)


def test_a_faulty_translation_stops_the_clinics_that_would_print_it(
    clinic: Path, table: Path, tmp_path: Path
) -> None:
    translate_table(clinic, table, {"Sunday": "Söndag {clinic_phone}"})
    command = f"build tiny-leaflet --paper a4 -l sv --jobs 1 --clinics {table}"
    told = answer(f"{command} -w", clinic, "-o", tmp_path / "out")
    assert told["not_made"] == ["south"]
    assert "translation-slots" in [each["code"] for each in told["diagnostics"]]
    assert [path.parent.name for path in (tmp_path / "out").glob("*/*.pdf")] == ["north"]


def test_a_faulty_translation_of_the_only_clinic_leaves_nothing_to_make(
    clinic: Path, tmp_path: Path
) -> None:
    table = tmp_path / "clinics.csv"
    table.write_text("".join(line for line in TABLE.splitlines(True) if "North" not in line))
    translate_table(clinic, table, {"Sunday": "Söndag {clinic_phone}"})
    command = f"build tiny-leaflet --paper a4 -l sv --jobs 1 --clinics {table}"
    told = answer(f"{command} -w", clinic, "-o", tmp_path / "out")
    assert (told["not_made"], [*(tmp_path / "out").glob("*/*")]) == (["south"], [])
    assert "program-error" not in [each["code"] for each in told["diagnostics"]]


def test_a_clinics_translations_are_not_its_neighbours(
    clinic: Path, library: Library, tmp_path: Path
) -> None:
    """Clinics without content of their own, of which one has its own words in Swedish."""
    for name in ("one", "two"):
        folder = make_workspace(tmp_path / "all" / name)
        translate(folder, "sv", "about-sun", library=library)
    path = tmp_path / "all" / "two" / "locales" / "sv.po"
    path.write_text(path.read_text("utf-8").replace("Sún ánd shádé", "Sol och skugga"), "utf-8")
    command = f"build about-sun -l sv --jobs 1 --clinics {tmp_path / 'all'} -w"
    answer(command, clinic, "-o", tmp_path / "out")
    titles = {
        name: readback.headings((tmp_path / "out" / name / SUN).read_bytes(), 1)
        for name in ("one", "two")
    }
    assert titles == {"one": ["Sún ánd shádé"], "two": ["Sol och skugga"]}
