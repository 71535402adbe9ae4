"""Serves the desk: what is allowed to be asked of it, and the server itself."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from handouts.desk.access import Access, read_codes
from handouts.desk.app import Desk
from handouts.desk.guard import Address
from handouts.desk.stock import Clinics
from handouts.limits import no_core_dumps
from handouts.store import Store

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Options:
    """Where the desk listens, and how browsers reach it."""

    port: int
    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    code_file: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    plain_http: bool = False

    @property
    def tls(self) -> bool:
        """Whether browsers come by HTTPS, here or at the proxy."""
        return self.cert is not None or self.behind_proxy

    @property
    def url(self) -> str:
        """The address to open on this machine, or for others its first name."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.names and self.host not in LOOPBACK:
            host = self.names[0]
        return f"{'https' if self.cert else 'http'}://{host}:{self.port}/"

    def faults(self) -> list[str]:
        """What must not be: a desk that others could use without a code, or listen to."""
        found = []
        if (self.cert is None) != (self.key is None):
            found.append("`--cert` and `--key` belong together")
        if self.host not in LOOPBACK or self.behind_proxy:
            if self.code_file is None:
                found.append(
                    "Others could use the desk, so it needs a code: `--code-file FILE`, made by "
                    "`handouts desk --new-code FILE`"
                )
            if not self.tls and not self.plain_http:
                found.append(
                    "What is typed for patients would go over the network in the clear: give "
                    "`--cert` and `--key`, or `--behind-proxy`; `--plain-http` allows it"
                )
        return found


def serve(
    clinics: Clinics,
    store: Store,
    options: Options,
    log: Callable[[str], None],
    ready: Callable[[], None],
) -> None:
    """Serve until the process is told to end. OSError if the port is taken.

    ``ready`` is called when requests are answered. HandoutsError for a code file that cannot be
    used.
    """
    no_core_dumps()
    access = read_codes(options.code_file) if options.code_file else Access({})
    address = Address.of(options.host, options.port, options.names, tls=options.tls)
    # The server itself would log that a port is taken, which nobody reads, and end the process.
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    desk = Desk(clinics, store, address, access, log)
    with suppress(KeyboardInterrupt):  # raised again when everything has ended
        _Server(configured(desk.app(), options), ready).run(sockets=[listening])


def configured(app: Starlette, options: Options) -> uvicorn.Config:
    """How the server works: without messages of its own, which could quote a patient."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logging.getLogger(name).handlers = [logging.NullHandler()]
        logging.getLogger(name).propagate = False
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=100,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
        # Tries are counted by address, and only a proxy on this machine may say another one.
        proxy_headers=options.behind_proxy,
        forwarded_allow_ips=["127.0.0.1", "::1"],
        ssl_certfile=options.cert,
        ssl_keyfile=options.key,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()
