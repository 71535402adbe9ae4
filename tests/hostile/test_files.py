"""Files that nobody can mean: refused in one message, and nothing is written."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from handouts.files import read_bytes
from tests.hostile_inputs import (
    EARLIER,
    LEAFLET,
    Case,
    assert_no_trace,
    assert_refused,
    change,
    clinic_with,
    files,
    grow,
    link,
    make_folder,
    make_pipe,
    watched,
    with_block,
    with_logo,
    write,
)
from tests.world import CLINIC, TINY_KINDS, TINY_LEAFLET, handouts

pytestmark = pytest.mark.usefixtures("library")

LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def _leaflet_case(name: str, lines: str, code: str, line: int, column: int) -> Case:
    """The tiny leaflet with other lines for its title."""
    return Case(name, change("title: A", lines), code, LEAFLET, line, column)


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
    Case("a device", link(LEAFLET, "/dev/zero"), "outside", LEAFLET, 1, 1),
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

TRICKS = [
    _leaflet_case("a merge key", "<<: {title: Other}\ntitle: A", "unknown-key", 5, 1),
    _leaflet_case("a list for a key", "? [a, b]\n: c\ntitle: A", "key-not-text", 5, 3),
    _leaflet_case("a value for a class", "__class__: A\ntitle: A", "unknown-key", 5, 1),
    _leaflet_case("bytes", "title: !!binary aGE=\nold: A", "tag", 5, 8),
    _leaflet_case("a kind of its own", "title: !leaflet A", "tag", 5, 8),
    _leaflet_case("an anchor alone", "title: &title A", "alias", 5, 8),
    _leaflet_case("an alias alone", "title: *title\nold: A", "alias", 5, 8),
    _leaflet_case("a second document", "---\ntitle: A", "two-documents", 5, 1),
    _leaflet_case("a tab", "\ttitle: A", "yaml-syntax", 5, 1),
    _leaflet_case("a truth value", "title: true #", "wrong-type", 5, 8),
    _leaflet_case("a day for a key", "title: {2026-11-22: A} #", "wrong-type", 5, 8),
    _leaflet_case("text turned by isolates", "title: \u2067A", "control-character", 5, 8),
    _leaflet_case("hidden tags", "title: \U000e0041A", "control-character", 5, 8),
    _leaflet_case("hidden tags by number", r'title: "\U000e0041" #', "control-character", 5, 8),
    _leaflet_case("a key of 10,000 letters", f"{'k' * 10_000}: A\ntitle: A", "yaml-syntax", 5, 1),
]

ELSEWHERE = [
    Case("a leaflet elsewhere", link(LEAFLET, "../x.yaml"), "outside", LEAFLET, 1, 1),
    Case("blocks elsewhere", link("content/blocks", "../x"), "outside", "content/blocks", 1, 1),
    Case("templates elsewhere", link("templates", "/etc"), "outside", "templates", 1, 1),
    Case(
        "a template elsewhere",
        link("templates/leaflet.html.j2", "/etc/passwd"),
        "outside",
        "templates/leaflet.html.j2",
        1,
        1,
    ),
    Case(
        "a figure elsewhere",
        link("templates/figures/mine.svg.j2", "../x.svg"),
        "outside",
        "templates/figures/mine.svg.j2",
        1,
        1,
    ),
    Case("a brand elsewhere", link("brand.yaml", "../x.yaml"), "outside", "brand.yaml", 1, 1),
    Case(
        "sign-offs elsewhere",
        link("approvals.yaml", "../x.yaml"),
        "outside",
        "approvals.yaml",
        1,
        1,
    ),
    Case(
        "a logo above the folder",
        write("brand.yaml", "logo: ../logo.svg\n"),
        "outside",
        "brand.yaml",
        1,
        7,
    ),
    Case(
        "a logo of the system",
        write("brand.yaml", "logo: /etc/passwd\n"),
        "outside",
        "brand.yaml",
        1,
        7,
    ),
    Case(
        "a logo in a home",
        write("brand.yaml", "logo: ~/x.svg\n"),
        "missing-image",
        "brand.yaml",
        1,
        7,
    ),
    Case(
        "a kind's template elsewhere",
        write("content/kinds.yaml", TINY_KINDS.replace("12\n", "12\n    template: ../../x\n", 1)),
        "unknown-template",
        "content/kinds.yaml",
        5,
        15,
    ),
    Case(
        "a region elsewhere",
        write("handouts.yaml", CLINIC.replace("GB", "../../../etc")),
        "wrong-form",
        "handouts.yaml",
        4,
        9,
    ),
    Case("a block elsewhere", with_block("ref: ../../x"), "wrong-form", LEAFLET, 19, 14),
    Case(
        "a drawing elsewhere",
        with_block("{type: figure, title: A, caption: A, panels: [{drawing: ../x, alt: A}]}"),
        "wrong-form",
        LEAFLET,
        19,
        65,
    ),
    Case(
        "a leaflet's id elsewhere",
        change("id: tiny-leaflet", "id: ../x"),
        "wrong-form",
        LEAFLET,
        1,
        5,
    ),
]

FILES += [*TRICKS, *ELSEWHERE]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_a_build_refuses_it(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One error at its place, no stack trace, and the earlier leaflet stays as it was."""
    monkeypatch.chdir(tmp_path)
    assert_refused(case, tmp_path)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_a_check_tells_people_where_it_stands(case: Case, tmp_path: Path) -> None:
    """The message for people names the code, the file, the line and the column."""
    clinic = clinic_with(tmp_path, case.builder)
    result = handouts("check", "-w", clinic)
    assert_no_trace(result)
    assert result.exit_code == case.exit_code
    assert f"error[{case.code}]: " in result.stderr
    assert f" --> {clinic / case.file}:{case.line}:{case.column}\n" in result.stderr
    assert result.stderr.count(f" --> {clinic}") == 1
    assert files(tmp_path / "out") == EARLIER


