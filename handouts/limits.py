"""Work on a clinic's files in a process of its own, with limits on time, memory and files.

A template, style, drawing or font may keep the engine busy for hours or fill the memory. What can
be counted cheaply is counted when it is read. For the rest, the process has a worker: it is started
by forking when it is first needed, does one piece of work after the other, and is replaced when it
goes over a limit. So one clinic's logo stops only the leaflets that print it.

Linux only: elsewhere, a fork is not safe once system libraries are loaded, so work is done here.
"""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from handouts.diagnostics import Diagnostic, HandoutsError, Place, unforeseen

T = TypeVar("T")
L = TypeVar("L", bound=Any)

SECONDS = 8
"""Processor time for one piece of work; our own longest leaflet takes 2 seconds."""

GRACE = 2
"""Further seconds of processor time before the system ends a worker that cannot be interrupted."""

PATIENCE = 120
"""Seconds by the clock after which a worker is ended, even if it only sleeps."""

MEMORY = 800_000_000
"""Bytes of memory that a worker may address beyond those that it starts with; our own longest
leaflet needs a third."""

WRITTEN = 200_000_000
"""Bytes of the largest file that a worker may write."""

OPEN_FILES = 256

ENABLED = sys.platform == "linux"
"""Whether there are workers; without them, everything is done in this process, without limits."""

OVER_LIMIT = "over-limit"

PAGE = "setting the leaflet's text and drawings"
DETAILS = "setting the clinic's logo and details"
"""What may go over a limit, besides templates and fonts."""

STRIKES = 2
"""How often a template may go over a limit until work is ended as soon as it comes to that file:
a clinic's many leaflets need not all wait for the same loop."""

_HINT = "Make it smaller or simpler, or leave it out"


@dataclass(frozen=True, slots=True)
class OverLimit(Diagnostic):
    """A diagnostic about work that went over a limit; ``stage`` is what was being done."""

    stage: str = ""


class _TimeUp(BaseException):
    """The processor time for a piece of work is used up. Nothing but this module handles it."""


# In the process that has work to be done --------------------------------------------------------


def apart(job: Callable[..., T], *arguments: Any, stage: str, keep: bool = True) -> T:
    """Call a function in the worker, and return its value or raise what it raises.

    Function, arguments and value are pickled. ``stage`` says what is being done, until ``at_work``
    says more. With ``keep``, the worker stays for the next call. HandoutsError ``over-limit`` if
    the work goes over a limit or breaks the worker.
    """
    if not ENABLED or _IN_WORKER:
        return job(*arguments)
    with _WORKERS.lock:
        worker = (_WORKERS.current if keep else None) or _Worker()
        _WORKERS.current = worker if keep else _WORKERS.current
        try:
            kind, value = worker.call(job, arguments, stage)
        except BaseException:
            worker.end()
            raise
        finally:
            if not keep or not worker.alive:
                worker.end()
                _WORKERS.current = None if keep else _WORKERS.current
    if kind == "raise":
        raise value
    return value  # type: ignore[no-any-return]


def close() -> None:
    """End this process's worker, if there is one. The next call of ``apart`` starts another."""
    with _WORKERS.lock:
        if _WORKERS.current:
            _WORKERS.current.end()
        _WORKERS.current = None


@dataclass
class _Workers:
    """The worker of this process, and a lock so that threads use it one after the other."""

    lock: Any
    current: _Worker | None = None


