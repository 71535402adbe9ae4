"""``handouts watch`` as a browser sees it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from measure import HANDOUTS, ROOT


class Preview:
    """A page that is open, and fetches what it is told of."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._events = self._ask("/-/events/")
        self._state: dict[str, Any] = {"text": "", "pages": []}

    def new_text(self) -> float:
        """When the next text has been fetched."""
        before = self._state["text"]
        while self._state["text"] in (before, ""):
            self._next()
        self._ask(f"/-/texts/{self._state['text']}").read()
        return time.perf_counter()

    def new_pages(self) -> float:
        """When the pictures of all pages of that text have been fetched."""
        while not self._state["pages"]:
            self._next()
        for number in range(1, len(self._state["pages"]) + 1):
            self._ask(f"/-/pages/{self._state['key']}/{number}.png").read()
        return time.perf_counter()

    def _next(self) -> None:
        for line in self._events:
            if line.startswith(b"data: "):
                self._state = json.loads(line.removeprefix(b"data: "))
                return

    def _ask(self, path: str) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self._port)
        connection.request("GET", path)
        return connection.getresponse()


@contextmanager
def watching(*arguments: str) -> Iterator[Preview]:
    """The command, and a page that shows the leaflet."""
    command = [*HANDOUTS, "watch", "--no-open", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        try:
            address = program.stdout.readline() if program.stdout else ""
            preview = Preview(int(address.partition("127.0.0.1:")[2].partition("/")[0]))
            preview.new_text()
            preview.new_pages()
            yield preview
        finally:
            program.send_signal(signal.SIGINT)
