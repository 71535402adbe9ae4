"""A language's glossary, for translators and for the checks of translations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from handouts.model.base import Id, Language, Model

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class MedicineNames(Model):
    """What a language calls a medicine; of a word that is inflected, what all its forms share."""

    id: Id
    names: tuple[Words, ...] = Field(min_length=1)


class Term(Model):
    """A term of the source language, and its only translation."""

    term: Words
    translation: Words
    note: Words | None = None


class Glossary(Model):
    """``locales/LANGUAGE.yaml``: how a language addresses readers, names medicines and terms."""

    language: Language
    form_of_address: Words
    reading_level: Words
    tone: Words
    medicines: tuple[MedicineNames, ...] = ()
    terms: tuple[Term, ...] = ()
