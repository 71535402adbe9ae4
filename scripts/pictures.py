"""Make the pictures of docs/pictures: the demo clinic's leaflets, and what two pages lead to."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from walk import walk

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LEAFLETS = ("dark-marks", "scar-treatment-options", "microneedling-rf")
WHOLE = "fractional-co2-laser"
TRANSLATED = "dark-marks"
LANGUAGES = ("ar", "hi", "ta", "zh-Hans")
FOLLOWED = {
    "your-first-visit": ("tutorial.md", "your-first-visit"),
    "new-look": ("how-to/for-designers.md", "acne-explained"),
}
"""Pictures of what one has after following a page, with the page and the leaflet."""

HANDOUTS = (sys.executable, "-m", "handouts")
GAP = 24
HEIGHT = 800


def main() -> None:
    """Build the leaflets as PNG and set pages side by side."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures(folder, ROOT / "examples/demo-clinic", *LEAFLETS, WHOLE)
        save("first-pages", [page(folder, leaflet, 1) for leaflet in LEAFLETS])
        save(WHOLE, [page(folder, WHOLE, number) for number in (1, 2, 3, 4)])
        demo = ROOT / "examples/demo-clinic"
        pictures(folder, demo, TRANSLATED, more=[f"--language={name}" for name in LANGUAGES])
        save("languages", [page(folder, TRANSLATED, 1, language) for language in LANGUAGES])
    for picture, (document, leaflet) in FOLLOWED.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            walk(ROOT / "docs" / document, folder, run)
            pictures(folder, folder / "my-clinic", leaflet)
            save(picture, [page(folder, leaflet, 1)])


def run(arguments: list[str]) -> str:
    """What one sees after a command."""
    command = [*HANDOUTS, *arguments]
    return subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ).stdout


def pictures(folder: Path, clinic: Path, *leaflets: str, more: Sequence[str] = ()) -> None:
    """Pages of a clinic's leaflets as PNG, in a folder."""
    options = ["--workspace", str(clinic), "--paper", "a4", "--format", "png", "--quiet", *more]
    run(["build", *leaflets, *options, "--output", str(folder)])


def page(folder: Path, leaflet: str, number: int, language: str = "en") -> Image.Image:
    """A page at the height of the pictures."""
    (file,) = folder.glob(f"{leaflet}_{language}-GB_a4-page{number}*.png")
    picture = Image.open(file).convert("RGB")
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
