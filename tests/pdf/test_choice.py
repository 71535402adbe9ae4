"""The choice of a scar treatment: one page to compare, whatever the clinic, paper and region."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from handouts.build.plan import Task, plan
from handouts.build.run import render
from handouts.build.variants import Variants
from handouts.cli.options import user_store
from handouts.content.catalogue import Catalogue, read_catalogue
from handouts.content.workspace import open_workspace
from handouts.model.blocks import BenefitsHarmsBlock
from handouts.model.document import Document
from handouts.model.tables import Edition, Paper
from handouts.page.arrangement import too_narrow
from tests import readback
from tests.shipped import REGIONS
from tests.world import CLINIC, DAY, demo, make_workspace

LEAFLET = "scar-treatment-options"
PAPERS: tuple[Paper, ...] = ("a4", "letter")

each_sheet = pytest.mark.parametrize(("paper", "region"), list(product(PAPERS, REGIONS)))


def _task(catalogue: Catalogue, paper: Paper, edition: Edition = "standard") -> Task:
    (task,) = plan([catalogue], (LEAFLET,), Variants(("en",), (paper,), (edition,)), DAY).tasks
    return task


def _pages(task: Task) -> list[str]:
    files, faults = render(task.document, task.layers, False, ("pdf",), None, user_store())
    assert not faults, faults
    pages = readback.page_texts(files[0].data)
    return [" ".join(page.replace("\N{NO-BREAK SPACE}", " ").split()) for page in pages]


def _comparison(document: Document) -> BenefitsHarmsBlock:
    (section,) = (section for section in document.sections if section.id == "comparison")
    (block,) = (block for block in section.blocks if isinstance(block, BenefitsHarmsBlock))
    return block


def _stands_on_one_page(task: Task) -> bool:
    pages = _pages(task)
    assert len(pages) == 6
    (page,) = (page for page in pages if "How do the treatments compare?" in page)
    _, _, table = page.partition("What may go wrong")
    options = _comparison(task.document).options
    assert options[0].name.plain == "No treatment"
    offered = "We offer:" in table or not task.document.offered
    return offered and all(option.name.plain in table for option in options)


@each_sheet
def test_the_comparison_stands_on_one_page(paper: Paper, region: str) -> None:
    assert _stands_on_one_page(_task(demo(region), paper))


@pytest.mark.parametrize("paper", PAPERS)
def test_so_it_does_if_most_of_it_is_not_offered(paper: Paper, tmp_path: Path) -> None:
    settings = CLINIC + "treatments: [fractional-co2-laser]\n"
    clinic = make_workspace(tmp_path, {"handouts.yaml": settings})
    task = _task(read_catalogue(open_workspace(clinic)), paper)
    assert len(task.document.not_offered) > 8
    assert _stands_on_one_page(task)


@each_sheet
def test_its_summary_is_one_sheet(paper: Paper, region: str) -> None:
    pages = _pages(_task(demo(region), paper, "summary"))
    assert len(pages) == 2
    assert "What matters most to you?" in pages[0]


def test_what_matters_is_ticked_before_the_options_are_compared() -> None:
    ids = [section.id for section in _task(demo(), "a4").document.sections]
    assert ids.index("what-matters") < ids.index("about-you") < ids.index("comparison")


def test_a_comparison_with_words_too_long_for_it_stands_row_by_row() -> None:
    """As of languages whose letters are twice as wide."""
    block = _comparison(_task(demo(), "a4").document)
    assert not too_narrow(block, 1.0)
    assert too_narrow(block, 2.0)
