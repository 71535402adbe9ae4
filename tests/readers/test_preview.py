"""``handouts watch`` in a real browser, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from handouts.api.preview import previews
from handouts.api.preview_server import PreviewServer
from handouts.api.project import open_project
from handouts.cli.options import user_store
from tests.world import DAY, TINY_LEAFLET, make_tiny

pytestmark = pytest.mark.readers

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 30


class Asked(PreviewServer):
    """A server that knows what a browser has fetched."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.fetched: set[str] = set()

    def text(self, key: str) -> bytes | None:
        self.fetched.add(key)
        return super().text(key)

    def picture(self, key: str, number: int) -> bytes | None:
        self.fetched.add(f"{key}/{number}")
        return super().picture(key, number)


@pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium")
def test_the_page_follows_a_change(tmp_path: Path) -> None:
    """Its script fetches the text and the page that are shown, and after a change the new ones."""
    project = open_project(make_tiny(tmp_path / "clinic"))
    make = partial(previews, project, on=DAY, store=user_store())
    line = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu"]
    line += ["--remote-debugging-port=0", f"--user-data-dir={tmp_path / 'browser'}"]
    with Asked(project, ["tiny-leaflet"], make) as server:
        made, quiet = server.made(), subprocess.DEVNULL
        before = next(made).preview
        with subprocess.Popen([*line, server.address], stdout=quiet, stderr=quiet) as browser:
            try:
                wait_for(lambda: {before.text_key, f"{before.key}/1"} <= server.fetched)
                words = TINY_LEAFLET.replace("One point.", "Another point altogether.")
                make_tiny(project.folder, {"content/leaflets/tiny-leaflet.yaml": words})
                after = next(made).preview
                wait_for(lambda: {after.text_key, f"{after.key}/1"} <= server.fetched)
            finally:
                browser.terminate()
    assert after.key != before.key


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "It did not happen"
        time.sleep(0.05)
