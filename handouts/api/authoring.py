"""A clinic's files: create its folder, leaflets and blocks, and compare overrides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from handouts.content.layers import SHIPPED, Library, find_workspace
from handouts.diagnostics import Diagnostic, HandoutsError, choices, near_miss

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.content.catalogue import Catalogue
    from handouts.content.overrides import Override
    from handouts.content.scaffold import FileKind


# A clinic's folder ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegionChoices:
    """What a clinic in a region may choose from; the first language and the paper are defaults.

    ``languages`` gives their names in English by code.
    """

    languages: Mapping[str, str]
    paper: str


def regions(library: Library = SHIPPED) -> tuple[str, ...]:
    """IDs of the shipped regions."""
    return library.regions()


def region_choices(region: str, library: Library = SHIPPED) -> RegionChoices:
    """What a clinic in a region may choose from. HandoutsError for an unknown region."""
    from handouts.translation.languages import english_name

    catalogue = _demo(region, library)
    names = {language: english_name(language) for language in catalogue.languages}
    return RegionChoices(names, catalogue.region.model.paper)


def clinic_fault(key: str, value: str) -> str | None:
    """What is wrong with a clinic's ``name`` or ``phone``; None if nothing is."""
    from handouts.content.scaffold import clinic_fault as fault

    return fault(key, value)


def enclosing_clinic(folder: Path) -> Path | None:
    """The clinic's folder that another folder lies in; None if it lies in none."""
    return find_workspace(folder.absolute().parent)


def create_clinic(
    folder: str | Path,
    *,
    name: str,
    phone: str,
    region: str,
    languages: Sequence[str] = ("en",),
    papers: Sequence[str] = (),
    library: Library = SHIPPED,
) -> tuple[Path, ...]:
    """Create a clinic's folder, completely or not at all. Returns the files written.

    HandoutsError if a file already exists. Exported as ``handouts.create``.
    """
    from handouts.content.scaffold import ClinicDetails, clinic_files
    from handouts.files import write_new

    catalogue = _demo(region, library)
    chosen = tuple(papers) or (catalogue.region.model.paper,)
    details = ClinicDetails(name, phone, region, tuple(languages), chosen)
    files = clinic_files(details, catalogue)
    write_new(Path(folder), files)
    return tuple(Path(folder) / file for file in files)


def _demo(region: str, library: Library) -> Catalogue:
    """All content of a region, as the demo clinic has it: the new clinic is not there yet."""
    from handouts.content.catalogue import read_catalogue
    from handouts.content.workspace import demo_workspace

    return read_catalogue(demo_workspace(region, library))


# Leaflets and blocks ----------------------------------------------------------------------------

What = Literal["leaflet", "block"]


def known_types(what: What, project: Project) -> tuple[str, ...]:
    """IDs of leaflet kinds, or names of block types."""
    if what == "leaflet":  # kinds may be the clinic's own; types of blocks are the program's
        project.own_folder()
        return tuple(project.catalogue().kinds)
    from handouts.model.blocks import BLOCK_TYPES

    return BLOCK_TYPES


def new_file(
    project: Project, what: What, name: str, kind: str | None, *, copy: bool, on: date
) -> tuple[Path, ...]:
    """Create a leaflet of a kind or a block of a type, with placeholder text; or copy a shipped
    one. Returns the files written, the new one last.

    HandoutsError ``usage`` if the ID or options are wrong or contradict each other.
    """
    from handouts.content import scaffold

    project.own_folder()  # first: with none to write to, faults in other files do not matter
    catalogue = project.catalogue()
    form = scaffold.LEAFLET if what == "leaflet" else scaffold.BLOCK
    _refuse(form, name, catalogue, kind, known_types(what, project), copy=copy)
    if copy:
        file, text = scaffold.copy_of(form, name, catalogue)
    elif what == "leaflet":
        text = scaffold.leaflet_text(name, catalogue.kinds[str(kind)].model, on, catalogue)
        file = form.file(name)
    else:
        file, text = form.file(name), scaffold.block_text(name, str(kind), catalogue)
    return _add(project, file, text)


def new_brand(project: Project) -> tuple[Path, ...]:
    """Create a ``brand.yaml`` with the default colours."""
    from handouts.content.scaffold import brand_text

    return _add(project, "brand.yaml", brand_text())


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write JSON Schemas for editors into a folder, replacing older ones."""
    from handouts.content.schema import schema_files
    from handouts.files import write_atomic

    files = {folder / name: text for name, text in schema_files().items()}
    for path, text in files.items():
        write_atomic(path, text.encode())
    return tuple(files)


def _add(project: Project, file: str, text: str) -> tuple[Path, ...]:
    """Write a file, and any missing schemas, so that editors find the one for it."""
    from handouts.content.schema import missing_schemas
    from handouts.files import write_new

    folder = project.own_folder()
    files = {**missing_schemas(folder), file: text}
    write_new(folder, files)
    return tuple(folder / name for name in files)


def _refuse(
    form: FileKind,
    name: str,
    catalogue: Catalogue,
    kind: str | None,
    known: Collection[str],
    *,
    copy: bool,
) -> None:
    shipped = form.shipped(catalogue)
    option = "--kind" if form.name == "leaflet" else "--type"
    fault = None
    if copy and kind is not None:
        fault = f"Use `--copy` or `{option}`, not both"
    elif copy and name not in shipped:
        guess = near_miss(name, shipped) or choices(shipped)
        fault = f"There is no shipped {form.name} `{name}`. {guess}"
    elif not copy and not form.fits(name):
        fault = f"`{name}` is not a valid ID. Use {form.form}"
    elif not copy and name in shipped:
        fault = f"A shipped {form.name} `{name}` already exists. Add `--copy` to change it"
    elif not copy and kind not in known:
        guess = near_miss(kind or "", known) or choices(known)
        fault = f"There is no {option[2:]} `{kind}`" if kind else f"`{option}` is required"
        fault += f". {guess}"
    if fault:
        raise HandoutsError(Diagnostic("usage", fault))


# Overrides --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """A clinic's file compared with the one it overrides; ``diff`` is unified, or empty."""

    override: Override
    diff: str

    @property
    def state(self) -> Literal["watched", "drifted", "not watched"]:
        """``watched``, ``drifted``, or ``not watched`` (the file has no ``replaces:`` line)."""
        if self.override.recorded is None:
            return "not watched"
        return "drifted" if self.override.drifted else "watched"


def compare(
    project: Project, names: Sequence[str] = ()
) -> tuple[tuple[Comparison, ...], tuple[Diagnostic, ...]]:
    """Compare the clinic's overrides, named or all; with warnings for those that have drifted."""
    from handouts.content.overrides import chosen, difference, drift, overrides

    workspace = project.workspace()
    selected = chosen(overrides(workspace), names)
    # `drift` looks at all overrides, but who names some asks about those only.
    files = {override.file for override in selected}
    drifted = [d for d in drift(workspace) if d.place and d.place.file in files]
    rows = tuple(Comparison(override, difference(override, workspace)) for override in selected)
    return rows, (*workspace.diagnostics, *drifted)


def accept(project: Project, names: Sequence[str]) -> tuple[str, ...]:
    """Record that the named overrides have been compared with the current originals."""
    from handouts.content.overrides import accept as record
    from handouts.content.overrides import chosen, overrides

    project.own_folder()
    selected = chosen(overrides(project.workspace()), names)
    for override in selected:
        record(override)
    return tuple(override.id for override in selected)
