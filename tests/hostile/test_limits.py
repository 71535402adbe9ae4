"""What would keep the program busy for ever is counted, or ends at a limit; the others go on."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import handouts as handouts_api
from handouts import limits
from handouts.cli import options
from handouts.content.assets.brand import MAX_LOGO_BYTES
from handouts.content.assets.raster import raster_fault
from handouts.content.assets.svg import svg_fault
from handouts.content.layers import FONTS
from handouts.diagnostics import HandoutsError, Place, near_miss
from handouts.limits import OVER_LIMIT, apart, at_work
from handouts.pdf.render import start_engine
from tests.hostile_inputs import (
    LEAFLET,
    PRINTED,
    TEMPLATE,
    assert_no_trace,
    build,
    clinic_with,
    errors,
    png,
    with_logo,
    write,
)
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = [
    pytest.mark.usefixtures("library", "workers"),
    pytest.mark.skipif(sys.platform != "linux", reason="there are workers on Linux only"),
]

# What is counted --------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 40">'
BOX = '<rect width="9" height="9"/>'
MARKER = f'<marker id="m">{BOX}</marker>'


def _chain(kind: str, use: str) -> str:
    """A part that uses another twice, which uses another twice ..."""
    links = (
        f'<{kind} id="p{n}"><rect {use.format(n - 1)}/><rect {use.format(n - 1)}/></{kind}>'
        for n in range(1, 40)
    )
    return f'<{kind} id="p0">{BOX}</{kind}>{"".join(links)}<rect {use.format(39)}/>'


COUNTED = {
    "masks": (_chain("mask", 'mask="url(#p{})"'), "more than 5,000 elements"),
    "clips": (_chain("clipPath", 'clip-path="url(#p{})"'), "more than 5,000 elements"),
    "patterns": (_chain("pattern", "fill=\"url('#p{}')\""), "more than 5,000 elements"),
    "masks in styles": (_chain("mask", 'style="mask: url( #p{} )"'), "more than 5,000 elements"),
    "markers": (_chain("marker", 'marker-mid="url(#p{})"'), "more than 5,000 elements"),
    "a marker at each corner": (
        f'{MARKER}<path marker-mid="url(#m)" d="M0 0{"L1 1" * 9_000}"/>',
        "more than 5,000 elements",
    ),
    "a marker at each point": (
        f'{MARKER}<polyline style="marker: url(#m)" points="{"1,1 " * 9_000}"/>',
        "more than 5,000 elements",
    ),
    "a mask of itself": ('<mask id="m"><rect mask="url(#m)"/></mask>', "into itself"),
    "comments that never end": (f'<rect style="{"/*" * 99_000}"/>', "prints"),
    "comments and a style": (f"<style>{'/*' * 900_000}</style>", "prints"),
    "spaces before a part": (f'<rect fill="url({" " * 190_000}#a)"/>', "prints"),
    "many spaces": (f"<style>{('url(' + ' ' * 900) * 900}#a</style>", "external resource"),
    "a long path": (f'<path d="M0 0{"L1 1" * 90_000}"/>', "more than 200,000 characters"),
    "many pictures": (
        '<image href="data:image/png;base64,iVBORw0KGgo="/>' * 9,
        "contains a picture that is damaged",
    ),
    "escapes": (f"<style>{chr(92)}{'6' * 900_000}</style>", "prints"),
}


@pytest.mark.parametrize(("inside", "words"), COUNTED.values(), ids=COUNTED)
def test_a_drawing_is_read_in_a_second_whatever_it_holds(inside: str, words: str) -> None:
    data = f"{SVG}{inside}</svg>".encode()
    assert len(data) <= MAX_LOGO_BYTES
    began = time.process_time()
    fault = svg_fault(data)
    assert time.process_time() - began < 1
    assert words in (fault.words if fault else "prints")


def test_a_gradient_may_be_used_often() -> None:
    stops = "".join(f'<stop offset="{n / 20}"/>' for n in range(20))
    uses = '<rect fill="url(#g)"/>' * 900
    assert (
        svg_fault(f'{SVG}<linearGradient id="g">{stops}</linearGradient>{uses}</svg>'.encode())
        is None
    )


def test_pictures_in_a_drawing_share_their_pixels() -> None:
    import base64

    large = base64.b64encode(png(3_000, 3_000, b"\0", 8, 0)).decode()
    image = f'<image href="data:image/png;base64,{large}"/>'
    assert "too many pixels" in str(svg_fault(f"{SVG}{image}</svg>".encode()))


def test_a_jpeg_has_few_scans() -> None:
    buffer = BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    assert raster_fault(data) is None
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert raster_fault(data[:-2] + scan * 60 + data[-2:]) == "has more than 50 scans"


LISTS = {
    "items": f"{{type: list, items: [{', '.join(['a'] * 3_000)}]}}",
    "cells": "{type: table, caption: A, columns: [a, b], rows: ["
    + ", ".join(["[a, b]"] * 1_500)
    + "]}",
    "paragraphs": f"{{type: text, paragraphs: [{', '.join(['a'] * 3_000)}]}}",
    "characters": f"{{type: text, paragraphs: [{', '.join(['word ' * 900] * 30)}]}}",
    "blocks": "\n".join(
        ["{type: text, paragraphs: [a]}", *["      - {type: text, paragraphs: [a]}"] * 2_000]
    ),
}


@pytest.mark.parametrize("block", LISTS.values(), ids=LISTS)
def test_a_leaflet_with_too_much_text_is_refused_by_check_and_build(
    block: str, tmp_path: Path
) -> None:
    text = TINY_LEAFLET.replace(
        "      - type: sources\n", f"      - type: sources\n      - {block}\n"
    )
    clinic = clinic_with(tmp_path, write(LEAFLET, text))
    expected = [("too-long", clinic / LEAFLET, 1, 1)]
    assert errors(handouts("check", "-w", clinic, "--json")) == expected
    assert errors(build(clinic, tmp_path / "out")) == expected


def test_a_text_of_too_many_characters_is_refused(tmp_path: Path) -> None:
    long = TINY_LEAFLET.replace("This leaflet is for tests.", "word " * 1_100)
    clinic = clinic_with(tmp_path, write(LEAFLET, long))
    assert errors(build(clinic, tmp_path / "out")) == [("too-long", clinic / LEAFLET, 7, 6)]


def test_thousands_of_problems_are_told_quickly(tmp_path: Path) -> None:
    """The file is read once for all of them, and no name is compared with each other one."""
    sections = "".join(
        f"  - {{id: in-short, heading: A, blocks: [{{ref: {'a' * 90}/b{n}}}]}}\n"
        for n in range(3_000)
    )
    clinic = clinic_with(tmp_path, write(LEAFLET, TINY_LEAFLET + sections))
    began = time.process_time()
    result = handouts("check", "-w", clinic)
    assert result.stderr.count("error[duplicate-section]") == 3_000
    assert time.process_time() - began < 20
    assert near_miss("a" * 100_000, ["a" * 100_001]) is None


# What is limited --------------------------------------------------------------------------------


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of half a second instead of ten, after the engine has started."""
    start_engine()
    monkeypatch.setattr(limits, "SECONDS", 0.5)
    monkeypatch.setattr(limits, "GRACE", 0.2)


