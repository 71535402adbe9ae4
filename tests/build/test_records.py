"""Remembered builds: what they are remembered by, how long they hold, what is made from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from handouts.build import incremental
from handouts.build.incremental import BuildRecord, FileRecord, asset_digests, build_key, load, save
from handouts.build.plan import Task
from handouts.build.run import holds_until, render
from handouts.content.catalogue import Catalogue
from handouts.content.layers import Library
from handouts.content.resolve import Request
from handouts.model.approvals import Approval
from handouts.store import Store, key_of
from tests.world import handouts, make_tiny, make_workspace, own_catalogue

DAY = date(2026, 11, 22)
DUE = date(2027, 11, 22)
KEY = key_of("a build")
ONE_DAY = timedelta(days=1)


# By what a build is remembered ------------------------------------------------------------------


def library(folder: Path) -> Library:
    """Shipped words and looks of one file each."""
    for name in ("content/kinds.yaml", "content/blocks/a/b.yaml", "templates/page.html.j2"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("shipped", "utf-8")
    return Library(folder / "content", folder / "templates", folder / "demo")


OWN = ("content/leaflets/mine.yaml", "templates/a.css", "templates/blocks/text.html.j2")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a clinic's and the shipped files."""
    make_workspace(tmp_path / "clinic", dict.fromkeys(OWN, "mine"))
    (tmp_path / "elsewhere").mkdir()
    return tmp_path


def key(home: Path, *options: str) -> str:
    return build_key(home / "clinic", library(home / "shipped"), *options)


SEEN = [
    "clinic/handouts.yaml",
    "clinic/approvals.yaml",
    "clinic/brand.yml",
    "clinic/content/leaflets/mine.yaml",
    "clinic/content/regions/GB/blocks/deep.yml",
    "clinic/templates/blocks/text.html.j2",
    "clinic/templates/style.css",
    "clinic/locales/fr.po",
    "shipped/content/regions/GB.yaml",
    "shipped/content/locales/fr.po",
    "shipped/templates/figures/new.svg.j2",
]
UNSEEN = [
    "clinic/notes.txt",
    "clinic/output/sheet.pdf",
    "clinic/content/read-me.md",
    "clinic/fr.po",
    "clinic/old/handouts.yaml",
    "shipped/content/LICENSE",
    "shipped/demo/handouts.yaml",
]


@pytest.mark.parametrize(("name", "seen"), [(n, True) for n in SEEN] + [(n, False) for n in UNSEEN])
def test_a_build_is_remembered_by_all_files_that_could_change_it(
    name: str, seen: bool, home: Path
) -> None:
    before = key(home)
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("one", "utf-8")
    one = key(home)
    path.write_text("two", "utf-8")
    two = key(home)
    path.write_text("one", "utf-8")
    os.utime(path, (1, 1))
    assert key(home) == one
    assert len({before, one, two}) == (3 if seen else 1)


def test_a_file_of_another_name_is_another(home: Path) -> None:
    before = key(home)
    (home / "clinic/content/leaflets/mine.yaml").rename(home / "clinic/content/leaflets/ours.yaml")
    assert key(home) != before


