"""The words of the pages are data: none stands in a template, and each language has all of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from handouts.desk.words import FOLDER, PageWords, all_words, chosen

PAGES = sorted((FOLDER.parent / "pages").glob("*.j2"))
SCRIPT = FOLDER.parent / "static" / "desk.js"
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
ATTRIBUTES = re.compile(r' aria-(?:describedby|invalid)="[^"]*"')
SLOTS = re.compile(r"\{(\w+)\}")
SPOKEN = ("alt", "title", "aria-label", "placeholder", "value", "data-frame")


class Texts(HTMLParser):
    """What a page would say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script")
        self.said += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_word_stands_in_a_template(page: Path) -> None:
    texts = Texts()
    plain = CODE.sub("", page.read_text("utf-8"))
    texts.feed(ATTRIBUTES.sub("", plain))  # of macros that write nothing else
    words = [word for said in texts.said for word in re.findall(r"[^\W\d_]{2,}", said)]
    assert words == []


def test_every_word_that_a_page_asks_for_is_there_and_no_other() -> None:
    texts = all_words()["en"].texts
    sources = "".join(path.read_text("utf-8") for path in [*PAGES, *FOLDER.parent.glob("*.py")])
    asked = set(re.findall(r"(?:\bt|words|ui|forms)\(\s*['\"](\w+)['\"]", sources))
    asked |= {"who", "by", *re.findall(r'"(error_\w+)"', sources)}
    families = {"paper_", "edition_", "ink_", "refused_"}
    known = {key for key in texts if not any(key.startswith(family) for family in families)}
    assert asked - texts.keys() == set()
    assert known - asked == set()


@pytest.mark.parametrize("language", sorted(all_words()))
def test_each_language_has_the_same_words_and_slots(language: str) -> None:
    english, other = all_words()["en"].texts, all_words()[language].texts
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert _slots(text) == _slots(english[key]), key
        assert isinstance(text, str) == isinstance(english[key], str), key


def _slots(text: object) -> set[str]:
    return set(SLOTS.findall(str(text)))


READS = {
    "en": "en",
    "en-GB,en;q=0.9": "en",
    "de-AT,de;q=0.9,en;q=0.5": "de",
    "en;q=0.2, ar;q=0.8": "ar",
    "zh-CN,zh;q=0.9,en;q=0.8": "zh-Hans",
    "zh-TW,en;q=0.8": "en",
    "xx": "en",
    "": "en",
    "*": "en",
    "ar;q=0, en": "en",
    "rubbish;;;=,,": "en",
}


@pytest.mark.parametrize(("accepted", "language"), READS.items(), ids=READS)
def test_the_language_is_what_the_browser_likes_best(accepted: str, language: str) -> None:
    words = {name: PageWords(name, {}) for name in ("en", "de", "ar", "zh-Hans")}
    assert chosen(words, accepted).language == language


def test_numbers_choose_their_form() -> None:
    words = PageWords(
        "ru", {"found": {"one": "{count} a", "few": "{count} b", "other": "{count} c"}}
    )
    assert [words("found", count=n) for n in (1, 3, 5)] == ["1 a", "3 b", "5 c"]
