"""The bilingual edition: a translation beside its source, block by block."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from handouts.build.plan import plan, resolve
from handouts.build.variants import Variants
from handouts.content.catalogue import read_catalogue
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.page.compose import compose
from tests.world import DAY, TINY_LEAFLET, handouts, make_tiny, pseudo, translate

HELP = """\
  - id: help
    heading: When do you call?
    blocks:
      - type: help
        sources: [AAD-MN2018]
        critical: true
        steps:
          - level: emergency
            call: Call {emergency_number} now
            signs: [You cannot breathe.]
      - type: table
        caption: Two creams
        columns: [Cream, What it does]
        rows: [[Blue, It soothes.], [Green, It cleans.]]
      - type: write_in
        prompt: My questions
      - type: write_in
        prompt: What we agreed
        fields: [Risks we named]
        choices: [A copy was given]
        signatures: [The patient signs]
  - id: sources
"""
LEAFLET = TINY_LEAFLET.replace("  - id: sources\n", HELP, 1)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": LEAFLET})


def html(clinic: Path, language: str) -> str:
    catalogue = read_catalogue(open_workspace(clinic))
    request = Request("tiny-leaflet", language, "a4", DAY, edition="bilingual")
    task = plan([catalogue], ("tiny-leaflet",), Variants((language,), ("a4",), ("bilingual",)), DAY)
    (planned,) = task.tasks
    assert planned.request == request
    return compose(resolve(request, catalogue), planned.layers).html


def rows(page: str) -> list[tuple[str, ...]]:
    """The languages of the sides of each row, from left to right."""
    found = re.findall(r'<div class="facing.*?(?=<div class="facing|</section>|$)', page, re.DOTALL)
    return [tuple(re.findall(r'class="side \w+" lang="(\w+)"', row)) for row in found]


SIDES = [("sv", ("sv", "en")), ("ar", ("en", "ar"))]


@pytest.mark.parametrize(("language", "sides"), SIDES)
def test_each_side_begins_where_its_readers_begin(
    language: str, sides: tuple[str, str], clinic: Path
) -> None:
    """English stands left of Arabic; beside a language that runs as it does, it comes second."""
    words = {"sv": pseudo, "ar": lambda source: source}
    translate(clinic, language, "tiny-leaflet", change=words[language])
    assert set(rows(html(clinic, language))) == {sides}


def test_every_text_is_there_in_both_languages(clinic: Path) -> None:
    translate(clinic, "sv", "tiny-leaflet")
    page = html(clinic, "sv").replace("\N{NO-BREAK SPACE}", " ")
    agreed = ("Risks we named", "A copy was given", "The patient signs", "Name in capitals")
    for text in ("One point.", "You cannot breathe.", "It soothes.", "My questions", *agreed):
        assert f">{text}<" in page or f" {text}<" in page, text
        assert pseudo(text) in page
    # What is filled in by hand is there once.
    assert page.count('<div class="sheet') == 2


def test_a_block_without_a_translation_stands_there_once(clinic: Path) -> None:
    path = translate(clinic, "sv", "tiny-leaflet")
    entry = f'msgstr "{pseudo("One point.")}"'
    path.write_text(path.read_text("utf-8").replace(entry, 'msgstr ""'), "utf-8")
    page = html(clinic, "sv")
    assert page.count("One point.") == 1
    assert pseudo("Not translated yet") in page


def test_english_has_no_other_side(clinic: Path) -> None:
    told = handouts(
        "build", "tiny-leaflet", "--edition", "bilingual", "-w", clinic, "-o", clinic / "o"
    )
    assert told.exit_code == 2
    assert (
        "error[unknown-language]: A bilingual leaflet needs a language besides English"
        in told.stderr
    )


def test_it_is_approved_with_its_translation(clinic: Path) -> None:
    """The source is what the translation was made from: it has no sign-off of its own."""
    translate(clinic, "sv", "tiny-leaflet")
    catalogue = read_catalogue(open_workspace(clinic))
    standard = Request("tiny-leaflet", "sv", "a4", DAY)
    both = [resolve(replace(standard, edition=e), catalogue) for e in ("standard", "bilingual")]
    assert both[0].standing == both[1].standing
    assert [document.facing is not None for document in both] == [False, True]


def test_the_longest_words_of_a_translation_stay_in_their_half_of_the_page(clinic: Path) -> None:
    """Of Tamil, whose words have up to 28 signs; in a title, and as the last two of a text."""
    long = "தாய்ப்பால்கொடுக்கும்போதும் முகப்பரு"
    plain = re.compile(r"[A-Za-z ,.]+")
    translate(
        clinic, "ta", "tiny-leaflet", change=lambda text: long if plain.fullmatch(text) else text
    )
    made = handouts(
        *("build", "tiny-leaflet", "--edition", "bilingual", "-l", "ta", "--workspace", clinic),
        *("-o", clinic / "output"),
    )
    assert made.exit_code == 0, made.output
