"""The same pages printed by headless Chromium; prints milliseconds of processor time for a PDF.

One browser prints them all, told what to do through its pipe (Chrome DevTools Protocol).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")


def browser() -> str | None:
    """The browser that is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A browser that is asked through a pipe."""

    def __init__(self, program: str) -> None:
        told, self._write = os.pipe()
        self._read, answered = os.pipe()
        self._numbers, self._rest = count(1), b""
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$0" "$@" 3<&{told} 4>&{answered}', program, *FLAGS],
            pass_fds=(told, answered),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(told)
        os.close(answered)

    def ask(self, method: str, session: str | None = None, **values: object) -> dict[str, Any]:
        """Ask, and wait for the answer; events in between are passed over."""
        number = next(self._numbers)
        question: dict[str, Any] = {"id": number, "method": method, "params": values}
        os.write(
            self._write,
            json.dumps(question | ({"sessionId": session} if session else {})).encode() + b"\0",
        )
        while (found := self._next()).get("id") != number:
            pass
        return dict(found["result"])

    def wait_for(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            self._rest += os.read(self._read, 1 << 20)
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def processor(self) -> float:
        """Seconds of processor time that all of its processes have used (proc(5))."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self._process.pid:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.ask("Browser.close")
        self._process.wait()


def main(pages: Sequence[str], times: int = 8) -> None:
    """Print the pages again and again; the first round warms the browser and is not counted."""
    program = browser()
    if program is None:
        return
    shown = Browser(program)
    target = shown.ask("Target.createTarget", url="about:blank")["targetId"]
    session = shown.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    shown.ask("Page.enable", session)
    _print(shown, session, pages)
    before = shown.processor()
    _print(shown, session, [*pages] * times)
    print(1000 * (shown.processor() - before) / (len(pages) * times))
    shown.close()


def _print(shown: Browser, session: str, pages: Sequence[str]) -> None:
    for page in pages:
        shown.ask("Page.navigate", session, url=Path(page).resolve().as_uri())
        shown.wait_for("Page.loadEventFired")
        wanted = {"preferCSSPageSize": True, "generateTaggedPDF": True}
        shown.ask("Page.printToPDF", session, **wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
