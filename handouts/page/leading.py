"""How far apart lines stand: style sheets say it for Latin, and taller scripts have more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handouts.content.writing_systems import Script

_TEXT = 1.34
"""The leading of text in Latin, beside whose lines icons stand."""


@dataclass(frozen=True)
class Leading:
    """The leading of a script. Latin's own stays as it is written, to the last digit."""

    script: Script

    def lead(self, height: float) -> float:
        """A leading of Latin, in em, for this script."""
        return round(max(height * self.script.leading, self.script.least), 3)

    def room(self, height: float, size: float) -> float:
        """A fixed height that has room for a line of letters of a size in the same unit."""
        return max(height, round(self.script.least * size, 2))

    def alone(self, height: float, size: float) -> float:
        """A fixed height that has room for all the ink of a line in a bar or a frame."""
        return max(self.room(height, size), round(self.script.ink * size, 2))

    def over(self, size: float) -> float:
        """How far the ink of a line may rise above a line of least height, in the unit of size."""
        return max(0, round((self.script.ink - self.script.least) * size / 2, 2))

    def lines(self, height: float, sizes: Sequence[float]) -> float:
        """A fixed height in millimetres that has room for lines of letters of sizes in points.

        They may be in Latin letters too, as the details of a clinic are, or of a third script.
        """
        em = self.lead(1.25) + self.script.push
        spare = 2 if self.script.families else 1
        return max(height, round(sum(sizes) * em * 25.4 / 72 + spare, 2))

    def down(self, place: float, size: float = 12) -> float:
        """How far below the top of a line an icon stands, in points, beside letters of a size.

        ``place`` is where it stands beside Latin. Lines that are further apart have their letters
        lower by half of what they have more.
        """
        return round(place + (self.lead(_TEXT) - _TEXT) * size / 2, 2)
