"""A leaflet file: metadata and ordered sections of blocks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from handouts.model.base import BlockId, Day, Id, Model, Treatments, Truth, Version, Whole
from handouts.model.blocks import AnyBlock, TitlePicture
from handouts.model.tables import Paper
from handouts.model.text import AtMost, Text


class BlockRef(Model):
    """A reference to a block in its own file, by ID.

    With ``treatment``, this leaflet has it only at clinics that offer one of these.
    ``in_summary: false`` keeps it out of this leaflet's summary, unless it is critical.
    """

    ref: BlockId
    treatment: Treatments = ()
    in_summary: Truth = True


# A plain union would report the faults of both for every bad item.
Item = Annotated[
    Annotated[BlockRef, Tag("ref")] | Annotated[AnyBlock, Tag("block")],
    Discriminator(
        lambda value: (
            "ref"
            if isinstance(value, BlockRef) or (isinstance(value, dict) and "ref" in value)
            else "block"
        )
    ),
]


class LeafletSection(Model):
    """A heading and its blocks. ``id`` links it to the kind's rules in ``kinds.yaml``.

    ``layout``: ``wide`` takes the full width of the page, ``pair`` puts the first ``left`` blocks
    in a left column and the others in a right one; two consecutive ``half`` sections are placed
    side by side. ``start`` can force a new page. With ``treatment``, the section is printed only by
    clinics that offer one of these.
    """

    id: Id
    heading: Text
    note: Text | None = None
    layout: Literal["wide", "pair", "half"] = "wide"
    left: Whole = Field(default=1, ge=1)
    start: Literal["here", "page"] = "here"
    treatment: Treatments = ()
    blocks: tuple[Item, ...] = Field(min_length=1)


class Leaflet(Model):
    """A leaflet as its author wrote it; references to blocks are not yet resolved.

    ``picture`` shows the subject beside "In short". Without it, the kind's ``title_icon`` does.
    On the papers of ``tighter_on`` lines and sections are closer together, and on those of
    ``sources_last_on`` the sources stand below the cards for help, where that saves a page.
    """

    id: Id
    kind: Id
    version: Version
    issued: Day
    title: Annotated[Text, AtMost(100)]
    short_title: Annotated[Text, AtMost(40)]
    aim: Annotated[Text, AtMost(300)]
    audience: Annotated[Text, AtMost(300)]
    treatments: tuple[Id, ...] = ()
    picture: TitlePicture | None = None
    tighter_on: tuple[Paper, ...] = ()
    sources_last_on: tuple[Paper, ...] = ()
    sections: tuple[LeafletSection, ...] = Field(min_length=1)

    @property
    def refs(self) -> frozenset[str]:
        """IDs of the blocks that it takes from their own files."""
        items = (item for section in self.sections for item in section.blocks)
        return frozenset(item.ref for item in items if isinstance(item, BlockRef))
