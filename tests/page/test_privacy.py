"""Words for one patient are in the patient's copy, and in nothing else that the program writes."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import handouts as handouts_api
from handouts.cli import main
from handouts.diagnostics import HandoutsError
from handouts.model.document import Document
from handouts.page.areas import PERSONAL_KINDS
from handouts.page.personal import Personal, lay_out
from handouts.pdf import render
from handouts.pdf.imprint import FORMS, Forms
from handouts.pdf.shell import SHELLS
from handouts.pdf.shells import get_or_render, imprint_data
from handouts.store import NO_STORE, TAG, Store, key_of
from tests.decoding import files_below, hidden_in
from tests.world import RULED, TINY_LEAFLET, demo, demo_document, handouts, make_tiny

NAME, NOTE, DOCTOR = "Anna Żółć-Example", "Start with every other night.", "Dr B. Sample"
SECRETS = (NAME, NOTE, DOCTOR)
PERSONAL = ("--for", NAME, "--note", NOTE, "--clinician", DOCTOR, "--date", "2026-11-22")
TO_NOBODY = Personal(NAME, DOCTOR, NOTE, date(2026, 11, 22))


@dataclass(frozen=True)
class Machine:
    """A machine on which everything that is written comes to lie below one folder."""

    folder: Path
    put: list[bytes]

    @property
    def clinic(self) -> Path:
        return self.folder / "clinic"

    def build(self, *options: str) -> str:
        """Build, and tell all that was said."""
        out = self.folder / "out"
        result = handouts("build", "tiny-leaflet", *options, "-v", "-w", self.clinic, "-o", out)
        assert result.exit_code == 0, result.output
        return result.output

    def copies(self) -> list[Path]:
        return [path for path in files_below(self.folder) if "-PERSONAL" in path.name]

    def leaks(self) -> dict[str, set[str]]:
        """Secrets outside the patient's copies, also in what was put into the store and went."""
        files = files_below(self.folder)
        places = {str(path): files[path] for path in files.keys() - set(self.copies())}
        places |= {f"put {number}": data for number, data in enumerate(self.put)}
        found = {place: hidden_in(data, SECRETS) for place, data in places.items()}
        return {place: secrets for place, secrets in found.items() if secrets}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    put: list[bytes] = []
    keep = Store.put

    def noted(store: Store, key: str, data: bytes) -> None:
        if store.folder:
            put.append(data)
        keep(store, key, data)

    monkeypatch.setattr(Store, "put", noted)
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "TMPDIR"))
    monkeypatch.chdir(tmp_path / "HOME")
    return Machine(tmp_path, put)


BUILDS = {
    "a file": (TINY_LEAFLET, ()),
    "a note on ruled lines": (RULED, ()),
    "pages and pictures": (RULED, ("--format", "pdf", "--format", "html", "--format", "png")),
    "no cache": (TINY_LEAFLET, ("--no-cache",)),
}


@pytest.mark.parametrize(("leaflet", "options"), BUILDS.values(), ids=BUILDS)
def test_a_personal_copy_leaves_nothing_of_the_patient_behind(
    leaflet: str, options: tuple[str, ...], machine: Machine
) -> None:
    """Before it, after it and in its place general copies are made, from the same store."""
    make_tiny(machine.clinic, {"content/leaflets/tiny-leaflet.yaml": leaflet})
    said = machine.build()
    said += machine.build(*PERSONAL, *options)
    said += machine.build(*PERSONAL, *options)
    said += machine.build()
    assert machine.leaks() == {}
    assert not [secret for secret in SECRETS if secret in said]
    copies = [path for path in machine.copies() if path.suffix != ".png"]
    assert copies
    for path in copies:
        assert hidden_in(path.read_bytes(), SECRETS) == set(SECRETS), path


def test_a_process_remembers_nothing_of_the_patient() -> None:
    """It may go on to make the next patient's copy."""
    document, layers = demo_document("dark-marks", "a4"), demo().workspace.template_layers
    FORMS._recent.clear()
    _personal_forms(document, layers, NO_STORE)
    for forms in FORMS._recent.values():
        assert not hidden_in(forms.to_bytes(), SECRETS)
    assert len(FORMS._recent) == 1


