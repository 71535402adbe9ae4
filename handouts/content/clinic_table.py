"""Many clinics: a folder of workspaces, or a table over one workspace."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from handouts.content.assets.brand import checked_brand
from handouts.content.catalogue import Catalogue, read_catalogue
from handouts.content.dialling import doubtful_numbers
from handouts.content.layers import MARK
from handouts.content.load import Loaded, validated
from handouts.content.spreadsheet import Cell, Row, read_table
from handouts.content.translation_files import unknown_language
from handouts.content.workspace import Workspace, has_own_files, open_workspace
from handouts.content.yaml import Node
from handouts.diagnostics import Checked, Diagnostic, HandoutsError, Place, collect, errors_in
from handouts.model.clinic import Brand, Clinic

FACTS = ("name", "notice", "phone", "email", "website", "address", "hours")
LOOKS = ("logo", "primary", "accent")
COLUMNS = ("id", *FACTS, "language", *LOOKS)
"""Columns of a table. ``;`` or a line break separates lines of an address or hours, ``=`` days and
times; languages are separated by any of ``;``, ``,`` and spaces."""

REQUIRED = ("name", "phone")

MAX_ID = 100
"""Most characters of an id, which is the name of a folder."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PARTS = re.compile(r"[;\r\n]")
_BLANKS = re.compile(r"[ \t\r\n]+")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})
"""Letters that Unicode neither takes apart into a plain one and a mark, nor folds as it does ß."""


@dataclass(frozen=True)
class BatchClinic:
    """One of many clinics: its output folder and its content."""

    folder: str
    catalogue: Catalogue


@dataclass(frozen=True)
class Clinics:
    """The clinics that could be read, and what those that could not be are called."""

    read: tuple[BatchClinic, ...]
    unreadable: tuple[str, ...]


def read_clinics(path: Path, base: Workspace, region: str | None) -> Checked[Clinics]:
    """Read the clinics in a folder of workspaces, or in a table over the base workspace.

    A clinic with errors is reported and left out. HandoutsError if the table itself cannot be read
    or there are no clinics.
    """
    if path.is_dir():
        folders = sorted(mark.parent for mark in path.glob(f"*/{MARK}"))
        clinics = yield from _of_folders(folders, base, region)
    else:
        clinics = yield from _of_table(read_table(path, COLUMNS, REQUIRED), base)
    if not clinics.read and not clinics.unreadable:
        message = "No clinics found"
        hint = f"Give a folder of clinic folders, each with a `{MARK}`, or a table of clinics"
        raise HandoutsError(Diagnostic("no-clinics", message, Place(path), hint))
    return clinics


def _of_folders(folders: list[Path], base: Workspace, region: str | None) -> Checked[Clinics]:
    """Read a folder of workspaces; clinics without content of their own share a catalogue."""
    clinics, unreadable = [], []
    shared: dict[str, Catalogue] = {}
    for folder in folders:
        try:
            workspace = open_workspace(folder, region, base.library)
            region_id = workspace.settings.model.region
            if has_own_files(workspace):
                catalogue = read_catalogue(workspace)
            else:
                # Without files of its own, only the region decides what a clinic's catalogue holds.
                if region_id not in shared:
                    shared[region_id] = read_catalogue(workspace)
                catalogue = replace(shared[region_id], workspace=workspace)
        except HandoutsError as error:
            yield from error.diagnostics
            unreadable.append(folder.name)
            continue
        yield from workspace.diagnostics
        clinics.append(BatchClinic(folder.name, catalogue))
    return Clinics(tuple(clinics), tuple(unreadable))


def _of_table(rows: list[Row], base: Workspace) -> Checked[Clinics]:
    catalogue = read_catalogue(base)
    clinics: dict[str, BatchClinic] = {}
    unreadable = []
    for row in rows:
        folder, problems = collect(_folder(row, clinics))
        told = [*row.faults, *problems]
        try:
            workspace, problems = collect(_workspace_of(row, base))
            told += problems
        except HandoutsError as error:
            told += error.diagnostics
        yield from told
        if errors_in(told) or folder is None:
            # Two rows with one id are told apart by their numbers.
            cell = row.cells.get("id") or row.cells.get("name")
            label = cell.text if cell and cell.text not in clinics else f"row {row.number}"
            unreadable.append(label)
        else:
            clinics[folder] = BatchClinic(folder, replace(catalogue, workspace=workspace))
    return Clinics(tuple(clinics.values()), tuple(unreadable))


def _folder(row: Row, taken: Collection[str]) -> Checked[str | None]:
    """The name of a clinic's folder: its ``id``, or else formed from its name."""
    cell = row.cells.get("id") or row.cells.get("name")
    if cell is None:  # told as a name that is missing
        return None
    folded = unicodedata.normalize("NFKD", cell.text.casefold().translate(_LETTERS))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    formed = None
    # Without the letters that have no plain form, such as Greek ones, little or nothing is left.
    if not any(c.isalpha() and not c.isascii() for c in plain):
        words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
        formed = "-".join(words)[:MAX_ID].rstrip("-")
    folder = cell.text if "id" in row.cells else formed
    hint = "Write lower-case letters, digits and hyphens"
    if not folder:
        message = "no id can be formed from this name"
        hint = f"Fill in the column `id`: {hint[0].lower()}{hint[1:]}"
    elif folder in taken:
        message, hint = f"duplicate id `{folder}`", "Give each clinic its own `id`"
    elif not _ID.fullmatch(folder):
        message = f"`{folder}` is not a valid id"
        hint = f"Write `{formed}`" if formed else hint
    elif len(folder) > MAX_ID:
        message, hint = f"an id has at most {MAX_ID} characters", "Shorten it"
    else:
        return folder
    yield Diagnostic("clinic-id", f"Cell {cell.name}: {message}", cell.place, hint)
    return None


