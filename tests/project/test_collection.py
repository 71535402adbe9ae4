"""The whole suite is run by ``pytest`` without arguments."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    """By itself pytest passes over folders that are called ``build`` or ``dist``."""
    passed_over = pytestconfig.getini("norecursedirs")
    folders = {path.parent.name for path in TESTS.rglob("test_*.py")}
    assert "build" in folders
    assert not [name for name in folders for pattern in passed_over if fnmatch(name, pattern)]
