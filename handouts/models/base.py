"""What every model of a content file shares."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Model(BaseModel):
    """A frozen record read from a file: unknown keys are refused, lists become tuples."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
"""Lower-case words joined by hyphens: ``fractional-co2-laser``."""

BlockId = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*(/[a-z][a-z0-9]*(-[a-z0-9]+)*)+$")
]
"""Path of a block's file below ``blocks/`` without suffix: ``acne/how-spots-form``."""

SourceKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]*$")]
"""Key of a reference in ``sources.yaml``: ``NICE-NG198``."""

Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
"""Edition of a leaflet's words, as text: ``"1.0"``."""

Count = Annotated[int, Field(ge=0)]
