"""Many clinics at once: a folder of workspaces, or a table of clinics over one workspace.

Clinics that differ only in their facts share every plate; each costs its areas and its imprints.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from handouts import shipped
from handouts.areas import Area, phone_area
from handouts.brand import checked_brand
from handouts.build import Plan, plan
from handouts.catalogue import Catalogue, read_catalogue
from handouts.diagnostics import Diagnostic, HandoutsError, Place, choices, errors_in, near_miss
from handouts.document import Document
from handouts.engine import engine_version
from handouts.files import read_bytes
from handouts.imprint import stamp
from handouts.layers import MARK
from handouts.models.clinic import Brand, Clinic
from handouts.models.tables import Paper
from handouts.output import Output, describe, facts_of, file_name, write_if_new, write_manifest
from handouts.plates import cast, imprints_for, plate_of
from handouts.source import Node, decode
from handouts.store import Store
from handouts.text import texts_in
from handouts.validate import validated
from handouts.workspace import Workspace, open_workspace

FACTS = ("name", "notice", "phone", "email", "website", "address", "hours")
LOOKS = ("logo", "primary", "accent")
COLUMNS = ("id", *FACTS, *LOOKS)
"""Of a table. ``;`` parts the lines of an address and of opening hours, ``=`` days from times."""

MOST_BYTES = 5_000_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Member:
    """A clinic of many: the folder that its leaflets go to, and its content."""

    folder: str
    catalogue: Catalogue


@dataclass(frozen=True)
class Sheet:
    """A leaflet that many clinics share, and its plate in the store."""

    document: Document
    plate: str
    areas: tuple[Area, ...]
    pages: int


@dataclass(frozen=True)
class Done:
    """A clinic's end: its files' records, or why there are none."""

    folder: str
    outputs: tuple[Output, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


# Reading ----------------------------------------------------------------------------------------


def read_members(
    path: Path, base: Workspace, region: str | None
) -> tuple[tuple[Member, ...], tuple[Diagnostic, ...]]:
    """The clinics of a folder of workspaces, or of a CSV table over the base workspace.

    A clinic that cannot be read is told and left out; the others go on. HandoutsError where the
    table itself cannot be read, or where there are no clinics.
    """
    if path.is_dir():
        folders = sorted(mark.parent for mark in path.glob(f"*/{MARK}"))
        found = [_of_folder(folder, region) for folder in folders]
    else:
        found = list(_of_table(path, base))
    if not found:
        message = "There are no clinics here"
        hint = f"Name a folder of clinics' folders, each with a `{MARK}`, or a CSV table"
        raise HandoutsError(Diagnostic("no-clinics", message, Place(path), hint))
    members = tuple(member for member, _ in found if member)
    return members, tuple(fault for _, faults in found for fault in faults)


_Found = tuple[Member | None, tuple[Diagnostic, ...]]


def _of_folder(folder: Path, region: str | None) -> _Found:
    try:
        workspace = open_workspace(folder, folder, region)
        return Member(folder.name, _catalogue_of(workspace)), workspace.diagnostics
    except HandoutsError as error:
        return None, error.diagnostics


def _catalogue_of(workspace: Workspace) -> Catalogue:
    """A clinic without content of its own shares what was read for others of its region."""
    if _has_own(workspace):
        return read_catalogue(workspace)
    return replace(_shared(workspace.settings.model.region), workspace=workspace)


@lru_cache(maxsize=8)
def _shared(region: str) -> Catalogue:
    return read_catalogue(open_workspace(shipped.DEMO_CLINIC, shipped.DEMO_CLINIC, region))


def _has_own(workspace: Workspace) -> bool:
    """Whether a clinic has content, templates or fonts of its own."""
    folders = (workspace.content_layers[0], workspace.template_layers[0])
    files = (path for folder in folders if folder.is_dir() for path in folder.rglob("*.*"))
    return bool(workspace.fonts) or any(path.suffix in (".yaml", ".j2") for path in files)


def _of_table(path: Path, base: Workspace) -> Iterator[_Found]:
    catalogue = read_catalogue(base)
    text = decode(path, read_bytes(path, MOST_BYTES, "Split the table"))
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for name in reader.fieldnames or ():
        if name not in COLUMNS:
            hint = near_miss(name, COLUMNS) or choices(COLUMNS)
            message = f"There is no column `{name}`"
            raise HandoutsError(Diagnostic("unknown-column", message, Place(path), hint))
    seen: set[str] = set()
    for row in reader:
        given = {key: value.strip() for key, value in row.items() if key and value}
        yield _of_row(given, Place(path, reader.line_num), catalogue, seen)


def _of_row(row: Mapping[str, str], place: Place, catalogue: Catalogue, seen: set[str]) -> _Found:
    name, base = row.get("id", ""), catalogue.workspace
    try:
        _refuse_id(name, place, seen)
        workspace = _workspace_of(row, place, base)
    except HandoutsError as error:
        return None, error.diagnostics
    return Member(name, replace(catalogue, workspace=workspace)), ()


def _refuse_id(name: str, place: Place, seen: set[str]) -> None:
    if not _ID.fullmatch(name) or name in seen:
        message = f"The id `{name}` stands twice" if name in seen else "A clinic needs an `id`"
        hint = "Give each its own, in small letters, digits and hyphens: it names its folder"
        raise HandoutsError(Diagnostic("clinic-id", message, place, hint))
    seen.add(name)


def _workspace_of(row: Mapping[str, str], place: Place, base: Workspace) -> Workspace:
    """The base workspace with a row's facts and looks in the place of its own."""
    facts: dict[str, Any] = {key: row[key] for key in FACTS if row.get(key)}
    if "address" in facts:
        facts["address"] = _parted(facts["address"])
    if "hours" in facts:
        pairs = (line.partition("=") for line in _parted(facts["hours"]))
        facts["hours"] = [{"days": days.strip(), "time": time.strip()} for days, _, time in pairs]
    clinic: Clinic = validated(_node(facts, place), Clinic).model
    settings = base.settings.model.model_copy(update={"clinic": clinic})
    workspace = replace(base, settings=replace(base.settings, model=settings))
    looks = {key: row[key] for key in LOOKS if row.get(key)}
    if not looks:
        return workspace
    colours = {"primary": base.brand.primary, "accent": base.brand.accent}
    problems: list[Diagnostic] = []
    loaded = validated(_node({**colours, **looks}, place), Brand)
    brand, logo, _ = checked_brand(loaded, problems)
    if errors_in(problems):
        raise HandoutsError(*problems)
    return replace(workspace, brand=brand, logo=logo if "logo" in looks else base.logo)


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _node(value: Any, place: Place) -> Node:
    """Plain data of a row as if it were read from a file: all of it stands on the row's line."""
    if isinstance(value, dict):
        inner = {key: _node(item, place) for key, item in value.items()}
        return Node(inner, place, dict.fromkeys(value, place))
    if isinstance(value, list):
        return Node([_node(item, place) for item in value], place)
    return Node(value, place, raw=str(value))


