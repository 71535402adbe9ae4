"""The whole suite is run by ``pytest`` without arguments."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.conftest import THOROUGH

TESTS = Path(__file__).parents[1]


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    """By itself pytest passes over folders that are called ``build`` or ``dist``."""
    passed_over = pytestconfig.getini("norecursedirs")
    folders = {path.parent.name for path in TESTS.rglob("test_*.py")}
    assert "build" in folders
    assert not [name for name in folders for pattern in passed_over if fnmatch(name, pattern)]


@pytest.mark.parametrize("start", THOROUGH)
def test_what_takes_long_is_there(start: str) -> None:
    """A file or test of another name would run with the others again, and nobody would notice."""
    path, _, test = start.partition("::")
    name = test.partition("[")[0]
    assert (TESTS / path).exists()
    assert not test or f"def {name}" in (TESTS / path).read_text("utf-8")
