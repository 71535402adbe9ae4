"""Measures the print desk: a real one on this machine, and requests as browsers send them.

Times are from the form to the last byte of the PDF; processor time is that of all its processes.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

FIVE = ("acne-explained", "acne-medicines", "dark-marks", "sun-and-make-up", "my-wound-card")
PERSON = {"who": "Anna Example", "by": "Dr B. Sample"}
JOBS: dict[str, dict[str, object]] = {
    "general": {"leaflet": FIVE[:1]},
    "personal": {"leaflet": FIVE[:1], **PERSON},
    "pack of five": {"leaflet": FIVE},
    "personal pack": {"leaflet": FIVE, **PERSON},
}
TARGETS = {
    "general": (50, 250, 4),
    "personal": (100, 600, 8),
    "pack of five": (100, 400, 15),
    "personal pack": (150, 1500, None),
}
"""Milliseconds at the 99th percentile alone and of 20 at once, and of processor time."""

_ADDRESSES = count(1)
_NAMES: dict[str, str] = {}
_TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100, help="of each kind, one after the other")
    parser.add_argument("--many", type=int, default=1000, help="after which memory is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, desk(Path(folder)) as (process, port, first):
        print(f"first answer {first:.1f} s after the start (target 3 s)")
        print(f"memory at the start {memory(process):.0f} MB")
        for name, fields in JOBS.items():
            one(port, fields)  # whatever has to be rendered first
            one(port, fields)
            work = partial(one, port, fields)
            alone, cpu = measured(work, options.jobs, 1, process)
            crowd, _ = measured(work, options.jobs * 2, 20, process)
            targets = TARGETS[name]
            print(
                f"{name}: alone {told(alone)} (target p99 {targets[0]}), 20 at once "
                f"{told(crowd)} (target {targets[1]}), processor {cpu:.1f} ms (target {targets[2]})"
            )
        pictures = [picture(port) for _ in range(20)]
        print(f"first picture after its page: {told(pictures)} (target 150)")
        for _ in range(options.many):
            one(port, JOBS["personal"])
        print(f"memory after {options.many} more jobs {memory(process):.0f} MB (target 350 MB)")


@contextmanager
def desk(folder: Path) -> Iterator[tuple[int, int, float]]:
    """A desk with all that it needs in its store: process, port, seconds to the first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {**os.environ, "HANDOUTS_CACHE": str(folder / "store")}
    command = [sys.executable, "-m", "handouts"]
    build = [*command, "build", *FIVE, "--paper", "a4", "-o", str(folder / "out"), "-q"]
    subprocess.run(build, check=True, env=environment, cwd=folder)
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, "desk", "--port", str(port)],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                ask(port, "GET", "/")
                break
            except OSError:
                time.sleep(0.02)
        first = time.monotonic() - started
        settle(process.pid)
        yield process.pid, port, first
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def settle(process: int) -> None:
    """Wait until everything is cast that jobs will need."""
    quiet = 0
    while quiet < 5:
        before = processor(process)
        time.sleep(1)
        quiet = quiet + 1 if processor(process) - before < 0.05 else 0


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[str, bytes]:
    """One request, from an address of its own like those of many PCs: where to go on, and body."""
    number = next(_ADDRESSES)
    source = (f"127.{number // 60_000 + 1}.{number // 250 % 250}.{number % 250 + 1}", 0)
    connection = HTTPConnection("127.0.0.1", port, source_address=source, timeout=60)
    headers = {"Sec-Fetch-Site": "same-origin"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        if answer.status not in (200, 303):
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return answer.headers.get("location", ""), data
    finally:
        connection.close()


def one(port: int, fields: dict[str, object]) -> float:
    """Milliseconds for one job, from the form to its PDF."""
    body = urlencode(fields, doseq=True)
    started = time.monotonic()
    job, _ = ask(port, "POST", "/c/demo-clinic/jobs", body)
    if body not in _NAMES:  # the same for all jobs of a kind
        page = ask(port, "GET", job)[1].decode()
        _NAMES[body] = page.partition(f'data-pdf="{job}/')[2].partition('"')[0]
    ask(port, "GET", f"{job}/{_NAMES[body]}")
    return (time.monotonic() - started) * 1000


def picture(port: int) -> float:
    """Milliseconds from a job's page to its first picture."""
    job, _ = ask(port, "POST", "/c/demo-clinic/jobs", urlencode(JOBS["general"], doseq=True))
    ask(port, "GET", job)
    started = time.monotonic()
    ask(port, "GET", f"{job}/1.jpg")
    return (time.monotonic() - started) * 1000


def measured(
    work: Callable[[], float], jobs: int, at_once: int, process: int
) -> tuple[list[float], float]:
    """The time of each job, and the processor time for one."""
    before = processor(process)
    with ThreadPoolExecutor(at_once) as threads:
        times = list(threads.map(lambda _: work(), range(jobs)))
    return times, (processor(process) - before) * 1000 / jobs


def told(times: list[float]) -> str:
    """The middle and the 99th percentile."""
    return f"p50 {statistics.median(times):.0f} p99 {statistics.quantiles(times, n=100)[-1]:.0f} ms"


def family(process: int) -> list[int]:
    """A process and all that it has started."""
    found = [process]
    for each in found:
        try:
            tasks = list(Path(f"/proc/{each}/task").glob("*/children"))
            found += [int(child) for task in tasks for child in task.read_text("ascii").split()]
        except OSError:
            continue
    return found


def processor(process: int) -> float:
    """Seconds of processor time of a process and all that it has started."""
    total = 0.0
    for each in family(process):
        try:
            fields = Path(f"/proc/{each}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / _TICK
    return total


def memory(process: int) -> float:
    """Megabytes of all processes, with what they share counted once."""
    total = 0
    for each in family(process):
        try:
            text = Path(f"/proc/{each}/smaps_rollup").read_text("ascii")
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1000


if __name__ == "__main__":
    main()
