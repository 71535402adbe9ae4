"""Imprints a clinic's details on a shell by appending a few objects, without rendering anything.

A PDF can be updated incrementally: objects appended to the file replace earlier ones with the same
number (ISO 32000-1, 7.5.6). An imprint does only that, so it takes a fraction of a millisecond.
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
    """Filled areas as PDF objects: a form for each, and the fonts and pictures that they share."""

    areas: Mapping[str, Fragment]
    shared: tuple[Fragment, ...]

    def having(self, more: Mapping[str, Fragment]) -> Forms:
        """These forms with additional areas, which refer to no other objects."""
        return Forms({**self.areas, **more}, self.shared)

    def joined(self, other: Forms) -> Forms:
        """These forms with those of ``other``, whose references are shifted to follow ours."""
        first = len(self.shared)
        theirs = [relocated(fragment, first) for fragment in other.shared]
        areas = {name: relocated(fragment, first) for name, fragment in other.areas.items()}
        return Forms({**self.areas, **areas}, (*self.shared, *theirs))

    def to_bytes(self) -> bytes:
        """Serialise as JSON."""
        areas = {name: to_json(fragment) for name, fragment in self.areas.items()}
        return json.dumps([areas, [to_json(fragment) for fragment in self.shared]]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Deserialise the result of ``to_bytes``."""
        areas, shared = json.loads(data)
        return cls(
            {name: from_json(fragment) for name, fragment in areas.items()},
            tuple(from_json(fragment) for fragment in shared),
        )


FORMS = TypedCache(Forms, max_entries=16)


@dataclass(frozen=True)
class ImprintData:
    """Everything that is printed into a shell: forms, alternative texts, colours, author.

    ``texts`` are by area name, ``colours`` (``#rrggbb``) by token.
    """

    forms: Forms
    texts: Mapping[str, str]
    colours: Mapping[str, str]
    author: str


def imprint(shell: Shell, data: ImprintData) -> bytes:
    """The shell with a clinic's imprint, as PDF bytes. The same input gives the same bytes."""
    facts, objects = shell.facts, dict(filled_objects(shell, data))
    about = {**facts.entries, "/Author": data.author}
    pairs = (f"{key} ".encode() + text_string(value) for key, value in sorted(about.items()))
    objects[facts.info] = b"<< " + b" ".join(pairs) + b" >>"
    # The author is also in the XMP metadata, escaped as in XML.
    packet = facts.packet
    if author := facts.entries.get("/Author"):
        packet = packet.replace(escape(author, quote=False), escape(data.author, quote=False))
    objects[facts.metadata] = stream_object("/Type /Metadata /Subtype /XML", packet.encode())
    body, offsets, at = [shell.pdf], {}, len(shell.pdf)
    for number in sorted(objects):
        offsets[number] = at
        body.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(body[-1])
    # The cross-reference stream is itself an object, with the next free number.
    last = max(facts.size, *objects) + 1
    offsets[last] = at
    # The file identifier (14.4) may be any string: a digest keeps the output reproducible.
    digest = hashlib.sha256(b"".join(body)).hexdigest()[:32]
    entries = (
        f"/Root {facts.root} 0 R /Info {facts.info} 0 R /Prev {facts.start} "
        f"/ID [<{digest}> <{digest}>]"
    )
    body.append(cross_references(last, offsets, entries))
    return b"".join(body)


def filled_objects(shell: Shell, data: ImprintData, by: int = 0) -> Iterator[tuple[int, bytes]]:
    """Numbers and bytes of the objects that fill the shell's areas and colours.

    All numbers are ``by`` higher than in the shell, as they are in a pack.
    """
    shared = data.forms.shared
    numbers = {place: shell.facts.size + place + by for place in range(len(shared))}
    for place, fragment in enumerate(shared):
        yield numbers[place], placed(fragment, numbers)
    for name, pictures in shell.pictures.items():
        for number in pictures:
            yield number + by, placed(data.forms.areas[name], numbers)
    for name, texts in shell.texts.items():
        for number in texts:
            yield number + by, text_string(data.texts[name])
    for colour in shell.colours:
        shade = tint(data.colours[colour.token], colour.strength)
        yield colour.number + by, palette(shade)
