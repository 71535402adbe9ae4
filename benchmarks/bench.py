"""Measure Handouts against its peers, in one run on one machine: medians, and their ratios.

Prints a table, and writes benchmarks/results.json and docs/benchmarks.md. Wants an idle machine.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HANDOUTS = (sys.executable, "-m", "handouts")
LEAFLET = "fractional-co2-laser"
REGIONS = ("GB", "US", "IN", "EU")
PAPERS = ("--paper", "a4", "--paper", "letter")
CORES = os.cpu_count() or 1


def main() -> None:
    """Run every measurement and write the results down."""
    with tempfile.TemporaryDirectory(prefix="handouts-bench-") as name:
        folder = Path(name)
        os.environ["HANDOUTS_CACHE"] = str(folder / "store")
        results: dict[str, Any] = {
            "machine": f"{platform.machine()}, {CORES} cores, Python {platform.python_version()}",
            "one_leaflet": one_leaflet(folder),
            "nothing_changed": nothing_changed(folder),
            "catalogue": catalogue(folder),
            "many_clinics": many_clinics(folder),
        }
    results["peers"] = peers(results)
    (ROOT / "benchmarks" / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    (ROOT / "docs" / "benchmarks.md").write_text(report(results))
    print(report(results))


def one_leaflet(folder: Path) -> dict[str, float]:
    """Seconds of a command that makes one leaflet on A4: ours cold and cached, and the engine's."""
    out = folder / "one"
    ask = (*HANDOUTS, "build", LEAFLET, "--paper", "a4", "-q", "-o", str(out))
    run(*ask, "--format", "html")
    (page,) = out.glob("*.html")
    engine = (str(Path(sys.executable).with_name("weasyprint")), "-u", str(ROOT))
    weasyprint = median(
        lambda: run(*engine, "--pdf-variant", "pdf/ua-1", str(page), str(folder / "peer.pdf"))
    )
    cold = median(lambda: run(*ask, "--no-cache"))
    run(*ask)

    def cached() -> None:
        shutil.rmtree(out)
        run(*ask)

    return {"weasyprint": weasyprint, "cold": cold, "cached": median(cached)}


def nothing_changed(folder: Path) -> dict[str, float]:
    """Seconds of a build of the whole catalogue, again, and after a change of one block."""
    clinic, out = folder / "clinic", folder / "again"
    run(
        *HANDOUTS,
        "init",
        str(clinic),
        "--name",
        "Bench",
        "--region",
        "GB",
        "--phone",
        "01632 960 001",
    )
    ask = (*HANDOUTS, "build", "-q", "-w", str(clinic), *PAPERS, "-o", str(out))
    first = seconds(lambda: run(*ask))
    again = median(lambda: run(*ask))
    run(*HANDOUTS, "new", "block", "procedures/consent-notes", "--copy", "-w", str(clinic))
    block = clinic / "content" / "blocks" / "procedures" / "consent-notes.yaml"
    block.write_text(block.read_text().replace("You can still", "You may still"))
    before = plates(folder)
    changed = seconds(lambda: run(*ask))
    return {
        "first": first,
        "again": again,
        "one_block": changed,
        "pressed": plates(folder) - before,
    }


def catalogue(folder: Path) -> dict[str, float]:
    """PDFs a second of the catalogue in four regions, nothing kept: one core, all, and a loop."""
    regions = [word for region in REGIONS for word in ("--region", region)]
    ask = (*HANDOUTS, "build", "-q", "--no-cache", *regions, *PAPERS)
    one = seconds(lambda: run(*ask, "--jobs", "1", "-o", str(folder / "one-core")))
    every = seconds(lambda: run(*ask, "-o", str(folder / "all-cores")))
    run(*ask, "--format", "html", "-o", str(folder / "pages"))
    pages = sorted((folder / "pages").glob("*.html"))
    loop = seconds(
        lambda: run(sys.executable, str(ROOT / "benchmarks" / "loop.py"), *map(str, pages))
    )
    count = len(pages)
    return {
        "count": count,
        "one_core": count / one,
        "all_cores": count / every,
        "loop": count / loop,
    }


def many_clinics(folder: Path) -> dict[str, Any]:
    """Milliseconds of processor time for a PDF, by the number of clinics, plates being there."""
    found: dict[str, Any] = {}
    table = folder / "clinics.csv"
    for number in (1, 10, 100, 200, 1000):
        write_clinics(table, number)
        out = folder / f"clinics-{number}"
        ask = (*HANDOUTS, "build", "-q", "--clinics", str(table), *PAPERS, "-o", str(out))
        before = processor()
        took = seconds(lambda ask=ask: run(*ask))  # type: ignore[misc]
        files = sum(1 for _ in out.glob("*/*.pdf"))
        found[str(number)] = {
            "files": files,
            "seconds": took,
            "cpu_ms_each": 1000 * (processor() - before) / files,
        }
        shutil.rmtree(out)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"by_clinics": found, "largest_process_mb": largest}


