"""Which versions of a leaflet to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handouts.model.tables import Edition, Ink, Paper


@dataclass(frozen=True)
class Variants:
    """Which versions of each leaflet to make. What is empty is as the clinic's settings say.

    Without papers in the settings either, there is one: the region's.
    """

    languages: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    editions: tuple[Edition, ...] = ()
    inks: tuple[Ink, ...] = ()
