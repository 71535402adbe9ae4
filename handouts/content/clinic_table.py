"""Many clinics: a folder of workspaces, or a CSV table over one workspace."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from handouts.content.assets.brand import checked_brand
from handouts.content.catalogue import Catalogue, read_catalogue
from handouts.content.layers import MARK
from handouts.content.load import validated
from handouts.content.workspace import Workspace, has_own_files, open_workspace
from handouts.content.yaml import Node, decode
from handouts.diagnostics import (
    Checked,
    Diagnostic,
    HandoutsError,
    Place,
    choices,
    collect,
    errors_in,
    near_miss,
)
from handouts.files import read_bytes
from handouts.model.clinic import Brand, Clinic

FACTS = ("name", "notice", "phone", "email", "website", "address", "hours")
LOOKS = ("logo", "primary", "accent")
COLUMNS = ("id", *FACTS, *LOOKS)
"""Columns of a table. ``;`` separates lines of an address or hours, ``=`` days and times."""

MAX_BYTES = 5_000_000
_MORE = "more cells than columns"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class BatchClinic:
    """One of many clinics: its output folder and its content."""

    folder: str
    catalogue: Catalogue


def read_clinics(path: Path, base: Workspace, region: str | None) -> Checked[list[BatchClinic]]:
    """Read the clinics in a folder of workspaces, or in a CSV table over the base workspace.

    A clinic with errors is reported and left out. HandoutsError if the table itself cannot be read
    or there are no clinics.
    """
    if path.is_dir():
        folders = sorted(mark.parent for mark in path.glob(f"*/{MARK}"))
        rows = len(folders)
        clinics = yield from _of_folders(folders, base, region)
    else:
        table = _rows(path)
        rows = len(table)
        clinics = yield from _of_table(table, base)
    if not rows:
        message = "No clinics found"
        hint = f"Give a folder of clinic folders, each with a `{MARK}`, or a CSV table"
        raise HandoutsError(Diagnostic("no-clinics", message, Place(path), hint))
    return clinics


def _of_folders(
    folders: list[Path], base: Workspace, region: str | None
) -> Checked[list[BatchClinic]]:
    """Read a folder of workspaces; clinics without content of their own share a catalogue."""
    clinics = []
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
            continue
        yield from workspace.diagnostics
        clinics.append(BatchClinic(folder.name, catalogue))
    return clinics


def _rows(path: Path) -> list[tuple[dict[str, str], Place]]:
    text = decode(path, read_bytes(path, MAX_BYTES, "Split the table"))
    # Without `newline`, line breaks within quoted cells would be changed.
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_MORE)
    for name in reader.fieldnames or ():
        if name not in COLUMNS:
            hint = near_miss(name, COLUMNS) or choices(COLUMNS)
            message = f"Unknown column `{name}`"
            raise HandoutsError(Diagnostic("unknown-column", message, Place(path), hint))
    rows = []
    for row in reader:
        place = Place(path, reader.line_num)
        if any(row.pop(_MORE, ())):
            hint = "Put a cell that holds a comma between quotes"
            message = "This row has more cells than the table has columns"
            raise HandoutsError(Diagnostic("unknown-column", message, place, hint))
        # Cells missing at the end have the value None.
        rows.append(({key: value.strip() for key, value in row.items() if value}, place))
    return rows


def _of_table(
    rows: list[tuple[dict[str, str], Place]], base: Workspace
) -> Checked[list[BatchClinic]]:
    catalogue = read_catalogue(base)
    clinics: dict[str, BatchClinic] = {}
    for row, place in rows:
        name = row.get("id", "")
        try:
            if not _ID.fullmatch(name) or name in clinics:
                message = f"Duplicate id `{name}`" if name in clinics else "Missing or invalid `id`"
                hint = "Use a unique `id`: lower-case letters, digits and hyphens"
                raise HandoutsError(Diagnostic("clinic-id", message, place, hint))
            workspace, problems = collect(_workspace_of(row, place, base))
            if errors_in(problems):
                raise HandoutsError(*problems)
        except HandoutsError as error:
            yield from error.diagnostics
            continue
        yield from problems
        clinics[name] = BatchClinic(name, replace(catalogue, workspace=workspace))
    return list(clinics.values())


def _workspace_of(row: Mapping[str, str], place: Place, base: Workspace) -> Checked[Workspace]:
    """The base workspace with the details, colours and logo of a row."""
    facts: dict[str, Any] = {key: row[key] for key in FACTS if row.get(key)}
    if "address" in facts:
        facts["address"] = _parted(facts["address"])
    if "hours" in facts:
        pairs = (line.partition("=") for line in _parted(facts["hours"]))
        facts["hours"] = [{"days": days, "time": time} for days, _, time in pairs]
    clinic: Clinic = validated(_node(facts, place), Clinic).model
    settings = base.settings.model.model_copy(update={"clinic": clinic})
    workspace = replace(base, settings=replace(base.settings, model=settings))
    looks = {key: row[key] for key in LOOKS if row.get(key)}
    if not looks:
        return workspace
    colours = {"primary": base.brand.primary, "accent": base.brand.accent}
    # The clinic's fonts come from the base workspace: only colours and logo are read from the row.
    loaded = validated(_node({**colours, **looks}, place), Brand)
    files = yield from checked_brand(loaded)
    if "logo" in looks:
        workspace = replace(workspace, brand=files.brand, shipped=False)
        return replace(workspace, logo=files.logo, logo_place=files.logo_place)
    same_logo = {"logo": base.brand.logo}
    return replace(workspace, brand=files.brand.model_copy(update=same_logo))


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _node(value: Any, place: Place) -> Node:
    """A row's plain data as nodes, as if read from YAML; every place is the row's line."""
    if isinstance(value, dict):
        inner = {key: _node(item, place) for key, item in value.items()}
        return Node(inner, place, dict.fromkeys(value, place))
    if isinstance(value, list):
        return Node([_node(item, place) for item in value], place)
    return Node(value, place, raw=str(value))
