"""What a sign-off is bound to, how words stand on a day, and what is written down of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import TypeAdapter, ValidationError

from handouts.content.workspace import open_workspace
from handouts.diagnostics import HandoutsError
from handouts.model.approvals import Approval, Role
from handouts.model.base import Id, Model
from handouts.model.blocks import (
    CostsBlock,
    DeviceBlock,
    FigureBlock,
    Option,
    OptionsBlock,
    Panel,
    TextBlock,
)
from handouts.model.document import (
    Cost,
    DeviceStatement,
    LabelText,
    Look,
    Section,
    SignOff,
    Standing,
    Words,
)
from handouts.model.tables import HelpLine, Reference
from handouts.model.text import Run, Text
from handouts.review import earlier
from handouts.review.signoff import (
    changed_parts,
    digest_of,
    part_digests,
    record,
    required_roles,
    standing_of,
)
from tests.world import DAY, make_workspace

M = TypeVar("M", bound=Model)
NEW = Text.parse("Something new")
SECTION = Section(
    id="in-short",
    heading=Text.parse("In short"),
    note=None,
    layout="wide",
    left=1,
    start="here",
    blocks=(TextBlock(type="text", paragraphs=(Text.parse("Some words."),)),),
    numbers=(1,),
)
HELP = HelpLine(need=Text.parse("In danger"), number="999", sources=("NHS",))
SOURCE = Reference(key="NHS", title="Help", organisation="NHS", year="2026", grade="A")
MACHINE = DeviceStatement(text=Text.parse("A laser, cleared."), checked=DAY)
COST = Cost(name=Text.parse("Laser"), sessions="3", price=None)
DRAWN = Look(name="drawing pore", sha256="1" * 64, own=False)
OF_THE_CLINIC = Look(name="templates/blocks/text.html.j2", sha256="2" * 64, own=True)
LABEL = LabelText(key="about_title", text=Text.parse("About"))
WORDS = Words(
    leaflet="tiny-leaflet",
    kind="tiny",
    kind_label=Text.parse("A tiny kind"),
    version="1.0",
    issued=DAY,
    review_due=date(2027, 11, 22),
    language="en",
    direction="ltr",
    region="GB",
    region_name=Text.parse("United Kingdom"),
    title=Text.parse("A tiny leaflet"),
    short_title=Text.parse("Tiny"),
    aim=Text.parse("For tests."),
    audience=Text.parse("For testers."),
    sections=(SECTION,),
    references=(SOURCE,),
    help_lines=(HELP,),
    devices=(MACHINE,),
    labels=(LABEL,),
    template="leaflet.html.j2",
    icon="kind-explainer",
    key_sources=6,
    summary=("in-short",),
    offered=(Text.parse("Laser"),),
    not_offered=("peel",),
    costs=(COST,),
    looks=(DRAWN,),
)


def other(model: M, **fields: Any) -> M:
    """The same with other fields."""
    return model.model_copy(update=fields)


def having(**fields: Any) -> Words:
    return other(WORDS, **fields)


def with_section(**fields: Any) -> Words:
    return having(sections=(other(SECTION, **fields),))


# What is signed ---------------------------------------------------------------------------------

SIGNED = [
    ("title", having(title=NEW), "title and aim"),
    ("short title", having(short_title=NEW), "title and aim"),
    ("aim", having(aim=NEW), "title and aim"),
    ("audience", having(audience=NEW), "title and aim"),
    ("kind", having(kind_label=NEW), "title and aim"),
    ("version", having(version="1.1"), "title and aim"),
    ("heading", with_section(heading=NEW), "in-short"),
    ("note", with_section(note=NEW), "in-short"),
    ("block", with_section(blocks=(SECTION.blocks[0], SECTION.blocks[0])), "in-short"),
    ("no block", with_section(blocks=()), "in-short"),
    ("a number to call", having(help_lines=(other(HELP, number="112"),)), "help lines"),
    ("no number to call", having(help_lines=()), "help lines"),
    ("another number", having(help_lines=(HELP, HELP)), "help lines"),
    ("a source", having(references=(other(SOURCE, year="2027"),)), "list of sources"),
    ("no source", having(references=()), "list of sources"),
    ("a label", having(labels=(other(LABEL, text=NEW),)), "printed labels"),
    ("no label", having(labels=()), "printed labels"),
    ("issued", having(issued=date.min), "review date"),
    ("review", having(review_due=date.max), "review date"),
    ("template", having(template="other.html.j2"), "title and aim"),
    ("leaflet", having(leaflet="other"), "title and aim"),
    ("sections of the summary", having(summary=()), "title and aim"),
    ("order of the summary", having(critical_first=True), "title and aim"),
    ("icon", having(icon="kind-card"), "title and aim"),
    ("region", having(region="US"), "title and aim"),
    ("a drawing", having(looks=(other(DRAWN, sha256="3" * 64),)), "drawing pore"),
    ("no drawing", having(looks=()), "drawing pore"),
]


@pytest.mark.parametrize(
    ("words", "part"), [case[1:] for case in SIGNED], ids=[case[0] for case in SIGNED]
)
def test_each_word_is_bound_to_the_part_that_it_is_in(words: Words, part: str) -> None:
    before, after = part_digests(WORDS), part_digests(words)
    assert changed_parts(before, after) == (part,)
    assert digest_of(before) != digest_of(after)


UNSIGNED = {
    "layout": with_section(layout="pair"),
    "columns": with_section(left=2),
    "page": with_section(start="page"),
    "numbers of sources": with_section(numbers=(2,)),
    "papers on which it is set tighter": having(tighter_on=("a4",)),
    "papers on which sources stand last": having(sources_last_on=("letter",)),
    "whose drawing it is": having(looks=(other(DRAWN, own=True),)),
    "treatments that it does not mention": having(offered=(), not_offered=(), costs=()),
    "a machine that it does not state": having(devices=(other(MACHINE, text=NEW),)),
    "no machine": having(devices=()),
}


@pytest.mark.parametrize("words", UNSIGNED.values(), ids=UNSIGNED)
def test_where_words_stand_on_the_page_is_not_signed(words: Words) -> None:
    assert part_digests(words) == part_digests(WORDS)


def figure(*treatments: str) -> FigureBlock:
    panels = (Panel(drawing="pore", alt=NEW, treatment=treatments),)
    return FigureBlock(type="figure", title=NEW, caption=NEW, tone="light", panels=panels)


def options(*treatments: str | None) -> OptionsBlock:
    rows = [Option(name=NEW, treatment=name, cells=(NEW,)) for name in treatments]
    return OptionsBlock(type="options", caption=NEW, columns=(NEW,), options=tuple(rows))


STATING = with_section(blocks=(DeviceBlock(type="device", prompt=NEW),))
COMPARED = with_section(blocks=(options("laser", "peel"),))
DRAWN_ONLY = with_section(blocks=(figure("laser", "peel"),))
WAYS = with_section(blocks=(options(None, None),))
COSTING = with_section(blocks=(CostsBlock(type="costs", prompt=NEW),))
WITH_TEMPLATE = having(looks=(OF_THE_CLINIC,))
TREATMENTS = {
    "names of a comparison": (COMPARED, {"offered": (NEW,)}, True),
    "a row of a comparison": (COMPARED, {"not_offered": ()}, True),
    "what no row is about": (COMPARED, {"not_offered": ("peel", "needles")}, False),
    "costs beside a comparison": (COMPARED, {"costs": ()}, False),
    "a panel of a figure": (DRAWN_ONLY, {"not_offered": ()}, True),
    "names beside ways that are no treatment": (WAYS, {"offered": (NEW,)}, False),
    "a machine": (STATING, {"devices": (other(MACHINE, text=NEW),)}, True),
    "a machine's check": (STATING, {"devices": (other(MACHINE, checked=date.min),)}, True),
    "no machine": (STATING, {"devices": ()}, True),
    "a machine with a template of the clinic's": (WITH_TEMPLATE, {"devices": ()}, True),
    "costs": (COSTING, {"costs": (other(COST, price="£40"),)}, True),
    "names beside costs": (COSTING, {"offered": ()}, False),
    "all of it with a template of the clinic's": (WITH_TEMPLATE, {"offered": (NEW,)}, True),
    "rows with a template of the clinic's": (WITH_TEMPLATE, {"not_offered": ()}, True),
    "costs with a template of the clinic's": (WITH_TEMPLATE, {"costs": ()}, True),
}


@pytest.mark.parametrize(("words", "change", "counts"), TREATMENTS.values(), ids=TREATMENTS)
def test_treatments_are_signed_where_they_are_printed(
    words: Words, change: dict[str, Any], counts: bool
) -> None:
    changed = changed_parts(part_digests(words), part_digests(other(words, **change)))
    part = "device statements" if "devices" in change else "treatments offered"
    assert changed == ((part,) if counts else ())


def test_the_parts_have_names_that_no_section_can_have() -> None:
    sections = {section.id for section in WORDS.sections}
    names = [name for name in part_digests(WORDS) if name not in sections]
    assert len(names) == 8
    with pytest.raises(ValidationError):
        TypeAdapter(list[Id]).validate_python(names[:1])
    assert not [name for name in names if re.fullmatch("[a-z0-9-]+", name)]


@pytest.mark.parametrize("name", ["head", "labels", "references", "machines", "help-lines"])
def test_a_section_may_have_any_name(name: str) -> None:
    """In earlier versions, a part of ours took the place of such a section."""
    before = with_section(id=name)
    after = with_section(id=name, heading=NEW)
    assert changed_parts(part_digests(before), part_digests(after)) == (name,)


AMBIGUOUS = {
    "bold from where to where": ("**a** b", "a **b**"),
    "a slot and its name in text": ("{clinic_phone}", Text((Run("{clinic_phone}"),))),
    "markup in a value": (
        Text((Run("a**b**", slot="x"),)),
        Text((Run("a", slot="x"), Run("b", True))),
    ),
    "a value and the same words": (Text((Run("999", slot="x"),)), "999"),
}


@pytest.mark.parametrize(("one", "two"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_no_two_texts_are_taken_for_each_other(one: str | Text, two: str | Text) -> None:
    first, second = (Text.parse(t) if isinstance(t, str) else t for t in (one, two))
    assert part_digests(having(aim=first)) != part_digests(having(aim=second))


def test_names_and_order_of_the_parts_are_signed() -> None:
    digests = [{"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "2", "b": "1"}, {"ab": "12"}]
    assert len({digest_of(parts) for parts in digests}) == len(digests)


def test_a_later_version_of_the_program_makes_the_same_digests() -> None:
    """They stand in clinics' files. A new field, at its default, changes none of them."""
    assert digest_of(part_digests(WORDS)) == (
        "c52f87b8d10de9573e652c660a958f008f9f18aeeb1e59581a0501a98aa84908"
    )


