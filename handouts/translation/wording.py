"""Regional spelling of the shipped text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from handouts.model.text import Text


class Respelling:
    """Replaces words and phrases by a region's spelling, such as ``colour`` by ``color``.

    Only whole words are replaced; an initial capital stays a capital.
    """

    def __init__(self, wording: Mapping[str, str]) -> None:
        self._spellings = {shipped.lower(): local for shipped, local in wording.items()}
        # Of two phrases that start alike, the alternation must try the longer one first.
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._words = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE
        )

    def __call__(self, text: Text) -> Text:
        """The text in the region's spelling; slots are not changed."""
        if not self._spellings:
            return text

        def respelt(found: re.Match[str]) -> str:
            # Without regard to case, `i` also matches the dotless i, which makes another word.
            local = self._spellings.get(found[0].lower())
            if local is None:
                return found[0]
            return local[0].upper() + local[1:] if found[0][0].isupper() else local

        return text.map_runs(lambda run: replace(run, text=self._words.sub(respelt, run.text)))
