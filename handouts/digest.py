"""What a sign-off is bound to: the digest of a leaflet's words, part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from handouts.document import Document
from handouts.models.base import Model

PART = 16
"""Hexadecimal digits of a part's digest."""

_HEAD = {"title", "short_title", "aim", "audience", "kind_label", "version"}


def part_digests(document: Document) -> dict[str, str]:
    """Short SHA-256 of each part of the words, the same for every paper, brand and date.

    Fields at their defaults do not count, so a new field of a later edition changes no digest.
    """
    sections = {section.id: _digest(section) for section in document.sections}
    return {
        "head": _digest(document, _HEAD),
        **sections,
        "help-lines": _digest(document, {"help_lines"}),
        "references": _digest(document, {"references"}),
        "machines": _digest(document, {"devices"}),
        "labels": _digest(document, {"labels"}),
    }


def digest_of(parts: Mapping[str, str]) -> str:
    """One digest for all parts, in their order."""
    return hashlib.sha256("".join(parts.values()).encode()).hexdigest()


def _digest(model: Model, fields: set[str] | None = None) -> str:
    words = model.model_dump_json(include=fields, exclude_defaults=True)
    return hashlib.sha256(words.encode()).hexdigest()[:PART]
