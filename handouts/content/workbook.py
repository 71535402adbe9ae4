"""Excel workbooks, read with openpyxl if it is installed."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handouts.content.spreadsheet import AS_CSV, Cell, RawRow, cell_at, plain
from handouts.diagnostics import Diagnostic, HandoutsError, Place

MAX_UNPACKED = 50_000_000
"""Most bytes that a workbook may unpack to."""

MAX_CELLS = 200_000
"""Most cells of a sheet that are read, empty ones among them."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    SyntaxError,  # of XML
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
)
"""What the library raises for a file that is not what it says."""


def workbook_rows(path: Path, data: bytes, columns: frozenset[str]) -> Iterator[RawRow]:
    """The rows of the sheet whose head names some of the columns (see ``plain``), or of the first.

    HandoutsError if the workbook cannot be read, or several sheets do.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names, size = packed.namelist(), sum(part.file_size for part in packed.infolist())
    except _BROKEN:
        names, size = [], 0
    if "mimetype" in names:
        raise _fault(path, "not-a-table", "This is an OpenDocument file")
    if size > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED / 1e6:g} MB"
        raise _fault(path, "file-too-large", f"This workbook unpacks to more than {limit}")
    try:
        import openpyxl
    except ImportError:
        hint = f"{AS_CSV}, or install `handouts[excel]`"
        raise _fault(path, "not-a-table", "This is an Excel workbook", hint) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that do not concern the cells
            # Opened twice: for what cells show, and for whether that is a formula's last result.
            books = [
                openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=results)
                for results in (True, False)
            ]
            shown, written = (book.worksheets for book in books)
            for sheet in (*shown, *written):
                sheet.reset_dimensions()  # a program may state any
            tables = []
            for index, sheet in enumerate(shown):
                upper = sheet.iter_rows(max_row=20, values_only=True)
                head = next((row for row in upper if any(row)), ())
                if any(plain(str(value)) in columns for value in head):
                    tables.append(index)
            if len(tables) > 1:
                titles = ", ".join(f"`{shown[index].title}`" for index in tables)
                message = f"Several sheets are tables of clinics: {titles}"
                raise _fault(path, "not-a-table", message, "Put all clinics on one sheet")
            first = tables[0] if tables else 0
            rows = list(_rows(path, shown[first], written[first]))
    except _BROKEN as error:
        message = "This is an Excel workbook that cannot be read"
        raise _fault(path, "not-a-table", message) from error
    return iter(rows)


def _rows(path: Path, shown: Any, written: Any) -> Iterator[RawRow]:
    """A sheet's rows, from what its cells show and from what is written in them."""
    count = 0
    pairs = zip(shown.iter_rows(), written.iter_rows(), strict=True)
    for number, (values, sources) in enumerate(pairs, start=1):
        # Rows that the file leaves out come here as empty ones, so they count as well.
        count += 1 + len(values)
        if count > MAX_CELLS:
            message = f"This sheet has more than {MAX_CELLS:,} cells"
            raise _fault(path, "file-too-large", message, "Delete rows and columns without clinics")
        cells = []
        for column, (value, source) in enumerate(zip(values, sources, strict=True), start=1):
            place, result = Place(path, number, column), value.value
            if isinstance(result, float) and result.is_integer():
                result = int(result)  # some programs store every number with a fraction
            if result is None and source.value is None:
                cell = cell_at("", place, number, column)
            elif isinstance(result, str | int) and not isinstance(result, bool):
                # Excel's sign for the CR of a line break within a cell
                cell = cell_at(str(result).replace("_x000D_", ""), place, number, column)
            else:
                cell = cell_at(str(source.value), place, number, column)
                dated = "a date, a time or a fraction"
                what = "a formula without a result" if result is None else dated
                message = f"Cell {cell.name}: `{cell.text}` is {what}, not text"
                hint = "Format the cell as text, and type what should be printed"
                fault = Diagnostic("cell-value", message, place, hint)
                cell = Cell(cell.text, place, cell.name, (fault,))
            cells.append(cell)
        yield RawRow(number, Place(path, number), tuple(cells))


def _fault(path: Path, code: str, message: str, hint: str = AS_CSV) -> HandoutsError:
    return HandoutsError(Diagnostic(code, message, Place(path), hint))
