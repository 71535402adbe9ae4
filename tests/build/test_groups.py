"""Many clinics: which of them share their shells, and what becomes of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest

from handouts.build.batch import ClinicsBuild
from handouts.build.groups import ShellGroup, grouped, of_nobody, shared_sheet
from handouts.build.plan import plan
from handouts.build.variants import Variants
from handouts.content.appearance import looks
from handouts.content.catalogue import Catalogue
from handouts.content.clinic_table import BatchClinic
from handouts.content.layers import SHIPPED
from handouts.content.workspace import open_workspace
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError
from handouts.limits import PAGE
from handouts.model.base import Model
from handouts.model.blocks import (
    AnyBlock,
    FigureBlock,
    Option,
    OptionsBlock,
    Panel,
    RiskBlock,
    Share,
)
from handouts.model.clinic import Clinic, FontFile
from handouts.model.counts import Count
from handouts.model.document import Document
from handouts.model.text import Run, Text
from handouts.page.compose import NOBODY
from handouts.page.context import STAND_IN
from handouts.pdf.shell import SHELLS
from handouts.store import NO_STORE, Store
from tests import readback
from tests.world import CLINIC, DAY, TINY_LEAFLET, make_tiny, make_workspace, own_catalogue

M = TypeVar("M", bound=Model)
LEAFLET = "content/leaflets/tiny-leaflet.yaml"
PDF = "tiny-leaflet_en-GB_a4-DRAFT.pdf"
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
Files = Mapping[str, str | bytes]


def clinic(folder: Path, files: Files | None = None) -> BatchClinic:
    """A clinic of many, from a folder of files."""
    return BatchClinic(folder.name, own_catalogue(make_tiny(folder, files)))


def as_of_a_table(one: BatchClinic, folder: str, **facts: Any) -> BatchClinic:
    """A clinic with the other's folder, as rows of a table have the same."""
    workspace = one.catalogue.workspace
    details = workspace.settings.model.clinic.model_copy(update={"name": folder} | facts)
    model = workspace.settings.model.model_copy(update={"clinic": details})
    changed = replace(workspace, settings=replace(workspace.settings, model=model))
    return BatchClinic(folder, replace(one.catalogue, workspace=changed))


def groups(*clinics: BatchClinic, **asked: Any) -> tuple[ShellGroup, ...]:
    axes = {name: asked.pop(name) for name in ("editions", "languages") if name in asked}
    variants = Variants(papers=asked.pop("papers", ("a4",)), **axes)
    options: dict[str, Any] = {"names": ("tiny-leaflet",), "day": DAY} | asked
    return grouped(clinics, variants=variants, **options)


def names(*clinics: BatchClinic) -> list[list[str]]:
    return [[one.folder for one in group.clinics] for group in groups(*clinics)]


# Who shares -------------------------------------------------------------------------------------

SIGNED = """\
approvals:
  - {{leaflet: other, language: en, region: GB, version: "1.0", role: clinical, by: {by}, \
signed: 2026-11-22, digest: "{digest}"}}
"""
BY_A = SIGNED.format(by="Dr A.", digest="0" * 64)
BY_B = SIGNED.format(by="Dr B.", digest="0" * 64)
SWEDISH = 'msgctxt "labels/about_title#text"\nmsgid "About"\nmsgstr "Om"\n'
TABLE = "labels:\n  - key: about_title\n    text: About it\n"


def _details(lines: int, languages: str = "en") -> Files:
    """A clinic with two or three lines of details on its card."""
    hours = "  hours: [{days: Friday, time: 9 am to 1 pm}]\n"
    facts = ("  address: [1 Road]\n", "  email: a@clinic.example\n", hours)[:lines]
    settings = CLINIC.replace("region", f"{''.join(facts)}region")
    return {"handouts.yaml": f"{settings}languages: [{languages}]\n"}


