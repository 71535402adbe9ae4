"""The resolved leaflet: one frozen value with every word that will be printed."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

from handouts.models.base import Model
from handouts.models.blocks import AnyBlock
from handouts.models.clinic import Brand, Clinic, Picture
from handouts.models.tables import HelpLine, Paper, Reference
from handouts.text import Text

Approval = Literal["unapproved"]
"""State of the sign-off. Shipped leaflets are unapproved: no clinician has signed them."""


class LabelText(Model):
    """A word or sentence that a template prints, by its key."""

    key: str
    text: Text


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
    """A leaflet for one clinic, language, region and paper: hashable, comparable, picklable."""

    leaflet: str
    kind: str
    kind_label: Text
    template: str
    version: str
    issued: date
    review_due: date
    overdue: bool
    approval: Approval
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
    region_name: Text
    help_lines: tuple[HelpLine, ...]
    labels: tuple[LabelText, ...]
    phone_slots: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the words and facts, the same on every paper."""
        words = self.model_dump_json(exclude={"paper", "logo", "overdue", "approval"})
        return hashlib.sha256(words.encode()).hexdigest()

    @property
    def clean(self) -> bool:
        """Whether the leaflet may go out without a mark."""
        return self.approval != "unapproved" and not self.overdue