# Making -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Clinics whose leaflets have the same plates, and what is planned for each of them."""

    members: tuple[Member, ...]
    plan: Plan


def grouped(
    members: Iterable[Member],
    names: tuple[str, ...],
    papers: tuple[Paper, ...],
    day: date,
    require: str | None = None,
) -> tuple[Group, ...]:
    """The clinics by what their plates depend on: all settings but the clinic's own facts.

    Where the words themselves name the clinic, each is alone.
    """
    alike: dict[str, list[Member]] = {}
    for member in members:
        alike.setdefault(_kinship(member), []).append(member)
    asked = (names, papers, day, require)
    groups: list[Group] = []
    for group in alike.values():
        work = plan([group[0].catalogue], *asked)
        if any(_names_clinic(task.document) for task in work.tasks):
            groups += [Group((m,), plan([m.catalogue], *asked)) for m in group]
        else:
            groups.append(Group(tuple(group), work))
    return tuple(groups)


_PLAIN = {"alt", "group", "time", "label", "title"}
"""Fields that templates print as plain words, in which a telephone number is no area."""


def _names_clinic(document: Document) -> bool:
    """Whether a clinic's name, or its number outside an area, stands in the words."""
    return any(
        "clinic_name" in text.slots or ("clinic_phone" in text.slots and path[-1] in _PLAIN)
        for text, path in texts_in(document)
    )


