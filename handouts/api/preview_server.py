"""Shows previews in a browser: a server for this machine alone, whose page follows each change.

It serves what it has in memory, under fixed addresses: no file can be asked for. It answers only
pages of its own, so no other site that is open in the browser can read a leaflet.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from queue import Empty, SimpleQueue
from socketserver import ThreadingTCPServer
from threading import Condition, Event, Thread
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from handouts.api.preview import Preview, changes, leaflets_using
from handouts.api.project import Project

HOST = "127.0.0.1"
DOTS_PER_INCH = 120
"""Of the pictures of pages: more than most screens show, and still quickly drawn."""

ALIVE = 15
"""Seconds after which a silent connection is written to, so that a closed one is noticed."""

_FILES = {"preview.css": "text/css", "preview.js": "text/javascript", "preview.html": "text/html"}
_PAGE = re.compile(r"/([a-z0-9-]*)")
_EVENTS = re.compile(r"/-/events/([a-z0-9-]*)")
_TEXT = re.compile(r"/-/texts/([0-9a-f]{64})")
_PICTURE = re.compile(r"/-/pages/([0-9a-f]{64})/([0-9]{1,4})\.png")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_POLICY_OF_TEXT = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
"""A clinic's templates may write anything into a leaflet: nothing in it runs or is fetched."""


class Made(NamedTuple):
    """A finished preview, and the seconds from the news of a change to its text and to its end."""

    preview: Preview
    first: float
    seconds: float


class PreviewServer:
    """Makes previews of leaflets as their files change, and shows the newest ones.

    ``names`` are the leaflets to follow; without any, the one that uses the file changed last is
    followed. Others are made when they are looked at. ``make`` gives a leaflet's previews, the last
    of which is complete. Port 0 is any free one. OSError if the port is taken.
    """

    def __init__(self, project: Project, names: Iterable[str], make: Make, port: int = 0) -> None:
        self._project, self._names, self._make = project, tuple(names), make
        self._news, self._stop = SimpleQueue[_News](), Event()
        self._changed = Condition()
        self._latest: dict[str, Preview] = {}
        self._looked_at = Counter[str]()
        self._current = next(iter(self._names), "")
        self._choices: tuple[str, ...] = self._names
        self._server = _Server((HOST, port), self)
        self.address = f"http://{HOST}:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        found = changes(self._project, self._stop)
        self._refresh_choices()
        Thread(target=self._server.serve_forever, daemon=True).start()
        self._follower = Thread(target=self._follow, args=(found,), daemon=True)
        self._follower.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        with self._changed:
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        # The watcher's library must not be at work when Python ends.
        self._follower.join()

    def end(self) -> None:
        """End ``made`` when the leaflet at hand is made. A signal may call it."""
        self._stop.set()
        self._news.put(frozenset())  # in case it waits

    # The work, in the thread that calls -----------------------------------------------------------

    def made(self) -> Iterator[Made]:
        """Make previews, now and whenever files change; those that look new. Ends when left."""
        due = dict.fromkeys(self._names)
        told: dict[str, str] = {}
        while True:
            with suppress(Empty):  # everything that has happened by now
                news = self._news.get(block=not due)  # with nothing else to do, what happens next
                while True:
                    due |= dict.fromkeys(self._due(news))
                    news = self._news.get_nowait()
            if self._stop.is_set():
                return
            if not due:
                continue
            name, started = next(iter(due)), time.perf_counter()
            first = 0.0
            for preview in self._make(name):
                first = first or time.perf_counter() - started
                with self._changed:
                    self._latest[name] = preview
                    self._changed.notify_all()
                # Perhaps another change, or the end: pages take longest to make.
                if not self._news.empty():
                    break
            else:
                del due[name]
                if told.get(name) != preview.key:
                    told[name] = preview.key
                    yield Made(preview, first, time.perf_counter() - started)

    def _due(self, news: _News) -> Iterator[str]:
        """The leaflets to make because of some news, the most looked at first."""
        if isinstance(news, Exception):
            raise news
        if isinstance(news, str):  # somebody looks at a leaflet that is not there yet
            yield from () if news in self._latest else (news,)
            return
        self._refresh_choices()
        concerned = [name for name in leaflets_using(self._project, news) if name in self._choices]
        # The plus leaves out those at which nobody looks any longer.
        followed = {self._current, *self._names, *+self._looked_at}
        due = [name for name in concerned if name in followed]
        if concerned and self._current not in concerned:
            self._current = (due or concerned)[0]
            due = [self._current, *due]
        with self._changed:
            # Out of date by now: `states` asks for them anew when somebody looks at them.
            for name in {*concerned} - {*due}:
                self._latest.pop(name, None)
        yield from sorted(due, key=lambda name: name != self._current)

    def _refresh_choices(self) -> None:
        with self._changed:
            self._choices = self._names or leaflets_using(self._project, [self._project.folder])
            self._changed.notify_all()

    def _follow(self, found: Iterator[frozenset[Path]]) -> None:
        """Tell of changes. In a thread of its own; its errors are raised in the one that works."""
        try:
            for files in found:
                self._news.put(files)
        except Exception as error:  # noqa: BLE001 - raised where it is seen
            self._news.put(error)

    # What the server asks, in its threads ---------------------------------------------------------

    def knows(self, name: str) -> bool:
        """Whether there is a page for a leaflet; for none, it is the one that is followed."""
        return not name or name in self._choices

    def states(self, name: str) -> Iterator[str | None]:
        """What is to be seen of a leaflet, each time that it changes; None when all is the same."""
        # Counted, because a leaflet may be open in several windows.
        self._looked_at[name] += 1
        try:
            seen = None
            while not self._stop.is_set():
                wanted = name or self._current
                if wanted and wanted not in self._latest:
                    self._news.put(wanted)
                state = self._state(wanted)
                yield state if state != seen else None
                seen = state
                with self._changed:
                    self._changed.wait_for(partial(self._is_new, name, state), ALIVE)
        finally:
            self._looked_at[name] -= 1

    def _is_new(self, name: str, seen: str) -> bool:
        # The leaflet that is followed may be another one by now.
        return self._stop.is_set() or self._state(name or self._current) != seen

    def _state(self, name: str) -> str:
        """What the page shows, as JSON: ``text`` and ``pages`` as far as they are made."""
        preview = self._latest.get(name) or Preview(name, name)
        sizes = _sizes(preview.pdf) if preview.pdf else ()
        if not name:
            words = "Save a file, or choose a leaflet."
        elif preview.pdf:
            words = f"{len(sizes)} page{'s' * (len(sizes) != 1)}"
        else:
            words = "This leaflet cannot be made." if preview.diagnostics else "…"
            words = "Laying out the pages …" if preview.html else words
        folder, problems = self._project.folder, []
        for diagnostic in preview.diagnostics:
            if diagnostic.severity == "info":
                continue
            spot = None
            if place := diagnostic.place:
                own = folder in place.file.parents
                file = place.file.relative_to(folder) if own else place.file
                spot = f"{file}:{place.line}:{place.column}"
            problems.append(
                {
                    "severity": diagnostic.severity,
                    "message": diagnostic.message,
                    "place": spot,
                    "hint": diagnostic.hint,
                }
            )
        state = {
            "key": preview.key,
            "title": preview.title,
            "words": words,
            "text": preview.text_key,
            "pages": sizes,
            "problems": problems,
            "leaflets": self._choices,
        }
        return json.dumps(state)

    def picture(self, key: str, number: int) -> bytes | None:
        """A page of one of the newest previews as PNG; None if there is none."""
        # A list of its own: the thread that makes previews may add one meanwhile.
        for preview in list(self._latest.values()):
            if preview.key == key and preview.pdf and 0 < number <= len(_sizes(preview.pdf)):
                return _picture(preview.pdf, number)
        return None

    def text(self, key: str) -> bytes | None:
        """The HTML of one of the newest previews."""
        found = (p.html for p in list(self._latest.values()) if p.text_key == key and p.html)
        return next((html.encode() for html in found), None)

    def failed(self, error: Exception) -> None:
        """Raise an error of the server where it is seen."""
        self._news.put(error)