class _Worker:
    """A forked process, and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._connection), daemon=True, name="handouts-worker"
        )
        self._process.start()
        theirs.close()
        self.alive = True

    def call(self, job: Callable[..., Any], arguments: Any, stage: str) -> tuple[str, Any]:
        """What the job returned (``return``) or raised (``raise``)."""
        place = None
        try:
            self._connection.send((job, arguments))
            # The wait begins anew with each stage that the worker reports.
            while self._connection.poll(PATIENCE):
                kind, value = self._connection.recv()
                if kind != "at":
                    self.alive = kind in ("return", "raise")
                    return (kind, value) if self.alive else self._over(value, stage, place)
                stage, place = value
                strikes = _OFFENDERS.get(_state(place), [])
                if len(strikes) >= STRIKES:
                    self.alive = False
                    return "raise", _error(strikes[-1], stage, place)
            words = f"takes longer than {PATIENCE} seconds"
        except (EOFError, OSError):
            # It died. The system sends SIGPROF to one that Python could not interrupt in time.
            self._process.join(5)
            words = "broke the PDF engine, perhaps for lack of memory"
            if self._process.exitcode == -signal.SIGPROF:
                words = _too_slow()
        self.alive = False
        return self._over(words, stage, place)

    def end(self) -> None:
        """Kill it: it has nothing of its own to save."""
        self.alive = False
        self._process.kill()
        self._process.join()
        self._connection.close()

    @staticmethod
    def _over(words: str, stage: str, place: Place | None) -> tuple[str, HandoutsError]:
        if place and place.file.suffix == ".j2":
            _OFFENDERS.setdefault(_state(place), []).append(words)
        return "raise", _error(words, stage, place)


def _error(words: str, stage: str, place: Place | None) -> HandoutsError:
    message = f"{stage[:1].upper()}{stage[1:]} {words}"
    return HandoutsError(OverLimit(OVER_LIMIT, message, place, _HINT, stage=stage))


_OFFENDERS: dict[tuple[object, ...], list[str]] = {}
"""What went over a limit, each time, by the state of the template that was worked on."""


def _state(place: Place | None) -> tuple[object, ...]:
    """What changes when somebody mends the file."""
    with suppress(OSError):
        if place:
            status = place.file.stat()
            return (place.file, status.st_mtime_ns, status.st_size)
    return (place,)


def _too_slow() -> str:
    return f"takes more than {SECONDS} seconds of processor time"


def free_in_forks(lock: L) -> L:
    """Make forks wait for a lock, so that none is copied while another thread holds it."""
    release = lock.release
    os.register_at_fork(before=lock.acquire, after_in_parent=release, after_in_child=release)
    return lock


_WORKERS = _Workers(free_in_forks(threading.RLock()))


def _forget() -> None:
    """The worker answers to the process that started it: a fork of that has none yet."""
    _WORKERS.current = None


os.register_at_fork(after_in_child=_forget)


# In the worker ----------------------------------------------------------------------------------

_IN_WORKER: list[Connection] = []
"""In a worker: its pipe."""


def at_work(stage: str, place: Place | None = None) -> None:
    """Say what is being done, in case that it goes over a limit. Does nothing outside a worker."""
    for connection in _IN_WORKER:
        connection.send(("at", (stage, place)))


def _serve(connection: Connection, theirs: Connection) -> None:
    # The fork has a copy of the other end of the pipe. While that is open, this end would never
    # report that the process at the other end is gone.
    theirs.close()
    gc.freeze()  # what was forked is left alone, so that its memory stays shared
    _IN_WORKER.append(connection)
    follow_parent()
    signal.signal(signal.SIGVTALRM, _time_up)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limits = {
        # What is forked is addressed already: the limit is on what the work adds to it.
        resource.RLIMIT_AS: pages * resource.getpagesize() + MEMORY,
        resource.RLIMIT_FSIZE: WRITTEN,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        # A limit that the machine sets already may be kept or lowered, never raised.
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, hard))
    # Libraries in C report and abort on standard error.
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

    while True:
        try:
            job, arguments = connection.recv()
        except EOFError:
            os._exit(0)
        outcome = _outcome(job, arguments)
        try:
            data = pickle.dumps(outcome)
        except Exception as error:  # noqa: BLE001 - whatever an error of a library contains
            data = pickle.dumps(("raise", HandoutsError(unforeseen(error))))
        connection.send_bytes(data)
        if outcome[0] == "over":
            os._exit(1)


def _outcome(job: Callable[..., Any], arguments: Any) -> tuple[str, Any]:
    try:
        try:
            # Python raises at the first signal only between its own instructions. A library in C
            # that does not come back to them is ended by the second, which the system handles.
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            signal.setitimer(signal.ITIMER_PROF, SECONDS + GRACE)
            return "return", job(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _TimeUp:
        return "over", _too_slow()
    except MemoryError:
        return "over", f"needs more than {MEMORY // 1_000_000} MB of memory"
    except HandoutsError as error:
        return "raise", error
    except Exception as error:  # noqa: BLE001 - it is raised again by `apart`
        return "raise", error.with_traceback(None)


def _time_up(*_: object) -> None:
    raise _TimeUp


# In any process that another has started --------------------------------------------------------


def follow_parent() -> None:
    """End this process when the one that started it ends, however that dies.

    Ctrl-C reaches all processes of a terminal; only the parent may react to it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def no_core_dumps() -> None:
    """Keep text for one patient out of the file that the system may write when a process dies."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