def test_parts_are_told_in_the_order_of_the_page_and_removed_ones_last() -> None:
    before = {"gone": "1", "same": "2", "changed": "3"}
    now = {"added": "9", "changed": "8", "same": "2"}
    assert changed_parts(before, now) == ("added", "changed", "gone")


# How words stand --------------------------------------------------------------------------------


def sign_off(role: Role = "clinical", words: Words = WORDS, **fields: Any) -> Approval:
    parts = part_digests(words)
    shown = {name: digest[:16] for name, digest in parts.items()}
    return Approval(
        leaflet=words.leaflet,
        language=words.language,
        region=words.region,
        version=words.version,
        role=role,
        **{"by": "Dr A. Example", "signed": DAY, "digest": digest_of(parts), "parts": shown}
        | fields,
    )


def on(day: date, *approvals: Approval, words: Words = WORDS) -> Standing:
    return standing_of(words, approvals, day)


GERMAN = having(language="de")
BEFORE = with_section(heading=NEW)
YESTERDAY, LATER = DAY - timedelta(days=1), DAY + timedelta(days=1)
CLINICAL, LINGUISTIC = sign_off(), sign_off("linguistic")
ENDED, ENDS_TODAY = sign_off(until=YESTERDAY), sign_off(until=DAY)
OF_OTHER_WORDS = sign_off(words=BEFORE)
IN_GERMAN, ENDED_IN_GERMAN = sign_off(words=GERMAN), sign_off(words=GERMAN, until=YESTERDAY)
OF_GERMAN = sign_off("linguistic", GERMAN)
LINGUISTIC_ENDED = sign_off("linguistic", GERMAN, until=YESTERDAY)
LINGUISTIC_BEFORE = sign_off("linguistic", other(GERMAN, title=NEW))

