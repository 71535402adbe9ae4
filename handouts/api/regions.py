"""Regions as people name them."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.content.layers import SHIPPED, Library

_ALSO = {
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "america": "US",
    "europe": "EU",
}
"""Other names of regions, in small letters; ``UK`` is reserved in ISO 3166 and means GB."""


def region_names(library: Library = SHIPPED) -> dict[str, str]:
    """The full names of the shipped regions, by ID."""
    from handouts.content.load import load
    from handouts.model.tables import Region

    files = {name: library.content / "regions" / f"{name}.yaml" for name in library.regions()}
    return {name: load(file, Region).model.name.plain for name, file in files.items()}


def region_id(answer: str, names: Mapping[str, str] | None = None) -> str:
    """The ID that a person means: ``gb``, ``UK`` or, with ``names``, "United Kingdom" is ``GB``.

    The answer itself if it is no region's name.
    """
    plain = " ".join(answer.replace(".", "").casefold().removeprefix("the ").split())
    full = {name.casefold(): region for region, name in (names or {}).items()}
    short = plain.upper() if len(plain) == len("GB") else answer.strip()
    return full.get(plain) or _ALSO.get(plain) or short
