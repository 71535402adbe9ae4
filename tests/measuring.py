"""``scripts/pages.py``, which measures laid-out pages, as a module."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "scripts" / "pages.py"


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("pages", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pages"] = module
    spec.loader.exec_module(module)
    return module


pages = _load()
