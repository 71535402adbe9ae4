"""The clinic's imprint on a shell: a few objects appended to the PDF, nothing decoded or rendered.

PDF lets a file be updated by objects that follow it and take the place of earlier ones with the
same number (ISO 32000-1, 7.5.6). That is all an imprint does, so it costs about a millisecond.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Self

from handouts.model.colour import tint
from handouts.pdf.internals import palette
from handouts.pdf.objects import (
    Fragment,
    cross_references,
    from_json,
    placed,
    relocated,
    stream_object,
    text_string,
    to_json,
)
from handouts.pdf.shell import Shell
from handouts.store import TypedCache


@dataclass(frozen=True)
class Forms:
    """Filled areas as PDF objects: one form for each, and the fonts and pictures that they use."""

    areas: Mapping[str, Fragment]
    shared: tuple[Fragment, ...]

    def having(self, more: Mapping[str, Fragment]) -> Forms:
        """With further areas that refer to nothing."""
        return Forms({**self.areas, **more}, self.shared)

    def joined(self, other: Forms) -> Forms:
        """With another's areas, whose references follow ours."""
        first = len(self.shared)
        theirs = [relocated(fragment, first) for fragment in other.shared]
        areas = {name: relocated(fragment, first) for name, fragment in other.areas.items()}
        return Forms({**self.areas, **areas}, (*self.shared, *theirs))

    def to_bytes(self) -> bytes:
        """JSON."""
        areas = {name: to_json(fragment) for name, fragment in self.areas.items()}
        return json.dumps([areas, [to_json(fragment) for fragment in self.shared]]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The forms that ``to_bytes`` was given."""
        areas, shared = json.loads(data)
        return cls(
            {name: from_json(fragment) for name, fragment in areas.items()},
            tuple(from_json(fragment) for fragment in shared),
        )


FORMS = TypedCache(Forms, max_entries=16)


@dataclass(frozen=True)
class ImprintData:
    """All that is printed into a shell: forms and their alternative texts, colours, the author.

    ``colours`` are ``#rrggbb`` by token.
    """

    forms: Forms
    texts: Mapping[str, str]
    colours: Mapping[str, str]
    author: str


def imprint(shell: Shell, data: ImprintData) -> bytes:
    """The shell with the clinic's imprint: a PDF of the same pages, the same bytes each time."""
    objects = dict(_objects(shell, data))
    body, offsets, at = [shell.pdf], {}, len(shell.pdf)
    for number in sorted(objects):
        offsets[number] = at
        body.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(body[-1])
    last = max(shell.facts.size, *objects) + 1
    offsets[last] = at
    digest = hashlib.sha256(b"".join(body)).hexdigest()[:32]
    entries = (
        f"/Root {shell.facts.root} 0 R /Info {shell.facts.info} 0 R /Prev {shell.facts.start} "
        f"/ID [<{digest}> <{digest}>]"
    )
    body.append(cross_references(last, offsets, entries))
    return b"".join(body)


def _objects(shell: Shell, data: ImprintData) -> Iterator[tuple[int, bytes]]:
    """Numbers and bytes of what takes the place of the shell's own, and of what comes new."""
    facts, shared = shell.facts, data.forms.shared
    numbers = {place: facts.size + place for place in range(len(shared))}
    for place, fragment in enumerate(shared):
        yield numbers[place], placed(fragment, numbers)
    for name, pictures in shell.pictures.items():
        for number in pictures:
            yield number, placed(data.forms.areas[name], numbers)
    for name, texts in shell.texts.items():
        for number in texts:
            yield number, text_string(data.texts[name])
    for colour in shell.colours:
        shade = tint(data.colours[colour.token], colour.strength)
        yield colour.number, palette(shade)
    entries = {**facts.entries, "/Author": data.author}
    pairs = (f"{key} ".encode() + text_string(value) for key, value in sorted(entries.items()))
    yield facts.info, b"<< " + b" ".join(pairs) + b" >>"
    packet = facts.packet
    if author := facts.entries.get("/Author"):
        packet = packet.replace(escape(author, quote=False), escape(data.author, quote=False))
    yield facts.metadata, stream_object("/Type /Metadata /Subtype /XML", packet.encode())
