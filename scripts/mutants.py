"""Change the code in small ways, one at a time, and see which changes no test notices.

Each changed copy of a module, a mutant, is run against the tests of its module. One that passes
them all has survived: either a test is missing, or the change means nothing.
docs/explanation/mutants.md tells more, and keeps the score.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import gc
import multiprocessing
import os
import re
import shutil
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE, EQUIVALENT = ROOT / "docs" / "explanation" / "mutants.md", ROOT / "scripts" / "mutants.toml"
SCORE = "## The score"
"""The heading of the page from which on it is written by this program."""


@dataclass(frozen=True)
class Target:
    """A module, the tests that are to notice its changes, and its functions, if not all of them."""

    tests: tuple[str, ...]
    functions: tuple[str, ...] = ()


TARGETS = {
    "review/signoff": Target(
        (
            "review/test_standing.py",
            "review/test_signoff.py",
            "review/test_approving.py",
            "content/test_translated.py",
        )
    ),
    "review/verify": Target(
        ("review/test_sheets.py", "review/test_signoff.py", "review/test_verifying.py")
    ),
    "build/incremental": Target(("build/test_records.py", "build/test_cache.py")),
    "build/run": Target(("build/test_records.py",), ("holds_until",)),
    "build/plan": Target(
        ("build/test_plan.py", "review/test_signoff.py", "review/test_unfinished.py")
    ),
    "build/batch": Target(
        ("build/test_groups.py", "build/test_clinics.py", "content/test_translated_clinic.py")
    ),
    "build/groups": Target(("build/test_groups.py", "build/test_clinics.py")),
    "content/clinic_table": Target(("content/test_clinic_table.py", "build/test_clinics.py")),
    "page/personal": Target(("page/test_personal_layout.py", "page/test_personal.py")),
    "translation/languages": Target(("translation/test_languages.py",)),
    "translation/wording": Target(("translation/test_wording.py",)),
    "pdf/shells": Target(
        ("page/test_privacy.py", "pdf/test_shells.py", "build/test_clinics.py"),
        ("_shell_key", "imprint_data", "imprints_of_clinic", "_with_code", "filled_areas"),
    ),
    "pdf/drawings": Target(("pdf/test_drawings.py",), ("_Painter",)),
}
"""What is changed, and the tests that are run for it; quick ones first."""

HEAVY = [
    *("pytest", "weasyprint", "pydantic", "jinja2", "babel.dates", "PIL", "pikepdf", "pypdfium2"),
    *("click.testing", "yaml", "platformdirs", "filelock", "segno"),
]
"""Imported once, for all mutants. Nothing of ours may be among them."""

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "output", "dist", "pictures", "benchmarks")

# Changes ----------------------------------------------------------------------------------------

OPPOSITE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "NO_STORE": "store"}
UNWRAPPED = {"sorted", "strip", "rstrip", "lower", "upper"}
"""Calls that give back nearly what they were given."""

WORDING = {"message", "hint"}
"""Names of sentences for people: how they are worded is not for tests to hold fast."""

GUARDS = {"strict"}
"""Arguments that only watch over what cannot happen."""

LOOSE = (ast.BoolOp, ast.IfExp, ast.Compare, ast.BinOp, ast.NamedExpr, ast.GeneratorExp)
"""Expressions that need brackets where they take the place of another."""


def changes(node: ast.AST) -> Iterator[ast.AST | str]:
    """What may stand in a node's place."""
    change = CHANGES.get(type(node))
    return iter(()) if change is None else change(node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        ops = [*node.ops]
        ops[place] = _opposite(operator)
        yield ast.Compare(node.left, ops, node.comparators)


def _bool_op(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(_opposite(node.op), node.values)
    for rest in _each_left_out(node.values):
        yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


def _bin_op(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in OPPOSITE:
        yield ast.BinOp(node.left, _opposite(node.op), node.right)


def _unary_op(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool(truth):
            yield ast.Constant(not truth)
        case int(number):
            yield ast.Constant(number + 1)
        case str(words) if words:
            yield ast.Constant("")


def _name(node: ast.Name) -> Iterator[ast.AST]:
    if node.id in NAMES:
        yield ast.Name(NAMES[node.id])


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for keyword, rest in zip(node.keywords, _each_left_out(node.keywords), strict=True):
        if keyword.arg not in GUARDS:
            yield ast.Call(node.func, node.args, rest)
    if isinstance(node.func, ast.Attribute) and node.func.attr in UNWRAPPED:
        yield node.func.value
    elif isinstance(node.func, ast.Name) and node.func.id in UNWRAPPED:
        yield node.args[0]


def _if_exp(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


def _dict(node: ast.Dict) -> Iterator[ast.AST]:
    for pairs in _each_left_out(list(zip(node.keys, node.values, strict=True))):
        yield ast.Dict([key for key, _ in pairs], [value for _, value in pairs])


def _set(node: ast.Set) -> Iterator[ast.AST | str]:
    for rest in _each_left_out(node.elts):
        yield ast.Set(rest) if rest else "set()"


def _tuple(node: ast.Tuple) -> Iterator[ast.AST]:
    if all(isinstance(item, ast.Constant | ast.Starred) for item in node.elts):
        for rest in _each_left_out(node.elts):
            yield ast.Tuple(rest)


def _return(node: ast.Return) -> Iterator[str]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield "return None"


def _expr(node: ast.Expr) -> Iterator[str]:
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        yield "yield from ()"
    elif isinstance(node.value, ast.Call):
        yield "pass"


def _assign(node: ast.Assign) -> Iterator[str]:
    if isinstance(node.targets[0], ast.Attribute | ast.Subscript):
        yield "pass"


def _dropped(_: ast.AST) -> Iterator[str]:
    yield "pass"


CHANGES: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST | str]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.BinOp: _bin_op,
    ast.UnaryOp: _unary_op,
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Call: _call,
    ast.IfExp: _if_exp,
    ast.Dict: _dict,
    ast.Set: _set,
    ast.Tuple: _tuple,
    ast.Return: _return,
    ast.Expr: _expr,
    ast.Assign: _assign,
    ast.AugAssign: _dropped,
    ast.Raise: _dropped,
    ast.Continue: _dropped,
    ast.Break: _dropped,
}


def _opposite(operator: ast.AST) -> Any:
    return OPPOSITE[type(operator)]()


def _each_left_out(items: list[Any]) -> Iterator[list[Any]]:
    return (items[:place] + items[place + 1 :] for place in range(len(items)))


# Mutants ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """A module with one change; ``was`` and ``now`` are its lines there, in one each."""

    module: str
    function: str
    line: int
    was: str
    now: str
    source: bytes

    @property
    def name(self) -> tuple[str, ...]:
        """What it is known by when its line has moved."""
        return self.module, self.function, self.was, self.now

    def diff(self) -> str:
        """The change as people read it."""
        before = (ROOT / "handouts" / f"{self.module}.py").read_text("utf-8").splitlines()
        after = self.source.decode().splitlines()
        lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[3:]
        return "\n".join(f"    {line}" for line in lines)


class _Finder:
    """Finds the mutants of a module, from its first line to its last."""

    def __init__(self, module: str, source: bytes, functions: tuple[str, ...]) -> None:
        self._module, self._source, self._functions = module, source, functions
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def mutants(self) -> Iterator[Mutant]:
        yield from self._within(ast.parse(self._source), "")

    def _within(self, node: ast.AST, function: str) -> Iterator[Mutant]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
        wanted = not self._functions or function.partition(".")[0] in self._functions
        for other in changes(node) if wanted else ():
            yield self._mutant(node, function, other)
        if isinstance(node, ast.If) or (isinstance(node, ast.comprehension) and wanted):
            tests = [node.test] if isinstance(node, ast.If) else node.ifs
            answers = (False, True) if isinstance(node, ast.If) else (True,)
            for test in tests if wanted else ():
                for answer in answers:
                    yield self._mutant(test, function, ast.Constant(answer))
        for child in _parts(node):
            yield from self._within(child, function)

    def _mutant(self, node: Any, function: str, other: ast.AST | str) -> Mutant:
        new = other if isinstance(other, str) else ast.unparse(other)
        if isinstance(other, LOOSE):
            new = f"({new})"
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        first, last = self._starts[node.lineno - 1], self._starts[node.end_lineno]
        now = self._source[first:start] + new.encode() + self._source[end:last]
        was, one_line = (
            " ".join(part.decode().split()) for part in (self._source[first:last], now)
        )
        changed = self._source[:first] + now + self._source[last:]
        return Mutant(self._module, function, node.lineno, was, one_line, changed)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that a change may be in: no types, decorators and words for people."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Set | ast.Tuple):
        items = node.elts if isinstance(node, ast.Set | ast.Tuple) else []
        yield from (item for item in items if not isinstance(item, ast.Constant))
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in WORDING:
        return
    if isinstance(node, ast.keyword) and node.arg in WORDING | GUARDS:
        return
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        return
    skipped = {"annotation", "returns", "decorator_list", "bases", "keys"}
    for field, value in ast.iter_fields(node):
        if field not in skipped:
            values = value if isinstance(value, list) else [value]
            yield from (item for item in values if isinstance(item, ast.AST))


def mutants_of(module: str) -> list[Mutant]:
    """All mutants of a module, each of them Python."""
    source = (ROOT / "handouts" / f"{module}.py").read_bytes()
    found = {m.source: m for m in _Finder(module, source, TARGETS[module].functions).mutants()}
    for mutant in found.values():
        compile(mutant.source, module, "exec")
    return [mutant for mutant in found.values() if mutant.source != source]


# Running them -----------------------------------------------------------------------------------


class Runner:
    """Runs tests in copies of the tree, each in a process of its own with a time limit."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._limits: dict[str, float] = {}
        self._homes: SimpleQueue[Path] = SimpleQueue()
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(HEAVY)
        for number in range(jobs):
            home = folder / str(number)
            shutil.copytree(ROOT, home, ignore=LEFT_OUT)
            self._homes.put(home)

    def measure(self, module: str) -> None:
        """Run the tests of a module as it is: they have to pass, and tell how long they take."""
        home = self._homes.get()
        begin = time.monotonic()
        passes = self._passes(home, module, 900)
        self._limits[module] = 5 * (time.monotonic() - begin) + 30
        if not passes:
            print((home / "log.txt").read_text("utf-8"), file=sys.stderr)
            sys.exit(f"The tests of {module} fail without any change")
        self._homes.put(home)

    def survives(self, mutant: Mutant) -> bool:
        """Whether a mutant passes the tests of its module."""
        home = self._homes.get()
        path = home / "handouts" / f"{mutant.module}.py"
        original = path.read_bytes()
        try:
            self._write(path, mutant.source)
            return self._passes(home, mutant.module, self._limits[mutant.module])
        finally:
            self._write(path, original)
            self._homes.put(home)

    @staticmethod
    def _write(path: Path, source: bytes) -> None:
        # Compiled code goes by time and length, which may be those of the mutant before.
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()
        path.write_bytes(source)

    def _passes(self, home: Path, module: str, limit: float) -> bool:
        tests = [f"tests/{name}" for name in TARGETS[module].tests]
        process = self._context.Process(target=_run_tests, args=(home, module, tests))
        process.start()
        process.join(limit)
        with contextlib.suppress(ProcessLookupError):  # what it has started, too
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        shutil.rmtree(_temporary(home), ignore_errors=True)
        return process.exitcode == 0


def _temporary(home: Path) -> Path:
    return home.with_name(f"{home.name}-temporary")


def _run_tests(home: Path, module: str, tests: list[str]) -> None:
    """In a process of its own. Tests that noticed the mutant before go first."""
    os.setsid()
    os.chdir(home)
    os.environ["PYTHONPATH"] = str(home)
    sys.path.insert(0, str(home))
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    import pytest

    gc.set_threshold(50_000)  # a process that soon ends need not tidy up
    options = ["-x", "-q", "--tb=short", "--failed-first", f"--basetemp={_temporary(home)}"]
    options += ["-p", "no:hypothesispytest"]
    code = pytest.main([*options, "-o", f"cache_dir={home / 'memory' / module}", *tests])
    sys.stdout.flush()
    os._exit(int(code))


# What came of it --------------------------------------------------------------------------------

_SURVIVORS = "### Survivors"
_ROW = re.compile(r"^\| `(.+?)` \| (\d+) \| \d+ \| (\d+) \|", re.MULTILINE)


@dataclass(frozen=True)
class Counts:
    """How many mutants a module has, and how many of them the tests noticed."""

    total: int
    kills: int


def equivalent() -> dict[tuple[str, ...], str]:
    """Mutants that no test can notice, each with the reason."""
    entries = tomllib.loads(EQUIVALENT.read_text("utf-8"))["mutant"]
    return {(e["module"], e["in"], e["was"], e["now"]): e["why"] for e in entries}


def page(text: str, counted: Mapping[str, Counts], survivors: Iterable[Mutant]) -> str:
    """The page with the score of some modules or of all written anew."""
    reasons = equivalent()
    same = Counter(name[0] for name in reasons)
    rows = {name: Counts(int(total), int(kills)) for name, total, kills in _ROW.findall(text)}
    rows = {name: counted.get(name) or rows.get(name, Counts(0, 0)) for name in TARGETS}
    before = text.partition(_SURVIVORS)[2].partition("###")[0]
    left = [line for line in before.splitlines() if line.startswith("* ")]
    left = [line for line in left if line.split("`")[1] not in counted]
    left += [f"* {_told(mutant.name)}" for mutant in survivors]
    lines = [SCORE, "", "Written by `scripts/mutants --write`.", ""]
    lines += ["| module | mutants | equivalent | killed | score |", "|---|--:|--:|--:|--:|"]
    lines += [_row(f"`{name}`", row, same[name]) for name, row in rows.items()]
    whole = Counts(sum(r.total for r in rows.values()), sum(r.kills for r in rows.values()))
    lines += [_row("**in all**", whole, same.total())]
    lines += ["", _SURVIVORS, "", *(left or ["None."])]
    lines += ["", "### Equivalent mutants", "", "From `scripts/mutants.toml`.", ""]
    lines += [f"* {_told(name)}  \n  {why}" for name, why in reasons.items()]
    return text.partition(SCORE)[0] + "\n".join(lines) + "\n"


def _row(name: str, row: Counts, same: int) -> str:
    score = 100 * row.kills / max(1, row.total - same)
    return f"| {name} | {row.total} | {same} | {row.kills} | {score:.1f} % |"


def _told(name: tuple[str, ...]) -> str:
    module, function, was, now = name
    return f"`{module}`, {f'`{function}`' if function else 'above all'}: `{was}` → `{now}`"


def main(arguments: list[str] | None = None) -> int:
    """Run the mutants of some modules or of all; exit 1 where one survives."""
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/mutants")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(TARGETS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at a time")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th mutant")
    parser.add_argument("--list", action="store_true", help="list the mutants, run none")
    parser.add_argument("--write", action="store_true", help="write their score to the page")
    asked = parser.parse_args(arguments)
    modules = asked.modules or list(TARGETS)
    if unknown := set(modules) - TARGETS.keys():
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    if asked.write and asked.every > 1:
        parser.error("only the score of all mutants of a module is written")
    reasons = equivalent()
    every = {name: mutants_of(name) for name in modules}
    if stale := {n for n in reasons if n[0] in every} - {m.name for e in every.values() for m in e}:
        parser.error("scripts/mutants.toml names what is not there:\n" + _lines(stale))
    tried = [m for each in every.values() for m in each if m.name not in reasons][:: asked.every]
    if asked.list:
        print("\n".join(f"{m.module}.py:{m.line}\n{m.diff()}" for m in tried))
        return 0
    survivors = run(tried, modules, asked.jobs)
    for name in modules:
        mine = [mutant for mutant in tried if mutant.module == name]
        print(f"{name}: {_share(mine, survivors)}")
    print(f"in all: {_share(tried, survivors)}")
    if asked.write:
        counted = {
            name: Counts(
                len(every[name]), sum(m.module == name and m not in survivors for m in tried)
            )
            for name in modules
        }
        PAGE.write_text(page(PAGE.read_text("utf-8"), counted, survivors), "utf-8")
    return int(bool(survivors))


def run(mutants: list[Mutant], modules: Iterable[str], jobs: int) -> list[Mutant]:
    """Run mutants, and tell each that survives as soon as it is known."""
    survivors: list[Mutant] = []
    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as threads:
        runner = Runner(Path(folder), jobs)
        list(threads.map(runner.measure, modules))
        print(f"{len(mutants)} mutants", file=sys.stderr)
        for mutant, survived in zip(mutants, threads.map(runner.survives, mutants), strict=True):
            if survived:
                survivors.append(mutant)
                print(f"{mutant.module}.py:{mutant.line} survives\n{mutant.diff()}", flush=True)
    return survivors


def _lines(names: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(_told(name) for name in sorted(names))


def _share(mutants: list[Mutant], survivors: list[Mutant]) -> str:
    killed = sum(mutant not in survivors for mutant in mutants)
    return f"{killed} of {len(mutants)} killed, {100 * killed / max(1, len(mutants)):.1f} %"


if __name__ == "__main__":
    sys.exit(main())
