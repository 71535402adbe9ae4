"""The changes that `scripts/mutants` makes, without running any of them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def mutants() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "scripts" / "mutants.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


EXPRESSIONS = [
    ("a < b", ["(a <= b)"]),
    ("a is not b", ["(a is b)"]),
    ("a == b != c", ["(a != b != c)", "(a == b == c)"]),
    ("a and b", ["(a or b)", "b", "a"]),
    ("a or b or c", ["(a and b and c)", "(b or c)", "(a or c)", "(a or b)"]),
    ("not a", ["a"]),
    ("7", ["8"]),
    ("True", ["False"]),
    ("'words'", ["''"]),
    ("f'words {a}'", []),
    ("a + b", ["(a - b)"]),
    ("a if b else c", ["a", "c"]),
    ("sorted(a)", ["a"]),
    ("a.strip()", ["a"]),
    ("min(a)", ["max(a)"]),
    ("f(a, b=c, d=e)", ["f(a, d=e)", "f(a, b=c)"]),
    ("f(a, hint='words')", ["f(a)"]),
    ("f(a, NO_STORE)", ["f(a, store)"]),
    ("{'a': b, **c}", ["{**c}", "{'a': b}"]),
    ("{a, b}", ["{b}", "{a}"]),
    ("('a', 'b')", ["('b',)", "('a',)"]),
    ("[a for a in b if c]", ["[a for a in b if True]"]),
]


STATEMENTS = [
    ("f(a)", ["pass"]),
    ("message = 'words'", []),
    ("a: int | str = b", []),
    ("a.b = c", ["pass"]),
    ("a += b", ["pass"]),
    ("raise a", ["pass"]),
]


@pytest.mark.parametrize(("line", "changed"), EXPRESSIONS)
def test_an_expression_is_changed_in_each_of_its_ways(
    line: str, changed: list[str], mutants: ModuleType
) -> None:
    """Brackets keep what stands round it out of it."""
    found = mutants._Finder("module", f"x = {line}\n".encode(), ()).mutants()
    assert [mutant.now for mutant in found] == [f"x = {now}" for now in changed]


@pytest.mark.parametrize(("line", "changed"), STATEMENTS)
def test_a_statement_that_does_something_is_left_out(
    line: str, changed: list[str], mutants: ModuleType
) -> None:
    found = mutants._Finder("module", f"{line}\n".encode(), ()).mutants()
    assert [mutant.now for mutant in found] == changed


BRANCHES = """\
if a:
    return b
elif c:
    yield d
"""


def test_each_branch_is_left_out_and_each_way_out_closed(mutants: ModuleType) -> None:
    source = "def f():\n" + "".join(f"    {line}\n" for line in BRANCHES.splitlines())
    found = list(mutants._Finder("module", source.encode(), ()).mutants())
    assert [(mutant.line, mutant.function, mutant.was, mutant.now) for mutant in found] == [
        (2, "f", "if a:", "if False:"),
        (2, "f", "if a:", "if True:"),
        (3, "f", "return b", "return None"),
        (4, "f", "elif c:", "elif False:"),
        (4, "f", "elif c:", "elif True:"),
        (5, "f", "yield d", "yield from ()"),
    ]


def test_only_the_named_functions_are_changed(mutants: ModuleType) -> None:
    source = b"X = 1\ndef f():\n    g(1)\ndef h():\n    g(1)\n"
    found = mutants._Finder("module", source, ("h",)).mutants()
    assert {mutant.line for mutant in found} == {5}


def test_every_target_and_its_tests_are_there(mutants: ModuleType) -> None:
    for module, target in mutants.TARGETS.items():
        for test in target.tests:
            assert (ROOT / "tests" / test).is_file(), test
        found = mutants.mutants_of(module)
        assert found, module
        assert {mutant.function.partition(".")[0] for mutant in found} >= set(target.functions)


def test_every_equivalent_mutant_is_there_and_has_a_reason(mutants: ModuleType) -> None:
    """After a change of such a line, look at its entry in `scripts/mutants.toml` again."""
    names = {mutant.name for module in mutants.TARGETS for mutant in mutants.mutants_of(module)}
    for name, reason in mutants.equivalent().items():
        assert name in names, name
        assert reason
