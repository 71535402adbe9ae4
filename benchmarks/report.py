"""The results as a page with a table and two plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from measure import ROOT

PAGE, PICTURES = ROOT / "docs" / "explanation" / "benchmarks.md", ROOT / "docs" / "pictures"

OURS, THEIRS = "#17545f", "#a9b3b6"


def write_report(results: Mapping[str, Any]) -> str:
    """Write the page and its plots; the page's text."""
    text = "\n".join(_page(results))
    PAGE.write_text(text, "utf-8")
    (PICTURES / "benchmark-one-leaflet.svg").write_text(_one_leaflet(results), "utf-8")
    (PICTURES / "benchmark-clinics.svg").write_text(_clinics(results), "utf-8")
    return text


def _page(results: Mapping[str, Any]) -> Iterator[str]:
    one, many = results["one_leaflet"], results["many_clinics"]
    yield "# Benchmarks\n"
    yield f"Made by `scripts/bench` on {_machines(results)}. Figures are medians; what is compared"
    yield "took turns on the same machine in the same run.\n"
    yield "| measured | found | wanted | day |"
    yield "|---|---|---|---|"
    for part, what, found, wanted in _rows(results):
        yield f"| {what} | {found} | {wanted} | {results[part]['day']} |"
    yield "\n![Seconds for one leaflet](../pictures/benchmark-one-leaflet.svg)\n"
    yield "Cold: no page is kept. Compiled templates are, as Python keeps its compiled modules, and"
    yield "so is what was found out about the logo: the leaflet had been made on other paper."
    yield f"The very first build of an installation took {one['first']:.2f} s.\n"
    yield "![Processor time for a PDF](../pictures/benchmark-clinics.svg)\n"
    yield "| clinics | files | seconds | processor time for a PDF | for a further one | largest |"
    yield "|---|---|---|---|---|---|"
    rows = many["by_clinics"]
    for number, row, before in zip(rows, rows.values(), [None, *rows.values()], strict=False):
        further = f"{_further(row, before):.1f} ms" if before else ""
        cells = f"{row['files']:,.0f} | {row['seconds']:.1f} | {row['ms_each']:.1f} ms | {further}"
        yield f"| {number} | {cells} | {row['megabytes']:.0f} MB |"
    yield "\nReading, composing and starting are paid once a build; a further PDF is one"
    yield "that the row above did not make."


def _machines(results: Mapping[str, Any]) -> str:
    return " or ".join(dict.fromkeys(part["machine"] for part in results.values()))


def _further(row: Mapping[str, float], before: Mapping[str, float]) -> float:
    """Milliseconds for each PDF that the smaller build did not make."""
    more = row["files"] - before["files"]
    return 1000 * (row["processor"] - before["processor"]) / more