STATES = [
    ("nobody has signed", WORDS, [], "unapproved"),
    ("a clinician has", WORDS, [CLINICAL], "approved"),
    ("a reader alone has", WORDS, [sign_off("patient-reader")], "unapproved"),
    ("a linguist alone has", WORDS, [LINGUISTIC], "unapproved"),
    ("today is the last day", WORDS, [ENDS_TODAY], "approved"),
    ("yesterday was the last day", WORDS, [ENDED], "expired"),
    ("it was renewed", WORDS, [ENDED, CLINICAL], "approved"),
    ("the later one has ended", WORDS, [CLINICAL, ENDED], "expired"),
    ("it is given tomorrow", WORDS, [sign_off(signed=LATER)], "unapproved"),
    (
        "it is replaced tomorrow",
        WORDS,
        [CLINICAL, sign_off(words=BEFORE, signed=LATER)],
        "approved",
    ),
    ("the words have changed", WORDS, [OF_OTHER_WORDS], "lapsed"),
    ("the later one is of other words", WORDS, [CLINICAL, OF_OTHER_WORDS], "lapsed"),
    ("the later one is of these words", WORDS, [OF_OTHER_WORDS, CLINICAL], "approved"),
    ("a reader's is of other words", WORDS, [sign_off("patient-reader", BEFORE)], "unapproved"),
    ("a reader's has ended", WORDS, [sign_off("patient-reader", until=YESTERDAY)], "unapproved"),
    ("nobody has signed a translation", GERMAN, [], "unapproved"),
    ("a clinician has signed a translation", GERMAN, [IN_GERMAN], "unapproved"),
    ("a linguist has signed a translation", GERMAN, [OF_GERMAN], "unapproved"),
    ("both have signed a translation", GERMAN, [IN_GERMAN, OF_GERMAN], "approved"),
    ("the linguist's has ended", GERMAN, [IN_GERMAN, LINGUISTIC_ENDED], "expired"),
    ("the linguist's is of other words", GERMAN, [IN_GERMAN, LINGUISTIC_BEFORE], "lapsed"),
    ("the clinician's has ended", GERMAN, [ENDED_IN_GERMAN, OF_GERMAN], "expired"),
]


