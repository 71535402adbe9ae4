"""A document's shell is found without composing its page, unless anything in it is new."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import handouts
from handouts.page.compose import compose_shell
from handouts.page.personal import Personal
from handouts.pdf import shell_names
from handouts.pdf.shell import SHELLS
from handouts.pdf.shells import get_or_render
from handouts.store import Store
from tests.world import RULED, make_tiny

DAY = date(2026, 11, 22)
SOMEBODY = Personal("Anna Example", None, None, DAY)
FILES = {
    "content/leaflets/tiny-leaflet.yaml": RULED,
    "templates/figures/note.svg.j2": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
}


class Desk:
    """A clinic whose leaflet is made again and again, and how often its page was composed."""

    def __init__(self, folder: Path, composed: list[int]) -> None:
        self.clinic, self._composed = make_tiny(folder / "clinic", FILES), composed
        self._store = Store(folder / "store")

    def composes(self, personal: Personal | None = None, on: date = DAY) -> bool:
        (task,) = handouts.open(self.clinic).plan(["tiny-leaflet"], on=on).tasks
        before = len(self._composed)
        get_or_render(task.document, task.layers, self._store, personal)
        return len(self._composed) > before


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    composed: list[int] = []

    def counted(*arguments: Any, **options: Any) -> object:
        composed.append(1)
        return compose_shell(*arguments, **options)

    monkeypatch.setattr("handouts.pdf.shells.compose_shell", counted)
    return Desk(tmp_path, composed)


def test_a_page_is_composed_once_in_any_process(desk: Desk) -> None:
    assert desk.composes()
    assert not desk.composes()
    shell_names.NAMES._recent.clear()
    SHELLS._recent.clear()
    assert not desk.composes()


CHANGES: dict[str, Callable[[Path], object]] = {
    "the text": lambda f: _change(f / "content/leaflets/tiny-leaflet.yaml", "A last", "One more"),
    "the clinic": lambda f: _change(f / "handouts.yaml", "0000", "0001"),
    "a template of its own": lambda f: _change(f / "templates/figures/note.svg.j2", "9 9", "9 8"),
    "a new template": lambda f: (f / "templates/figures/more.svg.j2").write_text("<svg/>"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_composed(change: Callable[[Path], object], desk: Desk) -> None:
    desk.composes()
    change(desk.clinic)
    assert desk.composes()


def test_a_file_with_the_same_size_and_time_is_read_again(desk: Desk) -> None:
    desk.composes()
    path = desk.clinic / "templates/figures/note.svg.j2"
    status = path.stat()
    _change(path, "9 9", "9 8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert desk.composes()


def test_the_day_counts_where_it_changes_the_page(desk: Desk) -> None:
    desk.composes()
    assert not desk.composes(on=date(2026, 11, 23))


def test_whom_a_copy_is_for_makes_no_difference_but_the_room_does(desk: Desk) -> None:
    desk.composes()
    assert desk.composes(SOMEBODY)
    assert not desk.composes(replace(SOMEBODY, name="Berta Example", clinician="Dr A"))
    assert desk.composes(replace(SOMEBODY, note="Every night."))  # on the ruled lines


def test_a_link_that_leads_back_up_ends(desk: Desk) -> None:
    (desk.clinic / "templates/figures/again").symlink_to(desk.clinic / "templates")
    assert desk.composes()
    assert not desk.composes()


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
