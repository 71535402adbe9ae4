"""What is to be made of a request, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handouts.build.plan import (
    Plan,
    Task,
    ended_approvals,
    partly_translated,
    plan,
    resolve,
)
from handouts.build.variants import Variants
from handouts.content.catalogue import Catalogue
from handouts.content.layers import SHIPPED
from handouts.content.resolve import Request, resolve_words
from handouts.diagnostics import Diagnostic, HandoutsError, Job, Place, Severity
from handouts.model.approvals import Approval, Role
from handouts.model.tables import Edition, Paper
from handouts.review.signoff import digest_of, part_digests
from tests.world import CLINIC, DAY, TINY_LEAFLET, make_tiny, own_catalogue, pseudo, translate

BLOCK = "id: test/note\ntype: text\nparagraphs: [Some words.]\n"
USES_IT = TINY_LEAFLET.replace("tiny-leaflet", "uses-it").replace(
    "  - id: sources", "      - ref: test/note\n  - id: sources"
)
FILES = {"content/leaflets/uses-it.yaml": USES_IT, "content/blocks/test/note.yaml": BLOCK}
BOTH = ("tiny-leaflet", "uses-it")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Of a clinic with two leaflets, one of which takes a block from a file; also in Swedish."""
    clinic = make_tiny(tmp_path_factory.mktemp("clinic"), FILES)
    translate(clinic, "sv", *BOTH)
    return own_catalogue(clinic)


def having(catalogue: Catalogue, **settings: Any) -> Catalogue:
    """The clinic with other settings."""
    workspace = catalogue.workspace
    model = workspace.settings.model.model_copy(update=settings)
    loaded = replace(workspace.settings, model=model)
    return replace(catalogue, workspace=replace(workspace, settings=loaded))


def planned(catalogue: Catalogue, *names: str, **asked: Any) -> Plan:
    axes = {axis: asked.pop(axis, ()) for axis in ("languages", "papers", "editions", "inks")}
    options: dict[str, Any] = {"day": DAY} | asked
    return plan([catalogue], names or BOTH, Variants(**axes), **options)


def requests(work: Plan) -> list[tuple[str, str, str]]:
    asked = [task.request for task in work.tasks]
    return [(request.leaflet, request.language, request.paper) for request in asked]


def leaflets(tasks: tuple[Task, ...]) -> list[str]:
    return [task.request.leaflet for task in tasks]


# What is asked for ------------------------------------------------------------------------------

PAPERS: list[tuple[dict[str, Any], tuple[Paper, ...], list[str]]] = [
    ({}, (), ["a4"]),
    ({"papers": ("letter",)}, (), ["letter"]),
    ({"papers": ("letter", "a4")}, (), ["letter", "a4"]),
    ({"papers": ("letter",)}, ("a4",), ["a4"]),
    ({}, ("letter", "letter", "a4"), ["letter", "a4"]),
]


@pytest.mark.parametrize(("settings", "asked", "papers"), PAPERS)
def test_papers_are_those_asked_for_or_the_clinics_or_the_regions(
    settings: dict[str, Any], asked: tuple[Paper, ...], papers: list[str], catalogue: Catalogue
) -> None:
    work = planned(having(catalogue, **settings), "tiny-leaflet", papers=asked)
    assert requests(work) == [("tiny-leaflet", "en", paper) for paper in papers]


LOOKS: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ({}, {}, [("standard", "colour")]),
    ({"editions": ("summary",), "ink": "black"}, {}, [("summary", "black")]),
    ({"editions": ("summary",)}, {"editions": ("large",)}, [("large", "colour")]),
    ({"ink": "black"}, {"inks": ("colour",)}, [("standard", "colour")]),
]


@pytest.mark.parametrize(("settings", "asked", "looks"), LOOKS)
def test_editions_and_inks_are_those_asked_for_or_the_clinics(
    settings: dict[str, Any],
    asked: dict[str, Any],
    looks: list[tuple[str, str]],
    catalogue: Catalogue,
) -> None:
    work = planned(having(catalogue, **settings), "tiny-leaflet", **asked)
    assert [(task.request.edition, task.request.ink) for task in work.tasks] == looks


