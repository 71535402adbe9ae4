"""A clinic's own files: ``handouts.yaml`` and ``brand.yaml``."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from handouts.model.base import Day, Id, Language, Line, Model, RegionId
from handouts.model.phone import phone
from handouts.model.tables import Edition, Ink, Paper

Colour = Annotated[
    str,
    StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$"),
    Field(description="A colour as six hexadecimal digits, between quotes: ``'#1f5a6b'``."),
]


Phone = Annotated[
    Line,
    AfterValidator(phone),
    Field(
        description="A telephone number, or several: ``020 7946 0142 or 0161 496 0777 ext. 12``."
    ),
]


def _form(what: str, pattern: str) -> AfterValidator:
    """A check that a text has a pattern; a loose one, as an address is printed, not looked up."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.search(text):
            return text
        context = {"sentence": f"`{text}` is not {what}", "hint": "Leave it out if there is none"}
        raise PydanticCustomError("wrong_form", "{sentence}", context)

    return AfterValidator(check)


LINK_SLOTS = ("leaflet", "language", "digest")

_LINK = re.compile("\\{(?:" + "|".join(LINK_SLOTS) + ")\\}")
_NO_SLOT = re.compile(
    r"\{[^{}]*\}?|\}|%7B(?:[^%]*%7D)?|%\([^)]*\)[a-z]?|%s|%d(?![0-9a-f])|<[^>]*>?|\*\*|\s",
    re.IGNORECASE,
)
"""What looks like a slot of another program, or cannot stand in a link."""


def _link(text: str) -> str:
    """The link, if it holds no braces or blanks but its slots: a QR code is never looked at."""
    if found := _NO_SLOT.search(_LINK.sub("", text)):
        slots = ", ".join(f"`{{{name}}}`" for name in LINK_SLOTS)
        sentence, hint = f"`{found[0]}` is not a slot that links can use", f"Use {slots}"
        if not found[0].strip():
            sentence, hint = "A link cannot contain spaces", "Write `%20` for a space"
        raise PydanticCustomError("link_slot", "{sentence}", {"sentence": sentence, "hint": hint})
    return text


Link = Annotated[Line, StringConstraints(pattern=r"^https?://"), AfterValidator(_link)]
Email = Annotated[Line, _form("an e-mail address", r"[^\s@]@[^\s@]+\.[^\s@.]")]
Website = Annotated[Line, _form("the address of a website", r"\A[^@]*[^\s@]\.[^\W\d_]{2}[^@]*\Z")]


MOST_IN_PACK = 12
"""Leaflets of a clinic's pack: more than anybody reads."""


class Hours(Model):
    """One line of the opening hours: days and times."""

    days: Line
    time: Line


class Clinic(Model):
    """Name and contact details. ``notice`` is printed beside the name on every leaflet."""

    name: Annotated[Line, StringConstraints(max_length=70)]
    notice: Line | None = None
    phone: Phone
    email: Email | None = None
    website: Website | None = None
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


class Pack(Model):
    """Leaflets that the clinic often gives together. ``title`` names them for staff and readers."""

    id: Id
    title: Line
    leaflets: tuple[Id, ...] = Field(min_length=1, max_length=MOST_IN_PACK)


class Settings(Model):
    """``handouts.yaml``: who the clinic is and how its leaflets are made.

    ``treatments`` lists what the clinic offers; without it, everything is printed. ``omit`` names
    sections that are not printed, such as ``consent-notes``. ``link`` is the
    address that a leaflet's QR code opens; ``{leaflet}``, ``{language}`` and ``{digest}`` in it are
    filled in. ``editions`` are the layouts: ``standard``, ``summary`` (one sheet), ``large`` (large
    print), ``bilingual`` (a translation beside the English). ``ink: black`` makes them for
    black-and-white printers. ``require: approved`` refuses to build
    leaflets that are not approved. ``packs`` are leaflets often given together.
    """

    clinic: Clinic
    region: RegionId
    treatments: tuple[Offer, ...] = ()
    omit: tuple[Id, ...] = ()
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    papers: tuple[Paper, ...] = ()
    editions: tuple[Edition, ...] = ("standard",)
    ink: Ink = "colour"
    link: Link | None = None
    require: Literal["approved"] | None = None
    packs: tuple[Pack, ...] = ()


class Fonts(Model):
    """Font files in the clinic's folder, one for each weight."""

    regular: Line
    bold: Line


class Brand(Model):
    """``brand.yaml``: logo, colours and fonts.

    ``logo`` is a picture beside the file, printed beside the clinic's name.
    """

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
