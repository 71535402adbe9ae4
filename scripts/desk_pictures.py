"""Make the pictures of the print desk in docs/pictures, with a browser: see scripts/browser."""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.desk.served import command

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
CLINIC = """\
clinic:
  name: Larkfield Skin and Laser Clinic
  phone: 020 7946 0142
region: GB
papers: [a4, letter]
packs:
  - id: first-visit
    title: Your first visit
    leaflets: [acne-explained, dark-marks]
  - id: after-treatment
    title: After your laser treatment
    leaflets: [after-laser, my-wound-card]
"""


def main() -> None:
    """Choose a pack for a made-up patient, and take a picture of each step."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "clinic").mkdir()
        (folder / "clinic" / "handouts.yaml").write_text(CLINIC, "utf-8")
        store = str(folder / "store")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        with command("-w", "clinic", cwd=folder, HANDOUTS_CACHE=store) as (_, port):
            page = browser.new_page(viewport={"width": 1024, "height": 768})
            page.goto(f"http://127.0.0.1:{port}/?pack=first-visit")
            page.locator("#who").fill("Mrs A. Example")
            page.get_by_label("Note").fill("Sunscreen. See us in January.")
            save(page, "print-desk-list")
            page.get_by_role("button", name="Show the pages").click()
            page.wait_for_load_state("networkidle", timeout=60_000)
            save(page, "print-desk-job")
        browser.close()


def save(page: Page, name: str) -> None:
    """What is in view, as a small PNG."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    data = io.BytesIO()
    picture.quantize(64).save(data, "PNG", optimize=True)
    (PICTURES / f"{name}.png").write_bytes(data.getvalue())


if __name__ == "__main__":
    main()