def test_neither_empty_folders_nor_the_order_of_the_disk_make_another_build(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, listed = key(home), Path.rglob
    (home / "clinic/templates/figures.yaml").mkdir()
    monkeypatch.setattr(Path, "rglob", lambda *at: reversed(list(listed(*at))))
    assert key(home) == before


def test_a_build_is_remembered_by_its_options_the_program_and_the_engine(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {key(home), key(home, "a4"), key(home, "letter"), key(home, "a4", "letter")}
    for name in ("drawing_versions", "program_fingerprint"):
        with monkeypatch.context() as patch:
            patch.setattr(incremental, name, lambda: "another")
            keys.add(key(home))
    assert len(keys) == 6


def test_a_link_that_leads_out_of_the_folder_is_known_by_where_it_leads(home: Path) -> None:
    """Nothing is read through it."""
    link, one, two = (home / n for n in ("clinic/content/a.yaml", "elsewhere/one", "elsewhere/two"))
    for path in (one, two):
        path.write_text("the same", "utf-8")
    link.symlink_to(one)
    before = key(home)
    one.write_text("something else", "utf-8")
    assert key(home) == before
    link.unlink()
    link.symlink_to(two)
    assert key(home) != before


def test_a_link_within_the_folder_is_known_by_what_it_leads_to(home: Path) -> None:
    target = home / "clinic/content/target.txt"
    target.write_text("one", "utf-8")
    (home / "clinic/content/a.yaml").symlink_to(target)
    before = key(home)
    target.write_text("two", "utf-8")
    assert key(home) != before


def _rewritten(path: Path, size: int, *, modified: int) -> None:
    """A file of that size with other words at its beginning, and a time."""
    begin = b"one" if not path.exists() or path.read_bytes()[:3] == b"two" else b"two"
    path.write_bytes(begin)
    os.truncate(path, size)
    os.utime(path, (modified, modified))


def test_a_file_that_is_too_large_to_be_read_is_known_by_its_size_and_time(home: Path) -> None:
    path, limit = home / "clinic/content/large.yaml", 5_000_000
    keys = []
    for size, modified in ((limit, 1), (limit, 1), (limit + 1, 1), (limit + 1, 1), (limit + 1, 2)):
        _rewritten(path, size, modified=modified)
        keys.append(key(home))
    assert keys[0] != keys[1], "a file of the largest size is read"
    assert keys[2] == keys[3], "a larger one is not"
    assert len(set(keys)) == 4


# How long a record holds ------------------------------------------------------------------------

FILE = FileRecord(
    "tiny.pdf",
    "0" * 64,
    4,
    "key of the shell",
    "key of the forms",
    {"qr-20x20mm": ["q", 1]},
    {"card": "Test Clinic"},
    {"primary": "#123456"},
    "Test Clinic",
    {"leaflet": "tiny-leaflet", "pages": 2},
)
RECORD = BuildRecord((FILE,), ({"code": "todo"},), {}, 15000, DAY, DUE)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(incremental, "pango_version", lambda: 15000)
    return Store(tmp_path / "store")


def test_a_record_comes_back_as_it_was_kept(store: Store) -> None:
    save(store, KEY, RECORD)
    assert load(store, KEY, DAY) == RECORD
    assert load(store, key_of("another build"), DAY) is None


DAYS = [
    (DAY - ONE_DAY, False),
    (DAY, True),
    (DAY + ONE_DAY, True),
    (DUE, True),
    (DUE + ONE_DAY, False),
]


@pytest.mark.parametrize(("day", "holds"), DAYS)
def test_a_record_holds_from_its_day_to_its_last(day: date, holds: bool, store: Store) -> None:
    save(store, KEY, RECORD)
    assert (load(store, KEY, day) is not None) == holds


PANGO = [(15000, True), (15001, False), (None, True)]


@pytest.mark.parametrize(("version", "holds"), PANGO)
def test_a_record_holds_for_the_library_that_set_the_lines(
    version: int | None, holds: bool, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is none, nothing could be set anew."""
    save(store, KEY, RECORD)
    monkeypatch.setattr(incremental, "pango_version", lambda: version)
    assert (load(store, KEY, DAY) is not None) == holds


def _changed(path: Path) -> None:
    path.write_bytes(b"LOGO")


def _pipe(path: Path) -> None:
    """Whoever read it would wait for ever."""
    path.unlink()
    os.mkfifo(path)


ASSETS: dict[str, tuple[Callable[[Path], object], bool]] = {
    "as it was": (Path.exists, True),
    "touched": (Path.touch, True),
    "changed": (_changed, False),
    "removed": (Path.unlink, False),
    "a pipe": (_pipe, False),
}


@pytest.mark.parametrize(("happens", "holds"), ASSETS.values(), ids=ASSETS)
def test_a_record_holds_while_the_logo_and_the_fonts_are_as_they_were(
    happens: Callable[[Path], object], holds: bool, store: Store, tmp_path: Path
) -> None:
    logo, font = tmp_path / "logo.svg", tmp_path / "font.ttf"
    logo.write_bytes(b"logo")
    font.write_bytes(b"font")
    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (font, logo))
    assets = asset_digests((font, logo), digests)
    save(store, KEY, replace(RECORD, assets=assets))
    happens(logo)
    assert (load(store, KEY, DAY) is not None) == holds


def test_each_asset_has_its_content() -> None:
    with pytest.raises(ValueError, match="argument"):
        asset_digests((Path("logo.svg"), Path("font.ttf")), ("digest",))


# Its last day -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Of a clinic whose leaflet is due on 22 November 2027."""
    return own_catalogue(make_tiny(tmp_path_factory.mktemp("clinic")))


def task(catalogue: Catalogue, *until: date | None) -> Task:
    """The leaflet in a clinic with sign-offs that end on these days."""
    approvals = tuple(
        Approval(
            leaflet="tiny-leaflet",
            language="en",
            region="GB",
            version="1.0",
            role="clinical",
            by="Dr A. Example",
            signed=DAY,
            until=day,
            digest="0" * 64,
        )
        for day in until
    )
    workspace = replace(catalogue.workspace, approvals=approvals)
    return Task(Request("tiny-leaflet", "en", "a4", DAY), replace(catalogue, workspace=workspace))


SPRING, SUMMER = date(2027, 3, 31), date(2027, 6, 30)
LAST_DAYS = [
    ("review", DAY, [], DUE),
    ("review-today", DUE, [], DUE),
    ("review-overdue", DUE + ONE_DAY, [], date.max),
    ("approval", DAY, [SPRING], SPRING),
    ("approval-without-end", DAY, [None], DUE),
    ("two-approvals", DAY, [SUMMER, None, SPRING], SPRING),
    ("approval-ends-today", SPRING, [SPRING, SUMMER], SPRING),
    ("approval-ended", SPRING + ONE_DAY, [SPRING, SUMMER], SUMMER),
    ("approval-after-review", DAY, [DUE + ONE_DAY], DUE),
]


@pytest.mark.parametrize(
    ("day", "until", "last"), [c[1:] for c in LAST_DAYS], ids=[c[0] for c in LAST_DAYS]
)
def test_a_build_holds_until_a_review_or_an_approval_ends(
    day: date, until: list[date | None], last: date, catalogue: Catalogue
) -> None:
    assert holds_until([task(catalogue, *until)], day) == last


def test_a_build_holds_until_the_day_before_a_sign_off_begins(catalogue: Catalogue) -> None:
    assert holds_until([task(catalogue, None)], DAY - 5 * ONE_DAY) == DAY - ONE_DAY


def test_the_first_of_all_tasks_counts(catalogue: Catalogue) -> None:
    tasks = [task(catalogue, SUMMER), task(catalogue, SPRING), task(catalogue)]
    assert holds_until(tasks, DAY) == SPRING
    assert holds_until([], DAY) == date.max


# The files of a record --------------------------------------------------------------------------


@pytest.fixture
def made(catalogue: Catalogue, tmp_path: Path) -> tuple[FileRecord, bytes, Store]:
    """A leaflet's record, its bytes, and the store that has what it takes."""
    store, work = Store(tmp_path / "shells"), task(catalogue)
    (file,), faults = render(work.document, work.layers, False, ("pdf",), None, store)
    assert not faults
    assert file.record
    return file.record, file.data, store


def test_a_file_is_made_again_from_the_store(made: tuple[FileRecord, bytes, Store]) -> None:
    record, data, store = made
    assert record.make(store) == data
    assert set(record.facts) > {"leaflet", "pages"}
    assert [area.partition("-")[0] for area in record.codes] == ["qr"]


@pytest.mark.parametrize("kept", ["shell", "forms", "nothing"])
def test_a_file_is_not_made_from_half_of_what_it_takes(
    kept: str, made: tuple[FileRecord, bytes, Store], tmp_path: Path
) -> None:
    record, _, store = made
    poorer = Store(tmp_path / "poorer")
    if kept != "nothing":
        entry = getattr(record, kept)
        poorer.put(entry, store.get(entry) or b"")
    assert record.make(poorer) is None


PRESENT: dict[str, tuple[Callable[[Path], object], bool]] = {
    "as it was made": (Path.exists, True),
    "longer": (lambda path: path.write_bytes(path.read_bytes() + b"x"), False),
    "of the same length": (lambda path: path.write_bytes(bytes(path.stat().st_size)), False),
    "removed": (Path.unlink, False),
}


@pytest.mark.parametrize(("happens", "current"), PRESENT.values(), ids=PRESENT)
def test_a_file_in_the_folder_is_known_by_its_bytes(
    happens: Callable[[Path], object],
    current: bool,
    made: tuple[FileRecord, bytes, Store],
    tmp_path: Path,
) -> None:
    record, data, _ = made
    (tmp_path / record.name).write_bytes(data)
    happens(tmp_path / record.name)
    assert record.is_in(tmp_path) is current


def test_a_link_in_the_folder_is_not_our_file(
    made: tuple[FileRecord, bytes, Store], tmp_path: Path
) -> None:
    """Somebody has put it there: our files are written anew, as files."""
    record, data, _ = made
    (tmp_path / "elsewhere.pdf").write_bytes(data)
    (tmp_path / record.name).symlink_to(tmp_path / "elsewhere.pdf")
    assert not record.is_in(tmp_path)


# All of it --------------------------------------------------------------------------------------


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clinic that keeps its builds in a store of its own."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    return make_tiny(tmp_path / "clinic")


def files_on(clinic: Path, day: date) -> tuple[list[str], dict[str, bytes]]:
    """What a build of the day says of its files, and what is in the folder then."""
    out = clinic.parent / "out"
    result = handouts("build", "tiny-leaflet", "--date", f"{day}", "-v", "-w", clinic, "-o", out)
    assert result.exit_code == 0, result.output
    return result.output.splitlines(), {p.name: p.read_bytes() for p in out.glob("*.pdf")}


PDF, DRAFT = "tiny-leaflet_en-GB_a4.pdf", "tiny-leaflet_en-GB_a4-DRAFT.pdf"


def test_a_remembered_build_ends_with_the_last_day_of_an_approval(clinic: Path) -> None:
    signed = ("--role", "clinical", "--by", "Dr A. Example", "--until", "2027-03-31")
    handouts("approve", "tiny-leaflet", *signed, "--date", "2026-11-22", "-w", clinic)
    for day in (DAY, SPRING):
        assert list(files_on(clinic, day)[1]) == [PDF]
    assert list(files_on(clinic, SPRING + ONE_DAY)[1]) == [DRAFT]


def test_a_remembered_build_is_not_taken_for_an_earlier_day(clinic: Path) -> None:
    """It tells that the review is overdue, which it was not yet."""
    early, late = DUE, DUE + ONE_DAY
    overdue = files_on(clinic, late)[1]
    assert files_on(clinic, early)[1] != overdue
    assert files_on(clinic, late)[1] == overdue