def test_each_leaflet_is_made_in_each_language_in_the_order_asked_for(catalogue: Catalogue) -> None:
    work = planned(having(catalogue, languages=("sv", "en", "sv")), "uses-it", "tiny-leaflet")
    asked = [(name, language) for name in ("uses-it", "tiny-leaflet") for language in ("sv", "en")]
    assert requests(work) == [(*pair, "a4") for pair in asked]
    assert {task.request.date for task in work.tasks} == {DAY}
    assert {task.document.language for task in work.tasks} == {"sv", "en"}


LANGUAGES = [
    (("sv", "en"), ("en",), "standard", ["en"]),
    (("en",), ("sv", "sv"), "standard", ["sv"]),
    (("sv", "en"), (), "bilingual", ["sv"]),
]
"""The clinic's, those asked for, the edition, and what is made: English is no translation."""


@pytest.mark.parametrize(("own", "asked", "edition", "made"), LANGUAGES)
def test_languages_are_those_asked_for_or_the_clinics(
    own: tuple[str, ...],
    asked: tuple[str, ...],
    edition: Edition,
    made: list[str],
    catalogue: Catalogue,
) -> None:
    clinic = having(catalogue, languages=own)
    work = planned(clinic, "tiny-leaflet", languages=asked, editions=(edition,))
    assert [language for _, language, _ in requests(work)] == made
    assert not work.blocked


REFUSED = [
    ({"languages": ("xx",)}, "unknown-language"),
    ({"languages": ("en",), "editions": ("bilingual",)}, "unknown-language"),
]


@pytest.mark.parametrize(("asked", "code"), REFUSED)
def test_a_language_that_there_is_not_is_told(
    asked: dict[str, Any], code: str, catalogue: Catalogue
) -> None:
    try:
        told = planned(catalogue, "tiny-leaflet", **asked).diagnostics
    except HandoutsError as error:
        told = error.diagnostics
    assert code in [diagnostic.code for diagnostic in told]


def test_a_faulty_leaflet_is_told_as_such_and_not_for_its_language(catalogue: Catalogue) -> None:
    clinic = replace(catalogue, faults=(fault(TINY, catalogue),))
    work = planned(clinic, "tiny-leaflet", languages=("en",), editions=("bilingual",))
    assert "unknown-language" not in [diagnostic.code for diagnostic in work.diagnostics]


def test_a_task_tells_what_it_makes_and_from_what(catalogue: Catalogue) -> None:
    (task,) = planned(catalogue, "tiny-leaflet", papers=("letter",)).tasks
    assert task.job == Job("tiny-leaflet", "en-GB", "letter")
    assert task.layers == catalogue.workspace.template_layers
    assert task.document == resolve(task.request, catalogue)
    assert not task.unfinished


def test_an_unknown_leaflet_is_told(catalogue: Catalogue) -> None:
    with pytest.raises(HandoutsError, match="There is no leaflet `nonsense`"):
        planned(catalogue, "nonsense")


# What stands in the way -------------------------------------------------------------------------


def fault(
    file: str | None, catalogue: Catalogue, code: str = "empty", severity: str = "error"
) -> Diagnostic:
    """A fault in a file of the clinic, or one that has no place."""
    place = Place(catalogue.workspace.folder / file) if file else None
    return Diagnostic(code, "What is wrong", place, severity=Severity(severity))


TINY, USES, NOTE = "content/leaflets/tiny-leaflet.yaml", *FILES
TABLE = "content/labels.yaml"
GB, US = (str(SHIPPED.content / "regions" / f"{name}.yaml") for name in ("GB", "US"))

FAULTS = [
    ("own-file", TINY, BOTH, ["tiny-leaflet"], ["uses-it"], True),
    ("block", NOTE, BOTH, ["uses-it"], ["tiny-leaflet"], True),
    ("block-of-another", NOTE, ("tiny-leaflet",), [], ["tiny-leaflet"], False),
    ("file-of-another", USES, ("tiny-leaflet",), [], ["tiny-leaflet"], False),
    ("table", TABLE, BOTH, list(BOTH), [], True),
    ("region", GB, BOTH, list(BOTH), [], True),
    ("region-of-another", US, BOTH, [], list(BOTH), False),
    ("no-file", None, BOTH, list(BOTH), [], True),
]


