"""The words of the pages, in the language of the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handouts.content.yaml import parse_yaml
from handouts.translation.languages import SOURCE_LANGUAGE, direction, plural_form

FOLDER = Path(__file__).parent / "words"

_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*"
)

_SCRIPTS = {"zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-MY": "zh-Hans", "zh": "zh-Hans"}
"""What browsers call a language by its region, by the script that is read there."""

Text = str | Mapping[str, str]
"""A text, or its forms by plural category."""


@dataclass(frozen=True)
class PageWords:
    """The words in one language."""

    language: str
    texts: Mapping[str, Text]

    @property
    def direction(self) -> str:
        """The direction in which the language is written."""
        return direction(self.language)

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values; ``count`` chooses among its forms."""
        text = self.texts[key]
        if not isinstance(text, str):
            count = values["count"]
            form = plural_form(self.language, count if isinstance(count, int) else 0)
            text = text.get(form, text["other"])
        return text.format_map({name: str(value) for name, value in values.items()})

    def forms(self, key: str) -> str:
        """The forms of a text as JSON, for a script that counts."""
        return json.dumps(self.texts[key], ensure_ascii=False)

    def name_of(self, kind: str, value: str) -> str:
        """What a paper, edition or ink is called; the program's own name if there is no other."""
        text = self.texts.get(f"{kind}_{value}", value)
        return text if isinstance(text, str) else value


@lru_cache(maxsize=8)
def all_words(folder: Path = FOLDER) -> Mapping[str, PageWords]:
    """The words by language."""
    files = sorted(folder.glob("*.yaml"))
    read = {file.stem: parse_yaml(file.read_text("utf-8"), file).data for file in files}
    return {language: PageWords(language, texts) for language, texts in read.items()}


def chosen(words: Mapping[str, PageWords], accepted: str) -> PageWords:
    """The words in the language that a browser likes best, as it says by ``Accept-Language``."""
    ranges = (_RANGE.fullmatch(part) for part in accepted[:200].split(","))
    weighed = [(float(found[2] or 1), found[1]) for found in ranges if found and found[1] != "*"]
    # Sorting is stable, so of those liked equally the first one comes first.
    for weight, language in sorted(weighed, key=lambda pair: -pair[0]):
        # A language, then what it is a form of: `zh-Hant-TW`, `zh-Hant`, `zh`.
        parts = _SCRIPTS.get(language, language).split("-")
        for length in range(len(parts), 0, -1):
            name = "-".join(parts[:length])
            if weight and name in words:  # with the weight 0, a browser says what it never wants
                return words[name]
    return words.get(SOURCE_LANGUAGE) or next(iter(words.values()))
