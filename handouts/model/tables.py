"""The shared tables: kinds, sources, slots, labels, regions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from handouts.model.base import Id, Model, RegionId, SourceKey, Truth, Whole
from handouts.model.blocks import BLOCK_TYPES, Phase
from handouts.model.text import Text

Paper = Literal["a4", "letter"]

Edition = Literal["standard", "summary", "large", "bilingual"]
"""How a leaflet is set: whole; the essentials on one sheet; whole in large print; or, of a
translation, beside the source language, block by block."""

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
    message = "Unknown block type `{name}`: use one of {known}"
    raise PydanticCustomError(
        "unknown_type", message, {"name": name, "known": ", ".join(BLOCK_TYPES)}
    )


# No `Literal`, because the names are computed; editors get them all the same, from `enum`.
BlockType = Annotated[
    str,
    AfterValidator(_block_type),
    Field(description="A type of block.", json_schema_extra={"enum": list(BLOCK_TYPES)}),
]


class RequiredSection(Model):
    """A section that a kind of leaflet requires. ``holds``: types of which it needs a block.

    With ``may_omit``, a clinic may have its leaflets printed without the section.
    """

    id: Id
    holds: tuple[BlockType, ...] = ()
    may_omit: Truth = False


class Kind(Model):
    """The sections that each leaflet of a kind requires, in order, and its review period.

    ``holds`` lists block types that the leaflet requires in any section, such as ``checklist``.
    Blocks of the phase ``refuses_phase`` are refused. With ``shows_all``, blocks about treatments
    that the clinic does not offer are printed too, so that readers can choose among all.
    ``summary`` names the sections of the one-sheet edition, besides all critical blocks; with
    ``critical_first``, those of other sections follow the first that it names. ``icon`` is a file
    in ``templates/icons/``, printed beside the label, and ``title_icon`` a larger one, printed on
    the first page. ``key_sources`` says how many sources are printed; the others are in the
    whole list (``handouts show --sources``).
    """

    id: Id
    label: Text
    review_months: Whole = Field(ge=1, le=36)
    template: str = "leaflet.html.j2"
    icon: Id = "kind-explainer"
    title_icon: Id | None = None
    key_sources: Whole = Field(default=6, ge=0, le=50)
    holds: tuple[BlockType, ...] = ()
    refuses_phase: Phase | None = None
    shows_all: Truth = False
    summary: tuple[Id, ...] = ()
    critical_first: Truth = False
    sections: tuple[RequiredSection, ...] = Field(min_length=1)


class Kinds(Model):
    """``kinds.yaml``: what each kind of leaflet must contain."""

    kinds: tuple[Kind, ...]


class NamedTreatment(Model):
    """A treatment that a clinic may offer, with its name in tables and lists."""

    id: Id
    name: Text


class NamedTreatments(Model):
    """``treatments.yaml``: the treatments that a clinic may offer."""

    treatments: tuple[NamedTreatment, ...]


class NamedMedicine(Model):
    """A medicine, by its name in the shipped text."""

    id: Id
    name: str = Field(min_length=1)


class NamedMedicines(Model):
    """``medicines.yaml``: the medicines that leaflets mention."""

    medicines: tuple[NamedMedicine, ...]


class Reference(Model):
    """A source: title, publisher, year, and reliability.

    ``grade`` A is a regulator, guideline, professional society, health service or Cochrane review;
    B is a peer-reviewed paper; C is a clinic, trade or archived page. ``funded_by`` says that a
    ``maker`` of what was studied paid for the work, that some of its authors are ``maker staff``,
    or that it sums up ``maker trials``: most of them paid for by makers, or silent on who paid.
    """

    key: SourceKey
    title: str
    organisation: str
    year: str
    url: str | None = None
    grade: Literal["A", "B", "C"]
    funded_by: Literal["maker", "maker staff", "maker trials"] | None = None


class References(Model):
    """``sources.yaml``: every source that a block may cite."""

    sources: tuple[Reference, ...]


class Slot(Model):
    """A name that text may use in braces, and whether the clinic or the region fills it in."""

    name: SlotName
    type: Literal["text", "phone"]
    filled_by: Literal["clinic", "region"]
    meaning: str


class Slots(Model):
    """``slots.yaml``: the names that text may use in braces."""

    slots: tuple[Slot, ...]


class Label(Model):
    """Text that templates print."""

    key: SlotName
    text: Text


class Labels(Model):
    """``labels.yaml``: all text that templates print of their own."""

    labels: tuple[Label, ...]


class SlotValue(Model):
    """A region's value for a slot; a translation may have another."""

    name: SlotName
    value: Text


class HelpLine(Model):
    """Where to get help: for what need, and the number."""

    need: Text
    number: str
    name: Text | None = None
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Wording(Model):
    """A region's spelling (``here``) of a word or phrase in the shipped text, as whole words."""

    shipped: str = Field(min_length=1)
    here: str = Field(min_length=1)


class DeviceLine(Model):
    """The statement about devices with this ``status``.

    ``text`` may use ``{device}``, ``{number}`` and ``{use}`` from the clinic's evidence.
    """

    status: Id
    text: Text
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Region(Model):
    """``regions/GB.yaml``: what applies in a country, whatever the language.

    A folder with the same name may contain the region's own versions of blocks. ``wording`` is for
    spelling only; ``medicines`` gives a substance its other official name, never another substance.
    """

    id: RegionId
    name: Text
    paper: Paper
    wording: tuple[Wording, ...] = ()
    medicines: tuple[Wording, ...] = ()
    fills: tuple[SlotValue, ...]
    help_lines: tuple[HelpLine, ...] = Field(min_length=1)
    device_lines: tuple[DeviceLine, ...] = ()