ALIKE: dict[str, tuple[Files, Files]] = {
    "name": ({}, {"handouts.yaml": CLINIC.replace("Test Clinic", "Another Clinic")}),
    "number-of-the-same-shape": ({}, {"handouts.yaml": CLINIC.replace("7946 0000", "1234 5678")}),
    "address": ({}, {"handouts.yaml": CLINIC.replace("region", "  address: [1 Road]\nregion")}),
    "another-line": (_details(2), _details(3)),
    "colours": ({}, {"brand.yaml": 'primary: "#7a0019"\n'}),
    "the-same-approvals": ({"approvals.yaml": BY_A}, {"approvals.yaml": BY_A}),
}
UNLIKE: dict[str, tuple[Files, Files]] = {
    "number-of-another-shape": ({}, {"handouts.yaml": CLINIC.replace("7946 0000", "7946")}),
    "another-line-of-a-tall-script": (_details(2, "en, ur"), _details(3, "en, ur")),
    "region": ({}, {"handouts.yaml": CLINIC.replace("GB", "US")}),
    "paper": ({}, {"handouts.yaml": CLINIC + "papers: [letter]\n"}),
    "link": ({}, {"handouts.yaml": CLINIC + "link: https://example.org/{leaflet}\n"}),
    "treatments": ({}, {"handouts.yaml": CLINIC + "treatments: [fractional-co2-laser]\n"}),
    "require": ({}, {"handouts.yaml": CLINIC + "require: approved\n"}),
    "approvals": ({}, {"approvals.yaml": BY_A}),
    "other-approvals": ({"approvals.yaml": BY_A}, {"approvals.yaml": BY_B}),
    "words": ({}, {"content/labels.yaml": TABLE}),
    "the-same-words": ({"content/labels.yaml": TABLE}, {"content/labels.yaml": TABLE}),
    "templates": ({}, {"templates/blocks/text.html.j2": "<p>Mine</p>"}),
    "translations": ({}, {"locales/sv.po": SWEDISH}),
}


@lru_cache(maxsize=1)
def shared() -> Catalogue:
    """What clinics have that have no content of their own."""
    with TemporaryDirectory() as folder:
        return clinic(Path(folder)).catalogue


def pair(folder: Path, files: tuple[Files, Files]) -> tuple[BatchClinic, BatchClinic]:
    """Two clinics with these files; those without content of their own share what was read."""
    clinics = []
    for name, own in zip(("one", "other"), files, strict=True):
        if any(file.startswith(("content/", "templates/")) for file in own):
            clinics.append(clinic(folder / name, own))
        else:
            workspace = open_workspace(make_workspace(folder / name, own))
            clinics.append(BatchClinic(name, replace(shared(), workspace=workspace)))
    return clinics[0], clinics[1]


@pytest.mark.parametrize("files", ALIKE.values(), ids=ALIKE)
def test_clinics_that_differ_only_in_their_facts_share_their_shells(
    files: tuple[Files, Files], tmp_path: Path
) -> None:
    assert names(*pair(tmp_path, files)) == [["one", "other"]]


@pytest.mark.parametrize("files", UNLIKE.values(), ids=UNLIKE)
def test_clinics_that_differ_in_anything_else_do_not(
    files: tuple[Files, Files], tmp_path: Path
) -> None:
    assert names(*pair(tmp_path, files)) == [["one"], ["other"]]


LONG = {"handouts.yaml": CLINIC.replace("Test Clinic", "Clinic " * 7 + "ii")}
ASKED: dict[str, tuple[tuple[Files, Files], dict[str, tuple[str, ...]], bool]] = {
    "a-name-of-two-lines-in-large-print": (({}, LONG), {"editions": ("large",)}, False),
    "and-of-one-in-another": (({}, LONG), {"editions": ("standard",)}, True),
    "another-line-of-a-tall-script": ((_details(2), _details(3)), {"languages": ("ur",)}, False),
}


@pytest.mark.parametrize(("files", "asked", "alike"), ASKED.values(), ids=ASKED)
def test_what_was_asked_for_decides_which_details_count(
    files: tuple[Files, Files], asked: dict[str, tuple[str, ...]], alike: bool, tmp_path: Path
) -> None:
    assert (len(groups(*pair(tmp_path, files), **asked)) == 1) is alike


def test_a_clinic_with_fonts_of_its_own_shares_with_none(tmp_path: Path) -> None:
    one, other = pair(tmp_path, ({}, {}))
    fonts = (FontFile(data=b"", digest="", media_type="font/ttf", family="own", weight=400),)
    workspace = replace(other.catalogue.workspace, fonts=fonts)
    other = replace(other, catalogue=replace(other.catalogue, workspace=workspace))
    assert names(one, other) == [["one"], ["other"]]


