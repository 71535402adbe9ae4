"""Text with markup: the type of every translatable field.

The only markup is ``**bold**`` and ``{slot}``. Text is parsed into runs once, when it is loaded.
Everything after that works on runs, so a slot's value can never be read as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Self

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from handouts.model.characters import invisible_in, leaves_ink

MAX_LENGTH = 5_000
"""Most characters of a text; our own longest has 350."""

_MARK = re.compile(r"\*\*|\{[^{}]*\}|[{}]")
_BREAKS = re.compile(r"[ \t\r\n]+")
_MEANING = "Text to print. ``**bold**`` and ``{slot}`` are the only markup."
_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text in one weight. With ``slot`` set, ``text`` is empty until it is filled."""

    text: str
    bold: bool = False
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Text as runs. Compared and hashed by content; ``str()`` gives its source.

    ``language`` is set only in a document of another language, for text without a translation.
    """

    runs: tuple[Run, ...]
    language: str | None = None

    @classmethod
    def parse(cls, source: str) -> Self:
        """Parse ``**bold**`` and ``{slot}``. Line breaks and spaces are collapsed, except no-break
        spaces; characters are normalised (NFC).

        PydanticCustomError ``markup``, with a finished message, for bad markup.
        """
        source = source.replace("****", "")  # bold nothing
        # Not `split()`, which would also take the no-break spaces.
        source = _BREAKS.sub(" ", unicodedata.normalize("NFC", source)).strip(" ")
        runs = list[Run]()
        bold, at = False, 0
        for mark in _MARK.finditer(source):
            if mark.start() > at:
                runs.append(Run(source[at : mark.start()], bold))
            at = mark.end()
            if mark[0] == "**":
                bold = not bold
            elif slot := _SLOT.fullmatch(mark[0]):
                runs.append(Run("", bold, slot[1]))
            else:
                hint = "Put a lower-case name in them, e.g. `{clinic_name}`, or use other brackets"
                raise _fault("Braces mark a slot, but these do not contain a slot name", hint)
        if bold:
            hint = "Write `**` where it ends too"
            raise _fault("Bold text starts with `**` but never ends", hint)
        if at < len(source):
            runs.append(Run(source[at:], bold))
        return cls(tuple(runs))

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of its slots, in order."""
        return tuple(run.slot for run in self.runs if run.slot)

    @property
    def plain(self) -> str:
        """The text without markup; an unfilled slot is shown as ``{name}``."""
        return "".join(run.text or f"{{{run.slot}}}" for run in self.runs)

    def fill(self, values: Mapping[str, str]) -> Text:
        """Fill every slot. KeyError for a slot without a value."""
        return self.map_runs(lambda r: replace(r, text=values[r.slot]) if r.slot else r)

    def fill_known(self, values: Mapping[str, str]) -> Text:
        """Fill every slot that has a value; the others stay slots."""
        if not any(name in values for name in self.slots):
            return self
        return self.map_runs(
            lambda r: replace(r, text=values[r.slot]) if r.slot and r.slot in values else r
        )

    def map_runs(self, change: Callable[[Run], Run]) -> Text:
        """A text in the same language whose runs are changed by a function."""
        return replace(self, runs=tuple(map(change, self.runs)))

    def __str__(self) -> str:
        # Bold runs that follow each other, as around a slot, share one pair of asterisks.
        parts = groupby(self.runs, key=lambda run: run.bold)
        words = (
            (bold, "".join(run.text or f"{{{run.slot}}}" for run in runs)) for bold, runs in parts
        )
        return "".join(f"**{text}**" if bold else text for bold, text in words)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, source: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "description": _MEANING}

    @classmethod
    def _validate(cls, value: object) -> Text:
        if isinstance(value, Text):
            return value
        if not isinstance(value, str):
            raise PydanticKnownError("string_type")
        if len(value) > MAX_LENGTH:
            raise PydanticKnownError("string_too_long", {"max_length": MAX_LENGTH})
        text = cls.parse(value)
        # Text that a reader cannot see is none: blanks, or invisible characters alone.
        if not leaves_ink(text.plain):
            raise PydanticKnownError("string_too_short", {"min_length": 1})
        if character := invisible_in(value):
            message = f"The invisible character U+{ord(character):04X} cannot be printed"
            context = {"sentence": message, "hint": "Remove it"}
            raise PydanticCustomError("invisible", "{sentence}", context)
        return text


@dataclass(frozen=True, slots=True)
class AtMost:
    """A limit for a text whose place on the page has no room for more, as ``Annotated``."""

    characters: int

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(
        self, source: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(source), "maxLength": self.characters}

    def _validate(self, text: Text) -> Text:
        if len(str(text)) > self.characters:
            raise PydanticKnownError("string_too_long", {"max_length": self.characters})
        return text


def _fault(sentence: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("markup", "{sentence}", {"sentence": sentence, "hint": hint})


_APOSTROPHE = re.compile(r"(?<=\w)'")
# Not `\b`: a Chinese character may follow it.
_FORMULA = re.compile(r"(?<![A-Za-z0-9])CO2(?![A-Za-z0-9])")
_WITHIN_NUMBER = re.compile(r"(?<=\d) (?=\d)")


def typographic(text: Text) -> Text:
    """A text as it is printed: typographic apostrophes, the 2 of CO2 as a subscript, and numbers
    such as 116 123 on one line.
    """

    def printed(run: Run) -> Run:
        words = _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", run.text)
        words = _WITHIN_NUMBER.sub("\N{NO-BREAK SPACE}", words)
        return replace(run, text=_FORMULA.sub("CO\N{SUBSCRIPT TWO}", words))

    return text.map_runs(printed)


_HOLDERS = (Text, tuple, BaseModel)
"""What is a text or may hold some."""


def texts_in(
    value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[Text, tuple[str | int, ...]]]:
    """Every Text in a model, with its path of field names and list positions."""
    # Not by `yield from` for each field: the rules ask for the texts of all files many times.
    waiting = [(value, path)]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, Text):
            yield value, path
        elif isinstance(value, _HOLDERS):
            inner = enumerate(value) if isinstance(value, tuple) else vars(value).items()
            below = [(item, (*path, step)) for step, item in inner if isinstance(item, _HOLDERS)]
            waiting += reversed(below)


def map_texts(value: Any, change: Callable[[Text], Text]) -> Any:
    """A copy of a model, or of a tuple of models, with every Text changed by a function."""
    if isinstance(value, Text):
        return change(value)
    if isinstance(value, BaseModel):
        fields = {
            name: map_texts(getattr(value, name), change) for name in type(value).model_fields
        }
        return value.model_copy(update=fields)
    if isinstance(value, tuple):
        return tuple(map_texts(item, change) for item in value)
    return value
