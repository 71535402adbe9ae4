"""What can be made on a machine where the PDF engine does not start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.world import handouts, make_tiny

PDF, HTML = "tiny-leaflet_en-GB_a4-DRAFT.pdf", "tiny-leaflet_en-GB_a4-DRAFT.html"

WITHOUT_PANGO = """\
import ctypes, sys
import cffi.api

load = cffi.api._load_backend_lib

def load_no_pango(backend, name, flags):
    if name and "pango" in name:
        raise OSError(f"cannot load library {name!r}")
    return load(backend, name, flags)

class NoPango(ctypes.CDLL):
    def __init__(self, name, *more, **options):
        if "pango" in str(name):
            raise OSError(f"cannot load library {name!r}")
        super().__init__(name, *more, **options)

cffi.api._load_backend_lib = load_no_pango
ctypes.CDLL = NoPango
from handouts.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a store of its own, which the processes of a test share."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    return make_tiny(tmp_path / "clinic")


def asked(clinic: Path, *options: str) -> list[str]:
    out = str(clinic.parent / "out")
    return ["build", "tiny-leaflet", "--json", *options, "-w", str(clinic), "-o", out]


def here(clinic: Path, *options: str) -> None:
    result = handouts(*asked(clinic, *options))
    assert result.exit_code == 0, result.output


def there(clinic: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """How a build ends on the machine without Pango, and what it answers."""
    return answered(*asked(clinic, *options))


def answered(*command: str) -> tuple[int, dict[str, Any]]:
    command = (sys.executable, "-c", WITHOUT_PANGO, *command)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_a_new_leaflet_cannot_be_printed_there(clinic: Path) -> None:
    code, answer = there(clinic)
    assert (code, [d["code"] for d in answer["diagnostics"]]) == (2, ["cannot-run"])
    assert not (clinic.parent / "out").exists()


def test_it_is_checked_there_but_for_what_only_the_engine_finds(clinic: Path) -> None:
    code, answer = answered("check", "--json", "-w", str(clinic))
    assert (code, [d["code"] for d in answer["diagnostics"]]) == (0, ["not-laid-out"])


def test_a_web_page_can_be_made_there_and_is_the_same(clinic: Path) -> None:
    here(clinic, "--format", "html")
    page = clinic.parent / "out" / HTML
    expected = page.read_bytes()
    page.unlink()
    assert there(clinic, "--format", "html")[0] == 0
    assert page.read_bytes() == expected


def test_a_build_that_changes_nothing_ends_well_there(clinic: Path) -> None:
    """Also where its file has gone: it is put together again from what is kept."""
    here(clinic)
    sheet = clinic.parent / "out" / PDF
    expected, made = sheet.read_bytes(), sheet.stat().st_mtime_ns
    assert there(clinic)[0] == 0
    assert sheet.stat().st_mtime_ns == made
    sheet.unlink()
    assert there(clinic)[0] == 0
    assert sheet.read_bytes() == expected
