"""How a region writes the shipped words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from handouts.model.text import Text


class Respelling:
    """Words and phrases that a region writes in another way: ``colour`` as ``color``.

    Whole words only; a capital at the beginning stays a capital.
    """

    def __init__(self, wording: Mapping[str, str]) -> None:
        self._here = {shipped.lower(): here for shipped, here in wording.items()}
        longest_first = sorted(self._here, key=len, reverse=True)
        self._words = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE
        )

    def __call__(self, text: Text) -> Text:
        """The text as the region writes it; slots are left alone."""
        if not self._here:
            return text
        return Text(
            tuple(
                replace(run, text=self._words.sub(lambda m: self._local(m[0]), run.text))
                for run in text.runs
            )
        )

    def _local(self, shipped: str) -> str:
        here = self._here[shipped.lower()]
        return here[0].upper() + here[1:] if shipped[0].isupper() else here
