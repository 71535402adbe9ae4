"""Words for one patient are in the patient's copy, and in nothing else that the program writes."""

from __future__ import annotations

import base64
import json
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from handouts.model.document import Document
from handouts.page.areas import PERSONAL_KINDS
from handouts.page.personal import Personal
from handouts.pdf.imprint import FORMS, Forms
from handouts.pdf.shells import get_or_render, imprint_data
from handouts.store import NO_STORE, Store, key_of
from tests.decoding import files_below, hidden_in
from tests.page.test_personal import RULED
from tests.world import TINY_LEAFLET, demo, demo_document, handouts, make_tiny

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
    (kept,) = files_below(tmp_path).values()
    assert hidden_in(kept, SECRETS) == set(SECRETS)
