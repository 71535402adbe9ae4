"""Draw every SVG of a folder as the masthead does, and compare it with resvg's drawing.

Prints a row for each file (how it is printed, and what a clinic would be told) and a count of each
way. The files are only read.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from handouts.content.assets.svg import SVG, svg_fault
from handouts.model.clinic import Picture
from handouts.page.pictures import LOGO_WIDTH
from handouts.pdf.pictures import printed_picture
from handouts.store import NO_STORE


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    files = sorted(parser.parse_args().folder.resolve().rglob("*.svg"))
    counts = Counter[str]()
    with ProcessPoolExecutor() as pool:
        rows = pool.map(row, files, chunksize=8)
        for file, (how, words) in zip(files, rows, strict=True):
            counts[how] += 1
            print(f"{how:<8}  {file.name:<40}  {words}".rstrip(), flush=True)
    print()
    for how, count in counts.most_common():
        print(f"{count:6,}  {how}")


def row(file: Path) -> tuple[str, str]:
    """How a file is printed (``vector``, ``picture`` or ``refused``), and what is told."""
    data = file.read_bytes()
    if fault := svg_fault(data):
        return "refused", f"{fault.words}. {fault.remedy}"
    printed = printed_picture(Picture(data=data, media_type=SVG), "logo", LOGO_WIDTH, NO_STORE)
    told = "; ".join(note.message for note in printed.notes if note.severity != "info")
    if printed.fault:
        return "refused", printed.fault
    if printed.drawn:
        return "picture", f"{len(printed.drawn) / 1000:,.0f} kB  {told}"
    return "vector", told


if __name__ == "__main__":
    main()
