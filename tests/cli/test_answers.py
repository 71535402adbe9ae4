"""How commands end: exit codes, and the one JSON object that each of them answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handouts.content.layers import SHIPPED
from tests.world import TINY_LEAFLET, handouts, make_tiny

LEAFLET = "content/leaflets/tiny-leaflet.yaml"

WORLDS = {
    "fine": {},
    "broken leaflet": {LEAFLET: TINY_LEAFLET.replace("aim:", "aym:")},
    "broken settings": {"handouts.yaml": "region: GB\n"},
}

KEYS = {
    "build": {"ok", "outputs", "not_made", "diagnostics"},
    "check": {"ok", "leaflets", "blocks", "diagnostics"},
    "diff": {"ok", "overrides", "accepted", "diagnostics"},
    "doctor": {"ok", "findings", "diagnostics"},
    "list": {"ok", "leaflets", "diagnostics"},
    "new": {"ok", "files", "diagnostics"},
    "schema": {"ok", "files", "diagnostics"},
    "show": {"ok", "leaflet", "diagnostics"},
}

ENDINGS: list[tuple[str, str, int, list[str]]] = [
    ("build tiny-leaflet", "fine", 0, []),
    ("build tiny-leaflet", "broken leaflet", 1, ["unknown-key"]),
    ("build tiny-leaflet", "broken settings", 1, ["missing-key"]),
    ("build tiny-leaflat", "fine", 2, ["unknown-leaflet"]),
    ("build --paper a5", "fine", 2, ["usage"]),
    ("build --date soon", "fine", 2, ["usage"]),
    ("check", "fine", 0, []),
    ("check", "broken leaflet", 1, ["unknown-key"]),
    ("check", "broken settings", 1, ["missing-key"]),
    ("check --papers", "fine", 2, ["usage"]),
    ("list", "fine", 0, []),
    ("list", "broken leaflet", 1, ["unknown-key"]),
    ("list", "broken settings", 1, ["missing-key"]),
    ("list everything", "fine", 2, ["usage"]),
    ("show tiny-leaflet", "fine", 0, []),
    ("show tiny-leaflet", "broken leaflet", 1, ["unknown-key"]),
    ("show tiny-leaflat", "fine", 2, ["unknown-leaflet"]),
    ("show", "fine", 2, ["usage"]),
    ("diff", "fine", 0, []),
    ("diff tiny-leaflet", "fine", 2, ["unknown-override"]),
    ("diff --accept", "fine", 2, ["usage"]),
    ("diff", "broken settings", 1, ["missing-key"]),
    ("new leaflet mine --kind tiny", "fine", 0, []),
    ("new leaflet tiny-leaflet --kind tiny", "fine", 2, ["exists"]),
    ("new leaflet mine --kind tiny", "broken settings", 1, ["missing-key"]),
    ("new leaflet mine", "fine", 2, ["usage"]),
    ("new brand", "fine", 0, []),
    ("schema", "fine", 0, []),
    ("schema", "broken settings", 0, []),
    ("doctor", "fine", 0, []),
    ("doctor", "broken settings", 2, ["cannot-run"]),
]


@pytest.mark.parametrize(("command", "world", "code", "errors"), ENDINGS)
def test_every_command_ends_with_a_code_and_one_object(
    command: str, world: str, code: int, errors: list[str], tmp_path: Path
) -> None:
    """The same keys however it ends; ``ok`` and the diagnostics agree with the exit code."""
    name, *arguments = command.split()
    clinic = make_tiny(tmp_path / "clinic", WORLDS[world])
    arguments += ["-o", str(tmp_path / "out")] if name == "build" else []
    result = handouts(name, *arguments, "--json", "-w", clinic)
    answer = json.loads(result.stdout)
    assert result.exit_code == code
    assert answer.keys() == KEYS[name]
    assert answer["ok"] is (code == 0)
    assert _errors(answer) == errors
    assert result.stderr == ""


@pytest.mark.parametrize("arguments", [("biuld", "--json"), ("--json",), ("--json", "list")])
def test_a_slip_before_the_command_is_answered_in_json_too(arguments: tuple[str, ...]) -> None:
    answer = json.loads(handouts(*arguments).stdout)
    assert _errors(answer) == ["usage"]


def test_a_build_answers_what_is_made_and_what_is_not(tmp_path: Path) -> None:
    other = TINY_LEAFLET.replace("tiny-leaflet", "other").replace("aim:", "aym:")
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/other.yaml": other})
    names = ("tiny-leaflet", "other")
    result = handouts("build", *names, "-w", clinic, "-o", tmp_path / "out", "--json")
    answer = json.loads(result.stdout)
    assert [output["file"] for output in answer["outputs"]] == ["tiny-leaflet_en-GB_a4-DRAFT.pdf"]
    assert answer["not_made"] == ["other"]


def test_a_broken_leaflet_is_told_beside_the_list_of_the_others(tmp_path: Path) -> None:
    other = TINY_LEAFLET.replace("tiny-leaflet", "other").replace("aim:", "aym:")
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/other.yaml": other})
    answer = json.loads(handouts("list", "--json", "-w", clinic).stdout)
    listed = {leaflet["id"] for leaflet in answer["leaflets"]}
    assert "tiny-leaflet" in listed
    assert "other" not in listed
    assert [d["file"] for d in answer["diagnostics"]] == [f"{clinic}/content/leaflets/other.yaml"]


def test_json_is_ascii(tmp_path: Path) -> None:
    """Any locale can print it, and it still says the same."""
    clinic = make_tiny(tmp_path, {LEAFLET: TINY_LEAFLET.replace("A tiny", "Für Żaneta,")})
    shown = handouts("show", "tiny-leaflet", "--json", "-w", clinic).stdout
    assert shown.isascii()
    assert json.loads(shown)["leaflet"]["title"] == "Für Żaneta, leaflet"


def test_help_is_help_with_json_too() -> None:
    result = handouts("list", "--json", "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    assert '"ok"' not in result.stdout


def test_without_a_command_it_is_help() -> None:
    assert handouts().stdout == handouts("--help").stdout


@pytest.mark.parametrize("option", ["--json", "--verbose"])
def test_a_reader_who_has_read_enough_is_no_fault(option: str) -> None:
    """As in ``handouts show … | head``: the pipe is closed before all is written."""
    show = ["handouts", "show", "acne-explained", "-w", str(SHIPPED.demo_clinic), option]
    command, pipe = [sys.executable, "-m", *show], subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe) as program:
        assert program.stdout
        assert program.stderr
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 0


def _errors(answer: dict[str, Any]) -> list[str]:
    return [d["code"] for d in answer["diagnostics"] if d["severity"] == "error"]
