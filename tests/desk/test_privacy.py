"""Nothing of a patient is left anywhere, while the desk runs or afterwards."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.decoding import files_below, hidden_in
from tests.desk.served import FILES, FORM, OWN, command
from tests.world import make_tiny

NAME, NOTE, DOCTOR = "Xanthippe Quuxberg", "Zwischendurch kuehlen.", "Dr Wolpertinger"
SECRETS = (NAME, NOTE, DOCTOR, NAME.split()[1])
JOBS = int(os.environ.get("DESK_JOBS", "40"))

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@linux
def test_nothing_is_left_of_many_copies(tmp_path: Path) -> None:
    """Neither in files nor in what was said, nor in deleted files that a process still holds."""
    clinic = make_tiny(tmp_path / "clinic", FILES)
    places = {name: tmp_path / name for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "here")}
    for place in places.values():
        place.mkdir()
    environment = {name: str(place) for name, place in places.items() if name != "here"}
    environment["HANDOUTS_CACHE"] = str(tmp_path / "store")
    before = files_below(clinic)
    with command("-v", "-w", str(clinic), cwd=places["here"], **environment) as (process, port):
        for number in range(JOBS):
            # Addresses of their own, as those of many PCs: from one, there may be 30 in a minute.
            job = _made(port, f"127.0.0.{number % 200 + 1}", cover=number % 3 == 0)
            assert job.startswith("/job/"), _said(process)
            if number % 4 == 0:
                _get(port, f"{job}/1.jpg")
        held = [data for each in _family(process.pid) for data in _open_deleted(each)]
        limits = [_core_limit(each) for each in _family(process.pid)]
    found = {str(path): hidden_in(data, SECRETS) for path, data in files_below(tmp_path).items()}
    assert {path: words for path, words in found.items() if words} == {}
    assert not [data for data in held if hidden_in(data, SECRETS)]
    assert set(limits) == {"0"}
    assert files_below(clinic).keys() == before.keys()  # it writes into no clinic's folder


@linux
def test_what_it_says_names_nobody(tmp_path: Path) -> None:
    clinic = make_tiny(tmp_path / "clinic", FILES)
    log = tmp_path / "log"
    store = str(tmp_path / "store")
    with command("-v", "-w", str(clinic), cwd=tmp_path, HANDOUTS_CACHE=store) as (process, port):
        assert process.stdout
        lines = _lines(process)
        job = _made(port, "127.0.0.1", cover=False)
        _get(port, job)
        said = [next(lines) for _ in range(2)]
    log.write_text("".join(said))
    assert "POST jobs 303" in said[0]
    assert "GET job 200" in said[1]
    assert not hidden_in(log.read_bytes(), SECRETS)
    assert job.rpartition("/")[2] not in "".join(said)


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout
    yield from process.stdout


def _made(port: int, address: str, *, cover: bool) -> str:
    connection = HTTPConnection("127.0.0.1", port, source_address=(address, 0), timeout=60)
    fields = {"leaflet": ["tiny-leaflet", "second-leaflet"], "who": NAME, "by": DOCTOR}
    fields |= {"words": NOTE, **({"cover": "1"} if cover else {})}
    connection.request("POST", "/c/clinic/jobs", urlencode(fields, doseq=True), {**OWN, **FORM})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["location"] or ""


def _said(process: subprocess.Popen[str]) -> str:
    """What it has said until now, which tells why a job was refused."""
    assert process.stdout
    os.set_blocking(process.stdout.fileno(), False)
    return process.stdout.read()


def _get(port: int, path: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    data = connection.getresponse().read()
    connection.close()
    return data


def _family(process: int) -> list[int]:
    """A process and all that it has started."""
    family = [process]
    for each in family:
        tasks = Path(f"/proc/{each}/task").glob("*/children")
        family += [int(child) for task in tasks for child in task.read_text().split()]
    return family


def _open_deleted(process: int) -> list[bytes]:
    gone, found = re.compile(r"^/.*\(deleted\)$"), list[bytes]()
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            if gone.match(str(link.readlink())):
                found.append(link.read_bytes())
    return found


def _core_limit(process: int) -> str:
    text = Path(f"/proc/{process}/limits").read_text()
    limit = re.search(r"Max core file size\s+(\S+)", text)
    return limit[1] if limit else str(resource.RLIM_INFINITY)
