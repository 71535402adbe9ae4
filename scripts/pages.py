"""Draw contact sheets of the catalogue's pages, and print a table of their type and space."""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pypdfium2
from PIL import Image, ImageStat

import handouts
from handouts.model.tables import Edition
from handouts.page.compose import compose
from handouts.page.context import PAPER_SIZES
from handouts.pdf.read import page_pictures
from handouts.pdf.render import RenderedPdf, render_pdf

if TYPE_CHECKING:
    from handouts.build.plan import Task
    from handouts.pdf.internals.lines import TextLine

DAY = date(2026, 11, 29)
POINTS = 72 / 25.4
OUTSIDE = {"sources", "foot", "band", "mark", "small-print"}
"""Parts of a page that the share of large type leaves out: references, foot and marks."""


@dataclass(frozen=True)
class Measured:
    """A leaflet's pages in figures; sizes in points, lengths in characters, space in mm."""

    name: str
    pages: int
    words: int
    share: float
    smallest: float
    longest: int
    lonely: int
    free: float
    safe: float
    ink: float


def measure(task: Task, pdf: RenderedPdf) -> Measured:
    """Read the figures from the laid-out lines and the pictures of the pages."""
    document = task.document
    height = PAPER_SIZES[document.paper][1] * POINTS
    lines = [line for page in pdf.lines for line in page]
    body = [line for line in lines if line.part not in OUTSIDE]
    sizes = Counter[float]()
    for line in body:
        sizes.update(line.sizes)
    last = [line.bottom for line in pdf.lines[-1] if line.part not in {"foot", "band"}]
    return Measured(
        name=document.leaflet,
        pages=pdf.pages,
        words=sum(len(line.text.split()) for line in body),
        share=sum(n for size, n in sizes.items() if size >= 12) / max(1, sizes.total()),
        smallest=min(size for line in lines for size in line.sizes),
        longest=max(len(line.text) for line in body),
        lonely=sum(map(_alone, body)),
        free=(height - max(last)) / POINTS,
        safe=min(min(line.top, height - line.bottom) for line in lines) / POINTS,
        ink=_ink(pdf.pdf),
    )


def filled(pdf: bytes) -> list[float]:
    """How far down each page is filled, as a share of the height between head and foot."""
    shares = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            edge = round(15 * POINTS / 2)
            picture = page.render(scale=0.5).to_pil().convert("L")
            inner = picture.crop((edge, edge, round(width / 2) - edge, round(height / 2) - edge))
            ink = inner.point(lambda grey: 255 * (grey < 235)).getbbox()
            shares.append(ink[3] / inner.height if ink else 0)
    return shares


def _alone(line: TextLine) -> bool:
    """Whether the last line of a text has one short word."""
    words = line.text
    return " " not in words and len(words) < 12 and words.endswith((".", "?", "!"))


def _ink(pdf: bytes) -> float:
    """The share of the paper that is covered, in grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        greys = [
            ImageStat.Stat(page.render(scale=0.25).to_pil().convert("L")).mean[0]
            for page in document
        ]
    return 100 * (1 - sum(greys) / len(greys) / 255)


def main() -> int:
    """Measure and draw what was asked for; 1 where a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/pages", description=__doc__)
    parser.add_argument("leaflets", nargs="*", help="leaflets (default: all)")
    parser.add_argument("-o", "--output", type=Path, help="draw contact sheets into this folder")
    parser.add_argument("-w", "--workspace", type=Path, help="a clinic's folder")
    parser.add_argument("--region", action="append", help="GB, US ... (default: GB)")
    parser.add_argument("--paper", action="append", choices=("a4", "letter"))
    parser.add_argument("--edition", action="append", choices=get_args(Edition))
    parser.add_argument("--ink", action="append", choices=("colour", "black"))
    options = parser.parse_args()
    broken = 0
    print(
        f"{'leaflet':<26}{'pages':>6}{'words':>7}{'12 pt':>8}{'least':>7}"
        f"{'longest':>9}{'lonely':>8}{'free':>6}{'safe':>6}{'ink %':>6}"
    )
    for region, paper, edition, ink in product(
        options.region or ["GB"],
        options.paper or ["a4"],
        options.edition or ["standard"],
        options.ink or ["colour"],
    ):
        print(f"-- {region} {paper} {edition} {ink}")
        project = handouts.open(options.workspace or "examples/demo-clinic", region=region)
        plan = project.plan(
            options.leaflets, on=DAY, papers=[paper], editions=[edition], inks=[ink]
        )
        for task in plan.tasks:
            page = compose(task.document, task.layers)
            pdf = render_pdf(page, measured=True)
            m = measure(task, pdf)
            broken += m.share < 0.85 or m.smallest < 10 or m.longest > 75 or m.safe < 5
            print(
                f"{m.name:<26}{m.pages:>6}{m.words:>7}{m.share:>8.0%}{m.smallest:>7g}"
                f"{m.longest:>9}{m.lonely:>8}{m.free:>6.0f}{m.safe:>6.1f}{m.ink:>6.1f}"
            )
            if options.output:
                name = f"{m.name}_{region}_{paper}_{edition}_{ink}.png"
                _draw(pdf.pdf, options.output / name)
    return int(bool(broken))


def _draw(pdf: bytes, path: Path, across: int = 4) -> None:
    pages = [Image.open(io.BytesIO(data)).convert("RGB") for data in page_pictures(pdf, 60)]
    width, height = pages[0].width + 8, pages[0].height + 8
    size = (width * min(across, len(pages)), height * -(-len(pages) // across))
    sheet = Image.new("RGB", size, "#bbb")
    for number, picture in enumerate(pages):
        sheet.paste(picture, (width * (number % across), height * (number // across)))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


if __name__ == "__main__":
    sys.exit(main())
