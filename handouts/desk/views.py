"""What the templates show, from what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from handouts.api.press import PageCounts
from handouts.desk.guard import Refused
from handouts.desk.orders import MOST_COPIES, MOST_ON_COVER, TYPED, Form, note_room, state
from handouts.desk.stock import Item, Look, Shelf
from handouts.desk.tickets import Job
from handouts.desk.words import PageWords
from handouts.diagnostics import Diagnostic
from handouts.model.document import Document
from handouts.page.personal import BAND
from handouts.translation.languages import SOURCE_LANGUAGE, own_name, printed_day

_WIDTH = 500
"""Pixels that a small picture is wide at most; only its proportion to the height counts."""

_HEIGHTS = {"a4": 707, "letter": 647}


def _with(href: str, **query: object) -> str:
    pairs = {name: value for name, value in query.items() if value}
    return f"{href}?{urlencode(pairs, doseq=True)}" if pairs else href


# The list ----------------------------------------------------------------------------------------


def of_list(shelf: Shelf, form: Form, words: PageWords, prefix: str, ui: str) -> dict[str, Any]:
    """The list with what was ticked and typed."""
    ticked = set(form.get("leaflet", ()))
    single = {name: values[-1] for name, values in form.items() if values}
    language = single.get("language", shelf.languages[0] if shelf.languages else "")
    rows: dict[str, list[dict[str, Any]]] = {}
    for item in shelf.items.values():
        row = _row(item, shelf, language, words, prefix, ui)
        row["ticked"] = item.id in ticked and row["mark"] != "stopped"
        rows.setdefault(item.kind, []).append(row)
    packs: list[dict[str, str]] = []
    for pack in shelf.packs:
        items = [shelf.items.get(leaflet) for leaflet in pack.leaflets]
        # The link of a pack with a leaflet that is stopped would tick only the others.
        whole = all(item and item.documents and not item.refused for item in items)
        href = _with(prefix, pack=pack.id, ui=ui) if whole else ""
        packs.append({"title": pack.title, "href": href})
    labels = {**shelf.kinds, "": words("mark_stopped")}
    return {
        "shelf": shelf,
        "home": prefix,
        "rows": [
            {
                "label": labels[kind],
                "lang": SOURCE_LANGUAGE if kind else words.language,
                "rows": found,
            }
            for kind, found in rows.items()
        ],
        "packs": packs,
        "languages": [
            {"value": name, "label": own_name(name), "lang": name} for name in shelf.languages
        ],
        **{
            f"{kind}s": [{"value": name, "label": words.name_of(kind, name)} for name in values]
            for kind, values in _choices(shelf).items()
        },
        "form": {
            **{name: single.get(name, "") for name in TYPED},
            "language": language,
            "paper": single.get("paper", shelf.papers[0]),
            "edition": single.get("edition", shelf.editions[0]),
            "ink": single.get("ink", shelf.ink),
            "copies": single.get("copies", "1"),
            "cover": "cover" in form,
        },
        "cover_room": MOST_ON_COVER,
        "most_copies": MOST_COPIES,
        # Where a link in the summary of errors leads: to something that can have the focus.
        "anchors": {"leaflet": "leaflets", "paper": f"paper-{shelf.papers[0]}"},
    }


def _choices(shelf: Shelf) -> Mapping[str, tuple[str, ...]]:
    return {"paper": shelf.papers, "edition": shelf.editions, "ink": shelf.inks}


def _row(
    item: Item, shelf: Shelf, language: str, words: PageWords, prefix: str, ui: str
) -> dict[str, Any]:
    mark, sentence = state(item, words)
    document = item.documents.get(language) or next(iter(item.documents.values()), None)
    inside = f"{prefix}leaflet/{item.id}"
    asked = language if language in item.documents else None
    room = "0 0"
    if document:
        day = len(printed_day(shelf.day, document.language, document.region))
        ruled, line = note_room(document, BAND), BAND - day - 3  # 3 for blanks between the parts
        room = f"{ruled} {line}"
    return {
        "id": item.id,
        "mark": mark,
        "state": sentence,
        "title": document.title.plain if document else item.title,
        "version": document.version if document else "",
        "lang": document.language if document else "en",
        "dir": document.direction if document else "ltr",
        "search": item.words,
        "room": room,
        "languages": " ".join(item.documents),
        "href": _with(inside, language=asked, ui=ui) if document else "",
    }


# A leaflet ---------------------------------------------------------------------------------------


def look_of(request: Request, shelf: Shelf, *more: str) -> tuple[Item, Look]:
    """The leaflet and the look that an address names. Refused if there is none."""
    query = request.query_params
    # In the order of a `Look`, which is made from it below.
    offered = {"language": shelf.languages, **_choices(shelf)}
    if set(query) - {*offered, "ui", *more}:
        raise Refused(400)
    item = shelf.items.get(request.path_params["leaflet"])
    if item is None or not item.documents:
        raise Refused(404)
    language = next((name for name in shelf.languages if name in item.documents), "")
    usual = (language, shelf.papers[0], shelf.editions[0], shelf.ink)
    look = tuple(query.get(key, value) for key, value in zip(offered, usual, strict=True))
    if look[0] not in item.documents or any(
        value not in values for value, values in zip(look, offered.values(), strict=True)
    ):
        raise Refused(404)
    return item, (look[0], look[1], look[2], look[3])


def of_leaflet(
    item: Item,
    document: Document,
    counts: PageCounts,
    words: PageWords,
    prefix: str,
    ui: str,
) -> dict[str, Any]:
    """A leaflet as it is printed for nobody in particular."""
    mark, sentence = state(item, words)
    inside = f"{prefix}leaflet/{item.id}"
    look = {"language": document.language, "paper": document.paper, "edition": document.edition}
    look |= {"ink": document.ink}
    title, problem, count = document.title.plain, "", 0
    if isinstance(counts[0], Diagnostic):
        problem = f"{counts[0].message}."
    else:
        count = counts[0]
    pictures = [
        {
            "small": _with(f"{inside}/{number}.jpg", **look),
            "large": _with(f"{inside}/{number}.jpg", **look, large=1),
            "alt": words("page_alt", title=title, number=number, count=count),
        }
        for number in range(1, count + 1)
    ]

    def day(value: Any) -> str:
        return printed_day(value, words.language, document.region)

    standing = document.standing
    signed = [words("leaflet_signed_by", by=s.by, day=day(s.signed)) for s in standing.sign_offs]
    facts = [
        (words("leaflet_aim"), document.aim.plain, True),
        (words("leaflet_audience"), document.audience.plain, True),
        (words("leaflet_version"), document.version, False),
        (words("leaflet_issued"), day(document.issued), False),
        (words("leaflet_due"), day(document.review_due), False),
        (words("leaflet_signed"), ", ".join(signed), False),
        (words("leaflet_changed"), ", ".join(standing.changed), False),
        (words("leaflet_code"), document.code, False),
    ]
    return {
        "leaflet": document,
        "mark": mark,
        "state": sentence,
        "tick": _with(prefix, leaflet=item.id, ui=ui),
        "problem": problem,
        "pictures": pictures,
        "width": _WIDTH,
        "height": _HEIGHTS.get(document.paper, _HEIGHTS["a4"]),
        "facts": [fact for fact in facts if fact[1]],
    }


# A job -------------------------------------------------------------------------------------------


def sheets_of(job: Job) -> int:
    """Pages of a job's file, with the empty ones."""
    # Then the file is as a build makes it, without an empty page at its end.
    if len(job.parts) == 1 and job.copies == 1:
        return job.parts[0].pages
    return sum(part.pages + part.pages % 2 for part in job.parts)


