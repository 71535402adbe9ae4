"""Plans what to make: requests for leaflets, and what blocks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Literal

from handouts.build.variants import Variants
from handouts.content.catalogue import Catalogue, select
from handouts.content.layers import layered_files
from handouts.content.resolve import Request, resolve_document, resolve_words
from handouts.content.translation_files import unknown_language
from handouts.diagnostics import (
    UNFINISHED,
    Diagnostic,
    HandoutsError,
    Job,
    Severity,
    counted,
    errors_in,
    unforeseen,
)
from handouts.model.document import Document
from handouts.model.text import texts_in
from handouts.review.rules import check_catalogue
from handouts.review.rules.oversights import issued_later
from handouts.review.signoff import standing_of
from handouts.translation.languages import SOURCE_LANGUAGE

Todo = Literal["nowhere", "own file", "table"]
"""Where something unfinished is that a leaflet uses."""


@dataclass(frozen=True, eq=False)  # hashed by identity, because a catalogue cannot be hashed
class Task:
    """A leaflet to make, and the content to make it from.

    ``todo`` says where text is still to be written: in a file of its own, or in a table.
    """

    request: Request
    catalogue: Catalogue
    todo: Todo = "nowhere"

    @property
    def layers(self) -> tuple[Path, ...]:
        """Template folders, strong to weak."""
        workspace = self.catalogue.workspace
        return workspace.library.template_layers(workspace.folder, self.request.edition)

    @cached_property
    def limited(self) -> bool:
        """Whether it is made with limits, in a worker."""
        return self.catalogue.workspace.limited

    @property
    def unfinished(self) -> bool:
        """Whether some of its text is still to be written; a table may have other entries too."""
        if self.todo != "table":
            return self.todo == "own file"
        texts = [text.plain for text, _ in texts_in(self.document)]
        texts += [f"{r.title} {r.organisation} {r.year} {r.url}" for r in self.document.references]
        return any("TODO" in text for text in texts)

    @cached_property
    def document(self) -> Document:
        """Everything that will be printed."""
        return resolve(self.request, self.catalogue)

    @property
    def job(self) -> Job:
        """How diagnostics refer to it."""
        request = self.request
        locale = f"{request.language}-{self.catalogue.region.model.id}"
        return Job(request.leaflet, locale, request.paper)


@dataclass(frozen=True)
class Plan:
    """What can be made, and what blocks the rest.

    ``blocked`` are IDs of leaflets with errors, ``refused`` are tasks for leaflets that may not be
    issued.
    """

    tasks: tuple[Task, ...]
    blocked: tuple[str, ...]
    refused: tuple[Task, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def not_made(self) -> tuple[str, ...]:
        """IDs of the requested leaflets that are not among the tasks."""
        return (*self.blocked, *dict.fromkeys(task.request.leaflet for task in self.refused))


def resolve(request: Request, catalogue: Catalogue) -> Document:
    """Resolve a request: the text, its approval status, and the clinic's details."""
    words = resolve_words(request, catalogue)
    approvals = catalogue.approvals_of(request.leaflet, request.language)
    standing = standing_of(words, approvals, request.date)
    return resolve_document(request, words, standing, catalogue)


def plan(
    catalogues: Iterable[Catalogue],
    names: tuple[str, ...],
    variants: Variants,
    day: date,
    require: str | None = None,
) -> Plan:
    """Plan the named leaflets, or all that the clinic offers.

    Leaflets with an error in a file that they use are left out and the error is reported. So are
    leaflets that are not approved, if ``require`` or else the clinic's settings say ``approved``.
    HandoutsError for an unknown name.
    """
    plans = [_plan(catalogue, names, variants, day, require) for catalogue in catalogues]
    return Plan(
        tuple(task for each in plans for task in each.tasks),
        tuple(dict.fromkeys(name for each in plans for name in each.blocked)),
        tuple(task for each in plans for task in each.refused),
        tuple(dict.fromkeys(diagnostic for each in plans for diagnostic in each.diagnostics)),
    )


def _plan(
    catalogue: Catalogue,
    names: tuple[str, ...],
    variants: Variants,
    day: date,
    require: str | None,
) -> Plan:
    workspace, wanted = catalogue.workspace, select(catalogue, names)
    # Those of the settings are checked with the other settings.
    missing = [unknown_language(workspace, language) for language in variants.languages]
    if any(missing):
        raise HandoutsError(*filter(None, missing))
    files = {name: catalogue.files_of(name) for name in wanted}
    problems = _problems(catalogue, files, day)
    faulty = {d.place.file if d.place else None for d in problems if d.severity is Severity.ERROR}
    shared = faulty - _content(catalogue)  # an error in a table stops every leaflet
    blocked = tuple(name for name in wanted if shared or files[name] & faulty)
    sound = {name: files[name] for name in wanted if name not in blocked}
    tasks = _requested(catalogue, sound, variants, day, problems)
    if not tasks and sound:
        message = "A bilingual leaflet needs a language besides English"
        hint = "Name one with `--language`, or under `languages` in `handouts.yaml`"
        problems.append(Diagnostic("unknown-language", message, hint=hint))
        blocked = wanted
    failed = _failures(tasks)
    problems += (problem for found in failed.values() for problem in found)
    blocked += tuple(dict.fromkeys(leaflet for leaflet, _ in failed))
    tasks = [task for task in tasks if _version(task) not in failed]
    refused: tuple[Task, ...] = ()
    if (require or workspace.settings.model.require) == "approved":
        refused = tuple(task for task in tasks if _fault_of(task))
        tasks = [task for task in tasks if task not in refused]
        problems += dict.fromkeys(fault for task in refused if (fault := _fault_of(task)))
    return Plan(tuple(tasks), blocked, refused, tuple(problems))


