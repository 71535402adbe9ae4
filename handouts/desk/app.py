"""The desk: its routes, and what they share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from handouts import __version__
from handouts.api.press import LARGE, SMALL
from handouts.desk import views
from handouts.desk.access import COOKIE, LASTS, Access
from handouts.desk.guard import POLICY_OF_PDF, Address, Guard, Pace, Refused, form_of
from handouts.desk.jobs import make
from handouts.desk.orders import Form, check
from handouts.desk.pages import page, static_files
from handouts.desk.stock import Clinics, Shelf, Stock
from handouts.desk.tickets import Job, Tickets
from handouts.desk.upkeep import Upkeep
from handouts.desk.words import PageWords, all_words, chosen
from handouts.desk.workers import BusyError, SlowError, Workers
from handouts.store import Store

JOBS_A_MINUTE, TRIES_A_MINUTE = 30, 5
"""From one address."""

_STOPPED: Mapping[type[Exception], str] = {
    BusyError: "error_busy",
    SlowError: "error_slow",
    BrokenProcessPool: "error_failed",
}
"""What is said of jobs that no press has done."""

_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "private, max-age=300"


@dataclass
class Desk:
    """What the routes share. ``now`` is the time of day, ``clock`` counts seconds."""

    clinics: Clinics
    store: Store
    address: Address
    access: Access = field(default_factory=lambda: Access({}))
    log: Callable[[str], None] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    clock: Callable[[], float] = time.monotonic
    words: Mapping[str, PageWords] = field(default_factory=all_words)
    ahead: bool = True

    def __post_init__(self) -> None:
        self.tickets, self.workers = Tickets(self.clock), Workers(self.store)
        self.upkeep = Upkeep(
            self.clinics, self.workers, self.tickets, self.now, self.log, self.ahead
        )
        self._jobs, self._tries = Pace(JOBS_A_MINUTE, self.clock), Pace(TRIES_A_MINUTE, self.clock)

    def app(self) -> Starlette:
        """The application."""
        routes = [
            Route("/", self.home, name="home"),
            Route("/c/{clinic}/", self.list, name="list"),
            Route("/c/{clinic}/jobs", self.job_made, methods=["POST"], name="jobs"),
            Route("/c/{clinic}/leaflet/{leaflet}", self.leaflet, name="leaflet"),
            Route(
                "/c/{clinic}/leaflet/{leaflet}/{page:int}.jpg",
                self.leaflet_page,
                name="leaflet-page",
            ),
            Route("/job/{ticket}", self.job, name="job"),
            Route("/job/{ticket}/change", self.job_changed, name="change"),
            Route("/job/{ticket}/done", self.job_done, methods=["POST"], name="done"),
            Route("/job/{ticket}/{page:int}.jpg", self.job_page, name="job-page"),
            Route("/job/{ticket}/{name}.pdf", self.job_pdf, name="pdf"),
            Route("/enter", self.enter, methods=["GET", "POST"], name="enter"),
            Route("/leave", self.leave, methods=["POST"], name="leave"),
            Route("/about", self.about, name="about"),
            Route("/static/{name}", self.static, name="static"),
            Route("/health", self.health, name="health"),
        ]
        return Starlette(
            routes=routes,
            lifespan=lambda _: self.upkeep.running(),
            exception_handlers={
                HTTPException: lambda request, error: self._refused(request, error.status_code),
                Refused: lambda request, error: self._refused(request, error.status),
                BusyError: lambda request, _: self._refused(request, 503),
                SlowError: lambda request, _: self._refused(request, 503),
            },
            middleware=[
                Middleware(Guard, address=self.address, refuse=self._refused, log=self.log)
            ],
        )

    @property
    def stock(self) -> Stock:
        """What can be printed."""
        return self.upkeep.stock

    # What requests share --------------------------------------------------------------------------

    def ui(self, request: Request) -> tuple[PageWords, str]:
        """The words for a browser, and the language that its address asks for."""
        asked = request.query_params.get("ui", "")
        if asked in self.words:
            return self.words[asked], asked
        return chosen(self.words, request.headers.get("accept-language", "")), ""

    def opened(self, request: Request) -> frozenset[str]:
        """The clinics for which a browser has given the code."""
        cookie = request.cookies.get(COOKIE, "")
        return self.access.clinics_of(cookie, self.now().timestamp()) if cookie else frozenset()

    def shelf_of(self, request: Request) -> Shelf:
        """The clinic that an address names. Refused if there is none; or first to the code."""
        return self._shelf(request, request.path_params["clinic"])

    def _shelf(self, request: Request, clinic: str) -> Shelf:
        if not self.access.allows(clinic, self.opened(request)):
            raise Refused(HTTPStatus.SEE_OTHER)
        if clinic not in self.stock.shelves:
            raise Refused(404)
        return self.stock.shelves[clinic]

    def job_of(self, request: Request) -> Job | None:
        """The job of a ticket, for a browser that has given its clinic's code."""
        job = self.tickets.get(request.path_params["ticket"])
        if job and not self.access.allows(job.clinic, self.opened(request)):
            raise Refused(HTTPStatus.SEE_OTHER)
        return job

    def home_of(self, clinic: str) -> str:
        """The address of a clinic's list."""
        return "/" if self.stock.only else f"/c/{quote(clinic)}/"

    def prefix_of(self, clinic: str) -> str:
        """What the addresses below a clinic's list begin with."""
        return f"/c/{quote(clinic, safe='')}/"

    def _refused(self, request: Request, status: int) -> Response:
        words, ui = self.ui(request)
        # Not refused for good: the page that asks for the code comes first.
        if status == HTTPStatus.SEE_OTHER:
            return RedirectResponse(f"/enter{f'?ui={ui}' if ui else ''}", 303)
        key = f"refused_{status}"
        text = words(key if key in words.texts else "refused_400")
        return page(
            "message", words, status, ui=ui, title=words("refused_title"), text=text, back=""
        )

    # The list -------------------------------------------------------------------------------------

    async def home(self, request: Request) -> Response:
        if self.stock.only:
            return self._list(request, self._shelf(request, self.stock.only.id))
        _only(request, "ui")
        words, ui = self.ui(request)
        opened = self.opened(request)
        own = [
            shelf for shelf in self.stock.shelves.values() if self.access.allows(shelf.id, opened)
        ]
        if not own:
            raise Refused(HTTPStatus.SEE_OTHER)
        clinics = [{"name": shelf.name, "href": self.prefix_of(shelf.id)} for shelf in own]
        return page("clinics", words, ui=ui, clinics=clinics)

    async def list(self, request: Request) -> Response:
        return self._list(request, self.shelf_of(request))

    def _list(self, request: Request, shelf: Shelf) -> Response:
        # No other parameter: nobody shall begin to put names into addresses.
        _only(request, "ui", "pack", "leaflet")
        ticked = set(request.query_params.getlist("leaflet"))
        packs = {pack.id: pack.leaflets for pack in shelf.packs}
        for name in request.query_params.getlist("pack"):
            ticked |= set(packs.get(name, ()))
        return self._form(request, shelf, {"leaflet": tuple(ticked)}, {})

    def _form(
        self,
        request: Request,
        shelf: Shelf,
        form: Form,
        faults: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        words, ui = self.ui(request)
        values = views.of_list(shelf, form, words, self.prefix_of(shelf.id), ui)
        many, coded = self.stock.only is None, self.access.needed
        return page("list", words, status, ui=ui, faults=faults, many=many, coded=coded, **values)

    async def leaflet(self, request: Request) -> Response:
        shelf, words, ui = self.shelf_of(request), *self.ui(request)
        item, look = views.look_of(request, shelf)
        document, sheet = shelf.sheet(item.id, look)
        counts = await self.workers.pages([sheet], None)
        values = views.of_leaflet(item, document, counts, words, self.prefix_of(shelf.id), ui)
        home = self.home_of(shelf.id)
        return page("leaflet", words, ui=ui, home=home, clinic=shelf.name, **values)

    async def leaflet_page(self, request: Request) -> Response:
        shelf = self.shelf_of(request)
        item, look = views.look_of(request, shelf, "large")
        _, sheet = shelf.sheet(item.id, look)
        large = "large" in request.query_params
        # A sheet's key changes with its content: it tells if the browser's picture still holds.
        tag = f'"{sheet.key[:32]}-{"large" if large else "small"}"'
        headers = {"etag": tag, "cache-control": _A_WHILE}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        outcome = await self.workers.print([sheet])
        if isinstance(outcome, tuple) or not 0 < request.path_params["page"] <= sum(outcome.pages):
            raise Refused(404)
        number = request.path_params["page"]
        (picture,) = await self.workers.pictures(outcome.pdf, LARGE if large else SMALL, number)
        return Response(picture, media_type="image/jpeg", headers=headers)

    # Jobs -----------------------------------------------------------------------------------------

    async def job_made(self, request: Request) -> Response:
        shelf, words, ui = self.shelf_of(request), *self.ui(request)
        form = await form_of(request)
        checked = check(form, shelf, words)
        if checked.faults:
            return self._form(request, shelf, form, checked.faults, 422)
        # Only now: a form with faults makes no pages, so it does not count.
        if not self._jobs.allows(_client(request)):
            return self._form(request, shelf, form, {"": words("error_often")}, 429)
        try:
            made = await make(
                checked.order, form, shelf, self.workers, self.words, words, self.now()
            )
        except tuple(_STOPPED) as error:
            why = words(_STOPPED[type(error)])
            return self._form(request, shelf, form, {"": why}, 503)
        for fault in made.program:  # without its message, unless that is about the program alone
            self.log(fault.message if fault.code == "program-error" else f"error[{fault.code}]")
        if made.job is None:
            status = 503 if "" in made.faults else 422
            return self._form(request, shelf, form, made.faults, status)
        ticket = self.tickets.add(made.job)
        return RedirectResponse(f"/job/{ticket}{f'?ui={ui}' if ui else ''}", 303)

    async def job(self, request: Request) -> Response:
        job = self.job_of(request)
        if job is None:
            return self._gone(request)
        words, ui = self.ui(request)
        ends = self.now().timestamp() + self.tickets.left(job)
        until = datetime.fromtimestamp(ends).astimezone()
        shelf = self.stock.shelves.get(job.clinic)
        values = views.of_job(job, request.path_params["ticket"], until, words)
        home, clinic = self.home_of(job.clinic), shelf.name if shelf else job.clinic
        return page("job", words, ui=ui, home=home, clinic=clinic, **values)

    async def job_page(self, request: Request) -> Response:
        job, number = self.job_of(request), request.path_params["page"]
        if job is None:
            return self._gone(request)
        dots = LARGE if "large" in request.query_params else SMALL
        if not 0 < number <= views.sheets_of(job):
            raise Refused(404)
        # The first one is there at once; all other small ones are drawn together, and wait for it.
        async with job.drawing:
            if (number, dots) not in job.pictures:
                one = number if number == 1 or dots == LARGE else None
                pictures = await self.workers.pictures(job.pdf, dots, one)
                job.pictures |= {(one or n, dots): data for n, data in enumerate(pictures, start=1)}
        return Response(job.pictures[number, dots], media_type="image/jpeg")

    async def job_pdf(self, request: Request) -> Response:
        job = self.job_of(request)
        if job is None or job.name != f"{request.path_params['name']}.pdf":
            return self._gone(request)
        way = "attachment" if "save" in request.query_params else "inline"
        headers = {
            "content-security-policy": POLICY_OF_PDF,
            "content-disposition": f'{way}; filename="{job.name}"',
        }
        return Response(job.pdf, media_type="application/pdf", headers=headers)

    async def job_changed(self, request: Request) -> Response:
        job = self.job_of(request)
        if job is None:
            return self._gone(request)
        return self._form(request, self._shelf(request, job.clinic), job.form, {})

    async def job_done(self, request: Request) -> Response:
        job, (_, ui) = self.job_of(request), self.ui(request)
        # The job has been looked up first: that refuses a browser without its clinic's code.
        self.tickets.forget(request.path_params["ticket"])
        home = self.home_of(job.clinic) if job else "/"
        return RedirectResponse(f"{home}{f'?ui={ui}' if ui else ''}", 303)

    def _gone(self, request: Request) -> Response:
        words, ui = self.ui(request)
        text = words("gone_text")
        return page("message", words, 410, ui=ui, title=words("gone_title"), text=text, back="/")

    # The rest -------------------------------------------------------------------------------------

    async def enter(self, request: Request) -> Response:
        if not self.access.needed:
            raise Refused(404)
        words, ui = self.ui(request)
        faults: dict[str, str] = {}
        status = 200
        if request.method == "POST":
            form = await form_of(request)
            if not self._tries.allows(_client(request)):
                faults, status = {"code": words("enter_often")}, 429
            elif not (clinics := self.access.opened_by(form.get("code", ("",))[-1])):
                faults, status = {"code": words("enter_wrong")}, 403
            else:
                answer = RedirectResponse(f"/{f'?ui={ui}' if ui else ''}", 303)
                # One cookie is for all clinics: a further code must not take the earlier ones away.
                clinics |= self.opened(request)
                answer.set_cookie(
                    COOKIE,
                    self.access.cookie(clinics, self.now().timestamp()),
                    max_age=LASTS,
                    secure=self.address.tls,
                    httponly=True,
                    samesite="strict",
                )
                return answer
        return page("enter", words, status, ui=ui, faults=faults)

    async def leave(self, request: Request) -> Response:
        _, ui = self.ui(request)
        answer = RedirectResponse(f"/enter{f'?ui={ui}' if ui else ''}", 303)
        answer.delete_cookie(COOKIE, secure=self.address.tls, httponly=True, samesite="strict")
        return answer

    async def about(self, request: Request) -> Response:
        words, ui = self.ui(request)
        opened = self.opened(request)
        if self.access.needed and not opened:
            raise Refused(HTTPStatus.SEE_OTHER)
        shelves = [s for s in self.stock.shelves.values() if self.access.allows(s.id, opened)]
        return page("about", words, ui=ui, **views.of_about(shelves, self.stock.read))

    async def static(self, request: Request) -> Response:
        kind, data = static_files().get(request.path_params["name"], ("", b""))
        if not kind:
            raise Refused(404)
        return Response(data, media_type=kind, headers={"cache-control": _FOR_EVER})

    async def health(self, request: Request) -> Response:
        if _client(request) not in ("127.0.0.1", "::1"):
            raise Refused(404)
        return PlainTextResponse(f"ok {__version__}\n")


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _only(request: Request, *names: str) -> None:
    """Refuse an address with any other parameter."""
    if set(request.query_params) - set(names):
        raise Refused(400)
