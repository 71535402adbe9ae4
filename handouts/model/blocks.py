"""Blocks: the reusable units that leaflets are made of, one class per type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from handouts.diagnostics import counted
from handouts.model.base import BlockId, Day, Id, Model, SourceKey, Treatments, Truth, Whole
from handouts.model.counts import FEW, Cell
from handouts.model.text import Text

Tone = Literal["light", "medium", "deep"]

Phase = Literal["before", "after"]


class Treated(Model):
    """A part of a block that only clinics print that offer one of its treatments."""

    treatment: Treatments = ()


class TreatedText(Treated):
    """A text with ``treatment``: printed only by clinics that offer one of these."""

    text: Text


PART_TAGS = ("plain", "treated")

Part = Annotated[
    Annotated[Text, Tag("plain")] | Annotated[TreatedText, Tag("treated")],
    Discriminator(
        # Other mappings are texts with a colon and without quotes, and are told as such.
        lambda value: (
            "treated"
            if isinstance(value, TreatedText)
            or (isinstance(value, dict) and {"text", "treatment"} & value.keys())
            else "plain"
        )
    ),
]
"""A text, perhaps only for some treatments; in a resolved document always a text."""


class Block(Model):
    """Keys that all blocks share.

    ``critical`` marks text about emergencies, pregnancy, isotretinoin or doses, which must cite a
    source, and only of grade A or B. ``sources`` are keys of ``sources.yaml``; a block that
    contains a number must cite one. With ``treatment``, the block is printed only by clinics that
    offer it, or one of several. ``review_by`` brings the review date of the leaflets that use the
    block forward to that day. ``phase`` marks text that suits only the time ``before`` or
    ``after`` a treatment; a kind of leaflet may refuse one of them. ``in_summary: false`` keeps a
    block that is not critical out of summaries, although its section is in them.
    """

    id: BlockId | None = None
    heading: Text | None = None
    sources: tuple[SourceKey, ...] = ()
    critical: Truth = False
    treatment: Treatments = ()
    review_by: Day | None = None
    phase: Phase | None = None
    in_summary: Truth = True


class TextBlock(Block):
    """Running paragraphs."""

    type: Literal["text"]
    paragraphs: tuple[Text, ...] = Field(min_length=1)


class KeyPointsBlock(Block):
    """The "In short" panel: three to five points that make sense on their own."""

    type: Literal["key_points"]
    points: tuple[Part, ...] = Field(min_length=3, max_length=5)


class ListBlock(Block):
    """A bulleted list; ``do`` lists have ticks and ``dont`` lists have crosses."""

    type: Literal["list"]
    style: Literal["bullet", "do", "dont"] = "bullet"
    intro: Text | None = None
    items: tuple[Part, ...] = Field(min_length=1)


class StepsBlock(Block):
    """Numbered actions, each with one verb."""

    type: Literal["steps"]
    intro: Text | None = None
    steps: tuple[Part, ...] = Field(min_length=2)


class Bars(Model):
    """How many people of how many, for each row of a table, drawn as a bar in its last cell."""

    meaning: Literal["benefit", "harm"]
    counts: tuple[tuple[Whole, Whole], ...] = Field(min_length=1)


class TableBlock(Block):
    """A plain table; the first cell of each row is its header.

    ``blank`` heads a last column that is filled in by hand. ``bars`` draw the counts that the last
    cells of the rows name.
    """

    type: Literal["table"]
    caption: Text
    columns: tuple[Part, ...] = Field(min_length=2)
    blank: Text | None = None
    rows: tuple[tuple[Text, ...], ...] = Field(min_length=1)
    bars: Bars | None = None

    @model_validator(mode="after")
    def _even(self) -> Self:
        _same_width("Row", [(("rows", i), row) for i, row in enumerate(self.rows)], self.columns)
        return self


class CalloutBlock(Block):
    """A box that stands out.

    ``level`` is ``urgent`` (get help now), ``pregnancy`` (a medicine that must not be taken in
    pregnancy: the heaviest box), ``caution`` or ``tip``. ``times`` are the stages through which a
    rule holds, set as a strip.
    """

    type: Literal["callout"]
    level: Literal["urgent", "pregnancy", "caution", "tip"]
    title: Text
    times: tuple[Text, ...] = ()
    paragraphs: tuple[Text, ...] = ()
    items: tuple[Text, ...] = ()


class HelpStep(Model):
    """Whom to turn to for some signs. ``level`` says how fast; ``call`` names the number.

    ``signs`` are one thing each, as the reader would notice it.
    """

    level: Literal["emergency", "today", "soon"]
    call: Text
    signs: tuple[Text, ...] = Field(min_length=1)


class HelpBlock(Block):
    """When to get help, in up to three degrees that are told apart without colour."""

    type: Literal["help"]
    title: Text | None = None
    steps: tuple[HelpStep, ...] = Field(min_length=1, max_length=3)


class Panel(Treated):
    """One drawing of a figure, with its label and alternative text.

    ``labels`` stand side by side below a wide drawing, each under its own part of it. Leaflets that
    help to choose keep the panel of a ``treatment`` that is not offered, and say so.
    """

    drawing: Id
    label: Text | None = None
    labels: tuple[Text, ...] = Field(default=(), max_length=4)
    alt: Text


class TitlePicture(Model):
    """The drawing of a leaflet's subject on its first page: decoration, which is not read out."""

    drawing: Id
    tone: Tone = "medium"