def _rows(results: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The part that a row comes from, what was measured, what was found, and what is wanted."""
    one, batch, again = results["one_leaflet"], results["catalogue"], results["nothing_changed"]
    many, peers = results["many_clinics"]["by_clinics"], results["many_clinics"]["peers_ms"]
    engine, each = one["weasyprint"], many["200"]["ms_each"]

    def times(one: float, other: float) -> str:
        return f"{one / other:.2f} ×"

    part = "one_leaflet"
    cold = times(one["cold"], engine)
    yield part, "One leaflet, cold, against the `weasyprint` command", cold, "≤ 1.15"
    yield part, "The same, run by run", f"{one['cold_in_pairs']:.2f} ×", "≤ 1.15"
    yield part, "One leaflet, cached, against it", times(one["cached"], engine), "≤ 0.25"
    if "chromium" in one:
        found = times(one["cold"], one["chromium"])
        yield part, "One leaflet, cold, against headless Chromium", found, ""

    part, found = "catalogue", times(batch["all_cores"], batch["one_core"])
    yield part, f"Catalogue, {batch['count']} PDFs, all cores against one", found, "≥ 1.8"
    worth = f"{batch['cores_worth']:.2f} ×"
    yield part, "The same of loops that share nothing: what this machine can", worth, ""
    found = times(batch["one_core"], batch["loop"])
    yield part, "Catalogue, one core, speed against a plain WeasyPrint loop", found, "≥ 1"

    part, loop = "many_clinics", times(batch["loop_ms_each"], each)
    yield part, "200 clinics, processor time for a PDF: the loop's against ours", loop, "≥ 40"
    if "typst" in peers:
        found = times(peers["typst"], each)
        yield part, f"The same: Typst's, {peers['typst']:.1f} ms, against ours", found, "≥ 3"
    if "chromium" in peers:
        found = times(peers["chromium"], each)
        yield part, f"The same: Chromium's, {peers['chromium']:.0f} ms, against ours", found, ""

    part, saved = "saved", results["saved"]
    text, pages = f"{saved['text']:.2f} s", f"{saved['pages']:.2f} s"
    yield part, "From saving a sentence to its text in the preview", text, "≤ 0.5 s"
    yield part, "To all of its pages, set and drawn", pages, ""

    part, found = "nothing_changed", f"{again['again']:.2f} s"
    yield part, "Whole catalogue on two papers, nothing changed", found, "≤ 0.4 s"
    found = f"{again['again_four_regions']:.2f} s"
    yield part, f"The same in four regions, {again['files_four_regions']} files", found, "≤ 0.4 s"
    rendered = f"{again['rendered']:.0f} rendered, {again['use_it']:.0f} use it"
    yield part, f"One block changed, of {again['files']} PDFs", rendered, "only those"

    if spoken := results.get("languages"):  # which takes as long as all others
        part, what = "languages", f"{spoken['languages']} languages, {spoken['files']} PDFs"
        found = times(spoken["translated"], spoken["source"])
        yield part, f"{what}, time for a PDF against English", found, "≤ 1.25"
        yield part, "The same, nothing changed", f"{spoken['again']:.2f} s", "≤ 0.6 s"
        yield part, "The same, largest process", f"{spoken['megabytes']:.0f} MB", "< 400 MB"

    largest = max(row["megabytes"] for row in many.values())
    yield "many_clinics", "Largest process", f"{largest:.0f} MB", "< 250 MB"


def _one_leaflet(results: Mapping[str, Any]) -> str:
    one = results["one_leaflet"]
    names = {
        "weasyprint": "WeasyPrint command",
        "chromium": "Chromium command",
        "cold": "Handouts, cold",
        "cached": "Handouts, cached",
    }
    bars = {names[key]: one[key] for key in names if key in one}
    return _plot("Seconds for one leaflet", bars, "{:.2f} s")


def _clinics(results: Mapping[str, Any]) -> str:
    many = results["many_clinics"]
    peers = {"WeasyPrint loop": results["catalogue"]["loop_ms_each"]}
    peers |= {name.capitalize(): cost for name, cost in many["peers_ms"].items()}
    ours = {
        f"Handouts, {int(number):,} clinics": row["ms_each"]
        for number, row in many["by_clinics"].items()
        if int(number) >= 10
    }
    return _plot("Milliseconds of processor time for a PDF", peers | ours, "{:.1f} ms")


def _plot(title: str, bars: Mapping[str, float], form: str) -> str:
    """Level bars from zero, ours in colour, each with its number."""
    row, left, width, most = 28, 190, 640, max(bars.values())
    height = 44 + row * len(bars)
    said = ", ".join(f"{name} {form.format(value)}" for name, value in bars.items())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}: {escape(said)}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        '<g font-family="Noto Sans, sans-serif" font-size="13" fill="#1d2529">',
        f'<text x="10" y="24" font-weight="700" font-size="15">{escape(title)}</text>',
    ]
    for index, (name, value) in enumerate(bars.items()):
        top, long = 40 + row * index, max(1, (width - left - 80) * value / most)
        colour = OURS if name.startswith("Handouts") else THEIRS
        parts += [
            f'<text x="{left - 8}" y="{top + 15}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{left}" y="{top}" width="{long:.1f}" height="20" fill="{colour}"/>',
            f'<text x="{left + long + 6:.1f}" y="{top + 15}">{form.format(value)}</text>',
        ]
    return "\n".join([*parts, "</g>", "</svg>\n"])