@pytest.mark.parametrize(
    ("words", "approvals", "state"), [case[1:] for case in STATES], ids=[case[0] for case in STATES]
)
def test_words_stand_as_they_were_signed(
    words: Words, approvals: list[Approval], state: str
) -> None:
    standing = on(DAY, *approvals, words=words)
    assert standing.approval == state
    assert standing.issuable == (standing.approval == "approved")


@pytest.mark.parametrize("language", ["de", "en-US", "zh-Hans", "ar"])
def test_a_translation_also_needs_somebody_who_checked_its_language(language: str) -> None:
    assert required_roles(language) == ("clinical", "linguistic")
    assert required_roles("en") == ("clinical",)


def test_what_is_partly_in_the_source_language_is_not_approved() -> None:
    """Whoever has signed it: a reader of the language would not understand all of it."""
    partly = other(GERMAN, untranslated=1)
    signed = [sign_off("clinical", partly), sign_off("linguistic", partly)]
    whole = [sign_off("clinical", GERMAN), sign_off("linguistic", GERMAN)]
    assert on(DAY, *signed, words=partly).approval == "unapproved"
    assert on(DAY, *whole, words=GERMAN).approval == "approved"


def test_only_what_holds_is_printed() -> None:
    reader, ended = sign_off("patient-reader"), sign_off("linguistic", until=YESTERDAY)
    found = on(DAY, CLINICAL, ended, reader)
    assert found.sign_offs == tuple(
        SignOff(role=role, by="Dr A. Example", signed=DAY)
        for role in ("clinical", "patient-reader")
    )
    assert (found.digest, dict(found.parts)) == (CLINICAL.digest, part_digests(WORDS))
    assert found.changed == ()


UNTIL = [
    ([], None),
    ([CLINICAL], None),
    ([ENDS_TODAY], DAY),
    ([sign_off(until=LATER), sign_off("patient-reader", until=DAY)], DAY),
    ([sign_off(until=DAY), sign_off("patient-reader", until=LATER)], DAY),
    ([sign_off(until=LATER), sign_off("patient-reader")], LATER),
    ([sign_off(until=LATER), sign_off("patient-reader", until=YESTERDAY)], LATER),
]


@pytest.mark.parametrize(("approvals", "until"), UNTIL)
def test_the_first_of_those_that_hold_to_end_is_told(
    approvals: list[Approval], until: date | None
) -> None:
    assert on(DAY, *approvals).until == until


