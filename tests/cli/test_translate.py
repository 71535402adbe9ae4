"""``handouts translate``: from nothing to a file that a translator has filled in, and back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.world import TINY_LEAFLET, handouts, make_tiny, pseudo, tiny_library

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
GLOSSARY = """\
language: sv
form_of_address: du
reading_level: plain
tone: kind
medicines:
  - {id: isotretinoin, names: [isotretinoin]}
"""
SOURCES = ("One point.", "Another point.", "A last point.")

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clinic's folder, beside the folder in which a translator's files are."""
    desk = tmp_path / "desk"
    desk.mkdir()
    monkeypatch.chdir(desk)
    return make_tiny(tmp_path / "clinic")


def run(clinic: Path, *words: str | Path) -> tuple[int, str]:
    told = handouts("translate", *words, "-w", clinic)
    return told.exit_code, told.output


def answer(clinic: Path, *words: str | Path) -> dict[str, Any]:
    answered: dict[str, Any] = json.loads(run(clinic, *words, "--json")[1])
    return answered


def filled(path: Path, change: Callable[[str], str] = pseudo) -> Path:
    """A translator's file with every text translated."""
    file = polib.pofile(str(path))
    for entry in file:
        entry.msgstr, entry.flags = change(entry.msgid), []
    file.save(str(path))
    return path


def test_a_language_is_begun_translated_and_taken_in(clinic: Path) -> None:
    """Ukrainian: nothing in the program knows more of it than Unicode does."""
    assert run(clinic, "start", "uk")[0] == 0
    assert (clinic / "locales" / "uk.po").is_file()
    built = handouts("build", "tiny-leaflet", "-l", "uk", "--format", "html", "-w", clinic)
    assert built.exit_code == 0
    assert "warning[not-translated]: `tiny-leaflet` (uk-GB): " in built.output

    assert run(clinic, "export", "uk", "tiny-leaflet", "-o", "uk.po")[0] == 0
    file = polib.pofile("uk.po")
    assert {*SOURCES} <= {entry.msgid for entry in file}
    filled(Path("uk.po"), lambda source: source if source.isascii() and "{" in source else "Так.")
    code, told = run(clinic, "import", "uk.po")
    assert code == 1
    assert "translation-numbers" in told  # every text is "Yes.", whatever its numbers


BEGUN = [("uk", "ltr", "листопада"), ("he", "rtl", "בנובמבר")]


@pytest.mark.parametrize(("language", "direction", "month"), BEGUN)
def test_one_command_begins_any_language(
    language: str, direction: str, month: str, clinic: Path
) -> None:
    """Its direction and its dates are there at once, its words are English still, and marked."""
    assert run(clinic, "start", language)[0] == 0
    ask = ("-l", language, "--format", "html", "--format", "pdf", "--date", "2026-11-22")
    told = handouts("build", "tiny-leaflet", *ask, "-w", clinic, "-o", clinic / "out")
    assert told.exit_code == 0, told.output
    page = (clinic / "out" / f"tiny-leaflet_{language}-GB_a4-DRAFT.html").read_text("utf-8")
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert "Parts of this leaflet are not translated yet." in page
    assert '<div class="block key-points" lang="en" dir="ltr">' in page
    assert month in page


def test_what_is_taken_in_is_printed(clinic: Path) -> None:
    run(clinic, "start", "sv")
    run(clinic, "export", "sv", "tiny-leaflet", "-o", "sv.po")
    filled(Path("sv.po"))
    code, told = run(clinic, "import", "sv.po")
    assert (code, "not translated" in told) == (0, True)
    (row,) = answer(clinic, "status", "tiny-leaflet", "-l", "sv")["progress"]
    assert row["state"] == "translated"
    built = handouts("build", "tiny-leaflet", "-l", "sv", "--format", "html", "-w", clinic)
    assert (built.exit_code, "not-translated" in built.output) == (0, False)
    assert run(clinic, "import", "sv.po")[1].count(" 0 changed") == 1


def states(clinic: Path) -> dict[str, int]:
    (row,) = answer(clinic, "status", "tiny-leaflet", "-l", "sv")["progress"]
    return {state: row[state] for state in ("missing", "stale", "machine")}


