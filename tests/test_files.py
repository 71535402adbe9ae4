"""A file's digest: read once while it stays as it is, and again as soon as it could differ."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handouts import files
from handouts.files import MAX_DIGESTED, content_digest


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.j2"
    path.write_text("one")
    return path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read."""
    read, digest = list[str](), files._digest

    def note(path: str) -> str:
        read.append(path)
        return digest(path)

    monkeypatch.setattr(files, "_digest", note)
    return read


def digest_of(path: Path) -> str:
    return content_digest(str(path), path.stat())


def _other_words(path: Path) -> None:
    status = path.stat()
    path.write_text("two")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # as some programs do


def _another_file(path: Path) -> None:
    path.with_suffix(".new").write_text("two")
    path.with_suffix(".new").replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "other words with the same size and time": _other_words,
    "another file in its place": _another_file,
    "more words": lambda path: path.write_text("one more"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_is_read_again_when_it_has_changed(
    change: Callable[[Path], object], page: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SETTLED", 0)
    before = digest_of(page)
    assert (digest_of(page), len(opened)) == (before, 1)
    time.sleep(0.02)  # more than a step of the file system's clock
    change(page)
    assert digest_of(page) != before


def test_a_file_that_was_just_saved_is_read_each_time(page: Path, opened: list[str]) -> None:
    """It may be saved once more within the same step of the file system's clock."""
    status = page.stat()
    before = content_digest(str(page), status)
    page.write_text("two")
    assert content_digest(str(page), status) != before
    assert len(opened) == 2


def test_a_large_file_is_not_read(page: Path, opened: list[str]) -> None:
    os.truncate(page, MAX_DIGESTED + 1)
    before = digest_of(page)
    os.utime(page, ns=(0, 0))
    assert (digest_of(page) != before, opened) == (True, [])
