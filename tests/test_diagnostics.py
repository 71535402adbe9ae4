"""How readers word what they report."""

from __future__ import annotations

import pytest

from handouts.diagnostics import counted, near_miss, nearest

COUNTED = [
    (0, ("page",), "0 pages"),
    (1, ("page",), "1 page"),
    (2, ("page",), "2 pages"),
    (12_000, ("page",), "12,000 pages"),
    (1, ("entry", "entries"), "1 entry"),
    (2, ("entry", "entries"), "2 entries"),
]


@pytest.mark.parametrize(("number", "names", "words"), COUNTED)
def test_things_are_counted(number: int, names: tuple[str, ...], words: str) -> None:
    assert counted(number, *names) == words


NEAREST = {
    "misspelt": ("papper", ["paper", "edition"], "paper"),
    "in capitals": ("A4", ["a4", "letter"], "a4"),
    "like nothing": ("ink", ["paper", "edition"], None),
    "too long to be compared": ("a" * 201, ["a" * 201], None),
    "of nothing": ("paper", [], None),
}


@pytest.mark.parametrize(("name", "known", "meant"), NEAREST.values(), ids=NEAREST)
def test_the_nearest_name_is_meant(name: str, known: list[str], meant: str | None) -> None:
    assert nearest(name, known) == meant
    assert near_miss(name, known) == (meant and f"Did you mean `{meant}`?")