@pytest.fixture(scope="module")
def swedish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: a clinic with a leaflet in Swedish and a glossary, and a desk with exports."""
    folder = tmp_path_factory.mktemp("swedish")
    clinic, desk = make_tiny(folder / "clinic"), folder / "desk"
    desk.mkdir()
    (clinic / "locales").mkdir()
    (clinic / "locales" / "sv.yaml").write_text(GLOSSARY, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handouts.cli.options.LIBRARY", tiny_library(folder / "library"))
        run(clinic, "start", "sv")
        run(clinic, "export", "sv", "tiny-leaflet", "-o", desk / "sv.po")
        assert run(clinic, "import", filled(desk / "sv.po"))[0] == 0
        for name in ("good.po", "good.xlf"):
            run(clinic, "export", "sv", "tiny-leaflet", "-o", desk / name)
    return folder


@pytest.fixture
def translated(clinic: Path, swedish: Path, tmp_path: Path) -> Path:
    """A copy of the clinic with a leaflet in Swedish, and of the desk beside it."""
    for name in ("clinic", "desk"):
        shutil.copytree(swedish / name, tmp_path / name, dirs_exist_ok=True)
    return clinic


def test_a_changed_text_is_stale_before_and_after_the_update(translated: Path) -> None:
    changed = TINY_LEAFLET.replace("Another point.", "Another good point.")
    (translated / LEAFLET).write_text(changed, "utf-8")
    assert states(translated) == {"missing": 0, "stale": 1, "machine": 0}
    (file,) = answer(translated, "update")["updated"]
    assert (file["new"], file["stale"], file["dropped"]) == (0, 1, 0)
    assert states(translated) == {"missing": 0, "stale": 1, "machine": 0}
    run(translated, "export", "sv", "--only", "stale", "-o", "stale.po")
    (entry,) = polib.pofile("stale.po")
    assert (entry.msgid, entry.previous_msgid) == ("Another good point.", "Another point.")
    assert entry.fuzzy
    # Who sends it back as it is has not translated it.
    assert "1 not translated" in run(translated, "import", "stale.po")[1]
    assert states(translated)["stale"] == 1
    assert run(translated, "import", filled(Path("stale.po")))[0] == 0
    assert states(translated) == {"missing": 0, "stale": 0, "machine": 0}


def test_what_a_machine_wrote_stays_so_until_a_person_says_otherwise(clinic: Path) -> None:
    run(clinic, "start", "sv")
    run(clinic, "export", "sv", "tiny-leaflet", "-o", "sv.po")
    total = len(polib.pofile("sv.po"))
    run(clinic, "import", filled(Path("sv.po")), "--machine", "test")
    assert states(clinic)["machine"] == total
    written = polib.pofile(str(clinic / "locales" / "sv.po"))
    assert next(e for e in written if e.msgid == "Tiny").tcomment.startswith(
        "[machine] engine=test "
    )

    # Exported and sent back unread, in either format.
    for name in ("back.po", "back.xlf"):
        run(clinic, "export", "sv", "tiny-leaflet", "-o", name)
        assert " 0 changed" in run(clinic, "import", name)[1]
    # One text changed, one marked as checked.
    file = polib.pofile("back.po")
    first, second = file[0], file[1]
    first.msgstr, second.tcomment = f"{first.msgstr} ", ""
    first.msgstr = first.msgstr.strip() + "."
    file.save()
    assert " 2 changed" in run(clinic, "import", "back.po")[1]
    assert states(clinic)["machine"] == total - 2
    words = Path("back.xlf").read_text("utf-8").replace('approved="no"', 'approved="yes"')
    Path("back.xlf").write_text(words, "utf-8")
    assert run(clinic, "import", "back.xlf")[0] == 0
    assert states(clinic)["machine"] == 0


def test_other_programs_may_wrap_and_sort_as_they_like(translated: Path) -> None:
    file = polib.pofile("good.po", wrapwidth=40)
    file.sort(key=lambda entry: entry.msgid)
    file.metadata["X-Generator"] = "Poedit 3.4"
    file.save()
    before = (translated / "locales" / "sv.po").read_bytes()
    assert " 0 changed" in run(translated, "import", "good.po")[1]
    assert (translated / "locales" / "sv.po").read_bytes() == before


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
def test_gettext_finds_nothing_wrong_with_our_files(translated: Path) -> None:
    for path in (Path("good.po"), translated / "locales" / "sv.po"):
        check = ["msgfmt", "--check", "--output-file=/dev/null", str(path)]
        told = subprocess.run(check, capture_output=True, text=True, check=False)
        assert (told.returncode, told.stderr) == (0, "")


# What is refused, with nothing written ----------------------------------------------------------


def po(change: Callable[[polib.POFile], object]) -> Callable[[str], str]:
    """A translator's file that was changed in some way."""

    def spoil(text: str) -> str:
        file = polib.pofile(text)
        change(file)
        return f"{file}\n"

    return spoil