def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual limit again, for what is to be made: on a slow machine it takes half a second."""
    monkeypatch.setattr(limits, "SECONDS", 8)
    limits.close()  # a worker has the limits with which it was started


LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
SLOW_LOGO = (
    f"{SVG}<style>{''.join(f'.a{n}{{mask:url(#m{n})}}' for n in range(40))}</style>"
    f'<mask id="m0">{BOX}</mask>'
    + "".join(
        f'<mask id="m{n}"><rect width="9" height="9" class="a{n - 1}"/>'
        f'<rect width="9" height="9" class="a{n - 1}"/></mask>'
        for n in range(1, 40)
    )
    + '<rect width="9" height="9" class="a39"/></svg>'
)
NESTED = '<div style="display: flex">' * 20 + "a" + "</div>" * 20
"""Quick to read, but each level is laid out more than once for the one around it."""

SLOW = {
    "a template": (write(TEMPLATE, LOOP), TEMPLATE),
    "a part of a template": (
        lambda folder: (
            write(TEMPLATE, "{% include 'parts/mine.html.j2' %}")(folder),
            write("templates/parts/mine.html.j2", LOOP)(folder),
        ),
        TEMPLATE,
    ),
    "a style": (
        write(TEMPLATE, "<!doctype html>" + "<div style='float: left'>a</div>" * 20_000),
        LEAFLET,
    ),
    "a logo": (with_logo(write("logo.svg", SLOW_LOGO)), "brand.yaml"),
}


@pytest.mark.parametrize(("builder", "file"), SLOW.values(), ids=SLOW)
@pytest.mark.usefixtures("hurry")
def test_what_is_slow_ends_and_is_told(
    builder: Callable[[Path], object], file: str, tmp_path: Path
) -> None:
    clinic = clinic_with(tmp_path, builder)
    result = build(clinic, tmp_path / "out", "--no-cache")
    assert_no_trace(result)
    ((code, told, _, _),) = errors(result)
    assert (code, told) == ("over-limit", clinic / file)
    assert "more than 0.5 seconds of processor time" in result.output


@pytest.mark.usefixtures("hurry")
def test_the_third_leaflet_does_not_wait_for_the_same_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("one", "two", "three", "four")
    own = {f"content/leaflets/{n}.yaml": TINY_LEAFLET.replace("tiny-leaflet", n) for n in names}
    clinic = make_tiny(tmp_path / "clinic", {**own, TEMPLATE: LOOP})
    build = ("build", *names, "-w", clinic, "-o", tmp_path / "out", "--json", "-j", "1")
    assert json.loads(handouts(*build).stdout)["not_made"] == sorted(names)
    assert [len(w) for state, w in limits._OFFENDERS.items() if clinic / TEMPLATE in state] == [2]
    make_tiny(clinic, {TEMPLATE: '{% extends "shipped:leaflet.html.j2" %}'})
    _time_enough(monkeypatch)
    assert json.loads(handouts(*build).stdout)["not_made"] == []


@pytest.mark.usefixtures("hurry")
def test_other_leaflets_go_on(tmp_path: Path) -> None:
    """In one process, one after the other: before and after the slow one."""
    own = {
        f"content/leaflets/{name}.yaml": TINY_LEAFLET.replace("tiny-leaflet", name)
        for name in ("a-first", "b-slow", "c-last")
    }
    slow = "{% if leaflet.leaflet == 'b-slow' %}" + LOOP + "{% endif %}"
    own[TEMPLATE] = (
        '{% extends "shipped:leaflet.html.j2" %}{% block closing %}' + slow + "{% endblock %}"
    )
    clinic = make_tiny(tmp_path / "clinic", own)
    names = ("a-first", "b-slow", "c-last")
    result = handouts("build", *names, "-w", clinic, "-o", tmp_path / "out", "--json", "-j", "1")
    answer = json.loads(result.stdout)
    assert [output["leaflet"] for output in answer["outputs"]] == ["a-first", "c-last"]
    assert answer["not_made"] == ["b-slow"]
    assert [d["code"] for d in answer["diagnostics"]] == ["over-limit"]


@pytest.mark.usefixtures("hurry")
def test_a_slow_logo_is_tried_once(tmp_path: Path) -> None:
    clinic = clinic_with(tmp_path, with_logo(write("logo.svg", SLOW_LOGO)))
    began = time.monotonic()
    both = ("--paper", "a4", "--paper", "letter", "-j", "1", "--no-cache")
    result = build(clinic, tmp_path / "out", *both)
    assert [code for code, *_ in errors(result)] == ["over-limit"]
    assert time.monotonic() - began < 8


@pytest.mark.usefixtures("hurry")
def test_details_that_were_slow_are_tried_again_when_their_template_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, mended = "templates/areas/masthead.html.j2", "<p>Mended</p>"
    clinic = make_tiny(tmp_path / "clinic", {head: NESTED})
    project = handouts_api.open(clinic, library=options.LIBRARY)
    day, out = date(2026, 11, 22), tmp_path / "out"
    (fault,) = project.build(["tiny-leaflet"], on=day, output=out).run().diagnostics
    assert (fault.code, fault.place) == (OVER_LIMIT, Place(clinic / "handouts.yaml"))
    make_tiny(clinic, {head: mended})
    _time_enough(monkeypatch)
    assert project.build(["tiny-leaflet"], on=day, output=out).run().not_made == []


@pytest.mark.usefixtures("hurry")
def test_other_clinics_of_a_table_go_on(tmp_path: Path) -> None:
    clinic = make_tiny(
        tmp_path / "clinic", {"slow.svg": SLOW_LOGO, "good.svg": f"{SVG}{BOX}</svg>"}
    )
    table = write(
        "clinic/clinics.csv",
        "id,name,phone,logo\na,North,020 1,good.svg\nb,South,020 2,slow.svg\nc,West,020 3,\n",
    )
    table(tmp_path)
    where = ("-w", clinic, "-o", tmp_path / "out", "-j", "1", "--json")
    result = handouts("build", "tiny-leaflet", "--clinics", clinic / "clinics.csv", *where)
    answer = json.loads(result.stdout)
    assert answer["not_made"] == ["b"]
    told = [d["code"] for d in answer["diagnostics"] if d["severity"] == "error"]
    assert told == ["over-limit"]
    assert sorted(path.parent.name for path in (tmp_path / "out").rglob(PRINTED)) == ["a", "c"]


# Fonts ------------------------------------------------------------------------------------------


def _font(replaced: dict[bytes, bytes]) -> bytes:
    """The shipped font with other tables."""
    data = (FONTS / "NotoSans-Regular.ttf").read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {}
    for n in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * n)
        tables[tag] = data[offset : offset + length]
    tables |= replaced
    head = data[:12]
    offset, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, 0, offset + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + directory + body


def _names(count: int) -> bytes:
    """A `name` table whose records all have the same long text."""
    records = b"".join(struct.pack(">6H", 3, 1, 0x409, n % 256, 65_534, 0) for n in range(count))
    return struct.pack(">3H", 0, count, 6) + records + b"\0a" * 32_767


def _characters(groups: int) -> bytes:
    """A `cmap` whose groups each cover all of Unicode."""
    body = b"".join(struct.pack(">3I", 0, 0x10FFFF, 1) for _ in range(groups))
    table = struct.pack(">2H3I", 12, 0, 16 + len(body), 0, groups) + body
    return struct.pack(">2H2HI", 0, 1, 3, 10, 12) + table


FONT_BOMBS = {
    "names": _font({b"name": _names(60_000)}),
    "characters": _font({b"cmap": _characters(2_000)}),
}


@pytest.mark.parametrize("font", FONT_BOMBS.values(), ids=FONT_BOMBS)
@pytest.mark.usefixtures("hurry")
def test_a_font_that_is_a_bomb_is_refused(font: bytes, tmp_path: Path) -> None:
    brand = "fonts:\n  regular: a.ttf\n  bold: a.ttf\n"
    clinic = make_tiny(tmp_path / "clinic", {"brand.yaml": brand, "a.ttf": font})
    result = build(clinic, tmp_path / "out")
    assert_no_trace(result)
    assert {(code, line) for code, _, line, _ in errors(result)} <= {
        ("over-limit", 2),
        ("over-limit", 3),
        ("unusable-font", 2),
        ("unusable-font", 3),
    }
    assert result.exit_code == 1


# The worker -------------------------------------------------------------------------------------


def _busy() -> None:
    while True:
        pass


def _asleep() -> None:
    time.sleep(60)


def _deaf() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGVTALRM])
    _busy()


def _hungry() -> int:
    return len(bytearray(2 * limits.MEMORY))


def _broken() -> None:
    os.abort()


def _gone() -> None:
    os._exit(0)


def _noted() -> None:
    at_work("reading the seal", Place(Path("seal.svg"), 3))
    _busy()


BROKEN = {
    "busy": (_busy, "Reading it takes more than 0.5 seconds of processor time"),
    "asleep": (_asleep, "Reading it takes longer than 1 seconds"),
    "deaf": (_deaf, "Reading it takes more than 0.5 seconds of processor time"),
    "hungry": (_hungry, "Reading it needs more than 800 MB of memory"),
    "broken": (_broken, "Reading it broke the PDF engine, perhaps for lack of memory"),
    "gone": (_gone, "Reading it broke the PDF engine, perhaps for lack of memory"),
    "at something else": (_noted, "Reading the seal takes more than 0.5 seconds of processor time"),
}


@pytest.mark.parametrize(("job", "words"), BROKEN.values(), ids=BROKEN)
@pytest.mark.usefixtures("hurry")
def test_work_over_a_limit_is_told_and_the_next_is_done(
    job: Callable[[], object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if job is _asleep:
        monkeypatch.setattr(limits, "PATIENCE", 1)
    with pytest.raises(HandoutsError) as raised:
        apart(job, stage="reading it")
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.message) == (OVER_LIMIT, words)
    assert problem.place == (Place(Path("seal.svg"), 3) if job is _noted else None)
    assert apart(len, "abc", stage="counting") == 3


def _fails(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("error", [ValueError("a"), OSError(28, "full", "file"), KeyError("b")])
def test_an_error_in_the_worker_is_raised_here(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        apart(_fails, error, stage="failing")
    assert raised.value.args == error.args


def _open_many() -> int:
    with suppress(OSError):
        opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(2_000)]
        return len(opened)
    return 0


def _write_much(path: Path) -> str:
    try:
        with path.open("wb") as file:
            file.truncate(2 * limits.WRITTEN)
    except OSError as error:
        return str(error.strerror)
    return ""


def test_open_files_and_what_is_written_have_limits(tmp_path: Path) -> None:
    assert apart(_write_much, tmp_path / "large", stage="writing") == "File too large"
    assert apart(_open_many, stage="opening") == 0


def test_threads_share_a_worker() -> None:
    found: list[int] = []
    work = [
        threading.Thread(target=lambda n=n: found.append(apart(len, "a" * n, stage="counting")))
        for n in range(20)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(20)
    assert sorted(found) == list(range(20))


def test_a_worker_has_no_worker_of_its_own() -> None:
    assert apart(_nested, stage="outside") != os.getpid()


def _nested() -> int:
    inside = apart(os.getpid, stage="inside")
    assert inside == os.getpid()
    return inside


def _worker_asked() -> int:
    return apart(os.getpid, stage="asking")


def test_a_fork_has_a_worker_of_its_own() -> None:
    """Two processes that ask one worker would get each other's answers."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        ours = _worker_asked()
        theirs = pool.submit(_worker_asked).result()
        assert theirs != ours
        assert _worker_asked() == ours
        assert pool.submit(_worker_asked).result() == theirs


# Processes --------------------------------------------------------------------------------------

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGALRM, signal.SIGKILL)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_processes_end_with_the_one_that_started_them(
    number: signal.Signals, tmp_path: Path
) -> None:
    """While they work for a clinic with files of its own: two processes and their workers."""
    names = ("one", "two", "three", "four")
    own = {f"content/leaflets/{n}.yaml": TINY_LEAFLET.replace("tiny-leaflet", n) for n in names}
    clinic = make_tiny(tmp_path / "clinic", {**own, TEMPLATE: LOOP})
    command = [sys.executable, "-m", "handouts", "build", *names, "-w", str(clinic), "-j", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, start_new_session=True, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 30
    while len(_session(process.pid)) < 5 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(_session(process.pid)) == 5
    process.send_signal(number)
    process.wait()
    until = time.monotonic() + 5
    while _session(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    left = _session(process.pid)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def _session(leader: int) -> list[int]:
    """The processes of a session that run, whatever their parents are."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(folder.name))
    return found
