"""Hostile inputs for tests: how they get into a clinic's folder, and what must hold for each."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from handouts.pdf.render import start_engine
from tests.world import TINY_LEAFLET, handouts, make_tiny

LEAFLET = "content/leaflets/tiny-leaflet.yaml"
TEMPLATE = "templates/leaflet.html.j2"
PRINTED = "tiny-leaflet_en-GB_a4-DRAFT.pdf"

EARLIER = {PRINTED: b"an earlier leaflet", "manifest.json": b"{}"}
"""What stands in the output folder before each build."""

PRIVATE = '<svg xmlns="http://www.w3.org/2000/svg" id="it"><text y="9">Private</text></svg>'
"""A file beside the clinic's folder; in hostile files ``FILE`` and ``WEB`` stand for it and for a
server."""

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
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
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


def clinic_with(folder: Path, builder: Builder) -> Path:
    """A clinic's folder with something hostile in it, beside an output folder that is in use."""
    clinic, out = make_tiny(folder / "clinic"), folder / "out"
    builder(clinic)
    out.mkdir()
    for name, data in EARLIER.items():
        (out / name).write_bytes(data)
    return clinic


def build(clinic: Path, out: Path, *options: str) -> Result:
    return handouts("build", "tiny-leaflet", "-w", clinic, "-o", out, "--json", *options)


def assert_refused(case: Case, folder: Path) -> None:
    clinic = clinic_with(folder, case.builder)
    before = sorted(folder.rglob("*"))
    result = build(clinic, folder / "out")
    assert_no_trace(result)
    assert result.exit_code == case.exit_code
    expected = (case.code, clinic / case.file, case.line, case.column)
    assert errors(result) == [expected]
    assert files(folder / "out") == EARLIER
    assert sorted(folder.rglob("*")) == before


CALLS = {"socket.connect", "urllib.Request", "subprocess.Popen", "os.system"}
"""Events by which Python tells of calls to other machines and programs."""

_WATCHED: list[set[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _WATCHED:
        return
    if event == "open" and isinstance(arguments[0], str | bytes):
        _WATCHED[-1].add(os.path.realpath(os.fsdecode(arguments[0])))
    elif event in CALLS and not str(arguments[0]).startswith("data:"):
        _WATCHED[-1].add(event)


sys.addaudithook(_note)  # it cannot be taken away again, so it looks into a list that may be empty


@contextmanager
def watched() -> Iterator[set[str]]:
    """Real paths of all files that are opened meanwhile, and names of calls to the outside."""
    _WATCHED.append(set())
    try:
        yield _WATCHED[-1]
    finally:
        _WATCHED.pop()


def png(
    width: int, height: int, pixel: bytes, bits: int = 8, kind: int = 2, more: bytes = b""
) -> bytes:
    """A PNG file of one colour; ``kind`` is 0 for grey, 2 for RGB."""
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    rows = zlib.compress((b"\0" + pixel * width) * height, 1)
    parts = (chunk(b"IHDR", head), more, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def build_unseen(contents: Mapping[str, str | bytes], folder: Path) -> Result:
    """Build with files that may name a private file and a server, which nobody may read or call."""
    private = folder / "private.svg"
    private.write_text(PRIVATE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        web = f"http://127.0.0.1:{server.getsockname()[1]}/private.svg"
        named = {
            name: content.replace("FILE", private.as_uri()).replace("WEB", web)
            if isinstance(content, str)
            else content
            for name, content in contents.items()
        }
        clinic = clinic_with(folder, both(*(write(name, c) for name, c in named.items())))
        start_engine()  # asks the system for its libraries, once
        with watched() as seen:
            result = build(clinic, folder / "out")
        assert str(clinic / "handouts.yaml") in seen, "the watch works"
        assert seen & {os.path.realpath(private), "/etc/passwd", *CALLS} == set()
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert_no_trace(result)
    assert "Private" not in result.output
    return result


def assert_no_trace(result: Result) -> None:
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert "program-error" not in result.output, result.output


def errors(result: Result) -> list[tuple[Any, ...]]:
    found = [d for d in json.loads(result.stdout)["diagnostics"] if d["severity"] == "error"]
    return [(d["code"], d["file"] and Path(d["file"]), d["line"], d["column"]) for d in found]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
