"""What a long build must stand: being killed, having company, and many clinics."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import page as page_validation
import pytest

from tests import readback
from tests.world import TINY_LEAFLET, handouts, make_tiny

LEAFLETS = ("one", "two", "three", "four")
CLINICS = 12
KILLS = 16


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic with four leaflets, a table of twelve clinics, and what their build must come to."""
    folder = tmp_path_factory.mktemp("endurance")
    leaflets = {
        f"content/leaflets/{name}.yaml": TINY_LEAFLET.replace("tiny-leaflet", name)
        for name in LEAFLETS
    }
    make_tiny(folder / "base", leaflets)
    write_table(folder / "clinics.csv", CLINICS)
    subprocess.run([*build(folder, "right"), "--no-cache"], check=True, cwd=folder)
    assert len(contents(folder / "right")) == 2 * CLINICS * len(LEAFLETS)
    return folder


def write_table(path: Path, number: int) -> list[tuple[str, str, str]]:
    """Clinics with an id, a name and a number of their own."""
    rows = [(f"clinic-{n}", f"Clinic Number {n:02}", f"01632 960 {n:03}") for n in range(number)]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "name", "phone"), *rows])
    return rows


def build(folder: Path, output: str) -> list[str]:
    command = [sys.executable, "-m", "handouts", "build", *LEAFLETS, "-q", "--jobs", "2"]
    papers = ["--paper", "a4", "--paper", "letter"]
    table = ["--clinics", str(folder / "clinics.csv"), "-w", str(folder / "base")]
    return [*command, *papers, *table, "-o", str(folder / output)]


def contents(folder: Path) -> dict[str, bytes]:
    """The leaflets in a folder of clinics."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.pdf")}


def manifests(folder: Path) -> Iterator[tuple[str, object]]:
    for path in sorted(folder.rglob("manifest.json")):
        yield path.parent.name, json.loads(path.read_text("utf-8"))


@pytest.mark.xdist_group("endurance")
def test_a_build_that_is_killed_leaves_nothing_wrong_and_the_next_one_ends_it(
    world: Path, tmp_path: Path
) -> None:
    """Killed at random moments, with all its processes; now and then nothing is kept before."""
    right, out = contents(world / "right"), world / "killed"
    settings = {**os.environ, "HANDOUTS_CACHE": str(tmp_path / "store")}
    moments = random.Random(5)  # noqa: S311 - moments, not secrets
    unfinished = 0
    for number in range(KILLS):
        if number % 4 == 0:
            shutil.rmtree(tmp_path / "store", ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        process = subprocess.Popen(build(world, "killed"), env=settings, start_new_session=True)
        time.sleep(moments.uniform(0.3, 1.7))
        unfinished += process.poll() is None
        os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
        process.wait()
        assert contents(out).items() <= right.items()
        assert dict(manifests(out)).keys() <= {name.split("/")[0] for name in right}
    assert unfinished > KILLS // 2
    subprocess.run(build(world, "killed"), check=True, env=settings)
    assert contents(out) == right
    assert list(manifests(out)) == list(manifests(world / "right"))


@pytest.mark.xdist_group("endurance")
def test_builds_into_the_same_folder_and_store_at_once_all_end_right(
    world: Path, tmp_path: Path
) -> None:
    settings = {**os.environ, "HANDOUTS_CACHE": str(tmp_path / "store")}
    together = [subprocess.Popen(build(world, "shared"), env=settings) for _ in range(3)]
    assert [process.wait() for process in together] == [0, 0, 0]
    assert contents(world / "shared") == contents(world / "right")
    assert list(manifests(world / "shared")) == list(manifests(world / "right"))


def test_every_leaflet_of_many_clinics_passes_what_a_single_one_passes(tmp_path: Path) -> None:
    """Accessible, with the fonts, sizes, headings and figures of the one made alone, and its own
    clinic's facts."""
    rows = write_table(tmp_path / "clinics.csv", CLINICS)
    result = handouts(
        *("build", "dark-marks", "--paper", "a4", "-q", "-o", tmp_path / "many"),
        *("--clinics", tmp_path / "clinics.csv"),
    )
    assert result.exit_code == 0, result.stderr
    alone = handouts("build", "dark-marks", "--paper", "a4", "-q", "-o", tmp_path / "alone")
    assert alone.exit_code == 0, alone.stderr
    (single,) = contents(tmp_path / "alone").values()
    made = contents(tmp_path / "many")
    assert len(made) == len(rows)
    for folder, name, phone in rows:
        sheet = made[f"{folder}/dark-marks_en-GB_a4-DRAFT.pdf"]
        assert page_validation.validate_pdf_bytes(sheet, profile="ua1").is_compliant
        assert readback.fonts(sheet) == readback.fonts(single)
        assert readback.page_sizes(sheet) == readback.page_sizes(single)
        assert readback.headings(sheet, 2) == readback.headings(single, 2)
        words = readback.text(sheet)
        assert [n for _, n, _ in rows if n in words] == [name]
        assert {p for _, _, p in rows if p in words} == {phone}