def _personal_forms(document: Document, layers: tuple[Path, ...], store: Store) -> Forms:
    areas = get_or_render(document, layers, store, TO_NOBODY).shell.areas
    assert {area.kind for area in areas} & PERSONAL_KINDS
    return imprint_data(document, layers, areas, store, TO_NOBODY)[1].forms


# Whatever a clinic's templates do with them -----------------------------------------------------

PRINTING = {
    "on the page": "{% if personal %}<p>{{ personal.band|join(' ') }} {{ personal.note }}</p>"
    "{% endif %}",
    "in a style": "{% if personal %}<style>.mine::before { content: '{{ personal.band|join(' ') }} "
    "{{ personal.note }}' }</style>{% endif %}<p class='mine'>A</p>",
    "as an alternative text": "<p>A</p>{% if personal %}<img src='data:image/svg+xml,"
    "%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E' alt='{{ personal.band|join(' ') }} "
    "{{ personal.note }}'>{% endif %}",
    "in a heading": "<h1>A {{ personal.band|join(' ') ~ personal.note if personal }}</h1>",
    "in a title": "{% if personal %}<p title='{{ personal.band }}{{ personal.note }}'>A</p>"
    "<p>{{ personal.band|join(' ') }}{{ personal.note }}</p>{% endif %}",
    "nowhere else": "<p>A</p>",
}


@pytest.mark.parametrize("body", PRINTING.values(), ids=PRINTING)
def test_a_clinics_template_that_prints_the_words_keeps_none(body: str, machine: Machine) -> None:
    """A note on ruled lines, which is where the template finds it."""
    page = '{% extends "shipped:leaflet.html.j2" %}{% block closing %}{{ super() }}' + body
    own = {"content/leaflets/tiny-leaflet.yaml": RULED}
    own["templates/leaflet.html.j2"] = page + "{% endblock %}"
    make_tiny(machine.clinic, own)
    said = machine.build()
    said += machine.build(*PERSONAL, "--format", "pdf", "--format", "html")
    said += machine.build(*PERSONAL, "--format", "pdf", "--format", "html")
    said += machine.build()
    assert machine.leaks() == {}
    assert not [secret for secret in SECRETS if secret in said]
    for path in machine.copies():
        assert hidden_in(path.read_bytes(), SECRETS) == set(SECRETS), path


def test_a_process_remembers_no_page_with_the_words(tmp_path: Path) -> None:
    """Not even a style or a drawing, for the next patient's copy."""
    who = "{{ personal.band|join(' ') if personal }}"
    body = f"<style>.mine::before {{ content: '{who}' }}</style><p class='mine'>A</p>"
    page = f'{{% extends "shipped:leaflet.html.j2" %}}{{% block closing %}}{body}{{% endblock %}}'
    clinic = make_tiny(tmp_path, {"templates/leaflet.html.j2": page})
    (task,) = handouts_api.open(clinic).plan(["tiny-leaflet"], on=date(2026, 11, 22)).tasks
    before = render._style_sheet.cache_info().currsize
    shells = len(SHELLS._recent)
    get_or_render(task.document, task.layers, NO_STORE, TO_NOBODY)
    assert render._style_sheet.cache_info().currsize == before
    assert len(SHELLS._recent) == shells


