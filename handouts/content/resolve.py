"""From a request to what is printed: follows references, fills slots, numbers sources.

There are two steps with the sign-off between them: ``resolve_words`` gives the text that is signed,
``resolve_document`` adds its approval status and the clinic's own details.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handouts.content.catalogue import Catalogue
from handouts.content.looks import looks
from handouts.model.blocks import AnyBlock, FigureBlock
from handouts.model.document import (
    ApprovalState,
    Cost,
    DeviceStatement,
    Document,
    LabelText,
    Section,
    Standing,
    Words,
)
from handouts.model.leaflet import BlockRef, Leaflet, LeafletSection
from handouts.model.tables import Edition, Ink, Paper
from handouts.model.text import map_texts, typographic
from handouts.translation.languages import SOURCE_LANGUAGE, direction


@dataclass(frozen=True, order=True)
class Request:
    """What to make: a leaflet in a language, on a paper size, on a date.

    The edition and the ink change the layout, never the words: one sign-off covers all.
    """

    leaflet: str
    language: str
    paper: Paper
    date: date
    edition: Edition = "standard"
    ink: Ink = "colour"


def resolve_words(request: Request, catalogue: Catalogue) -> Words:
    """The text of a leaflet, in its region's spelling; the clinic's slots stay unfilled.

    The leaflet must have passed the checks.
    """
    leaflet: Leaflet = catalogue.leaflets.read[request.leaflet].model
    kind, region = catalogue.kinds[leaflet.kind].model, catalogue.region.model
    numbers = _source_numbers(leaflet, catalogue)
    sections = _sections(leaflet, catalogue, numbers)
    blocks = [block for section in sections for block in section.blocks]
    reviews = [block.review_by for block in blocks if block.review_by]
    figures = (block for block in blocks if isinstance(block, FigureBlock))
    drawings = (panel.drawing for figure in figures for panel in figure.panels)
    offers = catalogue.workspace.settings.model.treatments
    words = Words(
        leaflet=leaflet.id,
        kind=kind.id,
        kind_label=kind.label,
        version=leaflet.version,
        issued=leaflet.issued,
        # A block may bring the review forward, never postpone it.
        review_due=min([*reviews, add_months(leaflet.issued, kind.review_months)]),
        language=request.language,
        direction=direction(request.language),
        region=region.id,
        region_name=region.name,
        title=leaflet.title,
        short_title=leaflet.short_title,
        aim=leaflet.aim,
        audience=leaflet.audience,
        sections=sections,
        references=tuple(catalogue.references[key] for key in numbers),
        help_lines=region.help_lines,
        devices=_devices(leaflet, catalogue),
        # Sorted, so that reordering a table does not change the digest.
        labels=tuple(
            LabelText(key=key, text=label.model.text)
            for key, label in sorted(catalogue.labels.items())
        ),
        template=kind.template,
        icon=kind.icon,
        key_sources=kind.key_sources,
        summary=kind.summary,
        offered=tuple(catalogue.treatments[offer.id].name for offer in offers),
        not_offered=tuple(n for n in catalogue.treatments if not catalogue.offers(n)),
        costs=_costs(leaflet, catalogue),
        looks=looks(catalogue.workspace, drawings),
    )
    localised: Words = _localised(words, catalogue)
    return localised


def resolve_document(
    request: Request, words: Words, standing: Standing, catalogue: Catalogue
) -> Document:
    """Everything that is printed: the text with the clinic's slots filled, its status, and details.

    The clinic's own details join only here, after the sign-off, so that a new telephone number does
    not end an approval.
    """
    workspace = catalogue.workspace
    filled: Words = map_texts(words, lambda text: text.fill_known(catalogue.clinic_values))
    # A template fills a label when it prints it.
    texts = dict(filled) | {"labels": words.labels}
    if request.edition == "summary":
        texts["sections"] = tuple(_summary(filled))
    return Document(
        **texts,
        standing=standing,
        marks=tuple(catalogue.shipped_labels[key] for key in _marks(words, standing)),
        title_mark=catalogue.shipped_labels["draft_title"],
        paper=request.paper,
        edition=request.edition,
        ink=request.ink,
        clinic=workspace.settings.model.clinic,
        brand=workspace.brand,
        logo=workspace.logo,
        fonts=workspace.fonts,
        phone_slots=tuple(s.name for s in catalogue.slots.values() if s.type == "phone"),
        link=workspace.settings.model.link,
    )


_DRAFTS: Mapping[ApprovalState, str] = {
    "unapproved": "draft_mark",
    "lapsed": "draft_mark_lapsed",
    "expired": "draft_mark_expired",
}


def _marks(words: Words, standing: Standing) -> Iterator[str]:
    """Labels that say why a leaflet may not be issued; none for one that may."""
    signed = {sign_off.role for sign_off in standing.sign_offs}
    if standing.approval != "approved" and "clinical" not in signed:
        yield _DRAFTS[standing.approval]
    translated = words.language != SOURCE_LANGUAGE
    if standing.approval != "approved" and translated and "linguistic" not in signed:
        yield "translation_mark"
    if standing.overdue:
        yield "overdue_mark"


def _summary(words: Words) -> Iterator[Section]:
    """What is on the one-sheet edition: the kind's sections, and critical blocks of all others."""
    for section in words.sections:
        critical = tuple(block for block in section.blocks if block.critical)
        if section.id in words.summary:
            yield section
        elif critical:
            layout = section.layout if section.layout != "pair" else "wide"
            yield section.model_copy(update={"blocks": critical, "layout": layout})


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _localised(value: Any, catalogue: Catalogue) -> Any:
    """Every text in the region's spelling and typography, with the region's slots filled."""
    values, region = catalogue.region_values, catalogue.region.model
    words = (*region.wording, *region.medicines)
    if not words:
        return map_texts(value, lambda text: typographic(text).fill_known(values))
    from handouts.translation.wording import Respelling

    respell = Respelling({word.shipped: word.here for word in words})
    return map_texts(value, lambda text: typographic(respell(text)).fill_known(values))


