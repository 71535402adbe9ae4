"""The words of a clinic's settings in another language: notice, opening hours, prices and the like.

They are translated in the clinic's own PO files. What has no current translation there is printed
as the clinic wrote it, and ends no approval: new opening hours concern nobody who signs a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from handouts.content.translation_files import own_translation
from handouts.content.workspace import Workspace
from handouts.diagnostics import Diagnostic, Severity
from handouts.model.base import Model
from handouts.model.clinic import Clinic, Settings
from handouts.model.text import Text
from handouts.translation.languages import SOURCE_LANGUAGE
from handouts.translation.units import Note, Unit, unit_of

OWNER = "clinic"
"""Begins the context of their units."""

TIMES = f"{OWNER}#hours.time"
"""The context of opening hours, whose translation may count hours to 24."""

_ROOM = 120
"""Most characters of a line, as in the settings themselves."""

_MEANINGS = {
    "notice": "Stands beside the clinic's name.",
    "hours.days": "The days of opening hours.",
    "hours.time": "Opening hours. Write the same times as the language does: 6 pm may be 18:00.",
    "treatments.sessions": "How many sessions a treatment takes.",
    "treatments.price": "What a treatment costs.",
    "treatments.device.use": "What a device is certified for.",
    "packs.title": "Names several leaflets that are given together.",
}


def workspace_in(workspace: Workspace, language: str) -> Workspace:
    """The workspace with its settings in a language, as far as they are translated into it."""
    if language == SOURCE_LANGUAGE:
        return workspace
    translation = own_translation(workspace, language)
    if not translation.entries:  # as of most clinics
        return workspace

    def translated(field: str, words: str) -> str:
        unit = _unit(field, words)
        text = translation.current(unit) if unit else None
        return text.plain if text else words

    settings = _mapped(workspace.settings.model, translated)
    return replace(workspace, settings=replace(workspace.settings, model=settings))


def details_in(workspace: Workspace, language: str) -> Clinic:
    """The clinic's own details in a language, as far as they are translated into it."""
    return workspace_in(workspace, language).settings.model.clinic


def detail_units(workspace: Workspace) -> dict[Unit, Note]:
    """The units of a clinic's settings, with notes for translators."""
    notes: dict[Unit, Note] = {}

    def note(field: str, words: str) -> str:
        if unit := _unit(field, words):
            comments = (_MEANINGS[field], f"At most {_ROOM} characters.")
            notes[unit] = Note(comments, (workspace.settings.file.name,), _ROOM)
        return words

    _mapped(workspace.settings.model, note)
    return notes


def untranslated_details(
    workspaces: Iterable[Workspace], languages: Iterable[str]
) -> Iterator[Diagnostic]:
    """For each language, what of clinics' settings stands in English on leaflets in it."""
    workspaces = list(workspaces)
    for language in dict.fromkeys(languages):
        if language == SOURCE_LANGUAGE:
            continue
        lacking = dict[str, Workspace]()
        for workspace in workspaces:
            current = own_translation(workspace, language).current
            for unit in detail_units(workspace):
                if any(map(str.isalpha, unit.source)) and not current(unit):
                    lacking.setdefault(unit.source, workspace)
        if lacking:
            shown = ", ".join(f"`{words}`" for words in list(lacking)[:3])
            more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
            message = f"In `{language}`, the clinic's own words stay in English: {shown}{more}"
            file = f"locales/{language.replace('-', '_')}.po"
            hint = (
                f"Translate them in `{file}`, into which `handouts translate start {language}` or "
                "`translate update` writes them"
            )
            place = next(iter(lacking.values())).settings.place_of("clinic", key=True)
            yield Diagnostic("details-not-translated", message, place, hint, severity=Severity.INFO)


def _unit(field: str, words: str) -> Unit | None:
    """The unit of a text of the settings; None for one without letters, or that is no plain text.

    Braces and asterisks, which mean something in a translation, mean nothing in the settings.
    """
    try:
        text = Text.parse(words)
    except ValueError:
        return None
    if text.plain != words:
        return None
    unit = Unit(f"{OWNER}#{field}", words)
    # 9-5 has no letters, and in many languages should be 9-17.
    return unit if unit.context == TIMES else unit_of(OWNER, tuple(field.split(".")), text)


_Record = TypeVar("_Record", bound=Model)


def _mapped(settings: Settings, change: Callable[[str, str], str]) -> Settings:
    """Settings whose words are changed by a function of their field and of what stands there."""

    def changed(model: _Record, owner: str, *fields: str, **others: object) -> _Record:
        given = {field: getattr(model, field) for field in fields}
        words = {field: change(owner + field, text) for field, text in given.items() if text}
        return model.model_copy(update=words | others)

    clinic = settings.clinic
    hours = tuple(changed(each, "hours.", "days", "time") for each in clinic.hours)
    treatments = []
    for offer in settings.treatments:
        device = offer.device and changed(offer.device, "treatments.device.", "use")
        treatments.append(changed(offer, "treatments.", "sessions", "price", device=device))
    update = {
        "clinic": changed(clinic, "", "notice", hours=hours),
        "treatments": tuple(treatments),
        "packs": tuple(changed(pack, "packs.", "title") for pack in settings.packs),
    }
    return settings.model_copy(update=update)
