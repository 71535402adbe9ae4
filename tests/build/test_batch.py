"""Batches: leaflets made in several processes, and what is left when a batch ends early."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from handouts.diagnostics import Diagnostic
from handouts.model.document import Document
from handouts.pdf.shells import KeyedShell, get_or_render
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

FOUR_JOBS = ("tiny-leaflet", "other", "--paper", "a4", "--paper", "letter")
OTHER = {"content/leaflets/other.yaml": TINY_LEAFLET.replace("tiny-leaflet", "other")}


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two leaflets that render fast, on a machine with two cores."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return make_tiny(tmp_path / "clinic", OTHER)


BATCHES = [(FOUR_JOBS, True), (("tiny-leaflet", "--paper", "a4"), False)]


@pytest.mark.parametrize(("arguments", "in_others"), BATCHES)
def test_four_jobs_are_made_in_other_processes_and_one_job_in_this(
    arguments: tuple[str, ...], in_others: bool, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handouts.build.run.render", _tell_process)
    result = handouts("build", *arguments, "-w", clinic, "-o", clinic / "out", "--json")
    processes = {int(d["message"]) for d in json.loads(result.stdout)["diagnostics"]}
    assert processes
    assert (os.getpid() not in processes) == in_others


def test_a_terminal_shows_count_and_rate(clinic: Path) -> None:
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "handouts", "build", *FOUR_JOBS, "--no-cache", "--jobs", "1"]
    process = subprocess.Popen(
        [*command, "-w", str(clinic), "-o", str(clinic / "out")], stderr=terminal
    )
    shown = b""
    os.close(terminal)
    with contextlib.suppress(OSError):  # the terminal's end
        while piece := os.read(screen, 1000):
            shown += piece
    os.close(screen)
    assert process.wait() == 0
    assert re.search(rb"Leaflets .* [1-3]/4  .*[\d.]+ a second", shown), shown
    assert b"4/4" in shown


def test_a_process_that_is_killed_ends_the_batch_with_a_message(
    clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handouts.build.run.render", _die)
    result = handouts("build", *FOUR_JOBS, "-w", clinic, "-o", clinic / "out", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [d["message"] for d in answer["diagnostics"]] == [
        "A worker process was killed, probably for lack of memory"
    ]
    assert answer["not_made"] == ["other", "tiny-leaflet"]


def test_an_interrupt_keeps_what_was_finished_and_says_so(
    clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two leaflets is interrupted: the manifest and the answer know the first."""
    monkeypatch.setattr("handouts.pdf.shells.get_or_render", _interrupt_on_letter)
    papers, out = ("--paper", "a4", "--paper", "letter"), clinic / "out"
    result = handouts("build", "tiny-leaflet", *papers, "-w", clinic, "-o", out, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 130
    assert [d["code"] for d in answer["diagnostics"]] == ["interrupted"]
    assert [output["file"] for output in answer["outputs"]] == ["tiny-leaflet_en-GB_a4-DRAFT.pdf"]
    assert answer["not_made"] == ["tiny-leaflet"]
    assert _recorded(out) == _present(out)


def test_a_signal_to_a_batch_stops_it_and_the_manifest_fits_the_files(tmp_path: Path) -> None:
    """As Ctrl-C does it, to a real program with its processes, after the first file."""
    names = [f"leaflet-{number}" for number in range(1, 13)]
    files = {f"content/leaflets/{n}.yaml": TINY_LEAFLET.replace("tiny-leaflet", n) for n in names}
    clinic, out = make_tiny(tmp_path / "clinic", files), tmp_path / "out"
    command = [sys.executable, "-m", "handouts", "build", *names, "-w", str(clinic), "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr
        assert program.stderr.readline().startswith("wrote ")
        program.send_signal(signal.SIGINT)
        told = program.stderr.read()
    assert program.returncode == 130
    assert "error[interrupted]: Interrupted from the keyboard" in told
    assert "Traceback" not in told
    assert _recorded(out) == _present(out)
    assert len(_recorded(out)) < len(names)


def _tell_process(*_: object, **__: object) -> tuple[tuple[()], tuple[Diagnostic]]:
    """In place of rendering: the number of the process that would have rendered."""
    return (), (Diagnostic("engine", str(os.getpid())),)


def _die(*_: object, **__: object) -> NoReturn:
    os._exit(1)


def _interrupt_on_letter(document: Document, layers: tuple[Path, ...], *more: Any) -> KeyedShell:
    if document.paper == "letter":
        raise KeyboardInterrupt
    return get_or_render(document, layers, *more)


def _recorded(folder: Path) -> dict[str, str]:
    files: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    return {record["file"]: record["sha256"] for record in files}


def _present(folder: Path) -> dict[str, str]:
    files = folder.glob("*.pdf")
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
