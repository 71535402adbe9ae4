"""What a desk does beside its requests: it keeps its stock up to date, and its press warm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from handouts.desk.stock import Clinics, Stock
from handouts.desk.tickets import Tickets
from handouts.desk.workers import Workers
from handouts.diagnostics import unforeseen

LOOK_EVERY = 2.0
"""Seconds after which files are looked at again."""


class Upkeep:
    """``stock`` is what can be printed, as the files were when they were last looked at.

    With ``ahead``, what is printed most is laid out before anybody asks for it.
    """

    def __init__(
        self,
        clinics: Clinics,
        workers: Workers,
        tickets: Tickets,
        now: Callable[[], datetime],
        log: Callable[[str], None],
        ahead: bool,
    ) -> None:
        self.clinics, self._workers, self._tickets = clinics, workers, tickets
        self._now, self._log, self._ahead = now, log, ahead
        # Before the files are read: what is saved meanwhile then counts as a change the next time.
        self._states = clinics.states()
        self.stock: Stock = clinics.read(now())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the desk is open."""
        # Beside each other: files are looked at even while a worker does not get started.
        tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._begin())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            self._workers.close()

    async def look_again(self) -> None:
        """Read the files if any of them, or the day, has changed."""
        # Before the files are read, as at the start.
        states = await asyncio.to_thread(self.clinics.states)
        now = self._now()
        if states != self._states or now.date() != self.stock.read.date():
            stock = await asyncio.to_thread(self.clinics.read, now)
            self.stock, self._states = stock, states
            self._prepare()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look_again()
            except Exception as error:  # noqa: BLE001 - what is known is printed until it is mended
                self._log(unforeseen(error).message)
            self._tickets.sweep()

    async def _begin(self) -> None:
        with suppress(Exception):  # a process that cannot start is told to whoever prints
            await self._workers.start()
        self._prepare()

    def _prepare(self) -> None:
        if self._ahead:
            shelves = list(self.stock.shelves.values())
            self._workers.prepare_all(sheet for shelf in shelves for sheet in shelf.usual())
