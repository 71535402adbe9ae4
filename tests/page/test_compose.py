"""Documents to HTML."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from handouts.build.plan import plan, resolve
from handouts.build.variants import Variants
from handouts.content.catalogue import read_catalogue
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.diagnostics import HandoutsError
from handouts.model.blocks import RiskBlock
from handouts.model.tables import Edition
from handouts.page.compose import compose
from handouts.page.rich_text import ranges as _ranges
from tests.world import CLINIC, DAY, TINY_LEAFLET, demo, demo_document, demo_page, make_tiny


def test_the_page_brings_everything_with_it() -> None:
    """Pictures are data; nothing is named that would have to be fetched."""
    html = demo_page("fractional-co2-laser", "a4").html
    assert "data:image/svg+xml;base64," in html
    assert not re.search(r"""(src|href)="(?!data:)|url\((?!data:)""", html)


def test_it_is_a_function_of_the_document() -> None:
    document = demo_document("acne-explained", "a4")
    layers = demo().workspace.template_layers
    assert compose(document, layers) == compose(document, layers)


def test_a_clinics_words_are_never_markup(tmp_path: Path) -> None:
    clinic = CLINIC.replace("Test Clinic", "'<b>Dr & Co</b> {x} **y**'")
    html = _html(make_tiny(tmp_path, {"handouts.yaml": clinic}))
    assert "&lt;b&gt;Dr &amp; Co&lt;/b&gt; {x} **y**" in html


def test_telephone_numbers_run_left_to_right_and_never_break(tmp_path: Path) -> None:
    block = "id: test/call\ntype: text\nparagraphs: ['Call {clinic_phone} now.']\n"
    leaflet = (make_tiny(tmp_path) / "content/leaflets/tiny-leaflet.yaml").read_text("utf-8")
    called = leaflet.replace(
        "  - id: sources",
        "  - id: call\n    heading: Call\n    blocks:\n      - ref: test/call\n  - id: sources",
    )
    files = {"content/blocks/test/call.yaml": block, "content/leaflets/tiny-leaflet.yaml": called}
    html = _html(make_tiny(tmp_path, files))
    assert 'Call <span class="ltr clinic-phone" dir="ltr">+44 20 7946 0000</span> now.' in html


@pytest.mark.parametrize("leaflet", ["fractional-co2-laser", "erbium-glass-laser", "isotretinoin"])
def test_icon_array_sentence_and_numbers_agree(leaflet: str) -> None:
    """As many figures of people as the denominator, as many of each look as its share."""
    import base64

    document = demo_document(leaflet, "a4")
    blocks = [block for section in document.sections for block in section.blocks]
    risk = next(block for block in blocks if isinstance(block, RiskBlock))
    html = demo_page(leaflet, "a4").html
    source = re.search(r'class="people" src="data:[^,]+,([^"]+)" alt="([^"]+)"', html)
    assert source
    drawing = base64.b64decode(source[1]).decode()
    colour = r'fill="(#[0-9a-f]{6})"'
    people = re.findall(rf"<g [^>]*{colour}><circle [^>]*{colour}", drawing)
    assert len(people) == risk.denominator == sum(share.count for share in risk.shares)
    counts = [people.count(look) for look in dict.fromkeys(people)]
    assert counts == [share.count for share in risk.shares]
    alt = source[2].replace("\N{NO-BREAK SPACE}", " ")
    assert all(f"{share.count} {share.label.plain}" in alt for share in risk.shares)


RISK_OF_A_PAGE = """
      - type: risk
        title: How many did well?
        group: people on a page that does not say how many were studied
        time: later
        denominator: {total}
        sources: [MAJID2014]
        certainty: Nobody knows.
        shares:
          - {{count: 4, meaning: benefit, label: did well}}
          - {{count: {rest}, meaning: other, label: did not}}
"""


@pytest.mark.parametrize(("total", "key"), [(5, False), (30, True)])
def test_a_source_without_a_number_of_people_keeps_its_own_denominator(
    total: int, key: bool, tmp_path: Path
) -> None:
    """A handful of people are told by the sentence, and need no key."""
    block = RISK_OF_A_PAGE.format(total=total, rest=total - 4).lstrip("\n")
    leaflet = TINY_LEAFLET.replace("  - id: sources\n", f"{block}  - id: sources\n", 1)
    html = _html(make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet}))
    words = re.sub("<[^>]+>", "", html).replace("\N{NO-BREAK SPACE}", " ")
    assert f"4 of {total} people did well. {total - 4} did not." in words
    assert ('<table class="shares">' in html) is key


