"""A request to a document: references followed, slots filled, sources numbered."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handouts.catalogue import Catalogue
from handouts.document import Document, LabelText, Section
from handouts.models.blocks import AnyBlock, ContactBlock
from handouts.models.leaflet import BlockRef, Leaflet, LeafletSection
from handouts.models.tables import Paper
from handouts.text import fill_texts

_RIGHT_TO_LEFT = {"ar", "fa", "he", "ps", "ur", "ckb", "dv", "sd", "ug", "yi"}


@dataclass(frozen=True, order=True)
class Request:
    """What to make: a leaflet in a language on a paper, as things stand on a date."""

    leaflet: str
    language: str
    paper: Paper
    date: date


def resolve(request: Request, catalogue: Catalogue) -> Document:
    """Everything that will be printed. The catalogue's checks have passed for this leaflet."""
    leaflet: Leaflet = catalogue.leaflets.read[request.leaflet].model
    kind = catalogue.kinds[leaflet.kind]
    workspace = catalogue.workspace
    numbers = _source_numbers(leaflet, catalogue)
    due = add_months(leaflet.issued, kind.review_months)
    document = Document(
        leaflet=leaflet.id,
        kind=kind.id,
        kind_label=kind.label,
        template=kind.template,
        version=leaflet.version,
        issued=leaflet.issued,
        review_due=due,
        overdue=request.date > due,
        approval="unapproved",
        language=request.language,
        direction="rtl" if request.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        region=catalogue.region.model.id,
        paper=request.paper,
        title=leaflet.title,
        short_title=leaflet.short_title,
        aim=leaflet.aim,
        audience=leaflet.audience,
        sections=tuple(_section(section, catalogue, numbers) for section in leaflet.sections),
        references=tuple(catalogue.references[key] for key in numbers),
        clinic=workspace.settings.model.clinic,
        brand=workspace.brand,
        logo=workspace.logo,
        region_name=catalogue.region.model.name,
        help_lines=catalogue.region.model.help_lines,
        labels=(),
        phone_slots=tuple(s.name for s in catalogue.slots.values() if s.type == "phone"),
    )
    filled: Document = fill_texts(document, catalogue.slot_values)
    labels = tuple(LabelText(key=k, text=t) for k, t in sorted(catalogue.labels.items()))
    # Labels are filled where a template prints them.
    return filled.model_copy(update={"labels": labels})


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _section(section: LeafletSection, catalogue: Catalogue, numbers: Mapping[str, int]) -> Section:
    blocks = tuple(_block(item, catalogue) for item in section.blocks)
    cited = {numbers[key] for block in blocks for key in _sources(block, catalogue)}
    return Section(
        id=section.id,
        heading=section.heading,
        note=section.note,
        layout=section.layout,
        left=section.left,
        start=section.start,
        blocks=blocks,
        numbers=tuple(sorted(cited)),
    )


def _block(item: BlockRef | AnyBlock, catalogue: Catalogue) -> AnyBlock:
    if isinstance(item, BlockRef):
        return catalogue.blocks.read[item.ref].model  # type: ignore[no-any-return]
    return item


def _sources(block: AnyBlock, catalogue: Catalogue) -> tuple[str, ...]:
    """Keys of the sources of what a block prints; the region's lines bring their own."""
    if isinstance(block, ContactBlock) and block.who == "urgent":
        lines = catalogue.region.model.help_lines
        return tuple(key for line in lines for key in line.sources)
    return block.sources


def _source_numbers(leaflet: Leaflet, catalogue: Catalogue) -> dict[str, int]:
    """Sources in order of first use, from 1."""
    keys: dict[str, None] = {}
    for section in leaflet.sections:
        for item in section.blocks:
            keys.update(dict.fromkeys(_sources(_block(item, catalogue), catalogue)))
    return {key: number for number, key in enumerate(keys, start=1)}
