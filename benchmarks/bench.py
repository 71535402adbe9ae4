"""Measure Handouts against its peers, on one machine: medians, and their ratios.

Writes benchmarks/results.json after each part, and in the end docs/explanation/benchmarks.md and
the plots of docs/pictures. What is compared is measured in one part, where peers take turns, so
that whatever else the machine does strikes all of them. Still, it wants an idle machine.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from chromium_peer import browser
from measure import HANDOUTS, ROOT, Cost, answer, in_turn, median_seconds, run
from report import write_report
from watching import watching

from handouts.files import write_atomic

LEAFLET = "fractional-co2-laser"
BLOCK = "procedures/consent-notes"
WORDS = "You can say no after you sign."
"""A sentence of it, which is changed."""
REGIONS = [word for region in ("GB", "US", "IN", "EU") for word in ("--region", region)]
PAPERS = ("--paper", "a4", "--paper", "letter")
CLINICS = (1, 10, 100, 200, 1000)
BUILD = (*HANDOUTS, "build", "-q")
CORES = os.cpu_count() or 1
RESULTS = ROOT / "benchmarks" / "results.json"


def main() -> None:
    """Run every measurement, or a few: the page has the last figures of the others."""
    parts = {part.__name__: part for part in PARTS}
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/bench")
    parser.add_argument("parts", nargs="*", help=f"only these: {', '.join(parts)}")
    asked = parser.parse_args().parts
    if unknown := set(asked) - parts.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    machine = f"{platform.machine()}, {CORES} cores, Python {platform.python_version()}"
    for part in asked or parts:
        print(parts[part].__doc__, file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="handouts-bench-") as name:
            folder = Path(name)
            os.environ["HANDOUTS_CACHE"] = str(folder / "store")
            found = parts[part](folder)
        # Read again for each: parts take long, and another run may have written meanwhile.
        results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
        results[part] = {"day": time.strftime("%Y-%m-%d"), "machine": machine, **found}
        write_atomic(RESULTS, f"{json.dumps(results, indent=2)}\n".encode())
        print(json.dumps(results[part], indent=2), file=sys.stderr)
    if lacking := parts.keys() - results.keys() - {"languages"}:
        print(f"No page yet: {', '.join(sorted(lacking))} not measured", file=sys.stderr)
        return
    print(write_report(results))


def one_leaflet(folder: Path) -> dict[str, float]:
    """Seconds of a command that makes one leaflet on A4: ours, and the engine's on the same HTML.

    Cold: no page is kept. Compiled templates are, as Python keeps its compiled modules, and so is
    what was found out about the logo: the leaflet was made on Letter. Without all that it is
    ``first``.
    """
    out, html, kept = folder / "one", folder / "one-html", folder / "one-kept"
    store, letter = folder / "store", folder / "store-letter"
    ask = (*BUILD, LEAFLET, "--paper", "a4", "-o")
    first = run(*ask, str(out)).seconds
    shutil.rmtree(store)
    run(*BUILD, LEAFLET, "--paper", "letter", "-o", str(out))
    shutil.copytree(store, letter)
    run(*ask, str(html), "--format", "html")
    (page,) = html.glob("*.html")
    run(*ask, str(kept))
    engine = str(Path(sys.executable).with_name("weasyprint"))
    peer = (engine, "--pdf-variant", "pdf/ua-1", str(page), str(folder / "peer.pdf"))

    def cold() -> Cost:
        shutil.rmtree(out)
        shutil.rmtree(store)
        shutil.copytree(letter, store)
        return run(*ask, str(out))

    def cached() -> Cost:
        shutil.rmtree(kept)
        return run(*ask, str(kept))

    work: dict[str, Callable[[], Cost]] = {
        "weasyprint": partial(run, *peer),
        "cold": cold,
        "cached": cached,
    }
    if program := browser():
        print_to = f"--print-to-pdf={folder / 'peer.pdf'}"
        work["chromium"] = partial(
            run, program, "--headless", "--no-sandbox", "--disable-gpu", print_to, page.as_uri()
        )
    costs = in_turn(work, rounds=11)
    ratio = statistics.median(
        ours.seconds / theirs.seconds
        for ours, theirs in zip(costs["cold"], costs["weasyprint"], strict=True)
    )
    seconds = {name: median_seconds(found) for name, found in costs.items()}
    return {**seconds, "first": first, "cold_in_pairs": ratio}


def saved(folder: Path) -> dict[str, float]:
    """Seconds from saving a sentence to its text, and its pages, in a browser's hands.

    ``handouts watch`` has been running for a while, and the leaflet is warm.
    """
    clinic = folder / "watched"
    facts = ("--name", "Bench", "--region", "GB", "--phone", "01632 960 001")
    run(*HANDOUTS, "init", str(clinic), *facts)
    run(*HANDOUTS, "new", "block", BLOCK, "--copy", "-w", str(clinic))
    block = clinic / "content" / "blocks" / f"{BLOCK}.yaml"
    words = block.read_text()
    texts, pages = [], []
    with watching(LEAFLET, "-w", str(clinic), "--paper", "a4") as preview:
        for number in range(12):
            time.sleep(0.5)  # as somebody who reads
            started = time.perf_counter()
            block.write_text(changed(words, f"You may decide otherwise: {number}."))
            texts.append(preview.new_text() - started)
            pages.append(preview.new_pages() - started)
    return {"text": statistics.median(texts[2:]), "pages": statistics.median(pages[2:])}


def changed(text: str, words: str) -> str:
    """The text of the block with another sentence."""
    if WORDS not in text:
        sys.exit(f"The words of {BLOCK} are new: let the benchmark change others")
    return text.replace(WORDS, words)


def nothing_changed(folder: Path) -> dict[str, float]:
    """Seconds of a build of the whole catalogue again, and after a change of one block."""
    clinic, out = folder / "clinic", folder / "again"
    facts = ("--name", "Bench", "--region", "GB", "--phone", "01632 960 001")
    run(*HANDOUTS, "init", str(clinic), *facts)
    ask = (*BUILD, "-w", str(clinic), *PAPERS, "-o", str(out))
    first = run(*ask).seconds
    everywhere = (*BUILD, *REGIONS, *PAPERS, "-o", str(folder / "everywhere"))
    run(*everywhere)
    again = in_turn({"one": partial(run, *ask), "four": partial(run, *everywhere)}, rounds=9)
    run(*HANDOUTS, "new", "block", BLOCK, "--copy", "-w", str(clinic))
    block = clinic / "content" / "blocks" / f"{BLOCK}.yaml"
    block.write_text(changed(block.read_text(), "You may decide otherwise."))
    before = shells(folder)
    one_block = run(*ask).seconds
    leaflets = (ROOT / "content" / "leaflets").glob("*.yaml")
    users = sum(f"ref: {BLOCK}\n" in path.read_text() for path in leaflets)
    return {
        "first": first,
        "again": median_seconds(again["one"]),
        "again_four_regions": median_seconds(again["four"]),
        "one_block": one_block,
        "rendered": shells(folder) - before,
        "use_it": 2 * users,
        "files": len(list(out.glob("*.pdf"))),
        "files_four_regions": len(list((folder / "everywhere").glob("*.pdf"))),
    }


def catalogue(folder: Path) -> dict[str, float]:
    """PDFs a second of the catalogue in two regions, nothing kept: one core, all, and a loop."""
    regions = ("--region", "GB", "--region", "US")
    html = folder / "pages"
    run(*BUILD, *regions, *PAPERS, "--format", "html", "-o", str(html))
    pages = sorted(map(str, html.glob("*.html")))
    ask = (*BUILD, "--no-cache", *regions, *PAPERS, "-o", str(folder / "all"))
    loop = (sys.executable, str(ROOT / "benchmarks" / "loop.py"), *pages)
    loops = (sys.executable, str(ROOT / "benchmarks" / "loops.py"))
    work = {
        "one_core": partial(run, *ask, "--jobs", "1"),
        "loops_of_one": partial(run, *loops, "1"),
        "all_cores": partial(run, *ask),
        "loops_of_all": partial(run, *loops, str(CORES)),
        "loop": partial(run, *loop),
    }
    costs = in_turn(work, rounds=3)
    alone, together = (median_seconds(costs.pop(f"loops_of_{n}")) for n in ("one", "all"))
    speeds = {name: len(pages) / median_seconds(found) for name, found in costs.items()}
    loop_ms = 1000 * statistics.median(cost.processor for cost in costs["loop"]) / len(pages)
    worth = CORES * alone / together
    return {"count": len(pages), **speeds, "loop_ms_each": loop_ms, "cores_worth": worth}


def languages(folder: Path) -> dict[str, float]:
    """Seconds for a PDF of the catalogue on one paper, in English and in all translations."""
    names = {path.stem.replace("_", "-") for path in (ROOT / "content/locales").glob("*.yaml")}
    spoken = [word for name in sorted(names) for word in ("--language", name)]
    ask = (*BUILD, "--paper", "a4", "--edition", "standard")
    source = run(*ask, "-o", str(folder / "source"))
    all_of_them = partial(run, *ask, *spoken, "-o", str(folder / "translated"))
    translated = all_of_them()  # none of these pages is kept yet
    again = in_turn({"again": all_of_them}, rounds=5)
    count = len(list((folder / "translated").glob("*.pdf")))
    return {
        "languages": len(names),
        "files": count,
        "source": source.seconds / len(list((folder / "source").glob("*.pdf"))),
        "translated": translated.seconds / count,
        "again": median_seconds(again["again"]),
        "megabytes": translated.megabytes,
    }


def many_clinics(folder: Path) -> dict[str, Any]:
    """Milliseconds of processor time for a PDF, by the number of clinics, and of the peers."""
    found: dict[str, Any] = {}
    peers: dict[str, list[float]] = {"typst": [], "chromium": []}
    for number in CLINICS:
        found[str(number)] = clinics_cost(folder, number)
        for name, costs in peers.items():
            if said := peer_cost(folder, name):
                costs.append(said)
    medians = {name: statistics.median(costs) for name, costs in peers.items() if costs}
    return {"by_clinics": found, "peers_ms": medians}


def clinics_cost(folder: Path, number: int) -> dict[str, float]:
    """The median of three builds, or of one where it takes long."""
    table, out = folder / "clinics.csv", folder / "many"
    write_clinics(table, number)
    costs = []
    for _ in range(3 if number <= 200 else 1):
        shutil.rmtree(out, ignore_errors=True)
        costs.append(run(*BUILD, "--clinics", str(table), *PAPERS, "-o", str(out)))
    files = sum(1 for _ in out.glob("*/*.pdf"))
    processor = statistics.median(cost.processor for cost in costs)
    return {
        "files": files,
        "seconds": median_seconds(costs),
        "processor": processor,
        "ms_each": 1000 * processor / files,
        "megabytes": max(cost.megabytes for cost in costs),
    }


def peer_cost(folder: Path, name: str) -> float | None:
    """Milliseconds for a PDF; None where the peer is not installed."""
    html = folder / "one-html"
    if not html.exists():
        run(*BUILD, LEAFLET, "--paper", "a4", "-o", str(html), "--format", "html")
    given = {"typst": [LEAFLET], "chromium": [str(next(html.glob("*.html")))]}
    script = ROOT / "benchmarks" / f"{name}_peer.py"
    said = answer(sys.executable, str(script), *given[name])
    return float(said) if said else None


def shells(folder: Path) -> int:
    """Shells in the store: entries with a PDF in them."""
    entries = (folder / "store").glob("??/*")
    return sum(b"\n%PDF-" in path.read_bytes()[:20_000] for path in entries)


def write_clinics(table: Path, number: int) -> None:
    """Made-up clinics; their numbers are kept for fiction and have one shape."""
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "phone", "email", "address", "hours", "primary"])
        for index in range(number):
            phone = f"01632 960 {index % 1000:03}"
            colour = f"#{17 + index % 60:02x}{60 + index // 60:02x}5f"
            row = [f"clinic-{index:04}", f"Clinic {index}", phone, "hello@clinic.example"]
            writer.writerow(
                [*row, f"{index} Example Road; Town", "Monday to Friday=9 to 5", colour]
            )


PARTS = (one_leaflet, saved, nothing_changed, catalogue, languages, many_clinics)

if __name__ == "__main__":
    main()
