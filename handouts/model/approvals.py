"""``approvals.yaml``: who approved which words, in which role, until when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from handouts.model.base import Day, Id, Language, Line, Model, RegionId, Version

Role = Literal["clinical", "linguistic", "patient-reader"]

Digest = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{64}$"),
    Field(description="SHA-256 in hexadecimal digits."),
]

PartDigest = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{16}$"),
    Field(description="The beginning of a SHA-256 in hexadecimal digits."),
]


class Approval(Model):
    """One sign-off. It holds for the words with this ``digest`` and lapses with any change.

    ``parts`` are the digests of the leaflet's parts, so that a change can be told by its place.
    """

    leaflet: Id
    language: Language
    region: RegionId
    version: Version
    role: Role
    by: Line
    signed: Day
    until: Day | None = None
    digest: Digest
    parts: dict[str, PartDigest] = Field(default_factory=dict)


class Approvals(Model):
    """``approvals.yaml``, oldest first; nothing is ever taken out."""

    approvals: tuple[Approval, ...] = ()
