"""Small worlds for tests: a clinic's folder from a dictionary of files."""

from __future__ import annotations

import pickle
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import cast

from click.testing import CliRunner, Result

from handouts.build.plan import Task, resolve
from handouts.build.run import render
from handouts.cli import main
from handouts.cli.options import user_store
from handouts.content.catalogue import Catalogue, read_catalogue
from handouts.content.layers import SHIPPED, Library
from handouts.content.resolve import Request
from handouts.content.translated_leaflet import units_of
from handouts.content.workspace import open_workspace
from handouts.model.document import Document
from handouts.model.tables import Edition, Ink, Paper
from handouts.page.compose import Page, compose
from handouts.pdf.render import RenderedPdf, render_pdf
from handouts.store import key_of
from handouts.translation import po

DAY = date(2026, 11, 22)

CLINIC = """\
clinic:
  name: Test Clinic
  phone: +44 20 7946 0000
region: GB
"""

TINY_KINDS = """\
kinds:
  - id: tiny
    label: A tiny kind
    review_months: 12
    sections:
      - id: in-short
        holds: [key_points]
      - id: sources
        holds: [sources]
  - id: handy
    label: A kind with a tool
    review_months: 12
    holds: [steps]
    sections:
      - id: in-short
  - id: choice
    label: A kind to choose with
    review_months: 12
    shows_all: true
    sections:
      - id: in-short
  - id: later
    label: A kind for afterwards
    review_months: 12
    refuses_phase: before
    sections:
      - id: in-short
"""

TINY_LEAFLET = """\
id: tiny-leaflet
kind: tiny
version: "1.0"
issued: 2026-11-22
title: A tiny leaflet
short_title: Tiny
aim: This leaflet is for tests.
audience: For testers.
sections:
  - id: in-short
    heading: In short
    blocks:
      - type: key_points
        points: [One point., Another point., A last point.]
  - id: sources
    heading: Where do these facts come from?
    blocks:
      - type: sources
"""

RULED = TINY_LEAFLET.replace(
    "  - id: sources\n",
    "  - id: notes\n    heading: Notes\n    blocks:\n"
    "      - {type: write_in, prompt: My plan, lines: 2}\n  - id: sources\n",
)
"""The same with ruled lines, on which a note for one patient is printed."""


def make_workspace(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A clinic's folder with the given files over a working ``handouts.yaml``."""
    for name, content in {"handouts.yaml": CLINIC, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def make_tiny(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A clinic's folder with a kind and a leaflet that render fast."""
    tiny = {"content/kinds.yaml": TINY_KINDS, "content/leaflets/tiny-leaflet.yaml": TINY_LEAFLET}
    return make_workspace(folder, {**tiny, **(files or {})})


def own_catalogue(folder: Path, region: str | None = None) -> Catalogue:
    """What a clinic's folder prints of its own leaflets; to read the shipped ones takes time."""
    names = tuple(path.stem for path in (folder / "content" / "leaflets").glob("*.yaml"))
    return read_catalogue(open_workspace(folder, region), names)


_ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")


def pseudo(source: str) -> str:
    """A made-up translation: every vowel has an accent, but for those in slots and CO2."""
    parts = re.split(r"(\{[^{}]*\}|CO2)", source)
    return "".join(part.translate(_ACCENTS) if n % 2 == 0 else part for n, part in enumerate(parts))


def translate(
    clinic: Path,
    language: str,
    *names: str,
    change: Callable[[str], str] = pseudo,
    library: Library = SHIPPED,
    machine: bool = False,
) -> Path:
    """A file of the clinic's with a translation of all that its named leaflets print."""
    catalogue = read_catalogue(open_workspace(clinic, library=library), names or None)
    name = language.replace("-", "_")
    file = po.merged(po.new_file(name, DAY, "Test"), units_of([catalogue])).file
    for entry in file:
        entry.msgstr = change(entry.msgid)
        entry.tcomment = "[machine] engine=test date=2026-11-22" if machine else ""
    path = clinic / "locales" / f"{name}.po"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(po.render(file))
    return path


def tiny_library(folder: Path) -> Library:
    """The shipped looks with two leaflets, three blocks and two regions, which a test may change.

    The tables that templates rely on are those that are shipped.
    """
    shutil.copytree(Path(__file__).parent / "library", folder, dirs_exist_ok=True)
    for table in ("labels.yaml", "medicines.yaml", "slots.yaml"):
        shutil.copy(SHIPPED.content / table, folder / "content")
    content, demo_clinic = folder / "content", folder / "demo-clinic"
    return replace(SHIPPED, content=content, demo_clinic=demo_clinic)


def handouts(*arguments: str | Path) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@lru_cache(maxsize=4)
def demo(region: str = "GB") -> Catalogue:
    """The shipped content with the demo clinic."""
    return read_catalogue(open_workspace(SHIPPED.demo_clinic, region))


@lru_cache(maxsize=256)
def demo_document(leaflet: str, paper: Paper, region: str = "GB") -> Document:
    return resolve(Request(leaflet, "en", paper, DAY), demo(region))


@lru_cache(maxsize=256)
def demo_task(
    leaflet: str,
    paper: Paper,
    edition: Edition = "standard",
    ink: Ink = "colour",
    language: str = "en",
) -> Task:
    return Task(Request(leaflet, language, paper, DAY, edition, ink), demo())


@lru_cache(maxsize=64)
def laid_out(task: Task) -> RenderedPdf:
    """A task's page, rendered in full with its lines of text, once for all tests of a run."""
    store, page = user_store(), compose(task.document, task.layers, store=user_store())
    key = key_of("laid out", page.html)
    if kept := store.get(key):
        return cast("RenderedPdf", pickle.loads(kept))  # noqa: S301 - this run has written it
    rendered = render_pdf(page, measured=True)
    store.put(key, pickle.dumps(rendered))
    return rendered


@lru_cache(maxsize=64)
def demo_page(leaflet: str, paper: Paper) -> Page:
    layers = demo().workspace.template_layers
    return compose(demo_document(leaflet, paper), layers, store=user_store())


@dataclass(frozen=True)
class Sheet:
    """A finished leaflet as `build` writes it, and the number of its pages."""

    pdf: bytes
    pages: int


@lru_cache(maxsize=128)
def demo_sheet(leaflet: str, paper: Paper, region: str = "GB") -> Sheet:
    document = demo_document(leaflet, paper, region)
    layers = demo().workspace.template_layers
    files, faults = render(document, layers, False, ("pdf",), None, user_store())
    assert not faults, faults
    return Sheet(files[0].data, files[0].facts["pages"])
