"""Base class and field types shared by the models of content files."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticKnownError


class Model(BaseModel):
    """A frozen record read from a file. Unknown keys are errors; lists become tuples."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
    Field(description="Lower-case words joined by hyphens: ``fractional-co2-laser``."),
]

Treatments = Annotated[
    tuple[Id, ...],
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=Id | tuple[Id, ...],
    ),
]
"""IDs of treatments, or only one."""

BlockId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*(/[a-z][a-z0-9]*(-[a-z0-9]+)*)+$"),
    Field(
        description="Path of a block's file below ``blocks/`` without suffix: "
        "``acne/how-spots-form``."
    ),
]

SourceKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z][A-Z0-9-]*$"),
    Field(description="Key of a reference in ``sources.yaml``: ``NICE-NG198``."),
]

Version = Annotated[
    str,
    StringConstraints(pattern=r"^\d+\.\d+$", max_length=12),
    Field(description='Edition of a leaflet\'s words, between quotes: ``"1.0"``.'),
]

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    Field(description="A short text of one line, printed as written."),
]

Language = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"),
    Field(description="A language code: ``en`` or ``pt-BR``."),
]

RegionId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    Field(description="A country code (ISO 3166), or ``EU``."),
]

Whole = Annotated[int, Strict()]
"""An integer; not a boolean, and not text that looks like one."""

Truth = Annotated[bool, Strict()]


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _written_date(value: object) -> object:
    """Accept only ISO 8601 dates: pydantic would also take numbers and times."""
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise PydanticKnownError("date_type")


Day = Annotated[
    date,
    BeforeValidator(_written_date),
    # Room for any leaflet, but not for slips of the keyboard such as 0226.
    Field(
        ge=date(2000, 1, 1),
        le=date(2199, 12, 31),
        description="A day written as ``2027-03-12``.",
    ),
]
