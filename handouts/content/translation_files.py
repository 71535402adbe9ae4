"""Translations: the PO files of the clinic and of the library, read and joined."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.content.characters import unprintable
from handouts.content.load import Loaded, attempt
from handouts.content.workspace import Workspace
from handouts.content.yaml import decode
from handouts.diagnostics import Checked, Diagnostic, HandoutsError, Place, choices, collect
from handouts.files import read_bytes
from handouts.model.glossary import Glossary, MedicineNames
from handouts.model.text import Text
from handouts.store import LruDict, key_of
from handouts.translation.languages import SOURCE_LANGUAGE, language_of, lookup_chain
from handouts.translation.units import Entry, Unit

if TYPE_CHECKING:
    from handouts.translation.po import PoFile
    from handouts.translation.units import Row

LOCALES = "locales"
"""The folder of translations, in the library's content and in a clinic's folder."""

MAX_BYTES = 10_000_000
"""Size in bytes of the largest PO file that is read; our own have up to 2 million."""


@dataclass(frozen=True)
class Translation:
    """All translations into a language in a region.

    ``entries`` are those of all files, of which the closest to the region wins, and the clinic's
    before the library's; ``shipped`` are the library's alone.
    """

    language: str
    entries: Mapping[Unit, Entry]
    shipped: Mapping[Unit, Entry]
    faults: tuple[Diagnostic, ...]

    def current(self, unit: Unit, *, shipped: bool = False) -> Text | None:
        """The text of a unit's translation; None if it is missing, stale, or cannot be read."""
        entry = (self.shipped if shipped else self.entries).get(unit)
        if entry is None or entry.state == "stale":
            return None
        try:
            return Text.parse(entry.translation)
        except ValueError:  # reported by the rules for translations
            return None


def po_files(workspace: Workspace) -> dict[str, tuple[Path, ...]]:
    """The PO files of a workspace by name, such as ``es_US``; the clinic's before the library's."""
    folders = (workspace.folder / LOCALES, workspace.library.content / LOCALES)
    files: dict[str, tuple[Path, ...]] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.po")):
            files[path.stem] = (*files.get(path.stem, ()), path)
    return files


def languages(workspace: Workspace) -> tuple[str, ...]:
    """The languages that leaflets can be made in: the source language, then translations."""
    names = sorted({language_of(name) for name in po_files(workspace)} - {SOURCE_LANGUAGE})
    return (SOURCE_LANGUAGE, *names)


def unknown_language(workspace: Workspace, language: str) -> Diagnostic | None:
    """That there is no translation into a language for the workspace's region; None if there is."""
    known = po_files(workspace)
    chain = lookup_chain(language, workspace.settings.model.region)
    if language == SOURCE_LANGUAGE or any(name in known for name in chain):
        return None
    message = f"There is no translation into `{language}`"
    hint = f"{choices(languages(workspace))}; `handouts translate start {language}` begins one"
    return Diagnostic("unknown-language", message, hint=hint)


def read_translation(workspace: Workspace, language: str) -> Translation:
    """The translations into a language for the workspace's region."""
    shipped, faults = collect(_joined(workspace.library.content, workspace, language))
    own = own_translation(workspace, language)
    return Translation(language, {**shipped, **own.entries}, shipped, (*faults, *own.faults))


def has_own_translations(workspace: Workspace) -> bool:
    """Whether there are PO files in the clinic's folder."""
    return any((workspace.folder / LOCALES).glob("*.po"))


def own_translation(workspace: Workspace, language: str) -> Translation:
    """The translations into a language that are in the clinic's folder, without the library's."""
    entries, faults = collect(_joined(workspace.folder, workspace, language))
    return Translation(language, entries, {}, faults)


def _joined(folder: Path, workspace: Workspace, language: str) -> Checked[dict[Unit, Entry]]:
    """The entries of a folder's files for a language; the closest to the region wins."""
    entries: dict[Unit, Entry] = {}
    chain = lookup_chain(language, workspace.settings.model.region)
    paths = [folder / LOCALES / f"{name}.po" for name in chain]
    for path in reversed(paths):  # weak to strong
        if os.path.lexists(path):  # what cannot be read is told
            entries |= yield from read_po(path)
    return entries


def read_glossary(workspace: Workspace, language: str) -> Checked[dict[str, Loaded[MedicineNames]]]:
    """What a language calls each medicine, by the medicine's ID; the clinic's names win."""
    medicines: dict[str, Loaded[MedicineNames]] = {}
    homes = (workspace.library.content / LOCALES, workspace.folder / LOCALES)
    for path in (home / f"{language.replace('-', '_')}.yaml" for home in homes):
        glossary = (yield from attempt(path, Glossary)) if path.is_file() else None
        if glossary is None:
            continue
        for number, medicine in enumerate(glossary.model.medicines):
            medicines[medicine.id] = Loaded(medicine, glossary.node.at(("medicines", number)))
    return medicines


_ENTRIES = LruDict[tuple[Mapping[Unit, Entry], tuple[Diagnostic, ...]]](24)


def read_po(path: Path) -> Checked[Mapping[Unit, Entry]]:
    """The entries of a PO file; none of one that cannot be read. Kept by content."""
    from handouts.translation.po import entries

    try:
        data = read_bytes(path, MAX_BYTES)
        text = decode(path, data)
    except HandoutsError as error:
        yield from error.diagnostics
        return {}
    key = key_of(str(path), data)
    if (kept := _ENTRIES.get(key)) is None:
        file, faults = collect(_parsed(text, path))
        kept = _ENTRIES.keep(key, (entries(file, path) if file else {}, faults))
    yield from kept[1]
    return kept[0]


def po_file(path: Path) -> PoFile:
    """A PO file, to be changed. HandoutsError if it cannot be read."""
    file, faults = collect(_parsed(decode(path, read_bytes(path, MAX_BYTES)), path))
    if file is None or faults:
        raise HandoutsError(*faults)
    return file


def read_exchange(path: Path) -> tuple[str, tuple[Row, ...]]:
    """The language that a translator's file names, if any, and its rows: of PO or XLIFF.

    HandoutsError if it cannot be read.
    """
    from handouts.translation import po, xliff

    text = decode(path, read_bytes(path, MAX_BYTES)).replace("\r\n", "\n")
    if path.suffix.lower() in (".xlf", ".xliff", ".xml"):
        read, faults = collect(xliff.parse(text, path))
        if read is None:
            raise HandoutsError(*faults)
        return read
    # Its own name may be any: translators send files as they like.
    file, faults = collect(po.parse(text, path, named=False))
    if file is None:
        raise HandoutsError(*faults)
    return file.metadata.get("Language", ""), tuple(po.rows(file, path))


def _parsed(text: str, path: Path) -> Checked[PoFile | None]:
    from handouts.translation.po import parse

    file = yield from parse(text.replace("\r\n", "\n"), path)
    for flaw in unprintable(text):
        line = text.count("\n", 0, flaw.offset) + 1
        column = flaw.offset - text.rfind("\n", 0, flaw.offset)
        yield Diagnostic(flaw.code, flaw.message, Place(path, line, column), flaw.hint)
    return file
