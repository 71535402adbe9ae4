"""``handouts search``: words of all that is printed, with their places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = TINY_LEAFLET.replace(
    "[One point., Another point., A last point.]",
    "\n          - One point of **shade and** colour.\n          - >-\n"
    "            Another point, of some\n            length.\n"
    "          - A last point.  # a remark on shade",
)
FOUND = [
    # words; file, line and column of each match; an excerpt of the first
    ("LAST POINT", [("tiny-leaflet.yaml", 19, 15)], "A last point."),
    ("shade and colour", [("tiny-leaflet.yaml", 15, 28)], "One point of shade and colour."),
    ("some length", [("tiny-leaflet.yaml", 17, 31)], "Another point, of some length."),
    ("key_points", [], ""),
    ("a remark", [], ""),
    ("A made-up book", [("sources.yaml", 3, 12)], "A made-up book of the sun"),
    ("not offered here", [("labels.yaml", 0, 0), ("labels.yaml", 0, 0)], "Not offered here"),
    ("samaritans", [("GB.yaml", 7, 32)], "Samaritans on 116 123"),
]


def matches(clinic: Path, *words: str) -> list[dict[str, object]]:
    result = handouts("search", *words, "-w", clinic, "--json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["matches"])


@pytest.mark.parametrize(("words", "places", "excerpt"), FOUND, ids=[case[0] for case in FOUND])
def test_words_are_found_where_they_stand(
    words: str, places: list[tuple[str, int, int]], excerpt: str, tmp_path: Path
) -> None:
    clinic = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": LEAFLET})
    found = matches(clinic, *words.split())
    assert [Path(str(f["file"])).name for f in found] == [place[0] for place in places]
    for match, (_, line, column) in zip(found, places, strict=True):
        if line:
            assert (match["line"], match["column"]) == (line, column)
        lines = Path(str(match["file"])).read_text("utf-8").split("\n")
        begin = lines[int(str(match["line"])) - 1][int(str(match["column"])) - 1 :]
        assert begin.casefold().startswith(words.split(maxsplit=1)[0].casefold())
    assert not excerpt or found[0]["excerpt"] == excerpt


def test_the_files_of_the_clinic_come_first(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": LEAFLET})
    layers = [str(match["layer"]) for match in matches(clinic, "shade")]
    assert layers[0] == "clinic"
    assert "shipped" in layers
    assert layers == sorted(layers)


def test_words_are_found_in_the_spelling_of_the_region(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": LEAFLET})
    assert not matches(clinic, "of shade and color")
    (match,) = matches(clinic, "of shade and color", "--region", "US")
    assert match["excerpt"] == "One point of shade and color."


def test_each_match_is_a_line_that_editors_can_follow(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": LEAFLET})
    result = handouts("search", "last", "point", "-w", clinic)
    assert result.stdout == f"{clinic}/content/leaflets/tiny-leaflet.yaml:19:15: A last point.\n"
    assert result.stderr == "1 match for `last point`\n"
    none = handouts("search", "nonsense", "-w", clinic)
    assert (none.exit_code, none.stdout) == (0, "")
    assert none.stderr == "No matches for `nonsense`\n"


def test_a_file_with_errors_is_told_and_the_others_are_searched(tmp_path: Path) -> None:
    files = {
        "content/leaflets/broken.yaml": "id: broken\n",
        "content/leaflets/tiny-leaflet.yaml": LEAFLET,
    }
    result = handouts("search", "last point", "-w", make_tiny(tmp_path, files))
    assert "error[missing-key]" in result.stderr
    assert "A last point." in result.stdout