def test_the_times_of_a_rule_stand_in_order_between_its_name_and_its_text(tmp_path: Path) -> None:
    block = """
      - type: callout
        level: pregnancy
        title: Not in pregnancy
        times: [Before, During, After]
        items: [Ask us.]
"""
    leaflet = TINY_LEAFLET.replace(
        "  - id: sources\n", f"{block.lstrip(chr(10))}  - id: sources\n", 1
    )
    html = _html(make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet}))
    strip = '<ol class="times"><li>Before</li><li>During</li><li>After</li></ol>'
    assert re.search(rf"Not in pregnancy</h3>\s*{strip}\s*<ul><li>Ask us.</li></ul>", html)
    assert '<p class="sign">Pregnancy warning</p>' in html


COUNTS = {
    "{events: 12, people: 13, what: had marks}": "12 of 13 people had marks",
    "{events: 26, people: 60, what: got better, time: 6 months later}": (
        "About 43 of 100 people got better, 6 months later"
    ),
    "{events: 4, people: 856, unit: treatments, what: led to a cold sore}": (
        "Fewer than 1 of 100 treatments led to a cold sore"
    ),
    "{events: 0, people: 60, what: had scars}": "About 0 of 100 people had scars",
    "{events: 56, people: 87, what: did well, funded_by: maker}": (
        "About 64 of 100 people did well (paid for by the maker)"
    ),
    "{events: 3, people: 60, what: had marks, funded_by: not stated}": (
        "About 5 of 100 people had marks"
    ),
    "{events: 5, people: 50, what: fell, control: {events: 25, people: 209, what: on none}}": (
        "About 10 of 100 people fell, and 12 of 100 on none"
    ),
    "{events: 56, people: 87, what: did well, control: {events: 15, people: 46, what: did not}}": (
        "About 64 of 100 people did well, and 33 of 100 did not"
    ),
    "{events: 9, people: 90, what: fell, control: {events: 1, people: 400, what: on none}}": (
        "About 10 of 100 people fell, and 1 of 400 on none"
    ),
    "{events: 9, people: 9, what: ate, time: soon, control: {events: 1, people: 400, what: no}}": (
        "9 of 9 people ate, soon, and 1 of 400 no"
    ),
}


@pytest.mark.parametrize("count", COUNTS)
def test_a_count_of_few_is_scaled_only_beside_one_of_many(count: str, tmp_path: Path) -> None:
    options = f"""
      - type: options
        caption: What happened.
        columns: [Result]
        sources: [MAJID2014]
        options:
          - {{name: No treatment, cells: [Nothing]}}
          - {{name: Laser, cells: [{count}]}}
      - type: benefits_harms
        caption: What may happen.
        sources: [MAJID2014]
        options:
          - {{name: No treatment, benefits: [You have no pain.], harms: [The dents stay.]}}
          - {{name: Laser, benefits: [{count}], harms: [{count}]}}
"""
    leaflet = TINY_LEAFLET.replace(
        "  - id: sources\n", f"{options.lstrip(chr(10))}  - id: sources\n", 1
    )
    html = _html(make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet}))
    html = html.replace("\N{NO-BREAK SPACE}", " ")
    assert f"<td>{COUNTS[count]}</td>" in html
    assert html.count(f"<p>{COUNTS[count]}.</p>") == 2


def test_a_control_group_has_a_bar_of_its_own(tmp_path: Path) -> None:
    block = """
      - type: benefits_harms
        caption: What may happen.
        sources: [MAJID2014]
        options:
          - {name: No gel, benefits: [It is free.], harms: [Spots may stay.]}
          - name: Gel
            benefits:
              - events: 48
                people: 100
                what: got better
                control: {events: 27, people: 90, what: without it}
            harms: [It may burn the skin of a few.]
"""
    block = f"{block.lstrip(chr(10))}  - id: sources\n"
    leaflet = TINY_LEAFLET.replace("  - id: sources\n", block, 1)
    html = _html(make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet}))
    bars = re.findall(r'<div class="(\w+)" style="width: ([\d.]+)%">.*?>(\d+/\d+)<', html)
    assert bars == [("benefit", "48.0", "48/100"), ("control", "30.0", "30/100")]


