"""From an order to a finished job: the pages, and the lines for the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handouts.api.press import Printed
from handouts.build.packs import pack_title
from handouts.desk.cover import cover_page
from handouts.desk.orders import TYPED, Form, Order
from handouts.desk.stock import Shelf, name_of_file
from handouts.desk.tickets import Job, Part
from handouts.desk.words import PageWords
from handouts.desk.workers import Workers
from handouts.diagnostics import Diagnostic
from handouts.model.document import Document
from handouts.page.context import document_title


@dataclass
class Made:
    """A job, or what is wrong by the name of the field; ``program`` are faults to be logged."""

    job: Job | None = None
    faults: dict[str, str] = field(default_factory=dict)
    program: list[Diagnostic] = field(default_factory=list)


async def make(
    order: Order,
    form: Form,
    shelf: Shelf,
    workers: Workers,
    words: Mapping[str, PageWords],
    ui: PageWords,
    now: datetime,
) -> Made:
    """Make the pages of an order without faults. BusyError, SlowError."""
    pairs = [shelf.sheet(leaflet, order.look) for leaflet in order.leaflets]
    documents = [document for document, _ in pairs]
    pack = shelf.pack_of(order.leaflets) if len(documents) > 1 else None
    titles = [document_title(document) for document in documents]
    title = pack_title(documents, titles, pack)
    sheets = [sheet for _, sheet in pairs]
    personal, cover = order.personal(shelf.day), None
    if order.cover:
        counts = await workers.pages(sheets, personal)
        if not counts or isinstance(counts[0], Diagnostic):
            return await _faults(counts, order, documents, workers, ui)  # type: ignore[arg-type]
        own = words.get(order.look[0], ui)
        counted = list(zip(documents, counts, strict=True))
        cover = cover_page(order, counted, title, own, now.date())
    outcome = await workers.print(sheets, personal, cover, title, order.copies)
    if not isinstance(outcome, Printed):
        return await _faults(outcome, order, documents, workers, ui)
    # With a cover, the first number is that of its pages.
    parts = [
        Part(document.title.plain, document.language, document.direction, pages)
        for document, pages in zip(documents, outcome.pages[-len(documents) :], strict=True)
    ]
    both = zip(documents, parts, strict=True)
    drafts = tuple(part for document, part in both if not document.standing.issuable)
    if cover:
        parts.insert(0, Part(ui("cover_page"), ui.language, ui.direction, outcome.pages[0]))
    job = Job(
        clinic=shelf.id,
        name=name_of_file(documents, pack, personal=order.is_personal),
        pdf=outcome.pdf,
        parts=tuple(parts),
        leaflets=len(documents),
        copies=order.copies,
        paper=order.look[1],
        receipt=tuple(receipt(shelf, document, ui, now) for document in documents),
        drafts=drafts,
        form=form,
    )
    return Made(job)


def receipt(shelf: Shelf, document: Document, ui: PageWords, now: datetime) -> str:
    """A line for the patient's record. It has nothing of the patient."""
    standing = document.standing
    status = ui("receipt_draft")
    if standing.issuable:
        signed = max(standing.sign_offs, key=lambda sign_off: sign_off.signed)
        status = ui("receipt_approved", by=signed.by, day=signed.signed.isoformat())
    paper = ui.name_of("paper", document.paper)
    return f"{now:%Y-%m-%d %H:%M} · {shelf.name} · {document.code} · {paper} · {status}"


async def _faults(
    faults: tuple[Diagnostic, ...],
    order: Order,
    documents: list[Document],
    workers: Workers,
    ui: PageWords,
) -> Made:
    """What a press could not do, at the field that it comes from."""
    first = faults[0]
    # The fault cannot say in which field: it may not quote anything that was typed.
    if first.code == "missing-glyph":
        for name in TYPED:
            if missing := await workers.unprintable(getattr(order, name) or ""):
                return Made(faults={name: ui("error_glyphs", characters=" ".join(missing))})
    if first.code == "no-room":  # letters that are wider than the count of characters tells
        name = "words" if order.words else "who"
        return Made(faults={name: _plain(first)})
    if first.code in ("program-error", "cannot-run", "engine-mismatch"):
        return Made(faults={"": ui("error_failed")}, program=[first])
    titles = {document.leaflet: document.title.plain for document in documents}
    title = titles.get(first.job.leaflet, "") if first.job else documents[0].title.plain
    problem = ui("error_leaflet", leaflet=title, problem=_plain(first))
    return Made(faults={"leaflet": problem}, program=[first])


def _plain(fault: Diagnostic) -> str:
    return " ".join(filter(None, (f"{fault.message}.", f"{fault.hint}." if fault.hint else "")))
