"""Tables of clinics as spreadsheet programs save them, and as people type them.

What can be read is read; the rest is told by cell, with what to do in the spreadsheet program.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from handouts.content.clinic_table import read_clinics
from handouts.content.layers import Library
from handouts.content.workspace import Workspace, open_workspace
from handouts.diagnostics import Diagnostic, HandoutsError, collect
from handouts.model.clinic import Clinic, Hours
from tests.world import make_workspace

HEAD = "id,name,phone,email,address,hours\n"
ROW = "north,North,999,,,\n"


@pytest.fixture
def base(tmp_path: Path, library: Library) -> Workspace:
    return open_workspace(make_workspace(tmp_path / "base"), library=library)


class Table:
    """A table, read: its clinics, what is told, and what those that are not read are called."""

    def __init__(self, folder: Path, data: str | bytes, base: Workspace) -> None:
        path = folder / "clinics.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        found, told = collect(read_clinics(path, base, None))
        self.folders = [one.folder for one in found.read]
        self.clinics: list[Clinic] = [
            one.catalogue.workspace.settings.model.clinic for one in found.read
        ]
        self.unreadable, self.told = list(found.unreadable), list(told)


READ = {
    "commas": "id,name,phone\nnorth,North,999\n",
    "semicolons": "id;name;phone\nnorth;North;999\n",
    "tabs": "id\tname\tphone\nnorth\tNorth\t999\n",
    "bars": "id|name|phone\nnorth|North|999\n",
    "a declared separator": "sep=;\nid;name;phone\nnorth;North;999\n",
    "a declared separator, quoted": '"sep=|"\r\nid|name|phone\r\nnorth|North|999\r\n',
    "capitals": "ID,Name,PHONE\nnorth,North,999\n",
    "capitals and blanks": " Id , Name , Phone ,E-Mail\nnorth , North , 999,\n",
    "quotes": '"id","name","phone"\n"north","North","999"\n',
    "a byte order mark": "\ufeffid,name,phone\nnorth,North,999\n",
    "a byte order mark before quotes": '\ufeff"id","name","phone"\n"north","North","999"\n',
    "empty columns": "id,name,phone,,,\nnorth,North,999,,,\n",
    "an empty column at the left": ",id,name,phone\n,north,North,999\n",
    "an empty column between": "id,,name,phone\nnorth,,North,999\n",
    "columns kept for oneself": "id,#Notes,name,phone,# phone\nnorth,#REF!,North,999,call Ann\n",
    "empty rows": "\n,,\nid,name,phone\n\n,,\nnorth,North,999\n,,\n\n",
    "empty cells at the end": "id,name,phone\nnorth,North,999,,,\n",
    "cells left out at the end": "id,name,phone,email,address\nnorth,North,999\n",
    "no line break at the end": "id,name,phone\nnorth,North,999",
    "line ends of Windows": "id,name,phone\r\nnorth,North,999\r\n",
    "line ends of an old Mac": "id,name,phone\rnorth,North,999\r",
    "no ids": "name;phone\nNorth;999\n",
    "columns in another order": "phone,id,name\n999,north,North\n",
    "UTF-16": "id\tname\tphone\r\nnorth\tNorth\t999\r\n".encode("utf-16"),
}


@pytest.mark.parametrize("data", READ.values(), ids=READ)
def test_what_can_be_read_is_read(data: str | bytes, base: Workspace, tmp_path: Path) -> None:
    table = Table(tmp_path, data, base)
    assert (table.folders, table.told) == (["north"], [])
    assert table.clinics == [Clinic(name="North", phone="999")]


LINES = {
    "semicolons": '"1 Road; Town","Mon=9-5; Sat=9-1"',
    "line breaks within the cell": '"1 Road\nTown","Mon=9-5\nSat=9-1"',
    "line breaks of Windows": '"1 Road\r\nTown\r\n","Mon=9-5\r\nSat=9-1"',
    "both": '"1 Road;\nTown","Mon = 9-5 ;\nSat = 9-1;"',
}


@pytest.mark.parametrize("cells", LINES.values(), ids=LINES)
def test_an_address_and_hours_may_have_lines(cells: str, base: Workspace, tmp_path: Path) -> None:
    (clinic,) = Table(tmp_path, HEAD + f"north,North,999,,{cells}\n", base).clinics
    assert clinic.address == ("1 Road", "Town")
    assert clinic.hours == (Hours(days="Mon", time="9-5"), Hours(days="Sat", time="9-1"))


def test_a_line_break_in_a_name_is_a_space(base: Workspace, tmp_path: Path) -> None:
    (clinic,) = Table(tmp_path, HEAD + 'north,"North\r\nClinic",999,,,\n', base).clinics
    assert clinic.name == "North Clinic"


FAULTY = {
    "a comma without quotes": (
        "bad,Bad,999,,12 Walk, London",
        "row-width",
        (2, 23),
        "Row 2 has 6 cells, but the table has 5 columns",
        "Put a text that contains the separator, such as a comma, in double quotes",
    ),
    "cells that have moved": (
        "bad,Smith, Jones & Co,999,",
        "phone-number",
        (2, 12),
        "Cell C2: `Jones & Co` is not a telephone number",
        "Write the number that patients call: it is printed on every leaflet",
    ),
    "an e-mail address elsewhere": (
        "bad,Bad,999,1 Road,a@b.example",
        "wrong-form",
        (2, 13),
        "Cell D2: `1 Road` is not an e-mail address",
        "Leave it out if there is none",
    ),
    "no name": ("bad,,999", "missing-key", (2, 1), "Row 2: The key", "Fill in its column"),
    "no number": ("bad,Bad,", "missing-key", (2, 1), "Row 2: The key", "Fill in its column"),
    "a rounded number": (
        "bad,Bad,4.42E+11",
        "phone-number",
        (2, 9),
        "Cell C2: `4.42E+11` is not a telephone number",
        "A spreadsheet has changed it: format its cells as text, and type the number again",
    ),
    "a lost zero": (
        "bad,Bad,2079460142",
        "phone-number",
        (2, 9),
        "Cell C2: `2079460142` has lost the first digit of `020 7946 0142`",
        "Write `020 7946 0142`; in a spreadsheet, format the cells as text first",
    ),
    "an error of a formula": (
        "bad,#REF!,999",
        "cell-value",
        (2, 5),
        "Cell B2: `#REF!` is an error of the spreadsheet program",
        "Correct the formula, or type it",
    ),
    "an invisible character": (
        "bad,Bad\u200b,999",
        "control-character",
        (2, 5),
        "Cell B2: the invisible character U+200B cannot be printed",
        "Remove it",
    ),
    "another direction": (
        "bad,Bad,\u202d999",
        "control-character",
        (2, 9),
        "Cell C2: the invisible character U+202D cannot be printed",
        "Remove it",
    ),
    "NUL": (
        "bad,B\0ad,999",
        "control-character",
        (2, 5),
        "Cell B2: the invisible character U+0000 cannot be printed",
        "Save the file as UTF-8",
    ),
    "a long text": (
        f"bad,{'x' * 200_000},999",
        "too-long",
        (2, 5),
        "Cell B2: `name` must be at most 70 characters long",
        "Shorten it",
    ),
    "a quote that does not end": (
        'bad,"Bad,999',
        "row-quotes",
        (2, 5),
        "Row 2: a double quote does not end or stands within a text",
        "Write a double quote within a text twice, and the whole text in double quotes",
    ),
    "a quote within a text": (
        'bad,"The "Bad" Clinic",999',
        "row-quotes",
        (2, 5),
        "Row 2: a double quote does not end or stands within a text",
        "Write a double quote within a text twice, and the whole text in double quotes",
    ),
    "too many lines": (
        "bad,Bad,999,,a;b;c;d;e",
        "wrong-length",
        (2, 14),
        "Cell E2: `address` must have at most 4 entries, but has 5",
        "Part at most four lines with `;` or line breaks",
    ),
}


@pytest.mark.parametrize(("row", "code", "place", "message", "hint"), FAULTY.values(), ids=FAULTY)
def test_a_row_with_a_fault_is_told_by_its_cell_and_stops_no_other(
    row: str,
    code: str,
    place: tuple[int, int],
    message: str,
    hint: str | None,
    base: Workspace,
    tmp_path: Path,
) -> None:
    head = "id,name,phone,email,address\n"
    table = Table(tmp_path, f"{head}{row}\n{ROW}", base)
    assert table.folders == ["north"]
    assert table.unreadable == ["bad" if code != "row-quotes" else "row 2"]
    told = next(d for d in table.told if d.code == code)
    assert told.place
    assert (told.place.line, told.place.column) == place
    assert told.message.startswith(message)
    assert told.hint == hint


@pytest.mark.parametrize("hours", ["Mon-Fri 9-5", "Mon=9-5; Sat 9-1", "daily"])
def test_hours_without_their_sign_are_told_with_the_form(
    hours: str, base: Workspace, tmp_path: Path
) -> None:
    (told,) = Table(tmp_path, HEAD + f"north,North,999,,,{hours}\n", base).told
    assert told.message.endswith("has no `=` between days and times")
    assert told.hint == "Write at most four lines such as `Mon-Fri=9-5; Sat=9-1`"


def test_text_that_came_spoilt_is_told_and_made(base: Workspace, tmp_path: Path) -> None:
    table = Table(tmp_path, HEAD + "north,MÃ¼ller &amp; Co,999,,,\n", base)
    assert table.folders == ["north"]
    assert [(d.code, d.severity) for d in table.told] == [
        ("mojibake", "warning"),
        ("html-entity", "warning"),
    ]
    assert table.told[0].message.startswith("Cell B2: ")


def test_all_faults_of_a_row_are_told_at_once(base: Workspace, tmp_path: Path) -> None:
    table = Table(tmp_path, HEAD + "No Rth,,tbc,x,,Mon\n", base)
    assert [d.code for d in table.told] == ["clinic-id", "wrong-form"]


HEADS = {
    "a misspelt column": ("id,nmae,phone", ["Unknown column `nmae`"], "Did you mean `name`?"),
    "two columns of one name": (
        "id,name,phone,Phone",
        ["Two columns are named `phone`"],
        "Keep one of them",
    ),
    "a column that is missing": (
        "id,name",
        ["There is no column `phone`"],
        "Add a column `phone`",
    ),
    "no head": (
        "north,North,999",
        ["The first row does not name the columns"],
        "Use one of: `accent`",
    ),
    "two faults": ("id,name,phone,xx,yy", ["Unknown column `xx`", "Unknown column `yy`"], "Remove"),
}


@pytest.mark.parametrize(("head", "messages", "hint"), HEADS.values(), ids=HEADS)
def test_a_head_is_told_with_all_its_faults(
    head: str, messages: list[str], hint: str, base: Workspace, tmp_path: Path
) -> None:
    told = refused(f"{head}\nnorth,North,999\n", base, tmp_path)
    assert {d.code for d in told} <= {"unknown-column", "duplicate-column", "missing-key"}
    assert [d.message for d in told] == messages
    assert str(told[0].hint).startswith(hint)


def test_text_in_a_column_without_a_name_is_told(base: Workspace, tmp_path: Path) -> None:
    table = Table(tmp_path, "id,,name,phone\nbad,here,Bad,999\nnorth,,North,999\n", base)
    assert (table.folders, table.unreadable) == (["north"], ["bad"])
    assert [d.message for d in table.told] == ["Cell B2: its column has no name"]


OTHERS = {
    "an old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of an old Excel"),
    "HTML": (b"<html><table></table></html>", "an HTML or XML file"),
    "a PDF": (b"%PDF-1.7", "a PDF"),
    "Windows-1252": ("id,name,phone\nn,M\xfcller,999\n".encode("cp1252"), "not UTF-8 text"),
    "a broken workbook": (b"PK\x03\x04 and nothing", "an Excel workbook that cannot be read"),
}


@pytest.mark.parametrize(("data", "message"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_table_is_told_with_what_to_save(
    data: bytes, message: str, base: Workspace, tmp_path: Path
) -> None:
    (told,) = refused(data, base, tmp_path)
    assert told.code in ("not-a-table", "not-utf8")
    assert message in told.message
    assert told.hint == "In the spreadsheet program, save it as “CSV UTF-8”"


def refused(data: str | bytes, base: Workspace, folder: Path) -> list[Diagnostic]:
    with pytest.raises(HandoutsError) as told:
        Table(folder, data, base)
    return list(told.value.diagnostics)


# Workbooks --------------------------------------------------------------------------------------


def workbook(*rows: tuple[Any, ...], **sheets: list[tuple[Any, ...]]) -> bytes:
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    for row in rows:
        first.append(row)
    for title, others in sheets.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


NAMES = ("Id", "Name", "Phone", "Address")


def test_a_workbook_is_read_as_it_is(base: Workspace, tmp_path: Path) -> None:
    data = workbook((), NAMES, ("north", "Dr O’Neill & Søn", "0161 496 0777", "1 Road\nTown"), ())
    table = Table(tmp_path, data, base)
    assert (table.folders, table.told) == (["north"], [])
    assert table.clinics == [
        Clinic(name="Dr O’Neill & Søn", phone="0161 496 0777", address=("1 Road", "Town"))
    ]


def test_other_sheets_do_not_matter_unless_they_are_tables_too(
    base: Workspace, tmp_path: Path
) -> None:
    clinics = [NAMES, ("north", "North", "999", None)]
    notes = [("Notes",), ("Ask Ann",)]
    assert Table(tmp_path, workbook(*notes, clinics=clinics), base).folders == ["north"]
    (told,) = refused(workbook(*clinics, more=clinics), base, tmp_path)
    assert told.message == "Several sheets are tables of clinics: `Sheet`, `more`"


CELLS = {
    "a number": (999, "999", None),
    "a number with a fraction of nothing": (999.0, "999", None),
    "a number that lost its zero": (
        2079460142,
        None,
        "Cell C2: `2079460142` has lost the first digit of `020 7946 0142`",
    ),
    "a fraction": (99.5, None, "Cell C2: `99.5` is a date, a time or a fraction, not text"),
    "a truth": (True, None, "Cell C2: `True` is a date, a time or a fraction, not text"),
    "a formula without a result": (
        '="9"&"99"',
        None,
        'Cell C2: `="9"&"99"` is a formula without a result, not text',
    ),
    "an error": ("#REF!", None, "Cell C2: `#REF!` is an error of the spreadsheet program"),
}


@pytest.mark.parametrize(("value", "phone", "message"), CELLS.values(), ids=CELLS)
def test_a_cell_is_text_or_is_told(
    value: Any, phone: str | None, message: str | None, base: Workspace, tmp_path: Path
) -> None:
    table = Table(tmp_path, workbook(NAMES, ("north", "North", value)), base)
    assert [clinic.phone for clinic in table.clinics] == ([phone] if phone else [])
    assert [d.message for d in table.told][:1] == ([message] if message else [])
    assert all(d.place and (d.place.line, d.place.column) == (2, 3) for d in table.told)


def test_without_its_reader_a_workbook_is_told_with_two_ways_out(
    base: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (told,) = refused(workbook(NAMES), base, tmp_path)
    assert told.message == "This is an Excel workbook"
    assert str(told.hint).endswith("save it as “CSV UTF-8”, or install `handouts[excel]`")


def test_a_workbook_is_no_bomb(
    base: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(60_000_000))
    (told,) = refused(bomb.getvalue(), base, tmp_path)
    assert (told.code, told.message) == (
        "file-too-large",
        "This workbook unpacks to more than 50 MB",
    )
    monkeypatch.setattr("handouts.content.workbook.MAX_CELLS", 1000)
    (told,) = refused(workbook((*[None] * 16_000, "x")), base, tmp_path)
    assert told.message == "This sheet has more than 1,000 cells"
    opened = io.BytesIO()
    with zipfile.ZipFile(opened, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    (told,) = refused(opened.getvalue(), base, tmp_path)
    assert told.message == "This is an OpenDocument file"
