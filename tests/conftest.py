"""What tests share: one store for a run, and a tiny library to put in the shipped one's place."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from handouts import limits
from handouts.build import incremental
from handouts.content.layers import SHIPPED, Library
from handouts.page import templates
from tests.world import tiny_library

THOROUGH = (
    # Every shipped leaflet, in all regions, languages, editions and inks.
    *("test_leaflets.py", "translation/test_shipped.py", "content/test_fonts.py"),
    *("pdf/test_choice.py", "pdf/test_flow.py", "pdf/test_last_pages.py", "pdf/test_marks.py"),
    *("pdf/test_names_of_all_scripts.py", "pdf/test_ordinary_clinics.py"),
    *("pdf/test_pack.py", "pdf/test_page_measures.py", "pdf/test_reading_order.py"),
    *("pdf/test_right_to_left.py", "pdf/test_scripts.py", "pdf/test_shells.py"),
    *("pdf/test_summaries.py", "pdf/test_what_reviews_found.py"),
    *("page/test_figures.py", "page/test_pseudo.py", "content/test_omitted_sections.py"),
    "cli/test_commands.py::test_check_finds_no_fault_in_what_is_shipped",
    "cli/test_init.py::test_the_new_folder_has_no_faults",
    "cli/test_init.py::test_every_example_in_it_may_be_used",
    "cli/test_new.py::test_a_leaflet_of_each_kind_has_no_faults_and_can_be_made",
    "content/test_ignored_files.py::test_every_command_tells_it_and_goes_on",
    *("content/test_treatments.py", "review/test_verifying.py", "build/test_packs.py::test_verify"),
    "build/test_check_and_build.py::test_check_finds_what_build_refuses[a page with no room",
    # What hostile input may do at most, and what lasts.
    *("hostile/", "build/test_endurance.py", "build/test_fifty_clinics.py"),
    *("pdf/test_memory.py", "pdf/test_moulds.py"),
    # Processes that are started, watched, stopped or killed.
    *("desk/test_access.py", "desk/test_guard.py", "desk/test_jobs.py", "desk/test_privacy.py"),
    *("cli/test_watch.py", "build/test_batch.py", "build/test_without_engine.py"),
    "build/test_cache.py",
    *("project/test_imports.py::test_listing", "project/test_imports.py::test_only_the_desk"),
    "page/test_privacy.py::test_a_build_that_is_killed",
    # The project's own documents, followed as written, and what is made of it.
    *("project/test_docs.py", "project/test_wheel_and_first_build.py", "project/test_mutants.py"),
    "project/test_packaging.py",
)
"""Beginnings of what takes long, which ``scripts/thorough`` runs and ``scripts/test`` does not."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that render every shipped leaflet come first: others find those in the store."""
    here = Path(__file__).parent
    for item in items:
        if f"{item.path.relative_to(here).as_posix()}::{item.name}".startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)
    items.sort(key=lambda item: item.path.name != "test_leaflets.py")


def pytest_collection_finish() -> None:
    """Thousands of tests stay in memory; to look for garbage among them took much time."""
    gc.freeze()
    gc.set_threshold(50_000)  # as commands have it


@pytest.fixture(scope="session", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Workers share it, and no run sees what another has kept."""
    base, run = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_TESTRUNUID")
    os.environ["HANDOUTS_CACHE"] = str(base.parent / f"store-{run}" if run else base / "store")
    yield
    del os.environ["HANDOUTS_CACHE"]


@pytest.fixture(scope="session", autouse=True)
def _shipped_files_stay() -> Iterator[None]:
    """Nobody changes what is shipped during a run: it is digested and compiled once for all tests.

    Files of a test, and of its own library, are read each time, as outside of tests.
    """
    shipped = tuple(f"{folder}{os.sep}" for folder in (SHIPPED.content, SHIPPED.templates))
    digest, compiled = incremental._digest, templates._Environment.compile
    digest_once, codes = cache(digest), dict[tuple[str, ...], CodeType]()

    def quick_digest(path: Path) -> str:
        return digest_once(path) if str(path).startswith(shipped) else digest(path)

    def quick_compile(environment: Any, source: str, name: str, file: str) -> CodeType:
        key = (source, name, file)
        code = codes.get(key) or compiled(environment, *key)
        return codes.setdefault(key, code) if file.startswith(shipped) else code

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incremental, "_digest", quick_digest)
        patch.setattr(templates._Environment, "compile", quick_compile)
        yield


@pytest.fixture(autouse=True)
def _one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is done in the test's process, so that a test can look into it."""
    monkeypatch.setattr(limits, "ENABLED", False)


@pytest.fixture
def workers(_one_process: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work on a clinic's files is done in a worker, as outside of tests; each test has its own."""
    limits.close()  # one that another test has left would keep the limits it started with
    monkeypatch.setattr(limits, "ENABLED", True)
    yield
    limits.close()


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A tiny library of the test's own, with which all commands work instead of the shipped one."""
    tiny = tiny_library(tmp_path_factory.mktemp("library"))
    monkeypatch.setattr("handouts.cli.options.LIBRARY", tiny)
    return tiny
