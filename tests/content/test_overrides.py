"""Layers: what wins, what it shadows, how it differs, and whether that has changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handouts.cli import options
from handouts.cli.terminal import shown_path
from handouts.content.layers import SHIPPED
from handouts.files import read_bytes
from tests.world import handouts, make_tiny, make_workspace

LEAFLET = "leaflets/acne-explained.yaml"
BLOCK = "blocks/acne/how-spots-form.yaml"
TEMPLATE = "blocks/text.html.j2"
LABEL = "labels:\n  - key: caution\n    text: Watch out\n"


def test_whole_files_win_and_what_they_shadow_is_told(tmp_path: Path) -> None:
    """A clinic's block, template, drawing and label; the rest of the leaflet is shipped."""
    clinic = make_workspace(
        tmp_path,
        {
            f"content/{BLOCK}": _shipped(f"content/{BLOCK}"),
            "content/labels.yaml": LABEL.replace("caution", "about_title"),
            f"templates/{TEMPLATE}": _shipped(f"templates/{TEMPLATE}"),
            "templates/figures/pore-healthy.svg.j2": _shipped(
                "templates/figures/pore-healthy.svg.j2"
            ),
            "templates/styles/page.css.j2": '{% include "shipped:styles/page.css.j2" %}',
        },
    )
    origins = _explained(clinic, "acne-explained")
    own = {name: o for name, o in origins.items() if o["layer"] == "clinic"}
    assert own.keys() == {
        *("handouts.yaml", "acne/how-spots-form", "about_title", "blocks/text.html.j2"),
        *("figures/pore-healthy.svg.j2", "styles/page.css.j2"),
    }
    (shadow,) = own["acne/how-spots-form"]["shadows"]
    assert (shadow["layer"], Path(shadow["file"]).resolve()) == ("shipped", SHIPPED.content / BLOCK)
    (shadow,) = own["about_title"]["shadows"]
    assert shadow["line"] > 1, "the entry's own line"
    assert origins["shipped:styles/page.css.j2"]["layer"] == "shipped"
    assert {o["part"] for o in origins.values()} == {
        *("settings", "leaflet", "region", "block", "kind", "source", "slot", "label"),
        *("template", "style", "figure", "icon"),
    }


def test_the_clinic_stands_before_the_region_and_the_region_before_the_shipped(
    tmp_path: Path, copied: Path
) -> None:
    block = _shipped(f"content/{BLOCK}")
    _put(copied / "content" / "regions" / "GB" / BLOCK, block)
    clinic = make_workspace(tmp_path / "clinic")
    origin = _explained(clinic, "acne-explained")["acne/how-spots-form"]
    assert (origin["layer"], _layers(origin)) == ("region", ["shipped"])
    make_workspace(clinic, {f"content/{BLOCK}": block})
    origin = _explained(clinic, "acne-explained")["acne/how-spots-form"]
    assert (origin["layer"], _layers(origin)) == ("clinic", ["region", "shipped"])


def test_people_read_it_as_a_table(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {f"content/{BLOCK}": _shipped(f"content/{BLOCK}")})
    shown = handouts("show", "acne-explained", "--explain", "-w", clinic).stdout
    row = next(line for line in shown.splitlines() if line.startswith("block  "))
    assert row.split() == [
        *("block", "acne/how-spots-form", "clinic", f"{clinic}/content/{BLOCK}:1"),
        *("shipped", f"{shown_path(SHIPPED.content / BLOCK)}:1"),
    ]


def test_a_leaflet_that_cannot_be_made_is_not_explained_but_told(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {"templates/leaflet.html.j2": "{{ nothing }}"})
    result = handouts("show", "tiny-leaflet", "--explain", "-w", clinic)
    assert result.exit_code == 1
    assert "There is no `nothing` here" in result.stderr


# Differences ------------------------------------------------------------------------------------


def test_an_override_is_shown_as_a_unified_diff(tmp_path: Path) -> None:
    clinic = _override(tmp_path, f"content/{LEAFLET}", ("version: ", 'version: "9.9" # '))
    result = handouts("diff", "-w", clinic)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "acne-explained, not watched",
        "--- shipped/acne-explained",
        "+++ clinic/acne-explained",
    ]
    assert any(line.startswith('+version: "9.9"') for line in lines)
    assert result.stderr == ""


def test_of_a_table_only_replaced_entries_are_shown(tmp_path: Path) -> None:
    more = LABEL + "  - key: own_word\n    text: Our own\n"
    clinic = make_workspace(tmp_path, {"content/labels.yaml": more})
    (row,) = _answer("diff", "-w", clinic)["overrides"]
    assert "+    text: Watch out\n" in row["diff"]
    assert "-    text: Take care\n" in row["diff"]
    assert "own_word" not in row["diff"]


def test_files_of_its_own_are_no_overrides(tmp_path: Path) -> None:
    result = handouts("diff", "-w", make_tiny(tmp_path, {"content/kinds.yaml": "kinds: []\n"}))
    assert result.stdout == "kinds.yaml, not watched\n  no differences\n"


def test_a_name_that_is_no_override_is_told(tmp_path: Path) -> None:
    clinic = _override(tmp_path, f"content/{LEAFLET}")
    result = handouts("diff", "acne-explaned", "-w", clinic)
    assert result.exit_code == 2
    assert "Did you mean `acne-explained`?" in result.stderr


# Drift ------------------------------------------------------------------------------------------

SUN = "content/leaflets/about-sun.yaml"

