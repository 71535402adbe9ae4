"""The golden list: what ends an approval when it changes, what does not, and why."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from handouts.api.project import Project, open_project
from handouts.content.layers import SHIPPED, Library
from handouts.model.document import Standing
from tests.world import CLINIC, DAY, TINY_KINDS, make_workspace, tiny_library

SETTINGS = (
    CLINIC.replace("GB", "GB\nlink: https://example.org/{leaflet}")
    + """\
treatments:
  - id: cream
    sessions: two
    price: from £40
    device: {name: A lamp, status: ce-marked, number: CE 1, use: dry skin, checked: 2026-10-01}
"""
).replace("  phone", "  notice: We are moving\n  address: [1 Road]\n  phone")

LEAFLET = """\
id: everything
kind: tiny
version: "1.0"
issued: 2026-11-20
title: A leaflet with everything
short_title: Everything
aim: This leaflet is for tests.
audience: For testers.
sections:
  - id: in-short
    heading: In short
    note: A note
    layout: pair
    blocks:
      - type: key_points
        points: [One point., "Call {urgent_advice}.", A last point.]
      - ref: own/pictures
      - type: options
        caption: What there is
        columns: [How]
        options:
          - {name: Nothing, cells: [Wait]}
          - {name: The lamp, treatment: lamp, cells: [Sit below it]}
      - {type: costs, prompt: What it costs}
      - {type: device, prompt: The device}
      - {type: contact, who: urgent}
  - id: references
    heading: Never take this in pregnancy.
    blocks: [{type: text, paragraphs: [Words.]}]
  - id: sources
    heading: Where do these facts come from?
    blocks: [{type: sources}]
