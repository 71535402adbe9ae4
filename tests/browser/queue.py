"""A print queue of CUPS on this machine, with a printer that keeps what it is given."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

NAME = "Reception"
_DRIVER = "lsb/usr/cupsfilters/Generic-PDF_Printer-PDF.ppd"
_SERVED = Path("/usr/lib/cups")

_FILES = """\
User lp
Group lp
SystemGroup root
ServerRoot {0}/etc
ServerBin {0}/bin
RequestRoot {0}/spool
TempDir {0}/spool/tmp
CacheDir {0}/cache
StateDir {0}/run
AccessLog {0}/log/access
ErrorLog {0}/log/error
PageLog {0}/log/pages
"""
_SETTINGS = """\
LogLevel info
Listen 127.0.0.1:{port}
Browsing No
DirtyCleanInterval 0
DefaultAuthType None
WebInterface No
{more}
<Location />
Order allow,deny
Allow localhost
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
_PRINTER = """\
#!/bin/sh
[ $# = 0 ] && { echo 'direct keep "Unknown" "Keeps what it is given"'; exit 0; }
cat ${6:+"$6"} >"${DEVICE_URI#keep:}/$1.pdf"
printf '%s\\n' "$3" "$4" "$5" >"${DEVICE_URI#keep:}/$1.new"
mv "${DEVICE_URI#keep:}/$1.new" "${DEVICE_URI#keep:}/$1.job"
"""


@dataclass(frozen=True)
class Printed:
    """What reached the printer: the job's name, copies and options, and its pages."""

    title: str
    copies: int
    options: frozenset[str]
    pdf: bytes


@dataclass(frozen=True)
class Queue:
    """A running queue. ``folder`` has all that CUPS writes, ``printer`` what it was given."""

    folder: Path
    printer: Path
    environment: Mapping[str, str]

    def wait(self, number: int) -> Printed:
        """A job by its number, from 1, when the printer has all of it and the queue is done."""
        job, end = self.printer / f"{number}.job", time.monotonic() + 60
        while not job.exists() or f"{NAME}-{number} " in self.run("lpstat", "-o"):
            assert time.monotonic() < end, (self.folder / "log" / "error").read_text()[-3000:]
            time.sleep(0.1)
        title, copies, options = job.read_text("utf-8").splitlines()
        pdf = (self.printer / f"{number}.pdf").read_bytes()
        # The driver for printers that read PDF puts commands before and after it.
        pdf = pdf[pdf.index(b"%PDF-") : pdf.rindex(b"%%EOF") + 6]
        return Printed(title, int(copies), frozenset(options.split()), pdf)

    def run(self, *command: str, data: bytes | None = None) -> str:
        """What one of the commands of CUPS tells."""
        done = subprocess.run(
            command, input=data, capture_output=True, check=True, env=self.environment
        )
        return done.stdout.decode()


@contextmanager
def queue(more: str = "") -> Iterator[Queue]:
    """A queue of its own, with additional settings; nothing of the system's is touched."""
    with socket.socket() as free, TemporaryDirectory(dir="/tmp") as name:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        folder, printer = Path(name), Path(name, "printer")
        folder.chmod(0o755)
        for part in ("etc", "bin/backend", "spool/tmp", "cache", "run", "log", "printer"):
            (folder / part).mkdir(parents=True)
            if os.getuid() == 0 and part != "bin/backend":  # then it works as this user
                shutil.chown(folder / part, "lp", "lp")
        for served in _SERVED.iterdir():
            if served.name != "backend":
                (folder / "bin" / served.name).symlink_to(served)
        backend = folder / "bin" / "backend" / "keep"
        backend.write_text(_PRINTER)
        backend.chmod(0o700)
        files, settings = folder / "etc" / "cups-files.conf", folder / "etc" / "cupsd.conf"
        files.write_text(_FILES.format(folder))
        settings.write_text(_SETTINGS.format(port=port, more=more))
        free.close()
        server = subprocess.Popen(["/usr/sbin/cupsd", "-f", "-c", settings, "-s", files])
        environment = {**os.environ, "CUPS_SERVER": f"127.0.0.1:{port}"}
        try:
            found = Queue(folder, printer, environment)
            _wait_for(port)
            found.run("lpadmin", "-p", NAME, "-E", "-v", f"keep:{printer}", "-m", _DRIVER)
            found.run("lpadmin", "-p", NAME, "-o", "PageSize=A4")
            found.run("lpadmin", "-d", NAME)
            yield found
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees, for a browser with windows: only those print."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    with socket.socket() as trial:
        while trial.connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < end
            time.sleep(0.05)
