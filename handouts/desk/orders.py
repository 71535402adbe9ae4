"""What somebody has chosen and typed: checked field by field before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handouts.desk.guard import Refused
from handouts.desk.stock import Item, Look, Shelf
from handouts.desk.words import PageWords
from handouts.model.document import Document
from handouts.page.personal import BAND, RULED, Personal, odd_characters, ruled_block
from handouts.translation.languages import SOURCE_LANGUAGE, printed_day

MOST_LEAFLETS, MOST_COPIES, MOST_ON_COVER = 12, 20, 600

FIELDS = ("leaflet", "who", "by", "words", "language", "paper", "edition", "ink", "copies", "cover")
TYPED = ("who", "by", "words")
"""Fields with what is typed for a patient; their neutral names tell browsers nothing."""

Form = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Order:
    """What is to be printed, without faults."""

    leaflets: tuple[str, ...]
    look: Look
    copies: int
    cover: bool
    who: str | None
    by: str | None
    words: str | None

    @property
    def is_personal(self) -> bool:
        """Whether anything was typed."""
        return bool(self.who or self.by or self.words)

    def personal(self, day: date) -> Personal | None:
        """What is printed on the leaflets; a note for the cover page stands only there."""
        note = None if self.cover else self.words
        return Personal(self.who, self.by, note, day) if self.who or self.by or note else None


@dataclass
class Checked:
    """An order, or what is wrong with it by the name of the field."""

    order: Order
    faults: dict[str, str] = field(default_factory=dict)


def check(form: Form, shelf: Shelf, words: PageWords) -> Checked:
    """Check a form. Refused if it has fields that ours has not."""
    if set(form) - set(FIELDS):
        raise Refused(400)
    single = {name: values[-1] for name, values in form.items()}
    faults: dict[str, str] = {}

    chosen = dict.fromkeys(form.get("leaflet", ()))
    leaflets = shelf.in_order(chosen)
    if not chosen:
        faults["leaflet"] = words("error_none")
    elif unknown := next((name for name in chosen if name not in shelf.items), None):
        faults["leaflet"] = words("error_gone", leaflet=unknown[:80])
    elif len(chosen) > MOST_LEAFLETS:
        faults["leaflet"] = words("error_many", most=MOST_LEAFLETS, count=len(chosen))

    look, more = _look(single, shelf, words)
    faults |= more

    copies = single.get("copies", "1").strip()
    # With `isascii`, because `isdigit` is true of a raised 2 as well, which `int` refuses.
    if not (copies.isascii() and copies.isdigit() and 1 <= int(copies) <= MOST_COPIES):
        faults["copies"] = words("error_copies", most=MOST_COPIES)
        copies = "1"
    typed = {name: _line(single.get(name, "")) for name in ("who", "by")}
    cover = "cover" in form
    typed["words"] = _lines(single.get("words", "")) if cover else _line(single.get("words", ""))
    for name, text in typed.items():
        if any(map(odd_characters, text.split("\n"))):
            faults[name] = words("error_control")
    order = Order(
        leaflets,
        look,
        int(copies),
        cover,
        *(typed[name] or None for name in TYPED),
    )
    if "leaflet" not in faults:
        faults |= _of_leaflets(order, shelf, words)
    if not faults:
        # Room is measured on the leaflets themselves, so they must exist in this language.
        faults |= _of_room(order, shelf, words)
    return Checked(order, faults)


def _look(single: Mapping[str, str], shelf: Shelf, words: PageWords) -> tuple[Look, dict[str, str]]:
    """Language, paper, edition and ink; where none is said, the clinic's."""
    faults = {}

    def one(name: str, offered: tuple[str, ...], usual: str) -> str:
        value = single.get(name, usual)
        if value not in offered:
            faults[name] = words("error_choice")
        return value if value in offered else usual

    first = shelf.languages[0] if shelf.languages else ""
    look = (
        one("language", shelf.languages, first),
        one("paper", shelf.papers, shelf.papers[0]),
        one("edition", shelf.editions, shelf.editions[0]),
        one("ink", shelf.inks, shelf.ink),
    )
    if look[2] == "bilingual" and look[0] == SOURCE_LANGUAGE:
        faults["edition"] = words("error_bilingual")
    return look, faults


def _of_leaflets(order: Order, shelf: Shelf, words: PageWords) -> dict[str, str]:
    """Leaflets that may not be printed, or not in this language."""
    items = [shelf.items[name] for name in order.leaflets]
    for item in items:
        if item.refused or not item.documents:
            return {
                "leaflet": words("error_refused", leaflet=item.title, state=state(item, words)[1])
            }
    language = order.look[0]
    if missing := [item.title for item in items if language not in item.documents]:
        return {"language": words("error_language", leaflets=", ".join(missing))}
    return {}


def _of_room(order: Order, shelf: Shelf, words: PageWords) -> dict[str, str]:
    """Words that are too long for the place where they would stand."""
    if order.cover and order.words and len(order.words) > MOST_ON_COVER:
        count = len(order.words)
        return {"words": words("error_room_cover", count=count, room=MOST_ON_COVER)}
    personal = order.personal(shelf.day)
    if personal is None:
        return {}
    for leaflet in order.leaflets:
        document, _ = shelf.sheet(leaflet, order.look)
        day = printed_day(shelf.day, document.language, document.region)
        line = len(" ".join(filter(None, (personal.name, personal.clinician, day))))
        if line > BAND:
            return {"who": words("error_room_line", count=line, room=BAND)}
        room, count = note_room(document, line), len(personal.note or "")
        if count > room:
            title = document.title.plain
            return {"words": words("error_room_words", leaflet=title, count=count, room=room)}
    return {}


def note_room(document: Document, line: int) -> int:
    """Characters of a note for which a leaflet has room, beside a line of so many others."""
    block = ruled_block(document)
    return block.lines * RULED if block else max(0, BAND - line - 1)


def _line(text: str) -> str:
    """What was typed as one line; other controls than line breaks and tabs stay, to be told."""
    return " ".join(text.replace("\r", "\n").split())


def _lines(text: str) -> str:
    """What was typed, with its line breaks but no more than one empty line."""
    lines = [_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    joined = "\n".join(lines).strip()
    while "\n\n\n" in joined:
        joined = joined.replace("\n\n\n", "\n\n")
    return joined


def state(item: Item, words: PageWords) -> tuple[str, str]:
    """The state of a leaflet in a word (``good``, ``draft``, ``stopped``) and in a sentence.

    Of several languages, it is that of the one that stands worst.
    """
    if not item.documents:
        return "stopped", words("state_broken")
    document = min(item.documents.values(), key=lambda d: d.standing.issuable)
    standing = document.standing

    def day(value: date) -> str:
        return printed_day(value, words.language, document.region)

    due = day(document.review_due)
    if item.unfinished:
        sentence = words("state_unfinished")
    elif standing.overdue:
        sentence = words("state_overdue", due=due)
    elif standing.approval == "approved":
        signed = max(standing.sign_offs, key=lambda sign_off: sign_off.signed)
        sentence = words("state_approved", by=signed.by, day=day(signed.signed), due=due)
        return "good", sentence
    elif standing.approval == "expired" and (ended := item.ended.get(document.language)):
        sentence = words("state_expired", day=day(ended))
    elif standing.approval in ("lapsed", "expired"):
        parts = ", ".join(standing.changed)
        sentence = words("state_lapsed", parts=parts) if parts else words("state_lapsed_bare")
    else:
        sentence = words("state_draft")
    if item.refused:
        return "stopped", words("state_refused", state=sentence)
    return "draft", sentence