def _workspace_of(row: Row, base: Workspace) -> Checked[Workspace]:
    """The base workspace with the details, colours and logo of a row."""
    facts = {key: _one_line(cell) for key in FACTS if (cell := row.cells.get(key))}
    if "address" in facts:
        facts["address"] = _node(_parted(row.cells["address"].text), facts["address"].place)
    if "hours" in facts:
        cell = row.cells["hours"]
        lines = _parted(cell.text)
        if bare := next((line for line in lines if "=" not in line), None):
            message = f"Cell {cell.name}: `{bare}` has no `=` between days and times"
            raise HandoutsError(Diagnostic("wrong-form", message, cell.place, _REMEDIES["hours"]))
        pairs = (line.partition("=") for line in lines)
        hours = [{"days": days, "time": time} for days, _, time in pairs]
        facts["hours"] = _node(hours, cell.place)
    details = Node(facts, row.place, {key: node.place for key, node in facts.items()})
    try:
        clinic: Clinic = validated(details, Clinic).model
    except HandoutsError as error:
        raise HandoutsError(*_in_words_of_tables(error.diagnostics, row)) from error
    own = base.settings.node
    node = Node({**own.value, "clinic": details}, own.place, {**own.keys, "clinic": row.place})
    changes = {"clinic": clinic, **_languages(row, base)}
    settings = Loaded(base.settings.model.model_copy(update=changes), node)
    workspace = replace(base, settings=settings)
    problems = list(doubtful_numbers(clinic.phone, own.value["region"].value, facts["phone"].place))
    looks = {key: _one_line(cell) for key in LOOKS if (cell := row.cells.get(key))}
    if looks:
        # With the other colour from the base, because the two are checked against each other.
        colours = {"primary": base.brand.primary, "accent": base.brand.accent}
        values = {key: _node(colour, row.place) for key, colour in colours.items()} | looks
        node = Node(values, row.place, {key: node.place for key, node in values.items()})
        try:
            loaded = validated(node, Brand)
        except HandoutsError as error:
            raise HandoutsError(*_in_words_of_tables(error.diagnostics, row)) from error
        # The clinic's fonts come from the base workspace.
        files, told = collect(checked_brand(loaded))
        problems += told
        if "logo" in looks:
            # No longer only what was shipped, even over the demo clinic (see `Workspace.limited`).
            workspace = replace(workspace, brand=files.brand, shipped=False)
            workspace = replace(workspace, logo=files.logo, logo_place=files.logo_place)
        else:
            same_logo = {"logo": base.brand.logo}
            workspace = replace(workspace, brand=files.brand.model_copy(update=same_logo))
    yield from _in_words_of_tables(problems, row)
    return workspace


def _languages(row: Row, base: Workspace) -> dict[str, tuple[str, ...]]:
    """The languages of a row as a setting; none if it leaves them to the base."""
    cell = row.cells.get("language")
    if cell is None:
        return {}
    languages = tuple(dict.fromkeys(re.findall(r"[^;,\s]+", cell.text)))
    for unknown in filter(None, (unknown_language(base, name) for name in languages)):
        message = f"Cell {cell.name}: {unknown.message}"
        raise HandoutsError(replace(unknown, message=message, place=cell.place))
    return {"languages": languages}


_REMEDIES = {
    "address": "Part at most four lines with `;` or line breaks",
    "hours": "Write at most four lines such as `Mon-Fri=9-5; Sat=9-1`",
    "logo": "Put the picture next to the table: an SVG, PNG or JPEG",
    "primary": "Write a colour such as `#1d5b66`",
    "accent": "Write a colour such as `#9a5b2c`",
}
_OF_A_FORM = {"empty-text", "missing-image", "wrong-form", "wrong-length", "too-long"}


def _in_words_of_tables(problems: Iterable[Diagnostic], row: Row) -> Iterator[Diagnostic]:
    """Problems with the name of their cell, and without the words of YAML."""
    columns = {cell.place: column for column, cell in row.cells.items()}
    for problem in problems:
        column = columns.get(problem.place) if problem.place else None
        if column:
            meant = problem.hint and problem.hint.startswith("Did you mean")
            hint = _REMEDIES.get(column) if problem.code in _OF_A_FORM and not meant else None
            message = f"Cell {row.cells[column].name}: {problem.message}"
            yield replace(problem, message=message, hint=hint or problem.hint)
        else:
            hint = "Fill in its column" if problem.code == "missing-key" else problem.hint
            yield replace(problem, message=f"Row {row.number}: {problem.message}", hint=hint)


def _one_line(cell: Cell) -> Node:
    text = _BLANKS.sub(" ", cell.text)
    return Node(text, cell.place, raw=text)


def _parted(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def _node(value: Any, place: Place) -> Node:
    """A cell's plain data as nodes, as if read from YAML; every place is the cell's."""
    if isinstance(value, dict):
        inner = {key: _node(item, place) for key, item in value.items()}
        return Node(inner, place, dict.fromkeys(value, place))
    if isinstance(value, list):
        return Node([_node(item, place) for item in value], place)
    return Node(value, place, raw=str(value))
