"""A shell that would print a stand-in is refused, whatever the engine does; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handouts.pdf import internals
from handouts.pdf.render import _DRAWINGS
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

RISK = """\
      - type: risk
        title: How many got better?
        group: Of people like you
        time: in a year
        people: 60
        shares:
          - {count: 30, meaning: benefit, label: Better}
          - {count: 70, meaning: other, label: No better}
        certainty: We are fairly sure.
        sources: [SUN-BOOK]
      - type: key_points
"""
LEAFLET = TINY_LEAFLET.replace("      - type: key_points\n", RISK)
"""With a drawing in the brand's colours."""

Broken = Callable[[Callable[..., Any]], Callable[..., Any]]

BREAKS: dict[str, tuple[str, Broken]] = {
    "no area is found": ("one_row_pictures", lambda _: lambda *_: iter(())),
    "an area is not found": (
        "one_row_pictures",
        lambda real: lambda pdf: islice(real(pdf), 1, None),
    ),
    "no area has an alternative text": ("freed_texts", lambda _: lambda *_: iter(())),
    "an alternative text is of no area": (
        "freed_texts",
        lambda real: lambda pdf, prefix: [*real(pdf, prefix), ("card-9x9mm", 1)],
    ),
    "a colour has no object": (
        "add_palettes",
        lambda real: lambda pdf, colours: real(pdf, sorted(colours)[1:]),
    ),
    "colours are set in numbers": (
        "with_named_colours",
        lambda _: lambda commands, _: list(commands),
    ),
    "streams are not found": ("painted_streams", lambda _: lambda *_: iter(())),
    "the author is not in the metadata": (
        "file_facts",
        lambda real: lambda pdf: replace(real(pdf), packet="<nothing/>"),
    ),
}


@pytest.fixture(autouse=True)
def _without_drawings_of_before() -> Iterator[None]:
    """Drawings are painted anew, and none of a broken engine is used again."""
    _forget_drawings()
    yield
    _forget_drawings()


@pytest.mark.parametrize(("name", "broken"), BREAKS.values(), ids=BREAKS)
def test_it_is_refused_and_not_kept(
    name: str, broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/tiny-leaflet.yaml": LEAFLET})
    with monkeypatch.context() as engine:
        engine.setattr(internals, name, broken(getattr(internals, name)))
        assert _built(clinic) == (2, ["engine-mismatch"], [])
    _forget_drawings()
    assert _built(clinic) == (0, [], ["tiny-leaflet_en-GB_a4-DRAFT.pdf"])


def test_a_page_whose_commands_are_not_known_as_such_is_looked_through_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine marks them by a matrix; the guard must not rest on what it guards."""
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/tiny-leaflet.yaml": LEAFLET})

    def marked(item: object, name: str) -> bool:
        return name != "ctm" and hasattr(item, name)

    monkeypatch.setattr(internals, "hasattr", marked, raising=False)
    assert _built(clinic) == (2, ["engine-mismatch"], [])


def test_a_drawing_whose_colours_are_set_in_numbers_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawings are painted apart, and compressed before the page is looked through."""
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/tiny-leaflet.yaml": LEAFLET})
    monkeypatch.setenv("HANDOUTS_CACHE", str(tmp_path / "store"))
    unnamed = {"with_named_colours": lambda commands, _: list(commands)}
    monkeypatch.setattr(
        "handouts.pdf.drawings.internals", SimpleNamespace(**{**vars(internals), **unnamed})
    )
    assert _built(clinic) == (2, ["engine-mismatch"], [])


def _forget_drawings() -> None:
    _DRAWINGS._pictures.clear()
    _DRAWINGS._forms.clear()


def _built(clinic: Path) -> tuple[int, list[str], list[str]]:
    """How a build ends, what it tells, and the leaflets that it has written."""
    out = clinic.parent / "out"
    result = handouts("build", "tiny-leaflet", "--json", "-w", clinic, "-o", out)
    told = [d["code"] for d in json.loads(result.stdout)["diagnostics"]]
    return result.exit_code, told, sorted(path.name for path in out.glob("*.pdf"))
