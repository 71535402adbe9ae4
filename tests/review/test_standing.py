"""What a sign-off is bound to, how words stand on a day, and what is written down of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from handouts.content.workspace import open_workspace
from handouts.diagnostics import HandoutsError
from handouts.model.approvals import Approval, Role
from handouts.model.base import Model
from handouts.model.blocks import TextBlock
from handouts.model.document import (
    DeviceStatement,
    LabelText,
    Section,
    SignOff,
    Standing,
    Words,
)
from handouts.model.tables import HelpLine, Reference
from handouts.model.text import Text
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
    layout="side",
    left=1,
    start="here",
    blocks=(TextBlock(type="text", paragraphs=(Text.parse("Some words."),)),),
    numbers=(1,),
)
HELP = HelpLine(need=Text.parse("In danger"), number="999", sources=("NHS",))
SOURCE = Reference(key="NHS", title="Help", organisation="NHS", year="2026", grade="A")
MACHINE = DeviceStatement(text=Text.parse("A laser, cleared."), checked=DAY)
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
    ("title", having(title=NEW), "head"),
    ("short title", having(short_title=NEW), "head"),
    ("aim", having(aim=NEW), "head"),
    ("audience", having(audience=NEW), "head"),
    ("kind", having(kind_label=NEW), "head"),
    ("version", having(version="1.1"), "head"),
    ("heading", with_section(heading=NEW), "in-short"),
    ("note", with_section(note=NEW), "in-short"),
    ("block", with_section(blocks=(SECTION.blocks[0], SECTION.blocks[0])), "in-short"),
    ("no block", with_section(blocks=()), "in-short"),
    ("a number to call", having(help_lines=(other(HELP, number="112"),)), "help-lines"),
    ("no number to call", having(help_lines=()), "help-lines"),
    ("another number", having(help_lines=(HELP, HELP)), "help-lines"),
    ("a source", having(references=(other(SOURCE, year="2027"),)), "references"),
    ("no source", having(references=()), "references"),
    ("a machine", having(devices=(other(MACHINE, text=NEW),)), "machines"),
    ("a machine's check", having(devices=(other(MACHINE, checked=date.min),)), "machines"),
    ("no machine", having(devices=()), "machines"),
    ("a label", having(labels=(other(LABEL, text=NEW),)), "labels"),
    ("no label", having(labels=()), "labels"),
]


@pytest.mark.parametrize(
    ("words", "part"), [case[1:] for case in SIGNED], ids=[case[0] for case in SIGNED]
)
def test_each_word_is_bound_to_the_part_that_it_is_in(words: Words, part: str) -> None:
    before, after = part_digests(WORDS), part_digests(words)
    assert changed_parts(before, after) == (part,)
    assert digest_of(before) != digest_of(after)


UNSIGNED = {
    "layout": with_section(layout="wide"),
    "columns": with_section(left=2),
    "page": with_section(start="page"),
    "numbers of sources": with_section(numbers=(2,)),
    "days": having(issued=date.min, review_due=date.max),
}


@pytest.mark.parametrize("words", UNSIGNED.values(), ids=UNSIGNED)
def test_where_words_stand_on_the_page_is_not_signed(words: Words) -> None:
    assert part_digests(words) == part_digests(WORDS)


def test_the_parts_have_names_in_the_order_of_the_page() -> None:
    names = ["head", "in-short", "help-lines", "references", "machines", "labels"]
    assert list(part_digests(WORDS)) == names


def test_a_sign_off_of_an_earlier_version_of_the_program_still_holds() -> None:
    """These digests stand in clinics' files. A new field, at its default, changes none of them."""
    assert part_digests(WORDS) == {
        "head": "aa4481692d87d2e6",
        "in-short": "043075aa8dbb3a36",
        "help-lines": "662c0dd6a1011db7",
        "references": "969b703ac6d54463",
        "machines": "5883dbed7b9744f3",
        "labels": "e54a19253f3fbe92",
    }
    assert digest_of(part_digests(WORDS)) == (
        "9b9799b59c9f27f9ce5bad0e4992f64cceb631cc96301a13ea80df5670030ed7"
    )


def test_parts_are_told_in_the_order_of_the_page_and_removed_ones_last() -> None:
    before = {"gone": "1", "same": "2", "changed": "3"}
    now = {"added": "9", "changed": "8", "same": "2"}
    assert changed_parts(before, now) == ("added", "changed", "gone")


# How words stand --------------------------------------------------------------------------------


def sign_off(role: Role = "clinical", words: Words = WORDS, **fields: Any) -> Approval:
    parts = part_digests(words)
    return Approval(
        leaflet=words.leaflet,
        language=words.language,
        region=words.region,
        version=words.version,
        role=role,
        **{"by": "Dr A. Example", "signed": DAY, "digest": digest_of(parts), "parts": parts}
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
    ("the words have changed", WORDS, [OF_OTHER_WORDS], "lapsed"),
    ("the later one is of other words", WORDS, [CLINICAL, OF_OTHER_WORDS], "lapsed"),
    ("the later one is of these words", WORDS, [OF_OTHER_WORDS, CLINICAL], "approved"),
    ("a reader's is of other words", WORDS, [sign_off("patient-reader", BEFORE)], "unapproved"),
    ("a reader's has ended", WORDS, [sign_off("patient-reader", until=YESTERDAY)], "unapproved"),
    ("nobody has signed a translation", GERMAN, [], "unapproved"),
    ("a clinician has signed a translation", GERMAN, [CLINICAL], "unapproved"),
    ("a linguist has signed a translation", GERMAN, [LINGUISTIC], "unapproved"),
    ("both have signed a translation", GERMAN, [CLINICAL, LINGUISTIC], "approved"),
    ("the linguist's has ended", GERMAN, [CLINICAL, LINGUISTIC_ENDED], "expired"),
    ("the linguist's is of other words", GERMAN, [CLINICAL, LINGUISTIC_BEFORE], "lapsed"),
    ("the clinician's has ended", GERMAN, [ENDED_IN_GERMAN, LINGUISTIC], "expired"),
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


def test_only_what_holds_is_printed() -> None:
    reader, ended = sign_off("patient-reader"), sign_off("linguistic", until=YESTERDAY)
    found = on(DAY, CLINICAL, ended, reader)
    assert found.sign_offs == tuple(
        SignOff(role=role, by="Dr A. Example", signed=DAY)
        for role in ("clinical", "patient-reader")
    )
    assert (found.digest, dict(found.parts)) == (CLINICAL.digest, CLINICAL.parts)
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


def test_digests_are_short_and_in_hexadecimal_digits() -> None:
    assert all(re.fullmatch("[0-9a-f]{16}", part) for part in part_digests(WORDS).values())
    assert re.fullmatch("[0-9a-f]{64}", digest_of(part_digests(WORDS)))