WATCHED = [
    (SUN, "about-sun", "# replaces: {}"),
    ("content/blocks/sun/shade.yaml", "sun/shade", "# replaces: {}"),
    (f"templates/{TEMPLATE}", TEMPLATE, "{{# replaces: {} #}}"),
    (
        "templates/figures/pore-healthy.svg.j2",
        "figures/pore-healthy.svg.j2",
        "{{#- replaces: {} -#}}",
    ),
    ("templates/figures/palette.yaml", "figures/palette.yaml", "#replaces: {}"),
]

each_watched = pytest.mark.parametrize(("name", "id_", "line"), WATCHED)


@pytest.mark.usefixtures("library")
@each_watched
def test_an_override_of_the_present_file_is_no_drift(
    name: str, id_: str, line: str, tmp_path: Path
) -> None:
    digest = hashlib.sha256(_shipped(name)).hexdigest()
    clinic = _override(tmp_path, name, first=line.format(digest))
    assert _drift("check", "-w", clinic) == []
    (row,) = _answer("diff", id_, "-w", clinic)["overrides"]
    assert (row["state"], row["diff"]) == ("watched", "")


@pytest.mark.usefixtures("library")
@each_watched
def test_a_replaced_file_that_has_changed_is_drift(
    name: str, id_: str, line: str, tmp_path: Path
) -> None:
    """A warning at the line, by ``check`` and ``diff``; it goes when the override is accepted."""
    clinic = _override(tmp_path, name, first=line.format("0" * 64))
    for command in (["check"], ["diff"]):
        (told,) = _drift(*command, "-w", clinic)
        assert (told["severity"], told["file"], told["line"]) == ("warning", str(clinic / name), 1)
        assert f"handouts diff --accept {id_}" in told["hint"]
    before = (clinic / name).read_bytes().split(b"\n")
    assert _answer("diff", "--accept", id_, "-w", clinic)["accepted"] == [id_]
    after = (clinic / name).read_bytes().split(b"\n")
    assert after[1:] == before[1:]
    assert _drift("check", "-w", clinic) == []


@pytest.mark.usefixtures("library")
def test_a_build_warns_of_drift_in_what_it_prints_and_goes_on(tmp_path: Path) -> None:
    clinic = _override(tmp_path / "clinic", SUN, first="# replaces: " + "0" * 64)
    _override(clinic, f"templates/{TEMPLATE}", first="{# replaces: 00 #}")
    result = handouts("build", "using-creams", "-w", clinic, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert f"warning[drift]: The shipped file that `{TEMPLATE}` overrides has changed" in (
        result.stderr
    )
    assert "about-sun" not in result.stderr


@pytest.mark.usefixtures("library")
def test_a_replaced_file_that_has_gone_is_drift(tmp_path: Path) -> None:
    gone = {
        "content/blocks/sun/gone.yaml": f"# replaces: {'0' * 64}\nid: sun/gone\ntype: sources\n"
    }
    clinic = make_workspace(tmp_path, gone)
    (told,) = _drift("check", "-w", clinic)
    assert "no longer exists" in told["message"]
    result = handouts("diff", "--accept", "sun/gone", "-w", clinic)
    assert result.exit_code == 1
    assert "no longer overrides anything" in result.stderr


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_accepting_writes_the_first_line_where_there_is_none(
    mark: str, end: str, tmp_path: Path
) -> None:
    text = _shipped(SUN).decode().replace("\n", end)
    clinic = make_workspace(tmp_path, {SUN: (mark + text).encode()})
    handouts("diff", "--accept", "about-sun", "-w", clinic)
    written = (clinic / SUN).read_bytes().decode()
    digest = hashlib.sha256(_shipped(SUN)).hexdigest()
    assert written == f"{mark}# replaces: {digest}{end}{text}"
    assert handouts("check", "-w", clinic).exit_code == 0


def test_accepting_needs_a_name_and_a_folder_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert handouts("diff", "--accept", "-w", make_tiny(tmp_path / "clinic")).exit_code == 2
    monkeypatch.chdir(tmp_path)
    assert handouts("diff", "--accept", "acne-explained").exit_code == 2


@pytest.mark.usefixtures("library")
def test_a_comment_about_something_else_is_no_record(tmp_path: Path) -> None:
    clinic = _override(tmp_path, SUN, first="# replaces: our old Word file")
    assert _drift("check", "-w", clinic) == []


# ------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped content in a folder that a test may change."""
    copy = shutil.copytree(SHIPPED.content, tmp_path / "shipped" / "content")
    monkeypatch.setattr("handouts.cli.options.LIBRARY", replace(SHIPPED, content=copy))
    return copy.parent


def _shipped(name: str) -> bytes:
    """A file of the library that commands work with."""
    folder, _, rest = name.partition("/")
    return read_bytes(getattr(options.LIBRARY, folder) / rest, 1_000_000)


def _override(
    folder: Path, name: str, change: tuple[str, str] = ("", ""), first: str | None = None
) -> Path:
    """A clinic's folder with a shipped file in it, changed in one place, below a first line."""
    text = _shipped(name).decode()
    text = text.replace(*change, 1) if change[0] else text
    return make_workspace(folder, {name: f"{first}\n{text}" if first else text})


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _answer(*arguments: str | Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(handouts(*arguments, "--json").stdout)
    return answer


def _drift(*arguments: str | Path) -> list[dict[str, Any]]:
    return [d for d in _answer(*arguments)["diagnostics"] if d["code"] == "drift"]


def _explained(clinic: Path, leaflet: str) -> dict[str, dict[str, Any]]:
    answer = _answer("show", leaflet, "--explain", "-w", clinic)
    assert answer["ok"], answer["diagnostics"]
    return {origin["name"]: origin for origin in answer["leaflet"]["made_from"]}


def _layers(origin: dict[str, Any]) -> list[str]:
    return [shadow["layer"] for shadow in origin["shadows"]]