def test_clinics_that_are_alike_need_not_follow_each_other(tmp_path: Path) -> None:
    one, other = pair(tmp_path, UNLIKE["approvals"])
    third = replace(one, folder="third")
    assert names(one, other, third) == [["one", "third"], ["other"]]


def having(model: M, **fields: Any) -> M:
    return model.model_copy(update=fields)


def of_nobodys(words: str, folder: Path) -> Document:
    """The document that clinics with these words would share."""
    one = clinic(folder, {LEAFLET: words})
    return (
        plan([of_nobody(one.catalogue)], ("tiny-leaflet",), Variants(papers=("a4",)), DAY)
        .tasks[0]
        .document
    )


def is_shared(document: Document, *own: Path) -> bool:
    layers = (*own, SHIPPED.templates)
    document = document.model_copy(update={"looks": looks(layers, document.fonts, ())})
    clinic = Clinic(name="Test", phone="020 7946 0000")
    sheet = shared_sheet(document, layers, clinic, store=NO_STORE, limited=False)
    assert not isinstance(sheet, tuple), sheet
    return sheet is not None


NAMED = {
    "name": ("One point.", "'We are {clinic_name}.'", False),
    "name-in-a-heading": ("heading: In short", "heading: At {clinic_name}", False),
    "name-in-the-aim": ("is for tests", "is for {clinic_name}", False),
    "number": ("One point.", "'Call {clinic_phone}.'", True),
    "number-in-bold": ("One point.", "'**Call {clinic_phone}.**'", True),
    "number-in-a-title": ("title: A tiny leaflet", "title: Call {clinic_phone}", False),
    "number-in-the-aim": ("is for tests", "is for {clinic_phone}", False),
    "number-in-the-audience": ("For testers", "Call {clinic_phone}", True),
}


@pytest.mark.parametrize(("old", "new", "together"), NAMED.values(), ids=NAMED)
def test_clinics_share_no_leaflet_that_names_them(
    old: str, new: str, together: bool, tmp_path: Path
) -> None:
    """A telephone number in a sentence is an area; a title and an aim are also plain text."""
    document = of_nobodys(TINY_LEAFLET.replace(old, new, 1), tmp_path)
    assert is_shared(document) == together


CALL = Text((Run("Call "), Run(NOBODY.phone, slot="clinic_phone")))
NO_CALL = Text.parse("Words")
SHARE = Share(count=50, meaning="other", label=NO_CALL)
PANEL = Panel(drawing="pore-healthy", alt=NO_CALL)
RISK = RiskBlock(
    type="risk",
    title=NO_CALL,
    group=NO_CALL,
    time=NO_CALL,
    people=100,
    shares=(SHARE, SHARE),
    certainty=NO_CALL,
    sources=("NHS",),
)
FIGURE = FigureBlock(type="figure", title=NO_CALL, panels=(PANEL,), caption=CALL)
COUNT = Count(events=1, people=100, what=NO_CALL)
ROW = Option(name=NO_CALL, cells=(COUNT,))
ROWS = OptionsBlock(type="options", caption=NO_CALL, columns=(NO_CALL,), options=(ROW, ROW))
CALLING = having(ROW, cells=(having(COUNT, what=CALL),))
OF_CALLS = having(ROW, cells=(having(COUNT, unit=CALL),))
PRINTED: dict[str, tuple[AnyBlock, bool]] = {
    "caption": (FIGURE, True),
    "alternative-text": (having(FIGURE, panels=(having(PANEL, alt=CALL),)), False),
    "label": (having(FIGURE, panels=(having(PANEL, label=CALL),)), True),
    "label-of-a-share": (having(RISK, shares=(having(SHARE, label=CALL), SHARE)), False),
    "group": (having(RISK, group=CALL), False),
    "time": (having(RISK, time=CALL), False),
    "certainty": (having(RISK, certainty=CALL), True),
    "name-of-a-row": (having(ROWS, options=(having(ROW, name=CALL), ROW)), True),
    "what-is-counted": (having(ROWS, options=(CALLING, ROW)), False),
    "who-is-counted": (having(ROWS, options=(OF_CALLS, ROW)), False),
}