QUESTIONS = """
      - type: benefits_harms
        caption: What may happen.
        columns: [Pain]
        options:
          - {name: No treatment, cells: [None], benefits: [It is free.], harms: [The dents stay.]}
          - {name: Laser, cells: [Some], benefits: [It may help.], harms: [It may burn.]}
"""
ASKED: dict[Edition, str] = {
    "standard": r'<th scope="row">Laser</th><td>Some</td><td><p>It may help',
    "large": r'<h3>Laser</h3>\s*<p><span class="column-name">Pain:</span> Some</p>',
}


@pytest.mark.parametrize("edition", ASKED)
def test_further_questions_stand_before_benefits_and_harms(
    edition: Edition, tmp_path: Path
) -> None:
    leaflet = TINY_LEAFLET.replace(
        "  - id: sources\n", f"{QUESTIONS.lstrip(chr(10))}  - id: sources\n", 1
    )
    clinic = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet})
    catalogue = read_catalogue(open_workspace(clinic), ["tiny-leaflet"])
    variants = Variants(("en",), ("a4",), (edition,))
    (task,) = plan([catalogue], ("tiny-leaflet",), variants, DAY).tasks
    assert re.search(ASKED[edition], compose(task.document, task.layers).html)


DATED: dict[Edition, str] = {
    "standard": r'<th scope="col">Our date</th></tr></thead>\s*<tbody>\s*<tr>.*<td></td></tr>',
    "large": r'<p class="field">Our date</p>',
}


@pytest.mark.parametrize("edition", DATED)
def test_a_table_has_a_column_to_fill_in(edition: Edition, tmp_path: Path) -> None:
    table = """\
      - type: table
        caption: When you can go on
        columns: [What, Others say]
        blank: Our date
        rows: [[Sport, After a week], [Make-up, After a day]]
"""
    leaflet = TINY_LEAFLET.replace("  - id: sources\n", f"{table}  - id: sources\n", 1)
    clinic = make_tiny(tmp_path, {"content/leaflets/tiny-leaflet.yaml": leaflet})
    catalogue = read_catalogue(open_workspace(clinic), ["tiny-leaflet"])
    (task,) = plan(
        [catalogue], ("tiny-leaflet",), Variants(("en",), ("a4",), (edition,)), DAY
    ).tasks
    html = compose(task.document, task.layers).html
    assert re.search(DATED[edition], html)
    assert html.count("Our date") == (1 if edition == "standard" else 2)


def test_a_late_review_is_marked() -> None:
    late = demo().kinds["procedure"]
    document = resolve(Request("fractional-co2-laser", "en", "a4", date(2035, 1, 1)), demo())
    assert late.model.review_months == 12
    mark = compose(document, demo().workspace.template_layers).mark
    assert mark is not None
    assert "Review overdue." in mark.text
    assert "No clinician has approved this leaflet." in mark.text


RANGES = [
    ((), ""),
    ((1,), "1"),
    ((1, 2), "1, 2"),
    ((1, 2, 3), "1-3"),
    ((1, 3, 4, 5, 8), "1, 3-5, 8"),
    ((2, 4, 5, 9, 10, 11), "2, 4, 5, 9-11"),
]


@pytest.mark.parametrize(("numbers", "words"), RANGES)
def test_numbers_in_a_row_are_printed_as_a_range(numbers: tuple[int, ...], words: str) -> None:
    assert _ranges(numbers) == words.replace("-", "\N{EN DASH}")


