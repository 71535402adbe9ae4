"""The main job as other processes see it: the checkout's door, the wheel, the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.world import TINY_LEAFLET, make_tiny

ROOT = Path(__file__).parents[2]
LEAFLET = "fractional-co2-laser"
BUILD = (sys.executable, "-m", "handouts", "build", "--no-cache")


def test_two_processes_make_identical_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", "1"), ("two", "2")):
        arguments = [LEAFLET, "--paper", "a4", "-o", str(tmp_path / name)]
        _run([*BUILD, *arguments], PYTHONHASHSEED=seed)
    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")


def test_many_jobs_in_processes_make_the_same_bytes_as_one_job(tmp_path: Path) -> None:
    names = [f"leaflet-{number}" for number in range(6)]
    files = {f"content/leaflets/{n}.yaml": TINY_LEAFLET.replace("tiny-leaflet", n) for n in names}
    clinic = make_tiny(tmp_path / "clinic", files)
    _run([*BUILD, *names, "-w", str(clinic), "-o", str(tmp_path / "many")])
    _run([*BUILD, names[3], "-w", str(clinic), "-o", str(tmp_path / "one")])
    (name,) = (path.name for path in (tmp_path / "one").glob("*.pdf"))
    assert (tmp_path / "many" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as an installer builds it but without network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = f"os.chdir({str(ROOT)!r}); hatchling.build.build_wheel({str(folder)!r})"
    code = f"import hatchling.build, os; {build}"
    _run([sys.executable, "-c", code])
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_words_and_looks_and_no_stray_module(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "handouts/_shipped/content/leaflets/acne-explained.yaml" in names
    assert "handouts/_shipped/templates/fonts/NotoSans-Bold.ttf" in names
    assert "handouts/_shipped/examples/demo-clinic/handouts.yaml" in names
    assert "handouts/_shipped/content/schemas/leaflet.json" in names
    assert "handouts/content/skeletons/clinic/handouts.yaml" in names
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"handouts"}


def test_the_installed_wheel_does_what_the_checkout_does(wheel: Path, tmp_path: Path) -> None:
    """Installed without network into an empty folder, away from the checkout."""
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    _run([*pip, "--target", str(site), str(wheel)])
    arguments = ["build", LEAFLET, "--paper", "a4", "-o"]
    installed = _run(
        [sys.executable, "-S", "-c", _installed_main(site), *arguments, str(tmp_path / "wheel")],
        cwd=tmp_path,
    )
    _run([sys.executable, "cli.py", *arguments, str(tmp_path / "checkout")])
    assert str(site) in installed
    assert (site / "bin" / "handouts").is_file()
    assert _contents(tmp_path / "wheel") == _contents(tmp_path / "checkout")


def _installed_main(site: Path) -> str:
    """Start without the editable install: the wheel's files first, then the dependencies."""
    packages = [path for path in sys.path if path.endswith("site-packages")]
    return (
        f"import sys; sys.path[:0] = [{str(site)!r}]; sys.path += {packages!r}\n"
        "import handouts; print(handouts.__file__)\n"
        "from handouts.cli import main; main(prog_name='handouts')"
    )


def _run(command: list[str], cwd: Path = ROOT, **variables: str) -> str:
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONSAFEPATH": "", **variables}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
