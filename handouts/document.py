"""The resolved leaflet: one frozen value with every word that will be printed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from handouts.models.approvals import Role
from handouts.models.base import Model
from handouts.models.blocks import AnyBlock
from handouts.models.clinic import Brand, Clinic, FontFile, Picture
from handouts.models.tables import HelpLine, Paper, Reference
from handouts.text import Text

ApprovalState = Literal["unapproved", "lapsed", "expired", "approved"]
"""Nobody signed; the words changed after; the time is up; every role that is needed holds."""

SHORT = 10
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
    """What the clinic's evidence allows to say of a machine, and when it was last checked."""

    text: Text
    checked: date


class Cost(Model):
    """What the clinic says of a treatment's sessions and price."""

    name: Text
    sessions: str | None
    price: str | None


class Section(Model):
    """A heading and its blocks; ``numbers`` point into the document's list of references."""

    id: str
    heading: Text
    note: Text | None
    layout: Literal["side", "wide", "pair", "half"]
    left: int
    start: Literal["here", "page"]
    blocks: tuple[AnyBlock, ...]
    numbers: tuple[int, ...]


class Document(Model):
    """A leaflet for one clinic, language, region and paper: hashable, comparable, picklable.

    ``offered`` names the clinic's treatments where it does not offer all of them.
    """

    leaflet: str
    kind: str
    kind_label: Text
    template: str
    version: str
    issued: date
    review_due: date
    overdue: bool
    approval: ApprovalState
    sign_offs: tuple[SignOff, ...]
    language: str
    direction: Literal["ltr", "rtl"]
    region: str
    paper: Paper
    title: Text
    short_title: Text
    aim: Text
    audience: Text
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    clinic: Clinic
    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    region_name: Text
    help_lines: tuple[HelpLine, ...]
    devices: tuple[DeviceStatement, ...]
    offered: tuple[Text, ...]
    costs: tuple[Cost, ...]
    labels: tuple[LabelText, ...]
    phone_slots: tuple[str, ...]
    link: str | None
    digest: str
    parts: tuple[tuple[str, str], ...]

    @property
    def locale(self) -> str:
        """Language and region: ``en-GB``."""
        return f"{self.language.split('-')[0]}-{self.region}"

    @property
    def code(self) -> str:
        """What names these words on paper and in a record: id, version, locale, short digest."""
        return f"{self.leaflet} {self.version} {self.locale} {self.digest[:SHORT]}"

    @property
    def clean(self) -> bool:
        """Whether the leaflet may go out without a mark."""
        return self.approval == "approved" and not self.overdue
