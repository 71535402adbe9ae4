"""What is packed, and what is pinned: the archives are whole, and the locks fit the project."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import handouts

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SHIPPED = ("content/", "templates/", "examples/demo-clinic/")

pytestmark = pytest.mark.xdist_group("packaging")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both archives of the checkout, and the source archive unpacked below `source`."""
    folder = tmp_path_factory.mktemp("packed")
    _build(ROOT, folder)
    (archive,) = folder.glob("*.tar.gz")
    (folder / "source").mkdir()
    unpack = ["tar", "-xf", str(archive), "-C", str(folder / "source"), "--strip-components=1"]
    subprocess.run(unpack, check=True)
    return folder


def test_the_source_archive_holds_every_tracked_file(packed: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows what is tracked")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = {name for name in listed.stdout.split("\0") if (ROOT / name).is_file()}
    assert tracked - set(_source_files(packed)) == set()


def test_scripts_of_the_source_archive_can_be_run(packed: Path) -> None:
    for name in ("setup", "build", "test", "lint"):
        assert (packed / "source" / "scripts" / name).stat().st_mode & 0o111


def test_the_source_archive_makes_the_same_wheel(packed: Path) -> None:
    _build(packed / "source", packed / "again", "--target", "wheel")
    (wheel,) = packed.glob("*.whl")
    assert (packed / "again" / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_the_package_and_what_is_shipped_once(packed: Path) -> None:
    """And nothing else: no `cli`, no tests."""
    names = [n for n in _wheel(packed).namelist() if ".dist-info/" not in n]
    files = set(_source_files(packed)) - {"content/LICENSE", "templates/fonts/OFL.txt"}
    shipped = {f"handouts/_shipped/{name}" for name in files if name.startswith(SHIPPED)}
    package = {name for name in files if name.startswith("handouts/")}
    assert sorted(names) == sorted(package | shipped)
    assert "handouts/py.typed" in names


def test_the_wheel_holds_each_licence_once(packed: Path) -> None:
    found = [n for n in _wheel(packed).namelist() if n.endswith(("LICENSE", "OFL.txt"))]
    places = [name.partition(".dist-info/licenses/")[2] for name in found]
    assert sorted(places) == ["LICENSE", "content/LICENSE", "templates/fonts/OFL.txt"]


def test_the_citation_names_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {handouts.__version__}\n" in citation


# Pins ---------------------------------------------------------------------------------------------

GROUPS = PROJECT["dependency-groups"]
LOCKS = {
    "requirements.lock": [
        *PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"], *GROUPS["dev"],
    ],
    "benchmarks/requirements.lock": GROUPS["bench"],
}  # fmt: skip


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_pins_what_the_project_asks_for(name: str) -> None:
    pins = [Requirement(pin) for pin in _pins(name)]
    versions = {canonicalize_name(pin.name): Version(str(pin.specifier)[2:]) for pin in pins}
    assert len(versions) == len(pins)
    for wanted in map(Requirement, LOCKS[name]):
        assert versions[canonicalize_name(wanted.name)] in wanted.specifier


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_its_checksums(name: str) -> None:
    for pin, sums in _pins(name).items():
        assert sums, pin
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", checksum) for checksum in sums), pin


@pytest.mark.parametrize("name", [*LOCKS, "pyproject.toml", ".pre-commit-config.yaml"])
def test_set_up_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text


def _pins(name: str) -> dict[str, list[str]]:
    """Each pinned requirement, with its checksums."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", "").splitlines()
    parts = [[part.strip() for part in line.split("--hash=")] for line in lines]
    return {pin: sums for pin, *sums in parts}


def _build(project: Path, folder: Path, *options: str) -> None:
    """Build as a packager does, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder), *options]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _source_files(packed: Path) -> list[str]:
    source = packed / "source"
    return [p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()]


def _wheel(packed: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(packed.glob("*.whl")))
