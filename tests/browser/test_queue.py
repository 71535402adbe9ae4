"""Copies for a patient on their way to a printer: CUPS, and the Print button of Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handouts.pdf.read import page_sizes, page_words
from tests.browser.queue import Printed, Queue, queue, screen
from tests.decoding import files_below, hidden_in
from tests.desk.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PATIENT, WORDS = "Xanthippe Quuxberg", "Kuehlen"
TWO_SIDED = "Duplex=DuplexNoTumble"


@pytest.fixture(scope="module")
def printing() -> Iterator[Queue]:
    with queue() as printing:
        yield printing


@pytest.fixture(scope="module")
def page(printing: Queue, tmp_path_factory: Any) -> Iterator[Page]:
    """A browser that prints without asking, as on a PC that does nothing else."""
    from playwright.sync_api import sync_playwright

    with screen() as display, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")),
            executable_path=shutil.which("chromium"),
            headless=False,
            args=["--no-sandbox", "--kiosk-printing"],
            env={**printing.environment, "DISPLAY": display},
        )
        context.set_default_timeout(30_000)
        yield context.new_page()
        context.close()


def printed(
    page: Page, served: Served, printing: Queue, *leaflets: str, copies: int = 1
) -> Printed:
    """Order leaflets for the patient, and print them."""
    served.clock.seconds += 61
    page.goto(f"http://{served.host}/?" + "&".join(f"leaflet={leaflet}" for leaflet in leaflets))
    page.locator("#who").fill(PATIENT)
    page.locator("#words").fill(WORDS)
    page.locator("#copies").fill(str(copies))
    with page.expect_navigation():
        page.get_by_role("button", name="Show the pages").click()
    number = len(list(printing.printer.glob("*.job"))) + 1
    page.get_by_role("button", name="Print", exact=True).click()
    for _ in range(200):  # while it waits, the driver of the browser must go on
        if (printing.printer / f"{number}.job").exists():
            break
        page.wait_for_timeout(100)
    job = printing.wait(number)
    assert job.title == page.title()
    assert PATIENT not in job.title
    return job


def test_the_print_button_prints_two_sided_and_as_many_copies_as_asked(
    page: Page, served: Served, printing: Queue
) -> None:
    job = printed(page, served, printing, "tiny-leaflet", "second-leaflet", copies=2)
    assert job.title == "2 leaflets, 2 pages, ready to print"
    assert job.copies == 2
    assert {TWO_SIDED, "PageSize=A4"} <= job.options
    # Each leaflet begins on a new sheet; the filter of CUPS has made the copies.
    filled = [bool(words.strip()) for words in page_words(job.pdf) or ()]
    assert filled == [True, False] * 4
    assert "".join(PATIENT.split()) in "".join((page_words(job.pdf) or ("",))[0].split())
    assert set(page_sizes(job.pdf, 72)) == {(595, 842)}


def test_a_single_page_is_printed_as_the_queue_does(
    page: Page, served: Served, printing: Queue
) -> None:
    job = printed(page, served, printing, "tiny-leaflet")
    assert TWO_SIDED not in job.options
    assert len(page_words(job.pdf) or ()) == 1


def test_the_command_line_prints_what_was_saved(
    served: Served, printing: Queue, tmp_path: Path
) -> None:
    saved = tmp_path / "pack.pdf"
    saved.write_bytes(
        served.pdf(served.job("tiny-leaflet", "second-leaflet", who=PATIENT, copies=1))
    )
    number = len(list(printing.printer.glob("*.job"))) + 1
    printing.run("lp", "-t", "Leaflets", "-o", "sides=two-sided-long-edge", str(saved))
    job = printing.wait(number)
    assert job.title == "Leaflets"
    assert TWO_SIDED in job.options
    assert len(page_words(job.pdf) or ()) == 4  # with the empty pages behind both


@pytest.mark.parametrize(("more", "kept"), [("", True), ("PreserveJobFiles No", False)])
def test_what_the_queue_keeps(more: str, kept: bool, served: Served) -> None:
    """The pages, unless told not to; the name of the patient is in nothing else."""
    served.clock.seconds += 61
    pdf = served.pdf(served.job("tiny-leaflet", who=PATIENT))
    with queue(more) as printing:
        printing.run("lp", "-t", "1 leaflet, 1 page, ready to print", "-", data=pdf)
        job = printing.wait(1)
        assert hidden_in(job.pdf, [PATIENT]) == {PATIENT}
        below = files_below(printing.folder)
        found = {
            path.relative_to(printing.folder).as_posix()
            for path, data in below.items()
            if printing.printer not in path.parents and hidden_in(data, [PATIENT])
        }
        assert found == ({"spool/d00001-001"} if kept else set())
        assert printing.folder / "spool" / "c00001" in below  # which user printed what, and when
