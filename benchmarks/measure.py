"""Commands, and what they cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HANDOUTS = (sys.executable, "-m", "handouts")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of all processors, and the largest process in megabytes."""

    seconds: float
    processor: float
    megabytes: float


def run(*command: str) -> Cost:
    """Run a command in the project, silently, with its children; it must end well."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    took = time.perf_counter() - started
    return Cost(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def answer(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def in_turn(work: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Do all of it in rounds, one after the other: a machine's mood strikes all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, do in work.items():
            costs[name].append(do())
    return costs


def median_seconds(costs: Iterable[Cost]) -> float:
    return statistics.median(cost.seconds for cost in costs)