@pytest.mark.parametrize(
    ("file", "asked", "blocked", "made", "told"),
    [case[1:] for case in FAULTS],
    ids=[case[0] for case in FAULTS],
)
def test_a_fault_stops_the_leaflets_that_print_its_file_and_no_others(
    file: str | None,
    asked: tuple[str, ...],
    blocked: list[str],
    made: list[str],
    told: bool,
    catalogue: Catalogue,
) -> None:
    found = fault(file, catalogue)
    work = planned(replace(catalogue, faults=(found,)), *asked)
    assert (list(work.blocked), leaflets(work.tasks)) == (blocked, made)
    assert work.not_made == work.blocked
    assert (found in work.diagnostics) is told


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_what_wants_only_a_look_stops_nothing(severity: str, catalogue: Catalogue) -> None:
    found = fault(TINY, catalogue, severity=severity)
    work = planned(replace(catalogue, faults=(found,)))
    assert leaflets(work.tasks) == list(BOTH)
    assert found in work.diagnostics


@pytest.mark.parametrize("file", [NOTE, USES])
def test_a_file_that_cannot_be_read_stops_its_leaflet(file: str, tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, {**FILES, file: FILES[file] + "nonsense: 1\n"})
    work = planned(own_catalogue(clinic))
    assert (work.blocked, leaflets(work.tasks)) == (("uses-it",), ["tiny-leaflet"])


