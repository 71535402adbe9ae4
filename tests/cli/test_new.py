"""``handouts new``: files to begin from, which have no faults from the first moment."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from handouts import open as handouts_open
from handouts.build.plan import resolve
from handouts.cli import main
from handouts.content import scaffold
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import SHIPPED, Library
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.content.yaml import read_yaml
from handouts.model.blocks import BLOCK_TYPES
from handouts.page.compose import compose
from handouts.page.context import TemplateContext
from handouts.page.templates import Templates
from tests.world import CLINIC, DAY, demo, handouts, make_workspace

SHIPPED_SKELETONS = Path(scaffold.__file__).parent / "skeletons"
KINDS = sorted(demo().kinds)


def test_a_leaflet_of_each_kind_has_no_faults_and_can_be_made(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    for kind in KINDS:
        made = handouts("new", "leaflet", f"my-{kind}", "--kind", kind, "-w", clinic)
        assert made.exit_code == 0, made.output
    assert handouts("check", *(f"my-{kind}" for kind in KINDS), "-w", clinic).exit_code == 0
    catalogue = read_catalogue(open_workspace(clinic))
    for kind in KINDS:
        document = resolve(Request(f"my-{kind}", "en", "a4", DAY), catalogue)
        assert "TODO" in compose(document, catalogue.workspace.template_layers).html


@pytest.mark.parametrize("kind", KINDS)
def test_a_leaflet_has_the_sections_of_its_kind_in_order(kind: str, tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    handouts("new", "leaflet", "mine", "--kind", kind, "-w", clinic, "--date", "2026-01-31")
    leaflet = read_yaml(clinic / "content/leaflets/mine.yaml").data
    wanted = [section.id for section in demo().kinds[kind].model.sections]
    assert [section["id"] for section in leaflet["sections"]] == wanted
    assert (leaflet["kind"], leaflet["issued"]) == (kind, "2026-01-31")


OWN_KIND = """\
kinds:
  - id: pair-2
    label: A kind of the clinic
    review_months: 12
    holds: [steps, timeline]
    sections:
      - id: step-2
      - id: chances
        holds: [risk]
"""


@pytest.mark.usefixtures("library")
def test_a_leaflet_may_be_of_the_clinics_own_kind(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {"content/kinds.yaml": OWN_KIND})
    assert handouts("new", "leaflet", "mine", "--kind", "pair-2", "-w", clinic).exit_code == 0
    assert handouts("check", "-w", clinic).exit_code == 0


@pytest.mark.usefixtures("library")
def test_a_block_of_each_type_has_no_faults(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    for kind in BLOCK_TYPES:
        made = handouts("new", "block", _block_id(kind), "--type", kind, "-w", clinic)
        assert made.exit_code == 0, made.output
    assert handouts("check", "-w", clinic).exit_code == 0


def test_a_block_of_each_type_shows_every_key_in_a_form_that_may_be_used(
    tmp_path: Path, library: Library
) -> None:
    """An example begins with ``#`` and a key; a remark has a blank between."""
    clinic = make_workspace(tmp_path)
    for kind in BLOCK_TYPES:
        handouts("new", "block", _block_id(kind), "--type", kind, "-w", clinic)
        path = clinic / f"content/blocks/{_block_id(kind)}.yaml"
        opened = re.sub(r"^( *)#(?=[a-z]|  )", r"\1", path.read_text("utf-8"), flags=re.MULTILINE)
        path.write_text(opened, "utf-8")
    assert handouts("check", "-w", clinic).exit_code == 0
    blocks = read_catalogue(open_workspace(clinic, library=library)).blocks.read
    for kind in BLOCK_TYPES:
        block = blocks[_block_id(kind)].model
        assert block.model_fields_set == set(type(block).model_fields)


COPIES = [
    # a file, the region, where it is shipped, a leaflet that prints it
    ("leaflet", "acne-explained", "GB", "leaflets/acne-explained.yaml", "acne-explained"),
    ("block", "acne/how-spots-form", "GB", "blocks/acne/how-spots-form.yaml", "acne-explained"),
    (
        "block",
        "medicines/isotretinoin-rules",
        "US",
        "regions/US/blocks/medicines/isotretinoin-rules.yaml",
        "isotretinoin",
    ),
]


def own(sort: str, name: str) -> str:
    return f"content/{sort}s/{name}.yaml"


