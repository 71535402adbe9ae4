"""YAML files to plain data with places."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.content.yaml import read_yaml

SCALARS = [
    ("no", "no"),
    ("yes", "yes"),
    ("on", "on"),
    ("12:30", "12:30"),
    ("010", "010"),
    ("0x1F", "0x1F"),
    ("2026-11-22", "2026-11-22"),
    ("1_000", "1_000"),
    ("12", 12),
    ("-3", -3),
    ("1.5", 1.5),
    ("true", True),
    ("false", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("'12'", "12"),
    ('"true"', "true"),
]


@pytest.mark.parametrize(("written", "meant"), SCALARS)
def test_only_plain_numbers_truth_and_nothing_are_not_text(
    written: str, meant: object, tmp_path: Path
) -> None:
    found = read_yaml(_file(tmp_path, f"key: {written}\n")).data["key"]
    assert found == meant
    assert type(found) is type(meant)


def test_every_key_and_value_has_its_place(tmp_path: Path) -> None:
    node = read_yaml(
        _file(
            tmp_path,
            """\
title: Acne
sections:
  - id: in-short
    blocks: [one, two]
""",
        )
    )
    value = node.place_of(("sections", 0, "blocks", 1))
    key = node.place_of(("sections", 0, "blocks"), key=True)
    assert (value.line, value.column, value.width) == (4, 19, 3)
    assert (key.line, key.column, key.width) == (4, 5, 6)
    assert node.place_of(("title",)).column == 8


def test_columns_count_characters_not_bytes(tmp_path: Path) -> None:
    node = read_yaml(_file(tmp_path, "naïveté: [é, x]\n"))
    assert node.place_of(("naïveté", 1)).column == 14


_words = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=20)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=12,
)


@given(_values)
def test_what_json_can_say_reads_back_the_same(value: object) -> None:
    """JSON is YAML, so any value written as JSON comes back as it was."""
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = _file(Path(folder), json.dumps({"value": value}, ensure_ascii=False))
        assert read_yaml(path).data == {"value": value}


def _file(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text, "utf-8")
    return path
