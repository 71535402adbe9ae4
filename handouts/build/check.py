"""What a build would refuse, found out without writing anything.

Leaflets with anything of the clinic's own in them are made as a build makes them, which finds them
in the store afterwards. Of all others, which the program ships, only the clinic's details are set.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.build.fault_places import located
from handouts.build.incremental import asset_digests, is_current
from handouts.build.pictures import (
    drawing_problems,
    logo_problems,
    marker_problems,
    photograph_problems,
)
from handouts.build.plan import Plan, Task, ended_approvals, partly_translated, plan
from handouts.build.run import executor, render
from handouts.build.variants import Variants
from handouts.content.assets.brand import brand_files
from handouts.content.assets.font import characters
from handouts.content.catalogue import Catalogue, read_catalogue
from handouts.content.layers import FONTS
from handouts.content.resolve import resolve_document, resolve_words
from handouts.content.translated_clinic import untranslated_details
from handouts.content.workspace import Workspace, has_own_files
from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    Severity,
    errors_in,
    unforeseen,
)
from handouts.limits import OVER_LIMIT
from handouts.model.clinic import Brand
from handouts.page.areas import ALT_PREFIX, Area
from handouts.page.compose import compose_shell
from handouts.pdf.shells import imprints_of_clinic, look
from handouts.review.rules import check_catalogue
from handouts.review.rules.oversights import unused_blocks
from handouts.store import Store

if TYPE_CHECKING:
    from handouts.build.job import BuildSource


Checks = tuple[tuple[Diagnostic, ...], Mapping[str, int], int]
"""Problems, the number of files of each leaflet, and the number of blocks."""


def checked(
    source: BuildSource, names: tuple[str, ...], day: date, store: Store, jobs: int | None
) -> Checks:
    """Check all files, or those of the named leaflets: all that a build would report, and more.

    Pictures are drawn and leaflets made, unless the engine cannot start.
    """
    since, key = source.last_change(), source.key("check", names, day) if store.folder else None
    if key and (found := _load(store, key)):
        return found
    catalogue = source.catalogue(names)
    workspace = catalogue.workspace
    work = plan([catalogue], names, Variants(), day, "nothing")
    problems = list(work.diagnostics)
    if not names:
        problems = [*check_catalogue(catalogue), *problems, *unused_blocks(catalogue)]
    problems += ended_approvals(work.tasks)
    problems += partly_translated(work.tasks)
    problems += untranslated_details([workspace], (t.request.language for t in work.tasks))
    problems += marker_problems(catalogue, store)
    problems += photograph_problems(catalogue, store)
    try:
        logo = logo_problems(workspace, store)
        problems += logo
        # What concerns only the drawings of other leaflets does not matter to the named ones.
        drawings = drawing_problems(workspace, store)
        problems += (d for d in drawings if not (names and errors_in([d])))
        if not errors_in(logo):
            problems += _refusals(work, catalogue, store, jobs)
        printable = True
    except CannotPrintError as error:
        printable = False
        message = f"No page was laid out: {error}"
        hint = "Text that does not fit can only be found with the PDF engine: run `handouts doctor`"
        problems.append(Diagnostic("not-laid-out", message, hint=hint, severity=Severity.WARNING))
    files = {
        name: len(catalogue.files_of(name))
        for name in sorted({*catalogue.leaflets.read, *catalogue.leaflets.broken})
    }
    blocks = len(catalogue.blocks.read) + len(catalogue.blocks.broken)
    found = (tuple(dict.fromkeys(problems)), files, blocks)
    state = (since, key)
    # Without the engine, no page was laid out: once it starts, the same files may have faults.
    if key and printable and (source.last_change(), source.key("check", names, day)) == state:
        _save(store, key, workspace, found)
    return found


_FEW = 6


def _refusals(
    work: Plan, catalogue: Catalogue, store: Store, jobs: int | None
) -> Iterator[Diagnostic]:
    """The problems that a build of a plan would report while it makes the leaflets.

    What has a place in a file is told once, however many leaflets it stops. CannotPrintError if the
    engine cannot start.
    """
    shipped = _Shipped(catalogue)
    known: list[tuple[Task, tuple[Area, ...]]] = []
    others: list[Task] = []
    for task in work.tasks:
        areas = shipped.areas(task, store)
        if areas is None:
            others.append(task)
        else:
            known.append((task, areas))
    found = [*_faults_of_details(known, store)]
    job = partial(render, formats=("pdf",), personal=None, store=store)
    each = [(task.document, task.layers, task.limited) for task in others]
    # A few leaflets are made sooner than other processes are started.
    pool = executor(len(others), jobs) if len(others) > _FEW else nullcontext()
    with pool as workers:
        made = (workers.map if workers else map)(job, *zip(*each, strict=True)) if each else ()
        for task, (_, faults) in zip(others, made, strict=True):
            found += (located(fault, task) for fault in faults)

    told: dict[object, list[Diagnostic]] = defaultdict(list)
    for fault in found:
        leaflet = fault.job.leaflet if fault.job and fault.place is None else None
        told[(fault.code, fault.message, fault.place, leaflet)].append(fault)
    firsts = [(same[0], {fault.job for fault in same}) for same in told.values()]
    for first, stopped in firsts:
        yield first if len(stopped) == 1 else replace(first, job=None)


def _faults_of_details(
    tasks: Iterable[tuple[Task, tuple[Area, ...]]], store: Store
) -> Iterator[Diagnostic]:
    """Problems of the clinic's details on leaflets whose text is known to be in order."""
    # Details are set once for each look, so leaflets that look alike have their faults in common.
    by_look = sorted(tasks, key=lambda each: look(each[0].document))
    for _, alike in groupby(by_look, key=lambda each: look(each[0].document)):
        same = list(alike)
        sheets = [(task.document, areas, task.layers) for task, areas in same]
        task = same[0][0]
        try:
            list(imprints_of_clinic(sheets, store, limited=task.limited))
        except HandoutsError as error:
            yield from (located(fault, task) for fault in error.diagnostics)
        except (CannotPrintError, OSError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - as a build of these leaflets would tell it
            yield located(unforeseen(error), task)


# Leaflets that are as they are shipped ----------------------------------------------------------


class _Shipped:
    """The library's own leaflets, as a clinic with nothing but details has them."""

    def __init__(self, catalogue: Catalogue) -> None:
        workspace = catalogue.workspace
        settings = workspace.settings.model
        plain = type(settings)(clinic=settings.clinic, region=settings.region)
        bare = replace(
            workspace,
            folder=workspace.library.content,  # in which there is no clinic's content or template
            settings=replace(workspace.settings, model=plain),
            brand=Brand(),
            logo=None,
            fonts=(),
            approvals=(),
        )
        same = not has_own_files(workspace)
        names = frozenset(catalogue.leaflets.read)
        self._catalogue = (
            replace(catalogue, workspace=bare) if same else read_catalogue(bare, names)
        )

    def areas(self, task: Task, store: Store) -> tuple[Area, ...] | None:
        """The open areas of a leaflet that can have no fault but in these; None for any other."""
        request, document = task.request, task.document
        if request.leaflet not in self._catalogue.leaflets.read:  # it is the clinic's
            return None
        words = resolve_words(request, self._catalogue)
        plain = resolve_document(request, words, document.standing, self._catalogue)
        # Colours, logo, link and translated opening hours are in the areas, or change no line.
        same = {each: getattr(plain, each) for each in ("brand", "logo", "link", "clinic")}
        if plain != document.model_copy(update=same):
            return None
        page = compose_shell(document, task.layers, None, store)
        # The clinic's name, or that of somebody who signed, is printed in texts too.
        return page.areas if _printable() >= set(page.html) else None


@lru_cache(maxsize=1)
def _printable() -> frozenset[str]:
    """The characters of the shipped fonts, and others that a page has but does not print."""
    unprinted = f"\n\t\N{SOFT HYPHEN}{ALT_PREFIX}"
    return characters(FONTS).union(unprinted)


# Records of checks ------------------------------------------------------------------------------

_PASSING = {OVER_LIMIT, "program-error"}
"""Codes of problems that may be gone the next time, although no file has changed."""


def _save(store: Store, key: str, workspace: Workspace, found: Checks) -> None:
    """Keep what a check found, unless it may find something else the next time."""
    diagnostics, leaflets, blocks = found
    if any(d.code in _PASSING for d in diagnostics):
        return
    digests = [sha256(workspace.logo.data).hexdigest()] if workspace.logo else []
    digests += [font.digest for font in workspace.fonts]
    widths = [d.place.width if d.place else 1 for d in diagnostics]
    record = {
        "diagnostics": [
            d.to_json() | {"width": w} for d, w in zip(diagnostics, widths, strict=True)
        ],
        "leaflets": leaflets,
        "blocks": blocks,
        "assets": asset_digests(brand_files(workspace.folder, workspace.brand), digests),
    }
    store.put(key, json.dumps(record).encode())


def _load(store: Store, key: str) -> Checks | None:
    """What an earlier check of the same files found; None if there was none."""
    stored = store.get(key)
    record = json.loads(stored) if stored else None
    if not record or not all(is_current(Path(p), was) for p, was in record["assets"].items()):
        return None
    diagnostics = tuple(Diagnostic.from_json(entry) for entry in record["diagnostics"])
    return diagnostics, record["leaflets"], record["blocks"]
