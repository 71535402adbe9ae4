"""Every file of ``tests/cases/`` is wrong, and says beside each fault what the message must be.

The first line names the file's place in a clinic's folder. A comment below the fault, with a caret
below its first character, gives ``code: message | hint``; ``#< `` stands for the first column.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handouts.content.catalogue import read_catalogue
from handouts.content.layers import SHIPPED, Library
from handouts.content.workspace import open_workspace
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.review.rules import check_catalogue
from tests.world import TINY_KINDS, make_workspace

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))

OF_SHIPPED_NAMES = {
    "count-in-words",
    "critical-ref-left-out",
    "medicine-in-wording",
    "weak-critical-source",
    *("mixed-denominators", "misspelt-ref", "region-with-unknown-names", "region-without-a-number"),
    *("unknown-device-status", "unknown-kind", "unknown-region", "unknown-source"),
}
"""Cases that name what is shipped; to the others the tiny library is enough."""

_EXPECTED = re.compile(r"#(?:<|( *)\^) ([a-z0-9-]+): (.*)")

Found = tuple[int, int, str, str]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_fault_is_told_where_it_stands(case: Path, tmp_path: Path, library: Library) -> None:
    lines = case.read_text("utf-8").splitlines()
    name = lines[0].removeprefix("#! ")
    make_workspace(tmp_path, {"content/kinds.yaml": TINY_KINDS, name: case.read_bytes()})
    expected = list(_expected(lines))
    here = SHIPPED if case.stem in OF_SHIPPED_NAMES else library
    assert expected, "a case without an expectation proves nothing"
    assert sorted(_found(tmp_path, here, tmp_path / name)) == sorted(expected)


def _expected(lines: list[str]) -> list[Found]:
    found, fault = [], 0
    for number, line in enumerate(lines, start=1):
        if match := _EXPECTED.fullmatch(line):
            column = 1 if match[1] is None else len(match[1]) + 2
            found.append((fault, column, match[2], match[3]))
        else:
            fault = number
    return found


def _found(folder: Path, library: Library, file: Path) -> list[Found]:
    return [_told(d) for d in _diagnostics(folder, library) if d.place and d.place.file == file]


def _diagnostics(folder: Path, library: Library) -> list[Diagnostic]:
    try:
        return list(check_catalogue(read_catalogue(open_workspace(folder, library=library))))
    except HandoutsError as error:
        return list(error.diagnostics)


def _told(diagnostic: Diagnostic) -> Found:
    assert diagnostic.place
    hint = f" | {diagnostic.hint}" if diagnostic.hint else ""
    place = diagnostic.place
    return place.line, place.column, diagnostic.code, diagnostic.message + hint
