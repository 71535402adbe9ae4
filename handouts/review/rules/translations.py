"""Rules for translations: what a machine can find of what a translation must keep.

Whether a sentence says the same is for a person who reads both: see ``docs/explanation/languages``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handouts.content.assets.font import script_of_letter
from handouts.content.catalogue import Catalogue
from handouts.content.characters import unprintable
from handouts.content.translated_clinic import TIMES, detail_units
from handouts.content.translated_leaflet import parts_of
from handouts.content.translation_files import own_translation, read_glossary, read_translation
from handouts.diagnostics import Checked, Diagnostic, choices, collect, counted, near_miss
from handouts.model.text import Text
from handouts.translation.languages import script_of
from handouts.translation.po import shortened
from handouts.translation.units import Unit

ROOM = 2.5, 40
"""A translation may have this many times the characters of its source, and as many more."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a translation: a code, a message and a remedy."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Medicine:
    """A medicine's name in the source language, and those of another language."""

    name: str
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """What the rules must know of a language: its medicines, and the characters of the fonts.

    ``drawn`` is None if any character will do.
    """

    language: str
    medicines: tuple[Medicine, ...] = ()
    drawn: frozenset[str] | None = None


class TranslationRules:
    """The rules for the translations of a catalogue into a language. Each text is checked once."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self.catalogue, self.language = catalogue, language
        self.translation = read_translation(catalogue.workspace, language)
        self.words, self.glossary_faults = collect(words_of(catalogue, language))
        self._known: dict[Unit, tuple[Diagnostic, ...]] = {}

    def problems(self, leaflet: str) -> Iterator[Diagnostic]:
        """What is wrong with the translations that a leaflet prints, with their places."""
        yield from (*self.translation.faults, *self.glossary_faults)
        printed = (unit for part in parts_of(self.catalogue, leaflet) for unit, _ in part.units())
        for unit in (*printed, *detail_units(self.catalogue.workspace)):
            yield from self.of(unit)

    def of(self, unit: Unit) -> tuple[Diagnostic, ...]:
        """What is wrong with the translation of a unit."""
        if unit not in self._known:
            self._known[unit] = tuple(self._problems(unit))
        return self._known[unit]

    def _problems(self, unit: Unit) -> Iterator[Diagnostic]:
        entry = self.translation.entries.get(unit)
        # A stale one is not printed, and need not keep what its source does not have any more.
        if entry and entry.state != "stale":
            for fault in faults(unit, entry.translation, self.words):
                message = f"{fault.message}: {shortened(unit.source)}"
                yield Diagnostic(fault.code, message, entry.place, fault.hint)


def detail_faults(catalogue: Catalogue, languages: Iterable[str]) -> Iterator[Diagnostic]:
    """What is wrong with the translations of a clinic's settings, such as its opening hours."""
    for language in dict.fromkeys(languages):
        translation = own_translation(catalogue.workspace, language)
        units = detail_units(catalogue.workspace).keys() & translation.entries.keys()
        if units:
            rules = TranslationRules(catalogue, language)
            for unit in sorted(units):
                yield from rules.of(unit)


def words_of(catalogue: Catalogue, language: str) -> Checked[Words]:
    """What the rules must know of a language, from the glossaries of the clinic and the library."""
    medicines = []
    for id_, loaded in (yield from read_glossary(catalogue.workspace, language)).items():
        if known := catalogue.medicines.get(id_):
            medicines.append(Medicine(known.name, loaded.model.names))
        else:
            hint = near_miss(id_, catalogue.medicines) or choices(catalogue.medicines)
            message = f"There is no medicine `{id_}`"
            yield Diagnostic("unknown-medicine", message, loaded.place_of("id"), hint)
    return Words(language, tuple(medicines))