def _content(catalogue: Catalogue) -> frozenset[Path]:
    """The files of leaflets and blocks: each concerns those leaflets that use it."""
    return frozenset({*catalogue.leaflets.known.values(), *catalogue.blocks.known.values()})


def _problems(
    catalogue: Catalogue, files: Mapping[str, frozenset[Path]], day: date
) -> list[Diagnostic]:
    """What is to be told of leaflets, by the files that they use.

    Problems in files that only other leaflets use do not concern this build.
    """
    layers = catalogue.workspace.content_layers
    regions = frozenset(layered_files(layers, "regions", ".yaml").values())
    used = frozenset({catalogue.region.file}).union(*files.values())
    others = (_content(catalogue) | regions) - used
    problems = [d for d in check_catalogue(catalogue) if not (d.place and d.place.file in others)]
    for name in (name for name in files if name in catalogue.leaflets.read):
        problems += issued_later(catalogue.leaflets.read[name], day)
    return problems


def _requested(
    catalogue: Catalogue,
    files: Mapping[str, frozenset[Path]],
    variants: Variants,
    day: date,
    problems: Iterable[Diagnostic],
) -> list[Task]:
    """A task for each leaflet in each of the variants that it may have."""
    settings, region = catalogue.workspace.settings.model, catalogue.region
    unfinished = {d.place.file for d in problems if d.code == UNFINISHED and d.place}
    elsewhere: Todo = "table" if unfinished - _content(catalogue) else "nowhere"
    each = product(
        files,
        dict.fromkeys(variants.languages or settings.languages),
        dict.fromkeys(variants.papers or settings.papers or (region.model.paper,)),
        dict.fromkeys(variants.editions or settings.editions),
        dict.fromkeys(variants.inks or (settings.ink,)),
    )
    return [
        Task(
            Request(name, language, paper, day, edition, ink),
            catalogue,
            "own file" if (files[name] | {region.file}) & unfinished else elsewhere,
        )
        for name, language, paper, edition, ink in each
        if not (edition == "bilingual" and language == SOURCE_LANGUAGE)
    ]


def _failures(tasks: Iterable[Task]) -> dict[tuple[str, str], tuple[Diagnostic, ...]]:
    """Why leaflets fail although their files are in order, by leaflet and language.

    Found out before anything is made, it stops no other; and a faulty translation stops no other
    language.
    """
    tasks = list(tasks)
    failed = dict(_faulty_translations(tasks))
    for task in tasks:
        try:
            _ = task.document
        except Exception as error:  # noqa: BLE001 - whatever is the matter with this one
            failed[_version(task)] = (replace(unforeseen(error), job=task.job),)
    return failed


def _version(task: Task) -> tuple[str, str]:
    return task.request.leaflet, task.request.language


def _faulty_translations(
    tasks: Iterable[Task],
) -> Iterator[tuple[tuple[str, str], tuple[Diagnostic, ...]]]:
    """The leaflets whose translations have faults, with these, by leaflet and language."""
    versions = {_version(task): task for task in tasks if task.request.language != SOURCE_LANGUAGE}
    if not versions:  # leaflets in the source language need not wait for the import
        return
    from handouts.review.rules.translations import TranslationRules

    rules: dict[str, TranslationRules] = {}
    for (leaflet, language), task in versions.items():
        if language not in rules:
            rules[language] = TranslationRules(task.catalogue, language)
        found = tuple(rules[language].problems(leaflet))
        if errors_in(found):
            yield (leaflet, language), found


def partly_translated(tasks: Iterable[Task]) -> Iterator[Diagnostic]:
    """A warning for each leaflet of which something is not translated."""
    documents = {_version(task): task.document for task in tasks if task.document.untranslated}
    for (leaflet, language), document in documents.items():
        count = document.untranslated
        parts = counted(count, "part")
        message = f"`{leaflet}` ({document.locale}): {parts} in {SOURCE_LANGUAGE}, not translated"
        hint = f"`handouts translate status -l {language}` shows what is missing or stale"
        yield Diagnostic("not-translated", message, hint=hint, severity=Severity.WARNING)


def ended_approvals(tasks: Iterable[Task]) -> Iterator[Diagnostic]:
    """A warning for each leaflet that is a draft again, although somebody has approved it."""
    documents = {(t.request.leaflet, t.document.locale): t.document for t in tasks}
    for document in documents.values():
        standing = document.standing
        if standing.approval in ("lapsed", "expired"):
            message = f"`{document.leaflet}` ({document.locale}) is {standing.status}"
            if standing.changed:
                message += f": {', '.join(standing.changed)}"
            hint = f"Have it read again, then run `handouts approve {document.leaflet}`"
            yield Diagnostic("no-longer-approved", message, hint=hint, severity=Severity.WARNING)


def _fault_of(task: Task) -> Diagnostic | None:
    """Why a leaflet may not be issued if approval is required; None if it may."""
    document = task.document
    name = f"`{document.leaflet}` ({document.locale})"
    if task.unfinished:
        message = f"{name} cannot be issued: it contains text still to be written"
        return Diagnostic("not-approved", message, hint="Replace each TODO, then approve it")
    if document.standing.issuable:
        return None
    message = f"{name} cannot be issued: it is {document.standing.status}"
    hint = "`handouts status` shows what has changed; `handouts approve` records a sign-off"
    return Diagnostic("not-approved", message, hint=hint)
