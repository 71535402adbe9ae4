"""Tables as spreadsheet programs save them: CSV with any separator, or an Excel workbook.

The first row that is not empty names the columns. Empty rows and columns do not count. Each fault
is told with its cell, and stops no other row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from handouts.content.characters import spoilt, unprintable
from handouts.content.yaml import decode
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity, choices, counted
from handouts.files import read_bytes

MAX_BYTES = 5_000_000
SEPARATORS = (",", ";", "\t", "|")

AS_CSV = "In the spreadsheet program, save it as “CSV UTF-8”"

_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])', re.IGNORECASE)
"""What Excel writes, and reads, before a table."""

_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel, or one with a password",
    b"<": "an HTML or XML file, not a table",
    b"%PDF": "a PDF, not a table",
    b"{\\rtf": "a Word file, not a table",
}
"""What other files begin with."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_ERROR_VALUE = re.compile(r"#(?:REF|N/A|NAME|VALUE|DIV/0|NULL|NUM|SPILL|CALC|FIELD)[!?]?|#{4,}")


@dataclass(frozen=True)
class Cell:
    """A cell's text, without spaces at its ends, and its place. ``name`` is such as ``C3``."""

    text: str
    place: Place
    name: str
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row's cells that are not empty, by column, and all problems with them."""

    cells: Mapping[str, Cell]
    place: Place
    number: int
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class RawRow:
    """A row as it stands in the file, or why it cannot be read."""

    number: int
    place: Place
    cells: tuple[Cell, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


def read_table(path: Path, columns: Collection[str], required: Collection[str]) -> list[Row]:
    """The rows of a table whose head names some of the columns, and all that are required.

    HandoutsError if the file is no table, or for all faults of its head.
    """
    data = read_bytes(path, MAX_BYTES, "Split the table")
    other = next((what for start, what in _OTHER_FILES.items() if data.startswith(start)), None)
    if other:
        raise HandoutsError(Diagnostic("not-a-table", f"This is {other}", Place(path), AS_CSV))
    if data.startswith(b"PK\x03\x04"):  # a ZIP file, which any newer workbook is
        from handouts.content.workbook import workbook_rows

        rows = workbook_rows(path, data, frozenset(map(plain, columns)))
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls Unicode text
        # What is no character becomes U+FFFD, which is told with the cell that it stands in.
        rows = _csv_rows(path, data.decode("utf-16", errors="replace"), columns)
    else:
        try:
            text = decode(path, data)
        except HandoutsError as error:
            raise HandoutsError(*(replace(d, hint=AS_CSV) for d in error.diagnostics)) from error
        rows = _csv_rows(path, text, columns)

    raw = (row for row in rows if row.faults or any(cell.text for cell in row.cells))
    head = next(raw, None)
    if head is None:
        return []
    names = _head(head, columns, required)
    return [_named(row, names) for row in raw]


def column_letters(number: int) -> str:
    """The letters of a column: A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_at(text: str, place: Place, row: int, column: int) -> Cell:
    """A cell with the faults of its text."""
    name = f"{column_letters(column)}{row}"
    text = text.strip()
    if not text:
        return Cell("", place, name)
    faults = []
    for flaws, severity in ((unprintable, Severity.ERROR), (spoilt, Severity.WARNING)):
        for flaw in flaws(text):
            message = f"Cell {name}: {flaw.message[0].lower()}{flaw.message[1:]}"
            faults.append(Diagnostic(flaw.code, message, place, flaw.hint, severity))
    if _ERROR_VALUE.fullmatch(text):
        message = f"Cell {name}: `{text}` is an error of the spreadsheet program"
        faults.append(Diagnostic("cell-value", message, place, "Correct the formula, or type it"))
    return Cell(text, place, name, tuple(faults))


# The head ---------------------------------------------------------------------------------------


def _head(row: RawRow, columns: Collection[str], required: Collection[str]) -> list[str | None]:
    """The column of each cell; None for a cell without a name."""
    if row.faults:
        raise HandoutsError(*row.faults)
    known = {plain(name): name for name in columns}
    # `#REF!` and its like, which are faults, name no column that a clinic keeps for itself.
    names = [
        _KEPT if cell.text.startswith(_KEPT) and not cell.faults else known.get(plain(cell.text))
        for cell in row.cells
    ]
    if not set(names) & set(columns):
        message = "The first row does not name the columns"
        raise HandoutsError(Diagnostic("unknown-column", message, row.place, choices(columns)))
    faults = []
    for index, (cell, name) in enumerate(zip(row.cells, names, strict=True)):
        if cell.text and not name:
            # Only for one slip of the keyboard: `Notes` must not become a `notice` on leaflets.
            meant = next((name for name in columns if _one_slip(plain(cell.text), name)), None)
            others = "Remove the column, or begin its name with `#` to keep it for yourselves"
            hint = f"Did you mean `{meant}`?" if meant else f"{others}. {choices(columns)}"
            message = f"Unknown column `{cell.text}`"
            faults.append(Diagnostic("unknown-column", message, cell.place, hint))
        elif name in names[:index] and name and name != _KEPT:
            message = f"Two columns are named `{name}`"
            faults.append(Diagnostic("duplicate-column", message, cell.place, "Keep one of them"))
    missing = (name for name in required if name not in names)
    faults += [
        Diagnostic(
            "missing-key", f"There is no column `{name}`", row.place, f"Add a column `{name}`"
        )
        for name in missing
        if not faults  # a misspelt one may be meant
    ]
    if faults:
        raise HandoutsError(*faults)
    return names


_KEPT = "#"
"""What a column's name begins with that a clinic keeps for itself; it is not read."""


def _one_slip(written: str, meant: str) -> bool:
    """Whether a letter is missing, added or another, or two are swapped."""
    both = list(zip(written, meant, strict=False))
    at = next((index for index, (a, b) in enumerate(both) if a != b), len(both))
    one, two = written[at:], meant[at:]
    # In this order: another letter, one added, one missing, two swapped.
    return one[1:] == two[1:] or one[1:] == two or one == two[1:] or one[1::-1] + one[2:] == two


def plain(name: str) -> str:
    """A column's name without capitals, spaces and hyphens."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _named(row: RawRow, names: list[str | None]) -> Row:
    filled = {
        index: cell
        for index, cell in enumerate(row.cells)
        if (cell.text or cell.faults) and names[index : index + 1] != [_KEPT]
    }
    faults = [*row.faults, *(fault for cell in filled.values() for fault in cell.faults)]
    width = max(index for index, name in enumerate(names, start=1) if name)
    last = max(filled, default=0) + 1
    if last > width:
        message = f"Row {row.number} has {counted(last, 'cell')}, "
        message += f"but the table has {counted(width, 'column')}"
        hint = "Put a text that contains the separator, such as a comma, in double quotes"
        faults.append(Diagnostic("row-width", message, filled[last - 1].place, hint))
    for index, cell in filled.items():
        if index < width and not names[index]:
            message = f"Cell {cell.name}: its column has no name"
            hint = "Name the column in the first row, or empty it"
            faults.append(Diagnostic("unknown-column", message, cell.place, hint))
    cells = {name: filled[i] for i, name in enumerate(names) if name and i in filled}
    return Row(cells, row.place, row.number, tuple(faults))


# CSV --------------------------------------------------------------------------------------------


def _csv_rows(path: Path, text: str, columns: Collection[str]) -> Iterator[RawRow]:
    csv.field_size_limit(MAX_BYTES)  # a long text is told by its cell, like any other fault
    lines = io.StringIO(text, newline="").readlines()
    declared = _SEPARATOR_LINE.match(lines[0]) if lines else None
    at = 1 if declared else 0
    # Else the one with which the first line that is not empty names the most columns.
    head = next((line for line in lines if line.strip(' "\r\n' + "".join(SEPARATORS))), "")
    known = set(map(plain, columns))
    likely = max(SEPARATORS, key=lambda each: sum(plain(c) in known for c in head.split(each)))
    separator = declared[1] if declared else likely
    while at < len(lines):
        start = at  # a new reader after each line that is given up
        reader = csv.reader(
            (lines[i] for i in range(start, len(lines))), delimiter=separator, strict=True
        )
        try:
            for cells in reader:
                end = start + reader.line_num
                if cells:  # none on a blank line
                    yield _csv_row(path, "".join(lines[at:end]), at + 1, cells)
                at = end
        except csv.Error:
            # Only this line is given up: where a quote is missing, the rest would be one cell.
            place = Place(path, at + 1, max(1, lines[at].find('"') + 1))
            message = f"Row {at + 1}: a double quote does not end or stands within a text"
            hint = "Write a double quote within a text twice, and the whole text in double quotes"
            fault = Diagnostic("row-quotes", message, place, hint)
            yield RawRow(at + 1, place, faults=(fault,))
            at += 1


def _csv_row(path: Path, raw: str, number: int, texts: list[str]) -> RawRow:
    cells, at, line, line_start = [], 0, number, 0
    for column, text in enumerate(texts, start=1):
        # The two around the text, and the second of each pair within it.
        quotes = 2 + text.count('"') if raw.startswith('"', at) else 0
        before = at - line_start + (1 if quotes else 0) + len(text) - len(text.lstrip(" \t"))
        place = Place(path, line, before + 1, max(1, len(text.strip())))
        cells.append(cell_at(text, place, number, column))
        end = at + len(text) + quotes + 1  # with the separator
        for found in _LINE_BREAK.finditer(raw, at, end):
            line, line_start = line + 1, found.end()
        at = end
    return RawRow(number, Place(path, number), tuple(cells))