def _sections(
    leaflet: Leaflet, catalogue: Catalogue, numbers: Mapping[str, int]
) -> tuple[Section, ...]:
    """Sections with their blocks, without sections about treatments that are not offered."""
    sections = []
    for section in leaflet.sections:
        blocks = _blocks(section, leaflet, catalogue)
        cited = {numbers[key] for block in blocks for key in catalogue.sources_of(block, leaflet)}
        if blocks:
            sections.append(
                Section(
                    id=section.id,
                    heading=section.heading,
                    note=section.note,
                    layout=section.layout,
                    left=section.left,
                    start=section.start,
                    blocks=blocks,
                    numbers=tuple(sorted(cited)),
                )
            )
    return tuple(sections)


def _blocks(
    section: LeafletSection, leaflet: Leaflet, catalogue: Catalogue
) -> tuple[AnyBlock, ...]:
    """A section's blocks, without blocks about treatments that are not offered.

    Rows of tables stay, and so do all blocks in kinds of leaflet that help readers to choose:
    nobody can choose what is hidden. Critical blocks are printed even if the clinic omits the
    section.
    """
    shows_all = catalogue.kinds[leaflet.kind].model.shows_all
    blocks: list[AnyBlock] = [
        catalogue.blocks.read[item.ref].model if isinstance(item, BlockRef) else item
        for item in section.blocks
    ]
    if catalogue.omits(section.id, leaflet.kind):
        blocks = [block for block in blocks if block.critical]
    return tuple(block for block in blocks if shows_all or catalogue.offers(block.treatment))


def _costs(leaflet: Leaflet, catalogue: Catalogue) -> tuple[Cost, ...]:
    """The clinic's sessions and prices, for the leaflet's treatments or else for all."""
    return tuple(
        Cost(
            name=catalogue.treatments[offer.id].name,
            sessions=offer.sessions,
            price=offer.price,
        )
        for offer in catalogue.workspace.settings.model.treatments
        if (offer.sessions or offer.price)
        and (not leaflet.treatments or offer.id in leaflet.treatments)
    )


def _devices(leaflet: Leaflet, catalogue: Catalogue) -> tuple[DeviceStatement, ...]:
    """The region's statements about the clinic's devices; none without evidence."""
    lines = {line.status: line.text for line in catalogue.region.model.device_lines}
    return tuple(
        DeviceStatement(
            text=lines[device.status].fill(
                {"device": device.name, "number": device.number, "use": device.use}
            ),
            checked=device.checked,
        )
        for device in catalogue.devices_of(leaflet)
    )


def _source_numbers(leaflet: Leaflet, catalogue: Catalogue) -> dict[str, int]:
    """Numbers of the sources, from 1, in order of first use."""
    keys: dict[str, None] = {}
    for section in leaflet.sections:
        for block in _blocks(section, leaflet, catalogue):
            keys.update(dict.fromkeys(catalogue.sources_of(block, leaflet)))
    return {key: number for number, key in enumerate(keys, start=1)}
