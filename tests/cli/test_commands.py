"""The commands as people type them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner

from handouts.cli import main, options, signoff, translate
from handouts.content.layers import SHIPPED
from handouts.diagnostics import CannotPrintError
from handouts.model.approvals import Role
from handouts.model.tables import Edition, Ink, Paper
from handouts.translation.units import State
from tests.commands import COMMANDS
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

CHOICES = {
    "paper": (options.PAPERS, Paper),
    "edition": (options.EDITIONS, Edition),
    "ink": (options.INKS, Ink),
    "role": (signoff.ROLES, Role),
    "state": (translate.STATES, State),
}
"""What an option offers, written out so that help need not load the models; and the model's."""


@pytest.mark.parametrize(("offered", "model"), CHOICES.values(), ids=CHOICES)
def test_an_option_offers_what_the_model_allows(offered: tuple[str, ...], model: Any) -> None:
    assert offered == get_args(model)


COUNTED = {"check tiny-leaflet": "1 leaflet, 0 blocks: ", "check": "3 leaflets, 2 blocks: "}


@pytest.mark.parametrize(("command", "words"), COUNTED.items())
def test_check_says_how_much_it_has_checked(command: str, words: str, tmp_path: Path) -> None:
    told = handouts(*command.split(), "-w", make_tiny(tmp_path)).stderr
    assert told.endswith(f"{words}no errors\n")


