"""Sign-off: what it covers, which sign-offs hold, which lapsed and why, and recording new ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from handouts.content.appearance import TEMPLATES
from handouts.content.load import validated
from handouts.content.workspace import APPROVALS
from handouts.content.yaml import MAX_BYTES, decode, parse_yaml, yaml_text
from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.files import locked, read_bytes, write_atomic
from handouts.model.approvals import Approval, Approvals, Role, Signer
from handouts.model.base import Model
from handouts.model.document import ApprovalState, Section, SignOff, Standing, Words
from handouts.model.text import Text
from handouts.review import earlier
from handouts.store import key_of
from handouts.translation.languages import SOURCE_LANGUAGE

PART_DIGITS = 16
"""Number of hexadecimal digits of a part's digest that a record keeps, to show what has changed."""

LAYOUT = {"layout", "left", "start", "numbers", "tighter_on", "sources_last_on"}
"""Fields of a leaflet and its sections that concern only layout; a sign-off does not cover them."""

_PARTS: Mapping[str, set[str]] = {
    "review date": {"issued", "review_due"},
    "help lines": {"help_lines"},
    "list of sources": {"references"},
    "device statements": {"devices"},
    "printed labels": {"labels"},
}
"""Fields of the text by the part that they belong to.

No section can have such a name, because an id has no spaces.
"""

_APART = {"sections", "looks", "offered", "not_offered", "costs"}
"""Fields with parts of their own: see ``part_digests``."""

_LOCK = ".approvals.lock"
"""An empty file that stays in the folder, as a build's does: see ``build.output``."""

_FILE_HEAD = """\
# Who approved which text, in which role. Written by `handouts approve`, which only adds lines.
approvals:
"""


# What is signed ---------------------------------------------------------------------------------


def part_digests(words: Words) -> dict[str, str]:
    """A SHA-256 of each part of a leaflet, the same for every paper, brand and date.

    Fields with default values are left out, so that a field added in a later version of the program
    does not change any digest.
    """
    # What is left out is listed, not what counts, so that a new field counts by default.
    head = set(Words.model_fields).difference(_APART, LAYOUT, *_PARTS.values())
    fields = set(Section.model_fields) - LAYOUT
    # A template of the clinic's could print the devices that a leaflet states anywhere.
    own = any(look.name.startswith(TEMPLATES) for look in words.looks)
    blocks = (block for section in words.sections for block in section.blocks)
    stated = own or any(block.type == "device" for block in blocks)
    return {
        "title and aim": _digest(_fields(words, head)),
        **{section.id: _digest(_fields(section, fields)) for section in words.sections},
        **{name: _digest(_fields(words, fields)) for name, fields in _PARTS.items()},
        # In their place, which they keep.
        "device statements": _digest(_fields(words, {"devices"}) if stated else {}),
        "treatments offered": _digest(_treatments(words)),
        **{look.name: look.sha256 for look in words.looks},
    }


def digest_of(parts: Mapping[str, str]) -> str:
    """One SHA-256 for all parts: their names, their digests and their order."""
    return key_of("sign-off", *(word for part in parts.items() for word in part))


def _treatments(words: Words) -> list[Any]:
    """What a leaflet prints about the clinic's treatments: what is offered, sessions and prices.

    A leaflet that compares none and has no costs prints none of it, unless a template of the
    clinic's does.
    """
    own = any(look.name.startswith(TEMPLATES) for look in words.looks)
    blocks = [block for section in words.sections for block in section.blocks]
    rows = [row for block in blocks for row in getattr(block, "options", ())]
    panels = [panel for block in blocks for panel in getattr(block, "panels", ())]
    compared = {row.treatment for row in rows if row.treatment}
    compared |= {name for panel in panels for name in panel.treatment}
    costs = any(block.type == "costs" for block in blocks)
    return [
        _plain(words.offered) if compared or own else [],
        [name for name in words.not_offered if name in compared or own],
        _plain(words.costs) if costs or own else [],
    ]


def _fields(model: Model, names: set[str]) -> dict[str, Any]:
    """Fields as plain data, without those that have their default value."""
    known = type(model).model_fields
    return {
        name: _plain(value)
        for name, value in model
        if name in names and value != known[name].default
    }


def _plain(value: Any) -> Any:
    """Plain data that is different for any two values that could be printed differently."""
    if isinstance(value, Text):
        # Not as source: a slot's value may look like markup.
        return [[run.text, run.bold, run.slot] for run in value.runs]
    if isinstance(value, Model):
        return _fields(value, set(type(value).model_fields))
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | None) else str(value)


def _digest(plain: Any) -> str:
    return key_of(json.dumps(plain, sort_keys=True))


# Approval status --------------------------------------------------------------------------------


