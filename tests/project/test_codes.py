"""The registry of codes: everything told is in it, everything in it is told, and tests tell it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import handouts
from handouts.codes import CODES

PROGRAM = Path(handouts.__file__).parent
TESTS = Path(__file__).parents[1]
TELLING = {"Diagnostic": 0, "MissingGlyphs": 0, "self._told": 1}
"""What makes a diagnostic, and which of its arguments is the code."""

OURSELVES = {"test_codes.py", "codes.py"}


def _trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        if path.name not in OURSELVES:
            yield path, ast.parse(path.read_text("utf-8"))


@cache  # and not at the start, which each worker makes
def _texts(folder: Path) -> frozenset[str]:
    """Every text that stands in the code of a folder."""
    nodes = (node for _, tree in _trees(folder) for node in ast.walk(tree))
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


IN_CASES = frozenset(
    code
    for case in (TESTS / "content" / "cases").glob("*.yaml")
    for code in re.findall(r"#(?:<| *\^) ([a-z0-9-]+): ", case.read_text("utf-8"))
)


def test_every_code_that_the_program_tells_is_registered() -> None:
    """Also those that no test has ever reached; the others are held at run time."""
    told = {
        (path.relative_to(PROGRAM).as_posix(), argument.value)
        for path, tree in _trees(PROGRAM)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in TELLING
        for argument in node.args[TELLING[ast.unparse(node.func)] :][:1]
        if isinstance(argument, ast.Constant)
    }
    assert len(told) > len(CODES) / 2
    assert not [(file, code) for file, code in told if code not in CODES]


@pytest.mark.parametrize("code", CODES)
def test_every_registered_code_is_told_by_the_program(code: str) -> None:
    assert code in _texts(PROGRAM)


@pytest.mark.parametrize("code", CODES)
def test_every_registered_code_is_named_by_a_test(code: str) -> None:
    """By itself, as in a table of cases, or as people read it: ``error[code]``."""
    texts = _texts(TESTS)
    named = code in texts or code in IN_CASES or any(f"[{code}]" in text for text in texts)
    assert named, f"No test or case provokes `{code}`"
