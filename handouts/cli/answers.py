"""What each command answers to ``--json``: the one place where its keys are written down.

Commands fill these in, ``program`` begins with what each holds before anything is found, and
``schema_files`` makes of them the JSON Schemas in docs/reference/answers/ (by ``scripts/answers``).
"""

from __future__ import annotations

import json
from typing import Any, Literal, get_args, get_origin, get_type_hints

from typing_extensions import NotRequired, TypedDict  # noqa: UP035 - for pydantic on Python 3.11

from handouts.api.doctor import Finding
from handouts.build.output import Output
from handouts.diagnostics import Severity

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

ApprovalState = Literal["unapproved", "lapsed", "expired", "approved"]
Layer = Literal["clinic", "region", "shipped"]


class Problem(TypedDict):
    """A diagnostic. What belongs to a place or to a leaflet is null where there is none."""

    code: str
    """One of the codes in docs/reference/codes.md."""
    severity: Severity
    """An error stops a leaflet, a warning wants a look, an info only tells."""
    message: str
    file: str | None
    line: int | None
    """From 1."""
    column: int | None
    """In characters, from 1."""
    hint: str | None
    """What to do about it."""
    leaflet: str | None
    """The leaflet that was being made when it came to light."""
    locale: str | None
    paper: str | None


class Answer(TypedDict):
    """What every command answers, however it ends; alone where no command could be told."""

    ok: bool
    """Whether the exit code is 0."""
    diagnostics: list[Problem]


# Making -----------------------------------------------------------------------------------------


class PackFile(TypedDict):
    """A file of several leaflets, each of which begins on a new sheet."""

    file: str
    sha256: str
    size: int
    codes: list[str]
    """Those of its leaflets, in order."""
    pages: list[int]
    """Of each leaflet, without an empty one after it."""


class BuildAnswer(Answer):
    """The files of a build."""

    folder: str | None
    """Where they are; null if it did not come to that."""
    outputs: list[Output]
    """As in manifest.json. Of many clinics, with the clinic's folder before the file's name."""
    packs: list[PackFile]
    """With ``--pack``; the manifest does not list them."""
    not_made: list[str]
    """Leaflets that were asked for, or of many clinics their folders."""


class CheckAnswer(Answer):
    """How much was checked."""

    leaflets: int
    blocks: int


class DeskAnswer(Answer):
    """Why it does not run: it goes on until it is stopped, so it has nothing to answer."""


class WatchAnswer(Answer):
    """Why it does not run: it goes on until it is stopped, so it has nothing to answer."""


# Leaflets ---------------------------------------------------------------------------------------


class Listed(TypedDict):
    """A leaflet with what tells it from others."""

    id: str
    title: str
    kind: str
    offered: bool
    """Whether the clinic offers a treatment that it is about; if not, no build makes it."""
    languages: list[str]
    approval: ApprovalState | None
    """The least of its languages' approvals; null if it is not offered."""
    version: str
    issued: str


class ListedFile(TypedDict):
    """Where something listed is written."""

    layer: Layer
    file: str


class ListedRegion(ListedFile):
    """A region, with its name in full."""

    id: str
    name: str
    paper: str
    device_statuses: list[str]
    used: bool
    """Whether it is the clinic's."""


class ListedKind(ListedFile):
    """A kind of leaflet."""

    id: str
    label: str
    review_months: int
    sections: list[str]
    """The sections that it requires, in order."""
    leaflets: int
    """How many leaflets are of this kind."""


class ListedSource(TypedDict):
    """A source, and the leaflets that cite it."""

    key: str
    title: str
    organisation: str
    year: str
    grade: str
    url: str | None
    leaflets: list[str]


class ListedTreatment(TypedDict):
    """A treatment, and the leaflets about it."""

    id: str
    name: str
    offered: bool
    leaflets: list[str]


class ListAnswer(Answer):
    """What was asked for; the other lists are empty."""

    leaflets: list[Listed]
    regions: list[ListedRegion]
    kinds: list[ListedKind]
    sources: list[ListedSource]
    treatments: list[ListedTreatment]


