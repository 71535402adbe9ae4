"""Sign-off: what it covers, which sign-offs hold, which lapsed and why, and recording new ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from handouts.content.load import validated
from handouts.content.workspace import APPROVALS
from handouts.content.yaml import parse_yaml, yaml_text
from handouts.files import write_atomic
from handouts.model.approvals import Approval, Approvals, Role
from handouts.model.base import Model
from handouts.model.document import ApprovalState, Section, SignOff, Standing, Words
from handouts.translation.languages import SOURCE_LANGUAGE

PART_DIGITS = 16
"""Number of hexadecimal digits of a part's digest."""

LAYOUT = {"layout", "left", "start", "numbers"}
"""Fields of a section that concern only its layout; a sign-off does not cover them."""

_HEAD_FIELDS = {"title", "short_title", "aim", "audience", "kind_label", "version"}

_FILE_HEAD = """\
# Who approved which text, in which role. Written by `handouts approve`, which only adds lines.
approvals:
"""


# What is signed ---------------------------------------------------------------------------------


def part_digests(words: Words) -> dict[str, str]:
    """A short SHA-256 of each part of the text, the same for every paper, brand and date.

    Fields with default values are left out, so that a field added in a later version of the program
    does not change any digest.
    """
    # What is left out is listed, not what counts, so that a new field counts by default.
    fields = set(Section.model_fields) - LAYOUT
    sections = {section.id: _digest(section, fields) for section in words.sections}
    return {
        "head": _digest(words, _HEAD_FIELDS),
        **sections,
        "help-lines": _digest(words, {"help_lines"}),
        "references": _digest(words, {"references"}),
        "machines": _digest(words, {"devices"}),
        "labels": _digest(words, {"labels"}),
    }


def digest_of(parts: Mapping[str, str]) -> str:
    """One digest for all parts, in their order."""
    return hashlib.sha256("".join(parts.values()).encode()).hexdigest()


def _digest(model: Model, fields: set[str]) -> str:
    words = model.model_dump_json(include=fields, exclude_defaults=True)
    return hashlib.sha256(words.encode()).hexdigest()[:PART_DIGITS]


# Approval status --------------------------------------------------------------------------------


def required_roles(language: str) -> tuple[Role, ...]:
    """The roles that must sign: a clinician, and for a translation also a language reviewer."""
    return ("clinical",) if language == SOURCE_LANGUAGE else ("clinical", "linguistic")


def standing_of(words: Words, approvals: Iterable[Approval], day: date) -> Standing:
    """The approval status of a text on a date, from its leaflet's sign-offs, oldest first."""
    parts = part_digests(words)
    digest = digest_of(parts)
    latest = {
        approval.role: approval for approval in approvals
    }  # a later sign-off replaces an earlier one
    current = {role: a for role, a in latest.items() if a.digest == digest}
    holding = {role: a for role, a in current.items() if a.until is None or day <= a.until}
    superseded = next((a for a in latest.values() if a.digest != digest), None)
    return Standing(
        digest=digest,
        parts=tuple(parts.items()),
        approval=_state(required_roles(words.language), latest, current, holding),
        sign_offs=tuple(SignOff(role=a.role, by=a.by, signed=a.signed) for a in holding.values()),
        changed=changed_parts(superseded.parts, parts) if superseded else (),
        until=min((a.until for a in holding.values() if a.until), default=None),
        overdue=day > words.review_due,
    )


def _state(
    needed: tuple[Role, ...],
    latest: Mapping[Role, Approval],
    current: Mapping[Role, Approval],
    holding: Mapping[Role, Approval],
) -> ApprovalState:
    if all(role in holding for role in needed):
        return "approved"
    if any(role in current and role not in holding for role in needed):
        return "expired"
    if any(role in latest and role not in current for role in needed):
        return "lapsed"
    return "unapproved"


def changed_parts(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the parts that were added, removed or changed, in page order."""
    names = dict.fromkeys([*now, *before])
    return tuple(name for name in names if before.get(name) != now.get(name))


# Recording --------------------------------------------------------------------------------------


def record(folder: Path, approvals: Iterable[Approval]) -> Path:
    """Append sign-offs to the clinic's ``approvals.yaml``, leaving the rest of it unchanged.

    HandoutsError, and an unchanged file, if the result could not be read again.
    """
    path = folder / APPROVALS
    before = path.read_text("utf-8") if path.exists() else _FILE_HEAD
    entries: list[dict[str, Any]] = [
        approval.model_dump(mode="json", exclude_none=True) for approval in approvals
    ]
    text = f"{before.rstrip()}\n{yaml_text(entries)}"
    validated(parse_yaml(text, path), Approvals)
    write_atomic(path, text.encode())
    return path
