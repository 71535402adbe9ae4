"""Templates that fail or try to get out of their sandbox: refused, and nothing is fetched."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.hostile_inputs import (
    EARLIER,
    LEAFLET,
    PRINTED,
    TEMPLATE,
    Case,
    assert_refused,
    both,
    build,
    build_unseen,
    clinic_with,
    errors,
    files,
    grow,
    with_template,
    write,
)
from tests.readback import text
from tests.world import CLINIC, TINY_LEAFLET, handouts

pytestmark = pytest.mark.usefixtures("library")


def _fails(name: str, body: str, column: int) -> Case:
    return Case(name, with_template(body), "template", TEMPLATE, 2, column)


def _unknown(name: str, column: int) -> Case:
    body = f"{{% include '{name}' %}}"
    return Case(f"includes {name}", with_template(body), "unknown-template", TEMPLATE, 2, column)


ENDLESS = "{% for a in range(9999) %}{% for b in range(999) %}" + "x" * 900 + "{% endfor %}" * 2

TEMPLATES = [
    _fails("an unknown name", "<p>{{ nothing }}</p>", 7),
    _fails("an unknown field", "<p>{{ leaflet.nothing }}</p>", 15),
    _fails("a loop over an unknown name", "{% for word in nothing %}{% endfor %}", 16),
    _fails("the classes of a text", "{{ ''.__class__.__mro__ }}", 1),
    _fails("the classes by a filter", "{{ ''|attr('__class__') }}", 1),
    _fails("the classes by a format", "{{ '{0.__class__}'.format(leaflet) }}", 1),
    _fails("the globals of the template", "{{ self.__init__.__globals__ }}", 1),
    _fails("the globals of a model", "{{ leaflet.__init__.__globals__ }}", 1),
    _fails("the globals of a function", "{{ lipsum.__globals__ }}", 1),
    _fails("a list that is changed", "{{ [].append(1) }}", 1),
    _fails("a range without end", "{% for n in range(10**9) %}{% endfor %}", 1),
    _fails("a division by nothing", "{{ 1 / 0 }}", 1),
    _fails("the classes by an index", "{{ ''['__class__']['__mro__'] }}", 1),
    _fails("the classes by a map", "{{ ['']|map(attribute='__class__')|first }}", 1),
    _fails("the classes by a hidden name", r"{{ (''|attr('\x5f\x5fclass\x5f\x5f')).mro() }}", 1),
    _fails("the globals of a cycle", "{{ cycler.__init__.__globals__.os }}", 1),
    _fails("the globals of a joiner", "{{ joiner.__init__.__globals__ }}", 1),
    _fails("the globals of what it is given", "{{ rich.func.__globals__ }}", 1),
    _fails("the code of what it is given", "{{ picture.__code__ }}", 1),
    _fails("the insides of what it is given", "{{ label.__closure__ }}", 1),
    _fails("the fields of a model", "{{ leaflet.model_fields }}", 1),
    _fails("a model from a file", "{{ leaflet.clinic.parse_file('/etc/passwd') }}", 1),
    _fails("the loader", "{{ self._TemplateReference__context.environment }}", 1),
    _fails("a text of a gigabyte", "{{ 'x' * 1000000000 }}", 1),
    _fails("a list of a gigabyte", "{{ [1] * 1000000000 }}", 1),
    _fails("a tower of powers", "{{ 9 ** 9 ** 9 }}", 1),
    Case("a page without end", with_template(ENDLESS), "template", TEMPLATE, 1, 1),
    Case(
        "a drawing elsewhere",
        with_template("{{ drawing('../../etc/passwd', 'medium') }}"),
        "unknown-template",
        TEMPLATE,
        2,
        1,
    ),
    Case(
        "an icon elsewhere",
        with_template("{{ icon('/etc/passwd', '#000000') }}"),
        "unknown-template",
        TEMPLATE,
        2,
        1,
    ),
    Case(
        "a module",
        with_template("{% import 'os' as os %}"),
        "unknown-template",
        TEMPLATE,
        2,
        12,
    ),
    Case(
        "a page elsewhere",
        with_template("{% extends '/etc/passwd' %}"),
        "unknown-template",
        TEMPLATE,
        2,
        13,
    ),
    Case(
        "a template of 2 MB",
        both(with_template(""), grow(TEMPLATE, 2_000_000)),
        "file-too-large",
        TEMPLATE,
        1,
        1,
    ),
    Case(
        "a template in Latin-1",
        write(TEMPLATE, "<p>\n  Für".encode("latin-1")),
        "not-utf8",
        TEMPLATE,
        2,
        4,
    ),
    _unknown("../../etc/passwd", 13),
    _unknown("/etc/passwd", 13),
    _unknown("shipped:../../etc/passwd", 13),
    _unknown("parts/nothing.html.j2", 13),
    Case(
        "an unknown name in a part",
        with_template("{% include 'parts/mine.html.j2' %}", mine="<p>\n  {{ nothing }}</p>"),
        "template",
        "templates/parts/mine.html.j2",
        2,
        6,
    ),
    Case("a tag that is none", with_template("{% fro %}"), "template-syntax", TEMPLATE, 2, 1),
    Case("a filter that is none", with_template("{{ 1|fro }}"), "template-syntax", TEMPLATE, 2, 1),
    Case("a loop never closed", with_template("{% if 1 %}"), "template-syntax", TEMPLATE, 2, 1),
]


@pytest.mark.parametrize("case", TEMPLATES, ids=lambda case: case.name)
def test_a_template_that_fails_names_its_line(case: Case, tmp_path: Path) -> None:
    """A fault or an escape from the sandbox is one error in the template's file."""
    assert_refused(case, tmp_path)