class Block(TypedDict):
    """A block of a leaflet, and where it is written."""

    type: str
    id: str | None
    """Null for a block that is written in the leaflet."""
    words: list[str]
    file: str
    line: int


class Section(TypedDict):
    """A section of a leaflet."""

    id: str
    heading: str
    blocks: list[Block]


class Spot(TypedDict):
    """A place in a layer."""

    layer: Layer
    file: str
    line: int


class Part(Spot):
    """A part that a leaflet is made of, and what it overrides."""

    part: str
    """What it is: a block, a label, a template …"""
    name: str
    shadows: list[Spot]
    """From strong to weak."""


class Source(TypedDict):
    """A source, in the order of the numbers on the pages."""

    key: str
    organisation: str
    title: str
    year: str
    url: str | None


class Shown(Listed):
    """A leaflet with all that it is made of."""

    aim: str
    file: str
    sections: list[Section]
    sources: list[Source]
    made_from: NotRequired[list[Part]]
    """With --explain only."""


class ShowAnswer(Answer):
    """One leaflet."""

    leaflet: Shown | None
    """Null where it has faults."""


# Sign-off ---------------------------------------------------------------------------------------


class ApproveAnswer(Answer):
    """What was approved."""

    approved: list[str]
    """The codes of leaflets, as they are printed."""


class Standing(TypedDict):
    """How a leaflet stands in one language."""

    leaflet: str
    language: str
    """With the region: en-GB."""
    version: str
    digest: str
    """SHA-256 of its words."""
    state: ApprovalState
    review_due: str
    until: str | None
    """The last day on which its approval holds."""
    changed: list[str]
    """Parts that differ from those that were approved."""
    sign_offs: list[str]
    note: str
    """What people are told, or nothing."""


class StatusAnswer(Answer):
    """How the leaflets stand."""

    leaflets: list[Standing]


class Verdict(TypedDict):
    """A printed sheet held against the words of today."""

    digest: str
    """As it is printed."""
    leaflet: str | None
    """Null where nobody knows the words."""
    current: bool
    approval: ApprovalState | None
    now: str | None
    """The code of the leaflet as it would be printed today."""
    changed: list[str]
    compared: Literal["bytes", "pages"] | None
    """What of a file is the same as it would be made now; null if only a code was looked up."""
    different_pages: list[int]
    """Pages of a file with other words, or that look different."""


class VerifyAnswer(Answer):
    """What became of a printed sheet."""

    verdict: Verdict | None
    """Of a pack, on its first leaflet."""
    verdicts: list[Verdict]
    """On each leaflet of a pack, or on the only one."""


# A clinic's files -------------------------------------------------------------------------------


class InitAnswer(Answer):
    """A clinic's new folder."""

    folder: str | None
    files: list[str]


class NewAnswer(Answer):
    """Files that were begun, the one that was asked for last."""

    files: list[str]


class Override(TypedDict):
    """A clinic's file that stands before another."""

    id: str
    file: str
    replaces: str | None
    """Null where the other file has gone."""
    layer: Layer | None
    recorded: str | None
    """SHA-256 of what it replaced, as the file itself says."""
    digest: str | None
    """SHA-256 of what it replaces now."""
    state: Literal["watched", "drifted", "not watched"]
    diff: str
    """A unified diff, or nothing."""


class DiffAnswer(Answer):
    """How the clinic's files differ from those that they replace."""

    overrides: list[Override]
    accepted: list[str]


class SchemaAnswer(Answer):
    """Schemas that were written."""

    files: list[str]


# Words ------------------------------------------------------------------------------------------


class Match(TypedDict):
    """A place where words were found."""

    file: str
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    layer: Layer
    excerpt: str


class SearchAnswer(Answer):
    """Where words stand, the clinic's files first."""

    matches: list[Match]


# Translations -----------------------------------------------------------------------------------


