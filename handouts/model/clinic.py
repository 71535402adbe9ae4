"""A clinic's own files: ``handouts.yaml`` and ``brand.yaml``."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from handouts.model.base import Day, Id, Language, Line, Model, RegionId
from handouts.model.tables import Edition, Ink, Paper

Colour = Annotated[
    str,
    StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$"),
    Field(description="A colour as six hexadecimal digits, between quotes: ``'#1f5a6b'``."),
]


class Hours(Model):
    """One line of the opening hours: days and times."""

    days: Line
    time: Line


class Clinic(Model):
    """Name and contact details. ``notice`` is printed beside the name on every leaflet."""

    name: Annotated[Line, StringConstraints(max_length=70)]
    notice: Line | None = None
    phone: Line
    email: Line | None = None
    website: Line | None = None
    address: tuple[Line, ...] = Field(default=(), max_length=4)
    hours: tuple[Hours, ...] = Field(default=(), max_length=4)


class Device(Model):
    """Evidence for a device: what its documents say, and when the clinic last checked them.

    ``status`` is one of the region's ``device_lines``; without evidence, no such line is printed.
    """

    name: Line
    status: Id
    number: Line
    use: Line
    checked: Day


class Treatment(Model):
    """A treatment that the clinic offers, with details for patients."""

    id: Id
    sessions: Line | None = None
    price: Line | None = None
    device: Device | None = None


Offer = Annotated[
    Treatment,
    BeforeValidator(
        lambda value: {"id": value} if isinstance(value, str) else value,
        json_schema_input_type=Id | Treatment,
    ),
]
"""A treatment with its details, or only its ID."""


LINK_SLOTS = ("leaflet", "language", "digest")
"""What a link may have filled in."""


def _known_slots(link: str) -> str:
    """Refuse braces that are not part of a known slot: they would go into the QR code as they are.

    PydanticCustomError ``markup``.
    """
    if set("{}") & set(re.sub("|".join(f"{{{name}}}" for name in LINK_SLOTS), "", link)):
        slots = ", ".join(f"`{{{name}}}`" for name in LINK_SLOTS)
        sentence = f"Of what stands in braces, a link may contain only {slots}"
        raise PydanticCustomError("markup", "{sentence}", {"sentence": sentence})
    return link


class Settings(Model):
    """``handouts.yaml``: who the clinic is and how its leaflets are made.

    ``treatments`` lists what the clinic offers; without it, everything is printed. ``link`` is the
    address that a leaflet's QR code opens; ``{leaflet}``, ``{language}`` and ``{digest}`` in it are
    filled in. ``editions`` are the layouts: ``standard``, ``summary`` (one sheet), ``large`` (large
    print). ``ink: black`` makes them for black-and-white printers. ``require: approved``
    refuses to build leaflets that are not approved.
    """

    clinic: Clinic
    region: RegionId
    treatments: tuple[Offer, ...] = ()
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    papers: tuple[Paper, ...] = ()
    editions: tuple[Edition, ...] = ("standard",)
    ink: Ink = "colour"
    link: (
        Annotated[Line, StringConstraints(pattern=r"^https?://"), AfterValidator(_known_slots)]
        | None
    ) = None
    require: Literal["approved"] | None = None


class Fonts(Model):
    """Font files in the clinic's folder, one for each weight."""

    regular: Line
    bold: Line


class Brand(Model):
    """``brand.yaml``: logo, colours and fonts. Without a logo, the clinic's name is printed."""

    logo: Line | None = None
    primary: Colour = "#1d5b66"
    accent: Colour = "#9a5b2c"
    fonts: Fonts | None = None


class FontFile(Model):
    """A font's bytes and media type, and the family and weight by which styles use it.

    ``digest`` is the SHA-256 of the clinic's file, from which the font may have been unpacked.
    """

    data: bytes
    digest: str
    media_type: str
    family: str
    weight: Literal[400, 700]


class Picture(Model):
    """A picture file's bytes and media type."""

    data: bytes
    media_type: str
