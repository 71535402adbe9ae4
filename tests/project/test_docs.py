"""The documents: they can be followed, their links lead somewhere, their tables are complete."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from handouts.cli.program import COMMANDS
from handouts.codes import CODES
from handouts.content.layers import SHIPPED
from handouts.model.blocks import BLOCK_TYPES
from handouts.page.context import TemplateContext
from handouts.page.templates import Templates
from tests.world import demo_document, handouts

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
REFERENCE = ROOT / "docs" / "reference"
FOLLOWED = [page for page in DOCUMENTS if "```console" in page.read_text("utf-8")]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _seen(arguments: list[str]) -> str:
    result = handouts(*arguments)
    assert result.exit_code == 0, f"{arguments}\n{result.output}"
    return result.output


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.name)
def test_the_page_can_be_followed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commands work in their order, with its files, and show what it says.

    Of the shipped leaflets there are only those that these name: each check makes them all.
    """
    typed = " ".join(re.findall(r"^```.*?^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    content = shutil.copytree(SHIPPED.content, tmp_path / "library" / "content")
    for leaflet in (content / "leaflets").iterdir():
        if leaflet.stem not in f"{typed} my-wound-card":
            leaflet.unlink()
    monkeypatch.setattr("handouts.cli.options.LIBRARY", replace(SHIPPED, content=content))
    (tmp_path / "walk").mkdir()
    _script("walk").walk(page, tmp_path / "walk", _seen)


MISLEADING = {
    "another result": "```console\n$ handouts list\nno leaflets\n```\n",
    "a command that fails": "```console\n$ handouts build nothing\n```\n",
    "another program": "```console\n$ rm -rf output\n```\n",
    "a line that is not there": "Change these lines of `a.yaml`:\n\n```yaml\nname: A\n```\n",
}


@pytest.mark.parametrize("text", MISLEADING.values(), ids=MISLEADING)
@pytest.mark.usefixtures("library")
def test_a_page_that_misleads_cannot_be_followed(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    (tmp_path / "a.yaml").write_text("phone: 999\n", "utf-8")
    with pytest.raises((AssertionError, ValueError)):
        _script("walk").walk(page, tmp_path, _seen)


def test_every_page_for_users_is_followed() -> None:
    pages = {"README.md", "tutorial.md", *(p.name for p in (ROOT / "docs/how-to").glob("*.md"))}
    others = {"install.md", "python.md", "releasing.md"}
    assert pages - {page.name for page in FOLLOWED} == others


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_command_and_script_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = re.findall(r"(?:^|`|^\$ )(?:sudo )?handouts ([a-z]+)\b", text, re.MULTILINE)
    assert set(named) <= set(COMMANDS)
    scripts = re.findall(r"(?<![\w/.-])scripts/([\w.-]*\w)", text)
    assert all((ROOT / "scripts" / name).exists() for name in scripts), scripts


def test_the_page_of_the_interface_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its examples follow from each other; what they keep is kept for other tests too."""
    monkeypatch.chdir(tmp_path)
    Path("cache").symlink_to(os.environ["HANDOUTS_CACHE"])
    text = (ROOT / "docs" / "how-to" / "python.md").read_text("utf-8")
    code = "\n".join(re.findall(r"^```python\n(.+?)^```$", text, re.MULTILINE | re.DOTALL))
    exec(compile(code, "docs/how-to/python.md", "exec"), {})  # noqa: S102 - our own page
    assert len(list(Path("out").rglob("*.pdf"))) == 2


def test_the_page_of_codes_is_fresh() -> None:
    """After a change of the codes, run ``scripts/codes``."""
    page = (REFERENCE / "codes.md").read_text("utf-8")
    rows = [
        f"| `{name}` | {code.meaning} | {code.remedy} |" for name, code in sorted(CODES.items())
    ]
    assert page.splitlines()[-len(rows) :] == rows


@pytest.mark.parametrize("name", ["commands", "files", "templates", "python"])
def test_the_page_made_from_the_program_is_fresh(name: str) -> None:
    """After a change of commands, models, templates or the interface, run ``scripts/reference``."""
    page = (REFERENCE / f"{name}.md").read_text("utf-8")
    assert page == _script("reference").pages()[f"{name}.md"]


def test_every_name_of_templates_is_explained() -> None:
    layers = (SHIPPED.templates,)
    context = TemplateContext(demo_document("dark-marks", "a4"), Templates(layers), None)
    assert set(_script("reference").NAMES) == set(context.names)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8"))
    for link in links:
        if not link.startswith("http"):
            assert (document.parent / link.replace("\n", "")).exists(), link


def test_the_site_is_built_and_needs_no_network(tmp_path: Path) -> None:
    """Links and headings are checked by MkDocs; a page loads nothing from elsewhere."""
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 25
    loads = re.compile(r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=\"?(?:https?:)?//")
    assert not [page for page in pages if loads.search(page.read_text("utf-8"))]
    styles = "".join(sheet.read_text("utf-8") for sheet in tmp_path.rglob("*.css"))
    assert not re.search(r"url\([\"']?(?:https?:)?//|@import", styles)


def test_every_type_of_block_is_explained_and_has_a_template() -> None:
    guide = (ROOT / "docs" / "how-to" / "writing-content.md").read_text("utf-8")
    for name in BLOCK_TYPES:
        assert f"| `{name}` |" in guide
        assert (ROOT / "templates" / "blocks" / f"{name}.html.j2").is_file()


def test_every_module_is_in_the_architecture() -> None:
    page, package = (
        (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8"),
        ROOT / "handouts",
    )
    for path in package.rglob("*.py"):
        name = path.relative_to(package).with_suffix("").as_posix()
        if "__" not in name and not name.startswith("cli/"):
            assert f"`{name}`" in page