"""

FIGURE = """\
id: own/pictures
type: figure
title: A picture
panels: [{drawing: mine, alt: A pore, label: What it is}]
legend: [{marker: 1, text: Skin}]
caption: A pore
sources: [SUN-BOOK]
"""
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
OTHER = DRAWING.replace("M0 0", "M1 1")

CLINIC_FILES = {
    "handouts.yaml": SETTINGS,
    "content/kinds.yaml": TINY_KINDS,
    "content/leaflets/everything.yaml": LEAFLET,
    "content/blocks/own/pictures.yaml": FIGURE,
    "templates/figures/mine.svg.j2": DRAWING,
    "templates/figures/unused.svg.j2": DRAWING,
}

WORDS = "clinic/content/leaflets/everything.yaml"
SET = "clinic/handouts.yaml"
PICTURES = "clinic/content/blocks/own/pictures.yaml"
REGION = "library/content/regions/GB.yaml"
TEMPLATES = "clinic/templates"


@dataclass(frozen=True)
class Case:
    """A change: in a file, of some text to another. A file without old text is written anew."""

    file: str
    old: str
    new: str
    part: str | None
    why: str


LAPSES = {
    "a word": Case(WORDS, "One point", "A point", "in-short", "it is read"),
    "bold": Case(WORDS, "One point", "One **point**", "in-short", "it changes what stands out"),
    "a heading": Case(WORDS, "In short", "In brief", "in-short", "it is read"),
    "a note": Case(WORDS, "A note", "Another note", "in-short", "it is read"),
    "a section with a name of ours": Case(
        WORDS, "Never take", "You can take", "references", "every section is read"
    ),
    "a section's name": Case(WORDS, "id: references", "id: labels", "labels", "names are signed"),
    "the title": Case(WORDS, "title: A leaflet", "title: The leaflet", "title and aim", "read"),
    "the aim": Case(WORDS, "is for tests", "is for all", "title and aim", "it is read"),
    "the edition": Case(WORDS, '"1.0"', '"1.1"', "title and aim", "it is printed"),
    "issued": Case(WORDS, "2026-11-20", "2026-11-21", "review date", "it puts off the review"),
    "the review rule": Case(
        "clinic/content/kinds.yaml",
        "review_months: 12",
        "review_months: 36",
        "review date",
        "it puts off the review",
    ),
    "the kind's template": Case(
        "clinic/content/kinds.yaml",
        "review_months: 12",
        "template: areas.html.j2\n    review_months: 12",
        "title and aim",
        "it decides what is printed at all",
    ),
    "what the summary leaves out": Case(
        "clinic/content/kinds.yaml",
        "review_months: 12",
        "summary: [sources]\n    review_months: 12",
        "title and aim",
        "people read it alone",
    ),
    "a block in its own file": Case(PICTURES, "caption: A pore", "caption: A", "in-short", "read"),
    "an alternative text": Case(PICTURES, "alt: A pore", "alt: A spot", "in-short", "it is heard"),
    "a skin tone": Case(PICTURES, "type: figure", "type: figure\ntone: deep", "in-short", "seen"),
    "the picture of its subject": Case(
        WORDS, "sections:", "picture: {drawing: mine}\nsections:", "title and aim", "it is seen"
    ),
    "a source": Case("library/content/sources.yaml", '"2026"', '"1926"', "list of sources", "-"),
    "a number to call": Case(REGION, 'number: "999"', 'number: "112"', "help lines", "-"),
    "a value of the region": Case(REGION, "NHS 111", "NHS 112", "in-short", "it is read"),
    "a spelling": Case(
        REGION, "fills:", "wording: [{shipped: point, here: pint}]\nfills:", "in-short", "-"
    ),
    "the region's name": Case(REGION, "United Kingdom", "England", "title and aim", "it is read"),
    "a statement on devices": Case(
        REGION, "is marked", "is good", "device statements", "it is a claim"
    ),
    "a device": Case(SET, "dry skin", "all skin", "device statements", "it is a claim"),
    "a label": Case(
        "clinic/content/labels.yaml",
        "",
        "labels: [{key: urgent, text: Tip}]",
        "printed labels",
        "it says what a box means",
    ),
    "the name of a treatment": Case(
        "library/content/treatments.yaml", "Cream", "Ointment", "treatments offered", "it is read"
    ),
    "what is offered": Case(SET, "id: cream", "id: lamp", "treatments offered", "rows say so"),
    "sessions": Case(SET, "sessions: two", "sessions: ten", "treatments offered", "it is a number"),
    "a price": Case(SET, "£40", "£400", "treatments offered", "people choose by it"),
    "a drawing": Case(f"{TEMPLATES}/figures/mine.svg.j2", "M0 0", "M1 1", "drawing mine", "seen"),
    "an icon": Case(f"{TEMPLATES}/icons/tick.svg.j2", "", OTHER, "icons and palette", "-"),
    "the people of a risk": Case(
        f"{TEMPLATES}/parts/people.svg.j2", "", OTHER, "icons and palette", "people are counted"
    ),
    "the palette": Case(
        f"{TEMPLATES}/figures/palette.yaml",
        "",
        (SHIPPED.templates / "figures/palette.yaml").read_text("utf-8").replace("#F2", "#00"),
        "icons and palette",
        "skin and redness are seen",
    ),
    "a template": Case(
        f"{TEMPLATES}/blocks/key_points.html.j2",
        "",
        "<p>Take as many as you like.</p>",
        "templates/blocks/key_points.html.j2",
        "it can print anything",
    ),
    "a style": Case(
        f"{TEMPLATES}/styles/blocks.css.j2", "", "", "templates/styles/blocks.css.j2", "it can hide"
    ),
    "an area": Case(
        f"{TEMPLATES}/areas/phone.html.j2", "", "999", "templates/areas/phone.html.j2", "as above"
    ),
}

STAYS = {
    "the clinic's name": Case(SET, "Test Clinic", "New Clinic", None, "a fact of the clinic"),
    "the telephone": Case(SET, "7946 0000", "7946 0001", None, "a fact of the clinic"),
    "the address": Case(SET, "1 Road", "2 Road", None, "a fact of the clinic"),
    "the notice": Case(SET, "We are moving", "We have moved", None, "a fact of the clinic"),
    "the link": Case(SET, "example.org", "example.com", None, "a fact of the clinic"),
    "the colours": Case("clinic/brand.yaml", "", 'primary: "#7a0019"', None, "the clinic's look"),
    "the logo": Case("clinic/brand.yaml", "", "logo: logo.svg", None, "the clinic's look"),
    "another paper": Case(SET, "region: GB", "papers: [letter]\nregion: GB", None, "layout alone"),
    "another edition": Case(
        SET, "region: GB", "editions: [large, summary]\nregion: GB", None, "layout alone"
    ),
    "another ink": Case(SET, "region: GB", "ink: black\nregion: GB", None, "layout alone"),
    "a rule for builds": Case(SET, "region: GB", "require: approved\nregion: GB", None, "-"),
    "the layout": Case(WORDS, "layout: pair", "layout: half", None, "layout alone"),
    "a page break": Case(WORDS, "layout: pair", "start: page", None, "layout alone"),
    "a comment": Case(WORDS, "kind: tiny", "kind: tiny # mine", None, "nobody prints it"),
    "a line break in a text": Case(
        WORDS, "points: [One point.", "points: [One\n  point.", None, ""
    ),
    "another leaflet": Case(
        "clinic/content/leaflets/other.yaml",
        "",
        LEAFLET.replace("id: every", "id: some"),
        None,
        "-",
    ),
    "a drawing that is not shown": Case(
        f"{TEMPLATES}/figures/unused.svg.j2", "M0 0", "M1 1", None, "nothing can print it"
    ),
    "a file that is no template": Case(f"{TEMPLATES}/README.md", "", "# Mine", None, "as above"),
    "a row nobody compares": Case(
        "library/content/treatments.yaml", "Lamp", "Lamp of light", None, "it is not offered"
    ),
}


def world(folder: Path) -> tuple[Project, Library]:
    library = tiny_library(folder / "library")
    make_workspace(folder / "clinic", CLINIC_FILES | {"logo.svg": DRAWING})
    return open_project(folder / "clinic", library=library), library


def standing(project: Project) -> Standing:
    (found,) = [d for d in project.leaflets(on=DAY).documents if d.leaflet == "everything"]
    return found.standing


def change(folder: Path, case: Case) -> None:
    path = folder / case.file
    before = path.read_text("utf-8") if case.old else ""
    assert case.old in before
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before.replace(case.old, case.new, 1) if case.old else case.new, "utf-8")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clinic that has approved its leaflet, and its library."""
    folder = tmp_path_factory.mktemp("signed")
    project, _ = world(folder)
    project.approve(["everything"], role="clinical", by="Dr A. Example", on=DAY)
    assert standing(project).approval == "approved"
    return folder