def of_job(job: Job, ticket: str, until: datetime, words: PageWords) -> dict[str, Any]:
    """A finished job. Nothing of the patient is in its title, which names the print job."""
    whole = sum(part.pages for part in job.parts)
    leaflets = words("leaflets", count=job.leaflets)
    pages: list[dict[str, str]] = []
    for part in job.parts:
        pages += [
            {"alt": words("page_alt", title=part.title, number=number, count=part.pages)}
            for number in range(1, part.pages + 1)
        ]
        if part.pages % 2:
            pages.append({"alt": words("empty_page")})
    paper, here = words.name_of("paper", job.paper), f"/job/{ticket}"
    return {
        "title": words("ready_title", leaflets=leaflets, count=whole),
        "hint": words("ready_hint", paper=paper, time=f"{until:%H:%M}", done=words("done")),
        "copies": words("ready_copies", count=job.copies) if job.copies > 1 else "",
        "parts": len(job.parts),
        "drafts": job.drafts,
        "here": here,
        "pdf": f"{here}/{job.name}",
        "receipt": job.receipt,
        "pages": pages[: sheets_of(job)],
        "width": _WIDTH,
        "height": _HEIGHTS.get(job.paper, _HEIGHTS["a4"]),
    }


# About -------------------------------------------------------------------------------------------


def of_about(shelves: Iterable[Shelf], read: datetime) -> dict[str, Any]:
    """The faults of the files, which quote no patient: they were there before any came."""
    faults = dict.fromkeys(fault for shelf in shelves for fault in shelf.faults)
    shown = [
        {
            "file": fault.place.file.name if fault.place else fault.code,
            "line": fault.place.line if fault.place else 0,
            "message": fault.message,
            "hint": fault.hint or "",
        }
        for fault in faults
    ]
    return {"faults": shown, "read": f"{read:%Y-%m-%d %H:%M}"}
