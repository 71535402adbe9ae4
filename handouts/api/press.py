"""Leaflets and packs for one person after the other, as a print desk needs them.

What was prepared once stays in memory: then a general leaflet takes a millisecond, and a copy for
one person no more than setting that person's words.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    Job,
    unforeseen,
)
from handouts.page.personal import Personal, discreet, lay_out
from handouts.pdf.imprint import Forms, ImprintData, imprint
from handouts.pdf.pack import Part, pack
from handouts.pdf.personal import WordsSet, with_words
from handouts.store import LruDict, Store, key_of

if TYPE_CHECKING:
    from handouts.build.plan import Task
    from handouts.model.document import Document
    from handouts.page.areas import Area
    from handouts.page.compose import Page

P = ParamSpec("P")
T = TypeVar("T")

SMALL, LARGE = 60, 110
"""Dots per inch of pictures of pages."""


@dataclass(frozen=True)
class Sheet:
    """A leaflet to be printed, packed so that it reaches a press in another process quickly.

    ``key`` is the same for the same content.
    """

    key: str
    leaflet: str
    data: bytes

    @classmethod
    def of(cls, task: Task) -> Sheet:
        """The sheet of a planned leaflet."""
        data = pickle.dumps((task.document, task.layers, task.limited))
        return cls(key_of(data), task.request.leaflet, data)


@dataclass(frozen=True)
class Printed:
    """A finished PDF, and the number of pages of the cover, if there is one, and of each leaflet.

    In the file, an empty page follows each odd number of pages.
    """

    pdf: bytes
    pages: tuple[int, ...]


Outcome = Printed | tuple[Diagnostic, ...]
"""A value, never an exception: whatever a press in another process raises could end that."""


PageCounts = tuple[int, ...] | tuple[Diagnostic, ...]


def _guarded(make: Callable[P, T]) -> Callable[P, T | tuple[Diagnostic, ...]]:
    """A method that returns what is wrong instead of raising it."""

    @wraps(make)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T | tuple[Diagnostic, ...]:
        try:
            return make(*args, **kwargs)
        except HandoutsError as error:
            return error.diagnostics
        except CannotPrintError as error:
            return (Diagnostic("cannot-run", f"The PDF engine cannot start: {error}"),)
        except (OSError, MemoryError) as error:
            return (Diagnostic("cannot-run", f"The machine failed: {type(error).__name__}"),)
        except Exception as error:  # noqa: BLE001 - the next job must find a press that works
            return (unforeseen(error),)

    return guarded


class Press:
    """Makes PDFs from sheets, and keeps what is general of the sheets used last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._parts = LruDict[Part](256)

    @_guarded
    def prepare(self, sheet: Sheet) -> tuple[Diagnostic, ...]:
        """Render what a sheet needs, general and personal, into the store; or what is wrong."""
        # Any name and day will do: a part has only room for them, and the words come later.
        nobody = Personal("-", None, None, _document(sheet)[0].issued)
        self._part(sheet, None)
        self._part(sheet, nobody)
        return ()

    @_guarded
    def pages(self, sheets: Sequence[Sheet], personal: Personal | None) -> tuple[int, ...]:
        """How many pages each sheet has, without the empty ones between them; or its faults."""
        return tuple(self._part(sheet, personal).pages for sheet in sheets)

    @_guarded
    def print(
        self,
        sheets: Sequence[Sheet],
        personal: Personal | None = None,
        cover: Page | None = None,
        title: str | None = None,
        copies: int = 1,
    ) -> Printed:
        """Leaflets as one PDF: a single general one as a build makes it, others as a pack.

        ``title`` is that of a pack; ``copies`` is what a print dialogue proposes.
        """
        parts = [self._part(sheet, personal) for sheet in sheets]
        if personal is not None:
            areas = [part.keyed.shell.areas for part in parts]
            limited = any(_document(sheet)[2] for sheet in sheets)
            words = _apart(partial(_words, sheets, areas, personal), sheets[0], limited=limited)
            parts = [
                replace(part, data=with_words(part.data, each))
                for part, each in zip(parts, words, strict=True)
            ]
        if len(parts) == 1 and cover is None and copies == 1:
            return Printed(imprint(parts[0].keyed.shell, parts[0].data), (parts[0].pages,))
        if cover is not None:
            from handouts.pdf.shells import KeyedShell, render_shell

            # A cover may have a patient's name on it, so nothing of it is kept.
            keyed = KeyedShell("", render_shell(cover, private=True), private=True)
            document = _document(sheets[0])[0]
            data = ImprintData(Forms({}, ()), {}, {}, document.clinic.name)
            parts.insert(0, Part(keyed, data, document.language))
        named = title or " · ".join(part.title for part in parts)
        return Printed(pack(parts, named, copies), tuple(part.pages for part in parts))

    def _part(self, sheet: Sheet, personal: Personal | None) -> Part:
        """A sheet with the clinic's details, and with room for one person's words.

        Where that is depends on the leaflet, and on whether there is a note.
        """
        document, layers, limited = _document(sheet)
        with discreet(personal):
            block = lay_out(personal, document).block if personal else None
        key = f"{sheet.key} {personal is not None} {block is not None}"
        if kept := self._parts.get(key):
            return self._parts.keep(key, kept)
        make = partial(_made, document, layers, self._store, personal)
        part = _apart(make, sheet, limited=limited)
        return part if part.keyed.private else self._parts.keep(key, part)


