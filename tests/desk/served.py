"""A desk that is really served on this machine, and a client that sends it what one likes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

import handouts
from handouts.desk.access import Access
from handouts.desk.app import Desk
from handouts.desk.guard import Address
from handouts.desk.server import Options, configured
from handouts.desk.stock import Clinics
from handouts.store import Store
from tests.world import CLINIC, TINY_LEAFLET, make_tiny

OWN = {"Sec-Fetch-Site": "same-origin"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

SECOND = (
    TINY_LEAFLET.replace("tiny-leaflet", "second-leaflet")
    .replace("A tiny leaflet", "Ein zweites Blatt, Café")
    .replace("kind: tiny", "kind: handy")
    .replace(
        "points: [One point., Another point., A last point.]\n",
        "points: [One point., Another point., A last point.]\n      - type: steps\n"
        "        steps: [Do this., Then that.]\n      - {type: write_in, prompt: Plan, lines: 2}\n",
    )
)
PACKS = """\
packs:
  - id: both
    title: Both leaflets
    leaflets: [tiny-leaflet, second-leaflet]
"""
FILES: Mapping[str, str] = {
    "handouts.yaml": CLINIC + PACKS,
    "content/leaflets/second-leaflet.yaml": SECOND,
}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Clock:
    """A time of day and a count of seconds that a test moves."""

    day: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 9, 30).astimezone())
    seconds: float = 1000

    def now(self) -> datetime:
        return self.day

    def count(self) -> float:
        return self.seconds


@dataclass
class Served:
    """A running desk."""

    desk: Desk
    port: int
    clinic: Path
    clock: Clock
    log: list[str]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def prefix(self) -> str:
        return f"/c/{self.clinic.name}/"

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
    ) -> Answer:
        """One request on a connection of its own, with just these headers besides ``Host``."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            sent = {"Host": self.host, **(headers or {})}
            data = body.encode() if isinstance(body, str) else body
            if data is not None and "Content-Length" not in sent:
                sent["Content-Length"] = str(len(data))
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            connection.endheaders(data)
            return _answer(connection.getresponse())
        finally:
            connection.close()

    def post(self, path: str, fields: Mapping[str, object] | None = None, **headers: str) -> Answer:
        """A form of the desk's own."""
        body = urlencode(fields or {}, doseq=True)
        return self.ask(path, "POST", {**OWN, **FORM, **headers}, body)

    def order(self, *leaflets: str, **fields: object) -> Answer:
        """A job."""
        return self.post(f"{self.prefix}jobs", {"leaflet": leaflets, **fields})

    def job(self, *leaflets: str, **fields: object) -> str:
        """The address of a finished job."""
        answer = self.order(*leaflets, **fields)
        assert answer.status == 303, answer.text
        return answer.location

    def pdf(self, job: str) -> bytes:
        """The PDF of a job."""
        (_, _, rest) = self.ask(job).text.partition('data-pdf="')
        answer = self.ask(rest.partition('"')[0])
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body


@contextmanager
def serving(
    folder: Path,
    files: Mapping[str, str] | None = None,
    *,
    clinics: Path | None = None,
    access: Access | None = None,
    tls: bool = False,
    names: tuple[str, ...] = (),
) -> Iterator[Served]:
    """Serve a tiny clinic from a folder, or several."""
    clinic = make_tiny(folder / "clinic", {**FILES, **(files or {})})
    clock, log = Clock(), list[str]()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    desk = Desk(
        Clinics(handouts.open(clinic), clinics),
        Store(folder / "store"),
        Address.of("127.0.0.1", port, names, tls=tls),
        access or Access({}),
        log.append,
        clock.now,
        clock.count,
        ahead=False,
    )
    server = uvicorn.Server(configured(desk.app(), Options(port)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Served(desk, port, clinic, clock, log)
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()


def _answer(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


@contextmanager
def command(
    *options: str, cwd: Path, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command itself in a process of its own, when it answers; and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = [sys.executable, "-m", "handouts", "desk", "--port", str(port), *options]
    with subprocess.Popen(
        words,
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert str(port) in process.stdout.readline()
            yield process, port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
