"""Numbers of people as data, and the cells of comparisons, which hold them or text."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from handouts.model.base import Model, Whole
from handouts.model.text import Text

FEW = 50
"""Counts from fewer people than this are printed unscaled."""


class Proportion(Model):
    """``events`` of ``people``."""

    events: Whole = Field(ge=0)
    people: Whole = Field(ge=1)

    @model_validator(mode="after")
    def _part_of_all(self) -> Self:
        if self.events > self.people:
            raise PydanticCustomError(
                "count_too_large",
                "There are {events} events, but only {people} were studied",
                {"events": self.events, "people": self.people, "at": ("events",)},
            )
        return self

    @property
    def few(self) -> bool:
        """Whether the count is printed unscaled."""
        return self.people < FEW

    @property
    def per_hundred(self) -> int:
        """The rounded percentage."""
        # In whole numbers: `round` would make 0 of 0.5, and 2 of 2.5.
        return (200 * self.events + self.people) // (2 * self.people)

    @property
    def printed(self) -> tuple[int, int]:
        """The count and its whole as they are printed.

        Of few people, and below 1 in 100, they are unscaled.
        """
        if self.few or (self.events and not self.per_hundred):
            return self.events, self.people
        return self.per_hundred, 100


class Control(Proportion):
    """The same outcome in a study's control group, in ``what``: "with dummy tablets"."""

    what: Text


class Count(Proportion):
    """A number as data: ``events`` of ``people`` ``what``, at a ``time``.

    ``unit`` is what was counted if not people, such as dents or treatments. ``control`` is how
    often it happened in the study's other group. ``funded_by`` says who paid for the study; with
    ``maker staff``, some of its authors work for the maker.
    """

    unit: Text | None = None
    what: Text
    time: Text | None = None
    control: Control | None = None
    funded_by: Literal["maker", "maker staff", "public", "not stated"] | None = None

    @property
    def printed_control(self) -> tuple[int, int] | None:
        """The control's count as it is printed: of 100 where this one is, however few.

        Only numbers with one denominator can be compared at a glance (L. Trevena et al., BMC
        Medical Informatics and Decision Making 13 Suppl 2:S7, 2013).
        """
        if self.control is None:
            return None
        if self.printed[1] == 100 and self.control.per_hundred:
            return self.control.per_hundred, 100
        return self.control.printed


CELL_TAGS = ("Count", "Text")

# A plain union would report the faults of both types for every bad cell.
Cell = Annotated[
    Annotated[Text, Tag("Text")] | Annotated[Count, Tag("Count")],
    Discriminator(lambda value: "Count" if isinstance(value, dict | Count) else "Text"),
]
"""A text or a count."""