class LegendEntry(Treated):
    """What a numbered marker on the drawings means."""

    marker: Whole = Field(ge=1, le=20)
    text: Text


class FigureBlock(Block):
    """Drawings side by side, with title, caption and a legend for numbered markers."""

    type: Literal["figure"]
    title: Text
    panels: tuple[Panel, ...] = Field(min_length=1, max_length=5)
    tone: Tone = "medium"
    legend: tuple[LegendEntry, ...] = ()
    caption: Text


class Share(Model):
    """The number of people, out of the denominator, to whom the same thing happened."""

    count: Whole = Field(ge=0)
    meaning: Literal["benefit", "harm", "other"]
    label: Text


class RiskBlock(Block):
    """Risks as numbers: who, what and over what time; the shares add up to the denominator.

    ``people`` is how many were studied. If they are fewer than 50, the counts are not scaled. If
    the source does not say, leave it out, and take the ``denominator`` from the source.
    """

    type: Literal["risk"]
    title: Text
    group: Text
    time: Text
    people: Whole | None = Field(default=None, ge=1)
    denominator: Whole = 100
    shares: tuple[Share, ...] = Field(min_length=2)
    certainty: Text
    sources: tuple[SourceKey, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _own_count(self) -> Self:
        # "20 of 100" for 3 of 15 people would claim to know more than the study does.
        if self.people is None:
            return self
        if self.denominator not in ((self.people,) if self.people < FEW else (100, 1000)):
            raise PydanticCustomError(
                "denominator",
                "The numbers are from {people} people and cannot be out of {denominator}: {remedy}",
                {
                    "people": self.people,
                    "denominator": self.denominator,
                    "remedy": f"use `denominator: {self.people}` and unscaled counts"
                    if self.people < FEW
                    else "use 100 or 1000",
                    # pydantic gives the place of the block; this is the key in it.
                    "at": ("denominator",),
                },
            )
        return self

    @model_validator(mode="after")
    def _both_sides(self) -> Self:
        total = sum(share.count for share in self.shares)
        if total != self.denominator:
            raise PydanticCustomError(
                "shares",
                "The shares add up to {total}, not {denominator}: state both sides",
                {"total": total, "denominator": self.denominator, "at": ("shares",)},
            )
        return self


class Row(Model):
    """A row about an option.

    The row of a ``treatment`` that the clinic does not offer is printed with a note that says so.
    """

    name: Text
    note: Text | None = None
    treatment: Id | None = None


class Option(Row):
    """One row of a comparison."""

    cells: tuple[Cell, ...] = Field(min_length=1)


class OptionsBlock(Block):
    """A comparison of options in equal detail; "no treatment" comes first."""

    type: Literal["options"]
    caption: Text
    columns: tuple[Text, ...] = Field(min_length=1)
    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _even(self) -> Self:
        cells = [(("options", i, "cells"), o.cells) for i, o in enumerate(self.options)]
        _same_width("Option", cells, self.columns)
        return self


class Balance(Row):
    """An option's benefits and harms, item by item, and what else there is to compare."""

    benefits: tuple[Cell, ...] = Field(min_length=1)
    harms: tuple[Cell, ...] = Field(min_length=1)
    cells: tuple[Cell, ...] = ()


class BenefitsHarmsBlock(Block):
    """Benefits and harms of each option in equal detail; "no treatment" comes first.

    ``columns`` are further questions, which the ``cells`` of each option answer.
    """

    type: Literal["benefits_harms"]
    caption: Text
    columns: tuple[Text, ...] = ()
    options: tuple[Balance, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _even(self) -> Self:
        cells = [(("options", i, "cells"), o.cells) for i, o in enumerate(self.options)]
        _same_width("Option", cells, self.columns)
        return self


class Stage(Model):
    """One stage of recovery: when it is, what it is like, what to do.

    ``first_day`` and ``last_day`` count days from the treatment, which is on day 0: they place the
    stage on the axis of time.
    """

    when: Text
    first_day: Whole | None = Field(default=None, ge=0)
    last_day: Whole | None = Field(default=None, ge=0)
    title: Text
    text: Text

    @model_validator(mode="after")
    def _from_first_to_last(self) -> Self:
        first, last = self.first_day, self.last_day
        if (first is None) != (last is None):
            raise PydanticCustomError(
                "stage_days",
                "A stage needs both `first_day` and `last_day`, or neither",
                {"at": ("last_day" if first is None else "first_day",)},
            )
        if first is not None and last is not None and last < first:
            raise PydanticCustomError(
                "stage_days",
                "The stage ends on day {last}, before it begins on day {first}",
                {"last": last, "first": first, "at": ("last_day",)},
            )
        return self


class TimelineBlock(Block):
    """Stages of recovery, one below the other, beside an axis of days, weeks and months."""

    type: Literal["timeline"]
    stages: tuple[Stage, ...] = Field(min_length=3, max_length=6)
    caption: Text | None = None

    @property
    def months(self) -> int:
        """How far the axis reaches: 6, 12 or 18 months, or 0 if no stage has days."""
        last = max((stage.last_day or 0 for stage in self.stages), default=0)
        return -(-last // 183) * 6


class ChecklistBlock(Block):
    """A list of boxes to tick by hand."""

    type: Literal["checklist"]
    intro: Text | None = None
    items: tuple[Part, ...] = Field(min_length=2)


class QuestionsBlock(Block):
    """Questions that a patient may want to ask."""

    type: Literal["questions"]
    intro: Text | None = None
    questions: tuple[Text, ...] = Field(min_length=2)


class Sheet(Block):
    """Space for handwriting.

    ``fields`` are captions of boxes to write in. The last one has ruled ``lines``, 11 mm apart.
    """

    prompt: Text
    fields: tuple[Text, ...] = ()
    lines: Whole = Field(default=3, ge=0, le=10)


class WriteInBlock(Sheet):
    """Space for notes, a plan or the reader's own questions.

    ``choices`` are boxes to tick, beside the fields. Each of those who sign, ``signatures``, has
    room for a signature, a name and a date; the first box then has room for a patient's label.
    """

    type: Literal["write_in"]
    choices: tuple[Text, ...] = ()
    signatures: tuple[Text, ...] = ()


class TeachBackBlock(Sheet):
    """Space for readers to explain in their own words what they have understood."""

    type: Literal["teach_back"]


class DeviceBlock(Sheet):
    """The device and its mark: from the clinic's evidence, or else filled in by hand."""

    type: Literal["device"]


class ContactBlock(Block):
    """The clinic's card, or the region's lines for urgent help."""

    type: Literal["contact"]
    who: Literal["clinic", "urgent"]


class SourcesBlock(Block):
    """The numbered list of the sources that the leaflet cites; filled in by the program."""

    type: Literal["sources"]


class CostsBlock(Sheet):
    """Sessions and prices: from the clinic's settings, or else filled in by hand."""

    type: Literal["costs"]


AnyBlock = Annotated[
    TextBlock
    | KeyPointsBlock
    | ListBlock
    | StepsBlock
    | TableBlock
    | CalloutBlock
    | HelpBlock
    | FigureBlock
    | RiskBlock
    | OptionsBlock
    | BenefitsHarmsBlock
    | TimelineBlock
    | ChecklistBlock
    | QuestionsBlock
    | WriteInBlock
    | TeachBackBlock
    | DeviceBlock
    | CostsBlock
    | ContactBlock
    | SourcesBlock,
    Field(discriminator="type"),
]


def type_name(block: type[BaseModel]) -> str | None:
    """The name of a block class in files; None for other models."""
    field = block.model_fields.get("type")
    return get_args(field.annotation)[0] if field else None


# The union is the first argument of `Annotated`, and the classes are those of the union.
BLOCK_TYPES = tuple(name for block in get_args(get_args(AnyBlock)[0]) if (name := type_name(block)))
"""Names of all block types."""


def _same_width(
    name: str,
    rows: Iterable[tuple[tuple[str | int, ...], tuple[Cell, ...]]],
    columns: tuple[Text | TreatedText, ...],
) -> None:
    for number, (path, row) in enumerate(rows, start=1):
        if len(row) != len(columns):
            cells = counted(len(row), "cell")
            raise PydanticCustomError(
                "row_width",
                "{name} {number} has {cells}, but there are {width} columns",
                {
                    "name": name,
                    "number": number,
                    "cells": cells,
                    "width": len(columns),
                    "at": path,
                    "hint": "Give each row one cell for each column; `[a, b]` has two",
                },
            )
