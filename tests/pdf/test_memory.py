"""Memory that is given back: a process makes hundreds of leaflets."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handouts.page.compose import Page, compose_shell
from handouts.pdf import engine
from handouts.pdf.internals import leaks
from handouts.pdf.render import render_pdf
from handouts.pdf.shells import render_shell
from tests.shipped import LAYERS
from tests.world import demo_document

ROOT = Path(__file__).parents[2]


class _Allocated(ctypes.Structure):
    """What the C library has given out: ``struct mallinfo2``."""

    _fields_ = [("numbers", ctypes.c_size_t * 10)]


def allocated() -> int:
    """Bytes that libraries in C hold, to the byte."""
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Allocated
    return int(ask().numbers[7])  # uordblks, bytes in use


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="Another C library")
def test_the_engine_keeps_nothing_of_a_line() -> None:
    """It kept 300 bytes of each, a third of a megabyte of this page."""
    style = "<style>p { font-variant-ligatures: no-common-ligatures }</style>"
    words = "".join(f"<p>Line {number} of a page</p>" for number in range(300))
    page = Page(f'<html lang="en"><head><title>T</title>{style}</head><body>{words}</body>', "T")
    for _ in range(2):  # caches are filled
        render_pdf(page)
    before = allocated()
    for _ in range(3):
        render_pdf(page)
    assert allocated() - before < 100_000


def test_letting_go_is_for_the_engine_that_this_was_written_for() -> None:
    """If this fails after an upgrade: see whether ``Layout.setup`` still makes a list of features
    that nobody frees. If so, add the version to ``leaks.LEAKY``; if not, delete the module.
    """
    assert {weasyprint for weasyprint, _ in engine.TRIED} == leaks.LEAKY


def test_nothing_of_a_page_is_left_once_it_is_made() -> None:
    page = compose_shell(demo_document("my-wound-card", "a4"), LAYERS)
    render_shell(page)  # or another test's pages would be let go of in between
    with not_by_chance():
        before = boxes()
        render_shell(page)
        assert boxes() == before


def boxes() -> int:
    kinds = (type(item).__module__ for item in gc.get_objects())
    return sum(kind == "weasyprint.formatting_structure.boxes" for kind in kinds)


@contextmanager
def not_by_chance() -> Iterator[None]:
    """Without collections other than those asked for."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


GROWING = """
import gc, resource
from handouts.page.compose import compose_shell
from handouts.pdf.shells import render_shell
from tests.shipped import LAYERS
from tests.world import demo_document

gc.set_threshold(50_000)  # as the program has it
page = compose_shell(demo_document("acne-explained", "a4"), LAYERS)
for _ in range(6):
    render_shell(page)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Another unit of memory")
def test_a_process_does_not_grow_with_what_it_makes() -> None:
    """By 70 MB it did, and by 300 in a build of 250."""
    command = [sys.executable, "-c", GROWING]
    made = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    peaks = [int(line) / 1024 for line in made.stdout.split()]
    assert peaks[-1] - peaks[1] < 10
