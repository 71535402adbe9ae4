"""Requests to documents."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from handouts.build.plan import resolve
from handouts.content.resolve import Request, add_months
from handouts.model.text import Text
from handouts.review.signoff import changed_parts, part_digests
from tests.world import DAY, TINY_KINDS, TINY_LEAFLET, demo, demo_document, make_tiny, own_catalogue

MONTHS = [
    (date(2026, 11, 22), 12, date(2027, 11, 22)),
    (date(2026, 1, 31), 1, date(2026, 2, 28)),
    (date(2027, 12, 31), 2, date(2028, 2, 29)),
    (date(2026, 11, 30), 36, date(2029, 11, 30)),
]


@pytest.mark.parametrize(("day", "months", "then"), MONTHS)
def test_months_later(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_a_document_is_a_value() -> None:
    """Equal documents are equal, hash alike and survive a trip to another process."""
    request = Request("acne-explained", "en", "a4", DAY)
    one, other = resolve(request, demo()), resolve(request, demo())
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301


def test_every_slot_is_filled() -> None:
    document = demo_document("fractional-co2-laser", "a4")
    assert "020 7946 0142" in document.model_dump_json()
    assert "{clinic_phone}" not in document.model_dump_json()


def test_the_digest_follows_the_words_and_not_the_paper() -> None:
    a4, letter = demo_document("acne-explained", "a4"), demo_document("acne-explained", "letter")
    other = demo_document("fractional-co2-laser", "a4")
    assert a4.standing.digest == letter.standing.digest
    assert a4.standing.digest != other.standing.digest


def test_a_changed_word_changes_the_digest_of_its_part_alone() -> None:
    document = demo_document("acne-explained", "a4")
    first, *rest = document.sections
    changed = first.model_copy(update={"heading": Text.parse("In brief")})
    before = part_digests(document)
    after = part_digests(document.model_copy(update={"sections": (changed, *rest)}))
    assert changed_parts(before, after) == (first.id,)


@pytest.mark.parametrize("leaflet", ["acne-medicines", "isotretinoin", "fractional-co2-laser"])
def test_a_summary_has_every_critical_block_and_what_its_kind_names(leaflet: str) -> None:
    whole = demo_document(leaflet, "a4")
    sheet = resolve(Request(leaflet, "en", "a4", DAY, edition="summary"), demo())
    critical = {block for section in whole.sections for block in section.blocks if block.critical}
    printed = {block for section in sheet.sections for block in section.blocks}
    assert critical <= printed
    named = [section.id for section in whole.sections if section.id in whole.summary]
    assert [section.id for section in sheet.sections if section.id in whole.summary] == named


def test_the_summary_of_a_procedure_tells_who_must_wait_before_the_other_choices() -> None:
    sheet = resolve(Request("fractional-co2-laser", "en", "a4", DAY, edition="summary"), demo())
    ids = [section.id for section in sheet.sections]
    assert ids[:5] == ["in-short", "who-should-not", "before", "alternatives", "risks"]


def test_a_summary_leaves_out_what_a_block_says(tmp_path: Path) -> None:
    points = "        points: [One point., Another point., A last point.]\n"
    more = """\
      - {type: text, paragraphs: [In both.]}
      - {type: text, paragraphs: [In the whole leaflet alone.], in_summary: false}
"""
    files = {
        "content/kinds.yaml": TINY_KINDS.replace("tiny kind", "tiny kind\n    summary: [in-short]"),
        "content/leaflets/tiny-leaflet.yaml": TINY_LEAFLET.replace(points, points + more),
    }
    catalogue = own_catalogue(make_tiny(tmp_path, files))
    whole, sheet = (
        resolve(Request("tiny-leaflet", "en", "a4", DAY, edition=edition), catalogue)
        for edition in ("standard", "summary")
    )
    assert [len(document.sections[0].blocks) for document in (whole, sheet)] == [3, 2]
    assert "In the whole leaflet alone." in whole.model_dump_json()
    assert "In the whole leaflet alone." not in sheet.model_dump_json()


def test_a_leaflet_leaves_a_block_out_of_its_own_summary() -> None:
    """Another leaflet's summary has it."""
    printed = {}
    for leaflet in ("acne-in-pregnancy", "preventing-acne"):
        sheet = resolve(Request(leaflet, "en", "a4", DAY, edition="summary"), demo())
        printed[leaflet] = "Do not scrub" in sheet.model_dump_json()
    assert printed == {"acne-in-pregnancy": False, "preventing-acne": True}


