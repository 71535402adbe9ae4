"""A clinic's own files: ``handouts.yaml`` and ``brand.yaml``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from handouts.models.base import Model
from handouts.models.tables import Paper

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as six hexadecimal digits: ``#1f5a6b``."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Hours(Model):
    """A line of the opening hours: the days and the time."""

    days: Line
    time: Line


class Clinic(Model):
    """Name and contact lines. ``notice`` is printed beside the name on every leaflet."""

    name: Annotated[Line, StringConstraints(max_length=70)]
    notice: Line | None = None
    phone: Line
    email: Line | None = None
    website: Line | None = None
    address: tuple[Line, ...] = Field(default=(), max_length=4)
    hours: tuple[Hours, ...] = Field(default=(), max_length=4)


class Settings(Model):
    """``handouts.yaml``: who the clinic is and how its leaflets are made."""

    clinic: Clinic
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    papers: tuple[Paper, ...] = ()


class Brand(Model):
    """``brand.yaml``: logo and colours. Without a logo the name is set in type."""

    logo: Line | None = None
    primary: Colour = "#1d5b66"
    accent: Colour = "#9a5b2c"


class Picture(Model):
    """A picture file's bytes and media type."""

    data: bytes
    media_type: str
