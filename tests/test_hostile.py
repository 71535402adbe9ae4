"""Inputs that no text file can show nicely: refused in one message, and nothing is written."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.readback import text
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
TEMPLATE = "templates/leaflet.html.j2"
PRINTED = "tiny-leaflet_en_a4-DRAFT.pdf"

EARLIER = {PRINTED: b"an earlier leaflet", "manifest.json": b"{}"}
"""What stands in the output folder before each build."""

Builder = Callable[[Path], object]
"""Puts something hostile into a clinic's folder."""


@dataclass(frozen=True)
class Case:
    """An input, and the one error that it gives: code, file, line and column."""

    name: str
    builder: Builder
    code: str
    file: str
    line: int
    column: int
    exit_code: int = 1


# Builders ---------------------------------------------------------------------------------------


def write(name: str, content: str | bytes) -> Builder:
    def builder(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return builder


def change(old: str, new: str, encoding: str = "utf-8") -> Builder:
    """The tiny leaflet with other words."""
    assert old in TINY_LEAFLET
    return write(LEAFLET, TINY_LEAFLET.replace(old, new).encode(encoding))


def grow(name: str, size: int) -> Builder:
    """A file of so many bytes that takes no room on the disk."""

    def builder(folder: Path) -> None:
        (folder / name).touch()
        os.truncate(folder / name, size)

    return builder


def link(name: str, target: str) -> Builder:
    def builder(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(folder / target)

    return builder


def make_pipe(name: str) -> Builder:
    def builder(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return builder


def make_folder(name: str) -> Builder:
    def builder(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir(parents=True)

    return builder


def both(*builders: Builder) -> Builder:
    return lambda folder: [builder(folder) for builder in builders]


def with_logo(builder: Builder) -> Builder:
    return both(write("brand.yaml", "logo: logo.svg\n"), builder)


def with_block(lines: str) -> Builder:
    """The tiny leaflet with one more block, from its ninth column on."""
    return change("      - type: sources\n", f"      - type: sources\n      - {lines}\n")


def with_template(body: str, **others: str) -> Builder:
    """A template of the clinic's own whose second line is given, and parts that it may include."""
    parts = (write(f"templates/parts/{name}.html.j2", part) for name, part in others.items())
    return both(write(TEMPLATE, f"<!doctype html>\n{body}\n"), *parts)


# Files ------------------------------------------------------------------------------------------

LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)

FILES = [
    Case("a leaflet of 50 MB", grow(LEAFLET, 50_000_000), "file-too-large", LEAFLET, 1, 1),
    Case(
        "settings of 50 MB",
        grow("handouts.yaml", 50_000_000),
        "file-too-large",
        "handouts.yaml",
        1,
        1,
    ),
    Case(
        "a logo of 50 MB",
        with_logo(grow("logo.svg", 50_000_000)),
        "file-too-large",
        "logo.svg",
        1,
        1,
    ),
    Case("a million laughs", write(LEAFLET, LAUGHS), "alias", LEAFLET, 1, 4),
    Case(
        "lists in lists", write(LEAFLET, f"sections: {'[' * 100_000}"), "too-deep", LEAFLET, 1, 31
    ),
    Case(
        "lists in lists that close",
        write(LEAFLET, f"sections: {'[' * 100_000}{']' * 100_000}"),
        "too-deep",
        LEAFLET,
        1,
        31,
    ),
    Case("mappings in mappings", write(LEAFLET, "{a: " * 100_000), "too-deep", LEAFLET, 1, 85),
    Case("dashes after dashes", write(LEAFLET, "- " * 100_000), "too-deep", LEAFLET, 1, 43),
    Case("Latin-1", change("A tiny", "Für", "latin-1"), "not-utf8", LEAFLET, 5, 9),
    Case("UTF-16", change("A tiny", "Für", "utf-16"), "not-utf8", LEAFLET, 1, 1),
    Case("zero bytes", grow(LEAFLET, 900_000), "control-character", LEAFLET, 19, 1),
    Case("a zero byte", change("A tiny", "Zero\0"), "control-character", LEAFLET, 5, 12),
    Case("a bell", change("A tiny", "Bell\x07"), "control-character", LEAFLET, 5, 12),
    Case("an escape sequence", change("A tiny", "\x1b[31mRed"), "control-character", LEAFLET, 5, 8),
    Case("a bell by its number", change("A tiny", r'"\x07"'), "control-character", LEAFLET, 5, 8),
    Case("text turned round", change("A tiny", "\u202eynit A"), "control-character", LEAFLET, 5, 8),
    Case("a pipe", make_pipe(LEAFLET), "unreadable", LEAFLET, 1, 1),
    Case("a device", link(LEAFLET, "/dev/zero"), "unreadable", LEAFLET, 1, 1),
    Case("a link to itself", link(LEAFLET, LEAFLET), "unreadable", LEAFLET, 1, 1),
    Case("a day beyond days", change("2026-11-22", "9999-12-31"), "out-of-range", LEAFLET, 4, 9),
    Case("half a surrogate", change("A tiny leaflet", r'"\ud800"'), "yaml-syntax", LEAFLET, 5, 11),
    Case("a folder for a leaflet", make_folder(LEAFLET), "unreadable", LEAFLET, 1, 1),
    Case("a folder for the settings", make_folder("handouts.yaml"), "no-workspace", ".", 1, 1, 2),
    Case(
        "a folder for a logo",
        with_logo(make_folder("logo.svg")),
        "missing-image",
        "brand.yaml",
        1,
        7,
    ),
    Case("a link to nothing", link(LEAFLET, "gone.yaml"), "unreadable", LEAFLET, 1, 1),
    Case(
        "settings that link to nothing", link("handouts.yaml", "gone"), "no-workspace", ".", 1, 1, 2
    ),
    Case(
        "a logo that links to nothing",
        with_logo(link("logo.svg", "gone.svg")),
        "missing-image",
        "brand.yaml",
        1,
        7,
    ),
    Case(
        "a logo that is not there",
        with_logo(write("other.svg", "")),
        "missing-image",
        "brand.yaml",
        1,
        7,
    ),
    Case(
        "a logo that links outside",
        with_logo(link("logo.svg", "../x.svg")),
        "outside",
        "brand.yaml",
        1,
        7,
    ),
    Case(
        "a very long line",
        change("title: A tiny", f"title: {'word ' * 100_000}: A"),
        "yaml-syntax",
        LEAFLET,
        5,
        500_008,
    ),
    Case(
        "10,000 keys twice",
        write(LEAFLET, TINY_LEAFLET + "title: Again\n" * 10_000),
        "duplicate-key",
        LEAFLET,
        19,
        1,
    ),
    Case(
        "an integer of 4,000 digits",
        with_block(f"{{type: write_in, prompt: Notes, lines: {'9' * 4_000}}}"),
        "wrong-type",
        LEAFLET,
        19,
        48,
    ),
    Case(
        "an object of a program",
        with_block("!!python/object/apply:os.system [touch written]"),
        "tag",
        LEAFLET,
        19,
        9,
    ),
    Case("a template in a text", change("for tests", "{{ 7*7 }}"), "markup", LEAFLET, 7, 6),
    Case(
        "a template for a text", change("This leaflet", "{{ 7*7 }}"), "key-not-text", LEAFLET, 7, 7
    ),
]

ONE_OF_EACH = {(case.code, case.file): case for case in FILES}.values()


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_a_build_refuses_it(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One error at its place, no stack trace, and the earlier leaflet stays as it was."""
    monkeypatch.chdir(tmp_path)
    _assert_refused(case, tmp_path)


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.name)
def test_a_check_tells_people_where_it_stands(case: Case, tmp_path: Path) -> None:
    """The message for people names the code, the file, the line and the column."""
    clinic = _clinic(tmp_path, case.builder)
    result = handouts("check", "-w", clinic)
    _assert_no_trace(result)
    assert result.exit_code == case.exit_code
    assert f"error[{case.code}]: " in result.stderr
    assert f" --> {clinic / case.file}:{case.line}:{case.column}\n" in result.stderr
    assert result.stderr.count(f" --> {clinic}") == 1
    assert _files(tmp_path / "out") == EARLIER


# Templates --------------------------------------------------------------------------------------


def _fails(name: str, body: str, column: int) -> Case:
    return Case(name, with_template(body), "template", TEMPLATE, 2, column)


def _unknown(name: str, column: int) -> Case:
    body = f"{{% include '{name}' %}}"
    return Case(f"includes {name}", with_template(body), "unknown-template", TEMPLATE, 2, column)


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
    _assert_refused(case, tmp_path)


def test_people_read_the_place_of_a_templates_fault(tmp_path: Path) -> None:
    """The message names file, line and column, and shows the line."""
    clinic = _clinic(tmp_path, with_template("<p>{{ nothing }}</p>"))
    result = handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
    assert f" --> {clinic / TEMPLATE}:2:7\n" in result.stderr
    assert " 2 | <p>{{ nothing }}</p>\n   |       ^^^^^^^\n" in result.stderr


# What lies outside -------------------------------------------------------------------------------

PRIVATE = '<svg xmlns="http://www.w3.org/2000/svg" id="it"><text y="9">Private</text></svg>'
"""A file beside the clinic's folder. Below, ``FILE`` and ``WEB`` stand for it and for a server."""

PRINTED_WITHOUT = {
    "a script": "<script>alert()</script>",
    "a script elsewhere": "<script href='WEB'/>",
    "a handler": "<g onload='alert()'/>",
    "a page": "<foreignObject><img src='WEB'/></foreignObject>",
    "a copy from elsewhere": "<use href='FILE#it'/>",
    "a fill elsewhere": "<rect width='9' height='9' style='fill: url(FILE#it)'/>",
}

REFUSED = {
    "a file": "<image width='9' height='9' href='FILE'/>",
    "a picture of a server": "<image width='9' height='9' href='WEB'/>",
    "a picture beside it": "<image width='9' height='9' href='../private.svg'/>",
    "a style sheet": "<style>@import url(WEB);</style>",
    "a font": "<style>@font-face {font-family: A; src: url(FILE)}</style>",
    "an entity": "&private;",
    "itself": "<g id='it'><use href='#it'/></g>",
    "groups in groups": "<g>" * 10_000 + "</g>" * 10_000,
}

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


@pytest.mark.parametrize("inside", PRINTED_WITHOUT.values(), ids=PRINTED_WITHOUT)
def test_a_logo_runs_nothing_and_reads_nothing(inside: str, tmp_path: Path) -> None:
    """Scripts and what the engine leaves out do not stop a leaflet, and nothing is fetched."""
    result = _build_unseen(_logo(inside), tmp_path)
    assert result.exit_code == 0, result.output
    words = text((tmp_path / "out" / PRINTED).read_bytes())
    assert "Our logo" in words
    assert "Private" not in words


@pytest.mark.parametrize("inside", REFUSED.values(), ids=REFUSED)
def test_a_logo_that_needs_something_else_is_refused(inside: str, tmp_path: Path) -> None:
    """A picture that needs another file, an entity or no end is one error; nothing is fetched."""
    result = _build_unseen(_logo(inside), tmp_path)
    assert result.exit_code == 1, result.output
    assert len(_errors(result)) == 1
    assert _files(tmp_path / "out") == EARLIER


@pytest.mark.parametrize("body", OUTSIDE.values(), ids=OUTSIDE)
def test_a_page_that_needs_something_else_is_refused(body: str, tmp_path: Path) -> None:
    """A template cannot bring in a file or an address; nothing is fetched."""
    html = f"<!doctype html>\n<html lang=en><title>A</title><body>{body}</body></html>\n"
    result = _build_unseen((TEMPLATE, html), tmp_path)
    assert result.exit_code == 1, result.output
    assert [code for code, *_ in _errors(result)] == ["outside"]
    assert _files(tmp_path / "out") == EARLIER


def _logo(inside: str) -> tuple[str, str]:
    entity = '<!DOCTYPE svg [<!ENTITY private SYSTEM "FILE">]>' if "&private" in inside else ""
    words = '<text y="20" font-family="Noto Sans">Our logo</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 40">{words}{inside}</svg>'
    return "logo.svg", entity + svg


def _build_unseen(file: tuple[str, str], folder: Path) -> Result:
    """Build with a file that may name a private file and a server, which nobody may call."""
    private = folder / "private.svg"
    private.write_text(PRIVATE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        web = f"http://127.0.0.1:{server.getsockname()[1]}/private.svg"
        name, content = file
        content = content.replace("FILE", private.as_uri()).replace("WEB", web)
        builder = write(name, content)
        clinic = _clinic(folder, with_logo(builder) if name == "logo.svg" else builder)
        result = _build(clinic, folder / "out")
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    _assert_no_trace(result)
    assert "Private" not in result.output
    return result


# Words ------------------------------------------------------------------------------------------


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
    clinic = _clinic(tmp_path, builder)
    result = _build(clinic, out, "--format", "pdf", "--format", "html")
    assert result.exit_code == 0, result.output
    words = text((out / PRINTED).read_bytes())
    assert all(tag in words for tag in (*tags, "<i>Clinic</i>"))
    html = (out / PRINTED).with_suffix(".html").read_text("utf-8")
    assert not re.search("<script|<img src=file|<b>|<i>", html)


def test_marks_in_the_clinics_own_lines_are_printed_as_they_are(tmp_path: Path) -> None:
    """Neither a template's marks nor ours mean anything in a clinic's name."""
    name = "{{ 7*7 }} {% if %} **{clinic_phone}**"
    clinic = _clinic(
        tmp_path, write("handouts.yaml", CLINIC.replace("Test Clinic", json.dumps(name)))
    )
    result = _build(clinic, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert name in text((tmp_path / "out" / PRINTED).read_bytes())


# What holds for all -----------------------------------------------------------------------------


def _clinic(folder: Path, builder: Builder) -> Path:
    """A clinic's folder with something hostile in it, beside an output folder that is in use."""
    clinic, out = make_tiny(folder / "clinic"), folder / "out"
    builder(clinic)
    out.mkdir()
    for name, data in EARLIER.items():
        (out / name).write_bytes(data)
    return clinic


def _build(clinic: Path, out: Path, *options: str) -> Result:
    return handouts("build", "tiny-leaflet", "-w", clinic, "-o", out, "--json", *options)


def _assert_refused(case: Case, folder: Path) -> None:
    clinic = _clinic(folder, case.builder)
    before = sorted(folder.rglob("*"))
    result = _build(clinic, folder / "out")
    _assert_no_trace(result)
    assert result.exit_code == case.exit_code
    expected = (case.code, clinic / case.file, case.line, case.column)
    assert _errors(result) == [expected]
    assert _files(folder / "out") == EARLIER
    assert sorted(folder.rglob("*")) == before


def _assert_no_trace(result: Result) -> None:
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output


def _errors(result: Result) -> list[tuple[Any, ...]]:
    found = [d for d in json.loads(result.stdout)["diagnostics"] if d["severity"] == "error"]
    return [(d["code"], d["file"] and Path(d["file"]), d["line"], d["column"]) for d in found]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
