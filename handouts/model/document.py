"""The resolved leaflet: what is signed (``Words``), how it stands (``Standing``), all that is
printed (``Document``). Each is frozen, and can be compared, hashed and pickled.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from handouts.model.approvals import Role
from handouts.model.base import Model
from handouts.model.blocks import AnyBlock
from handouts.model.clinic import Brand, Clinic, FontFile, Picture
from handouts.model.tables import Edition, HelpLine, Ink, Paper, Reference
from handouts.model.text import Text

ApprovalState = Literal["unapproved", "lapsed", "expired", "approved"]
"""Nobody signed; the words changed after; the time is up; every role that is needed holds."""

SHORT_DIGEST = 10
"""Hexadecimal digits of a digest that are printed."""


class SignOff(Model):
    """A sign-off that holds: who, in which role, and when."""

    role: Role
    by: str
    signed: date


class LabelText(Model):
    """A word or sentence that a template prints, by its key."""

    key: str
    text: Text


class DeviceStatement(Model):
    """What the clinic's evidence allows to be said of a machine, and when it was last checked."""

    text: Text
    checked: date


class Cost(Model):
    """What the clinic says of a treatment's sessions and price."""

    name: Text
    sessions: str | None
    price: str | None


class Section(Model):
    """A heading and its blocks. ``numbers`` point into the document's list of references."""

    id: str
    heading: Text
    note: Text | None
    layout: Literal["side", "wide", "pair", "half"]
    left: int
    start: Literal["here", "page"]
    blocks: tuple[AnyBlock, ...]
    numbers: tuple[int, ...]


class Words(Model):
    """What a leaflet says in one language and region: the part of it that is signed off."""

    leaflet: str
    kind: str
    kind_label: Text
    version: str
    issued: date
    review_due: date
    language: str
    direction: Literal["ltr", "rtl"]
    region: str
    region_name: Text
    title: Text
    short_title: Text
    aim: Text
    audience: Text
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    help_lines: tuple[HelpLine, ...]
    devices: tuple[DeviceStatement, ...]
    labels: tuple[LabelText, ...]

    @property
    def locale(self) -> str:
        """Language and region: ``en-GB``, ``zh-Hans-GB``; a language's own region stands once."""
        same = self.language.endswith(f"-{self.region}")
        return self.language if same else f"{self.language}-{self.region}"


class Standing(Model):
    """How words stand on a day: their digest, and the sign-offs for it that hold.

    ``parts`` are digests by part of the leaflet, in order; ``changed`` names those that differ from
    the words that were signed. ``until`` is the last day on which the sign-offs hold.
    """

    digest: str
    parts: tuple[tuple[str, str], ...]
    approval: ApprovalState
    sign_offs: tuple[SignOff, ...]
    changed: tuple[str, ...]
    until: date | None
    overdue: bool

    @property
    def issuable(self) -> bool:
        """Whether the leaflet may be handed out without a mark."""
        return self.approval == "approved" and not self.overdue

    @property
    def status(self) -> str:
        """The approval in one phrase, as people are told it."""
        return "past its review date" if self.overdue else self.approval


class Document(Words):
    """Everything that is printed of a leaflet, for one clinic and paper.

    ``offered`` names the clinic's treatments where it does not offer all of them.
    """

    standing: Standing
    template: str
    icon: str
    paper: Paper
    edition: Edition
    ink: Ink
    clinic: Clinic
    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    offered: tuple[Text, ...]
    costs: tuple[Cost, ...]
    phone_slots: tuple[str, ...]
    link: str | None

    @property
    def code(self) -> str:
        """What names these words on paper and in a record: id, version, locale, short digest."""
        digest = self.standing.digest[:SHORT_DIGEST]
        return f"{self.leaflet} {self.version} {self.locale} {digest}"
