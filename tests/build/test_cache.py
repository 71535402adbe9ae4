"""The cache is never wrong: damaged, foreign and stale entries change no output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handouts.content.layers import Library
from handouts.page.compose import Page
from handouts.pdf.render import render_pdf
from handouts.store import Store, key_of
from tests.world import CLINIC, TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

PDF = "tiny-leaflet_en-GB_a4-DRAFT.pdf"
KEY, OTHER_KEY = key_of("one"), key_of("other")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for the builds of a test."""
    folder = tmp_path / "store"
    monkeypatch.setenv("HANDOUTS_CACHE", str(folder))
    return folder


def built(clinic: Path, *options: str) -> tuple[bytes, str]:
    """The leaflet's bytes, and what the build said."""
    result = handouts("build", "tiny-leaflet", *options, "-w", clinic, "-o", clinic.parent / "out")
    assert result.exit_code == 0, result.output
    return (clinic.parent / "out" / PDF).read_bytes(), result.stderr


def test_a_store_gives_back_what_was_put_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(KEY, b"words")
    assert (store.get(KEY), store.get(OTHER_KEY), Store(None).get(KEY)) == (b"words", None, None)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _foreign(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


DAMAGE = {"truncated": _truncate, "flipped": _flip, "empty": _empty, "foreign": _foreign}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_made_again(damage: object, tmp_path: Path, kept: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    before, _ = built(clinic)
    for path in Store(kept).entries():
        damage(path)  # type: ignore[operator]
    (tmp_path / "out" / PDF).unlink()
    after, _ = built(clinic)
    assert after == before
    assert Store(kept).entries()


def test_swapped_entries_are_not_taken(tmp_path: Path, kept: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    before, _ = built(clinic)
    paths = Store(kept).entries()
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, [*contents[1:], contents[0]], strict=True):
        path.write_bytes(content)
    assert built(clinic)[0] == before


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path, max_bytes=250)
    for number, name in enumerate("abc"):
        store.put(key_of(name), bytes(40))
        os.utime(store._path(tmp_path, key_of(name)), (number, number))
    store.get(key_of("a"))
    assert store.trim() == 1
    assert [store.get(key_of(name)) is None for name in "abc"] == [False, True, False]


@pytest.mark.usefixtures("kept")
def test_a_build_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    built(clinic)
    before = (tmp_path / "out" / PDF).stat().st_mtime_ns
    _, said = built(clinic)
    assert f"current {tmp_path / 'out' / PDF}" in said
    assert (tmp_path / "out" / PDF).stat().st_mtime_ns == before


CHANGES = {
    "a word": ("content/leaflets/tiny-leaflet.yaml", TINY_LEAFLET.replace("One", "A")),
    "the telephone": ("handouts.yaml", CLINIC.replace("0000", "0001")),
    "a colour that was not there": ("brand.yaml", 'primary: "#7a0019"\n'),
    "a label that was not there": (
        "content/labels.yaml",
        'labels:\n  - key: about_title\n    text: "About it"\n',
    ),
    "a template that was not there": ("templates/blocks/key_points.html.j2", "<p>Mine</p>\n"),
}


@pytest.mark.parametrize(("file", "content"), CHANGES.values(), ids=CHANGES)
@pytest.mark.usefixtures("kept")
def test_whatever_changes_is_seen(file: str, content: str, tmp_path: Path) -> None:
    """Also files that were looked for and missing; and back again."""
    clinic = make_tiny(tmp_path / "clinic")
    before, _ = built(clinic)
    path = clinic / file
    old = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    changed, _ = built(clinic)
    assert changed == built(clinic, "--no-cache")[0] != before
    path.unlink() if old is None else path.write_bytes(old)
    assert built(clinic)[0] == before


@pytest.mark.usefixtures("kept")
def test_so_is_what_changes_in_the_library(tmp_path: Path, library: Library) -> None:
    clinic, labels = make_tiny(tmp_path / "clinic"), library.content / "labels.yaml"
    before, _ = built(clinic)
    text = labels.read_text("utf-8")
    labels.write_text(text.replace("About this leaflet", "About these pages"), "utf-8")
    assert built(clinic)[0] == built(clinic, "--no-cache")[0] != before


@pytest.mark.usefixtures("kept")
def test_after_a_change_of_a_block_only_its_leaflets_are_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = "id: test/note\ntype: text\nparagraphs: [Some words.]\n"
    uses = TINY_LEAFLET.replace("tiny-leaflet", "uses-it").replace("A tiny", "Another")
    uses = uses.replace("  - id: sources", "      - ref: test/note\n  - id: sources")
    clinic = make_tiny(
        tmp_path / "clinic",
        {"content/leaflets/uses-it.yaml": uses, "content/blocks/test/note.yaml": block},
    )
    rendered: list[str] = []

    def noted(page: Page, *rest: object, **options: object) -> object:
        rendered.append(page.title)
        return render_pdf(page, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("handouts.pdf.shells.render_pdf", noted)
    ask = ("build", "tiny-leaflet", "uses-it", "-j", "1", "-w", clinic, "-o", tmp_path / "out")
    assert handouts(*ask).exit_code == 0
    rendered.clear()
    (clinic / "content/blocks/test/note.yaml").write_text(block.replace("Some", "Other"))
    assert handouts(*ask).exit_code == 0
    assert rendered == ["DRAFT: Another leaflet"]


ENGINE, READERS = "weasyprint", ("weasyprint", "jinja2", "yaml", "pydantic")


@pytest.mark.parametrize(
    ("options", "unneeded"),
    [((), READERS), (("--paper", "letter"), (ENGINE,)), (("--format", "png"), (ENGINE,))],
    ids=["the same build", "one of its papers", "as pictures"],
)
@pytest.mark.usefixtures("kept")
def test_a_kept_leaflet_starts_no_engine(
    options: tuple[str, ...], unneeded: tuple[str, ...], tmp_path: Path, library: Library
) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    both = ("--paper", "a4", "--paper", "letter")
    built(clinic, *both)
    ask = ("build", "tiny-leaflet", "-q", "-w", str(clinic), "-o", str(tmp_path / "more"))
    code = (
        "import sys; from pathlib import *; from handouts.cli import main, options\n"
        f"from handouts.content.layers import Library; options.LIBRARY = {library!r}\n"
        f"main({[*ask, *(options or both)]!r}, standalone_mode=False)\n"
        f"print([name for name in {unneeded!r} if name in sys.modules], file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stderr.strip() == "[]"


@pytest.mark.usefixtures("kept")
def test_an_unchanged_build_runs_through_few_modules(tmp_path: Path, library: Library) -> None:
    """What a reader of the code has to follow to see why nothing was made."""
    clinic = make_tiny(tmp_path / "clinic")
    ask = ["build", "tiny-leaflet", "-q", "-w", str(clinic), "-o", str(tmp_path / "out")]
    assert handouts(*ask).exit_code == 0
    code = (
        "import sys; from pathlib import *; from handouts.cli import main, options\n"
        f"from handouts.content.layers import Library; options.LIBRARY = {library!r}\n"
        f"main({ask!r}, standalone_mode=False)\n"  # so that nothing is imported below
        "entered = set()\n"
        "def note(frame, event, _):\n"
        "    name = frame.f_globals['__name__']\n"
        "    if event == 'call' and name.startswith('handouts'):\n"
        "        entered.add(name)\n"
        "sys.setprofile(note)\n"
        f"main({ask!r}, standalone_mode=False)\n"
        "sys.setprofile(None)\n"
        "print(*sorted(entered), sep='\\n', file=sys.stderr)"
    )
    run = [sys.executable, "-c", code]
    told = subprocess.run(run, capture_output=True, text=True, check=True)
    assert 5 < len(told.stderr.splitlines()) <= 15, told.stderr


@pytest.mark.usefixtures("kept")
def test_a_manifest_among_the_words_hides_none_of_them(tmp_path: Path) -> None:
    """Only the files that a manifest names are taken for our own."""
    clinic = make_tiny(tmp_path / "clinic", {"content/manifest.json": '{"files": []}'})
    before, _ = built(clinic)
    path = clinic / "content" / "leaflets" / "tiny-leaflet.yaml"
    path.write_text(path.read_text("utf-8").replace("One", "A"), "utf-8")
    assert built(clinic)[0] != before


@pytest.mark.usefixtures("kept")
def test_a_mark_comes_on_its_day_though_nothing_else_changes(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic")
    on_time, _ = built(clinic, "--date", "2027-11-22")
    late, _ = built(clinic, "--date", "2027-11-23")
    assert on_time != late == built(clinic, "--no-cache", "--date", "2027-11-23")[0]


def test_the_store_is_told_and_cleared(tmp_path: Path, kept: Path) -> None:
    built(make_tiny(tmp_path / "clinic"))
    assert f"folder   {kept}" in handouts("cache", "info").stdout
    assert "removed" in handouts("cache", "clear").stdout
    assert not Store(kept).entries()
