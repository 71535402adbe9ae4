"""Each heavy part has one owner, and help starts without any of them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

import handouts

ROOT = Path(handouts.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

OWNERS = {
    "weasyprint": {
        "pdf/internals/__init__.py",
        "pdf/internals/leaks.py",
        "pdf/internals/messages.py",
        "pdf/internals/moulds.py",
        "pdf/internals/text.py",
        "pdf/render.py",
    },
    "pydyf": {
        "pdf/drawings.py",
        "pdf/internals/__init__.py",
        "pdf/internals/moulds.py",
        "pdf/internals/text.py",
    },
    "pypdfium2": {"pdf/read.py"},
    "PIL": {"content/assets/raster.py", "pdf/pixels.py"},
    "resvg_py": {"pdf/pictures.py"},
    "fontTools": {"content/assets/font.py"},
    "jinja2": {"desk/pages.py", "page/sandbox.py", "page/templates.py"},
    "starlette": {f"desk/{name}.py" for name in ("app", "guard", "pages", "server", "views")},
    "uvicorn": {"desk/server.py"},
    "yaml": {"content/yaml.py"},
    "babel": {"translation/languages.py"},
    "polib": {"translation/po.py"},
    "filelock": {"files.py"},
    "segno": {"page/areas.py"},
    "phonenumbers": {"content/dialling.py"},
    "openpyxl": {"content/workbook.py"},
    "watchfiles": {"api/preview.py"},
}

LEVELS = (
    {"codes", "diagnostics", "files", "limits", "store"},
    {"model"},
    {"translation"},
    {"content"},
    {"review"},
    {"page"},
    {"pdf"},
    {"build"},
    {"api"},
    {"desk"},
    {"cli"},
)
"""The rooms of the house from the ground up: each imports from itself and those below."""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(module: Path) -> None:
    rooms = [room for level in LEVELS for room in level]
    room = module.relative_to(ROOT).parts[0].removesuffix(".py")
    if room.startswith("__"):
        return
    height = next(number for number, level in enumerate(LEVELS) if room in level)
    for name in _own_imports(module):
        other = name.split(".")[1] if "." in name else "codes"  # `handouts` itself: the version
        assert other in rooms, name
        assert next(n for n, level in enumerate(LEVELS) if other in level) <= height, name


def test_the_command_line_stands_on_the_interface() -> None:
    """Nothing below it, but for values that the interface hands out."""
    allowed = {"handouts", "handouts.api", "handouts.cli", "handouts.codes", "handouts.diagnostics"}
    allowed |= {"handouts.store", "handouts.page.personal", "handouts.content.layers"}
    allowed |= {"handouts.build.output"}  # a build's records of its files
    allowed |= {"handouts.desk"}
    for module in (ROOT / "cli").glob("*.py"):
        for name in _own_imports(module, typing=False):
            parents = {name, name.rpartition(".")[0], ".".join(name.split(".")[:2])}
            assert parents & allowed, (module.name, name)


@pytest.mark.parametrize("package", OWNERS)
def test_heavy_packages_have_one_owner(package: str) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in MODULES if package in _imports(path)}
    assert users == OWNERS[package]


DISTRIBUTIONS = {
    "PIL": "pillow",
    "resvg_py": "resvg-py",
    "fontTools": "fonttools",
    "yaml": "pyyaml",
    "pydantic_core": "pydantic",
    "typing_extensions": "pydantic",
}
"""Where the name of a package is not that of what is installed, or comes along with it."""


def test_every_imported_package_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT.parent / "pyproject.toml").read_text("utf-8"))["project"]
    optional = chain.from_iterable(project["optional-dependencies"].values())
    declared = {re.split("[<>=]", line)[0] for line in (*project["dependencies"], *optional)}
    imported = set[str]().union(*map(_imports, MODULES)) - {"handouts", *sys.stdlib_module_names}
    assert {DISTRIBUTIONS.get(package, package) for package in imported} == declared


def test_only_the_terminal_prints() -> None:
    printing = {"print", "click.echo", "click.secho", "click.progressbar", "sys.stdout.write"}
    users = {path.relative_to(ROOT).as_posix() for path in MODULES if printing & _calls(path)}
    assert users == {"cli/terminal.py"}


LIGHT = [
    "--help",
    "build --help",
    "init --help",
    "new leaflet --help",
    "watch --help",
    "desk --help",
    "--version",
]
HEAVY = (
    "weasyprint",
    "pydantic",
    "jinja2",
    "yaml",
    "babel",
    "pypdfium2",
    "watchfiles",
    "starlette",
    "uvicorn",
)


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


def _own_imports(path: Path, *, typing: bool = True) -> set[str]:
    """Modules of ours that a module imports anywhere in it; or not where only types need them."""
    tree = ast.parse(path.read_text("utf-8"))
    if not typing:
        tree.body = [n for n in tree.body if "TYPE_CHECKING" not in ast.unparse(n)[:20]]
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {str(n.module) for n in nodes if str(n.module).partition(".")[0] == "handouts"}


@cache
def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_only_the_desk_needs_its_server() -> None:
    """Everything else works where the desk's packages are missing."""
    code = (
        "import sys; sys.modules |= dict.fromkeys(('starlette', 'uvicorn', 'anyio', 'h11'))\n"
        "from handouts.cli import main\n"
        "main(['build', 'my-wound-card', '--paper', 'a4', '-o', sys.argv[1]])"
    )
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-c", code, folder], capture_output=True, check=True)
        assert list(Path(folder).glob("*.pdf"))