def faults(unit: Unit, translation: str, words: Words, limit: int | None = None) -> Iterator[Fault]:
    """Everything that is wrong with the translation of a unit; ``limit`` is the room for it."""
    try:
        text = Text.parse(translation)
    except ValueError as error:
        reason = str(error).split("\n")[0][:120]
        hint = "Write `**` at both ends of bold text, and braces only around the name of a slot"
        yield Fault("translation-markup", f"The markup is broken: {reason}", hint)
        return
    source = Text.parse(unit.source)
    wanted, found = Counter(source.slots), Counter(text.slots)
    if wanted != found:
        lost = ", ".join(f"`{{{name}}}`" for name in wanted - found)
        added = ", ".join(f"`{{{name}}}`" for name in found - wanted)
        told = " and ".join(filter(None, (lost and f"has lost {lost}", added and f"adds {added}")))
        hint = "Use each slot of the source, as often as there, and no other"
        yield Fault("translation-slots", f"The translation {told}", hint)
    bold = [sum(run.bold for run in each.runs if run.text) > 0 for each in (source, text)]
    if bold[0] != bold[1]:
        what = "has lost its bold text" if bold[0] else "has bold text, and its source has none"
        hint = "Put `**` around the words that are bold in the source"
        yield Fault("translation-markup", f"The translation {what}", hint)
    same = _times if unit.context == TIMES else _numbers
    yield from same(source.plain, text.plain)
    yield from _medicines(source.plain, text.plain, words)
    yield from _addresses(source.plain, text.plain)
    yield from _characters(translation, text.plain, words)
    times, more = ROOM
    most = limit or int(len(unit.source) * times) + more
    if len(translation) > most:
        long = counted(len(translation), "character")
        message = f"The translation has {long}; there is room for {most}"
        yield Fault("translation-length", message, f"Shorten it: {shortened(translation)}")


# Numbers ----------------------------------------------------------------------------------------

_NUMBER = re.compile(
    # Thousands parted by spaces that do not break, or a number with the other signs within.
    r"(?<!\d)\d{1,3}(?:[\u00a0\u202f\u2009']\d{3})+(?!\d)|\d+(?:[.,\u066b\u066c]\d+)*"
)
# Not from zero on: 0.500 is a half in every language.
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,\u066c\u00a0\u202f\u2009']\d{3})+")
_DECIMAL = re.compile(r"\d+(?:[.,\u066b]\d+)?")
# Its 2 is not counted: as ₂ it would be no digit, and the numbers would seem to differ.
_FORMULA = re.compile(r"CO[2₂]")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")


def _numbers(source: str, translation: str) -> Iterator[Fault]:
    """The same numbers, each as often; in any digits, and with the decimal sign of any language."""
    left = [set(_readings(number)) for number in _written(translation)]
    missing = []
    for number in _written(source):
        # In the source language, a comma parts thousands and a point is decimal.
        value = number.replace(",", "")
        match = next((readings for readings in left if value in readings), None)
        if match is None:
            missing.append(number)
        else:
            left.remove(match)
    # Some languages write a month as a number: 2025年10月15日.
    for month in _MONTH.findall(source):
        number = str(1 + _MONTHS.index(month))
        if match := next((readings for readings in left if number in readings), None):
            left.remove(match)
    if missing or left:
        added = ", ".join(sorted(min(readings) for readings in left))
        lost = f"lacks {', '.join(missing)}" if missing else ""
        more = f"adds {added}" if added else ""
        hint = "Write the numbers of the source, in digits"
        told = " and ".join(filter(None, (lost, more)))
        yield Fault("translation-numbers", f"The translation {told}", hint)


def _written(text: str) -> Iterator[str]:
    """The numbers of a text, in Latin digits."""
    yield from _NUMBER.findall(_latin_digits(_FORMULA.sub("CO", text)))


def _latin_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign
        for sign in text
    )


def _readings(number: str) -> Iterator[str]:
    """The values that a number can have: `1.000` is a thousand or one."""
    if _THOUSANDS.fullmatch(number):
        yield re.sub(r"\D", "", number)
    if _DECIMAL.fullmatch(number):
        yield re.sub(r"[,\u066b]", ".", number)
    else:
        yield number