@pytest.mark.parametrize(("block", "together"), PRINTED.values(), ids=PRINTED)
def test_a_number_in_plain_words_keeps_clinics_apart(
    block: AnyBlock, together: bool, tmp_path: Path
) -> None:
    """Nobody lists these fields: the page is composed for nobody, and searched for its number."""
    document = of_nobodys(TINY_LEAFLET, tmp_path)
    section = document.sections[0].model_copy(update={"blocks": (block,)})
    assert is_shared(having(document, sections=(section,))) == together


TEMPLATES = {
    "none": ("README.md", True),
    "a drawing": ("figures/mine.svg.j2", True),
    "a part of drawings": ("figures/_kit.svg.j2", True),
    "an icon": ("icons/tick.svg.j2", False),
    "the people of a risk": ("parts/people.svg.j2", False),
    "a block": ("blocks/text.html.j2", False),
    "a style": ("styles/page.css.j2", False),
    "an area": ("areas/card.html.j2", False),
    "one that nothing uses": ("mine/unused.j2", False),
}


@pytest.mark.parametrize(("name", "together"), TEMPLATES.values(), ids=TEMPLATES)
def test_clinics_with_templates_that_see_their_details_share_nothing(
    name: str, together: bool, tmp_path: Path
) -> None:
    """A drawing does not see them; an icon is given a colour, from which it may make another."""
    shipped = SHIPPED.templates / name
    own = {f"templates/{name}": shipped.read_text("utf-8") if shipped.is_file() else ""}
    make_workspace(tmp_path / "own", own)
    document = of_nobodys(TINY_LEAFLET, tmp_path / "clinic")
    assert is_shared(document, tmp_path / "own" / "templates") == together


def test_a_leaflet_that_names_the_clinic_is_made_apart_and_the_others_are_shared(
    tmp_path: Path,
) -> None:
    named = TINY_LEAFLET.replace("tiny-leaflet", "other").replace("One point.", "'{clinic_name}'")
    one = clinic(tmp_path / "one", {"content/leaflets/other.yaml": named})
    found = groups(one, as_of_a_table(one, "two"), names=("tiny-leaflet", "other"))
    build = building(tmp_path, found)
    list(build.results())
    assert len(build.outputs) == 4
    for folder, name in (("one", "Test Clinic"), ("two", "two")):
        file = tmp_path / "out" / folder / PDF.replace("tiny-leaflet", "other")
        assert name in readback.text(file.read_bytes())
    shells = [key for key in SHELLS._recent if str(tmp_path) in key]
    assert len(shells) == 3


