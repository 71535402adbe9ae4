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


class Signer(Model):
    """Who signs, as printed on the leaflet."""

    by: Line


class Approval(Model):
    """One sign-off. It applies to the text with this ``digest`` and lapses with any change.

    ``parts`` are the beginnings of the digests of the leaflet's parts, which show what has changed.
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
    """``approvals.yaml``: sign-offs, oldest first; none is ever removed."""

    approvals: tuple[Approval, ...] = ()
