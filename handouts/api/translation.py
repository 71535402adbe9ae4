"""Translations of a clinic's leaflets, or of the library's: begin, update, export, import, status.

Each language is one PO file in ``locales/``, or several for its regions. A clinic's own entries
come before the library's, entry by entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from handouts.diagnostics import Diagnostic, HandoutsError, Place, collect, errors_in

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.content.workspace import Workspace
    from handouts.translation.po import PoFile
    from handouts.translation.units import Note, Row, State, Unit

FileFormat = Literal["po", "xliff"]

_LOCK = ".locales.lock"
"""An empty file that stays in the folder: see ``build.output``."""

TITLE = "Handouts"
"""The name of the project in the headers of PO files."""


@dataclass(frozen=True)
class Updated:
    """A file that was written, and how many of its texts are new, stale, reused and dropped."""

    file: Path
    total: int
    new: int
    stale: int
    reused: int
    dropped: int


@dataclass(frozen=True)
class Imported:
    """What an import wrote: how many texts were new or changed, and how many had no translation."""

    file: Path
    changed: int
    unchanged: int
    empty: int


@dataclass(frozen=True)
class Progress:
    """How many texts of a leaflet are in each state in a language; ``total`` in all of them."""

    leaflet: str
    language: str
    total: int
    missing: int
    stale: int
    machine: int
    translated: int

    @property
    def state(self) -> State:
        """The lowest state of any of its texts."""
        if self.missing:
            return "missing"
        return "stale" if self.stale else "machine" if self.machine else "translated"


@dataclass(frozen=True)
class Translations:
    """The translations of a project; with ``shipped``, those of the library itself.

    ``clinics`` is a table over the project's folder, whose words are then to be translated too.
    """

    project: Project
    shipped: bool = False
    clinics: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of PO files. HandoutsError without a clinic's folder."""
        from handouts.content.translation_files import LOCALES

        home = self.project.library.content if self.shipped else self.project.own_folder()
        return home / LOCALES

    def start(self, language: str, *, day: date) -> Updated:
        """Begin a language, or a language in a region: a PO file with every text to translate.

        HandoutsError for a language that CLDR does not know, and if there is such a file already.
        """
        from handouts.translation.languages import is_language

        path = self._file(language)
        if not is_language(language):
            message = f"`{language}` is not the code of a language"
            hint = "Use a code such as es, pt-BR or zh-Hans"
            raise HandoutsError(Diagnostic("unknown-language", message, hint=hint))
        if path.exists():
            message = "This language has been begun already"
            hint = f"`handouts translate update -l {language}` brings its file up to date"
            raise HandoutsError(Diagnostic("exists", message, Place(path), hint))
        return self._update(language, path, day)

    def update(self, languages: Sequence[str] = (), *, day: date) -> tuple[Updated, ...]:
        """Bring files up to date with the texts: all of them, or those of some languages."""
        names = [*map(_name, languages)] or sorted(p.stem for p in self.folder.glob("*.po"))
        if not names:
            message = "There are no translations to bring up to date"
            hint = "`handouts translate start LANGUAGE` begins one"
            raise HandoutsError(Diagnostic("unknown-language", message, Place(self.folder), hint))
        paths = [self.folder / f"{name}.po" for name in names]
        for path in (path for path in paths if not path.is_file()):
            message = f"There is no file of translations into `{path.stem}`"
            hint = f"`handouts translate start {path.stem.replace('_', '-')}` begins one"
            raise HandoutsError(Diagnostic("unknown-language", message, Place(path), hint))
        return tuple(self._update(path.stem, path, day) for path in paths)

    def status(self, languages: Sequence[str], names: Sequence[str] = ()) -> tuple[Progress, ...]:
        """How far each leaflet is translated into each language."""
        from handouts.content.catalogue import select
        from handouts.content.translated_leaflet import parts_of
        from handouts.content.translation_files import read_translation
        from handouts.translation.po import States

        catalogue = self.project.catalogue(names or None)
        wanted = [name for name in select(catalogue, names) if name in catalogue.leaflets.read]
        units = {
            name: {unit for part in parts_of(catalogue, name) for unit, _ in part.units()}
            for name in wanted
        }
        rows = []
        for language in languages or catalogue.languages[1:]:
            entries = read_translation(catalogue.workspace, language).entries
            states = States(entries, (unit for each in units.values() for unit in each))
            for name in wanted:
                counts = Counter(map(states, units[name]))
                each = {state: counts[state] for state in _STATES}
                rows.append(Progress(name, language, len(units[name]), **each))
        return tuple(rows)

    def export(
        self,
        language: str,
        states: Collection[State] = (),
        *,
        day: date,
        form: FileFormat = "po",
        names: Sequence[str] = (),
    ) -> tuple[bytes, int]:
        """A file for a translator with the texts in some states, or all; and how many they are.

        ``names`` are the leaflets whose texts are wanted; without any, all.
        """
        from handouts.content.translation_files import read_translation
        from handouts.translation import po, xliff

        catalogue = self.project.catalogue(names or None)
        units = self._units(_name(language), names)
        current = read_translation(catalogue.workspace, language).entries
        state_of = po.States(current, units)
        wanted = {u: n for u, n in units.items() if not states or state_of(u) in states}
        if form == "xliff":
            rows = (
                (unit, note, current[unit].translation if unit in current else "", state_of(unit))
                for unit, note in wanted.items()
            )
            return xliff.render(rows, language), len(wanted)
        old = po.new_file(_name(language), day, TITLE)
        for unit, entry in current.items():
            old.append(po.entry_of(unit, entry))
        file = po.merged(old, wanted).file
        for dropped in [entry for entry in file if entry.obsolete]:
            file.remove(dropped)
        return po.render(file), len(wanted)

    def import_(
        self,
        path: Path,
        language: str | None = None,
        *,
        day: date,
        machine: str | None = None,
    ) -> Imported:
        """Take over the translations of a PO or XLIFF file.

        Everything is checked first. HandoutsError with all faults, and nothing written, if there is
        any. ``machine`` names the engine that wrote them. A text that a machine wrote before, and
        that nobody has changed or marked as checked, stays a machine's.
        """
        from handouts.content.translation_files import read_exchange, read_translation
        from handouts.files import locked, write_if_changed
        from handouts.translation import po
        from handouts.translation.languages import language_of

        named, rows = read_exchange(path)
        language = language or named
        if not language:
            message, hint = "The file does not say its language", "Give it with `--language`"
            raise HandoutsError(Diagnostic("unknown-language", message, Place(path), hint))
        if named and _name(named) != _name(language):
            message = f"The file says that it is in `{named}`, not `{language}`"
            hint = "Give the right file, or correct its header"
            raise HandoutsError(Diagnostic("translation-file", message, Place(path), hint))
        target, units = self._file(language), self._units(_name(language))
        if found := [*self._faults(rows, units, language)]:
            raise HandoutsError(*found)
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.parent / _LOCK):
            file = po.merged(self._read(target, day), units).file
            entries = {po.unit_of(entry): entry for entry in file if not entry.obsolete}
            known = [row for row in rows if row.translation]
            if _is_regional(target.stem):
                # Only what a leaflet in that region would not print without it.
                here = language_of(_name(language))
                printed = read_translation(self.project.workspace(), here).entries
                known = [
                    row
                    for row in known
                    if row.unit not in printed or printed[row.unit].translation != row.translation
                ]
            changed = sum(
                po.take_in(entries[row.unit], row, machine and f"engine={machine} date={day}")
                for row in known
            )
            file.metadata["PO-Revision-Date"] = f"{day} 00:00+0000"
            # Once more, so that the same texts elsewhere have their translations too.
            file = po.merged(file, units).file
            if _is_regional(target.stem):
                po.keep_translated(file)
            write_if_changed(target, po.render(file))
        unchanged = len(known) - changed
        empty = sum(not row.translation for row in rows)
        return Imported(target, changed, unchanged, empty)

    def _faults(
        self, rows: tuple[Row, ...], units: Mapping[Unit, Note], language: str
    ) -> Iterator[Diagnostic]:
        from handouts.content.assets.font import characters
        from handouts.content.layers import FONTS
        from handouts.review.rules.translations import faults, words_of
        from handouts.translation.po import shortened

        catalogue = self.project.catalogue()
        words, found = collect(words_of(catalogue, language))
        yield from found
        if not catalogue.workspace.fonts:  # a clinic's own may have more
            words = replace(words, drawn=characters(FONTS))
        for row in rows:
            source = shortened(row.unit.source)
            if row.unit not in units:
                message = f"No leaflet has this text now: {source}"
                hint = "Export the texts again, and take over the translation by hand"
                yield Diagnostic("translation-unknown", message, row.place, hint)
            elif row.translation:
                limit = units[row.unit].limit
                for fault in faults(row.unit, row.translation, words, limit):
                    message = f"{fault.message}: {source}"
                    yield Diagnostic(fault.code, message, row.place, fault.hint)

    # Files and units ------------------------------------------------------------------------------

    def _file(self, language: str) -> Path:
        return self.folder / f"{_name(language)}.po"

    def _update(self, language: str, path: Path, day: date) -> Updated:
        from handouts.files import locked, write_if_changed
        from handouts.translation import po

        units = self._units(_name(language))
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent / _LOCK):
            done = po.merged(self._read(path, day), units)
            if _is_regional(path.stem):
                po.keep_translated(done.file)
            write_if_changed(path, po.render(done.file))
        total = sum(not entry.obsolete for entry in done.file)
        new = 0 if _is_regional(path.stem) else done.new
        return Updated(path, total, new, done.stale, done.reused, done.dropped)

    def _read(self, path: Path, day: date) -> PoFile:
        """A PO file, or an empty one. HandoutsError if it cannot be used."""
        from handouts.content.translation_files import po_file
        from handouts.translation import po

        return po_file(path) if path.exists() else po.new_file(path.stem, day, TITLE)

    def _units(self, name: str, leaflets: Sequence[str] = ()) -> Mapping[Unit, Note]:
        """The texts that belong into a file.

        The library's has all texts in all regions. A clinic's has the words of its settings, and
        those texts of its own region that the library does not translate or that it has translated
        itself.
        """
        from handouts.api.project import open_project
        from handouts.content.translated_clinic import detail_units
        from handouts.content.translated_leaflet import units_of
        from handouts.content.translation_files import read_po, read_translation
        from handouts.translation.languages import language_of

        library = self.project.library
        if self.shipped:
            regions = library.regions()
            projects = [open_project(region=r, library=library) for r in regions]
            return units_of(project.catalogue(leaflets or None) for project in projects)
        catalogue = self.project.catalogue(leaflets or None)
        workspace = catalogue.workspace
        units = units_of([catalogue])
        for each in (workspace, *self._of_table(workspace)):
            units |= detail_units(each)
        translation = read_translation(workspace, language_of(name))
        path = self.folder / f"{name}.po"
        own = collect(read_po(path))[0] if path.exists() else {}
        return {u: n for u, n in units.items() if u in own or u not in translation.shipped}

    def _of_table(self, base: Workspace) -> Iterator[Workspace]:
        """The clinics of the table. HandoutsError with all faults, if there is any."""
        from handouts.content.clinic_table import read_clinics

        if self.clinics:
            found, problems = collect(read_clinics(self.clinics, base, self.project.region))
            if errors_in(problems):
                raise HandoutsError(*problems)
            yield from (clinic.catalogue.workspace for clinic in found.read)


_STATES: tuple[State, ...] = ("missing", "stale", "machine", "translated")


def _is_regional(name: str) -> bool:
    """Whether a file is for a region, and so has only what differs from its language."""
    from handouts.translation.languages import language_of

    return language_of(name) != name.replace("_", "-")


def _name(language: str) -> str:
    """The name of a language's file, without its suffix."""
    return language.replace("-", "_")