@pytest.mark.parametrize(
    ("leaflet", "place"),
    [("chemical-peels", 1), ("my-wound-card", 2), ("dermaroller", None), ("dark-marks", None)],
    ids=["after the first section", "after a pair", "too long", "has one of its own"],
)
def test_a_short_summary_has_a_picture(leaflet: str, place: int | None) -> None:
    sheet = resolve(Request(leaflet, "en", "a4", DAY, edition="summary"), demo())
    more = [
        (number, [block.type for block in section.blocks], section.layout)
        for number, section in enumerate(sheet.sections)
        if section.id not in sheet.summary and not any(b.critical for b in section.blocks)
    ]
    assert more == ([] if place is None else [(place, ["figure"], "wide")])


def test_columns_of_a_summary_keep_what_is_critical_in_them() -> None:
    sheet = resolve(Request("isotretinoin", "en", "a4", DAY, edition="summary"), demo())
    layouts = {section.id: (section.layout, section.left) for section in sheet.sections}
    assert layouts["before-you-start"] == ("pair", 1)
    sheet = resolve(Request("hormonal-treatment", "en", "a4", DAY, edition="summary"), demo())
    layouts = {section.id: (section.layout, section.left) for section in sheet.sections}
    assert layouts["before-you-start"] == ("pair", 1)
    sheet = resolve(Request("after-laser", "en", "a4", DAY, edition="summary"), demo())
    assert {s.id: s.layout for s in sheet.sections}["medicines"] == "wide"


def test_sources_are_numbered_in_order_of_first_use(tmp_path: Path) -> None:
    """Blocks name their sources against the order of the alphabet, some of them again."""
    blocks = """\
      - {type: text, paragraphs: [First.], sources: [BAD-ACNE, AAD2024]}
      - {type: text, paragraphs: [Second.], sources: [AAD-TINT, BAD-ACNE]}
"""
    leaflet = TINY_LEAFLET.replace("      - type: sources\n", f"{blocks}      - type: sources\n")
    make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet})
    catalogue = own_catalogue(tmp_path)
    document = resolve(Request("tiny-leaflet", "en", "a4", DAY), catalogue)
    assert [source.key for source in document.references] == ["BAD-ACNE", "AAD2024", "AAD-TINT"]
    assert [section.numbers for section in document.sections] == [(), (1, 2, 3)]


NUMBERED = {
    "cited most": ("AAD2024", "AAD-TINT", "AAD-TINT"),
    "cited first of equals": ("AAD-TINT", "AAD2024"),
    "a critical block counts twice": ("AAD2024", "AAD-TINT!"),
    "a guideline before a clinic's page": ("AAP2016", "AAD-TINT"),
}
"""Sources of some blocks, of which one is printed: AAD-TINT. AAP2016 has grade C, the others A."""


@pytest.mark.parametrize("cited", NUMBERED.values(), ids=NUMBERED)
def test_the_sources_that_are_printed_have_the_first_numbers(
    cited: tuple[str, ...], tmp_path: Path
) -> None:
    blocks = "".join(
        f"      - {{type: text, paragraphs: [Words.], sources: [{key.rstrip('!')}]"
        f"{', critical: true' if key.endswith('!') else ''}}}\n"
        for key in cited
    )
    leaflet = TINY_LEAFLET.replace("      - type: sources\n", f"{blocks}      - type: sources\n")
    kinds = TINY_KINDS.replace("review_months: 12", "review_months: 12\n    key_sources: 1", 1)
    files = {"content/leaflets/tiny-leaflet.yaml": leaflet, "content/kinds.yaml": kinds}
    catalogue = own_catalogue(make_tiny(tmp_path, files))
    document = resolve(Request("tiny-leaflet", "en", "a4", DAY), catalogue)
    assert document.references[0].key == "AAD-TINT"


def test_a_review_that_is_past_is_marked() -> None:
    request = Request("fractional-co2-laser", "en", "a4", date(2030, 1, 1))
    assert resolve(request, demo()).standing.overdue
    assert not demo_document("fractional-co2-laser", "a4").standing.overdue


def test_a_block_may_bring_the_review_forward(tmp_path: Path) -> None:
    """The leaflet's kind says 22 November 2027."""
    early = TINY_LEAFLET.replace("- type: sources", "- {type: sources, review_by: 2027-03-01}")
    folder = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": early})
    catalogue = own_catalogue(folder)
    document = resolve(Request("tiny-leaflet", "en", "a4", DAY), catalogue)
    assert document.review_due == date(2027, 3, 1)