@pytest.mark.parametrize(("sort", "name", "region", "original", "leaflet"), COPIES)
def test_a_copy_says_the_same_and_what_it_replaces(
    sort: str, name: str, region: str, original: str, leaflet: str, tmp_path: Path
) -> None:
    clinic = make_workspace(tmp_path, {"handouts.yaml": CLINIC.replace("GB", region)})
    result = handouts("new", sort, name, "--copy", "-w", clinic)
    assert result.exit_code == 0, result.output
    data = (SHIPPED.content / original).read_bytes()
    copy = clinic / "content" / original if region in original else clinic / own(sort, name)
    first, second, rest = copy.read_text("utf-8").split("\n", 2)
    assert first == f"# replaces: {hashlib.sha256(data).hexdigest()}"
    assert second.startswith("# yaml-language-server: $schema=../../")
    assert (copy.parent / second.partition("=")[2]).is_file()
    assert data.decode().endswith(rest)
    assert read_yaml(copy).data == read_yaml(SHIPPED.content / original).data
    assert handouts("check", leaflet, "-w", clinic).exit_code == 0


REFUSED = [
    ("leaflet mine", "`--kind` is required. Use one of: `small`"),
    ("leaflet mine --kind smal", "There is no kind `smal`. Did you mean `small`?"),
    ("leaflet Mine --kind small", "`Mine` is not a valid ID. Use lower-case words"),
    ("leaflet ../mine --kind small", "`../mine` is not a valid ID"),
    ("leaflet about-sun --kind small", "Add `--copy` to change it"),
    ("leaflet about-sun --kind small --copy", "Use `--copy` or `--kind`, not both"),
    ("leaflet about-son --copy", "Did you mean `about-sun`?"),
    ("leaflet ../handouts --copy", "There is no shipped leaflet `../handouts`"),
    ("block a/b", "`--type` is required. Use one of: `benefits_harms`"),
    ("block a/b --type calout", "There is no type `calout`. Did you mean `callout`?"),
    ("block mine --type text", "`mine` is not a valid ID. Use a folder and a name"),
    ("block sun/shade --type text", "A shipped block `sun/shade` already exists"),
    ("block sun/shades --copy", "Did you mean `sun/shade`?"),
    ("leaflet", "Missing argument 'ID'"),
    ("kind Wound", "`Wound` is not a valid ID. Use words in lower case"),
    ("kind small", "There is a kind `small` already. `--copy` copies a kind"),
    ("kind wound --copy smal", "There is no kind `smal`. Did you mean `small`?"),
    ("source smith", "`smith` is not a valid ID. Use capitals"),
    ("source SUN-BOOK", "There is a source `SUN-BOOK` already. `--copy` copies it"),
    ("source SUN-BOK --copy", "There is no source `SUN-BOK`. Did you mean `SUN-BOOK`?"),
    ("labels persnal", "There is no label `persnal`. Did you mean `personal`?"),
    ("labels overdue_mark", "says whether a leaflet is approved: it stays as it is"),
    ("region Ireland", "is not a valid ID. Use the two letters of a country code"),
    ("region GB", "There is a region `GB` already. `--copy GB` copies it"),
    ("region IE --copy UL", "There is no region `UL`. Use one of: `GB`, `US`"),
    ("template leaflt", "There is no template `leaflt`"),
    ("template icons/tip.svg.j2", "A drawing has no parts to extend: add `--copy`"),
    ("", "Missing command"),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_is_refused_and_nothing_written(
    arguments: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_workspace(tmp_path))
    result = handouts("new", *arguments.split())
    assert result.exit_code == 2
    assert message in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["handouts.yaml"]


STANDING = [
    ("content/leaflets/mine.yaml", "leaflet mine --kind small"),
    ("content/leaflets/about-sun.yaml", "leaflet about-sun --copy"),
    ("content/blocks/a/b.yaml", "block a/b --type text"),
    ("brand.yaml", "brand"),
    ("content/regions/IE.yaml", "region IE --copy GB"),
    ("templates/leaflet.html.j2", "template leaflet"),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("file", "arguments"), STANDING)
def test_it_never_writes_over_a_file(file: str, arguments: str, tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {file: "# mine\n"})
    result = handouts("new", *arguments.split(), "-w", clinic)
    assert result.exit_code == 2
    assert file in result.stderr
    assert (clinic / file).read_text("utf-8") == "# mine\n"


def test_a_brand_has_the_shipped_colours(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    before = open_workspace(clinic).brand
    assert handouts("new", "brand", "-w", clinic).exit_code == 0
    assert open_workspace(clinic).brand == before


@pytest.mark.usefixtures("library")
def test_the_schemas_come_along_where_there_are_none(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {"schemas/leaflet.json": "mine"})
    result = handouts("new", "block", "a/b", "--type", "text", "-w", clinic, "--json")
    files = json.loads(result.stdout)["files"]
    assert files[-1] == f"{clinic}/content/blocks/a/b.yaml"
    assert f"{clinic}/schemas/block.json" in files
    assert (clinic / "schemas/leaflet.json").read_text("utf-8") == "mine"


TODO = "warning[todo]"

BEGUN = [
    # command, file, what stands in it, TODOs that `check` tells
    ("kind wound", "content/kinds.yaml", "  - id: wound\n", 1),
    ("kind wound --copy small", "content/kinds.yaml", "label: TODO A small kind\n", 1),
    ("kind small --copy small", "content/kinds.yaml", "label: A small kind\n", 0),
    ("source SMITH2024", "content/sources.yaml", "  - key: SMITH2024\n", 4),
    ("source SUN-BOOK --copy", "content/sources.yaml", '    year: "2026"\n', 0),
    ("block a/b --type figure", "content/blocks/a/b.yaml", "# TODO: this one is only an", 4),
    ("labels personal page_of", "content/labels.yaml", 'text: "For {words}"\n', 0),
    ("labels", "content/labels.yaml", "  - key: not_offered_here\n", 0),
    ("region IE", "content/regions/IE.yaml", "name: TODO Name of the country\n", 7),
    ("region ie --copy GB", "content/regions/IE.yaml", 'number: "TODO 999"', 8),
    ("region MX --copy US", "content/regions/MX/blocks/creams/rules.yaml", "Only a doctor", 8),
    ("region GB --copy GB", "content/regions/GB.yaml", "# replaces: ", 0),
    ("template leaflet", "templates/leaflet.html.j2", "{% block masthead %}", 0),
    ("template blocks/table.html.j2", "templates/blocks/table.html.j2", "{% include", 0),
    ("template blocks/table --copy", "templates/blocks/table.html.j2", "{# replaces: ", 0),
    ("template icons/tip.svg.j2 --copy", "templates/icons/tip.svg.j2", "<svg", 0),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("arguments", "file", "words", "todos"), BEGUN, ids=[b[0] for b in BEGUN])
def test_what_is_begun_has_no_errors_and_says_what_is_missing(
    arguments: str, file: str, words: str, todos: int, tmp_path: Path
) -> None:
    clinic = make_workspace(tmp_path)
    made = handouts("new", *arguments.split(), "-w", clinic)
    assert made.exit_code == 0, made.output
    assert words in (clinic / file).read_text("utf-8")
    checked = handouts("check", "-w", clinic)
    assert checked.exit_code == 0, checked.output
    told = f"no errors, {todos} text{'s' * (todos > 1)} to write\n" if todos else "no errors\n"
    assert checked.stderr.endswith(told)


@pytest.mark.usefixtures("library")
def test_of_many_texts_to_write_in_a_file_three_are_shown(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    handouts("new", "region", "IE", "--copy", "GB", "-w", clinic)
    told = handouts("check", "-w", clinic).stderr
    assert told.count(TODO) == 3
    assert f"… and 5 more texts to write in {clinic}/content/regions/IE.yaml\n" in told
    answer = json.loads(handouts("check", "-w", clinic, "--json").stdout)
    assert [d["code"] for d in answer["diagnostics"]] == ["todo"] * 8


@pytest.mark.usefixtures("library")
def test_entries_are_added_below_those_of_the_clinic(tmp_path: Path) -> None:
    """In the indentation that stands there, and with nothing else changed."""
    mine = "labels:\n# Mine.\n- key: page_of\n  text: Sheet {page} of {pages}\n"
    clinic = make_workspace(tmp_path, {"content/labels.yaml": mine})
    assert handouts("new", "labels", "personal", "-w", clinic).exit_code == 0
    text = (clinic / "content/labels.yaml").read_text("utf-8")
    assert text == mine + '- key: personal\n  text: "For {words}"\n'


@pytest.mark.usefixtures("library")
def test_a_copied_kind_has_the_sections_of_the_other(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    handouts("new", "kind", "wound", "--copy", "small", "-w", clinic)
    handouts("new", "leaflet", "mine", "--kind", "wound", "-w", clinic)
    leaflet = read_yaml(clinic / "content/leaflets/mine.yaml").data
    assert [section["id"] for section in leaflet["sections"]] == ["in-short", "sources"]


@pytest.mark.usefixtures("library")
def test_an_unfinished_entry_holds_up_only_leaflets_that_print_it(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    handouts("new", "source", "SMITH2024", "-w", clinic)
    handouts("new", "region", "IE", "--copy", "GB", "-w", clinic)
    sign = ("approve", "about-sun", "--role", "clinical", "--by", "Dr A", "-w", clinic)
    assert handouts(*sign, "--region", "IE").exit_code == 1
    assert handouts(*sign).exit_code == 0
    block = "id: sun/shade\ntype: text\nparagraphs: [Shade.]\nsources: [SMITH2024]\n"
    make_workspace(clinic, {"content/blocks/sun/shade.yaml": block})
    refused = handouts(*sign)
    assert (refused.exit_code, "error[unfinished]" in refused.stderr) == (1, True)


@pytest.mark.usefixtures("library")
def test_a_begun_template_prints_what_the_shipped_one_prints(
    tmp_path: Path, library: Library
) -> None:
    plain, begun = make_workspace(tmp_path / "plain"), make_workspace(tmp_path / "begun")
    for name in ("leaflet", "blocks/key_points", "parts/section", "styles/page.css.j2"):
        assert handouts("new", "template", name, "-w", begun).exit_code == 0
    pages = [
        handouts_open(folder, library=library).leaflet("about-sun", on=DAY).html()
        for folder in (plain, begun)
    ]
    # The code is that of the words and templates, and so another; blanks between tags are nothing.
    odd = re.compile(r"\s+|about-sun 1\.0 en-GB [0-9a-f]{10}|data:[^\"')]+")
    first, second = (odd.sub("", page) for page in pages)
    assert first == second


def test_a_begun_template_lists_every_name_that_it_may_use() -> None:
    text = (SHIPPED_SKELETONS / "template.j2").read_text("utf-8")
    catalogue = demo()
    document = resolve(Request("dark-marks", "en", "a4", DAY), catalogue)
    context = TemplateContext(document, Templates(catalogue.workspace.template_layers), None)
    assert not [name for name in context.names if not re.search(rf"\b{name}\b", text)]


COMPLETED = [
    (["new", "leaflet", "mine", "--kind"], "sm", ["small"]),
    (["new", "block", "a/b", "--type"], "call", ["callout"]),
    (["new", "block"], "creams/", ["creams/rules"]),
    (["new", "leaflet"], "about", ["about-sun"]),
    (["new", "kind", "mine", "--copy"], "s", ["small"]),
    (["new", "region", "IE", "--copy"], "", ["GB", "US"]),
    (["new", "labels"], "page_", ["page_of"]),
    (["new", "template"], "blocks/ta", ["blocks/table.html.j2"]),
    (["build", "--region"], "", ["GB", "US", "ZZ"]),
    (["build", "--edition"], "su", ["summary"]),
    (["build", "--ink"], "b", ["black"]),
    (["status", "--region"], "Z", ["ZZ"]),
    (["approve"], "ab", ["about-sun"]),
    (["approve", "--language"], "e", ["en"]),
    (["init", "new", "--region"], "", ["GB", "US"]),
    (["init", "new", "--paper"], "b", ["both"]),
    (["list"], "re", ["regions"]),
    (["verify"], "", ["content/", "sheet.pdf"]),
    (["verify"], "content/", ["content/regions/", "content/b.PDF"]),
    (["show"], "us", ["using-creams"]),
]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(("words", "begun", "offered"), COMPLETED)
def test_names_complete(
    words: list[str],
    begun: str,
    offered: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = "id: ZZ\nname: Nowhere\npaper: a4\nfills: []\nhelp_lines: []\n"
    files = {"content/regions/ZZ.yaml": own, "sheet.pdf": "", "content/b.PDF": "", "notes.txt": ""}
    monkeypatch.chdir(make_workspace(tmp_path, files))
    completion = ShellComplete(main, {}, "handouts", "_HANDOUTS_COMPLETE")
    assert [item.value for item in completion.get_completions(words, begun)] == offered


def test_outside_a_clinics_folder_no_kind_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    completion = ShellComplete(main, {}, "handouts", "_HANDOUTS_COMPLETE")
    assert completion.get_completions(["new", "leaflet", "mine", "--kind"], "a") == []


def test_the_demo_clinic_is_never_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = handouts("new", "block", "a/b", "--type", "text")
    assert result.exit_code == 2
    assert "`handouts init FOLDER` creates a clinic's folder" in result.stderr


def _block_id(kind: str) -> str:
    return f"all/{kind.replace('_', '-')}"
