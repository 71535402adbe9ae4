"""The sheet for reception, which the program makes itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.desk.words import all_words
from tests import readback
from tests.world import handouts

CLINIC = Path(__file__).parents[2] / "examples" / "print-desk"


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_sheet_has_one_page_and_the_words_of_the_buttons(paper: str, tmp_path: Path) -> None:
    result = handouts(
        *("build", "using-the-print-desk", "-w", CLINIC, "--paper", paper, "-o", tmp_path)
    )
    assert result.exit_code == 0, result.output
    (pdf,) = tmp_path.glob("*.pdf")
    (text,) = readback.page_texts(pdf.read_bytes())
    words = all_words()["en"]
    for key in ("packs", "show", "print", "record", "done", "cover", "open"):
        assert words(key) in text, key