_TIME = re.compile(r"(\d{1,2})(?:\s?[.:h\u70b9\u9ede\u65f6\u6642]\s?(\d\d))?")
"""An hour, and minutes after one of the signs that languages write between them."""


def _times(source: str, translation: str) -> Iterator[Fault]:
    """The same times of day, whether a language counts hours to 12 or to 24."""

    def clock(text: str) -> Counter[tuple[int, int]]:
        found = _TIME.findall(_latin_digits(text))
        return Counter((int(hour) % 12, int(minute or 0)) for hour, minute in found)

    if clock(source) != clock(translation):
        message = f"The translation has other times than `{source}`"
        yield Fault("translation-numbers", message, "Write the same times, in digits")


# Names and addresses ----------------------------------------------------------------------------


def _medicines(source: str, translation: str, words: Words) -> Iterator[Fault]:
    """The medicines of the source, under the names that the glossary has, and no others."""
    here, there = source.casefold(), translation.casefold()
    # Longer names first: isotretinoin has tretinoin in it.
    for medicine in sorted(words.medicines, key=lambda each: len(each.name), reverse=True):
        own = medicine.name.casefold()
        # A language may write some names as the source does.
        found = [name for name in map(str.casefold, (*medicine.theirs, own)) if name in there]
        if own in here and not found:
            message = f"The translation does not name {medicine.name}"
            hint = f"In the glossary it is: {', '.join(medicine.theirs)}"
            yield Fault("translation-medicine", message, hint)
        # Of a name with two words, the source may have the first alone: "salicylic or lactic acid".
        if found and own.partition(" ")[0] not in here:
            message = f"The translation names {medicine.name}, which its source does not"
            yield Fault("translation-medicine", message, "Name the medicine of the source")
        here = here.replace(own, " ")
        for name in found:
            there = there.replace(name, " ")


_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+|\b[\w-]+\.(?:com|org|net|uk|gov|in|de)\b"
)


_AFTER_ADDRESS = re.compile(r"(?:[.,;:)/-]|[^!-~])+$")
"""What follows an address: signs of the sentence, and in some languages a suffix."""


def _addresses(source: str, translation: str) -> Iterator[Fault]:
    known = {_AFTER_ADDRESS.sub("", found) for found in _ADDRESS.findall(source)}
    for address in _ADDRESS.findall(translation):
        if _AFTER_ADDRESS.sub("", address) not in known:
            message = f"The translation adds an address: `{address}`"
            yield Fault("translation-address", message, "Remove it: the source has none there")


# Characters -------------------------------------------------------------------------------------

_SCRIPTS = {"Hans": {"Hani"}, "Hant": {"Hani"}, "Jpan": {"Hani", "Hira", "Kana"}}
_SCRIPTS["Kore"] = {"Hang", "Hani"}
_ALWAYS = {"Latn", "Zyyy", "Zinh", "Zzzz"}
"""Latin letters are in names everywhere; the others are signs that all scripts share."""


def _characters(written: str, printed: str, words: Words) -> Iterator[Fault]:
    for flaw in unprintable(written):
        yield Fault(flaw.code, flaw.message, flaw.hint)
    own = script_of(words.language)
    allowed = _ALWAYS | _SCRIPTS.get(own, {own})
    foreign = sorted({c for c in printed if c.isalpha() and script_of_letter(c) not in allowed})
    if foreign:
        shown = ", ".join(f"`{letter}` (U+{ord(letter):04X})" for letter in foreign[:5])
        message = f"The translation has letters of another script: {shown}"
        yield Fault("translation-letters", message, "Type the words again")
    if words.drawn is not None:
        lacking = sorted({c for c in printed if not c.isspace()} - words.drawn - set(foreign))
        if lacking:
            shown = ", ".join(f"`{sign}` (U+{ord(sign):04X})" for sign in lacking[:5])
            message = f"The fonts do not have: {shown}"
            yield Fault("translation-letters", message, "Use other signs, or name fonts for them")
