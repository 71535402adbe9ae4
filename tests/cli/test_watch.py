"""``handouts watch``: a real server on this machine, and files that change."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from handouts.api.preview import changes, leaflets_using, previews
from handouts.api.preview_server import Made, PreviewServer
from handouts.api.project import Project, open_project
from handouts.cli.options import user_store
from handouts.content.layers import Library
from tests.world import CLINIC, DAY, TINY_KINDS, TINY_LEAFLET, handouts, make_tiny

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
BLOCK = "content/blocks/mine/words.yaml"
WORDS = "type: text\nid: mine/words\nparagraphs:\n  - These are my words.\n"
USING = TINY_LEAFLET.replace("  - id: sources", "      - ref: mine/words\n  - id: sources")
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"><path d="M0 0h3v1H0z"/></svg>'
PATIENCE = 30


@pytest.fixture
def project(tmp_path: Path, library: Library) -> Project:
    """A clinic with a leaflet of its own that uses a block of its own."""
    folder = make_tiny(tmp_path / "clinic", {LEAFLET: USING, BLOCK: WORDS})
    return open_project(folder, library=library)


# Which files matter -----------------------------------------------------------------------------


def save(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def renamed(folder: Path, name: str, text: str) -> None:
    """As many editors do, so that a crash leaves the old file."""
    save(folder, name + ".new", text)
    (folder / (name + ".new")).replace(folder / name)


CHANGES: list[tuple[str, Callable[[Path], object], str]] = [
    ("a block is saved", partial(save, name=BLOCK, text=WORDS + "  - More.\n"), BLOCK),
    (
        "it is saved by a rename",
        partial(renamed, name=BLOCK, text=WORDS + "  - A.\n"),
        BLOCK,
    ),
    ("it is deleted", lambda folder: (folder / BLOCK).unlink(), BLOCK),
    ("it is renamed", lambda folder: (folder / BLOCK).rename(folder / "content/b.yaml"), BLOCK),
    (
        "settings are saved",
        partial(save, name="handouts.yaml", text=CLINIC + "\n"),
        "handouts.yaml",
    ),
    ("a leaflet is new", partial(save, name="content/leaflets/new.yaml", text=USING), "new.yaml"),
    ("a folder is new", partial(save, name="templates/styles/x.css.j2", text="p {}"), "x.css.j2"),
    ("a table is saved", partial(save, name="content/kinds.yaml", text=TINY_KINDS + "\n"), "kinds"),
    ("the logo is saved", partial(save, name="looks/logo.svg", text=LOGO + "\n"), "logo.svg"),
    ("a brand is new", partial(save, name="brand.yaml", text="logo: x.svg\n"), "brand.yaml"),
]


@pytest.mark.parametrize(("change", "named"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_every_change_is_seen(
    change: Callable[[Path], object], named: str, project: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "clinic"
    if named == "logo.svg":
        save(folder, "brand.yaml", "logo: looks/logo.svg\n")
        save(folder, "looks/logo.svg", LOGO)
    seen: set[str] = set()
    with followed(project, seen):
        change(folder)
        wait_for(lambda: any(named in path for path in seen))


def test_what_makes_no_leaflet_is_not_seen(project: Project, tmp_path: Path) -> None:
    """What editors leave behind, what is built, and other files beside the settings."""
    seen: set[str] = set()
    with followed(project, seen):
        for name in ("photo.jpg", "output/a.pdf", "content/.words.swp", "content/words.yaml~"):
            save(tmp_path / "clinic", name, "x")
        save(tmp_path / "clinic", BLOCK, WORDS + "# seen\n")
        wait_for(lambda: bool(seen))
    assert {name for name in seen if "output" in name or "photo" in name or "words." in name} == {
        str(tmp_path / "clinic" / BLOCK)
    }


@contextmanager
def followed(project: Project, seen: set[str]) -> Iterator[None]:
    """Files that change meanwhile are added."""
    stop = Event()
    found = changes(project, stop)

    def follow() -> None:
        for files in found:
            seen.update(map(str, files))

    thread = Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)


USERS: list[tuple[str, tuple[str, ...]]] = [
    (LEAFLET, ("tiny-leaflet",)),
    (BLOCK, ("tiny-leaflet",)),
    ("content/regions/GB/blocks/mine/words.yaml", ("tiny-leaflet",)),
    ("content/blocks/mine/others.yaml", ()),
    ("content/kinds.yaml", ("about-sun", "tiny-leaflet", "using-creams")),
    ("handouts.yaml", ("about-sun", "tiny-leaflet", "using-creams")),
    ("templates/leaflet.html.j2", ("about-sun", "tiny-leaflet", "using-creams")),
]


@pytest.mark.parametrize(("file", "leaflets"), USERS)
def test_a_file_is_used_by(file: str, leaflets: tuple[str, ...], project: Project) -> None:
    assert leaflets_using(project, [project.folder / file]) == leaflets


# What is shown ----------------------------------------------------------------------------------


@dataclass
class Watched:
    """A server that is running, and what it has told."""

    server: PreviewServer
    folder: Path
    made: list[Made] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.server.address.rpartition(":")[2].strip("/"))

    @contextmanager
    def asked(self, path: str, headers: dict[str, str] | None = None) -> Iterator[HTTPResponse]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            given = {"Host": f"127.0.0.1:{self.port}"} | (headers or {})
            connection.request("GET", path, headers=given)
            yield connection.getresponse()

    def get(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        with self.asked(path, headers) as response:
            return response.read() if response.status == 200 else b""

    def status(self, path: str, headers: dict[str, str] | None = None) -> int:
        with self.asked(path, headers) as response:
            return response.status

    def policy(self, path: str) -> str:
        with self.asked(path) as response:
            return response.headers["Content-Security-Policy"]

    def state(self, wanted: Callable[[dict[str, Any]], bool], name: str = "") -> dict[str, Any]:
        """What a page that is open comes to show."""
        with self.asked(f"/-/events/{name}") as response:
            for line in response:
                kind, _, data = line.partition(b": ")
                state: dict[str, Any] = json.loads(data) if kind == b"data" else {}
                if state and wanted(state):
                    response.close()
                    return state
        raise AssertionError("The events have ended")


def complete(state: dict[str, Any]) -> bool:
    return bool(state["pages"])


def faulty(state: dict[str, Any]) -> bool:
    return bool(state["problems"])


@contextmanager
def watched(project: Project, *names: str) -> Iterator[Watched]:
    make = partial(previews, project, on=DAY, store=user_store())
    with PreviewServer(project, names, make) as server:
        watched = Watched(server, project.folder)

        def work() -> None:
            for made in server.made():
                watched.made.append(made)

        worker = Thread(target=work)
        worker.start()
        yield watched
    worker.join(PATIENCE)


def test_a_page_follows_what_is_saved(project: Project) -> None:
    """First its text, then its pages, as pictures of what would be built."""
    with watched(project, "tiny-leaflet") as preview:
        before = preview.state(complete)
        assert (before["title"], before["words"]) == ("A tiny leaflet", "1 page")
        save(preview.folder, BLOCK, WORDS.replace("my words", "new words"))
        after = preview.state(lambda state: complete(state) and state["key"] != before["key"])
        text = preview.get(f"/-/texts/{after['text']}").decode()
        assert "These are new words." in text
        assert preview.get(f"/-/pages/{after['key']}/1.png").startswith(b"\x89PNG")
        assert preview.status(f"/-/pages/{after['key']}/2.png") == 404
        assert preview.status(f"/-/texts/{before['text']}") == 404


def test_the_pages_are_those_of_a_build(project: Project, tmp_path: Path) -> None:
    (*_, last) = previews(project, "tiny-leaflet", on=DAY, store=user_store())
    handouts("build", "tiny-leaflet", "-w", project.folder, "-o", tmp_path, "--date", str(DAY))
    assert last.pdf == (tmp_path / "tiny-leaflet_en-GB_a4-DRAFT.pdf").read_bytes()


FAULTS: list[tuple[str, str, str, str]] = [
    (
        "half saved",
        LEAFLET,
        USING[: len(USING) // 2] + "\n  x: [",
        "content/leaflets/tiny-leaflet.yaml:",
    ),
    (
        "a wrong key",
        LEAFLET,
        USING.replace("aim:", "aym:"),
        "content/leaflets/tiny-leaflet.yaml:7:1",
    ),
    ("wrong settings", "handouts.yaml", CLINIC.replace("region", "rejion"), "handouts.yaml:4:1"),
    ("a wrong template", "templates/blocks/text.html.j2", "{{ nothing }}", "text.html.j2:1:"),
    ("an unused letter", BLOCK, WORDS.replace("my", "\N{SNOWMAN}\N{PILE OF POO}"), BLOCK),
]


@pytest.mark.parametrize(
    ("file", "wrong", "place"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_fault_is_shown_in_place_of_the_page_until_it_is_mended(
    file: str, wrong: str, place: str, project: Project
) -> None:
    with watched(project, "tiny-leaflet") as preview:
        good = preview.state(complete)
        before = (preview.folder / file).read_bytes() if (preview.folder / file).exists() else None
        save(preview.folder, file, wrong)
        bad = preview.state(faulty)
        assert (bad["pages"], bad["text"]) == ([], "")
        assert any(place in (problem["place"] or "") for problem in bad["problems"])
        assert all(problem["message"] for problem in bad["problems"])
        if before is None:
            shutil.rmtree(preview.folder / "templates")
        else:
            (preview.folder / file).write_bytes(before)
        assert preview.state(complete)["key"] == good["key"]
        assert any(made.preview.diagnostics for made in preview.made)


def test_without_a_name_it_shows_the_leaflet_that_uses_what_was_saved(project: Project) -> None:
    with watched(project) as preview:
        waiting = preview.state(lambda _: True)
        assert (waiting["title"], waiting["pages"]) == ("", [])
        assert waiting["leaflets"] == ["about-sun", "tiny-leaflet", "using-creams"]
        save(preview.folder, BLOCK, WORDS.replace("my", "our"))
        assert preview.state(complete)["title"] == "A tiny leaflet"


def test_any_leaflet_is_made_when_somebody_looks_at_it(project: Project) -> None:
    with watched(project) as preview:
        assert preview.state(complete, "tiny-leaflet")["title"] == "A tiny leaflet"
        save(preview.folder, "content/leaflets/new.yaml", USING.replace("tiny-leaflet", "new"))
        preview.state(lambda state: "new" in state["leaflets"])
        assert preview.state(complete, "new")["pages"]


# Who may see it ---------------------------------------------------------------------------------

STRANGERS: list[tuple[str, dict[str, str], int]] = [
    ("this machine", {}, 200),
    ("by its name", {"Host": "localhost:{port}"}, 200),
    (
        "the page itself",
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:{port}"},
        200,
    ),
    ("a typed address", {"Sec-Fetch-Site": "none"}, 200),
    ("a name that leads here", {"Host": "evil.example:{port}"}, 403),
    ("another port's name", {"Host": "127.0.0.1:1"}, 403),
    ("no name", {"Host": ""}, 403),
    ("another site's script", {"Origin": "https://evil.example"}, 403),
    ("another site's picture", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("another server of this machine", {"Sec-Fetch-Site": "same-site"}, 403),
]

PATHS = (
    "/",
    "/tiny-leaflet",
    "/-/preview.js",
    "/-/preview.css",
    "/-/texts/{text}",
    "/-/pages/{key}/1.png",
)


def test_only_its_own_page_can_read_it(project: Project) -> None:
    with watched(project, "tiny-leaflet") as preview:
        state = preview.state(complete)
        for who, headers, status in STRANGERS:
            given = {name: value.format(port=preview.port) for name, value in headers.items()}
            for path in PATHS:
                assert preview.status(path.format(**state), given) == status, (who, path)
        assert preview.status("/-/events/", {"Host": "evil.example"}) == 403


NOWHERE = (
    "/nothing",
    "/../handouts.yaml",
    "/-/preview.py",
    "/-/",
    "/-/../preview.html",
    "/-/events/no",
)


def test_there_is_nothing_else_to_ask_for(project: Project) -> None:
    with watched(project, "tiny-leaflet") as preview:
        assert [preview.status(path) for path in NOWHERE] == [404] * len(NOWHERE)


def test_nothing_of_a_leaflet_can_run_or_be_fetched(project: Project) -> None:
    with watched(project, "tiny-leaflet") as preview:
        state = preview.state(complete)
        text = preview.policy(f"/-/texts/{state['text']}")
        page = preview.policy("/")
        assert "default-src 'none'" in text
        assert "script-src" not in text
        assert "sandbox allow-same-origin" in text
        assert "script-src 'self'" in page
        assert "unsafe" not in page


# The command ------------------------------------------------------------------------------------


@contextmanager
def command(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """The command as people run it; it must end well."""
    line = [sys.executable, "-m", "handouts", "watch", "--no-open", *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


def test_ctrl_c_ends_it_and_nothing_was_written(project: Project) -> None:
    before = sorted(project.folder.rglob("*"))
    with command("tiny-leaflet", "-w", project.folder, "--port", "0") as program:
        assert program.stdout
        assert program.stderr
        address = program.stdout.readline()
        assert re.fullmatch(r"Preview: http://127\.0\.0\.1:\d+/ \(Ctrl-C ends it\)\n", address)
        program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE) == 0
        assert "Traceback" not in program.stderr.read()
    assert sorted(project.folder.rglob("*")) == before


REFUSED = [
    (("tiny-leaflat",), "There is no leaflet `tiny-leaflat`"),
    (("--region", "GB", "--region", "US"), "`watch` shows one region"),
    (("--port", "70000"), "Invalid value for '--port'"),
    (("--json",), "so it has no one answer to give as JSON"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_watched(arguments: tuple[str, ...], message: str, project: Project) -> None:
    result = handouts("watch", "--no-open", "-w", project.folder, *arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_a_port_that_is_taken_is_told(project: Project) -> None:
    with watched(project) as preview:
        result = handouts("watch", "--no-open", "-w", project.folder, "--port", str(preview.port))
    assert result.exit_code == 2
    assert f"Port {preview.port} cannot be used" in result.stderr


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "It did not happen"
        time.sleep(0.01)
