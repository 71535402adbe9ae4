"""What every request must pass before anything looks at it, and what every answer says.

A page of another site that is open in the same browser can send requests here. Its requests are
told by their ``Host`` and origin, which it cannot choose: comparing these two with each other would
not do, because another site's name can be made to lead to this machine.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handouts.diagnostics import unforeseen

MOST_BYTES, MOST_FIELDS = 16_384, 60
"""Bytes and fields of a form."""

PATIENCE = 10.0
"""Seconds for a form to arrive."""

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
POLICY_OF_PDF = "frame-ancestors 'self'"
"""The page of a job shows its PDF in a frame; under ``POLICY``, nothing may be shown in one."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # With `no-referrer`, Chromium would send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
    # For programs that translate pages elsewhere, and for whatever indexes them.
    "x-robots-tag": "noindex, notranslate",
}


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The request is answered with a status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Address:
    """Under which names the desk is known, and how: with ``tls``, its own or a proxy's."""

    hosts: frozenset[str]
    tls: bool = False

    @classmethod
    def of(cls, host: str, port: int, names: tuple[str, ...], *, tls: bool = False) -> Address:
        """Loopback always, the address that it listens on, and further names."""
        shown = f"[{host}]" if ":" in host else host
        places = {"127.0.0.1", "localhost", "[::1]"} | ({shown} - {"0.0.0.0", "[::]"})  # noqa: S104
        known = {f"{place}:{port}" for place in places} | {f"{name}:{port}" for name in names}
        # A proxy, and a server on the usual port, are called without one.
        return cls(frozenset(name.lower() for name in (*known, *names)), tls)

    @property
    def origins(self) -> frozenset[str]:
        """Origins of its own pages. TLS may end at a proxy, so both are its own then."""
        schemes = ("https", "http") if self.tls else ("http",)
        return frozenset(f"{scheme}://{host}" for scheme in schemes for host in self.hosts)


class Guard:
    """ASGI middleware: refuses strangers' requests, adds headers, and logs a line.

    A line has no address, ticket or query. ``refuse`` makes the page for a status.
    """

    def __init__(
        self,
        app: ASGIApp,
        address: Address,
        refuse: Callable[[Request, int], ASGIApp],
        log: Callable[[str], None],
    ) -> None:
        self._app, self._address, self._refuse, self._log = app, address, refuse, log
        headers = dict(_HEADERS)
        if address.tls:
            headers["strict-transport-security"] = "max-age=86400"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name.lower() for name, _ in message.setdefault("headers", [])}
                message["headers"] += [each for each in self._headers if each[0] not in given]
            await send(message)

        try:
            if refused := self._fault(scope):
                await self._refuse(Request(scope), refused)(scope, receive, answer)
            else:
                await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the server would log it with all its words
            self._log(unforeseen(error).message)
            # An answer that has begun cannot become another one.
            if not status:
                await self._refuse(Request(scope), 500)(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "name", None) or "-"
            taken = (time.monotonic() - started) * 1000
            now = time.strftime("%Y-%m-%d %H:%M:%S")
            self._log(f"{now} {scope['method']} {route} {status} {taken:.0f} ms")

    def _fault(self, scope: Scope) -> int:
        """The status with which a request is refused; 0 if it may pass."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        # Of two names, a proxy may have looked at one and the desk would look at the other.
        if len(hosts) != 1 or hosts[0].lower() not in self._address.hosts:
            return 421
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405
        if scope["method"] == "POST":
            # Browsers say from which site a request comes, and no page can forge that. On plain
            # HTTP by name, they leave it out and say only the origin.
            site = headers.get("sec-fetch-site")
            origin = headers.get("origin", "").lower()
            own = origin in self._address.origins if site is None else site == "same-origin"
            if not own:
                return 403
        return 0


async def form_of(request: Request) -> Mapping[str, tuple[str, ...]]:
    """The fields of a form. Refused if it is of another kind, too long, or not UTF-8.

    It is read here, piece by piece: parsers of other kinds of forms put large ones on the disk.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Refused(413)
    except TimeoutError:
        raise Refused(408) from None
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:  # too many fields, or bytes that are no text
        raise Refused(400) from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields


@dataclass
class Pace:
    """How often something may happen in a minute, by whoever does it. ``clock`` gives seconds."""

    most: int
    clock: Callable[[], float]
    _times: dict[str, deque[float]] = field(default_factory=dict)

    def allows(self, who: str) -> bool:
        """Whether it may happen once more now, which then counts."""
        now = self.clock()
        # Else whoever came once would be remembered for as long as the desk runs.
        for other in [name for name, times in self._times.items() if times[-1] < now - 60]:
            del self._times[other]
        times = self._times.setdefault(who, deque())
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True
