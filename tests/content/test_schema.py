"""JSON Schemas for editors: fresh, named by every shipped file, and as strict as the reader."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from handouts.content.layers import SHIPPED
from handouts.content.schema import FOLDER, SHAPES, schema_files, schema_line, schema_of
from handouts.content.yaml import parse_yaml, read_yaml
from tests.world import handouts, make_workspace

SCHEMAS = SHIPPED.content / FOLDER
SHIPPED_FILES = [
    (root, path.relative_to(root))
    for root in (SHIPPED.content, SHIPPED.demo_clinic)
    for path in sorted(root.rglob("*.yaml"))
]


def test_the_shipped_schemas_are_fresh() -> None:
    """After a change of the models, run ``scripts/schema``."""
    assert {path.name: path.read_text("utf-8") for path in SCHEMAS.iterdir()} == schema_files()


def test_every_shipped_file_names_its_schema_first() -> None:
    """After a new file, run ``scripts/schema``."""
    wrong = []
    for root, path in SHIPPED_FILES:
        line = schema_line(str(schema_of(path)), root / path, SCHEMAS)
        target = (root / path).parent / line.partition("=")[2].strip()
        if not (root / path).read_text("utf-8").startswith(line) or not target.is_file():
            wrong.append(path.as_posix())
    assert wrong == []


def test_every_shipped_file_fits_its_schema() -> None:
    for root, path in SHIPPED_FILES:
        assert _fault(str(schema_of(path)), read_yaml(root / path).data) is None, path


PLACES = [
    ("kinds.yaml", "kinds"),
    ("leaflets/acne-explained.yaml", "leaflet"),
    ("blocks/acne/spot-names.yaml", "block"),
    ("regions/GB.yaml", "region"),
    ("regions/GB/blocks/medicines/rules.yaml", "block"),
    ("content/blocks/laser/sources.yaml", "block"),
    ("content/sources.yaml", "sources"),
    ("handouts.yaml", "handouts"),
    ("notes.yaml", None),
]


@pytest.mark.parametrize(("path", "schema"), PLACES)
def test_a_file_has_the_schema_of_its_place(path: str, schema: str | None) -> None:
    assert schema_of(Path(path)) == schema


CLINIC = "clinic: {name: A, phone: '999'}\nregion: GB\n"
LEAFLET = """\
id: a
kind: b
version: "1.0"
issued: 2026-11-22
title: A
short_title: A
aim: A
audience: A
sections:
  - id: a
    heading: A
    blocks:
      - """

GOOD = [
    ("handouts", CLINIC + "treatments: [fractional-co2-laser, {id: dermaroller, price: '300'}]\n"),
    ("handouts", CLINIC + "require: approved\nlink: https://a.example/{leaflet}\n"),
    ("block", "id: a/b\ntype: contact\nwho: urgent\n"),
    ("leaflet", LEAFLET + "ref: a/b\n"),
    ("leaflet", LEAFLET + "{type: text, paragraphs: [A], sources: [A1]}\n"),
]

SLIPS = [
    ("an unknown key", "handouts", CLINIC + "papper: [a4]\n", "papper"),
    ("a wrong choice", "handouts", CLINIC + "papers: [a5]\n", "papers"),
    ("a clinic without telephone", "handouts", "clinic: {name: A}\nregion: GB\n", "phone"),
    ("a colour by name", "brand", "primary: teal\n", "primary"),
    ("an unknown type", "block", "type: calout\n", "type"),
    ("a block without type", "block", "who: urgent\n", "type"),
    ("a key of another type", "block", "type: contact\nwho: clinic\nitems: [A]\n", "items"),
    ("an empty text", "block", "type: text\nparagraphs: ['']\n", "paragraphs"),
    ("two key points", "block", "type: key_points\npoints: [A, B]\n", "points"),
    ("a ref with other keys", "leaflet", LEAFLET + "{ref: a/b, heading: A}\n", "blocks"),
    (
        "a long short title",
        "leaflet",
        LEAFLET.replace("t_title: A", "t_title: " + "A" * 41) + "ref: a/b\n",
        "title",
    ),
    ("neither ref nor type", "leaflet", LEAFLET + "heading: A\n", "blocks"),
    ("an unknown type of block", "kinds", "kinds: [{holds: [txt]}]\n", "kinds"),
    ("a role that is none", "approvals", "approvals: [{role: nurse}]\n", "approvals"),
]


@pytest.mark.parametrize(("schema", "text"), GOOD)
def test_it_takes_what_may_be_said(schema: str, text: str) -> None:
    assert _fault(schema, parse_yaml(text, Path("x")).data) is None


@pytest.mark.parametrize(
    ("schema", "text", "named"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS]
)
def test_it_finds_slips(schema: str, text: str, named: str) -> None:
    assert named in (_fault(schema, parse_yaml(text, Path("x")).data) or "")


MEANINGS = [
    ("handouts", "properties link", "`link` is the address that a leaflet's QR code opens"),
    ("handouts", "properties region", "A country code (ISO 3166)"),
    ("handouts", "definitions Device", "Evidence for a device"),
    ("leaflet", "properties title", "Text to print. `**bold**`"),
    ("leaflet", "definitions LeafletSection properties layout", "`layout`: `wide` takes"),
    (
        "block",
        "definitions TextBlock properties critical",
        "`critical` marks text about emergencies",
    ),
]


@pytest.mark.parametrize(("schema", "path", "begins"), MEANINGS)
def test_an_editor_explains_keys(schema: str, path: str, begins: str) -> None:
    found = json.loads(schema_files()[f"{schema}.json"])
    for step in path.split():
        found = found[step]
    assert found["description"].startswith(begins)


def test_the_command_writes_into_the_clinics_folder(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path / "clinic", {"schemas/block.json": "old"})
    assert handouts("schema", "-w", clinic).exit_code == 0
    assert sorted(path.stem for path in (clinic / "schemas").iterdir()) == sorted(SHAPES)
    assert (clinic / "schemas/block.json").read_text("utf-8") == schema_files()["block.json"]


def test_the_command_writes_into_a_folder_that_is_named(tmp_path: Path) -> None:
    result = handouts("schema", tmp_path / "here", "--json")
    files = json.loads(result.stdout)["files"]
    assert set(files) == {f"{tmp_path}/here/{name}.json" for name in SHAPES}
    assert all(Path(file).is_file() for file in files)


def test_the_command_needs_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = handouts("schema")
    assert result.exit_code == 2
    assert "no-workspace" in result.stderr


@lru_cache
def _check_of(schema: str) -> Any:
    return fastjsonschema.compile(json.loads(schema_files()[f"{schema}.json"]))


def _fault(schema: str, data: Any) -> str | None:
    try:
        _check_of(schema)(data)
    except fastjsonschema.JsonSchemaException as error:
        return str(error)
    return None
