"""Print how hard each leaflet is to read; exit 1 where one is harder than the house rule.

With --write, the table in docs/explanation/content-review.md is written anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dale_chall import dale_chall

from handouts.build.plan import resolve
from handouts.content.catalogue import read_catalogue
from handouts.content.resolve import Request
from handouts.content.workspace import demo_workspace
from handouts.review.readability import LIMITS, Readability, readability, sentences_of

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "content-review.md"
START, END = "<!-- scripts/readability --write: start -->\n", "<!-- end -->\n"
HEAD = ("Leaflet", "Words", "Sentences", "Mean", "Longest", "Grade", "Dale-Chall", "Short")
HARDEST_WORDS = 6.5
"""The highest Dale-Chall score."""


@dataclass(frozen=True)
class Measured:
    """What was measured of one leaflet."""

    sentences: Readability
    dale_chall: float

    @property
    def allowed(self) -> bool:
        return LIMITS.allow(self.sentences) and self.dale_chall <= HARDEST_WORDS


def main() -> int:
    """Measure all leaflets of the demo clinic in a region."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("region", nargs="?", default="GB")
    parser.add_argument("--write", action="store_true", help="write the table into the docs")
    args = parser.parse_args()
    measured = measure(args.region)
    rows = table(measured)
    if args.write:
        PAGE.write_text(replaced(PAGE.read_text("utf-8"), rows), "utf-8")
    for row in rows:
        print(f"{row[0]:<26}" + "".join(f"{cell:>11}" for cell in row[1:]))
    return int(not all(found.allowed for found in measured.values()))


def measure(region: str) -> dict[str, Measured]:
    catalogue = read_catalogue(demo_workspace(region))
    found = {}
    for name in sorted(catalogue.leaflets.read):
        document = resolve(Request(name, "en", "a4", date(2026, 11, 22)), catalogue)
        found[name] = Measured(readability(document), dale_chall(sentences_of(document)))
    return found


def table(measured: Mapping[str, Measured]) -> list[tuple[str, ...]]:
    """The head, a row for each leaflet and the limits."""
    limits = (
        "at most",
        "",
        "",
        f"{LIMITS.mean:g}",
        f"{LIMITS.longest_words}",
        f"{LIMITS.grade:g}",
        f"{HARDEST_WORDS:g}",
        f"{LIMITS.short_share:.0%}",
    )
    return [HEAD, *(_row(name, found) for name, found in measured.items()), limits]


def replaced(page: str, rows: list[tuple[str, ...]]) -> str:
    """The page with the table between its two marks."""
    before, rest = page.split(START)
    after = rest.split(END)[1]
    lines = ["| " + " | ".join(row) + " |\n" for row in rows]
    lines.insert(1, "|---" + "|---:" * (len(HEAD) - 1) + "|\n")
    return before + START + "".join(lines) + END + after


def _row(name: str, measured: Measured) -> tuple[str, ...]:
    found = measured.sentences
    return (
        name,
        f"{found.words}",
        f"{found.sentences}",
        f"{found.mean:.1f}",
        f"{found.longest_words}",
        f"{found.grade:.1f}",
        f"{measured.dale_chall:.1f}",
        f"{found.short_share:.0%}",
    )


if __name__ == "__main__":
    sys.exit(main())
