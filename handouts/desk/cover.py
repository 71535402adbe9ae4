"""The cover page of a pack: for whom it is, a longer note, and what follows."""

from __future__ import annotations

from datetime import date

from handouts.desk.orders import Order
from handouts.desk.pages import cover_template
from handouts.desk.words import PageWords
from handouts.model.document import Document
from handouts.page.compose import Page
from handouts.translation.languages import printed_day


def cover_page(
    order: Order, documents: list[tuple[Document, int]], title: str, words: PageWords, day: date
) -> Page:
    """The page before documents of so many pages. Nothing of it is ever kept."""
    first = documents[0][0]
    html = cover_template().render(
        t=words,
        title=title,
        order=order,
        documents=documents,
        clinic=first.clinic,
        colour="#000000" if first.ink == "black" else first.brand.primary,
        day=printed_day(day, words.language, first.region),
        size={"a4": "A4", "letter": "letter"}[first.paper],
        large=first.edition == "large",
    )
    return Page(html, title)
