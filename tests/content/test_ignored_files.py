"""Files that would be left out without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.content.catalogue import TABLES
from handouts.content.ignored import ignored_files
from tests.world import handouts, make_workspace

BESIDE_THE_POINT = [
    ("content/leaflets/mine.yml", "not-read", "Rename it to `mine.yaml`"),
    ("content/blocks/laser/mine.yml", "not-read", "Rename it to `mine.yaml`"),
    ("content/sources.yml", "not-read", "Rename it to `sources.yaml`"),
    ("brand.yml", "not-read", "Rename it to `brand.yaml`"),
    ("Brand.yaml", "not-read", "Rename it to `brand.yaml`"),
    ("brand.yaml.txt", "not-read", "Rename it to `brand.yaml`"),
    ("Approvals.YAML", "not-read", "Rename it to `approvals.yaml`"),
    ("content/Labels.yaml", "not-read", "Rename it to `labels.yaml`"),
    ("content/leaflets/mine.YAML", "not-read", "Rename it to `mine.yaml`"),
    ("content/regions/gb.yaml", "not-read", "Rename it to `GB.yaml`"),
    ("Content/labels.yaml", "not-read", "Rename it to `content`"),
    ("content/Leaflets/mine.yaml", "not-read", "Rename it to `leaflets`"),
    ("content/leaflet/mine.yaml", "not-read", "Rename it to `leaflets`"),
    ("content/block/laser/mine.yaml", "not-read", "Rename it to `blocks`"),
    ("content/regions/GB/leaflet/mine.yaml", "not-read", "Rename it to `leaflets`"),
    ("content/source.yaml", "not-read", "Rename it to `sources.yaml`"),
    ("content/earwax.yaml", "not-read", "Move leaflets to `content/leaflets/`"),
    ("content/ears/earwax.yaml", "not-read", "blocks to a folder in `content/blocks/`"),
    ("content/regions/GB/earwax.yaml", "not-read", "to `content/regions/GB/leaflets/`"),
    ("content/leaflets/My leaflet.yaml", "file-name", "lower-case words joined by hyphens"),
    ("content/leaflets/mine_2.yaml", "file-name", "lower-case words joined by hyphens"),
    ("content/blocks/Laser/mine.yaml", "file-name", "lower-case words joined by hyphens"),
]

FINE = [
    *("content/leaflets/after-the-laser.yaml", "content/blocks/laser/day-2.yaml"),
    *("content/regions/GB.yaml", "content/sources.yaml", "content/notes.txt"),
    *("content/regions/GB/labels.yaml", "content/notes/ears.txt", "content/.old/mine.yaml"),
    *(f"content/{table}.yaml" for table in TABLES),
    *("content/leaflets/.#mine.yaml", "content/leaflets/._mine.yml"),
]


@pytest.mark.parametrize(("name", "code", "remedy"), BESIDE_THE_POINT)
def test_a_file_that_is_left_out_is_told_with_the_remedy(
    name: str, code: str, remedy: str, tmp_path: Path
) -> None:
    make_workspace(tmp_path, {name: "x: y\n"})
    (found,) = ignored_files(tmp_path)
    assert found.place
    assert found.code == code
    assert (tmp_path / name).is_relative_to(found.place.file)
    assert remedy in (found.hint or "")


@pytest.mark.parametrize("name", FINE)
def test_a_file_that_is_read_or_hidden_is_not(name: str, tmp_path: Path) -> None:
    make_workspace(tmp_path, {name: "x: y\n"})
    assert not list(ignored_files(tmp_path))


@pytest.mark.parametrize("command", ["check", "list", "show acne-explained"])
def test_every_command_tells_it_and_goes_on(command: str, tmp_path: Path) -> None:
    make_workspace(tmp_path, {"content/leaflets/acne-explained.yml": "id: acne-explained\n"})
    result = handouts(*command.split(), "-w", tmp_path)
    assert result.exit_code == 0
    assert "warning[not-read]: " in result.stderr


MEANT = [
    ("content/leaflets/ear-wax.yml", "`ear-wax.yml` is not read. Rename it to `ear-wax.yaml`"),
    ("content/leaflet/ear-wax.yaml", "`leaflet` is not read. Rename it to `leaflets`"),
    ("content/ear-wax.yaml", "`ear-wax.yaml` is not read. Move leaflets to `content/leaflets/`"),
]


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize(("name", "remedy"), MEANT)
def test_a_leaflet_whose_file_is_not_read_is_told_with_it(
    name: str, remedy: str, command: str, tmp_path: Path
) -> None:
    make_workspace(tmp_path, {name: "id: ear-wax\n"})
    result = handouts(command, "ear-wax", "-w", tmp_path)
    assert result.exit_code != 0
    assert "error[unknown-leaflet]: There is no leaflet `ear-wax`" in result.stderr
    assert remedy in result.stderr
