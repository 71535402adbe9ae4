"""No input leads to a stack trace: known ways are mended, and the rest falls in a net."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from handouts.build import plan
from handouts.model.document import Words
from handouts.review.signoff import standing_of
from tests import readback
from tests.hostile_inputs import (
    LEAFLET,
    PRINTED,
    TEMPLATE,
    assert_no_trace,
    build,
    clinic_with,
    errors,
    write,
)
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

# The net ----------------------------------------------------------------------------------------

SECOND = TINY_LEAFLET.replace("tiny-leaflet", "other-leaflet")


def _fail(*_: object, **__: object) -> object:
    raise KeyError("Anna Example, from 9 May")


STAGES = {
    "reading": "handouts.content.workspace.read_brand",
    "resolving": "handouts.build.plan.standing_of",
    "composing": "handouts.page.context.document_title",
    "imprinting": "handouts.pdf.imprint.imprint",
}


@pytest.mark.parametrize("name", STAGES.values(), ids=STAGES)
def test_an_unforeseen_error_is_one_line_and_one_object(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its own message, which could hold a patient's name."""
    clinic = make_tiny(tmp_path / "clinic")
    monkeypatch.setattr(name, _fail)
    result = build(clinic, tmp_path / "out", "--no-cache")
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2
    (problem,) = json.loads(result.stdout)["diagnostics"]
    assert problem["code"] == "program-error"
    assert "KeyError" in problem["message"]
    assert "Anna" not in result.output


def test_other_leaflets_go_on_beside_an_unforeseen_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/other-leaflet.yaml": SECOND})
    right = standing_of

    def wrong(words: Words, *rest: Any) -> object:
        return _fail() if words.leaflet == "other-leaflet" else right(words, *rest)

    monkeypatch.setattr(plan, "standing_of", wrong)
    both = ("tiny-leaflet", "other-leaflet")
    result = handouts("build", *both, "-w", clinic, "-o", tmp_path / "out", "--json")
    answer = json.loads(result.stdout)
    assert [output["leaflet"] for output in answer["outputs"]] == ["tiny-leaflet"]
    assert answer["not_made"] == ["other-leaflet"]
    (problem,) = answer["diagnostics"]
    assert (problem["code"], problem["leaflet"]) == ("program-error", "other-leaflet")


# Known ways -------------------------------------------------------------------------------------

LINKS = {
    "an unknown slot": "https://example.org/{A}",
    "a slot of another kind": "https://example.org/{clinic_name}",
    "a brace that opens": "https://example.org/{",
    "a brace that closes": "https://example.org/}{leaflet}",
    "a slot in a slot": "https://example.org/{{leaflet}}",
    "a class": "https://example.org/{leaflet.__class__}",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_braces_in_a_link_must_be_a_slot(link: str, tmp_path: Path) -> None:
    """`check` finds it too."""
    clinic = clinic_with(tmp_path, write("handouts.yaml", f"{CLINIC}link: '{link}'\n"))
    expected = [("unknown-slot", clinic / "handouts.yaml", 5, 7)]
    assert errors(build(clinic, tmp_path / "out")) == expected
    assert errors(handouts("check", "-w", clinic, "--json")) == expected


def test_other_marks_in_a_link_are_part_of_it(tmp_path: Path) -> None:
    link = "https://example.org/~a*b,{leaflet}"
    clinic = clinic_with(tmp_path, write("handouts.yaml", f"{CLINIC}link: '{link}'\n"))
    assert build(clinic, tmp_path / "out").exit_code == 0


ODD_WORDS = {
    "a dotless i": "An \u0131ndividualised plan",
    "a dotted I": "An İndividualised plan",
    "a long s": "An individuali\u017fed plan",
    "a Kelvin sign": "A \u212aeloid plan",
    "a ligature": "The ﬁrst plan",
    "an alternative text like an area's": "area: the cheek",
    "bold nothing at the end": "A plan ****",
}


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
def test_odd_words_are_printed_as_they_are(words: str, tmp_path: Path) -> None:
    panel = f"{{drawing: pore-healthy, alt: '{words}'}}"
    figure = f"{{type: figure, title: A, caption: B, panels: [{panel}]}}"
    leaflet = TINY_LEAFLET.replace("A tiny leaflet", f"'{words}'").replace(
        "      - type: sources\n", f"      - {figure}\n      - type: sources\n"
    )
    clinic = clinic_with(tmp_path, write(LEAFLET, leaflet))
    result = build(clinic, tmp_path / "out", "--region", "US")
    assert result.exit_code == 0, result.output
    pdf = (tmp_path / "out" / PRINTED.replace("en-GB_a4", "en-US_letter")).read_bytes()
    said = {element.alt for element in readback.elements(pdf)}
    assert unicodedata.normalize("NFC", words).replace("****", "").strip() in said


MANIFESTS = {
    "lists in lists": "[" * 100_000,
    "a list for an id": '{"files": [{"file": "a.png", "format": "png", "leaflet": []}]}',
    "a number for a file": '{"files": [{"file": 3}]}',
    "a list for a record": '{"files": [[]]}',
    "a text for records": '{"files": "abc"}',
    "a number of 5,000 digits": '{"files": [' + "9" * 5_000 + "]}",
    "half a character": '{"files": [{"file": "a.pdf", "leaflet": "\\ud800"}]}',
    "a folder above": '{"files": [{"file": ".."}, {"file": "/"}, {"file": ""}]}',
    "a zero": '{"files": [{"file": "a\\u0000.pdf"}]}',
    "a very long name": '{"files": [{"file": "' + "a" * 5_000 + '.pdf"}]}',
    "no JSON": "files:\n",
    "Latin-1": b'{"files": "\xe9"}',
}


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_cannot_be_used_counts_as_none(
    manifest: str | bytes, tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    write("out/manifest.json", manifest)(tmp_path)
    result = build(clinic, tmp_path / "out")
    assert_no_trace(result)
    assert result.exit_code == 0, result.output
    files = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))["files"]
    assert [record["file"] for record in files] == [PRINTED]