class UpdatedFile(TypedDict):
    """A file of translations that was begun or brought up to date."""

    file: str
    texts: int
    """All texts to translate."""
    new: int
    stale: int
    """Translations whose text has changed since they were made."""
    reused: int
    """Texts that have the translation of the same text elsewhere."""
    dropped: int
    """Translations that no text needs any more; they stay in the file as obsolete."""


class TranslationProgress(TypedDict):
    """How many texts of a leaflet are in each state in a language."""

    leaflet: str
    language: str
    state: Literal["missing", "stale", "machine", "translated"]
    """The lowest of any text."""
    missing: int
    stale: int
    machine: int
    translated: int
    total: int


class Exported(TypedDict):
    """A file for a translator."""

    file: str
    texts: int


class ImportedFile(TypedDict):
    """The file of translations that a translator's file was taken into."""

    file: str
    changed: int
    unchanged: int
    empty: int
    """Texts without a translation in the translator's file."""


class TranslateAnswer(Answer):
    """What was done with translations; only what belongs to the command that was given."""

    updated: list[UpdatedFile]
    progress: list[TranslationProgress]
    exported: Exported | None
    imported: ImportedFile | None


# The program ------------------------------------------------------------------------------------


class Cache(TypedDict):
    """What is kept between builds, or was."""

    folder: str
    entries: int
    bytes: int
    max_bytes: int


class CacheAnswer(Answer):
    """The cache; after `clear`, what was removed."""

    cache: Cache | None


class DoctorAnswer(Answer):
    """What was found of this machine."""

    findings: list[Finding]
    """With the severity null where all is in order."""


class ExplainedCode(TypedDict):
    """A code of a diagnostic."""

    code: str
    meaning: str
    remedy: str
    exit_code: int
    """That of a command with an error of this code."""


class ExplainAnswer(Answer):
    """What codes mean."""

    codes: list[ExplainedCode]


ANSWERS: dict[str, type] = {
    "approve": ApproveAnswer,
    "build": BuildAnswer,
    "cache": CacheAnswer,
    "check": CheckAnswer,
    "desk": DeskAnswer,
    "diff": DiffAnswer,
    "doctor": DoctorAnswer,
    "explain": ExplainAnswer,
    "init": InitAnswer,
    "list": ListAnswer,
    "new": NewAnswer,
    "schema": SchemaAnswer,
    "search": SearchAnswer,
    "show": ShowAnswer,
    "status": StatusAnswer,
    "translate": TranslateAnswer,
    "verify": VerifyAnswer,
    "watch": WatchAnswer,
}
"""Answers by the names of their commands."""


def values_before(command: str) -> dict[str, Any]:
    """An answer's values beside ``ok`` and ``diagnostics`` before anything is found."""
    values: dict[str, Any] = {}
    for key, shape in get_type_hints(ANSWERS[command]).items():
        if key not in Answer.__annotations__:
            # Null where that is allowed, else an empty list or the number 0.
            nullable = type(None) in get_args(shape)
            values[key] = None if nullable else (get_origin(shape) or shape)()
    return values


def schema_files() -> dict[str, str]:
    """The text of each command's JSON Schema by its file's name."""
    # Imported here: every command fills in answers, but only `scripts/answers` needs their schemas.
    from pydantic import ConfigDict, TypeAdapter
    from pydantic.json_schema import GenerateJsonSchema

    class Generator(GenerateJsonSchema):
        def field_title_should_be_set(self, _: Any) -> bool:
            return False

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    files = {}
    for command, shape in ANSWERS.items():
        # pydantic refuses `config` for a type that could have its own, but not for a list of them.
        answers = TypeAdapter(list[shape], config=config)  # type: ignore[valid-type]
        definitions = answers.json_schema(schema_generator=Generator, mode="serialization")["$defs"]
        answer = definitions.pop(shape.__name__)
        answer["title"] = f"handouts {command} --json"
        schema = {"$schema": _DIALECT, **answer, "$defs": definitions}
        text = json.dumps(schema, indent=2, ensure_ascii=False).replace("``", "`")
        files[f"{command}.json"] = text + "\n"
    return files
