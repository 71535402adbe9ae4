"""A desk that a browser asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desk.served import Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("desk")) as served:
        yield served