def _made(
    document: Document, layers: tuple[Path, ...], store: Store, personal: Personal | None
) -> Part:
    from handouts.pdf.personal import general_imprint
    from handouts.pdf.shells import get_or_render

    keyed = get_or_render(document, layers, store, personal)
    return Part(keyed, general_imprint(document, layers, keyed, store), document.language)


def _document(sheet: Sheet) -> tuple[Document, tuple[Path, ...], bool]:
    """What is packed in a sheet: unpacked once in each process, also in the one with limits."""
    kept = _DOCUMENTS.get(sheet.key)
    return _DOCUMENTS.keep(sheet.key, kept or pickle.loads(sheet.data))  # noqa: S301 - our own


_DOCUMENTS = LruDict[tuple["Document", tuple[Path, ...], bool]](256)


def _words(
    sheets: Sequence[Sheet], areas: Sequence[Sequence[Area]], personal: Personal
) -> list[WordsSet]:
    from handouts.pdf.personal import words_set

    documents = (_document(sheet)[:2] for sheet in sheets)
    filled = [(*each, of_shell) for each, of_shell in zip(documents, areas, strict=True)]
    return list(words_set(filled, personal))


def pictures(pdf: bytes, dots_per_inch: int = SMALL, page: int | None = None) -> tuple[bytes, ...]:
    """Pages of a PDF as JPEG, or only one page, which count from 1."""
    from handouts.pdf.read import page_jpegs

    return page_jpegs(pdf, dots_per_inch, page)


def unprintable(words: str) -> str:
    """The characters of a text that no shipped font has."""
    return "".join(sorted(set(words) - _printable() - {"\n", "\r", "\t"}))


@lru_cache(maxsize=1)
def _printable() -> frozenset[str]:
    from handouts.content.assets.font import advance_widths
    from handouts.content.layers import FONTS

    return frozenset[str]().union(*map(advance_widths, sorted(FONTS.glob("*-Regular.ttf"))))


def _apart(make: Callable[[], T], sheet: Sheet, *, limited: bool) -> T:
    """Do work on a clinic's own files with limits."""
    from handouts.limits import PAGE, apart

    try:
        return apart(make, stage=PAGE) if limited else make()
    except HandoutsError as error:
        jobs = (
            replace(fault, job=fault.job or Job(sheet.leaflet, "", ""))
            for fault in error.diagnostics
        )
        raise HandoutsError(*jobs) from None