def test_a_leaflet_that_fails_unforeseen_stops_no_other(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(request: Request, words: object) -> object:
        if request.leaflet == "uses-it":
            raise RuntimeError("nobody thought of this")
        return resolve_words(request, words)  # type: ignore[arg-type]

    monkeypatch.setattr("handouts.build.plan.resolve_words", failing)
    work = planned(catalogue)
    assert (work.blocked, leaflets(work.tasks)) == (("uses-it",), ["tiny-leaflet"])
    assert [found.job for found in work.diagnostics] == [Job("uses-it", "en-GB", "a4")]


def test_what_is_issued_on_a_later_day_is_told(catalogue: Catalogue) -> None:
    told = planned(catalogue, day=DAY - timedelta(days=1)).diagnostics
    assert [(found.code, found.severity) for found in told] == [("issued-later", "warning")] * 2


UNFINISHED = [
    ("own-file", TINY, ["tiny-leaflet"]),
    ("region", GB, list(BOTH)),
    ("block", NOTE, ["uses-it"]),
    ("table", TABLE, []),
    ("no-file", None, []),
]


@pytest.mark.parametrize(
    ("file", "unfinished"), [case[1:] for case in UNFINISHED], ids=[case[0] for case in UNFINISHED]
)
def test_a_leaflet_with_words_to_be_written_is_unfinished(
    file: str | None, unfinished: list[str], catalogue: Catalogue
) -> None:
    found = fault(file, catalogue, "todo", "warning")
    work = planned(replace(catalogue, faults=(found,)))
    assert [task.request.leaflet for task in work.tasks if task.unfinished] == unfinished


def test_of_a_table_only_what_a_leaflet_prints_leaves_it_unfinished(tmp_path: Path) -> None:
    source = "sources:\n  - {key: MINE, title: TODO, organisation: Us, year: '2026', grade: A}\n"
    cites = BLOCK + "sources: [MINE]\n"
    clinic = make_tiny(tmp_path, {**FILES, NOTE: cites, "content/sources.yaml": source})
    work = planned(own_catalogue(clinic))
    assert [task.request.leaflet for task in work.tasks if task.unfinished] == ["uses-it"]


def test_another_warning_leaves_none_unfinished(catalogue: Catalogue) -> None:
    work = planned(replace(catalogue, faults=(fault(TINY, catalogue, severity="warning"),)))
    assert not [task for task in work.tasks if task.unfinished]


# What may not go out ----------------------------------------------------------------------------


def approval(catalogue: Catalogue, role: Role = "clinical", **fields: Any) -> Approval:
    """A sign-off of the words of `tiny-leaflet` as they are."""
    language = fields.get("language", "en")
    parts = part_digests(resolve(Request("tiny-leaflet", language, "a4", DAY), catalogue))
    return Approval(
        **{"leaflet": "tiny-leaflet", "language": "en", "region": "GB", "version": "1.0"}
        | {"role": role, "by": "Dr A. Example", "signed": DAY}
        | {"digest": digest_of(parts), "parts": {}}
        | fields
    )


def approved(catalogue: Catalogue, *approvals: Approval) -> Catalogue:
    return replace(catalogue, workspace=replace(catalogue.workspace, approvals=approvals))


REQUIRED: list[tuple[dict[str, Any], str | None, bool]] = [
    ({}, None, False),
    ({}, "approved", True),
    ({}, "nothing", False),
    ({"require": "approved"}, None, True),
    ({"require": "approved"}, "approved", True),
    ({"require": "approved"}, "nothing", False),
]


@pytest.mark.parametrize(("settings", "asked", "required"), REQUIRED)
def test_only_approved_leaflets_go_out_where_that_is_required(
    settings: dict[str, Any], asked: str | None, required: bool, catalogue: Catalogue
) -> None:
    """What is asked for goes before the clinic's settings."""
    clinic = having(approved(catalogue, approval(catalogue)), **settings)
    work = planned(clinic, require=asked)
    refused = ["uses-it"] if required else []
    assert leaflets(work.tasks) == [name for name in BOTH if name not in refused]
    assert leaflets(work.refused) == list(work.not_made) == refused
    assert [d.code for d in work.diagnostics] == ["not-approved" for _ in refused]


REASONS = [
    ("approved", (), [], None),
    ("unapproved", None, [], "cannot be issued: it is not approved"),
    ("past", (), [], "`tiny-leaflet` (en-GB) cannot be issued: it is past its review date"),
    ("unfinished", (), ["todo"], "it contains text still to be written"),
]


@pytest.mark.parametrize(
    ("name", "signed", "faults", "reason"), REASONS, ids=[case[0] for case in REASONS]
)
def test_why_a_leaflet_may_not_go_out_is_told(
    name: str, signed: tuple[()] | None, faults: list[str], reason: str | None, catalogue: Catalogue
) -> None:
    day = date(2030, 1, 1) if name == "past" else DAY
    clinic = catalogue if signed is None else approved(catalogue, approval(catalogue))
    found = tuple(fault(TINY, catalogue, code, "warning") for code in faults)
    work = planned(replace(clinic, faults=found), "tiny-leaflet", require="approved", day=day)
    told = [d for d in work.diagnostics if d.code == "not-approved"]
    assert len(told) == len(work.refused) == (1 if reason else 0)
    assert all(d.message.endswith(reason or "") and d.hint for d in told)


def test_a_leaflet_refused_on_two_papers_is_told_once(catalogue: Catalogue) -> None:
    work = planned(catalogue, "tiny-leaflet", papers=("a4", "letter"), require="approved")
    assert (len(work.refused), len(work.diagnostics)) == (2, 1)
    assert work.not_made == ("tiny-leaflet",)


def test_an_approval_of_the_source_is_none_of_its_translation(catalogue: Catalogue) -> None:
    """A translation needs one for its own language, and somebody who checked that."""
    english, swedish = approval(catalogue), approval(catalogue, language="sv")
    checked = approval(catalogue, "linguistic", language="sv")

    def issued(*approvals: Approval) -> list[str]:
        clinic = having(approved(catalogue, *approvals), languages=("en", "sv"))
        work = planned(clinic, "tiny-leaflet", require="approved")
        return [task.request.language for task in work.tasks]

    assert issued(english) == ["en"]
    assert issued(english, swedish) == ["en"]
    assert issued(english, checked) == ["en"]
    assert issued(swedish, checked) == ["sv"]


# Several regions at once ------------------------------------------------------------------------


def test_plans_of_several_regions_are_one_and_tell_everything_once(tmp_path: Path) -> None:
    settings = CLINIC + "require: approved\n"
    clinic = make_tiny(tmp_path, {"handouts.yaml": settings, "content/labels.yaml": "nonsense: 1"})
    both = [own_catalogue(clinic, region) for region in ("GB", "US")]
    work = plan(both, ("tiny-leaflet",), Variants(), DAY)
    assert work.blocked == ("tiny-leaflet",)
    assert len([d for d in work.diagnostics if d.place == Place(clinic / TABLE)]) <= 1

    (clinic / TABLE).unlink()
    both = [own_catalogue(clinic, region) for region in ("GB", "US")]
    work = plan(both, ("tiny-leaflet",), Variants(), DAY)
    assert [task.job.locale for task in work.refused] == ["en-GB", "en-US"]
    assert [task.request.paper for task in work.refused] == ["a4", "letter"]
    assert [task.job.locale for task in plan(both, BOTH[:1], Variants(), DAY, "nothing").tasks] == [
        "en-GB",
        "en-US",
    ]


# What is told of what is made --------------------------------------------------------------------


def made(name: str = "tiny-leaflet", language: str = "sv", **document: Any) -> Any:
    """What a task tells of itself, as far as these rules ask."""
    facts = {"leaflet": name, "locale": f"{language}-GB", "untranslated": 0} | document
    request = SimpleNamespace(leaflet=name, language=language)
    return SimpleNamespace(request=request, document=SimpleNamespace(**facts))


PARTS = {0: [], 1: ["1 part in en"], 2: ["2 parts in en"]}


@pytest.mark.parametrize("count", PARTS)
def test_what_is_not_translated_is_counted_once_for_a_leaflet(count: int) -> None:
    told = list(partly_translated([made(untranslated=count)] * 2))
    expected = [f"`tiny-leaflet` (sv-GB): {parts}, not translated" for parts in PARTS[count]]
    assert [diagnostic.message for diagnostic in told] == expected
    for diagnostic in told:
        assert (diagnostic.code, diagnostic.severity) == ("not-translated", Severity.WARNING)
        assert "translate status -l sv" in str(diagnostic.hint)


ENDED = [
    ("approved", (), None),
    ("unapproved", (), None),
    ("expired", (), "`tiny-leaflet` (sv-GB) is a draft"),
    ("lapsed", (), "`tiny-leaflet` (sv-GB) is a draft"),
    ("lapsed", ("title", "body"), "`tiny-leaflet` (sv-GB) is a draft: title, body"),
]
"""How an approval stands, what has changed since, and what is told."""


@pytest.mark.parametrize(("approval", "changed", "message"), ENDED)
def test_an_approval_that_has_ended_is_told_once_for_a_leaflet(
    approval: str, changed: tuple[str, ...], message: str | None
) -> None:
    standing = SimpleNamespace(approval=approval, changed=changed, status="a draft")
    told = list(ended_approvals([made(standing=standing)] * 2))
    assert [diagnostic.message for diagnostic in told] == [message] * (message is not None)
    for diagnostic in told:
        assert (diagnostic.code, diagnostic.severity) == ("no-longer-approved", Severity.WARNING)
        assert "handouts approve tiny-leaflet" in str(diagnostic.hint)


def test_a_faulty_translation_stops_its_leaflet_in_its_language_alone(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path, FILES)
    spoilt = {"Some words.": "{clinic_phone}"}
    translate(clinic, "sv", *BOTH, change=lambda words: spoilt.get(words) or pseudo(words))
    catalogue = own_catalogue(clinic)
    work = planned(catalogue, "uses-it", "tiny-leaflet", languages=("sv", "en"))
    assert [asked[:2] for asked in requests(work)] == [
        ("uses-it", "en"),
        ("tiny-leaflet", "sv"),
        ("tiny-leaflet", "en"),
    ]
    assert work.blocked == ("uses-it",)
    assert [d.code for d in work.diagnostics if d.severity is Severity.ERROR]