LONG = "Stop isotretinoin now, do not restart, call us today. "
FAULTS = {
    "a line with wide letters": ((), (NAME, "W" * 60, DOCTOR), "no-room"),
    "a line with too many letters": ((), (NAME, LONG * 9, DOCTOR), "no-room"),
    "a note with too many letters": ((RULED,), (NAME, LONG * 9, DOCTOR), "no-room"),
    "a note with wide letters": ((RULED,), (NAME, "W" * 68, DOCTOR), "no-room"),
    "letters without a glyph": ((), (f"{NAME} 가나", NOTE, DOCTOR), "missing-glyph"),
    "a mark of direction": ((), (f"{NAME}\u202e", NOTE, DOCTOR), "control-character"),
    "half a character": ((), (f"{NAME}\udce9", NOTE, DOCTOR), "control-character"),
    "a bell": ((), (NAME, f"{NOTE}\x07", DOCTOR), "control-character"),
    "an error in a template": (
        (TINY_LEAFLET, "{{ personal.band[0]|int + personal.band }}"),
        (NAME, NOTE, DOCTOR),
        "template",
    ),
    "a template of that name": (
        (TINY_LEAFLET, "{% include personal.band[0] %}"),
        (NAME, NOTE, DOCTOR),
        "unknown-template",
    ),
    "a label of that name": (
        (TINY_LEAFLET, "{{ label(personal.band[0]) }}"),
        (NAME, NOTE, DOCTOR),
        "template",
    ),
    "a style of that name": (
        (TINY_LEAFLET, "<style>p { {{ personal.band|join }}: 1 }</style><p>A</p>"),
        (NAME, NOTE, DOCTOR),
        "engine",
    ),
}