def entry(source: str, **changes: object) -> Callable[[str], str]:
    """A translator's file with one entry changed."""

    def change(file: polib.POFile) -> None:
        found = next(e for e in file if e.msgid == source)
        for name, value in changes.items():
            setattr(found, name, value)

    return po(change)


def header(**changes: str) -> Callable[[str], str]:
    return po(lambda file: file.metadata.update(changes))


LABEL = "Page {page} of {pages}"
COUNT = "About {count} of 100 {who} {what}"
MARK = "**Draft.** Nobody has checked this translation. Do not give it to patients."

SPOILT: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "a lost slot": (entry(LABEL, msgstr="Sida {page}"), "translation-slots"),
    "a slot too many": (entry("Tiny", msgstr="Liten {page}"), "translation-slots"),
    "a translated slot": (entry(LABEL, msgstr="Sida {sida} av {pages}"), "translation-slots"),
    "a slot twice": (entry(LABEL, msgstr="{page} {page} {pages}"), "translation-slots"),
    "a broken slot": (entry(LABEL, msgstr="Sida {page av {pages}"), "translation-markup"),
    "a lost number": (entry(COUNT, msgstr="{count} {who} {what}"), "translation-numbers"),
    "another number": (entry(COUNT, msgstr="{count} av 1000 {who} {what}"), "translation-numbers"),
    "a number more": (entry("Tiny", msgstr="Liten 2"), "translation-numbers"),
    "lost bold": (entry(MARK, msgstr="Utkast. Ge inte."), "translation-markup"),
    "bold that never ends": (entry(MARK, msgstr="**Utkast. Ge inte."), "translation-markup"),
    "bold of its own": (entry("Tiny", msgstr="**Liten**"), "translation-markup"),
    "a web address": (entry("Tiny", msgstr="https://example.com"), "translation-address"),
    "an address without https": (entry("Tiny", msgstr="example.com"), "translation-address"),
    "an e-mail address": (entry("Tiny", msgstr="a@example.org"), "translation-address"),
    "a medicine": (entry("Tiny", msgstr="Isotretinoin"), "translation-medicine"),
    "another script": (entry("Tiny", msgstr="Крошечный"), "translation-letters"),
    "letters that look Latin": (entry("Tiny", msgstr="Litеn"), "translation-letters"),
    "Chinese": (entry("Tiny", msgstr="小"), "translation-letters"),
    "a direction control": (entry("Tiny", msgstr="\u202eLiten"), "control-character"),
    "an isolate": (entry("Tiny", msgstr="\u2067Liten\u2069"), "control-character"),
    "an invisible space": (entry("Tiny", msgstr="Li\u200bten"), "control-character"),
    "a lost character": (entry("Tiny", msgstr="Li\ufffdten"), "control-character"),
    "a sign that no font has": (entry("Tiny", msgstr="Liten ☃"), "translation-letters"),
    "far too long": (entry("Tiny", msgstr="Liten " * 20), "translation-length"),
    "longer than its room": (entry("Tiny", msgstr="x" * 41), "translation-length"),
    "a text that is not there": (entry("Tiny", msgid="Titchy"), "translation-unknown"),
    "another context": (entry("Tiny", msgctxt="labels/tip#text"), "translation-unknown"),
    "an entry twice": (po(lambda file: file.append(file[3])), "translation-file"),
    "plural forms": (
        lambda text: f'{text}\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n',
        "translation-file",
    ),
    "another language": (header(Language="da"), "translation-file"),
    "another encoding": (
        header(**{"Content-Type": "text/plain; charset=ISO-8859-1"}),
        "translation-file",
    ),
    "Latin-1": (lambda text: text.encode().replace("Á".encode(), b"\xc1"), "not-utf8"),
    "UTF-16": (lambda text: text.encode("utf-16"), "not-utf8"),
    "cut off": (lambda text: text[: text.rindex("msgstr") + 9], "translation-file"),
    "empty": (lambda _: "", "translation-file"),
    "not PO at all": (lambda _: "Dear clinic,\n\nplease find\n", "translation-file"),
    "huge": (lambda text: text + "# \n" * 4_000_000, "file-too-large"),
}


