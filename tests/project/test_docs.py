"""The documents: their commands run, their links lead somewhere, their tables are complete."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from handouts.codes import CODES
from handouts.model.blocks import BLOCK_TYPES
from tests.world import handouts

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
STORY = ROOT / "docs" / "how-to" / "for-clinics.md"
"""Its commands follow from each other."""


def _commands() -> list[str]:
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS if path != STORY)
    return sorted(set(re.findall(r"^\$ handouts (.+)$", text, flags=re.MULTILINE)))


@pytest.mark.parametrize("command", _commands())
def test_every_command_of_the_documents_runs(command: str, tmp_path: Path) -> None:
    arguments = shlex.split(
        command.replace("examples/demo-clinic", str(ROOT / "examples/demo-clinic"))
    )
    if arguments[0] == "build":
        arguments += ["-o", str(tmp_path)]
    assert handouts(*arguments).exit_code == 0


def test_the_page_for_clinics_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands run in their order; YAML is put into the settings of the folder reached by then."""
    monkeypatch.chdir(tmp_path)
    text = STORY.read_text("utf-8")
    for language, block in re.findall(r"^```(\w+)\n(.+?)^```$", text, re.MULTILINE | re.DOTALL):
        if language == "yaml":
            settings = Path("handouts.yaml")
            settings.write_text(settings.read_text("utf-8") + block, "utf-8")
            continue
        for line in block.splitlines():
            _, program, *arguments = shlex.split(line)
            if program == "cd":
                monkeypatch.chdir(*arguments)
                continue
            result = handouts(*arguments)
            assert (program, result.exit_code) == ("handouts", 0), f"{line}\n{result.output}"


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
    page = (ROOT / "docs" / "reference" / "codes.md").read_text("utf-8")
    rows = [
        f"| `{name}` | {code.meaning} | {code.remedy} |" for name, code in sorted(CODES.items())
    ]
    assert page.splitlines()[-len(rows) :] == rows


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8"))
    for link in links:
        if not link.startswith("http"):
            assert (document.parent / link.replace("\n", "")).exists(), link


def test_every_type_of_block_is_explained_and_has_a_template() -> None:
    guide = (ROOT / "docs" / "how-to" / "writing-content.md").read_text("utf-8")
    for name in BLOCK_TYPES:
        assert f"| `{name}` |" in guide
        assert (ROOT / "templates" / "blocks" / f"{name}.html.j2").is_file()


def test_every_module_is_in_the_architecture() -> None:
    page, package = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8"), ROOT / "handouts"
    for path in package.rglob("*.py"):
        name = path.relative_to(package).with_suffix("").as_posix()
        if "__" not in name and not name.startswith("cli/"):
            assert f"`{name}`" in page