@pytest.mark.parametrize(("own", "words", "code"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("as_json", [True, False], ids=["JSON", "text"])
def test_faults_quote_nothing(
    own: tuple[str, ...], words: tuple[str, ...], code: str, as_json: bool, machine: Machine
) -> None:
    leaflet, *templates = own or (TINY_LEAFLET,)
    files = {"content/leaflets/tiny-leaflet.yaml": leaflet}
    for body in templates:
        files["templates/leaflet.html.j2"] = f"<!doctype html>\n{body}"
    make_tiny(machine.clinic, files)
    given = [
        x for pair in zip(("--for", "--note", "--clinician"), words, strict=True) for x in pair
    ]
    where = ("-w", machine.clinic, "-o", machine.folder / "out", "--format", "pdf")
    result = handouts("build", "tiny-leaflet", *given, *where, *["--json"] * as_json)
    assert result.exit_code == 1
    assert code in result.output
    told = json.dumps(json.loads(result.stdout), ensure_ascii=False) if as_json else result.output
    parts = ("Anna", "Żółć", "every other", "Sample", "WWWW", "isotretinoin", "中")
    assert not [part for part in parts if part in told]
    assert machine.leaks() == {}
    assert not machine.copies()


# Other ways to give them ------------------------------------------------------------------------

GIVEN: dict[str, tuple[tuple[str, ...], str]] = {
    "from standard input": (
        ("--for", "-", "--note", "-", "--clinician", "-"),
        f"{NAME}\n{NOTE}\n{DOCTOR}\n",
    ),
    "from files": (("--for", "@for.txt", "--note", "@note.txt", "--clinician", "@by.txt"), ""),
    "from both": (("--for", "-", "--note", "@note.txt", "--clinician", "-"), f"{NAME}\n{DOCTOR}"),
    "in another order": (
        ("--clinician", "-", "--note", "-", "--for", "-"),
        f"{DOCTOR}\r\n{NOTE}\r\n{NAME}",
    ),
}


@pytest.mark.parametrize("asked", [False, True], ids=["piped", "typed"])
@pytest.mark.parametrize(("options", "typed"), GIVEN.values(), ids=GIVEN)
def test_words_need_not_be_among_the_arguments(
    options: tuple[str, ...],
    typed: str,
    asked: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handouts.cli.terminal.can_ask", lambda: asked)
    monkeypatch.chdir(tmp_path)
    files = {"for.txt": NAME, "note.txt": NOTE.replace(" ", "\n", 1), "by.txt": f"\ufeff{DOCTOR}\n"}
    for name, words in files.items():
        (tmp_path / name).write_text(words, "utf-8")
    command = ["build", "tiny-leaflet", *options, "-w", str(make_tiny(tmp_path / "clinic"))]
    result = CliRunner().invoke(main, command, input=typed)
    assert result.exit_code == 0, result.output
    (copy,) = (tmp_path / "clinic" / "output").glob("*-PERSONAL-DRAFT.pdf")
    assert hidden_in(copy.read_bytes(), SECRETS) == set(SECRETS)


EMPTY = {"nothing": "", "spaces": "   ", "a tab": "\t", "an empty file": "@empty", "no line": "-"}


@pytest.mark.parametrize("words", EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize("option", ["--for", "--note", "--clinician"])
def test_words_that_are_empty_are_a_wrong_call(option: str, words: str, tmp_path: Path) -> None:
    """A script with an empty variable must not hand out a general copy."""
    (tmp_path / "empty").write_text("\n")
    given = words.replace("@", f"@{tmp_path}/")
    clinic = make_tiny(tmp_path / "clinic")
    result = handouts("build", "tiny-leaflet", option, given, "-w", clinic, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error[usage]: `{option}` has no text")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", ["", " ", "\u2028"])
def test_the_interface_refuses_empty_words_too(words: str) -> None:
    with pytest.raises(HandoutsError) as raised:
        lay_out(replace(TO_NOBODY, name=words), demo_document("dark-marks", "a4"))
    assert {d.code for d in raised.value.diagnostics} == {"empty-text"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no files without a name")
def test_a_build_that_is_killed_leaves_no_words_behind(machine: Machine, tmp_path: Path) -> None:
    """Stopped for ever at the moment when the copy is written, or a little earlier or later."""
    make_tiny(machine.clinic)
    out = machine.folder / "out"
    command = [sys.executable, "-m", "handouts", "build", "tiny-leaflet", *PERSONAL]
    command += ["-w", str(machine.clinic), "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - began
    for number in range(6):
        for path in out.glob("*"):
            path.unlink()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(whole * (0.75 + 0.05 * number))
        process.kill()
        process.wait()
        left = {path.name for path in out.iterdir()} - {".manifest.lock"}
        assert left <= {path.name for path in machine.copies()}
    assert machine.leaks() == {}
    assert str(tmp_path) in str(out)


def test_hidden_files_of_killed_builds_are_removed(machine: Machine) -> None:
    """As other systems than Linux leave them behind; but no file of anybody else's."""
    make_tiny(machine.clinic)
    out = machine.folder / "out"
    out.mkdir()
    ours, new, other = (
        out / name for name in (f".{'a' * 16}.part", f".{'b' * 16}.part", ".a.part")
    )
    for path in (ours, new, other):
        path.write_bytes(b"Half a leaflet")
    for path in (ours, other):
        os.utime(path, (1, 1))
    machine.build()
    assert [path.exists() for path in (ours, new, other)] == [False, True, True]


# The reader of all this, without which nothing would be found ------------------------------------


def _json(words: bytes) -> bytes:
    return json.dumps({"a": [words.decode("latin-1")]}).encode()


def _utf_16(words: bytes) -> bytes:
    return b"(<feff" + words.decode().encode("utf-16-be").hex().encode() + b">)"


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda words: b"... " + words,
    "hexadecimal": lambda words: b"<" + words.hex().encode() + b">",
    "UTF-16": _utf_16,
    "a stream": lambda words: b"<<>>\nstream\n" + zlib.compress(words) + b"\nendstream",
    "UTF-16 in a stream": lambda w: b"stream\n" + zlib.compress(_utf_16(w)) + b"\nendstream",
    "JSON": _json,
    "a stream in JSON": lambda w: _json(b"stream\n" + zlib.compress(w) + b"\nendstream"),
    "JSON behind a checksum": lambda words: b"0" * 64 + _json(words),
    "a data URI": lambda words: b'src="data:x;base64,' + base64.b64encode(words) + b'"',
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_the_reader_finds_words_however_they_are_wrapped(wrap: Callable[[bytes], bytes]) -> None:
    assert hidden_in(wrap(NAME.encode()), SECRETS) == {NAME}
    assert hidden_in(wrap(b"Anna Example, every night"), SECRETS) == set()


def test_the_reader_finds_words_that_are_set_in_type(tmp_path: Path) -> None:
    """In the store as it would be if the filled areas of a personal copy were kept."""
    document, layers = demo_document("dark-marks", "a4"), demo().workspace.template_layers
    forms = _personal_forms(document, layers, NO_STORE)
    Store(tmp_path).put(key_of("kept"), forms.to_bytes())
    (kept,) = (data for path, data in files_below(tmp_path).items() if path.name != TAG)
    assert hidden_in(kept, SECRETS) == set(SECRETS)