NAMES = ("caf\udce9", "a\nb", "a\x07b", "a b", "🙂", "a" * 200)


FOLDERS = (".", "content/leaflets", "content/blocks/a", "templates/parts", "scans")


def test_files_of_any_name_stop_nothing(tmp_path: Path) -> None:
    """Names that are not UTF-8 come out of old archives."""
    clinic = make_tiny(tmp_path / "clinic")
    for folder, name in product(FOLDERS, NAMES):
        (clinic / folder).mkdir(parents=True, exist_ok=True)
        (clinic / folder / f"{name}.yaml").write_text("a: 1\n")
    for command in ("check", "list", "status"):
        assert_no_trace(handouts(command, "-w", clinic))
    for _ in range(2):
        result = build(clinic, tmp_path / "out")
        assert_no_trace(result)
        assert result.exit_code == 0, result.output


TEMPLATES = {
    "blocks in blocks": "{% if 1 %}" * 120 + "{% endif %}" * 120,
    "loops in loops": "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "braces in braces": "{{ " + "(" * 300 + ")" * 300 + " }}",
    "a long sum": "{{ " + "+".join(["1"] * 3_000) + " }}",
    "half a character": "{{ '\\ud800' }}",
    "a number of 5,000 digits": "{{ " + "9" * 5_000 + " }}",
    "a sum of nothing": "{{ [] | sum(start=leaflet) + 1 }}",
    "a sort of anything": "{{ [1, 'a', leaflet] | sort }}",
    "a format": "{{ '%s %d' | format(1) }}",
    "a slice": "{{ leaflet.sections['a':'b'] }}",
    "a call of a text": "{{ 'a'() }}",
    "a drawing of nothing": "{{ drawing(1, 2) }}",
    "a tint of nothing": "{{ tint('red', 'a') }}",
    "an area of nothing": "{{ area('x', 'y', []) }}",
    "a day of nothing": "{{ day('x') }}",
    "a picture of nothing": "{{ picture(1) }}",
    "people of nothing": "{{ people(leaflet) }}",
    "a range of text": "{% for a in range('a') %}{% endfor %}",
    "a macro of itself": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "an endless include": "{% include 'leaflet.html.j2' %}",
    "a style of nothing": "<style>@page { size: 0 0 }</style><p>A</p>",
    "a style of too much": "<style>p { width: calc(1e999px * 1e999) }</style><p>A</p>",
    "a page of minus one": "<style>@page { size: -1mm; margin: 1e9mm }</style><p>A</p>",
    "a counter": "<style>p::before { counter-increment: a 99999999999 }</style><p>A</p>",
    "no words": "",
}


@pytest.mark.parametrize("body", TEMPLATES.values(), ids=TEMPLATES)
def test_any_template_is_printed_or_refused(body: str, tmp_path: Path) -> None:
    clinic = clinic_with(tmp_path, write(TEMPLATE, body))
    result = build(clinic, tmp_path / "out", "--no-cache")
    assert_no_trace(result)
    told = {code for code, *_ in errors(result)}
    assert told <= {
        "no-mark",
        "template",
        "template-syntax",
        "engine",
        "engine-mismatch",
        "style",
        "unknown-template",
    }


OPTIONS: dict[str, tuple[str, ...]] = {
    "a version of 5,000 digits": (),
    "a workspace of itself": ("-w", "loop"),
    "a workspace that is not UTF-8": ("-w", "caf\udce9"),
    "a workspace with a long name": ("-w", "a" * 5_000),
    "an output that is a file": ("-o", "file"),
    "an output with a long name": ("-o", "a" * 5_000),
    "an output below a file": ("-o", "file/out"),
    "an output in a file that is not UTF-8": ("-o", "file/caf\udce9"),
    "an output in nothing": ("-o", "/proc/out"),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_odd_options_are_told(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    long = TINY_LEAFLET.replace('"1.0"', f'"{"9" * 5_000}.0"') if not options else TINY_LEAFLET
    make_tiny(tmp_path / "clinic", {LEAFLET: long})
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()
    given = ("-w", "clinic", "-o", "out", *options)
    result = handouts("build", "tiny-leaflet", *given, "--json")
    assert_no_trace(result)
    assert result.exit_code in (1, 2)
    assert errors(result)


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in some containers, where the user has no name either."""
    import platformdirs

    from handouts.cli.options import user_store
    from handouts.pdf.fontconfig import use_private_fonts
    from handouts.store import NO_STORE

    def homeless(*_: object) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)
    monkeypatch.delenv("HANDOUTS_CACHE")
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    assert user_store() == NO_STORE
    assert use_private_fonts.__wrapped__().is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", ["list --json", "list", "show tiny-leaflet --json", "--help"])
def test_a_full_disk_for_what_is_said_is_an_error(arguments: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "handouts", *arguments.split()]
    make_tiny(tmp_path)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error[cannot-run]: Cannot use")
    assert "No space left on device" in done.stderr
    assert "Make room on the disk" in done.stderr


def test_both_outputs_full_is_an_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "handouts", "list", "--json"]
    with Path(os.devnull).open("rb") as closed:  # cannot be written to
        done = subprocess.run(command, stdout=closed, stderr=closed, cwd=tmp_path, check=False)
    assert done.returncode == 2
