"""Odd things in the folders that the program uses: nothing waits, and nobody's files are lost."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from handouts import limits
from handouts.files import read_bytes, write_atomic
from handouts.limits import apart
from handouts.store import TAG, Store, key_of
from tests.hostile_inputs import (
    LEAFLET,
    PRINTED,
    assert_no_trace,
    build,
    clinic_with,
    errors,
    link,
    make_folder,
    watched,
    write,
)
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")


def _pipe(name: str) -> Callable[[Path], object]:
    def builder(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return builder


# The clinic's folder ----------------------------------------------------------------------------

ODD_FILES = {
    "a pipe for a brand": (_pipe("brand.yaml"), "brand.yaml"),
    "a folder for a brand": (make_folder("brand.yaml"), "brand.yaml"),
    "a brand that links to nothing": (link("brand.yaml", "gone.yaml"), "brand.yaml"),
    "a pipe for sign-offs": (_pipe("approvals.yaml"), "approvals.yaml"),
    "a folder for sign-offs": (make_folder("approvals.yaml"), "approvals.yaml"),
    "sign-offs that link to nothing": (link("approvals.yaml", "gone"), "approvals.yaml"),
    "a pipe for a table": (_pipe("content/labels.yaml"), "content/labels.yaml"),
}


@pytest.mark.parametrize(("builder", "file"), ODD_FILES.values(), ids=ODD_FILES)
def test_what_is_no_file_is_an_error_not_a_missing_file(
    builder: Callable[[Path], object], file: str, tmp_path: Path
) -> None:
    clinic = clinic_with(tmp_path, builder)
    for command in (("check",), ("build", "tiny-leaflet", "-o", tmp_path / "out")):
        result = handouts(*command, "-w", clinic, "--json")
        assert_no_trace(result)
        assert errors(result) == [("unreadable", clinic / file, 1, 1)]


UNUSED = ("manifest.json", "notes/pipe", "film.mp4", "content/film.mp4", "content/leaflets/.pipe")


@pytest.mark.parametrize("name", UNUSED)
def test_files_that_no_build_can_use_are_not_opened(name: str, tmp_path: Path) -> None:
    """As pipes they would keep it waiting for ever."""
    clinic = clinic_with(tmp_path, _pipe(name))
    with watched() as seen:
        assert build(clinic, tmp_path / "out").exit_code == 0
        assert build(clinic, tmp_path / "out").exit_code == 0
    assert str(clinic / name) not in seen


def test_a_folder_without_settings_is_not_read(tmp_path: Path) -> None:
    write("content/leaflets/a.yaml", "a: 1")(tmp_path)
    with watched() as seen:
        assert handouts("build", "-w", tmp_path, "-o", tmp_path / "out").exit_code == 2
    assert not [path for path in seen if path.startswith(str(tmp_path))]


def test_a_manifest_hides_nothing_from_the_memory_of_a_build(tmp_path: Path) -> None:
    """One that lists the clinic's own files as if a build had written them."""
    clinic = make_tiny(tmp_path / "clinic")
    files = [{"file": name} for name in (LEAFLET, "handouts.yaml", "tiny-leaflet.yaml")]
    for folder in (clinic, clinic / "content", clinic / "content/leaflets"):
        (folder / "manifest.json").write_text(json.dumps({"files": files}))
    build(clinic, tmp_path / "out")
    first = (tmp_path / "out" / PRINTED).read_bytes()
    write(LEAFLET, TINY_LEAFLET.replace("One point", "Another"))(clinic)
    build(clinic, tmp_path / "out")
    second = (tmp_path / "out" / PRINTED).read_bytes()
    write("handouts.yaml", CLINIC.replace("Test Clinic", "Other Clinic"))(clinic)
    build(clinic, tmp_path / "out")
    assert len({first, second, (tmp_path / "out" / PRINTED).read_bytes()}) == 3


# The output folder ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["manifest.json", PRINTED, ".manifest.lock"])
@pytest.mark.parametrize("kind", ["a pipe", "a link", "a folder"])
def test_odd_things_in_the_output_folder_neither_wait_nor_lead_out(
    name: str, kind: str, tmp_path: Path
) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    out.mkdir()
    (tmp_path / "own").write_text("precious")
    {"a pipe": _pipe(name), "a link": link(name, "../own"), "a folder": make_folder(name)}[kind](
        out
    )
    result = build(clinic, out)
    assert_no_trace(result)
    assert (tmp_path / "own").read_text() == "precious"
    if kind == "a folder" or (kind, name) == ("a link", ".manifest.lock"):
        assert result.exit_code == 2
        assert name in result.output
    else:
        assert result.exit_code == 0
        assert (out / PRINTED).read_bytes().startswith(b"%PDF")


def test_a_file_that_becomes_a_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("handouts.files.is_regular", lambda _: True)
    assert read_bytes(tmp_path / "pipe", 10) == b""


