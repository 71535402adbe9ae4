"""Finished jobs, kept in memory under random names until they are printed."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LASTS = 600.0
"""Seconds from its making for which a job is kept."""

MOST, MOST_BYTES = 200, 64_000_000
"""Jobs and bytes that are kept; beyond either, the oldest go first."""


@dataclass(frozen=True)
class Part:
    """A leaflet or the cover of a job: its title, language and writing direction, its pages."""

    title: str
    language: str
    direction: str
    pages: int


@dataclass
class Job:
    """A finished PDF and what its page shows. ``form`` has what was typed, for *Change*.

    ``pictures`` are those of its pages, by page and dots per inch.
    """

    clinic: str
    name: str
    pdf: bytes
    parts: tuple[Part, ...]
    leaflets: int
    copies: int
    paper: str
    receipt: tuple[str, ...]
    drafts: tuple[Part, ...]
    form: Mapping[str, tuple[str, ...]]
    made: float = 0
    pictures: dict[tuple[int, int], bytes] = field(default_factory=dict)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def size(self) -> int:
        """Bytes in memory, but for little things."""
        return len(self.pdf) + sum(map(len, self.pictures.values()))


class Tickets:
    """Jobs by ticket, of which 128 random bits are guessed by nobody. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._jobs = OrderedDict[str, Job]()

    def add(self, job: Job) -> str:
        """Keep a job. Returns its ticket."""
        ticket = secrets.token_urlsafe(16)
        job.made = self._clock()
        self._jobs[ticket] = job
        self.sweep()
        return ticket

    def get(self, ticket: str) -> Job | None:
        """The job of a ticket; None if it is no longer kept, or never was."""
        self.sweep()
        return self._jobs.get(ticket)

    def forget(self, ticket: str) -> None:
        """Drop a job at once."""
        self._jobs.pop(ticket, None)

    def left(self, job: Job) -> float:
        """Seconds for which a job is still kept."""
        return job.made + LASTS - self._clock()

    def sweep(self) -> None:
        """Drop jobs whose time is over, and the oldest of too many."""
        for ticket in [t for t, job in self._jobs.items() if self.left(job) <= 0]:
            del self._jobs[ticket]
        size = sum(job.size for job in self._jobs.values())
        # However large it is, the newest job stays: its page is about to be asked for.
        while len(self._jobs) > MOST or (size > MOST_BYTES and len(self._jobs) > 1):
            size -= self._jobs.popitem(last=False)[1].size