def test_what_has_changed_since_is_told() -> None:
    assert on(DAY, OF_OTHER_WORDS).changed == ("in-short",)
    assert on(DAY, CLINICAL, sign_off("patient-reader", BEFORE)).changed == ("in-short",)


def test_a_review_is_overdue_from_the_day_after_it_is_due() -> None:
    due = WORDS.review_due
    assert [on(due + timedelta(days=n)).overdue for n in (-1, 0, 1)] == [False, False, True]


# Recording --------------------------------------------------------------------------------------


def test_the_first_sign_off_begins_the_file(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    path = record(clinic, [CLINICAL])
    text = path.read_text("utf-8")
    assert path == clinic / "approvals.yaml"
    assert text.startswith("# Who approved which text, in which role.")
    assert "until" not in text
    assert open_workspace(clinic).approvals == (CLINICAL,)


def test_a_further_sign_off_leaves_all_that_was_there_with_its_remarks(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path)
    path = record(clinic, [CLINICAL])
    path.write_text(path.read_text("utf-8") + "# Łódź, by hand\n\n", "utf-8")
    before = path.read_text("utf-8").rstrip()
    record(clinic, [ENDS_TODAY, LINGUISTIC])
    assert path.read_text("utf-8").startswith(before + "\n")
    assert open_workspace(clinic).approvals == (CLINICAL, ENDS_TODAY, LINGUISTIC)


def test_a_file_that_could_not_be_read_again_is_left_as_it_is(tmp_path: Path) -> None:
    clinic = make_workspace(tmp_path, {"approvals.yaml": "approvals:\n  - leaflet: mine\n"})
    before = (clinic / "approvals.yaml").read_bytes()
    with pytest.raises(HandoutsError):
        record(clinic, [CLINICAL])
    assert (clinic / "approvals.yaml").read_bytes() == before


def test_digests_are_whole() -> None:
    assert all(re.fullmatch("[0-9a-f]{64}", part) for part in part_digests(WORDS).values())
    assert re.fullmatch("[0-9a-f]{64}", digest_of(part_digests(WORDS)))


# Records of earlier versions --------------------------------------------------------------------

OLD_PARTS = {
    "head": "aa4481692d87d2e6",
    "in-short": "043075aa8dbb3a36",
    "help-lines": "662c0dd6a1011db7",
    "references": "969b703ac6d54463",
    "machines": "5883dbed7b9744f3",
    "labels": "e54a19253f3fbe92",
}
OLD_DIGEST = "9b9799b59c9f27f9ce5bad0e4992f64cceb631cc96301a13ea80df5670030ed7"
OLD = sign_off(digest=OLD_DIGEST, parts=OLD_PARTS)

EARLIER = {
    "the same words": (WORDS, "approved", ()),
    "other words": (having(title=NEW), "lapsed", ("head",)),
    "layout": (with_section(layout="wide"), "approved", ()),
    "issued later": (having(issued=DAY + timedelta(days=1)), "lapsed", ("review date",)),
    "a template": (WITH_TEMPLATE, "lapsed", (OF_THE_CLINIC.name,)),
    "a drawing of the clinic's": (
        having(looks=(other(DRAWN, own=True),)),
        "lapsed",
        ("drawing pore",),
    ),
    "a shipped drawing": (having(looks=(other(DRAWN, sha256="3" * 64),)), "approved", ()),
}


@pytest.mark.parametrize(("words", "state", "changed"), EARLIER.values(), ids=EARLIER)
def test_a_sign_off_of_an_earlier_version_holds_where_nothing_else_can_have_changed(
    words: Words, state: str, changed: tuple[str, ...]
) -> None:
    found = on(DAY, OLD, words=words)
    assert (found.approval, found.changed) == (state, changed)
    assert found.words_only == (state == "approved")


def test_a_sign_off_of_an_earlier_version_never_held_for_a_section_with_such_a_name() -> None:
    words = having(sections=(SECTION, other(SECTION, id="labels")))
    parts = earlier.part_digests(words)
    found = on(DAY, sign_off(digest=earlier.digest_of(parts), parts=parts), words=words)
    assert (found.approval, found.changed) == ("lapsed", ("labels",))


def test_sign_offs_of_this_version_cover_all() -> None:
    assert not on(DAY, CLINICAL).words_only
