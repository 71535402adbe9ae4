"""Requests that no page of the desk sends, and what they get: a table of attacks."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from handouts.desk.guard import POLICY, POLICY_OF_PDF, Address, Pace
from tests.desk.served import FORM, OWN, Served, serving

JOBS = "/c/clinic/jobs"
LEAFLET = "leaflet=tiny-leaflet"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("desk")) as served:
        yield served


# Hosts --------------------------------------------------------------------------------------------

HOSTS = {
    "another site": "evil.example",
    "another site and our port": "evil.example:{port}",
    "our address without the port": "127.0.0.1",
    "another port": "127.0.0.1:1",
    "an address that means this machine": "0.0.0.0:{port}",
    "the same in another form": "127.1:{port}",
    "as a number": "2130706433:{port}",
    "a name within ours": "localhost.evil.example:{port}",
    "ours with a dot": "localhost.:{port}",
    "ours and a user": "localhost@evil.example:{port}",
    "two in one": "localhost:{port}, evil.example",
    "nothing": "",
}


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("path", ["/", "/health", "/static/x", "/job/x", "/nothing"])
def test_a_request_under_another_name_is_refused_first(
    host: str, path: str, served: Served
) -> None:
    answer = served.ask(path, headers={"Host": host.format(port=served.port)})
    assert answer.status == (421 if host else 400)  # the server itself refuses one without a host
    assert "A tiny leaflet" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_its_own_names_are_answered(host: str, served: Served) -> None:
    assert served.ask("/", headers={"Host": f"{host}:{served.port}"}).status == 200


def test_further_names_are_those_that_are_given() -> None:
    address = Address.of("10.0.0.7", 8420, ("Leaflets.clinic.example",), tls=True)
    assert "leaflets.clinic.example" in address.hosts
    assert "10.0.0.7:8420" in address.hosts
    assert "https://leaflets.clinic.example" in address.origins
    assert "0.0.0.0:8420" not in Address.of("0.0.0.0", 8420, ()).hosts  # noqa: S104


# Where a form comes from --------------------------------------------------------------------------

SENDERS: dict[str, tuple[Mapping[str, str], int]] = {
    "a page of ours": ({"Sec-Fetch-Site": "same-origin"}, 303),
    "a page of ours, by an older browser": ({"Origin": "http://127.0.0.1:{port}"}, 303),
    "by its other name": ({"Origin": "http://localhost:{port}"}, 303),
    "another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "a neighbour": ({"Sec-Fetch-Site": "same-site"}, 403),
    "the address line": ({"Sec-Fetch-Site": "none"}, 403),
    "another site that lies": (
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:{port}"},
        403,
    ),
    "another origin": ({"Origin": "http://evil.example"}, 403),
    "another port": ({"Origin": "http://127.0.0.1:1"}, 403),
    "another scheme": ({"Origin": "https://127.0.0.1:{port}"}, 403),
    "a page without an origin": ({"Origin": "null"}, 403),
    "nobody": ({}, 403),
    "a longer name": ({"Origin": "http://127.0.0.1:{port}.evil.example"}, 403),
}


@pytest.mark.parametrize(("sent", "status"), SENDERS.values(), ids=SENDERS)
def test_only_our_own_pages_may_send_a_form(
    sent: Mapping[str, str], status: int, served: Served
) -> None:
    headers = {name: value.format(port=served.port) for name, value in sent.items()}
    answer = served.ask(JOBS, "POST", {**FORM, **headers}, LEAFLET)
    assert answer.status == status


# Everything else ----------------------------------------------------------------------------------

REQUESTS: dict[str, tuple[str, str, Mapping[str, str], str | None, int]] = {
    "PUT": ("PUT", "/", {}, None, 405),
    "DELETE": ("DELETE", "/job/x", {}, None, 405),
    "OPTIONS": ("OPTIONS", "/", {}, None, 405),
    "TRACE": ("TRACE", "/", {}, None, 405),
    "CONNECT": ("CONNECT", "/", {}, None, 405),
    "PROPFIND": ("PROPFIND", "/", {}, None, 405),
    "a job by GET": ("GET", JOBS, {}, None, 405),
    "done by GET": ("GET", "/job/x/done", {}, None, 405),
    "a POST to a page": ("POST", "/", {**OWN, **FORM}, LEAFLET, 405),
    "a POST to a picture": ("POST", "/job/x/1.jpg", {**OWN, **FORM}, LEAFLET, 405),
    "a form in parts": ("POST", JOBS, {**OWN, "Content-Type": "multipart/form-data"}, "x", 415),
    "JSON": ("POST", JOBS, {**OWN, "Content-Type": "application/json"}, "{}", 415),
    "plain text": ("POST", JOBS, {**OWN, "Content-Type": "text/plain"}, LEAFLET, 415),
    "no kind": ("POST", JOBS, OWN, LEAFLET, 415),
    "a long form": ("POST", JOBS, {**OWN, **FORM}, f"words={'x' * 17_000}", 413),
    "many fields": ("POST", JOBS, {**OWN, **FORM}, "&".join(["leaflet=a"] * 61), 400),
    "an unknown field": ("POST", JOBS, {**OWN, **FORM}, f"{LEAFLET}&template=x", 400),
    "bytes that are no text": ("POST", JOBS, {**OWN, **FORM}, f"{LEAFLET}&who=%ff%fe", 400),
    "another clinic": ("GET", "/c/another/", {}, None, 404),
    "a clinic with a path": ("GET", "/c/..%2f..%2fetc/", {}, None, 404),
    "a path upwards": ("GET", "/static/../../../etc/passwd", {}, None, 404),
    "the same, hidden": ("GET", "/static/%2e%2e%2f%2e%2e%2fetc/passwd", {}, None, 404),
    "with backslashes": ("GET", "/static/..%5c..%5cwords%5cen.yaml", {}, None, 404),
    "a file of the program": ("GET", "/static/desk.js", {}, None, 404),
    "a nul": ("GET", "/static/x%00.css", {}, None, 404),
    "the clinic's settings": ("GET", "/handouts.yaml", {}, None, 404),
    "a leaflet upwards": ("GET", "/c/clinic/leaflet/..%2ftiny-leaflet", {}, None, 404),
    "a leaflet that is not there": ("GET", "/c/clinic/leaflet/nothing", {}, None, 404),
    "a picture of it": ("GET", "/c/clinic/leaflet/nothing/1.jpg", {}, None, 404),
    "page nought": ("GET", "/c/clinic/leaflet/tiny-leaflet/0.jpg", {}, None, 404),
    "a page too far": ("GET", "/c/clinic/leaflet/tiny-leaflet/99.jpg", {}, None, 404),
    "a page below": ("GET", "/c/clinic/leaflet/tiny-leaflet/-1.jpg", {}, None, 404),
    "a huge page": ("GET", f"/c/clinic/leaflet/tiny-leaflet/{'9' * 30}.jpg", {}, None, 404),
    "a paper that is not there": (
        "GET",
        "/c/clinic/leaflet/tiny-leaflet?paper=a0",
        {},
        None,
        404,
    ),
    "a name in the address": ("GET", "/?who=Anna", {}, None, 400),
    "a name in a leaflet's address": (
        "GET",
        "/c/clinic/leaflet/tiny-leaflet?who=Anna",
        {},
        None,
        400,
    ),
    "a guessed ticket": ("GET", "/job/AAAAAAAAAAAAAAAAAAAAAA", {}, None, 410),
    "an empty ticket": ("GET", "/job/", {}, None, 404),
    "a ticket with a path": ("GET", "/job/..%2f..%2fx", {}, None, 404),
    "a picture of a guessed ticket": ("GET", "/job/AAAA/1.jpg", {}, None, 410),
    "a PDF of a guessed ticket": ("GET", "/job/AAAA/x.pdf", {}, None, 410),
    "a line break in the address": ("GET", "/job/x%0d%0aSet-Cookie:%20a=b", {}, None, 410),
    "a line break in the language": ("GET", "/?ui=en%0d%0aX-Evil:%201", {}, None, 200),
    "a script in the address": ("GET", "/%3Cscript%3Ealert(1)%3C/script%3E", {}, None, 404),
    "an odd language": ("GET", "/", {"Accept-Language": "x" * 5000}, None, 200),
    "an odd cookie": ("GET", "/", {"Cookie": "handouts-desk=a.b.c; x"}, None, 200),
    "the code's page without a code": ("GET", "/enter", {}, None, 404),
    "a forged proxy": ("GET", "/health", {"X-Forwarded-For": "203.0.113.9"}, None, 200),
    "a forged host of a proxy": ("GET", "/", {"X-Forwarded-Host": "evil.example"}, None, 200),
    "a method in a header": ("GET", "/", {"X-HTTP-Method-Override": "DELETE"}, None, 200),
}


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"), REQUESTS.values(), ids=REQUESTS
)
def test_what_is_asked_is_answered_as_designed(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: str | None,
    status: int,
    served: Served,
) -> None:
    answer = served.ask(path, method, headers, body)
    assert answer.status == status
    assert "root:" not in answer.text
    assert "alert(1)" not in answer.text
    assert not {"x-evil", "set-cookie"} & answer.headers.keys()
    if method != "CONNECT":
        _has_headers(answer.headers)


def _has_headers(headers: Mapping[str, str]) -> None:
    assert headers["content-security-policy"] in (POLICY, POLICY_OF_PDF)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "cache-control" in headers
    assert "server" not in headers


RAW: dict[str, tuple[bytes, bytes]] = {
    "two hosts": (b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n", b" 4"),
    "an address with a host of its own": (
        b"GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b" 404 ",
    ),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b" 400 "),
    "two lengths": (
        (
            b"POST /c/clinic/jobs HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n"
            b"Content-Length: 30\r\n\r\nabc"
        ),
        b" 400 ",
    ),
    "a length that is none": (
        b"POST /c/clinic/jobs HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
        b" 400 ",
    ),
    "a header over two lines": (
        b"GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\r\n\x00c\r\n\r\n",
        b" 400 ",
    ),
    "an endless header": (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 90_000 + b"\r\n\r\n", b" 4"),
}


@pytest.mark.parametrize(("sent", "expected"), RAW.values(), ids=RAW)
def test_requests_that_no_client_makes(sent: bytes, expected: bytes, served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(sent.replace(b"{host}", served.host.encode()))
        try:
            answer = connection.recv(4096)
        except ConnectionResetError:
            answer = b"HTTP/1.1 400 "
    assert expected in answer.split(b"\r\n")[0], answer


def test_a_form_that_does_not_arrive_is_given_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handouts.desk.guard.PATIENCE", 0.2)
    headers = {**OWN, **FORM, "Content-Length": "100"}
    answer = served.ask(JOBS, "POST", headers, "leaflet=")
    assert answer.status == 408


def test_health_is_for_machines(served: Served) -> None:
    answer = served.ask("/health")
    assert answer.text.startswith("ok ")


def test_what_is_the_same_for_everybody_may_be_kept(served: Served) -> None:
    page = served.ask("/").text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in served.ask(style).headers["cache-control"]
    picture = served.ask("/c/clinic/leaflet/tiny-leaflet/1.jpg")
    assert picture.headers["cache-control"] == "private, max-age=300"
    again = {"If-None-Match": picture.headers["etag"]}
    assert served.ask("/c/clinic/leaflet/tiny-leaflet/1.jpg", headers=again).status == 304
    assert served.ask("/").headers["cache-control"] == "no-store"


# How often ----------------------------------------------------------------------------------------


def test_jobs_of_a_minute_are_counted(served: Served) -> None:
    served.clock.seconds += 100
    statuses = [served.order("tiny-leaflet").status for _ in range(31)]
    assert statuses == [303] * 30 + [429]
    served.clock.seconds += 61
    assert served.order("tiny-leaflet").status == 303


def test_pace_forgets_those_who_are_gone() -> None:
    now: dict[str, Any] = {"time": 0.0}
    pace = Pace(2, lambda: now["time"])
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    now["time"] = 61
    assert pace.allows("b")
    assert list(pace._times) == ["b"]


# The log ------------------------------------------------------------------------------------------


def test_the_log_tells_nothing_of_anybody(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        job = served.job("tiny-leaflet", who="Anna Rarename")
        served.ask(job)
        served.ask("/?who=Rarename")
        served.ask("/Rarename")
        words = "\n".join(served.log)
    assert "POST jobs 303" in words
    assert "GET job 200" in words
    assert "Rarename" not in words
    assert job.rpartition("/")[2] not in words
    assert "127.0.0.1" not in words


def test_an_unforeseen_error_is_told_without_its_words(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("Anna Rarename")

    monkeypatch.setattr("handouts.desk.app.check", fails)
    answer = served.order("tiny-leaflet", who="Anna Rarename")
    assert answer.status == 500
    assert "Rarename" not in answer.text
    words = "\n".join(served.log)
    assert "RuntimeError" in words
    assert "Rarename" not in words