TEMPLATE_FAULTS = [
    ("{{ leafet.title }}", "template", 2, 4, "There is no `leafet` here"),
    ("{{ leaflet.titel }}", "template", 2, 12, "There is no `titel` here"),
    ("{% include 'nothing.html' %}", "unknown-template", 2, 13, "no template `nothing.html`"),
    ("{% if %}", "template-syntax", 2, 1, "Something is missing"),
    ("{{ label('nonsense') }}", "template", 2, 11, "There is no label `nonsense`"),
    ("{{ 1 // nope }}", "template", 2, 9, "There is no `nope` here"),
    ("{{ nope|int }}", "template", 2, 4, "There is no `nope` here"),
    ("<p class=nope>{{ nope }}", "template", 2, 18, "There is no `nope` here"),
    ("{% if 1 is nope %}{% endif %}", "template", 2, 1, "There is no test `nope`"),
    ("{{ rich('x') }}", "template", 2, 1, "There is no `runs` in a text"),
    ("{% include 'leaflet.html.j2' %}", "template", 2, 1, "includes itself"),
    ("{{ leaflet.parse_raw('x') }}", "template", 2, 1, "`parse_raw` is not allowed"),
    ("{{ leaflet.model_dump() }}", "template", 2, 1, "`model_dump` is not allowed"),
    ("{{ leaflet.copy }}", "template", 2, 1, "`copy` is not allowed"),
    ("{{ 1 / 0 }}", "template", 2, 1, "divided by zero"),
    ("{{ ''.__class__ }}", "template", 2, 1, "`__class__` is not allowed"),
]


@pytest.mark.parametrize(("line", "code", "number", "column", "words"), TEMPLATE_FAULTS)
def test_a_fault_in_a_template_is_told_where_it_stands(
    line: str, code: str, number: int, column: int, words: str, tmp_path: Path
) -> None:
    template = f"<p>First line</p>\n{line}\n"
    make_tiny(tmp_path, {"templates/leaflet.html.j2": template})
    with pytest.raises(HandoutsError) as caught:
        _html(tmp_path)
    (found,) = caught.value.diagnostics
    assert found.place
    assert found.place.file == tmp_path / "templates" / "leaflet.html.j2"
    assert (found.code, found.place.line, found.place.column) == (code, number, column)
    assert words in found.message


UPON_THE_SHIPPED = [
    """{% include "shipped:leaflet.html.j2" %}<!-- ours -->""",
    """{% extends "shipped:leaflet.html.j2" %}
    {% block closing %}{{ super() }}<!-- ours -->{% endblock %}""",
    """{% import "shipped:styles/tokens.j2" as t with context %}
    {% include "shipped:leaflet.html.j2" %}<!-- ours -->{{ t.ink }}""",
    """{% from "shipped:styles/tokens.j2" import ink with context %}
    {% include "shipped:leaflet.html.j2" %}<!-- ours -->{{ ink }}""",
]


@pytest.mark.parametrize("template", UPON_THE_SHIPPED)
def test_a_template_may_build_on_the_shipped_one(template: str, tmp_path: Path) -> None:
    html = _html(make_tiny(tmp_path, {"templates/leaflet.html.j2": template}))
    assert "<!-- ours -->" in html
    assert "A tiny leaflet" in html


@pytest.mark.parametrize("tag", ["extends {}", "include {}", "import {} as t", "from {} import t"])
def test_a_shipped_template_that_is_missing_is_told(tag: str, tmp_path: Path) -> None:
    line = "{% " + tag.format("'shipped:leaflt.html.j2'") + " %}"
    make_tiny(tmp_path, {"templates/leaflet.html.j2": f"{{# ours #}}\n{line}"})
    with pytest.raises(HandoutsError) as caught:
        _html(tmp_path)
    (found,) = caught.value.diagnostics
    assert found.message == "There is no template `shipped:leaflt.html.j2`"
    assert found.hint == "Did you mean `shipped:leaflet.html.j2`?"
    assert found.place
    assert (found.place.line, found.place.column) == (2, line.index("shipped") + 1)


def test_a_template_that_builds_on_itself_is_told_how_to_name_the_shipped_one(
    tmp_path: Path,
) -> None:
    make_tiny(tmp_path, {"templates/leaflet.html.j2": '{% extends "leaflet.html.j2" %}'})
    with pytest.raises(HandoutsError) as caught:
        _html(tmp_path)
    assert "put `shipped:` before its name" in (caught.value.diagnostics[0].hint or "")


def _html(folder: Path) -> str:
    catalogue = read_catalogue(open_workspace(folder), ["tiny-leaflet"])
    document = resolve(Request("tiny-leaflet", "en", "a4", DAY), catalogue)
    return compose(document, catalogue.workspace.template_layers).html
