"""What a leaflet consists of: its sections, the numbers of its sources, what a summary keeps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from handouts.content.catalogue import Catalogue
from handouts.model.blocks import AnyBlock, TableBlock, Treated, TreatedText
from handouts.model.document import Section, Words
from handouts.model.leaflet import BlockRef, Leaflet
from handouts.model.text import texts_in


def sections_of(
    leaflet: Leaflet, catalogue: Catalogue
) -> tuple[tuple[Section, ...], dict[str, int]]:
    """Sections with their blocks, and the numbers of the sources, from 1.

    Sections, blocks and parts of blocks about treatments that are not offered are left out, and
    sections that have no others. All of them stay in kinds of leaflet that help readers to choose,
    as do rows of options: nobody can choose what is hidden. Of a section that the clinic omits,
    critical blocks stay.
    """
    shows_all = catalogue.kinds[leaflet.kind].model.shows_all
    sections = []
    for section in leaflet.sections:
        omitted = catalogue.omits(section.id, leaflet.kind)
        columns: list[list[AnyBlock]] = [[], []]
        for number, item in enumerate(section.blocks):
            block = catalogue.blocks.read[item.ref].model if isinstance(item, BlockRef) else item
            treatments = (section.treatment, item.treatment, block.treatment)
            if not (shows_all or all(map(catalogue.offers_any, treatments))):
                continue
            offered = _offered_parts(block, None if shows_all else catalogue)
            if offered and not item.in_summary:
                offered = offered.model_copy(update={"in_summary": False})
            if offered and (block.critical or not omitted):
                # Of a section in one column, both parts are joined again below, in their order.
                columns[number >= section.left].append(offered)
        blocks = (*columns[0], *columns[1])
        paired = section.layout != "pair" or all(columns)
        if blocks:
            sections.append(
                Section(
                    id=section.id,
                    heading=section.heading,
                    note=section.note,
                    layout=section.layout if paired else "wide",
                    left=len(columns[0]) if section.layout == "pair" and paired else section.left,
                    start=section.start,
                    blocks=blocks,
                    numbers=(),
                )
            )
    cited = [
        [(block, key) for block in section.blocks for key in catalogue.sources_of(block, leaflet)]
        for section in sections
    ]
    numbers = _numbered(list(chain.from_iterable(cited)), leaflet, catalogue)
    return tuple(
        section.model_copy(update={"numbers": tuple(sorted({numbers[key] for _, key in pairs}))})
        for section, pairs in zip(sections, cited, strict=True)
    ), numbers


def _numbered(
    cited: Sequence[tuple[AnyBlock, str]], leaflet: Leaflet, catalogue: Catalogue
) -> dict[str, int]:
    """The numbers of sources: first those that are printed, then the others, by first use.

    Printed are those that most of the text rests on. What a critical block or a number rests on
    counts twice, a regulator or guideline once more, a clinic's or a trade's page once less.
    """
    numbers = {key: 0 for _, key in cited}
    for block, key in cited:
        numbers[key] += 2 if block.critical or block.type == "risk" else 1
    grades = {"A": 1, "B": 0, "C": -1}
    weight = {key: n + grades[catalogue.references[key].grade] for key, n in numbers.items()}
    # Sorted is stable: of sources with the same weight, the one cited first.
    ranked = sorted(weight, key=lambda key: -weight[key])
    printed = set(ranked[: catalogue.kinds[leaflet.kind].model.key_sources])
    ordered = sorted(weight, key=lambda key: key not in printed)
    return {key: number for number, key in enumerate(ordered, start=1)}


def _offered_parts(block: AnyBlock, catalogue: Catalogue | None) -> AnyBlock | None:
    """A block with the parts that the clinic offers, or all without a catalogue; None without any.

    Without a column for any treatment, nothing is left of a table but the names of its rows.
    """
    changes: dict[str, Any] = {}
    for name, parts in block:
        if not isinstance(parts, tuple) or not any(isinstance(p, Treated) for p in parts):
            continue
        kept = [
            number
            for number, part in enumerate(parts)
            if not (catalogue and isinstance(part, Treated)) or catalogue.offers_any(part.treatment)
        ]
        if name != "legend" and len(kept) < (2 if isinstance(block, TableBlock) else 1):
            return None
        texts = (parts[number] for number in kept)
        changes[name] = tuple(p.text if isinstance(p, TreatedText) else p for p in texts)
        if isinstance(block, TableBlock):
            changes["rows"] = tuple(tuple(row[n] for n in kept) for row in block.rows)
    return block.model_copy(update=changes) if changes else block


_SHORT = 3200
"""Characters of a summary that may have room for a picture on its sheet."""


def summary_of(words: Words) -> list[Section]:
    """The summary: the kind's own choice of sections, and critical blocks of all others."""
    sheet, shown = [], list[AnyBlock]()
    for section in words.sections:
        whole = section.id in words.summary
        blocks = [b for b in section.blocks if b.critical or (whole and b.in_summary)]
        if not blocks:
            continue
        shown += blocks
        changes: dict[str, Any] = {"blocks": tuple(blocks), "start": "here"}
        if section.layout == "pair":
            # In two columns, as before, only if some blocks of each are left.
            left = sum(block in blocks for block in section.blocks[: section.left])
            pair = 0 < left < len(blocks)
            changes |= {"left": left} if pair else {"layout": "wide"}
        sheet.append(section.model_copy(update=changes))
    if words.critical_first:
        others = [section for section in sheet if section.id not in words.summary]
        named = [section for section in sheet if section.id in words.summary]
        sheet = [*named[:1], *others, *named[1:]]
    length = sum(len(text.plain) for block in shown for text, _ in texts_in(block))
    if length > _SHORT or any(block.type in ("figure", "risk") for block in shown):
        return sheet
    # A short summary without a picture has the first one of the other sections, in its section.
    # Templates leave it out if it does not fit.
    known = {section.id for section in sheet}
    rest = (section for section in words.sections if section.id not in known)
    found = next(((s, block) for s in rest for block in s.blocks if block.type == "figure"), None)
    if found:
        section, figure = found
        alone = {"blocks": (figure,), "layout": "wide", "start": "here"}
        # After the first section, or the first two if they stand side by side.
        first = 2 if [each.layout for each in sheet[:2]] == ["half", "half"] else 1
        sheet.insert(first, section.model_copy(update=alone))
    return sheet