def required_roles(language: str) -> tuple[Role, ...]:
    """The roles that must sign: a clinician, and for a translation also a language reviewer."""
    return ("clinical",) if language == SOURCE_LANGUAGE else ("clinical", "linguistic")


def standing_of(words: Words, approvals: Iterable[Approval], day: date) -> Standing:
    """The approval status of a text on a date, from its leaflet's sign-offs, oldest first.

    A sign-off counts from the day on which it was given.
    """
    parts = part_digests(words)
    digest = digest_of(parts)
    # A later sign-off replaces an earlier one of the same role, even if only that one would hold.
    latest = {a.role: a for a in approvals if a.signed <= day}
    current = {r: a for r, a in latest.items() if a.digest == digest or earlier.covers(a, words)}
    holding = {r: a for r, a in current.items() if a.until is None or day <= a.until}
    needed = required_roles(words.language)
    state: ApprovalState = "unapproved"
    if all(role in holding for role in needed) and not words.untranslated:
        state = "approved"
    elif any(role in current and role not in holding for role in needed):
        state = "expired"  # told first, because it is cured by signing the same text again
    elif any(role in latest and role not in current for role in needed):
        state = "lapsed"
    changed: tuple[str, ...] = ()
    if superseded := next((a for r, a in latest.items() if r not in current), None):
        # Earlier versions named the parts otherwise, and covered fewer of them.
        old = earlier.is_earlier(superseded)
        now = earlier.part_digests(words) if old else parts
        changed = changed_parts(superseded.parts, now)
        changed += tuple(earlier.uncovered(superseded, words)) if old else ()
    return Standing(
        digest=digest,
        parts=tuple(parts.items()),
        approval=state,
        sign_offs=tuple(SignOff(role=a.role, by=a.by, signed=a.signed) for a in holding.values()),
        changed=changed,
        until=min((a.until for a in holding.values() if a.until), default=None),
        overdue=day > words.review_due,
        words_only=any(a.digest != digest for a in holding.values()),
    )


def changed_parts(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the parts that were added, removed or changed, in page order."""
    names = dict.fromkeys([*now, *before])
    return tuple(
        name
        for name in names
        if before.get(name, "")[:PART_DIGITS] != now.get(name, "")[:PART_DIGITS]
    )


# Recording --------------------------------------------------------------------------------------


def sign_off(
    document: Words, standing: Standing, *, role: Role, by: str, signed: date, until: date | None
) -> Approval:
    """A sign-off of a leaflet as it is now.

    HandoutsError for a name that cannot be printed, and for days in the wrong order.
    """
    # Read as if from the file, so that it meets the same rules as in it.
    try:
        node = parse_yaml(yaml_text({"by": by}), Path(APPROVALS))
        signer: Signer = validated(node, Signer).model
    except HandoutsError as error:  # there is no file yet in which it could have a place
        raise HandoutsError(*(replace(d, place=None) for d in error.diagnostics)) from None
    last, issued = until or signed, document.issued
    if last < signed:
        raise _wrong_date(f"The approval would end on {last}, before it is given on {signed}", None)
    if issued > signed:
        message = f"`{document.leaflet}` is issued on {issued}, after its approval on {signed}"
        raise _wrong_date(message, "Correct `issued`, or approve it on that day")
    return Approval(
        leaflet=document.leaflet,
        language=document.language,
        region=document.region,
        version=document.version,
        role=role,
        by=signer.by,
        signed=signed,
        until=until,
        digest=standing.digest,
        parts={part: digest[:PART_DIGITS] for part, digest in standing.parts},
    )


def record(folder: Path, approvals: Iterable[Approval]) -> Path:
    """Append sign-offs to the clinic's ``approvals.yaml``, leaving the rest of it unchanged.

    Sign-offs that are recorded at the same time wait for each other. HandoutsError, and an
    unchanged file, if the result could not be read again.
    """
    path = folder / APPROVALS
    entries: list[dict[str, Any]] = [
        approval.model_dump(mode="json", exclude_none=True) for approval in approvals
    ]
    with locked(folder / _LOCK):
        before = decode(path, read_bytes(path, MAX_BYTES)) if path.exists() else _FILE_HEAD
        data = f"{before.rstrip()}\n{yaml_text(entries)}".encode()
        if len(data) > MAX_BYTES:
            message = f"With these sign-offs the file would exceed {MAX_BYTES / 1e6:g} MB"
            hint = "Move sign-offs that no longer hold to another file, which you keep"
            raise HandoutsError(Diagnostic("file-too-large", message, Place(path), hint))
        # Nobody could read the sign-offs of a broken file: find out before it is written.
        validated(parse_yaml(data.decode(), path), Approvals)
        write_atomic(path, data)
    return path


def _wrong_date(message: str, hint: str | None) -> HandoutsError:
    return HandoutsError(Diagnostic("wrong-date", message, hint=hint))