Make = Callable[[str], Iterator[Preview]]

_News = frozenset[Path] | str | Exception
"""Files that have changed, a leaflet that somebody looks at, or an error of another thread."""


@lru_cache(maxsize=16)
def _sizes(pdf: bytes) -> tuple[tuple[int, int], ...]:
    from handouts.pdf.read import page_sizes

    return page_sizes(pdf, 96)  # pixels of CSS


@lru_cache(maxsize=64)
def _picture(pdf: bytes, number: int) -> bytes:
    from handouts.pdf.read import page_picture

    return page_picture(pdf, number, DOTS_PER_INCH)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], previews: PreviewServer) -> None:
        self.previews = previews
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as called
        import sys

        error = sys.exc_info()[1]
        # A browser that has gone away is no fault.
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.previews.failed(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        previews = self.server.previews

        # Another site can make its own name lead to this machine, but not change the name that the
        # browser sends. So a request must name this server, and come from no page of another.
        hosts = {f"{name}:{self.server.server_address[1]}" for name in (HOST, "localhost")}
        origin = self.headers.get("Origin")
        own_page = origin is None or origin in {f"http://{host}" for host in hosts}
        site = self.headers.get("Sec-Fetch-Site", "none")
        if (
            self.headers.get("Host") not in hosts
            or not own_page
            or site not in ("none", "same-origin")
        ):
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", b"This address is not for other sites")
        elif (found := _PAGE.fullmatch(path)) and previews.knows(found[1]):
            self._file("preview.html")
        elif path.removeprefix("/-/") in _FILES:
            self._file(path.removeprefix("/-/"))
        elif (found := _EVENTS.fullmatch(path)) and previews.knows(found[1]):
            self._begin(HTTPStatus.OK, "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for state in previews.states(found[1]):
                # Without news, a comment, which fails if nobody listens any longer.
                self.wfile.write(f"data: {state}\n\n".encode() if state else b":\n\n")
        elif (found := _TEXT.fullmatch(path)) and (data := previews.text(found[1])):
            self._answer(HTTPStatus.OK, "text/html", data, _POLICY_OF_TEXT)
        elif (found := _PICTURE.fullmatch(path)) and (
            data := previews.picture(found[1], int(found[2]))
        ):
            self._answer(HTTPStatus.OK, "image/png", data)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such page")

    def _file(self, name: str) -> None:
        self._answer(HTTPStatus.OK, _FILES[name], (Path(__file__).parent / name).read_bytes())

    def _answer(
        self, status: HTTPStatus, media_type: str, data: bytes, policy: str = _POLICY
    ) -> None:
        self._begin(status, media_type, policy)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _begin(self, status: HTTPStatus, media_type: str, policy: str = _POLICY) -> None:
        self.send_response(status)
        charset = "" if media_type.startswith("image/") else "; charset=utf-8"
        self.send_header("Content-Type", media_type + charset)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")

    def version_string(self) -> str:
        return "handouts"

    def log_message(self, *_: object) -> None:
        """Say nothing: what is asked for is of no interest."""
