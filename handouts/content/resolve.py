"""From a request to what is printed: fills slots, tells the standing, adds the clinic's details.

There are two steps with the sign-off between them: ``resolve_words`` gives the text that is signed,
``resolve_document`` adds its approval status and the clinic's own details.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from handouts.content.appearance import looks
from handouts.content.catalogue import Catalogue
from handouts.content.sections import sections_of, summary_of
from handouts.content.translated_leaflet import in_language
from handouts.model.blocks import FigureBlock
from handouts.model.document import (
    ApprovalState,
    Cost,
    DeviceStatement,
    Document,
    LabelText,
    Standing,
    Words,
)
from handouts.model.leaflet import Leaflet
from handouts.model.tables import Edition, Ink, Paper
from handouts.model.text import Text, map_texts, texts_in, typographic
from handouts.translation.languages import SOURCE_LANGUAGE, direction
from handouts.translation.wording import Respelling


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


def resolve_words(request: Request, source: Catalogue) -> Words:
    """The text of a leaflet, in its region's spelling; the clinic's slots stay unfilled.

    ``source`` is the content in the source language; the leaflet must have passed the checks.
    """
    catalogue = in_language(source, request.leaflet, request.language)
    leaflet: Leaflet = catalogue.leaflets.read[request.leaflet].model
    kind, region = catalogue.kinds[leaflet.kind].model, catalogue.region.model
    sections, numbers = sections_of(leaflet, catalogue)
    blocks = [block for section in sections for block in section.blocks]
    reviews = [block.review_by for block in blocks if block.review_by]
    figures = (block for block in blocks if isinstance(block, FigureBlock))
    drawings = [panel.drawing for figure in figures for panel in figure.panels]
    drawings += [leaflet.picture.drawing] if leaflet.picture else []
    workspace = catalogue.workspace
    offers = workspace.settings.model.treatments
    # Sorted, so that reordering a table does not change the digest.
    labels = sorted(catalogue.labels.items())
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
        labels=tuple(LabelText(key=key, text=label.model.text) for key, label in labels),
        template=kind.template,
        icon=kind.icon,
        title_icon=kind.title_icon,
        picture=leaflet.picture,
        tighter_on=leaflet.tighter_on,
        sources_last_on=leaflet.sources_last_on,
        key_sources=kind.key_sources,
        summary=kind.summary,
        critical_first=kind.critical_first,
        offered=tuple(catalogue.treatments[offer.id].model.name for offer in offers),
        not_offered=tuple(n for n in catalogue.treatments if not catalogue.offers(n)),
        costs=_costs(leaflet, catalogue),
        looks=looks(workspace.template_layers, workspace.fonts, drawings),
    )
    # In typography, with the region's slots filled; the source language in the region's spelling.
    respell = Respelling({word.shipped: word.here for word in (*region.wording, *region.medicines)})
    values, source_values = catalogue.region_values, source.region_values

    def printed(text: Text) -> Text:
        if SOURCE_LANGUAGE in (text.language, request.language):
            return typographic(respell(text).fill_known(source_values))
        return typographic(text.fill_known(values))

    spelt: Words = map_texts(words, printed)
    return spelt.model_copy(update={"untranslated": _untranslated(spelt, catalogue)})


def _untranslated(words: Words, catalogue: Catalogue) -> int:
    """How many blocks, and texts outside of them, stand in the source language."""
    blocks = [block for section in words.sections for block in section.blocks]
    head = words.model_copy(
        update={
            "sections": tuple(s.model_copy(update={"blocks": ()}) for s in words.sections),
        }
    )
    single = [text for text, _ in texts_in((head, catalogue.region.model.fills))]
    return sum(text.language is not None for text in single) + sum(
        any(text.language for text, _ in texts_in(block)) for block in blocks
    )


def resolve_document(
    request: Request, words: Words, standing: Standing, source: Catalogue
) -> Document:
    """Everything that is printed: the text with the clinic's slots filled, its status, and details.

    The clinic's own details join only here, after the sign-off, so that a new telephone number does
    not end an approval.
    """
    catalogue = in_language(source, request.leaflet, request.language)
    workspace = catalogue.workspace

    def fill(words: Words) -> Words:
        filled: Words = map_texts(words, lambda text: text.fill_known(catalogue.clinic_values))
        # A template fills a label when it prints it.
        return filled.model_copy(update={"labels": words.labels})

    filled = fill(words)
    # Not `model_dump`, which would turn sections, blocks and texts into plain data, too.
    texts = dict(filled)
    if request.edition == "summary":
        texts["sections"] = tuple(summary_of(filled))
    facing = None
    if request.edition == "bilingual":
        facing = fill(resolve_words(replace(request, language=SOURCE_LANGUAGE), source))
    marks = _marks(words, standing)
    printed = [catalogue.shipped_labels[key] for key in marks]
    if words.language != SOURCE_LANGUAGE:
        # In the words of the language, then in those that whoever prints it can read.
        printed = [text for text in printed if not text.language]
        printed += [replace(source.shipped_labels[key], language=SOURCE_LANGUAGE) for key in marks]
    return Document(
        **texts,
        standing=standing,
        # The shipped labels: a clinic's own words must not weaken a mark.
        marks=tuple(printed),
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
        facing=facing,
    )


_DRAFTS: Mapping[ApprovalState, str] = {
    "unapproved": "draft_mark",
    "lapsed": "draft_mark_lapsed",
    "expired": "draft_mark_expired",
}


def _marks(words: Words, standing: Standing) -> list[str]:
    """Labels that say why a leaflet may not be issued: the reason to be told first, no other.

    There is little room for marks, and none for one that may be issued.
    """
    signed = {sign_off.role for sign_off in standing.sign_offs}
    unchecked = words.language != SOURCE_LANGUAGE and "linguistic" not in signed
    marks = []
    if words.untranslated:
        marks.append("incomplete_mark")
    elif standing.approval == "unapproved" and unchecked:
        marks.append("translation_mark")
    elif standing.approval != "approved":
        marks.append("translation_mark" if "clinical" in signed else _DRAFTS[standing.approval])
    if standing.overdue:
        marks.append("overdue_mark")
    return marks


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _costs(leaflet: Leaflet, catalogue: Catalogue) -> tuple[Cost, ...]:
    """The clinic's sessions and prices, for the leaflet's treatments or else for all."""
    return tuple(
        Cost(
            name=catalogue.treatments[offer.id].model.name,
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
        if device.status in lines  # that of another region has been told
    )
