"""Make the pictures of docs/pictures from the demo clinic's leaflets."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LEAFLETS = ("dark-marks", "scar-treatment-options", "microneedling-rf")
WHOLE = "fractional-co2-laser"
GAP = 24
HEIGHT = 800


def main() -> None:
    """Build the leaflets as PNG and set pages side by side."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "handouts", "build", "--quiet", "--format", "png"]
        options = ["--workspace", "examples/demo-clinic", "--paper", "a4", "--output", folder]
        subprocess.run([*build, *options], cwd=ROOT, check=True)
        PICTURES.mkdir(exist_ok=True)
        save("first-pages", [page(Path(folder), leaflet, 1) for leaflet in LEAFLETS])
        save(WHOLE, [page(Path(folder), WHOLE, number) for number in (1, 2, 3, 4)])


def page(folder: Path, leaflet: str, number: int) -> Image.Image:
    """A page at the height of the pictures."""
    picture = Image.open(folder / f"{leaflet}_en-GB_a4-page{number}-DRAFT.png").convert("RGB")
    return picture.resize((round(picture.width * HEIGHT / picture.height), HEIGHT))


def save(name: str, pages: list[Image.Image]) -> None:
    """Pages in a row on grey, as PNG."""
    width = sum(picture.width + GAP for picture in pages) + GAP
    sheet = Image.new("RGB", (width, HEIGHT + 2 * GAP), "#dfe3e5")
    left = GAP
    for picture in pages:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    data = io.BytesIO()
    sheet.save(data, "PNG", optimize=True)
    (PICTURES / f"{name}.png").write_bytes(data.getvalue())


if __name__ == "__main__":
    main()
