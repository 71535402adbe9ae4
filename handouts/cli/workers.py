"""Processes for a batch, and what Ctrl-C does to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor


@contextmanager
def executor(work: int, jobs: int | None) -> Iterator[Executor | None]:
    """Processes for a batch; a few leaflets are faster without. An interrupt drops what waits."""
    workers = min(jobs or os.cpu_count() or 1, work // 2)
    if workers <= 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(workers, initializer=_leave_interrupts_to_the_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def first_interrupt_waits() -> Iterator[list[int]]:
    """A first Ctrl-C is only noted, so that no file is written that the manifest does not know.

    A second one stops at once.
    """
    noted: list[int] = []

    def note(number: int, _: object) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
