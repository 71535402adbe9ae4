"""The resolved leaflet: the text that is signed (``Words``), its approval status (``Standing``)
and everything that is printed (``Document``). All are frozen, comparable, hashable and picklable.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from handouts.model.approvals import Role
from handouts.model.base import Model
from handouts.model.blocks import AnyBlock, TitlePicture
from handouts.model.clinic import Brand, Clinic, FontFile, Picture
from handouts.model.tables import Edition, HelpLine, Ink, Paper, Reference
from handouts.model.text import Text

ApprovalState = Literal["unapproved", "lapsed", "expired", "approved"]
"""No sign-off; the text changed since; a sign-off expired; all required sign-offs hold."""

_STATUSES: dict[ApprovalState, str] = {
    "unapproved": "not approved",
    "lapsed": "no longer approved, because its text has changed",
    "expired": "no longer approved, because its approval has expired",
    "approved": "approved",
}

SHORT_DIGEST = 10
"""Number of hexadecimal digits of a digest that are printed."""


class SignOff(Model):
    """A sign-off that holds: by whom, in which role, and when."""

    role: Role
    by: str
    signed: date


class LabelText(Model):
    """Text that templates print, with its key in ``labels.yaml``."""

    key: str
    text: Text


class DeviceStatement(Model):
    """The statement that the clinic's evidence allows about a device, and when it was checked."""

    text: Text
    checked: date


class Cost(Model):
    """The clinic's sessions and price for a treatment."""

    name: Text
    sessions: str | None
    price: str | None


class Section(Model):
    """A heading and its blocks. ``numbers`` are those of its sources in the list of references."""

    id: str
    heading: Text
    note: Text | None
    layout: Literal["wide", "pair", "half"]
    left: int
    start: Literal["here", "page"]
    blocks: tuple[AnyBlock, ...]
    numbers: tuple[int, ...]


class Look(Model):
    """What is drawn, or comes from the clinic's own templates and fonts, by name.

    ``own`` if any of its files is the clinic's.
    """

    name: str
    sha256: str
    own: bool


class Words(Model):
    """The text of a leaflet in one language and region, and all else that a sign-off covers.

    ``summary`` names the sections of the one-sheet edition, besides critical blocks of the others;
    with ``critical_first``, those follow the first of them.
    ``offered`` names the clinic's treatments, and is empty for a clinic that lists none;
    ``not_offered`` are the ids of all others. ``untranslated`` counts the blocks, and texts outside
    of them, that stand in the source language because they have no current translation.
    """

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
    template: str
    icon: str
    title_icon: str | None = None
    picture: TitlePicture | None = None
    tighter_on: tuple[Paper, ...] = ()
    sources_last_on: tuple[Paper, ...] = ()
    key_sources: int
    summary: tuple[str, ...]
    critical_first: bool = False
    offered: tuple[Text, ...]
    not_offered: tuple[str, ...]
    costs: tuple[Cost, ...]
    looks: tuple[Look, ...]
    untranslated: int = 0

    @property
    def locale(self) -> str:
        """Language and region: ``en-GB``, ``zh-Hans-GB``; but ``pt-BR`` for ``pt-BR`` in BR."""
        same = self.language.endswith(f"-{self.region}")
        return self.language if same else f"{self.language}-{self.region}"


class Standing(Model):
    """The approval status of a text on a date: its digest, and the sign-offs that hold for it.

    ``parts`` are digests by part of the leaflet, in order; ``changed`` names the parts that differ
    from the text that was signed. ``until`` is the last day on which all those sign-offs hold.
    ``words_only`` if any of them is from a version of Handouts that covered nothing but text.
    """

    digest: str
    parts: tuple[tuple[str, str], ...]
    approval: ApprovalState
    sign_offs: tuple[SignOff, ...]
    changed: tuple[str, ...]
    until: date | None
    overdue: bool
    words_only: bool = False

    @property
    def issuable(self) -> bool:
        """Whether the leaflet may be handed out without a draft mark."""
        return self.approval == "approved" and not self.overdue

    @property
    def status(self) -> str:
        """Why the leaflet may or may not be issued, as the end of "It is ..."."""
        return "past its review date" if self.overdue else _STATUSES[self.approval]


class Document(Words):
    """Everything that is printed in a leaflet, for one clinic and paper size.

    ``marks`` are printed on every page, and ``title_mark`` before the title, while a leaflet may
    not be issued. Their words are always the shipped ones. ``facing`` is the same text in the
    source language, in the bilingual edition alone.
    """

    standing: Standing
    marks: tuple[Text, ...]
    title_mark: Text
    paper: Paper
    edition: Edition
    ink: Ink
    clinic: Clinic
    brand: Brand
    logo: Picture | None
    fonts: tuple[FontFile, ...]
    phone_slots: tuple[str, ...]
    link: str | None
    facing: Words | None = None

    @property
    def code(self) -> str:
        """The code that identifies this text on paper: ID, version, locale, short digest."""
        digest = self.standing.digest[:SHORT_DIGEST]
        return f"{self.leaflet} {self.version} {self.locale} {digest}"
