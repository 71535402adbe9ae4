"""Builds leaflets from random hostile input, each in a process of its own, and judges the outcome.

Every input has a seed, which is printed with each failure: ``scripts/fuzz --only SEED`` repeats it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

import pypdfium2
from fuzz_inputs import GENERATORS, Case

from tests.decoding import files_below, hidden_in

VERDICTS = (
    "fetched",
    "read outside",
    "wrote outside",
    "hung",
    "over 1 GB",
    "trace",
    "half a file",
    "unmarked",
    "mixed",
    "kept",
)
"""What must never happen."""

SECONDS, PATIENCE, MEMORY = 20, 90, 1_000_000_000
"""Processor seconds that count as hung, seconds until a process is ended, and bytes."""

MARKED = "Private-7f3a"
PRIVATE = f'<svg xmlns="http://www.w3.org/2000/svg" id="it"><text y="9">{MARKED}</text></svg>'
WEB = "http://127.0.0.1:9/private.svg"

_CALLS = (
    "socket.connect",
    "socket.getaddrinfo",
    "urllib.Request",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1500, help="number of inputs")
    parser.add_argument("--seed", type=int, default=1, help="first part of each input's seed")
    parser.add_argument("--kinds", nargs="*", choices=GENERATORS, default=list(GENERATORS))
    parser.add_argument(
        "--only", metavar="SEED", help="one input, such as 1-logos-17; its files stay"
    )
    given = parser.parse_args()
    from handouts.cli import main as _  # noqa: F401 - imported once for all inputs
    from handouts.pdf.render import start_engine

    start_engine()
    seeds = [given.only] if given.only else list(_seeds(given.seed, given.count, given.kinds))
    found: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    began = time.monotonic()
    for number, seed in enumerate(seeds, start=1):
        verdicts, end, folder = judge(seed)
        found.update(verdicts)
        ends[f"{seed.split('-')[1]}: {end}"] += 1
        if verdicts or given.only:
            print(
                f"{seed}: {', '.join(verdicts) or 'held'}",
                f"({folder})" if given.only else "",
                flush=True,
            )
        if not given.only:
            shutil.rmtree(folder, ignore_errors=True)
        if number % 100 == 0:
            print(
                f"{number} of {len(seeds)}, {time.monotonic() - began:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    print(
        f"{len(seeds)} inputs, seed {given.seed}: " + ", ".join(f"{found[v]} {v}" for v in VERDICTS)
    )
    for name in sorted(ends):
        print(f"  {name}: {ends[name]}")
    return 1 if found else 0


def _seeds(first: int, count: int, kinds: list[str]) -> Iterator[str]:
    for number in range(count):
        yield f"{first}-{kinds[number % len(kinds)]}-{number // len(kinds)}"


def judge(seed: str) -> tuple[list[str], str, Path]:
    """What happened to an input: verdicts, how the command ended, and the folder that it ran in."""
    random = Random(seed)  # noqa: S311 - inputs, not secrets
    case = GENERATORS[seed.split("-")[1]](random)
    folder = Path(tempfile.mkdtemp(prefix="handouts-fuzz-"))
    _write(case, folder)
    before = _tree(folder)
    began = time.monotonic()
    status, usage = _built(case, folder)
    seconds = usage.ru_utime + usage.ru_stime
    said = (folder / "said").read_bytes().decode("utf-8", "replace")
    events = (folder / "events").read_text("utf-8", "replace").splitlines()
    code = os.waitstatus_to_exitcode(status)
    verdicts = [event.partition(" ")[0].replace("_", " ") for event in events]
    changed = [
        path
        for path in before.keys() | _tree(folder).keys()
        if before.get(path) != _tree(folder).get(path)
    ]
    checks = {
        "read outside": MARKED in said or _holds(folder / "out", MARKED.encode()),
        "wrote outside": bool(changed),
        "hung": seconds > SECONDS or time.monotonic() - began > PATIENCE,
        "over 1 GB": usage.ru_maxrss * 1024 > MEMORY,
        "trace": "Traceback" in said or "program-error" in said or code not in (0, 1, 2),
        "half a file": _halves(folder / "out"),
        "unmarked": _unmarked(folder / "out"),
        "mixed": _mixed(folder / "out"),
        "kept": _kept(case, folder, said),
    }
    verdicts += [name for name, bad in checks.items() if bad]
    return sorted(set(verdicts)), f"exit {code}", folder


def _write(case: Case, folder: Path) -> None:
    private = folder / "private.svg"
    private.write_text(PRIVATE)
    for name, data in case.files.items():
        path = folder / "clinic" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            data.replace(b"FILE", private.as_uri().encode()).replace(b"WEB", WEB.encode())
        )
    for name in ("out", "cache", "home", "tmp"):
        (folder / name).mkdir()
    for act in case.actions:
        act(folder / "clinic")


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Files that a build may not change, with their sizes and times."""
    tree = {}
    for path in [folder / "private.svg", *(folder / "clinic").rglob("*")]:
        status = path.lstat()
        tree[str(path)] = (status.st_size, status.st_mtime_ns if not path.is_dir() else 0)
    return tree


def _built(case: Case, folder: Path) -> tuple[int, resource.struct_rusage]:
    """Run the command in a fork, and wait for it."""
    child = os.fork()
    if child == 0:
        _run(case, folder)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return status, usage
        time.sleep(0.01)
    os.kill(child, 9)
    _, status, usage = os.wait4(child, 0)
    return status, usage