def test_people_read_the_place_of_a_templates_fault(tmp_path: Path) -> None:
    """The message names file, line and column, and shows the line."""
    clinic = clinic_with(tmp_path, with_template("<p>{{ nothing }}</p>"))
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    assert f" --> {clinic / TEMPLATE}:2:7\n" in result.stderr
    assert " 2 | <p>{{ nothing }}</p>\n   |       ^^^^^^^\n" in result.stderr


OUTSIDE = {
    "a file": "<img src='FILE' alt=''>",
    "a server": "<img src='WEB' alt=''>",
    "a style sheet": "<link rel=stylesheet href='WEB'>",
    "an import": "<style>@import url(FILE);</style>",
    "a background": "<p style='background: url(FILE)'>Words</p>",
    "a font": "<style>@font-face {font-family: A; src: url(FILE)}</style>",
    "an attachment": "<a rel=attachment href='FILE'>Words</a>",
    "an object": "<object data='FILE'></object>",
}


@pytest.mark.parametrize("body", OUTSIDE.values(), ids=OUTSIDE)
def test_a_page_that_needs_something_else_is_refused(body: str, tmp_path: Path) -> None:
    """A template cannot bring in a file or an address; nothing is fetched."""
    html = f"<!doctype html>\n<html lang=en><title>A</title><body>{body}</body></html>\n"
    result = build_unseen({TEMPLATE: html}, tmp_path)
    assert result.exit_code == 1, result.output
    assert [code for code, *_ in errors(result)] == ["outside"]
    assert files(tmp_path / "out") == EARLIER


def test_html_in_the_content_is_printed_as_text(tmp_path: Path) -> None:
    """Tags are words on the page and stay words in the HTML."""
    tags = ("<script>alert()</script>", "<img src=file:///etc/passwd>", "</title><b>&amp;")
    points = "\n".join(f"          - '{tag}'" for tag in tags)
    builder = both(
        write(
            LEAFLET,
            TINY_LEAFLET.replace(
                "points: [One point., Another point., A last point.]", f"points:\n{points}"
            ).replace("title: A tiny leaflet", f"title: '{tags[2]}'"),
        ),
        write("handouts.yaml", CLINIC.replace("Test Clinic", "<i>Clinic</i>")),
    )
    out = tmp_path / "out"
    clinic = clinic_with(tmp_path, builder)
    result = build(clinic, out, "--format", "pdf", "--format", "html")
    assert result.exit_code == 0, result.output
    words = text((out / PRINTED).read_bytes())
    assert all(tag in words for tag in (*tags, "<i>Clinic</i>"))
    html = (out / PRINTED).with_suffix(".html").read_text("utf-8")
    assert not re.search("<script|<img src=file|<b>|<i>", html)


def test_marks_in_the_clinics_own_lines_are_printed_as_they_are(tmp_path: Path) -> None:
    """Neither a template's marks nor ours mean anything in a clinic's name."""
    name = "{{ 7*7 }} {% if %} **{clinic_phone}**"
    clinic = clinic_with(
        tmp_path, write("handouts.yaml", CLINIC.replace("Test Clinic", json.dumps(name)))
    )
    result = build(clinic, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert name in text((tmp_path / "out" / PRINTED).read_bytes())
