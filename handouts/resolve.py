"""A request to a document: references followed, slots filled, sources numbered."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handouts.approvals import standing
from handouts.catalogue import Catalogue
from handouts.digest import digest_of, part_digests
from handouts.document import Cost, DeviceStatement, Document, LabelText, Section
from handouts.models.blocks import AnyBlock, BenefitsHarmsBlock, OptionsBlock
from handouts.models.leaflet import BlockRef, Leaflet, LeafletSection
from handouts.models.tables import Paper
from handouts.text import Respelling, Text, map_texts

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
    kind = catalogue.kinds[leaflet.kind].model
    workspace = catalogue.workspace
    numbers = _source_numbers(leaflet, catalogue)
    sections = _sections(leaflet, catalogue, numbers)
    dates = [block.review_by for section in sections for block in section.blocks if block.review_by]
    due = min([*dates, add_months(leaflet.issued, kind.review_months)])
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
        sign_offs=(),
        language=request.language,
        direction="rtl" if request.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        region=catalogue.region.model.id,
        paper=request.paper,
        title=leaflet.title,
        short_title=leaflet.short_title,
        aim=leaflet.aim,
        audience=leaflet.audience,
        sections=sections,
        references=tuple(catalogue.references[key] for key in numbers),
        clinic=workspace.settings.model.clinic,
        brand=workspace.brand,
        logo=workspace.logo,
        fonts=workspace.fonts,
        region_name=catalogue.region.model.name,
        help_lines=catalogue.region.model.help_lines,
        devices=_devices(leaflet, catalogue),
        offered=_offered(catalogue),
        costs=_costs(leaflet, catalogue),
        labels=tuple(
            LabelText(key=key, text=label.model.text)
            for key, label in sorted(catalogue.labels.items())
        ),
        phone_slots=tuple(s.name for s in catalogue.slots.values() if s.type == "phone"),
        link=workspace.settings.model.link,
        digest="",
        parts=(),
    )
    region = catalogue.region.model
    respell = Respelling({word.shipped: word.here for word in (*region.wording, *region.medicines)})
    here = catalogue.region_values
    # Words are digested before the clinic's own slots are filled: a new telephone number, unlike a
    # new word, changes no sign-off.
    words: Document = map_texts(document, lambda text: respell(text).fill_known(here))
    parts = part_digests(words)
    digest = digest_of(parts)
    signed = standing(
        catalogue.approvals_of(request.leaflet, request.language),
        parts,
        digest,
        request.language,
        request.date,
    )
    filled: Document = map_texts(words, lambda text: text.fill_known(catalogue.clinic_values))
    return filled.model_copy(
        update={
            # Labels are filled where a template prints them.
            "labels": words.labels,
            "digest": digest,
            "parts": tuple(parts.items()),
            "approval": signed.state,
            "sign_offs": signed.sign_offs,
        }
    )


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _sections(
    leaflet: Leaflet, catalogue: Catalogue, numbers: Mapping[str, int]
) -> tuple[Section, ...]:
    """Sections with their blocks; one that held only what the clinic does not offer is left out."""
    found = (_section(section, leaflet, catalogue, numbers) for section in leaflet.sections)
    return tuple(section for section in found if section.blocks)


def _section(
    section: LeafletSection, leaflet: Leaflet, catalogue: Catalogue, numbers: Mapping[str, int]
) -> Section:
    blocks = _blocks(section, catalogue)
    cited = {numbers[key] for block in blocks for key in catalogue.sources_of(block, leaflet)}
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


def _blocks(section: LeafletSection, catalogue: Catalogue) -> tuple[AnyBlock, ...]:
    """The section's blocks and rows, without treatments that the clinic does not offer."""
    blocks = (_block(item, catalogue) for item in section.blocks)
    return tuple(_rows(block, catalogue) for block in blocks if catalogue.offers(block.treatment))


def _rows(block: AnyBlock, catalogue: Catalogue) -> AnyBlock:
    if not isinstance(block, OptionsBlock | BenefitsHarmsBlock):
        return block
    rows = tuple(row for row in block.options if catalogue.offers(row.treatment))
    return block.model_copy(update={"options": rows})


def _block(item: BlockRef | AnyBlock, catalogue: Catalogue) -> AnyBlock:
    if isinstance(item, BlockRef):
        return catalogue.blocks.read[item.ref].model  # type: ignore[no-any-return]
    return item


def _offered(catalogue: Catalogue) -> tuple[Text, ...]:
    offers = catalogue.workspace.settings.model.treatments
    return tuple(catalogue.treatments[offer.id].name for offer in offers)


def _costs(leaflet: Leaflet, catalogue: Catalogue) -> tuple[Cost, ...]:
    """Sessions and prices that the clinic has entered, for the leaflet's treatment or for all."""
    return tuple(
        Cost(name=catalogue.treatments[offer.id].name, sessions=offer.sessions, price=offer.price)
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