def test_what_is_nobodys_has_no_clinics_look(tmp_path: Path) -> None:
    own = {"brand.yaml": 'logo: logo.svg\nprimary: "#7a0019"\n', "logo.svg": EMPTY}
    workspace = of_nobody(clinic(tmp_path, own).catalogue).workspace
    assert (workspace.brand, workspace.logo) == (STAND_IN, None)
    assert workspace.settings.model.clinic == NOBODY


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HandoutsError(Diagnostic("over-limit", "Too many pages")), ["over-limit"]),
        (ValueError(), ["program-error"]),
        (MemoryError(), None),
        (CannotPrintError("No engine"), None),
    ],
)
@pytest.mark.parametrize("limited", [False, True])
def test_what_goes_wrong_with_a_shared_leaflet(
    limited: bool,
    error: Exception,
    told: list[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is told of that leaflet; what stops the machine stops the build. A clinic's own words are
    set in a worker.
    """
    worked = []

    def shell(*_: Any) -> None:
        raise error

    def apart(work: Any, *details: Any, stage: str) -> None:
        worked.append(stage)
        work(*details)

    monkeypatch.setattr("handouts.build.groups._shell_of_nobody", shell)
    monkeypatch.setattr("handouts.build.groups.apart", apart)
    document = of_nobodys(TINY_LEAFLET, tmp_path)
    make = partial(
        shared_sheet, document, (SHIPPED.templates,), NOBODY, store=NO_STORE, limited=limited
    )
    if told is None:
        with pytest.raises(type(error)):
            make()
    else:
        found = make()
        assert isinstance(found, tuple)
        assert [d.code for d in found] == told
    assert worked == ([PAGE] if limited else [])


def test_a_group_is_planned_as_it_was_asked_for(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    day = date(2027, 1, 1)
    (group,) = groups(one, papers=("letter", "a4"), day=day)
    requests = [task.request for task in group.plan.tasks]
    assert [(r.leaflet, r.paper, r.date) for r in requests] == [
        ("tiny-leaflet", "letter", day),
        ("tiny-leaflet", "a4", day),
    ]
    (group,) = groups(one, require="approved")
    assert group.plan.not_made == ("tiny-leaflet",)


# What becomes of each ---------------------------------------------------------------------------


def building(
    folder: Path, found: tuple[ShellGroup, ...], store: Store | None = None, jobs: int = 1
) -> ClinicsBuild:
    return ClinicsBuild(found, folder / "out", store or Store(folder / "store"), jobs, [])


def test_what_is_told_of_a_leaflet_is_told_once_for_all_clinics(tmp_path: Path) -> None:
    """Here that its approval has ended; clinics of a table have the same text."""
    signed = BY_A.replace("leaflet: other", "leaflet: tiny-leaflet")
    one = clinic(tmp_path / "one", {"approvals.yaml": signed})
    other = as_of_a_table(one, "two", phone="020 7946 1")
    found = groups(one, other)
    assert len(found) == 2
    assert [d.code for d in building(tmp_path, found).diagnostics] == ["no-longer-approved"]


TOO_LONG = "A clinic with a very long name " * 60


def test_a_clinic_that_fails_is_told_by_its_name_and_stops_no_other(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    clinics = (one, as_of_a_table(one, "long", name=TOO_LONG), as_of_a_table(one, "last"))
    build = building(tmp_path, groups(*clinics))
    results = list(build.results())
    made = {result.folder: len(result.outputs) for result in results}
    assert made == {"one": 1, "long": 0, "last": 1}
    assert build.not_made == ["long"]
    (told,) = build.diagnostics
    assert (told.code, told.message.startswith("long: ")) == ("clinic-no-room", True)
    assert told.place
    assert (told.place.file.name, told.place.line) == ("handouts.yaml", 1)
    assert not (tmp_path / "out" / "long").exists()


def test_a_logo_that_prints_badly_is_told_and_the_leaflets_are_made(tmp_path: Path) -> None:
    bad = clinic(tmp_path / "bad", {"brand.yaml": "logo: logo.svg\n", "logo.svg": EMPTY})
    build = building(tmp_path, groups(bad, clinic(tmp_path / "good")))
    assert [(result.folder, len(result.outputs)) for result in build.results()] == [
        ("bad", 1),
        ("good", 1),
    ]
    told = "bad: The logo `logo.svg` shows nothing on white paper"
    assert [d.message for d in build.diagnostics] == [told]


def test_a_logo_that_cannot_be_printed_stops_only_its_clinic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Diagnostic("over-limit", "The logo needs too much memory")
    monkeypatch.setattr(
        "handouts.build.batch.told_of", lambda logo, *_, **__: (fault,) if logo else ()
    )
    bad = clinic(tmp_path / "bad", {"brand.yaml": "logo: logo.svg\n", "logo.svg": EMPTY})
    build = building(tmp_path, groups(bad, clinic(tmp_path / "good")))
    assert [(result.folder, len(result.outputs)) for result in build.results()] == [
        ("bad", 0),
        ("good", 1),
    ]
    assert [d.message for d in build.diagnostics] == ["bad: The logo needs too much memory"]
    assert build.not_made == ["bad"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("Jane Doe"), "one: The program failed unexpectedly: ValueError"),
        (MemoryError(), ""),
    ],
)
def test_what_nobody_foresaw(
    error: Exception, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops one clinic and names no patient; what stops the whole machine stops the build."""

    def imprints_of_clinic(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("handouts.build.batch.imprints_of_clinic", imprints_of_clinic)
    build = building(tmp_path, groups(clinic(tmp_path / "one")))
    if not told:
        with pytest.raises(MemoryError):
            list(build.results())
        return
    list(build.results())
    assert [d.message.partition(" at ")[0] for d in build.diagnostics] == [told]
    assert build.not_made == ["one"]


def test_what_does_not_fit_a_shared_leaflet_is_told_to_each_clinic(tmp_path: Path) -> None:
    wide = TINY_LEAFLET.replace(
        "  - id: sources\n",
        f"      - type: text\n        paragraphs: [{'w' * 99}]\n  - id: sources\n",
        1,
    )
    one = clinic(tmp_path / "one", {LEAFLET: wide})
    build = building(tmp_path, groups(one, as_of_a_table(one, "other")))
    assert [[d.code for d in result.diagnostics] for result in build.results()] == [
        ["overflow"],
        ["overflow"],
    ]
    assert build.not_made == ["one", "other"]


def test_a_page_that_lists_the_leaflets_is_made_if_asked_for(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    list(building(tmp_path / "without", groups(one)).results())
    assert not (tmp_path / "without" / "out" / "one" / "index.html").exists()
    build = building(tmp_path / "with", groups(one))
    build.index = True
    list(build.results())
    assert "Test Clinic" in (tmp_path / "with" / "out" / "one" / "index.html").read_text("utf-8")


def test_each_clinic_has_its_own_facts_looks_and_records(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one", {"brand.yaml": 'primary: "#7a0019"\n'})
    build = building(tmp_path, groups(one, as_of_a_table(one, "other", phone="+44 20 7946 9999")))
    assert build.total == 2
    list(build.results())
    assert [output["file"] for output in build.outputs] == [f"one/{PDF}", f"other/{PDF}"]
    for name, phone in (("one", "+44 20 7946 0000"), ("other", "+44 20 7946 9999")):
        folder = tmp_path / "out" / name
        assert phone in readback.text((folder / PDF).read_bytes())
        (record,) = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        assert (record["file"], record["format"]) == (PDF, "pdf")
        assert record | {"file": f"{name}/{PDF}"} in json.loads(json.dumps(build.outputs))
    assert not build.diagnostics
    assert not build.not_made


def test_a_fault_of_a_template_is_told_of_each_clinic_and_the_rest_is_made(tmp_path: Path) -> None:
    other = TINY_LEAFLET.replace("tiny-leaflet", "other").replace(
        "  - id: sources", "      - {type: text, paragraphs: [Words.]}\n  - id: sources"
    )
    template = {"templates/blocks/text.html.j2": "{{ nonsense }}"}
    broken = {**template, "content/leaflets/other.yaml": other}
    one = clinic(tmp_path / "one", broken)
    build = building(tmp_path, groups(one, names=("tiny-leaflet", "other")))
    (result,) = build.results()
    assert [output.leaflet for output in result.outputs] == ["tiny-leaflet"]
    assert [d.code for d in result.diagnostics] == ["template"]
    assert build.not_made == ["one/other"]


def test_a_drawing_of_its_own_that_prints_badly_is_told_once(tmp_path: Path) -> None:
    own = {"templates/figures/mine.svg.j2": EMPTY}
    build = building(tmp_path, groups(clinic(tmp_path / "one", own)))
    assert [len(result.outputs) for result in build.results()] == [1]
    assert [d.code for d in build.diagnostics] == ["poor-picture"]


def test_leaflets_that_are_not_made_are_listed_in_order(tmp_path: Path) -> None:
    """Those that the plan left out, and those that failed."""
    added = "      - {type: text, paragraphs: [Words.]}\n  - id: sources"
    leaflets = {
        f"content/leaflets/{name}.yaml": TINY_LEAFLET.replace("tiny-leaflet", name).replace(*change)
        for name, change in {
            "a-fails": ("  - id: sources", added),
            "b-has-a-fault": ("kind:", "kinds:"),
            "c-fails": ("  - id: sources", added),
            "d-has-a-fault": ("kind:", "kinds:"),
        }.items()
    }
    broken = {**leaflets, "templates/blocks/text.html.j2": "{{ nonsense }}"}
    names = ("tiny-leaflet", *(Path(file).stem for file in leaflets))
    build = building(tmp_path, groups(clinic(tmp_path / "one", broken), names=names))
    list(build.results())
    assert build.not_made == [f"one/{Path(file).stem}" for file in leaflets]


def test_faults_of_the_plan_are_told_and_its_clinics_are_not_made(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    build = building(tmp_path, groups(one, require="approved"))
    assert [d.code for d in build.diagnostics] == ["not-approved"]
    assert build.total == 0
    assert [(result.folder, result.outputs) for result in build.results()] == [("one", ())]
    assert build.not_made == ["one"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kept", [True, False])
def test_shells_are_kept_in_the_store_or_for_the_build_alone(kept: bool, tmp_path: Path) -> None:
    store = Store(tmp_path / "store") if kept else NO_STORE
    build = building(tmp_path, groups(clinic(tmp_path / "one")), store=store)
    list(build.results())
    assert (tmp_path / "out" / "one" / PDF).is_file()
    assert bool(Store(tmp_path / "store").entries()) is kept


def test_a_store_that_is_full_is_trimmed_in_the_end(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", max_bytes=0)
    list(building(tmp_path, groups(clinic(tmp_path / "one")), store=store).results())
    assert not store.entries()


def files(out: Path) -> dict[Path, bytes]:
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*.pdf")}


@pytest.mark.parametrize("store", [None, NO_STORE])
def test_several_processes_make_the_same_files(store: Store | None, tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    clinics = [one, *(as_of_a_table(one, f"clinic-{number}") for number in range(4))]
    list(building(tmp_path / "1", groups(*clinics)).results())
    SHELLS._recent.clear()  # processes begin with what this one remembers
    list(building(tmp_path / "2", groups(*clinics), store=store, jobs=2).results())
    assert len(files(tmp_path / "1" / "out")) == 5
    assert files(tmp_path / "1" / "out") == files(tmp_path / "2" / "out")


class Pool:
    """Stands for other processes, and notes what it is given to do."""

    def __init__(self) -> None:
        self.jobs: list[Any] = []

    def map(self, job: Any, *each: Iterable[Any], chunksize: int = 1) -> Iterable[Any]:
        assert chunksize
        self.jobs.append(job)
        return map(job, *each)


def test_shells_and_clinics_are_made_by_the_processes_from_a_store_that_all_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is wanted, in a folder that is gone in the end."""
    pool = Pool()
    monkeypatch.setattr("handouts.build.batch.executor", lambda *_: nullcontext(pool))
    one = clinic(tmp_path / "one")
    list(building(tmp_path, groups(one, as_of_a_table(one, "other")), NO_STORE).results())
    assert len(files(tmp_path / "out")) == 2
    assert len(pool.jobs) == 2, "the shells, then the clinics"
    folders = {job.keywords["store"].folder for job in pool.jobs}
    assert len(folders) == 1
    assert not any(folder.exists() for folder in folders)


def test_a_clinic_of_a_group_has_the_bytes_that_it_has_alone(tmp_path: Path) -> None:
    """Its own name, number, colours and logo, of which it may be the only one to have any."""
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    own = {"brand.yaml": 'logo: logo.svg\nprimary: "#7a0019"\n', "logo.svg": logo}
    plain, looks = pair(tmp_path, ({}, own))
    for name, both in (("1", (plain, looks)), ("2", (looks, plain))):
        assert len(groups(*both)) == 1
        list(building(tmp_path / name, groups(*both)).results())
    for each in (plain, looks):
        list(building(tmp_path / "alone", groups(each)).results())
    alone = files(tmp_path / "alone" / "out")
    assert files(tmp_path / "1" / "out") == files(tmp_path / "2" / "out") == alone
    assert len(set(alone.values())) == 2


def test_a_folder_that_cannot_be_written_stops_no_other_clinic(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    names = ("first", "in-the-way", "last")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "in-the-way").write_text("a file", "utf-8")
    build = building(tmp_path, groups(*(as_of_a_table(one, name) for name in names)))
    assert [len(result.outputs) for result in build.results()] == [1, 0, 1]
    assert build.not_made == ["in-the-way"]
    (told,) = build.diagnostics
    assert told.code == "unwritable"
    assert told.message.startswith("in-the-way: The folder cannot be written: ")
    assert told.place
    assert told.place.file == tmp_path / "out" / "in-the-way"


def test_a_batch_that_is_stopped_says_what_it_has_not_made(tmp_path: Path) -> None:
    one = clinic(tmp_path / "one")
    build = building(tmp_path, groups(*(as_of_a_table(one, name) for name in ("a", "b", "c"))))
    assert next(iter(build.results())).folder == "a"
    assert build.not_made == ["b", "c"]