@pytest.fixture
def approved(signed: Path, tmp_path: Path) -> Project:
    """A copy of it, to be changed."""
    shutil.copytree(signed, tmp_path, dirs_exist_ok=True)
    library = replace(SHIPPED, content=tmp_path / "library" / "content")
    return open_project(tmp_path / "clinic", library=library)


@pytest.mark.parametrize("case", LAPSES.values(), ids=LAPSES)
def test_an_approval_lapses_with_whatever_can_change_the_meaning(
    case: Case, approved: Project, tmp_path: Path
) -> None:
    change(tmp_path, case)
    found = standing(approved)
    assert (found.approval, case.part in found.changed) == ("lapsed", True), found.changed


@pytest.mark.parametrize("case", STAYS.values(), ids=STAYS)
def test_an_approval_stays_when_the_meaning_does(
    case: Case, approved: Project, tmp_path: Path
) -> None:
    change(tmp_path, case)
    found = standing(approved)
    assert (found.approval, found.changed) == ("approved", ())


def test_sections_in_another_order_are_another_leaflet(approved: Project, tmp_path: Path) -> None:
    head, first, second, last = LEAFLET.split("  - id: ")
    path = tmp_path / WORDS
    path.write_text(f"{head}  - id: {second}  - id: {first}  - id: {last}", "utf-8")
    assert standing(approved).approval == "lapsed"


def test_a_clinics_fonts_are_signed(approved: Project, tmp_path: Path) -> None:
    """A font can show other letters than those that were typed."""
    for weight in ("Regular", "Bold"):
        shutil.copy(SHIPPED.templates / f"fonts/NotoSans-{weight}.ttf", tmp_path / "clinic")
    fonts = "fonts: {regular: NotoSans-Regular.ttf, bold: NotoSans-Bold.ttf}"
    (tmp_path / "clinic" / "brand.yaml").write_text(fonts, "utf-8")
    assert standing(approved).changed == ("the clinic's fonts",)


def test_a_template_of_the_clinics_can_print_any_of_its_files(tmp_path: Path) -> None:
    """So with one, even a drawing counts that no block names."""
    project, _ = world(tmp_path)
    make_workspace(tmp_path / "clinic", {"templates/blocks/text.html.j2": "<p>Words</p>"})
    project.approve(["everything"], role="clinical", by="Dr A. Example", on=DAY)
    change(tmp_path, STAYS["a drawing that is not shown"])
    assert standing(project).changed == ("templates/figures/unused.svg.j2",)


INCLUDES = ["include", "import", "from", "extends"]


@pytest.mark.parametrize("tag", INCLUDES)
def test_so_can_a_drawing_that_takes_in_others(tag: str, tmp_path: Path) -> None:
    project, _ = world(tmp_path)
    drawing = {"templates/figures/mine.svg.j2": f"{{%- {tag} 'figures/unused.svg.j2' %}}"}
    make_workspace(tmp_path / "clinic", drawing)
    project.approve(["everything"], role="clinical", by="Dr A. Example", on=DAY)
    change(tmp_path, STAYS["a drawing that is not shown"])
    assert "templates/figures/unused.svg.j2" in standing(project).changed


def test_an_update_that_changes_a_shipped_drawing_ends_the_approvals_of_its_leaflets(
    tmp_path: Path,
) -> None:
    """Also when only the kit changes, with which it is drawn; but not those of other leaflets."""
    _, library = world(tmp_path)
    templates = tmp_path / "templates"
    shutil.copytree(SHIPPED.templates, templates, ignore=shutil.ignore_patterns("fonts"))
    library = replace(library, templates=templates)
    project = open_project(tmp_path / "clinic", library=library)
    path = tmp_path / PICTURES
    path.write_text(FIGURE.replace("drawing: mine", "drawing: spot-deep"), "utf-8")
    project.approve(["everything", "about-sun"], role="clinical", by="Dr A. Example", on=DAY)
    kit = templates / "figures/_kit.svg.j2"
    kit.write_text(kit.read_text("utf-8") + "\n{# drawn anew #}", "utf-8")
    states = {d.leaflet: d.standing for d in project.leaflets(on=DAY).documents}
    assert states["everything"].changed == ("drawing spot-deep",)
    assert states["about-sun"].approval == "approved"


def test_shipped_drawings_name_others_in_a_way_that_a_sign_off_follows() -> None:
    """A name that is put together while drawing would be overlooked."""
    for path in (*SHIPPED.templates.glob("figures/*.j2"), *SHIPPED.templates.glob("icons/*.j2")):
        for line in path.read_text("utf-8").splitlines():
            if any(f"{{% {tag} " in line for tag in INCLUDES):
                assert '"figures/_' in line, (path.name, line)