def test_one_leaflet_on_one_paper_is_one_pdf_and_a_manifest(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    result = handouts("build", "tiny-leaflet", "--paper", "letter", "-o", out, "-w", clinic)
    assert result.exit_code == 0, result.output
    assert _files(out) == ["manifest.json", "tiny-leaflet_en-GB_letter-DRAFT.pdf"]
    assert (out / "tiny-leaflet_en-GB_letter-DRAFT.pdf").read_bytes().startswith(b"%PDF-")


def test_formats(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    formats = ("--format", "html", "--format", "png")
    assert handouts("build", "tiny-leaflet", "-w", clinic, "-o", out, *formats).exit_code == 0
    assert _files(out) == [
        "manifest.json",
        "tiny-leaflet_en-GB_a4-DRAFT.html",
        "tiny-leaflet_en-GB_a4-page1-DRAFT.png",
    ]
    assert "http" not in (out / "tiny-leaflet_en-GB_a4-DRAFT.html").read_text("utf-8").replace(
        "http://www.w3.org/2000/svg", ""
    )


def test_the_manifest_says_what_is_in_each_file(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    handouts("build", "tiny-leaflet", "-w", clinic, "-o", out)
    (record,) = json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    assert record["file"] == "tiny-leaflet_en-GB_a4-DRAFT.pdf"
    assert record["approval"] == "unapproved"
    assert record["review_due"] == "2027-11-22"
    assert record["size"] == (out / record["file"]).stat().st_size


def test_a_later_build_keeps_the_records_of_an_earlier_one(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    for paper in ("a4", "letter"):
        handouts("build", "tiny-leaflet", "-w", clinic, "-o", out, "--paper", paper)
    records = json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    assert [record["paper"] for record in records] == ["a4", "letter"]


def test_a_fault_leaves_what_was_there(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    handouts("build", "tiny-leaflet", "-w", clinic, "-o", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    make_tiny(clinic, {"content/leaflets/tiny-leaflet.yaml": TINY_LEAFLET.replace("aim:", "aym:")})
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", out)
    assert result.exit_code == 1
    assert "tiny-leaflet.yaml:7:1" in result.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_one_broken_leaflet_does_not_stop_the_others(tmp_path: Path) -> None:
    broken = TINY_LEAFLET.replace("tiny-leaflet", "other").replace("aim:", "aym:")
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/other.yaml": broken})
    result = handouts("build", "tiny-leaflet", "other", "-w", clinic, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "Not made because of the errors above: other" in result.stderr
    assert _files(tmp_path / "out") == ["manifest.json", "tiny-leaflet_en-GB_a4-DRAFT.pdf"]


def test_list_names_every_leaflet() -> None:
    rows = json.loads(handouts("list", "--json").stdout)["leaflets"]
    assert [row["id"] for row in rows] == ["about-sun", "using-creams"]
    assert all(row.keys() >= {"title", "kind", "languages", "approval"} for row in rows)


def test_show_tells_the_file_of_each_block() -> None:
    shown = json.loads(handouts("show", "using-creams", "--json").stdout)["leaflet"]
    blocks = [block for section in shown["sections"] for block in section["blocks"]]
    assert any(block["file"].endswith("blocks/creams/rules.yaml") for block in blocks)
    assert [source["key"] for source in shown["sources"]] == ["CREAM-PAPER"]


def test_show_prints_the_whole_list_of_sources_for_a_reader_who_asks() -> None:
    shown = handouts("show", "using-creams", "--sources").stdout.splitlines()
    assert shown[1:] == ["  1  Journal of Made-up Creams. A made-up paper on creams. 2025."]


def test_check_finds_no_fault_in_what_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handouts.cli.options.LIBRARY", SHIPPED)
    result = handouts("check")
    assert result.exit_code == 0, result.output


def test_doctor_finds_this_machine_well() -> None:
    result = handouts("doctor")
    assert result.exit_code == 0, result.output
    assert "pango" in result.stdout


LIBRARIES: list[tuple[dict[str, str | None], int, str]] = [
    ({"pango": "1.50.0", "harfbuzz-subset": "found"}, 0, "ok harfbuzz-subset found"),
    ({"pango": "1.50.0", "harfbuzz-subset": None}, 0, "warn harfbuzz-subset not found:"),
    ({}, 2, "FAIL pango no libpango;"),
]


@pytest.mark.parametrize(("found", "code", "line"), LIBRARIES)
def test_doctor_tells_what_stops_the_work_from_what_hinders_it(
    found: dict[str, str | None], code: int, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def library_versions() -> dict[str, str | None]:
        if not found:
            raise CannotPrintError("no libpango")
        return found

    monkeypatch.setattr("handouts.pdf.internals.library_versions", library_versions)
    result = handouts("doctor")
    assert result.exit_code == code
    assert line in " ".join(result.stdout.split())


UNUSABLE = [
    (("build", "using-cream"), "Did you mean `using-creams`?"),
    (("show", "nothing"), "There is no leaflet `nothing`"),
    (("build", "-w", "no-such-folder"), "There is no such folder"),
    (("build", "--date", "soon"), "Invalid value for '--date'"),
    (("build", "--paper", "a5"), "Invalid value for '--paper'"),
    (("biuld",), "Did you mean"),
]


@pytest.mark.parametrize(("arguments", "message"), UNUSABLE)
def test_what_cannot_run_exits_with_2_and_says_why(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = handouts(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("keep me")
    result = handouts("build", "-w", make_tiny(tmp_path / "c"), "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert (tmp_path / "out").read_text() == "keep me"


DAYS = [
    (("--date", "2027-11-22"), {}, False),
    (("--date", "2027-11-23"), {}, True),
    ((), {"SOURCE_DATE_EPOCH": "1826928000"}, True),
    (("--date", "2026-12-01"), {"SOURCE_DATE_EPOCH": "1900000000"}, False),
]


@pytest.mark.parametrize(("options", "variables", "overdue"), DAYS)
def test_the_day_decides_whether_the_review_is_overdue(
    options: tuple[str, ...],
    variables: dict[str, str],
    overdue: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tiny leaflet is of 2026-11-22 and due after twelve months; ``--date`` goes first."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    clinic = make_tiny(tmp_path / "clinic")
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path, "--json", *options)
    (record,) = json.loads(result.stdout)["outputs"]
    assert record["overdue"] is overdue


def test_a_source_date_epoch_that_is_no_number_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    result = handouts("build", "tiny-leaflet", "-w", make_tiny(tmp_path), "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "`SOURCE_DATE_EPOCH` must be a number of seconds, not `soon`" in result.stderr


QUIET = ["build tiny-leaflet", "check", "list", "new leaflet mine --kind tiny", "show tiny-leaflet"]


@pytest.mark.parametrize("command", QUIET)
def test_quiet_says_nothing_but_errors(command: str, tmp_path: Path) -> None:
    """First all is well, then the settings are broken."""
    clinic = make_tiny(tmp_path / "clinic")
    arguments = [*command.split(), "-w", str(clinic)]
    arguments += ["-o", str(tmp_path / "out")] if "build" in command else []
    assert handouts(*arguments, "--quiet").stderr == ""
    make_tiny(clinic, {"handouts.yaml": "region: GB\n"})
    assert handouts(*arguments, "--quiet").stderr.startswith("error[missing-key]: ")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_help_and_every_command_an_example(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert f"handouts {name}" in (command.epilog or "")
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, parameter.name


def test_no_summary_of_a_command_is_cut_off() -> None:
    assert "..." not in handouts("--help").stdout.partition("Commands:")[2]


def test_the_help_of_build_lists_every_option_once_below_a_heading() -> None:
    shown = handouts("build", "--help").stdout
    headings = re.findall(r"^(\w.*):$", shown, re.MULTILINE)
    assert headings == [
        "What to make",
        "What to do with it",
        "Sign-off",
        "Copies for one person",
        "Many clinics",
        "Speed",
        "General",
    ]
    options = shown.partition("What to make:")[2]
    listed = re.findall(r"^  (?:-\w, )?(--[a-z]+)", options, re.MULTILINE)
    named = [p.opts[-1] for p in COMMANDS["build"].params if isinstance(p, click.Option)]
    assert sorted(listed) == sorted([*named, "--help"])


def test_leaflet_names_complete() -> None:
    from click.shell_completion import ShellComplete

    completion = ShellComplete(main, {}, "handouts", "_HANDOUTS_COMPLETE")
    items = completion.get_completions(["build"], "us")
    assert [item.value for item in items] == ["using-creams"]


OPENED = [
    ("one leaflet", ["--paper", "a4"], "tiny-leaflet_en-GB_a4-DRAFT.pdf"),
    ("on two papers", ["--paper", "a4", "--paper", "letter"], ""),
    ("for one person", ["--for", "Mrs Example"], "tiny-leaflet_en-GB_a4-PERSONAL-DRAFT.pdf"),
]


@pytest.mark.parametrize(("options", "name"), [o[1:] for o in OPENED], ids=[o[0] for o in OPENED])
def test_what_was_built_is_opened(
    options: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file in its viewer, several as a folder."""
    opened: list[str] = []

    def launch(path: str) -> int:
        opened.append(path)
        return 0

    monkeypatch.setattr("click.launch", launch)
    monkeypatch.setenv("DISPLAY", ":0")
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    build = ("build", "tiny-leaflet", "-w", clinic, "-o", out, "--open")
    result = handouts(*build, *options)
    assert opened == [str(out / name)]
    assert f"Opening {out / name}" in result.stderr
    assert json.loads(handouts(*build, *options, "--json").stdout)["ok"]


@pytest.mark.parametrize("display", [None, ":0"])
def test_where_nothing_can_be_opened_that_is_told(
    display: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a display, and without an opener."""
    monkeypatch.setattr("click.launch", lambda _: 1)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv("DISPLAY", display)
    clinic = make_tiny(tmp_path / "clinic")
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out", "--open")
    assert result.exit_code == 0
    assert "Nothing here can open " in result.stderr


COLOURED = [
    ("a terminal", True, {}, True),
    ("a terminal with NO_COLOR", True, {"NO_COLOR": "1"}, False),
    ("a pipe", False, {}, False),
]


@pytest.mark.parametrize("command", [("doctor",), ("show", "about-sun"), ("show", "nothing")])
@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"), [c[1:] for c in COLOURED], ids=[c[0] for c in COLOURED]
)
def test_colours_are_for_terminals_without_no_color(
    command: tuple[str, ...],
    terminal: bool,
    variables: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    result = CliRunner().invoke(main, command, color=terminal, env=variables)
    assert ("\x1b" in result.output) == coloured


def _files(folder: Path) -> list[str]:
    """What people see in a folder."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


NO_DAYS = ["soon", "22/11/2026", "2026-2-30", "2026-02-30", "2026-W01-1", "20261122"]


@pytest.mark.parametrize("day", NO_DAYS)
def test_days_are_asked_for_in_words_of_people(day: str) -> None:
    for command in ("approve", "build", "list", "show", "status", "verify"):
        assert "%Y" not in handouts(command, "--help").stdout
        assert "--date YYYY-MM-DD" in handouts(command, "--help").stdout
    result = handouts("list", "--date", day)
    assert result.exit_code == 2
    assert f"`{day}` is not a day: write it as YYYY-MM-DD, e.g. 2027-03-12" in result.stderr


LISTS = {
    "regions": ("GB", "United Kingdom"),
    "kinds": ("small", "A small kind"),
    "sources": ("SUN-BOOK", "A made-up book of the sun"),
    "treatments": ("cream", "Cream"),
}


@pytest.mark.parametrize(("what", "words"), LISTS.items())
def test_more_than_leaflets_is_listed(what: str, words: tuple[str, str]) -> None:
    shown = handouts("list", what)
    assert shown.exit_code == 0, shown.output
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith(f"{words[0]} ")]
    assert words[1] in line
    answer = json.loads(handouts("list", what, "--json").stdout)
    assert words[0] in [row.get("id", row.get("key")) for row in answer[what]]
    assert not any(answer[other] for other in (*LISTS, "leaflets") if other != what)


def test_sources_and_treatments_are_listed_with_their_leaflets() -> None:
    sources = json.loads(handouts("list", "sources", "--json").stdout)["sources"]
    assert {s["key"]: s["leaflets"] for s in sources}["CREAM-PAPER"] == ["using-creams"]
    treatments = json.loads(handouts("list", "treatments", "--json").stdout)["treatments"]
    assert {t["id"]: t["leaflets"] for t in treatments} == {"cream": ["using-creams"], "lamp": []}
