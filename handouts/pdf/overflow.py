"""Words that leave their box or the page, found in the lines that the engine has laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handouts.diagnostics import Diagnostic, counted
from handouts.pdf.internals.lines import TextLine

SLACK = 3.0
"""Points that a line may reach beyond its box, about a millimetre, which no box has less to spare.

Where the weight of a line changes, the engine breaks it up to the width of a space too late.
"""


@dataclass(frozen=True, slots=True)
class Overflow(Diagnostic):
    """A diagnostic about a line that reaches beyond its box.

    ``words`` is its text; ``part`` is the id of its section, or else the class of its box.
    """

    words: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class NoRoom(Diagnostic):
    """A line of the clinic's own that does not fit in the box that is kept for it."""

    line: str = ""


def overflows(pages: Iterable[Iterable[TextLine]]) -> Iterator[Overflow]:
    """One diagnostic for each part of a leaflet with lines beyond their box or the type area."""
    beyond: dict[str, list[TextLine]] = {}
    for page in pages:
        for line in page:
            if line.beyond > SLACK:
                beyond.setdefault(line.part, []).append(line)
    for part, lines in beyond.items():
        worst = max(lines, key=lambda line: line.beyond)
        millimetres = round(worst.beyond * 25.4 / 72)
        message = f"`{worst.text}` reaches {millimetres} mm beyond its box or the page"
        if len(lines) > 1:
            message += f", as {'does' if len(lines) == 2 else 'do'} "
            message += f"{counted(len(lines) - 1, 'more line')} of this section"
        hint = "Use shorter words or fewer columns, or put a soft hyphen where a word may break"
        yield Overflow("overflow", message, hint=hint, words=worst.text, part=part)