@pytest.mark.parametrize("case", ELSEWHERE, ids=lambda case: case.name)
def test_a_link_to_elsewhere_is_never_read(case: Case, tmp_path: Path) -> None:
    """Nor what it leads to, by any command, and twice: once made, a build is kept by its files."""
    for name in ("x.yaml", "x.svg", "logo.svg", "x/secret.yaml"):
        write(name, "private: true\n")(tmp_path)
    clinic = clinic_with(tmp_path, case.builder)
    with watched() as seen:
        for command in ("check", "list", "doctor", "status", "diff", "build", "build"):
            out = ("-o", tmp_path / "out") if command == "build" else ()
            handouts(command, "-w", clinic, *out)
    private = {path for path in seen if path.startswith(str(tmp_path / "x")) or "passwd" in path}
    assert private | (seen & {str(tmp_path / "logo.svg")}) == set()


@pytest.mark.parametrize("region", ["../../../etc", "/etc", "g", "GB/blocks", ""])
def test_a_region_that_is_asked_for_is_two_letters(region: str, tmp_path: Path) -> None:
    clinic = clinic_with(tmp_path, write("notes.txt", ""))
    with watched() as seen:
        result = handouts("build", "-w", clinic, "--region", region, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert f"`{region}` is not a region" in result.stderr
    assert not [path for path in seen if path.startswith(str(tmp_path))]


def test_a_small_file_takes_little_memory_whatever_may_be_read(tmp_path: Path) -> None:
    """A worker has only so much, and whoever asks to read up to 500 MB may not reserve them."""
    (tmp_path / "small.yaml").write_bytes(b"id: x\n")
    tracemalloc.start()
    data = read_bytes(tmp_path / "small.yaml", max_bytes=500_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (data, peak < 1_000_000) == (b"id: x\n", True)
