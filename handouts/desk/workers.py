"""The processes that set and draw: the web process itself only waits for them.

Setting pages would keep the web process from answering; and a crash of the engine or of PDFium
takes one job with it, which is tried once more in a new process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, TypeVar

from handouts.api.press import Outcome, PageCounts, Press, Sheet, pictures, unprintable
from handouts.limits import follow_parent, no_core_dumps
from handouts.store import Store

T = TypeVar("T")

MOST_WAITING = 20
PATIENCE = 30.0
"""Jobs that may wait, and seconds for one."""


class BusyError(Exception):
    """Too many jobs wait."""


class SlowError(Exception):
    """A job took too long, and was stopped."""


_PRESSES: list[Press] = []
"""In a worker: its press."""


def _begin(store: Store, nice: int) -> None:
    follow_parent()
    no_core_dumps()
    with suppress(OSError):
        os.nice(nice)
    _PRESSES.append(Press(store))


def _on_press(method: Callable[..., T], *arguments: Any) -> T:
    """Call a method of the press that this worker keeps."""
    return method(_PRESSES[0], *arguments)


def _warm() -> int:
    """Import what the first job would wait for."""
    from handouts.pdf.render import start_engine

    with suppress(Exception):  # whoever prints is told
        start_engine()
    return os.getpid()


class Workers:
    """One process for jobs, and one for a while that prepares what they will need."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting = 0
        self._jobs = self._pool(0)
        self._preparing: asyncio.Task[None] | None = None

    def _pool(self, nice: int) -> ProcessPoolExecutor:
        # The web process has threads, so it cannot be forked; and a fork server needs a socket,
        # whose path must not be long, as folders for temporary files may be.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, context, _begin, (self._store, nice))

    async def start(self) -> None:
        """Start the process, so that the first job need not wait for it."""
        await asyncio.wrap_future(self._jobs.submit(_warm))

    async def print(self, *arguments: Any) -> Outcome:
        """See ``Press.print``. BusyError, SlowError."""
        return await self._call(_on_press, Press.print, *arguments)

    async def pages(self, *arguments: Any) -> PageCounts:
        """See ``Press.pages``. BusyError, SlowError."""
        return await self._call(_on_press, Press.pages, *arguments)

    async def pictures(self, *arguments: Any) -> tuple[bytes, ...]:
        """See ``press.pictures``. BusyError, SlowError."""
        return await self._call(pictures, *arguments)

    async def unprintable(self, words: str) -> str:
        """See ``press.unprintable``. BusyError, SlowError."""
        return await self._call(unprintable, words)

    async def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        if self._waiting >= MOST_WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                try:
                    return await self._submit(function, *arguments)
                except BrokenProcessPool:  # perhaps another job's fault: tried once more
                    return await self._submit(function, *arguments)
        except TimeoutError:
            self._renew(self._jobs)
            raise SlowError from None
        except OSError as error:  # the system starts no more processes
            raise BrokenProcessPool(str(error)) from None
        finally:
            self._waiting -= 1

    async def _submit(self, function: Callable[..., T], *arguments: Any) -> T:
        # By the time that this one breaks, another job may have put a new one in its place.
        pool = self._jobs
        try:
            return await asyncio.wrap_future(pool.submit(function, *arguments))
        except BrokenProcessPool:
            self._renew(pool)
            raise

    def _renew(self, broken: ProcessPoolExecutor) -> None:
        if self._jobs is broken:  # else another job has done it already
            _kill(broken)
            self._jobs = self._pool(0)

    def prepare_all(self, sheets: Iterable[Sheet]) -> None:
        """Render what is missing in the store, in a process of its own that ends when it is done.

        What an earlier call has begun is dropped.
        """
        if self._preparing:
            self._preparing.cancel()
        self._preparing = asyncio.get_running_loop().create_task(self._prepare(iter(sheets)))

    async def _prepare(self, sheets: Iterator[Sheet]) -> None:
        # With a low priority, because for the other process somebody waits.
        pool = self._pool(10)
        try:
            # Resolving a document takes a moment, for which the web process must not wait.
            while sheet := await asyncio.to_thread(next, sheets, None):
                faults = pool.submit(_on_press, Press.prepare, sheet)
                with suppress(BrokenProcessPool):
                    await asyncio.wrap_future(faults)
        finally:
            _kill(pool)

    def close(self) -> None:
        """End all processes: nothing in them is worth keeping."""
        if self._preparing:
            self._preparing.cancel()
        _kill(self._jobs)


def _kill(pool: ProcessPoolExecutor) -> None:
    processes = list((pool._processes or {}).values())  # noqa: SLF001 - it has no way to do it
    pool.shutdown(wait=False)
    for process in processes:
        process.kill()