def _run(case: Case, folder: Path) -> None:
    """In the fork: watch what is opened and called, and end with the command's exit code."""
    from handouts import limits
    from handouts.cli import main as command

    os.chdir(folder / "clinic")
    os.environ |= {
        "HANDOUTS_CACHE": str(folder / "cache"),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
    }
    tempfile.tempdir = str(folder / "tmp")
    said = os.open(folder / "said", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    events = os.open(folder / "events", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    sys.addaudithook(_Watch(folder, events))
    resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, 6_000_000_000))
    code = 70
    try:
        command(
            [
                "build",
                "-w",
                ".",
                "-o",
                "../out",
                "-j",
                "1",
                "--date",
                "2026-12-01",
                *case.options,
                "tiny-leaflet",
            ]
        )
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 71
    except BaseException as error:  # noqa: BLE001 - which is what this looks for
        os.write(2, f"Traceback: {type(error).__name__}".encode())
    finally:
        limits.close()
        sys.stdout.flush()
        os._exit(code)


class _Watch:
    """Notes what is opened outside of the folders that a build may use, and calls elsewhere."""

    def __init__(self, folder: Path, events: int) -> None:
        self._events = events
        self._may_read = [
            str(folder / "clinic"),
            str(folder / "out"),
            *map(str, _program()),
            "/dev/null",
            "/proc/self/",
            f"/proc/{os.getpid()}/",
        ]
        self._may_write = [
            str(folder / name) for name in ("out", "cache", "home", "tmp", "events", "said")
        ] + ["/dev/null"]

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            may = self._may_write if writes else [*self._may_read, *self._may_write]
            # A worker looks up its memory; a lock that is a link is not followed.
            lock = os.fsdecode(arguments[0]).endswith("/.manifest.lock")
            own = lock or bool(re.fullmatch(r"/proc/\d+/statm", path))
            if not own and not any(path.startswith(start) for start in may):
                os.write(
                    self._events, f"{'wrote' if writes else 'read'}_outside {path!a}\n".encode()
                )
        elif event in _CALLS and not str(arguments[0]).startswith("data:"):
            os.write(self._events, f"fetched {event}\n".encode())


def _program() -> Iterator[Path]:
    yield Path(__file__).parents[1]
    yield Path(sys.prefix)
    yield Path(sys.base_prefix)
    yield from map(
        Path,
        (
            "/usr/lib",
            "/usr/share",
            "/usr/local/lib",
            "/lib",
            "/etc/fonts",
            "/etc/localtime",
            "/etc/ld.so.cache",
        ),
    )


def _holds(out: Path, words: bytes) -> bool:
    """Whether a file holds words; a link that an input has put there is nothing that was made."""
    files = (path for path in out.rglob("*") if path.is_file() and not path.is_symlink())
    return any(words in path.read_bytes() for path in files if path.stat().st_size < MEMORY)


# Looking at what was made -----------------------------------------------------------------------


def _pdfs(out: Path) -> Iterator[tuple[Path, list[str] | None]]:
    """Each PDF with the text of its pages; None if it cannot be read."""
    for path in out.rglob("*.pdf"):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        try:
            with pypdfium2.PdfDocument(data) as document:
                pages = [
                    " ".join(page.get_textpage().get_text_bounded().split()) for page in document
                ]
            yield path, pages if data.rstrip().endswith(b"%%EOF") else None
        except pypdfium2.PdfiumError:
            yield path, None


def _ours(out: Path) -> list[tuple[Path, list[str] | None]]:
    """Not what an input has put into the output folder itself."""
    named = set()
    for manifest in out.rglob("manifest.json"):
        if manifest.is_file() and not manifest.is_symlink():
            try:
                named |= {
                    manifest.parent / f["file"]
                    for f in json.loads(manifest.read_text("utf-8"))["files"]
                }
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
    return [
        (path, pages) for path, pages in _pdfs(out) if path in named or "-PERSONAL" in path.name
    ]


def _halves(out: Path) -> bool:
    left = any(out.rglob(".*.part"))
    return left or any(pages is None for _, pages in _ours(out))


def _unmarked(out: Path) -> bool:
    """A leaflet that nobody has approved and that does not say so on each page."""
    return any("Draft" not in page for _, pages in _ours(out) for page in pages or ()) or any(
        "-DRAFT" not in path.name for path, _ in _ours(out)
    )


def _mixed(out: Path) -> bool:
    """A clinic's leaflet with the number of another clinic of the same table."""
    for path, pages in _ours(out):
        mine = re.fullmatch(r"c(\d)", path.parent.name)
        numbers = set(re.findall(r"01632 960 00(\d)", " ".join(pages or ())))
        if mine and numbers - {mine[1]}:
            return True
    return False


def _kept(case: Case, folder: Path, said: str) -> bool:
    if not case.secrets:
        return False
    places = {
        p: d
        for name in ("out", "cache", "home", "tmp")
        for p, d in files_below(folder / name).items()
    }
    kept = any(
        hidden_in(data, case.secrets)
        for path, data in places.items()
        if "-PERSONAL" not in path.name
    )
    return kept or any(
        word in said for secret in case.secrets for word in secret.split() if len(word) > 5
    )


if __name__ == "__main__":
    sys.exit(main())
