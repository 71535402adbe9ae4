"""Each heavy part has one owner, and help starts without any of them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import handouts

ROOT = Path(handouts.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

OWNERS = {
    "weasyprint": {"press.py"},
    "pypdfium2": {"pictures.py"},
    "PIL": {"pictures.py"},
    "jinja2": {"templates.py"},
    "yaml": {"source.py"},
    "babel": {"setting.py"},
    "fontTools": {"fonts.py"},
    "filelock": {"output.py"},
    "pydyf": {"drawings.py", "imprint.py", "inks.py", "plate.py"},
    "segno": {"qr.py"},
    "click": {
        "cli/__init__.py",
        "cli/build.py",
        "cli/cache.py",
        "cli/check.py",
        "cli/diff.py",
        "cli/doctor.py",
        "cli/init.py",
        "cli/listing.py",
        "cli/many.py",
        "cli/new.py",
        "cli/options.py",
        "cli/program.py",
        "cli/schema.py",
        "cli/signoff.py",
        "cli/terminal.py",
    },
}


@pytest.mark.parametrize("package", OWNERS)
def test_heavy_packages_have_one_owner(package: str) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in MODULES if package in _imports(path)}
    assert users == OWNERS[package]


DISTRIBUTIONS = {
    "PIL": "pillow",
    "fontTools": "fonttools",
    "yaml": "pyyaml",
    "pydantic_core": "pydantic",
}
"""Where the name of a package is not that of what is installed, or comes along with it."""


def test_every_imported_package_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split("[<>=]", line)[0] for line in project["dependencies"]}
    imported = set[str]().union(*map(_imports, MODULES)) - {"handouts", *sys.stdlib_module_names}
    assert {DISTRIBUTIONS.get(package, package) for package in imported} == declared


def test_only_the_terminal_prints() -> None:
    printing = {"print", "click.echo", "click.secho", "click.progressbar", "sys.stdout.write"}
    users = {path.relative_to(ROOT).as_posix() for path in MODULES if printing & _calls(path)}
    assert users == {"cli/terminal.py"}


LIGHT = ["--help", "build --help", "init --help", "new leaflet --help", "--version"]
HEAVY = ("weasyprint", "pydantic", "jinja2", "yaml", "babel", "pypdfium2")


@pytest.mark.parametrize("command", LIGHT)
def test_help_imports_nothing_heavy(command: str) -> None:
    code = (
        "import sys; from handouts.cli import main\n"
        f"main({command.split()!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stderr.strip() == "[]"


def test_listing_imports_no_engine() -> None:
    code = (
        "import sys; from handouts.cli import main\n"
        "main(['list', '--json'], standalone_mode=False)\n"
        "print('weasyprint' in sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stderr.strip() == "False"


def _calls(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return {ast.unparse(node.func) for node in tree if isinstance(node, ast.Call)}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
