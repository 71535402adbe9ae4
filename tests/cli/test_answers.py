"""How commands end: exit codes, and the one JSON object that each of them answers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import fastjsonschema
import pytest

from handouts.cli.answers import ANSWERS, schema_files, values_before
from handouts.cli.program import COMMANDS
from handouts.content.layers import SHIPPED
from tests.commands import COMMANDS as ALL_COMMANDS
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

DOCS = Path(__file__).parents[2] / "docs" / "reference"
LEAFLET = "content/leaflets/tiny-leaflet.yaml"

SWEDISH = 'msgid ""\nmsgstr "Language: sv\\n"\n'

WORLDS = {
    "fine": {},
    "broken leaflet": {LEAFLET: TINY_LEAFLET.replace("aim:", "aym:")},
    "broken settings": {"handouts.yaml": "region: GB\n"},
    "translated": {"locales/sv.po": SWEDISH},
}

ENDINGS: list[tuple[str, str, int, list[str]]] = [
    ("approve tiny-leaflet --role clinical --by Me", "fine", 0, []),
    ("approve tiny-leaflet --role clinical --by Me", "broken leaflet", 1, ["unknown-key"]),
    ("approve tiny-leaflet --role clinical --by Me", "broken settings", 1, ["missing-key"]),
    ("approve tiny-leaflat --role clinical --by Me", "fine", 2, ["unknown-leaflet"]),
    ("approve tiny-leaflet --role clinical", "fine", 2, ["usage"]),
    ("build tiny-leaflet", "fine", 0, []),
    ("build tiny-leaflet --format html --format png", "fine", 0, []),
    ("build tiny-leaflet", "broken leaflet", 1, ["unknown-key"]),
    ("build tiny-leaflet", "broken settings", 1, ["missing-key"]),
    ("build tiny-leaflet --require approved", "fine", 1, ["not-approved"]),
    ("build tiny-leaflat", "fine", 2, ["unknown-leaflet"]),
    ("build --paper a5", "fine", 2, ["usage"]),
    ("build --date soon", "fine", 2, ["usage"]),
    ("cache info", "fine", 0, []),
    ("cache info --all", "fine", 2, ["usage"]),
    ("cache clear", "fine", 0, []),
    ("cache clear --all", "fine", 2, ["usage"]),
    ("cache", "fine", 2, ["usage"]),
    ("check", "fine", 0, []),
    ("check", "broken leaflet", 1, ["unknown-key"]),
    ("check", "broken settings", 1, ["missing-key"]),
    ("check --papers", "fine", 2, ["usage"]),
    ("diff", "fine", 0, []),
    ("diff --accept kinds.yaml", "fine", 0, []),
    ("diff", "broken leaflet", 0, []),
    ("diff", "broken settings", 1, ["missing-key"]),
    ("diff tiny-leaflet", "fine", 2, ["unknown-override"]),
    ("diff --accept", "fine", 2, ["usage"]),
    ("doctor", "fine", 0, []),
    ("doctor", "broken settings", 2, ["cannot-run"]),
    ("doctor --papers", "fine", 2, ["usage"]),
    ("explain", "fine", 0, []),
    ("explain drift todo", "fine", 0, []),
    ("explain draft", "fine", 2, ["usage"]),
    ("init {new} --name A --region GB --phone 999", "fine", 0, []),
    ("init {clinic} --name A --region GB --phone 999", "fine", 2, ["exists"]),
    ("init {new} --name A", "fine", 2, ["usage"]),
    ("list", "fine", 0, []),
    ("list", "broken leaflet", 1, ["unknown-key"]),
    ("list", "broken settings", 1, ["missing-key"]),
    ("list everything", "fine", 2, ["usage"]),
    ("list regions", "fine", 0, []),
    ("list kinds", "broken leaflet", 0, []),
    ("list sources", "broken settings", 1, ["missing-key"]),
    ("list treatments", "fine", 0, []),
    ("new leaflet mine --kind tiny", "fine", 0, []),
    ("new leaflet mine --kind tiny", "broken settings", 1, ["missing-key"]),
    ("new leaflet tiny-leaflet --kind tiny", "fine", 2, ["exists"]),
    ("new leaflet mine", "fine", 2, ["usage"]),
    ("new block a/b --type text", "fine", 0, []),
    ("new block sun/shade --copy", "fine", 0, []),
    ("new block a/b --type tekst", "fine", 2, ["usage"]),
    ("new brand", "fine", 0, []),
    ("new kind wound", "fine", 0, []),
    ("new kind Wound", "fine", 2, ["usage"]),
    ("new region Ireland", "fine", 2, ["usage"]),
    ("new labels persnal", "fine", 2, ["usage"]),
    ("new source smith", "fine", 2, ["usage"]),
    ("new region IE --copy GB", "fine", 0, []),
    ("new labels personal", "fine", 0, []),
    ("new source SMITH2024", "fine", 0, []),
    ("new source SMITH2024", "broken settings", 1, ["missing-key"]),
    ("new template leaflet", "fine", 0, []),
    ("new template leaflat", "fine", 2, ["usage"]),
    ("new brand --copy", "fine", 2, ["usage"]),
    ("new", "fine", 2, ["usage"]),
    ("search shade", "fine", 0, []),
    ("search shade", "broken leaflet", 1, ["unknown-key"]),
    ("search shade", "broken settings", 1, ["missing-key"]),
    ("search", "fine", 2, ["usage"]),
    ("schema", "fine", 0, []),
    ("schema", "broken settings", 0, []),
    ("schema --all", "fine", 2, ["usage"]),
    ("show tiny-leaflet", "fine", 0, []),
    ("show tiny-leaflet --explain", "fine", 0, []),
    ("show about-sun --explain", "fine", 0, []),
    ("show tiny-leaflet", "broken leaflet", 1, ["unknown-key"]),
    ("show tiny-leaflet", "broken settings", 1, ["missing-key"]),
    ("show tiny-leaflat", "fine", 2, ["unknown-leaflet"]),
    ("show", "fine", 2, ["usage"]),
    ("status", "fine", 0, []),
    ("status", "broken leaflet", 1, ["unknown-key"]),
    ("status", "broken settings", 1, ["missing-key"]),
    ("status tiny-leaflet", "fine", 2, ["usage"]),
    ("translate start sv", "fine", 0, []),
    ("translate start sv", "broken settings", 1, ["missing-key"]),
    ("translate start swedish", "fine", 2, ["unknown-language"]),
    ("translate update", "fine", 2, ["unknown-language"]),
    ("translate update", "translated", 0, []),
    ("translate update -l sv", "fine", 2, ["unknown-language"]),
    ("translate status tiny-leaflet -l sv", "fine", 0, []),
    ("translate status tiny-leaflat", "fine", 2, ["unknown-leaflet"]),
    ("translate export sv tiny-leaflet -o {new}", "fine", 0, []),
    ("translate export sv -o {clinic}", "fine", 2, ["usage"]),
    ("translate import {clinic}/locales/sv.po", "translated", 0, []),
    ("translate import {clinic}/handouts.yaml -l sv", "fine", 1, ["translation-file"]),
    ("translate import nothing.po", "fine", 2, ["usage"]),
    ("translate", "fine", 2, ["usage"]),
    ("verify {digest}", "fine", 0, []),
    ("verify {digest}", "broken leaflet", 1, ["unknown-words"]),
    ("verify about-sun", "fine", 1, ["no-code"]),
    ("verify {digest}", "broken settings", 1, ["missing-key"]),
    ("verify", "fine", 2, ["usage"]),
    ("desk", "fine", 2, ["usage"]),
    ("watch", "fine", 2, ["usage"]),
]

GROUPS = {name for name, command in ALL_COMMANDS.items() if isinstance(command, click.Group)}
WITHOUT_A_FOLDER = {"cache", "explain", "init"}
WITHOUT_AN_ANSWER = {"desk", "watch"}


@pytest.mark.parametrize(("command", "world", "code", "errors"), ENDINGS)
def test_every_command_ends_with_a_code_and_one_object(
    command: str,
    world: str,
    code: int,
    errors: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It fits the command's schema however it ends, and agrees with the exit code."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    clinic, new = make_tiny(tmp_path / "clinic", WORLDS["fine"]), tmp_path / "new"
    digest = _digest(clinic) if "{digest}" in command else ""
    make_tiny(clinic, WORLDS[world])
    name, *arguments = command.format(clinic=clinic, new=new, digest=digest).split()
    arguments += ["-o", str(tmp_path / "out")] if name == "build" else []
    with_folder = name not in WITHOUT_A_FOLDER and command not in GROUPS
    arguments += ["-w", str(clinic)] if with_folder else []
    result = handouts(name, *arguments, "--json")
    answer = json.loads(result.stdout)
    _fits(name)(answer)
    assert (result.exit_code, _errors(answer), result.stderr) == (code, errors, "")
    assert answer["ok"] is (code == 0)
    assert any(answer[key] for key in values_before(name)) or code


def test_a_command_without_a_schema_or_without_such_a_test_is_found() -> None:
    assert ANSWERS.keys() == COMMANDS.keys()
    for name in ALL_COMMANDS.keys() - GROUPS:
        ends = {code for command, _, code, _ in ENDINGS if f"{command} ".startswith(f"{name} ")}
        assert ({2} if name in WITHOUT_AN_ANSWER else {0, 2}) <= ends, name


def test_the_published_schemas_are_fresh() -> None:
    """After a change of ``handouts/cli/answers.py``, run ``scripts/answers``."""
    published = (DOCS / "answers").iterdir()
    assert {path.name: path.read_text("utf-8") for path in published} == schema_files()


EXAMPLES = re.findall(
    r"^## (\w+)\n.+?^```json\n(.+?)^```$",
    (DOCS / "answers.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


def test_every_answer_has_an_example() -> None:
    assert {name for name, _ in EXAMPLES} == ANSWERS.keys()


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_example_fits_its_schema(name: str, example: str) -> None:
    _fits(name)(json.loads(example))


SLIPS: list[tuple[str, dict[str, Any]]] = [
    ("a key too few", {"ok": True, "leaflets": 1, "diagnostics": []}),
    ("a key too many", {"ok": True, "leaflets": 1, "blocks": 1, "more": 1, "diagnostics": []}),
    ("a list for a number", {"ok": True, "leaflets": [], "blocks": 1, "diagnostics": []}),
    ("a code alone", {"ok": False, "leaflets": 1, "blocks": 1, "diagnostics": [{"code": "todo"}]}),
]


@pytest.mark.parametrize("answer", [a for _, a in SLIPS], ids=[name for name, _ in SLIPS])
def test_a_schema_knows_a_slip(answer: dict[str, Any]) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        _fits("check")(answer)


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


_schemas = lru_cache(schema_files)


@lru_cache
def _fits(name: str) -> Callable[[dict[str, Any]], object]:
    """Raises for an answer that the command's schema does not allow."""
    checked: Callable[[dict[str, Any]], object]
    checked = fastjsonschema.compile(json.loads(_schemas()[f"{name}.json"]))
    return checked


def _digest(clinic: Path) -> str:
    rows = json.loads(handouts("status", "--json", "-w", clinic).stdout)["leaflets"]
    return next(str(row["digest"]) for row in rows if row["leaflet"] == "tiny-leaflet")