def _kinship(member: Member) -> str:
    workspace = member.catalogue.workspace
    settings = workspace.settings.model
    own = str(workspace.folder) if _has_own(workspace) else ""
    shape = phone_area(settings.clinic.phone, bold=True).name
    return repr((settings.model_dump_json(exclude={"clinic"}), workspace.approvals, own, shape))


def run_clinics(
    groups: Iterable[Group], folder: Path, store: Store, executor: Executor | None = None
) -> Iterator[Done]:
    """Press the plates that the store lacks, then imprint clinic after clinic.

    A clinic that fails does not stop the others. The store must be one on disk.
    """
    do = executor.map if executor else map
    for group in groups:
        documents = [task.document for task in group.plan.tasks]
        layers = group.members[0].catalogue.workspace.template_layers
        sheets = tuple(do(partial(_sheet, layers=layers, store=store), documents))
        good = tuple(sheet for sheet in sheets if isinstance(sheet, Sheet))
        faults = tuple(f for sheet in sheets if not isinstance(sheet, Sheet) for f in sheet)
        job = partial(_imprinted, sheets=good, layers=layers, store=store, folder=folder)
        facts = [(member.folder, _facts(member)) for member in group.members]
        chunk = _chunk(len(facts))
        run = partial(executor.map, chunksize=chunk) if executor else map
        for done in run(job, *zip(*facts, strict=True)):
            yield replace(done, diagnostics=(*faults, *done.diagnostics))


def _chunk(clinics: int) -> int:
    """Clinics that go to a process at once: what they share is sent along each time."""
    return max(1, min(16, clinics // 16))


def _facts(member: Member) -> dict[str, Any]:
    workspace = member.catalogue.workspace
    clinic = workspace.settings.model.clinic
    return {"clinic": clinic, "brand": workspace.brand, "logo": workspace.logo}


def _sheet(
    document: Document, layers: tuple[Path, ...], store: Store
) -> Sheet | tuple[Diagnostic, ...]:
    try:
        found = cast(document, layers, store)
    except HandoutsError as error:
        return error.diagnostics
    light = document.model_copy(update={"sections": ()})  # its words are in the plate
    return Sheet(light, found.key, found.plate.areas, found.plate.pages)


def _imprinted(
    name: str,
    facts: Mapping[str, Any],
    sheets: tuple[Sheet, ...],
    layers: tuple[Path, ...],
    store: Store,
    folder: Path,
) -> Done:
    """A clinic's files, written with their manifest. Runs in any process."""
    outputs = []
    try:
        mine = [replace(s, document=s.document.model_copy(update=dict(facts))) for s in sheets]
        pairs = [(sheet.document, sheet.areas) for sheet in mine]
        for sheet, imprint in zip(mine, imprints_for(pairs, layers), strict=True):
            pdf = stamp(plate_of(sheet.plate, store), imprint)
            file = file_name(sheet.document, "pdf")
            write_if_new(folder / name / file, pdf)
            outputs.append(describe(file, pdf, facts_of(sheet.document, "pdf", sheet.pages)))
    except HandoutsError as error:
        told = (replace(d, message=f"{name}: {d.message}") for d in error.diagnostics)
        return Done(name, tuple(outputs), tuple(told))
    if outputs:
        write_manifest(folder / name, outputs, engine_version())
    return Done(name, tuple(outputs))
