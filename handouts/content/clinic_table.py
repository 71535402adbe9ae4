"""Many clinics: a folder of their workspaces, or a table of clinics over one workspace."""

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
from handouts.content.workspace import Workspace, open_workspace
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
"""Of a table. ``;`` parts the lines of an address and of opening hours, ``=`` days from times."""

MAX_BYTES = 5_000_000
_MORE = "more cells than columns"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class BatchClinic:
    """A clinic of many: the folder that its leaflets go to, and its content."""

    folder: str
    catalogue: Catalogue


def read_clinics(path: Path, base: Workspace, region: str | None) -> Checked[list[BatchClinic]]:
    """The clinics of a folder of workspaces, or of a CSV table over the base workspace.

    A clinic that cannot be read is told and left out; the others go on. HandoutsError where the
    table itself cannot be read, or where there are no clinics.
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
        message = "There are no clinics here"
        hint = f"Name a folder of clinics' folders, each with a `{MARK}`, or a CSV table"
        raise HandoutsError(Diagnostic("no-clinics", message, Place(path), hint))
    return clinics


def has_own_files(workspace: Workspace) -> bool:
    """Whether a clinic has content, templates or fonts of its own."""
    folders = (workspace.folder / "content", workspace.template_layers[0])
    files = (path for folder in folders if folder.is_dir() for path in folder.rglob("*.*"))
    return bool(workspace.fonts) or any(path.suffix in (".yaml", ".j2") for path in files)


def _of_folders(
    folders: list[Path], base: Workspace, region: str | None
) -> Checked[list[BatchClinic]]:
    """A clinic without content of its own shares what was read for others of its region."""
    clinics = []
    shared: dict[str, Catalogue] = {}
    for folder in folders:
        try:
            workspace = open_workspace(folder, region, base.library)
            here = workspace.settings.model.region
            if has_own_files(workspace):
                catalogue = read_catalogue(workspace)
            else:
                if here not in shared:
                    shared[here] = read_catalogue(workspace)
                catalogue = replace(shared[here], workspace=workspace)
        except HandoutsError as error:
            yield from error.diagnostics
            continue
        yield from workspace.diagnostics
        clinics.append(BatchClinic(folder.name, catalogue))
    return clinics


def _rows(path: Path) -> list[tuple[dict[str, str], Place]]:
    text = decode(path, read_bytes(path, MAX_BYTES, "Split the table"))
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_MORE)
    for name in reader.fieldnames or ():
        if name not in COLUMNS:
            hint = near_miss(name, COLUMNS) or choices(COLUMNS)
            message = f"There is no column `{name}`"
            raise HandoutsError(Diagnostic("unknown-column", message, Place(path), hint))
    rows = []
    for row in reader:
        place = Place(path, reader.line_num)
        if any(row.pop(_MORE, ())):
            hint = "Put a cell that holds a comma between quotes"
            message = "This row has more cells than the table has columns"
            raise HandoutsError(Diagnostic("unknown-column", message, place, hint))
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
                message = f"Duplicate id `{name}`" if name in clinics else "A clinic needs an `id`"
                hint = (
                    "Give each its own, in small letters, digits and hyphens: it names its folder"
                )
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
    """The base workspace with a row's facts and looks in the place of its own."""
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
    loaded = validated(_node({**colours, **looks}, place), Brand)
    brand, logo, _ = yield from checked_brand(loaded)
    return replace(workspace, brand=brand, logo=logo if "logo" in looks else base.logo)


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _node(value: Any, place: Place) -> Node:
    """Plain data of a row as if it were read from a file: all of it is on the row's line."""
    if isinstance(value, dict):
        inner = {key: _node(item, place) for key, item in value.items()}
        return Node(inner, place, dict.fromkeys(value, place))
    if isinstance(value, list):
        return Node([_node(item, place) for item in value], place)
    return Node(value, place, raw=str(value))
