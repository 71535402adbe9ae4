"""Print how hard each leaflet is to read; exit 1 where one is harder than the house rule."""

from __future__ import annotations

import sys
from datetime import date

from handouts.build.plan import resolve
from handouts.content.catalogue import read_catalogue
from handouts.content.resolve import Request
from handouts.content.workspace import demo_workspace
from handouts.review.readability import LIMITS, Readability, readability


def main(region: str = "GB") -> int:
    """Measure all leaflets of the demo clinic in a region."""
    catalogue = read_catalogue(demo_workspace(region))
    found = {
        name: readability(resolve(Request(name, "en", "a4", date(2026, 11, 22)), catalogue))
        for name in catalogue.leaflets.read
    }
    print(f"{'leaflet':<26}{'words':>6}{'sentences':>11}{'mean':>7}{'longest':>9}{'grade':>7}")
    for name, measured in found.items():
        print(_row(name, measured))
    print(
        f"{'at most':<26}{'':>6}{'':>11}{LIMITS.mean:>7}{LIMITS.longest_words:>9}{LIMITS.grade:>7}"
    )
    return int(any(not LIMITS.allow(measured) for measured in found.values()))


def _row(name: str, measured: Readability) -> str:
    return (
        f"{name:<26}{measured.words:>6}{measured.sentences:>11}{measured.mean:>7.1f}"
        f"{measured.longest_words:>9}{measured.grade:>7.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
