"""Sign-off: what holds, what lapsed and why, and how a new one is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from handouts.document import ApprovalState, SignOff
from handouts.files import write_atomic
from handouts.models.approvals import Approval, Approvals, Role
from handouts.source import parse_yaml, yaml_text
from handouts.validate import validated

FILE = "approvals.yaml"

SOURCE_LANGUAGE = "en"

_HEAD = """\
# Who approved which words, in which role. Written by `handouts approve`; lines are only ever added.
approvals:
"""


@dataclass(frozen=True)
class Standing:
    """How a leaflet stands: its state, the sign-offs that hold, and the parts that changed."""

    state: ApprovalState
    sign_offs: tuple[SignOff, ...]
    changed: tuple[str, ...]
    until: date | None


def required_roles(language: str) -> tuple[Role, ...]:
    """A clinician always; a translation also someone who checked its language."""
    return ("clinical",) if language == SOURCE_LANGUAGE else ("clinical", "linguistic")


def standing(
    approvals: Iterable[Approval], parts: Mapping[str, str], digest: str, language: str, day: date
) -> Standing:
    """How words with such a digest stand, by the sign-offs for their leaflet, on a day."""
    latest: dict[Role, Approval] = {}
    for approval in approvals:
        latest[approval.role] = approval
    current = {role: a for role, a in latest.items() if a.digest == digest}
    holding = {role: a for role, a in current.items() if a.until is None or day <= a.until}
    needed = required_roles(language)
    state: ApprovalState = "approved"
    if not all(role in holding for role in needed):
        seen = [role for role in needed if role in latest]
        if any(role in current and role not in holding for role in needed):
            state = "expired"
        else:
            state = "lapsed" if any(role not in current for role in seen) else "unapproved"
    stale = next((a for a in latest.values() if a.digest != digest), None)
    ends = [a.until for a in holding.values() if a.until]
    return Standing(
        state,
        tuple(SignOff(role=a.role, by=a.by, signed=a.signed) for a in holding.values()),
        changed_parts(stale.parts, parts) if stale else (),
        min(ends) if ends else None,
    )


def record(folder: Path, approvals: Iterable[Approval]) -> Path:
    """Add sign-offs at the end of the clinic's ``approvals.yaml`` and leave the rest as it is.

    HandoutsError where the file, with them, could not be read again; it is then left untouched.
    """
    path = folder / FILE
    before = path.read_text("utf-8") if path.exists() else _HEAD
    entries = [a.model_dump(mode="json", exclude_none=True) for a in approvals]
    text = f"{before.rstrip()}\n{yaml_text(entries)}"
    validated(parse_yaml(text, path), Approvals)
    write_atomic(path, text.encode())
    return path


def changed_parts(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of parts that were added, removed or changed, in the order of the page."""
    names = dict.fromkeys([*now, *before])
    return tuple(name for name in names if before.get(name) != now.get(name))
