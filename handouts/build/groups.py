"""Clinics that may share shells, and the leaflets that they share.

A shared shell is composed for nobody, so it holds nothing of any clinic.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from handouts.build.plan import Plan, plan
from handouts.build.variants import Variants
from handouts.content.appearance import own_templates
from handouts.content.catalogue import Catalogue
from handouts.content.clinic_table import BatchClinic
from handouts.content.translated_clinic import details_in
from handouts.content.translation_files import has_own_translations
from handouts.content.workspace import has_own_files
from handouts.content.writing_systems import printed_script
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError, unforeseen
from handouts.limits import PAGE, apart
from handouts.model.clinic import Clinic
from handouts.model.document import Document
from handouts.page.areas import CARDS, Area, card_height, masthead_sizes, phone_area
from handouts.page.compose import NOBODY, compose_shell, names_its_clinic
from handouts.page.context import STAND_IN
from handouts.page.leading import Leading
from handouts.pdf.shells import KeyedShell, shell_for
from handouts.store import Store


@dataclass(frozen=True)
class ShellGroup:
    """Clinics that may share shells, and the plan that applies to each of them.

    The documents of the plan's tasks are nobody's: see ``of_nobody``.
    """

    clinics: tuple[BatchClinic, ...]
    plan: Plan


def grouped(
    clinics: Iterable[BatchClinic],
    names: tuple[str, ...],
    variants: Variants,
    day: date,
    require: str | None = None,
) -> tuple[ShellGroup, ...]:
    """Group clinics by everything that decides on their shells, but for their own details."""
    alike: dict[str, list[BatchClinic]] = {}
    for clinic in clinics:
        workspace = clinic.catalogue.workspace
        settings = workspace.settings.model
        other = settings.model_dump_json(exclude={"clinic"})
        # A clinic with files or translations of its own shares shells with no other folder.
        its_own = has_own_files(workspace) or has_own_translations(workspace)
        own = str(workspace.folder) if its_own else ""
        # A shell's widths of telephone numbers and heights of card and head are fixed.
        editions = variants.editions or settings.editions
        forms = dict.fromkeys(form for edition in editions for form in CARDS[edition])
        languages = variants.languages or settings.languages
        spoken = dict.fromkeys(
            (details_in(workspace, language), Leading(printed_script(language)))
            for language in languages
        )
        heights = [
            card_height(details, form, leading) for form in forms for details, leading in spoken
        ]
        heads = [
            masthead_sizes(details, large=edition == "large")
            for edition in editions
            for details, _ in spoken
        ]
        number = phone_area(settings.clinic.phone, bold=True).width
        key = repr((other, workspace.approvals, own, heights, heads, number))
        alike.setdefault(key, []).append(clinic)
    options = (names, variants, day, require)
    return tuple(
        ShellGroup(tuple(group), plan([of_nobody(group[0].catalogue)], *options))
        for group in alike.values()
    )


def of_nobody(catalogue: Catalogue) -> Catalogue:
    """A clinic's content without its details, colours and logo."""
    workspace = catalogue.workspace
    settings = workspace.settings.model.model_copy(update={"clinic": NOBODY})
    loaded = replace(workspace.settings, model=settings)
    return replace(
        catalogue, workspace=replace(workspace, settings=loaded, brand=STAND_IN, logo=None)
    )


@dataclass(frozen=True)
class SharedSheet:
    """A leaflet that several clinics share, with the key of its shell in the store."""

    document: Document
    shell: str
    areas: tuple[Area, ...]
    pages: int
    layers: tuple[Path, ...]


def shared_sheet(
    document: Document,
    layers: tuple[Path, ...],
    clinic: Clinic,
    *,
    store: Store,
    limited: bool,
) -> SharedSheet | tuple[Diagnostic, ...] | None:
    """A leaflet of nobody's, with room for a clinic's details; or its errors.

    None for a leaflet that clinics cannot share, because templates of their own see their details
    or the page would name them.
    """
    if own_templates(layers):
        return None
    make = partial(apart, _shell_of_nobody, stage=PAGE) if limited else _shell_of_nobody
    try:
        keyed = make(document, layers, store, clinic)
        if keyed is None:
            return None
    except HandoutsError as error:
        return error.diagnostics
    except (CannotPrintError, OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - others go on, whatever is the matter with this one
        return (unforeseen(error),)
    light = document.model_copy(update={"sections": ()})  # its text is already in the shell
    return SharedSheet(light, keyed.key, keyed.shell.areas, keyed.shell.pages, layers)


def _shell_of_nobody(
    document: Document, layers: tuple[Path, ...], store: Store, clinic: Clinic
) -> KeyedShell | None:
    page = compose_shell(document, layers, None, store, clinic)
    return None if names_its_clinic(page) else shell_for(page, store)
