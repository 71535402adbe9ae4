"""The shared tables: kinds, sources, slots, labels, regions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from handouts.model.base import Id, Model, RegionId, SourceKey, Whole
from handouts.model.blocks import BLOCK_TYPES
from handouts.model.text import Text

Paper = Literal["a4", "letter"]

Edition = Literal["standard", "summary", "large"]
"""How a leaflet is set: whole, the essentials on one sheet, or whole in large print."""

Ink = Literal["colour", "black"]
"""What it is printed with: ``black`` needs no colour and survives a copier."""

SlotName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*$"),
    Field(description="Lower-case words joined by underscores: ``clinic_phone``."),
]


def _block_type(name: str) -> str:
    if name in BLOCK_TYPES:
        return name
    message = "There is no block of type `{name}`; there are {known}"
    raise PydanticCustomError(
        "unknown_type", message, {"name": name, "known": ", ".join(BLOCK_TYPES)}
    )


BlockType = Annotated[
    str,
    AfterValidator(_block_type),
    Field(description="A type of block.", json_schema_extra={"enum": list(BLOCK_TYPES)}),
]


class RequiredSection(Model):
    """A section that a kind of leaflet must have, and block types of which it must hold one."""

    id: Id
    holds: tuple[BlockType, ...] = ()


class Kind(Model):
    """What each leaflet of a kind must say, in this order, and how long its review lasts.

    ``summary`` names the sections of its one-sheet edition, besides those with critical blocks.

    ``icon`` is a file of ``templates/icons/``, printed beside the label.

    ``holds`` names block types that the leaflet needs somewhere: the tools to act with.
    """

    id: Id
    label: Text
    review_months: Whole = Field(ge=1, le=36)
    template: str = "leaflet.html.j2"
    icon: Id = "kind-explainer"
    holds: tuple[BlockType, ...] = ()
    summary: tuple[Id, ...] = ()
    sections: tuple[RequiredSection, ...] = Field(min_length=1)


class Kinds(Model):
    """``kinds.yaml``: what each kind of leaflet must say."""

    kinds: tuple[Kind, ...]


class NamedTreatment(Model):
    """A treatment that a clinic may offer, as tables and lists name it."""

    id: Id
    name: Text


class NamedTreatments(Model):
    """``treatments.yaml``: the treatments that a clinic may offer."""

    treatments: tuple[NamedTreatment, ...]


class Reference(Model):
    """A source: who said it, where, when, and how reliable it is.

    ``grade`` A is a regulator, guideline, professional society, health service or Cochrane review;
    B a peer-reviewed paper; C a clinic, trade or archived page.
    """

    key: SourceKey
    title: str
    organisation: str
    year: str
    url: str | None = None
    grade: Literal["A", "B", "C"]


class References(Model):
    """``sources.yaml``: every source that a block may name."""

    sources: tuple[Reference, ...]


class Slot(Model):
    """A name that a text may print between braces, and who fills it."""

    name: SlotName
    type: Literal["text", "phone"]
    filled_by: Literal["clinic", "region"]
    meaning: str


class Slots(Model):
    """``slots.yaml``: the names that a text may print between braces."""

    slots: tuple[Slot, ...]


class Label(Model):
    """A word or sentence that a template prints."""

    key: SlotName
    text: Text


class Labels(Model):
    """``labels.yaml``: every word that a template prints by itself."""

    labels: tuple[Label, ...]


class SlotValue(Model):
    """What a region puts into a slot."""

    name: SlotName
    value: str = Field(min_length=1)


class HelpLine(Model):
    """Where to turn, how urgently, and the number."""

    need: Text
    number: str
    name: Text | None = None
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Wording(Model):
    """How a region writes a word or a phrase of the shipped text, wherever it stands alone."""

    shipped: str = Field(min_length=1)
    here: str = Field(min_length=1)


class DeviceLine(Model):
    """What may be said of a machine with such a ``status``.

    ``text`` may use ``{device}``, ``{number}`` and ``{use}`` from the clinic's evidence.
    """

    status: Id
    text: Text
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Region(Model):
    """``regions/GB.yaml``: what holds in a country whatever the language.

    The folder of the same name may hold blocks that differ there.
    """

    id: RegionId
    name: Text
    paper: Paper
    wording: tuple[Wording, ...] = ()
    fills: tuple[SlotValue, ...]
    help_lines: tuple[HelpLine, ...] = Field(min_length=1)
    device_lines: tuple[DeviceLine, ...] = ()
