"""``handouts init``: a clinic's folder that works at once, and never over what stands there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.cli import main
from handouts.content.layers import FONTS, SHIPPED
from handouts.content.load import validated
from handouts.content.scaffold import ClinicDetails, clinic_fault, settings_text
from handouts.content.workspace import open_workspace
from handouts.content.yaml import parse_yaml
from handouts.model.clinic import Brand, Clinic, Settings
from tests.world import demo, handouts

ANSWERS = ("--name", "Larkfield", "--region", "GB", "--phone", "020 7946 0142")


@pytest.mark.parametrize("region", SHIPPED.regions())
def test_the_new_folder_has_no_faults(region: str, tmp_path: Path) -> None:
    """Elsewhere than here one leaflet has all that differs; `test_leaflets` makes the others."""
    made = handouts(
        "init", tmp_path / "c", "--name", "A", "--region", region, "--phone", "+44 20 7946 0142"
    )
    assert made.exit_code == 0, made.output
    names = () if region == "GB" else ("isotretinoin",)
    checked = handouts("check", *names, "-w", tmp_path / "c")
    assert checked.exit_code == 0, checked.output
    assert "warning" not in checked.stderr


@pytest.mark.parametrize("region", SHIPPED.regions())
def test_every_example_in_it_may_be_used(region: str, tmp_path: Path) -> None:
    """An example begins with ``#`` and a key; a remark has a blank between."""
    clinic = tmp_path / "c"
    handouts("init", clinic, "--name", "A", "--region", region, "--phone", "+44 20 7946 0142")
    for name in ("handouts.yaml", "brand.yaml"):
        text = (clinic / name).read_text("utf-8")
        text = re.sub(r"^( *)#(?=[a-z]|  )", r"\1", text, flags=re.MULTILINE)
        (clinic / name).write_text(text, "utf-8")
    (clinic / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    for weight in ("Regular", "Bold"):
        shutil.copy(FONTS / f"NotoSans-{weight}.ttf", clinic / f"{weight.lower()}.ttf")
    opened = open_workspace(clinic).settings.model
    assert opened.model_fields_set == set(Settings.model_fields)
    assert open_workspace(clinic).brand.model_fields_set == set(Brand.model_fields)
    assert opened.clinic.model_fields_set == set(Clinic.model_fields)
    assert handouts("check", "my-wound-card", "-w", clinic).exit_code == 0


@pytest.mark.usefixtures("library")
def test_it_says_what_to_do_next(tmp_path: Path) -> None:
    result = handouts("init", tmp_path / "my clinic", *ANSWERS)
    assert shlex.split(result.stdout) == ["handouts", "build", "-w", str(tmp_path / "my clinic")]


@pytest.mark.usefixtures("library")
def test_the_paper_is_that_of_the_region(tmp_path: Path) -> None:
    handouts("init", tmp_path / "c", "--name", "A", "--region", "US", "--phone", "555-0100")
    assert open_workspace(tmp_path / "c").settings.model.papers == ("letter",)


@pytest.mark.usefixtures("library")
def test_options_say_what_is_wanted(tmp_path: Path) -> None:
    more = ("--language", "en", "--paper", "letter", "--paper", "a4")
    handouts("init", tmp_path / "c", *ANSWERS, *more)
    made = open_workspace(tmp_path / "c").settings.model
    assert (made.clinic.name, made.clinic.phone) == ("Larkfield", "020 7946 0142")
    assert (made.languages, made.papers) == (("en",), ("letter", "a4"))


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("phone", ["999", "02079460142", "+442079460142"])
def test_a_number_in_digits_stays_text_for_editors_too(phone: str, tmp_path: Path) -> None:
    handouts("init", tmp_path / "c", *ANSWERS, "--phone", phone)
    line = (tmp_path / "c/handouts.yaml").read_text("utf-8").partition("phone: ")[2]
    assert line[0] in "'\""
    assert open_workspace(tmp_path / "c").settings.model.clinic.phone == phone


NAMES = [
    """Dr "Quote" O'Neill""",
    "Skin: the clinic # one",
    "😀 Skin",
    "عيادة الجلد",
    "מרפאת עור (Skin)",
    "- {a} [b] & *c !d %e @f `g`",
    "$name ${region}",
    "yes",
    "null",
    "1.0",
    "007",
    "Ż" * 70,
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_back_as_it_was_given(name: str, tmp_path: Path) -> None:
    result = handouts("init", tmp_path / "c", *ANSWERS, "--name", name)
    assert result.exit_code == 0, result.output
    assert open_workspace(tmp_path / "c").settings.model.clinic.name == name


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_back_or_refused(text: str) -> None:
    name = text.strip()
    if clinic_fault("name", name) is None:
        made = settings_text(ClinicDetails(name, "999", "GB", ("en",), ("a4",)), demo())
        read = validated(parse_yaml(made, Path("handouts.yaml")), Settings)
        assert read.model.clinic.name == name


REFUSED = [
    ((), "Not a terminal: `--name`, `--region` and `--phone` are required"),
    (("--name", "A"), "Not a terminal: `--region` and `--phone` are required"),
    (("--name", "A", "--region", "GB"), "Not a terminal: `--phone` is required"),
    ((*ANSWERS, "--name", ""), "`name` is empty: it is printed on every leaflet"),
    ((*ANSWERS, "--name", "A" * 71), "`name` must be at most 70 characters long"),
    ((*ANSWERS, "--name", "A\u202eB"), "The invisible character U+202E cannot be printed"),
    ((*ANSWERS, "--phone", " "), "`phone` is empty: every leaflet tells patients to call it"),
    ((*ANSWERS, "--region", "FR"), "There is no region `FR`. Use one of: `GB` (United Kingdom)"),
    ((*ANSWERS, "--region", "GB US"), "A clinic has only one region"),
    ((*ANSWERS, "--language", "tlh"), "There is no language `tlh`"),
    ((*ANSWERS, "--paper", "a5"), "There is no paper `a5`. Use one of: `a4`, `letter`"),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_cannot_be_is_refused_and_nothing_written(
    options: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    result = handouts("init", tmp_path / "c", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(tmp_path.iterdir())


STANDING = [
    ("handouts.yaml",),
    ("brand.yaml", "content/README.md"),
    ("schemas/block.json",),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("names", STANDING)
def test_it_never_writes_over_a_file(names: tuple[str, ...], tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    result = handouts("init", tmp_path, *ANSWERS)
    assert result.exit_code == 2
    assert all(name in result.stderr for name in names)
    assert _files(tmp_path) == dict.fromkeys(names, "mine")


@pytest.mark.usefixtures("library")
def test_it_may_go_into_a_folder_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("mine")
    assert handouts("init", tmp_path, *ANSWERS).exit_code == 0
    assert _files(tmp_path).keys() > {"logo.svg", "handouts.yaml", "content/README.md"}


@pytest.mark.usefixtures("library")
def test_half_a_folder_is_taken_back(tmp_path: Path) -> None:
    """A file stands where the folder ``content`` should be, which comes to light on the way."""
    (tmp_path / "content").write_text("mine")
    result = handouts("init", tmp_path, *ANSWERS)
    assert result.exit_code == 2
    assert _files(tmp_path) == {"content": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["content"]


@pytest.mark.usefixtures("library")
def test_a_new_folder_comes_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", stop)
    assert handouts("init", tmp_path / "c", *ANSWERS).exit_code == 130
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("library")
def test_the_answer_names_the_files(tmp_path: Path) -> None:
    answer = json.loads(handouts("init", tmp_path / "c", *ANSWERS, "--json").stdout)
    assert answer.keys() == {"ok", "folder", "files", "diagnostics"}
    assert answer["folder"] == str(tmp_path / "c")
    assert set(answer["files"]) == {f"{tmp_path}/c/{name}" for name in _files(tmp_path / "c")}


DIALOGUES = [
    (
        "all is asked",
        (),
        ["Larkfield", "GB", "", "020 7946 0142"],
        ("Larkfield", "GB", ("en",), ("a4",), "020 7946 0142"),
    ),
    (
        "a slip is asked again",
        (),
        ["", "Larkfield", "FR", "GB US", "us", "a5", "A4 and letter", "", "555-0100"],
        ("Larkfield", "US", ("en",), ("a4", "letter"), "555-0100"),
    ),
    (
        "what an option says is not asked",
        ("--name", "Larkfield", "--phone", "999", "--paper", "letter"),
        ["US", ""],
        ("Larkfield", "US", ("en",), ("letter",), "999"),
    ),
]


@pytest.mark.parametrize(
    ("options", "lines", "wanted"), [d[1:] for d in DIALOGUES], ids=[d[0] for d in DIALOGUES]
)
@pytest.mark.usefixtures("library")
def test_it_asks_on_a_terminal(
    options: tuple[str, ...],
    lines: list[str],
    wanted: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = _on_terminal(monkeypatch, lines, "init", str(tmp_path / "c"), *options)
    assert result.exit_code == 0, result.output
    made = open_workspace(tmp_path / "c").settings.model
    clinic = made.clinic
    assert (clinic.name, made.region, made.languages, made.papers, clinic.phone) == wanted


REGIONS = ["gb", "UK", "uk", "U.K.", "United Kingdom", "the united kingdom", "England", " GB "]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("answer", REGIONS)
def test_a_region_may_be_named_as_people_name_it(answer: str, tmp_path: Path) -> None:
    result = handouts("init", tmp_path / "c", *ANSWERS, "--region", answer)
    assert result.exit_code == 0, result.output
    assert open_workspace(tmp_path / "c").settings.model.region == "GB"


SIZES = {
    "A4": ("a4",),
    "a4, letter": ("a4", "letter"),
    "US Letter & A4": ("letter", "a4"),
    "both": ("a4", "letter"),
    "Both": ("a4", "letter"),
}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("answer", "papers"), SIZES.items())
def test_papers_may_be_named_as_people_name_them(
    answer: str, papers: tuple[str, ...], tmp_path: Path
) -> None:
    result = handouts("init", tmp_path / "c", *ANSWERS, "--paper", answer)
    assert result.exit_code == 0, result.output
    assert open_workspace(tmp_path / "c").settings.model.papers == papers


@pytest.mark.usefixtures("library")
def test_questions_name_what_there_is_and_say_why_an_answer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["", "Larkfield", "GB", "", "999"]
    said = _on_terminal(monkeypatch, lines, "init", str(tmp_path / "c")).output
    assert "Region (GB: United Kingdom, US: United States)" in said
    assert "Error: `name` is empty: it is printed on every leaflet" in said
    assert "Languages" not in said, "there is only one"


@pytest.mark.usefixtures("library")
def test_a_folder_inside_that_of_another_clinic_is_told(tmp_path: Path) -> None:
    handouts("init", tmp_path / "c", *ANSWERS)
    result = handouts("init", tmp_path / "c/new/d", *ANSWERS)
    assert result.exit_code == 0
    assert "warning[nested-clinic]: This is inside the folder of another clinic" in result.stderr


COUNTRIES = [("en_US.UTF-8", "US"), ("de_DE.UTF-8", None), ("C", None)]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("setting", "region"), COUNTRIES)
def test_the_region_of_the_machine_is_proposed(
    setting: str, region: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", setting)
    lines = ["A", "" if region else "GB", "", "999"]
    _on_terminal(monkeypatch, lines, "init", str(tmp_path / "c"))
    assert open_workspace(tmp_path / "c").settings.model.region == (region or "GB")


@pytest.mark.usefixtures("library")
def test_an_end_of_the_dialogue_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _on_terminal(monkeypatch, ["A"], "init", str(tmp_path / "c")).exit_code == 130
    assert not list(tmp_path.iterdir())


def _on_terminal(monkeypatch: pytest.MonkeyPatch, lines: list[str], *arguments: str) -> Result:
    monkeypatch.setattr("handouts.cli.terminal.can_ask", lambda: True)
    return CliRunner().invoke(main, arguments, input="".join(f"{line}\n" for line in lines))


def _files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}
