"""``index.html``: the leaflets of a folder as a page for the clinic's own website, without scripts.

It is made from the manifest's records, so it lists what is in the folder, whichever build made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import quote

from handouts.build.output import Index
from handouts.content.layers import SHIPPED
from handouts.page.templates import Templates
from handouts.translation.languages import language_name, printed_day

_File = dict[str, str]
"""What the page says of a file."""

_TEXTS = ("leaflet", "title", "aim", "kind", "kind_label", "language")

_TYPES = {"pdf": "application/pdf", "html": "text/html"}
"""The formats that are listed. Pictures of pages say nothing to those who cannot see them."""

_PAPERS = {"a4": "A4", "letter": "US Letter"}
_LOOKS = {
    "summary": "the essentials on one sheet",
    "large": "large print",
    "bilingual": "beside English",
    "black": "black ink",
}

_MARKS = {
    "unapproved": "Draft: no clinician has approved this leaflet.",
    "lapsed": "Draft: this leaflet has changed since it was approved.",
    "expired": "Draft: the approval of this leaflet has expired.",
    "approved": "",
}
_OVERDUE = "The review of this leaflet is overdue."


def index_page(records: Iterable[Mapping[str, Any]], index: Index) -> bytes | None:
    """The page for the files of a manifest, grouped by kind; None if there is nothing to list."""
    files = [file for record in records if (file := _file(record))]
    if not files:
        return None
    kinds = [
        {
            "label": kind[0],
            "leaflets": [
                {**alike[0], "files": alike} for _, alike in _by(each, "title", "leaflet")
            ],
        }
        for kind, each in _by(files, "kind_label", "kind")
    ]
    values = {**vars(index), "kinds": kinds}
    return Templates((SHIPPED.templates,)).render("index.html.j2", values).encode() + b"\n"


def _by(files: Iterable[_File], *keys: str) -> Iterator[tuple[list[str], list[_File]]]:
    """Files with the same values, in the order of these."""

    def values(file: _File) -> list[str]:
        return [file[key] for key in keys]

    for found, group in groupby(sorted(files, key=values), values):
        yield found, list(group)


def _file(record: Mapping[str, Any]) -> _File | None:
    """What the page says of a file; None for one that is not listed.

    A manifest may come from elsewhere, or from an older version: such a file is not listed either.
    """
    try:
        language, region = record["language"], record["region"]
        kind, pages = record["format"], record["pages"]
        looks = [_LOOKS[record[key]] for key in ("edition", "ink") if record[key] in _LOOKS]
        paper = f" on {_PAPERS[record['paper']]}" if kind == "pdf" else ""
        words = f"{kind.upper()}{paper} in {language_name(language, region)}"
        issued = printed_day(date.fromisoformat(record["issued"]), "en", region)
        # What should be a number and is none fails here, so that it is not printed.
        facts = [f"{pages:d} page{'s' * (pages != 1)}"] if pages else []
        facts += [f"{max(1, round(record['size'] / 1000)):,} kB", f"issued {issued}"]
        mark = _MARKS[record["approval"]] or (_OVERDUE if record["overdue"] else "")
        texts = {key: str(record[key]) for key in _TEXTS}
        return {
            **texts,
            "address": quote(record["file"]),
            "type": _TYPES[kind],
            "words": ", ".join([words, *looks]),
            "facts": ", ".join(facts),
            "mark": mark,
        }
    except (KeyError, TypeError, ValueError):
        return None
