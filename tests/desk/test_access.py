"""Who may use a desk that others can reach, and when it does not start at all."""

from __future__ import annotations

import shutil
import ssl
import stat
import subprocess
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from handouts.desk.access import ALL, LASTS, Access, new_code, read_codes
from handouts.desk.server import Options
from handouts.diagnostics import HandoutsError
from tests.desk.served import Served, command, serving
from tests.world import handouts, make_workspace

CODE, OTHER = "abcdefghjkmn", "qrstuvwxyz23"


def file_of(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


# Codes and cookies --------------------------------------------------------------------------------


def test_a_code_opens_what_it_is_for() -> None:
    access = Access({"north": CODE, "south": OTHER})
    assert access.opened_by(f" {CODE.upper()} ") == {"north"}
    assert access.opened_by("") == frozenset()
    assert access.opened_by("ä" * 12) == frozenset()
    assert access.allows("north", frozenset({"north"}))
    assert not access.allows("south", frozenset({"north"}))
    assert Access({ALL: CODE}).allows("south", frozenset({ALL}))
    assert Access({}).allows("south", frozenset())


def test_a_cookie_counts_for_twelve_hours_and_until_the_code_changes() -> None:
    access = Access({ALL: CODE})
    cookie = access.cookie(frozenset({ALL}), 1000)
    assert access.clinics_of(cookie, 1000 + LASTS - 1) == {ALL}
    assert access.clinics_of(cookie, 1000 + LASTS) == frozenset()
    assert Access({ALL: CODE}).clinics_of(cookie, 1000) == {ALL}  # a restart logs nobody out
    assert Access({ALL: OTHER}).clinics_of(cookie, 1000) == frozenset()


@pytest.mark.parametrize("spoilt", ["", ".", "a.b.c", "9999999999.*.0", "é.*.x", "." * 5000])
def test_no_other_cookie_counts(spoilt: str) -> None:
    assert Access({ALL: CODE}).clinics_of(spoilt, 1000) == frozenset()


def test_a_cookie_for_one_clinic_cannot_be_turned_into_another() -> None:
    access = Access({"north": CODE, "south": OTHER})
    cookie = access.cookie(frozenset({"north"}), 1000)
    assert access.clinics_of(cookie.replace("north", "south"), 1000) == frozenset()


def test_clinics_of_any_name_fit_into_a_cookie() -> None:
    clinics = frozenset({"Zürich.Nord", "a+b", "c d"})
    access = Access(dict.fromkeys(clinics, CODE))
    cookie = access.cookie(clinics, 1000)
    assert cookie.isascii()
    assert access.clinics_of(cookie, 1000) == clinics


FILES = {
    "one": (f"{CODE}\n", {ALL: CODE}),
    "one for each clinic": (
        f"# codes\nnorth = {CODE}\n\nsouth={OTHER}\n",
        {"north": CODE, "south": OTHER},
    ),
}


@pytest.mark.parametrize(("text", "codes"), FILES.values(), ids=FILES)
def test_codes_are_read(text: str, codes: dict[str, str], tmp_path: Path) -> None:
    assert read_codes(file_of(tmp_path / "code", text)).codes == codes


SPOILT = {
    "empty": ("", 0o600, "There is no code in it"),
    "short": ("abc\n", 0o600, "at least 12 characters"),
    "two for one": (f"a = {CODE}\na = {OTHER}\n", 0o600, "each clinic has one"),
    "for others to read": (f"{CODE}\n", 0o644, "Other users of this machine can read"),
}


@pytest.mark.parametrize(("text", "mode", "words"), SPOILT.values(), ids=SPOILT)
def test_files_that_hold_no_codes(text: str, mode: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(HandoutsError, match=words):
        read_codes(file_of(tmp_path / "code", text, mode))


def test_a_new_code_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "code"
    result = handouts("desk", "--new-code", path)
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() in result.output
    assert read_codes(path).codes
    again = handouts("desk", "--new-code", path)
    assert again.exit_code == 2
    assert "exists already" in again.output
    assert new_code() != new_code()


# A desk with a code -------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, access=Access({ALL: CODE}), tls=True) as served:
        yield served


CLOSED = ("/", "/c/clinic/", "/c/clinic/leaflet/tiny-leaflet", "/about")


def test_nothing_is_shown_before_the_code(served: Served) -> None:
    for path in CLOSED:
        answer = served.ask(path)
        assert (answer.status, answer.location) == (303, "/enter"), path
    assert served.order("tiny-leaflet").location == "/enter"
    assert "Enter the code" in served.ask("/enter").text


def test_the_code_gives_a_cookie_that_opens_the_desk(served: Served) -> None:
    answer = served.post("/enter", {"code": CODE})
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=strict", "Secure", f"Max-Age={LASTS}", "Path=/"):
        assert attribute in cookie
    own = {"Cookie": cookie.partition(";")[0]}
    assert served.ask("/", headers=own).status == 200
    fields = {"leaflet": "tiny-leaflet"}
    job = served.post(f"{served.prefix}jobs", fields, Cookie=own["Cookie"]).location
    assert served.ask(job, headers=own).status == 200
    assert served.ask(job).location == "/enter"  # a ticket alone is not enough
    left = served.post("/leave", Cookie=own["Cookie"])
    assert 'handouts-desk=""' in left.headers["set-cookie"]
    assert CODE not in "\n".join(served.log)


def test_wrong_codes_are_refused_and_only_five_in_a_minute(served: Served) -> None:
    statuses = [served.post("/enter", {"code": OTHER}).status for _ in range(5)]
    assert statuses == [403] * 5
    assert served.post("/enter", {"code": CODE}).status == 429
    served.clock.seconds += 61
    assert served.post("/enter", {"code": CODE}).status == 303


def test_under_tls_browsers_are_told_to_stay_there(served: Served) -> None:
    assert served.ask("/enter").headers["strict-transport-security"] == "max-age=86400"


# Several clinics ----------------------------------------------------------------------------------


def test_each_clinic_has_its_own_desk_and_code(tmp_path: Path) -> None:
    clinics = tmp_path / "clinics"
    for name in ("north", "south"):
        settings = f"clinic:\n  name: The {name}\n  phone: 020 7946 0142\nregion: GB\n"
        make_workspace(clinics / name, {"handouts.yaml": settings})
    codes = Access({"north": CODE, "south": OTHER})
    with serving(tmp_path, clinics=clinics, access=codes) as served:
        cookie = served.post("/enter", {"code": CODE}).headers["set-cookie"].partition(";")[0]
        own = {"Cookie": cookie}
        page = served.ask("/", headers=own).text
        assert "The north" in page
        assert "The south" not in page
        assert served.ask("/c/north/", headers=own).status == 200
        assert served.ask("/c/south/", headers=own).location == "/enter"


def test_a_clinic_with_errors_does_not_stop_the_others(tmp_path: Path) -> None:
    clinics = tmp_path / "clinics"
    make_workspace(clinics / "good")
    make_workspace(clinics / "spoilt", {"handouts.yaml": "clinic: {name: Spoilt}\nregion: GB\n"})
    with serving(tmp_path, clinics=clinics) as served:
        assert served.ask("/c/good/").status == 200
        assert "nothing can be printed" in served.ask("/c/spoilt/").text


# When it does not start ---------------------------------------------------------------------------

STARTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "this machine alone": ({}, []),
    "others without anything": ({"host": "0.0.0.0"}, ["code", "clear"]),  # noqa: S104
    "others with a code": ({"host": "10.0.0.1", "code_file": Path("x")}, ["clear"]),
    "others in the clear, said aloud": (
        {"host": "10.0.0.1", "code_file": Path("x"), "plain_http": True},
        [],
    ),
    "others with a certificate": (
        {"host": "10.0.0.1", "code_file": Path("x"), "cert": Path("c"), "key": Path("k")},
        [],
    ),
    "a certificate without its key": ({"cert": Path("c")}, ["belong together"]),
    "behind a proxy without a code": ({"behind_proxy": True}, ["code"]),
    "behind a proxy with a code": ({"behind_proxy": True, "code_file": Path("x")}, []),
}


@pytest.mark.parametrize(("options", "words"), STARTS.values(), ids=STARTS)
def test_a_desk_that_others_could_use_or_overhear_does_not_start(
    options: dict[str, Any], words: list[str]
) -> None:
    faults = Options(8420, **options).faults()
    assert len(faults) == len(words)
    for fault, word in zip(faults, words, strict=True):
        assert word in fault


def test_the_command_refuses_and_says_what_to_do() -> None:
    result = handouts("desk", "--host", "0.0.0.0")  # noqa: S104
    assert result.exit_code == 2
    assert "--code-file" in result.output
    assert "as JSON" in handouts("desk", "--json").output


def test_a_second_desk_on_the_port_is_told(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        result = handouts("desk", "--port", str(served.port), "-w", served.clinic)
    assert result.exit_code == 2
    assert f"Port {served.port} of 127.0.0.1 cannot be used" in result.output
    assert "Is a desk running already?" in result.output


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs a certificate")
def test_it_serves_by_https_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    make += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.create_default_context(cafile=str(cert))
    context.check_hostname = False
    with command("--cert", str(cert), "--key", str(key), cwd=tmp_path) as (_, port):
        connection = HTTPSConnection("127.0.0.1", port, context=context)
        connection.request("GET", "/health")
        assert connection.getresponse().read().startswith(b"ok")
        connection.close()