@pytest.mark.usefixtures("workers")
@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="limits are for Linux")
def test_a_full_disk_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what stood there stays."""
    monkeypatch.setattr(limits, "WRITTEN", 1_000)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"earlier")
    with pytest.raises(OSError, match="File too large") as raised:
        apart(write_atomic, path, bytes(5_000), stage="writing")
    assert raised.value.filename == str(path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("a.pdf", b"earlier")
    ]


@pytest.mark.parametrize("without", ["O_TMPFILE", "link"])
def test_files_are_written_where_none_can_be_without_a_name(
    without: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on other systems, or where `/proc` is not mounted."""

    def fail(*_: object, **__: object) -> None:
        raise PermissionError

    if without == "link":
        monkeypatch.setattr(os, "link", fail)
    else:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    for data in (b"first", b"second"):
        write_atomic(tmp_path / "folder" / "a", data)
        assert [file.read_bytes() for file in (tmp_path / "folder").iterdir()] == [data]


def test_files_have_the_rights_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


# The cache --------------------------------------------------------------------------------------

KEY = key_of("a")
OWN_FILES = ("hr/contract.docx", "go/main.go", "ab/notes.txt", "letter.txt", "ab/cd/e.txt", ".rc")


@pytest.mark.parametrize("name", OWN_FILES)
def test_a_folder_in_use_is_no_cache(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, home = make_tiny(tmp_path / "clinic"), tmp_path / "home"
    write(name, "precious")(home)
    monkeypatch.setenv("HANDOUTS_CACHE", str(home))
    for command in (("cache", "clear"), ("cache", "info"), ("build", "-w", clinic)):
        result = handouts(*command)
        assert result.exit_code == 2
        assert result.stderr.startswith("error[usage]: The folder in `HANDOUTS_CACHE`")
    assert [path for path in home.rglob("*") if path.is_file()] == [home / name]


@pytest.mark.parametrize("name", OWN_FILES)
def test_a_cache_removes_its_entries_only(name: str, tmp_path: Path) -> None:
    """Also if somebody puts files into it later, or gives another folder to the interface."""
    write(name, "x" * 1_000)(tmp_path)
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / ("0" * 62)).symlink_to(tmp_path / name)
    store = Store(tmp_path, max_bytes=10)
    store.put(KEY, bytes(100))
    assert store.trim() == 1
    store.put(KEY, bytes(100))
    assert store.clear() == 1
    assert (tmp_path / name).read_text() == "x" * 1_000
    assert store.get(KEY) is None


def test_a_cache_is_known_by_its_tag_or_its_entries(tmp_path: Path) -> None:
    store = Store(tmp_path / "new")
    assert store.fault() is None
    store.put(KEY, b"a")
    assert (tmp_path / "new" / TAG).read_bytes().startswith(b"Signature: 8a477f597d28d172789f")
    (tmp_path / "new" / TAG).unlink()
    assert store.fault() is None
    write("notes.txt", "")(tmp_path / "new")
    assert store.fault() == "contains other files: notes.txt"
    (tmp_path / "new" / TAG).touch()
    assert store.fault() is None
    (tmp_path / "file").touch()
    assert "cannot be read" in str(Store(tmp_path / "file").fault())


def test_a_cache_that_cannot_be_written_to_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    store.put(KEY, b"kept")

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    for name in ("handouts.store.write_atomic", "os.utime", "os.link"):
        monkeypatch.setattr(name, read_only)
    store.put(key_of("b"), b"not kept")
    assert (store.get(KEY), store.get(key_of("b"))) == (b"kept", None)


RIGHTS = {0o700: "", 0o755: "", 0o770: "group", 0o777: "everyone", 0o1777: "everyone"}


@pytest.mark.parametrize(("mode", "who"), RIGHTS.items(), ids=map(oct, RIGHTS))
def test_people_are_told_who_else_can_write_to_the_cache(
    mode: int, who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They could forge what is printed; their compiled templates are not run."""
    clinic, folder = make_tiny(tmp_path / "clinic"), tmp_path / "cache"
    monkeypatch.setenv("HANDOUTS_CACHE", str(folder))
    build(clinic, tmp_path / "out")
    folder.chmod(mode)
    assert who in Store(folder).writers()
    assert bool(Store(folder).writers()) == bool(who)
    assert ("can change what is printed" in handouts("cache", "info").output) == bool(who)
    told = json.loads(handouts("doctor", "-w", clinic, "--json").stdout)["findings"]
    (finding,) = [finding for finding in told if finding["name"] == "cache"]
    assert (finding["severity"] == "warning") == bool(who)


def test_templates_that_others_may_have_compiled_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handouts.page import templates

    clinic, folder = make_tiny(tmp_path / "clinic"), tmp_path / "cache"
    monkeypatch.setenv("HANDOUTS_CACHE", str(folder))
    for mode, read in ((0o700, True), (0o777, False)):
        handouts("build", "tiny-leaflet", "-w", clinic, "-o", tmp_path / "out")
        folder.chmod(mode)
        templates._environment.cache_clear()
        seen: list[object] = []
        monkeypatch.setattr(
            "jinja2.bccache.Bucket.bytecode_from_string",
            lambda _, code, seen=seen: seen.append(code),
        )
        handouts(
            "build",
            "tiny-leaflet",
            "-w",
            clinic,
            "-o",
            tmp_path / f"out{mode}",
            "--date",
            "2030-01-01",
        )
        monkeypatch.undo()
        monkeypatch.setenv("HANDOUTS_CACHE", str(folder))
        assert bool(seen) == read
