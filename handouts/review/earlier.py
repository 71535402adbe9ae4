"""Sign-offs of earlier versions, which covered the text of a leaflet but nothing that is drawn.

They also left out `issued` and the review date, and one part of the text replaced a section of the
same name. Such a sign-off still holds where none of this can matter; elsewhere it has lapsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from handouts.model.approvals import Approval
from handouts.model.base import Model
from handouts.model.document import Section, Words

_DIGITS = 16
_HEAD_FIELDS = {"title", "short_title", "aim", "audience", "kind_label", "version"}
_OTHERS: Mapping[str, set[str]] = {
    "help-lines": {"help_lines"},
    "references": {"references"},
    "machines": {"devices"},
    "labels": {"labels"},
}
_LAYOUT = {"layout", "left", "start", "numbers"}


def is_earlier(approval: Approval) -> bool:
    """Whether an earlier version recorded it: it called the first part of every leaflet `head`."""
    return "head" in approval.parts


def covers(approval: Approval, words: Words) -> bool:
    """Whether a sign-off of an earlier version holds for a text, whatever the day."""
    return approval.digest == digest_of(part_digests(words)) and not any(uncovered(approval, words))


def uncovered(approval: Approval, words: Words) -> Iterator[str]:
    """Names of the parts that its digest left out, and that may have changed since."""
    # It left out `issued`: the dates of a text that was issued later are not those that were seen.
    if words.issued > approval.signed:
        yield "review date"
    yield from (section.id for section in words.sections if section.id in {"head", *_OTHERS})
    yield from (look.name for look in words.looks if look.own)


def part_digests(words: Words) -> dict[str, str]:
    """The digests of a text's parts, as earlier versions made them."""
    fields = set(Section.model_fields) - _LAYOUT
    # In this order: of two parts with the same name the later one wins, as it did then.
    return {
        "head": _digest(words, _HEAD_FIELDS),
        **{section.id: _digest(section, fields) for section in words.sections},
        **{name: _digest(words, fields) for name, fields in _OTHERS.items()},
    }


def digest_of(parts: Mapping[str, str]) -> str:
    """One digest for all parts, in their order."""
    return hashlib.sha256("".join(parts.values()).encode()).hexdigest()


def _digest(model: Model, fields: set[str]) -> str:
    # Not as `signoff` does it: written in any other way, no old record would hold.
    words = model.model_dump_json(include=fields, exclude_defaults=True)
    return hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]
