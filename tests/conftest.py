"""One store for a run of the tests: workers share it, and no run sees what another has kept."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    base, run = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_TESTRUNUID")
    os.environ["HANDOUTS_CACHE"] = str(base.parent / f"store-{run}" if run else base / "store")
    yield
    del os.environ["HANDOUTS_CACHE"]
