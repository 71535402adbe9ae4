"""An equivalent leaflet in Typst: the same words, tables and drawings on A4; prints ms for a PDF.

Typst's compiler is kept between runs, with the shipped fonts; the clinic's name changes each time.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typst

from handouts.build.plan import resolve
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import FONTS, SHIPPED
from handouts.content.resolve import Request
from handouts.content.workspace import open_workspace
from handouts.content.yaml import read_yaml
from handouts.model.document import Document
from handouts.model.text import Text, texts_in
from handouts.page.templates import Templates


def main(leaflet: str, times: int = 30) -> None:
    """Compile the leaflet again and again and print the median."""
    workspace = open_workspace(SHIPPED.demo_clinic)
    document = resolve(Request(leaflet, "en", "a4", date(2026, 11, 22)), read_catalogue(workspace))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = "\n\n".join(written(document, folder))
        main_file = folder / "main.typ"
        main_file.write_text(source, "utf-8")
        compiler = typst.Compiler(str(main_file), font_paths=[str(FONTS)])
        took = []
        for number in range(times):
            main_file.write_text(source.replace(document.clinic.name, f"Clinic {number}"), "utf-8")
            started = time.process_time()
            compiler = (
                typst.Compiler(str(main_file), font_paths=[str(FONTS)]) if number == 0 else compiler
            )
            compiler.compile(str(main_file), format="pdf")
            took.append(1000 * (time.process_time() - started))
    print(statistics.median(took[1:]))


def written(document: Document, folder: Path) -> Iterator[str]:
    """The document in Typst's markup."""
    yield '#set page("a4", margin: (x: 17mm, y: 14mm), footer: context [#counter(page).display()])'
    yield '#set text(font: "Noto Sans", size: 12pt)'
    yield f"{escaped(document.clinic.name)} #h(1fr) {escaped(document.clinic.phone)}"
    yield f"= {escaped(document.title.plain)}"
    palette = read_yaml(SHIPPED.templates / "figures" / "palette.yaml").data
    templates = Templates((SHIPPED.templates,))
    for section in document.sections:
        yield f"== {escaped(section.heading.plain)}"
        for block in section.blocks:
            if block.type == "figure":
                yield from drawn(block, palette, templates, folder)
            if block.type == "table":
                cells = [*block.columns, *(cell for row in block.rows for cell in row)]
                inner = ", ".join(
                    f"[{escaped(cell.plain)}]" for cell in cells if isinstance(cell, Text)
                )
                yield f"#table(columns: {len(block.columns)}, {inner})"
                continue
            for text, path in texts_in(block):
                if path[-1] != "alt":
                    yield ("- " if isinstance(path[-1], int) else "") + escaped(text.plain)
    yield from (escaped(f"{r.organisation}. {r.title}. {r.year}") for r in document.references)


def drawn(
    block: Any, palette: Mapping[str, Any], templates: Templates, folder: Path
) -> Iterator[str]:
    names = []
    for panel in block.panels:
        values = {"skin": palette["tones"][block.tone], "ink": palette["inks"]}
        (folder / f"{panel.drawing}.svg").write_text(
            templates.render(f"figures/{panel.drawing}.svg.j2", values), "utf-8"
        )
        names.append(f'image("{panel.drawing}.svg")')
    yield f"#grid(columns: {len(names)}, {', '.join(names)})"


def escaped(words: str) -> str:
    for mark in "\\#*_`$<>@[]~=-+/":
        words = words.replace(mark, "\\" + mark)
    return words


if __name__ == "__main__":
    main(sys.argv[1])
