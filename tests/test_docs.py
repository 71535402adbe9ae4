"""The documents: their commands run, their links lead somewhere, their tables are complete."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from handouts.models.blocks import BLOCK_TYPES
from tests.world import handouts

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _commands() -> list[str]:
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    return sorted(set(re.findall(r"^\$ handouts (.+)$", text, flags=re.MULTILINE)))


@pytest.mark.parametrize("command", _commands())
def test_every_command_of_the_documents_runs(command: str, tmp_path: Path) -> None:
    arguments = shlex.split(
        command.replace("examples/demo-clinic", str(ROOT / "examples/demo-clinic"))
    )
    if arguments[0] == "build":
        arguments += ["-o", str(tmp_path)]
    assert handouts(*arguments).exit_code == 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8"))
    for link in links:
        if not link.startswith("http"):
            assert (document.parent / link.replace("\n", "")).exists(), link


def test_every_type_of_block_is_explained_and_has_a_template() -> None:
    guide = (ROOT / "docs" / "writing-content.md").read_text("utf-8")
    for name in BLOCK_TYPES:
        assert f"| `{name}` |" in guide
        assert (ROOT / "templates" / "blocks" / f"{name}.html.j2").is_file()


def test_every_module_is_in_the_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for path in (ROOT / "handouts").glob("*.py"):
        if not path.stem.startswith("__"):
            assert f"`{path.stem}`" in page