@pytest.mark.parametrize(("spoil", "code"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_refused_and_nothing_is_written(
    spoil: Callable[[str], str | bytes], code: str, translated: Path
) -> None:
    store = translated / "locales" / "sv.po"
    before = store.read_bytes()
    spoilt = spoil(Path("good.po").read_text("utf-8"))
    Path("spoilt.po").write_bytes(spoilt.encode() if isinstance(spoilt, str) else spoilt)
    told = answer(translated, "import", "spoilt.po", "-l", "sv")
    problems = told["diagnostics"]
    assert code in [problem["code"] for problem in problems]
    assert all(problem["file"] and problem["line"] and problem["hint"] for problem in problems)
    assert store.read_bytes() == before


GLOSSARIES = {
    "a medicine that there is not": (
        GLOSSARY.replace("isotretinoin,", "isotretinoine,"),
        "unknown-medicine",
    ),
    "a key that there is not": (GLOSSARY.replace("tone:", "tune:"), "unknown-key"),
}


@pytest.mark.parametrize(("glossary", "code"), GLOSSARIES.values(), ids=GLOSSARIES)
def test_a_faulty_glossary_is_told_before_anything_is_taken_in(
    glossary: str, code: str, translated: Path
) -> None:
    (translated / "locales" / "sv.yaml").write_text(glossary, "utf-8")
    told = answer(translated, "import", "sv.po")
    assert code in [problem["code"] for problem in told["diagnostics"]]
    assert told["imported"] is None


XLIFF = {
    "an entity": (
        lambda text: text.replace("<xliff", '<!DOCTYPE x [<!ENTITY a "b">]>\n<xliff', 1),
        "translation-file",
    ),
    "cut off": (lambda text: text[:900], "translation-file"),
    "another kind of file": (lambda _: "<html/>", "translation-file"),
    "a lost slot": (
        lambda text: text.replace("Págé {page}", "x"),
        "translation-slots",
    ),
    "another language": (lambda text: text.replace('"sv"', '"da"'), "translation-file"),
}


@pytest.mark.parametrize(("spoil", "code"), XLIFF.values(), ids=XLIFF)
def test_so_is_a_spoilt_xliff_file(
    spoil: Callable[[str], str], code: str, translated: Path
) -> None:
    before = (translated / "locales" / "sv.po").read_bytes()
    Path("spoilt.xlf").write_text(spoil(Path("good.xlf").read_text("utf-8")), "utf-8")
    told = answer(translated, "import", "spoilt.xlf", "-l", "sv")
    problems = told["diagnostics"]
    assert code in [problem["code"] for problem in problems]
    assert (translated / "locales" / "sv.po").read_bytes() == before


USAGE = {
    "no language at all": (("start", "english language"), 2, "unknown-language"),
    "begun before": (("start", "sv"), 2, "exists"),
    "never begun": (("update", "-l", "fi"), 2, "unknown-language"),
    "there already": (("export", "sv", "-o", "sv.po"), 2, "exists"),
}


@pytest.mark.parametrize(("words", "exit_code", "code"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_done_is_told(
    words: tuple[str, ...], exit_code: int, code: str, translated: Path
) -> None:
    told = handouts("translate", *words, "-w", translated, "--json")
    assert told.exit_code == exit_code
    assert [problem["code"] for problem in json.loads(told.output)["diagnostics"]] == [code]