def peers(results: dict[str, Any]) -> dict[str, float]:
    """Milliseconds of processor time for a PDF of the peers."""
    found = {"weasyprint_loop": 1000 / results["catalogue"]["loop"]}
    try:
        import typst  # noqa: F401 - a peer, not a dependency
    except ImportError:
        return found
    answer = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "typst_peer.py"), LEAFLET],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return found | {"typst": float(answer.stdout)}


def report(results: dict[str, Any]) -> str:
    """The results as the page of docs/."""
    one, again, batch = results["one_leaflet"], results["nothing_changed"], results["catalogue"]
    clinics, peer = results["many_clinics"]["by_clinics"], results["peers"]
    each = clinics["200"]["cpu_ms_each"]
    rows = [
        (
            "One leaflet, cold, against the `weasyprint` command",
            one["cold"] / one["weasyprint"],
            "at most 1.15",
        ),
        ("One leaflet, cached, against it", one["cached"] / one["weasyprint"], "at most 0.25"),
        (
            f"Catalogue, {CORES} cores against one",
            batch["all_cores"] / batch["one_core"],
            "at least 1.8",
        ),
        (
            "Catalogue, one core against a plain loop",
            batch["one_core"] / batch["loop"],
            "at least 1",
        ),
        (
            "200 clinics, a PDF against the loop's, per core",
            peer["weasyprint_loop"] / each,
            "at least 40",
        ),
    ]
    if "typst" in peer:
        rows.append(
            ("200 clinics, a PDF against Typst's, per core", peer["typst"] / each, "at least 3")
        )
    largest = results["many_clinics"]["largest_process_mb"]
    speeds = ", ".join(
        f"{name} {batch[key]:.2f}"
        for name, key in (("one core", "one_core"), ("all", "all_cores"), ("loop", "loop"))
    )
    times = ", ".join(f"{name} {one[name]:.2f}" for name in ("weasyprint", "cold", "cached"))
    typst = f", Typst {peer['typst']:.1f} ms" if "typst" in peer else ""
    lines = [
        "# Benchmarks",
        "",
        f"Made by `scripts/bench` on {results['machine']}.",
        "Figures are medians; ratios compare what ran on the same machine in the same run.",
        "",
        "| measured | found | wanted |",
        "|---|---|---|",
        *(f"| {what} | {ratio:.2f} | {wanted} |" for what, ratio, wanted in rows),
        f"| Whole catalogue, nothing changed | {again['again']:.2f} s | at most 0.4 s |",
        f"| One block changed: pressed again | {again['pressed']:.0f} of 30 | its leaflets |",
        f"| Largest process | {largest:.0f} MB | under 250 MB |",
        "",
        "| clinics | files | seconds | processor time for a PDF |",
        "|---|---|---|---|",
        *(
            f"| {number} | {row['files']:,} | {row['seconds']:.1f} | {row['cpu_ms_each']:.1f} ms |"
            for number, row in clinics.items()
        ),
        "",
        f"Seconds of one leaflet: {times}. PDFs a second: {speeds}.",
        f"Processor time for a PDF: loop {peer['weasyprint_loop']:.0f} ms{typst}.",
        "",
    ]
    return "\n".join(lines)


def run(*command: str) -> None:
    """Run a command in the project, silently; it must end well."""
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(work: Callable[[], None], times: int = 7) -> float:
    return statistics.median(seconds(work) for _ in range(times))


def processor() -> float:
    """Processor seconds of all ended children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def plates(folder: Path) -> int:
    """Entries in the store that are as large as a plate."""
    return sum(1 for path in (folder / "store").glob("??/*") if path.stat().st_size > 50_000)


def write_clinics(table: Path, number: int) -> None:
    """Made-up clinics; their numbers are kept for fiction and have one shape."""
    colours = ("#17545f", "#7a0019", "#1d3c78", "#3b5d1f")
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "phone", "email", "address", "hours", "primary"])
        for index in range(number):
            phone, colour = f"01632 960 {index % 1000:03}", colours[index % len(colours)]
            row = [f"clinic-{index:04}", f"Clinic {index}", phone, "hello@clinic.example"]
            writer.writerow(
                [*row, f"{index} Example Road; Town", "Monday to Friday=9 to 5", colour]
            )


if __name__ == "__main__":
    main()
