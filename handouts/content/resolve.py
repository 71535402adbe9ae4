"""From a request to what is printed: references followed, slots filled, sources numbered.

Two steps, because a sign-off stands between them: ``resolve_words`` gives what is signed,
``resolve_document`` adds how it stands and all that is the clinic's.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handouts.content.catalogue import Catalogue
from handouts.model.blocks import AnyBlock, BenefitsHarmsBlock, OptionsBlock
from handouts.model.document import (
    Cost,
    DeviceStatement,
    Document,
    LabelText,
    Section,
    Standing,
    Words,
)
from handouts.model.leaflet import BlockRef, Leaflet, LeafletSection
from handouts.model.tables import Edition, Ink, Kind, Paper
from handouts.model.text import map_texts, typographic
from handouts.translation.languages import direction


@dataclass(frozen=True, order=True)
class Request:
    """What to make: a leaflet in a language on a paper, as things stand on a date.

    The edition and the ink change how it is set, never its words: one sign-off covers all.
    """

    leaflet: str
    language: str
    paper: Paper
    date: date
    edition: Edition = "standard"
    ink: Ink = "colour"


def resolve_words(request: Request, catalogue: Catalogue) -> Words:
    """What a leaflet says, as its region writes it. The clinic's own slots are not yet filled.

    The catalogue's checks have passed for this leaflet.
    """
    leaflet: Leaflet = catalogue.leaflets.read[request.leaflet].model
    kind, region = catalogue.kinds[leaflet.kind].model, catalogue.region.model
    numbers = _source_numbers(leaflet, catalogue)
    sections = _sections(leaflet, catalogue, numbers)
    reviews = [b.review_by for section in sections for b in section.blocks if b.review_by]
    words = Words(
        leaflet=leaflet.id,
        kind=kind.id,
        kind_label=kind.label,
        version=leaflet.version,
        issued=leaflet.issued,
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
        labels=tuple(
            LabelText(key=key, text=label.model.text)
            for key, label in sorted(catalogue.labels.items())
        ),
    )
    here: Words = _as_here(words, catalogue)
    return here


def resolve_document(
    request: Request, words: Words, standing: Standing, catalogue: Catalogue
) -> Document:
    """All that is printed: the words with the clinic's slots filled, their standing, its own facts.

    A new telephone number, unlike a new word, ends no sign-off: it joins only here.
    """
    leaflet: Leaflet = catalogue.leaflets.read[request.leaflet].model
    workspace = catalogue.workspace
    filled: Words = map_texts(words, lambda text: text.fill_known(catalogue.clinic_values))
    # Labels are filled where a template prints them.
    said = dict(filled) | {"labels": words.labels}
    kind = catalogue.kinds[leaflet.kind].model
    if request.edition == "summary":
        said["sections"] = tuple(_summary(filled.sections, kind))
    offers, named = workspace.settings.model.treatments, catalogue.treatments
    return Document(
        **said,
        standing=standing,
        template=kind.template,
        icon=kind.icon,
        paper=request.paper,
        edition=request.edition,
        ink=request.ink,
        clinic=workspace.settings.model.clinic,
        brand=workspace.brand,
        logo=workspace.logo,
        fonts=workspace.fonts,
        offered=tuple(_as_here(named[offer.id].name, catalogue) for offer in offers),
        costs=_costs(leaflet, catalogue),
        phone_slots=tuple(s.name for s in catalogue.slots.values() if s.type == "phone"),
        link=workspace.settings.model.link,
    )


def _summary(sections: Iterable[Section], kind: Kind) -> Iterator[Section]:
    """What is on the one-sheet edition: the kind's sections, and critical blocks of all others."""
    for section in sections:
        critical = tuple(block for block in section.blocks if block.critical)
        if section.id in kind.summary:
            yield section
        elif critical:
            layout = section.layout if section.layout != "pair" else "wide"
            yield section.model_copy(update={"blocks": critical, "layout": layout})


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _as_here(value: Any, catalogue: Catalogue) -> Any:
    """Every text as it is printed in the region, with what the region puts into slots."""
    values, wording = catalogue.region_values, catalogue.region.model.wording
    if not wording:
        return map_texts(value, lambda text: typographic(text).fill_known(values))
    from handouts.translation.wording import Respelling

    respell = Respelling({word.shipped: word.here for word in wording})
    return map_texts(value, lambda text: typographic(respell(text)).fill_known(values))


def _sections(
    leaflet: Leaflet, catalogue: Catalogue, numbers: Mapping[str, int]
) -> tuple[Section, ...]:
    """Sections with their blocks; one that held only what the clinic does not offer is left out."""
    sections = []
    for section in leaflet.sections:
        blocks = _blocks(section, catalogue)
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


def _blocks(section: LeafletSection, catalogue: Catalogue) -> tuple[AnyBlock, ...]:
    """The section's blocks and rows, without treatments that the clinic does not offer."""
    blocks: list[AnyBlock] = [
        catalogue.blocks.read[item.ref].model if isinstance(item, BlockRef) else item
        for item in section.blocks
    ]
    return tuple(_rows(block, catalogue) for block in blocks if catalogue.offers(block.treatment))


def _rows(block: AnyBlock, catalogue: Catalogue) -> AnyBlock:
    if not isinstance(block, OptionsBlock | BenefitsHarmsBlock):
        return block
    rows = tuple(row for row in block.options if catalogue.offers(row.treatment))
    return block.model_copy(update={"options": rows})


def _costs(leaflet: Leaflet, catalogue: Catalogue) -> tuple[Cost, ...]:
    """Sessions and prices that the clinic has entered, for the leaflet's treatment or for all."""
    return tuple(
        Cost(
            name=_as_here(catalogue.treatments[offer.id].name, catalogue),
            sessions=offer.sessions,
            price=offer.price,
        )
        for offer in catalogue.workspace.settings.model.treatments
        if (offer.sessions or offer.price)
        and (not leaflet.treatments or offer.id in leaflet.treatments)
    )


def _devices(leaflet: Leaflet, catalogue: Catalogue) -> tuple[DeviceStatement, ...]:
    """What may be said of the machines, in the region's words; nothing without evidence."""
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
    """Sources in order of first use, from 1."""
    keys: dict[str, None] = {}
    for section in leaflet.sections:
        for block in _blocks(section, catalogue):
            keys.update(dict.fromkeys(catalogue.sources_of(block, leaflet)))
    return {key: number for number, key in enumerate(keys, start=1)}
