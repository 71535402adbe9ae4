"""Leaflets in another language: what is translated, what is not, and how that is told."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from handouts.build.plan import resolve
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import Library
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.model.document import Document
from handouts.model.text import texts_in
from handouts.page.compose import compose
from handouts.translation.units import Unit
from tests.world import DAY, TINY_LEAFLET, handouts, make_tiny, own_catalogue, pseudo, translate

LEAFLET = "content/leaflets/tiny-leaflet.yaml"


def in_swedish(clinic: Path, language: str = "sv", region: str = "GB") -> Document:
    catalogue = own_catalogue(clinic, region)
    return resolve(Request("tiny-leaflet", language, "a4", DAY), catalogue)


def points(document: Document) -> list[str]:
    (block,) = document.sections[0].blocks
    return [text.plain for text, _ in texts_in(block)]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """With a leaflet that is translated into Swedish as a whole."""
    folder = make_tiny(tmp_path)
    translate(folder, "sv", "tiny-leaflet")
    return folder


def edited(clinic: Path, source: str, **changes: object) -> None:
    """Change the Swedish entry of a text."""
    path = clinic / "locales" / "sv.po"
    file = polib.pofile(str(path))
    for entry in file:
        if entry.msgid == source:
            for name, value in changes.items():
                setattr(entry, name, value)
    file.save(str(path))


def test_everything_that_is_printed_is_translated(clinic: Path) -> None:
    document = in_swedish(clinic)
    assert document.title.plain == pseudo("A tiny leaflet") == "Á tíny léáflét"
    assert points(document) == [
        pseudo(p) for p in ("One point.", "Another point.", "A last point.")
    ]
    assert document.kind_label.plain == pseudo("A tiny kind")
    assert document.region_name.plain == pseudo("United Kingdom")
    assert {label.text.language for label in document.labels} == {None}
    assert (document.untranslated, document.locale) == (0, "sv-GB")


NOT_CURRENT = {
    "missing": {"msgstr": ""},
    "stale": {"flags": ["fuzzy"]},
    "not to be read": {"msgstr": "**One"},
}


@pytest.mark.parametrize("changes", NOT_CURRENT.values(), ids=NOT_CURRENT)
def test_a_block_without_a_current_text_stands_in_english_as_a_whole(
    changes: dict[str, object], clinic: Path
) -> None:
    edited(clinic, "One point.", **changes)
    document = in_swedish(clinic)
    assert points(document) == ["One point.", "Another point.", "A last point."]
    assert {text.language for text, _ in texts_in(document.sections[0].blocks[0])} == {"en"}
    assert document.title.plain == pseudo("A tiny leaflet")
    assert document.untranslated == 1
    html = compose(document, open_workspace(clinic).template_layers).html
    assert '<div class="block key-points" lang="en" dir="ltr">' in html
    assert f">{pseudo('Not translated yet')}</p>" in html


def test_other_texts_stand_in_english_alone(clinic: Path) -> None:
    edited(clinic, "A tiny leaflet", msgstr="")
    document = in_swedish(clinic)
    assert (document.title.plain, document.title.language) == ("A tiny leaflet", "en")
    assert document.aim.plain == pseudo("This leaflet is for tests.")
    html = compose(document, open_workspace(clinic).template_layers).html
    assert '<h1><span lang="en" dir="ltr">A tiny leaflet</span></h1>' in html


def test_a_changed_text_makes_stale_only_its_own_translation(clinic: Path) -> None:
    changed = TINY_LEAFLET.replace("This leaflet is for tests.", "This leaflet is for all tests.")
    (clinic / LEAFLET).write_text(changed, "utf-8")
    document = in_swedish(clinic)
    assert document.aim.language == "en"
    assert document.untranslated == 1
    assert points(document)[0] == pseudo("One point.")


def test_the_spelling_of_a_region_concerns_english_only(clinic: Path) -> None:
    colour = TINY_LEAFLET.replace("One point.", "The colour fades.")
    (clinic / LEAFLET).write_text(colour, "utf-8")
    translate(clinic, "sv", "tiny-leaflet", change=lambda _: "The colour fades.")
    assert points(in_swedish(clinic, region="US"))[0] == "The colour fades."
    edited(clinic, "Another point.", msgstr="")
    assert points(in_swedish(clinic, region="US"))[0] == "The color fades."


def test_the_closest_translation_wins_and_the_clinics_before_the_librarys(
    tmp_path: Path, library: Library
) -> None:
    """Entry by entry: what a file does not have comes from the next one."""

    def po(path: Path, **translations: str) -> None:
        file = polib.POFile()
        file.metadata = {"Language": path.stem, "Content-Type": "text/plain; charset=UTF-8"}
        sources = {"title": "A tiny leaflet", "aim": "This leaflet is for tests."}
        sources |= {"audience": "For testers.", "short_title": "Tiny"}
        for field, words in translations.items():
            context = f"leaflets/tiny-leaflet#{field}"
            file.append(polib.POEntry(msgctxt=context, msgid=sources[field], msgstr=words))
        path.parent.mkdir(exist_ok=True)
        file.save(str(path))

    clinic, shipped = make_tiny(tmp_path / "clinic"), library.content / "locales"
    po(shipped / "es.po", title="a", aim="a", audience="a", short_title="a")
    po(shipped / "es_US.po", aim="b", audience="b", short_title="b")
    po(clinic / "locales" / "es.po", audience="c", short_title="c")
    po(clinic / "locales" / "es_US.po", short_title="d")
    catalogue = read_catalogue(open_workspace(clinic, "US", library))
    document = resolve(Request("tiny-leaflet", "es", "a4", DAY), catalogue)
    fields = (document.title, document.aim, document.audience, document.short_title)
    assert [text.plain for text in fields] == ["a", "b", "c", "d"]


# Sign-off ---------------------------------------------------------------------------------------


def approve(clinic: Path, role: str, language: str = "sv") -> int:
    signer = ("--role", role, "--by", "A", "--date", str(DAY))
    return handouts("approve", "tiny-leaflet", "-l", language, *signer, "-w", clinic).exit_code


def test_a_translation_needs_a_clinician_and_a_reader_of_the_language(clinic: Path) -> None:
    assert in_swedish(clinic).standing.approval == "unapproved"
    assert approve(clinic, "clinical") == 0
    assert in_swedish(clinic).standing.approval == "unapproved"
    assert approve(clinic, "linguistic") == 0
    signed = in_swedish(clinic)
    assert (signed.standing.approval, signed.marks) == ("approved", ())


def test_a_changed_translation_ends_its_own_approvals(clinic: Path) -> None:
    translate(clinic, "nb", "tiny-leaflet")
    for language in ("sv", "nb"):
        for role in ("clinical", "linguistic"):
            assert approve(clinic, role, language) == 0
    edited(clinic, "One point.", msgstr="En punkt.")
    assert in_swedish(clinic).standing.approval == "lapsed"
    assert in_swedish(clinic).standing.changed == ("in-short",)
    assert in_swedish(clinic, "nb").standing.approval == "approved"


def test_what_is_not_wholly_translated_cannot_be_approved(clinic: Path) -> None:
    for role in ("clinical", "linguistic"):
        assert approve(clinic, role) == 0
    edited(clinic, "One point.", flags=["fuzzy"])
    assert approve(clinic, "linguistic") == 1
    # Nor does an approval from before hold, not even of the very same words.
    assert in_swedish(clinic).standing.approval == "lapsed"


MARKS = {
    "nobody": ([], {}, "Nobody has checked this translation."),
    "a clinician": (["clinical"], {}, "Nobody has checked this translation."),
    "a reader": (["linguistic"], {}, "No clinician has approved this leaflet."),
    "not whole": ([], {"flags": ["fuzzy"]}, "Parts of this leaflet are not translated yet."),
}


@pytest.mark.parametrize(("roles", "changes", "words"), MARKS.values(), ids=MARKS)
def test_the_mark_says_first_what_is_lacking(
    roles: list[str], changes: dict[str, object], words: str, clinic: Path
) -> None:
    """In English: the library has no Swedish words for it, and a clinic's own do not count."""
    for role in roles:
        assert approve(clinic, role) == 0
    if changes:
        edited(clinic, "One point.", **changes)
    (mark,) = in_swedish(clinic).marks
    assert mark.plain == f"Draft. {words} Do not give it to patients."
    assert mark.language == "en"


def test_units_are_known_by_context_and_text() -> None:
    assert Unit("a#b", "One.") == Unit("a#b", "One.") != Unit("a#c", "One.")
