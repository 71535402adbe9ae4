"""The line of a template from which something on a composed page comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handouts.diagnostics import Place


def place_in_templates(
    layers: tuple[Path, ...], written: str, line: str = "", nth: int = 0
) -> Place | None:
    """The place of a faulty text in the templates, the clinic's before the shipped ones.

    ``line`` is the line of the page where it stands, which may say more than the text. Of several
    places in a file, it is the one after ``nth`` others. None if the text is put together from
    parts.
    """
    name, colon, _ = written.partition(": ")
    exact, property_only = _pattern(written), rf"(?<![\w-]){re.escape(name)}\s*:"
    whole_line = rf"^[ \t]*{_pattern(line)}" if line else ""
    for pattern in (exact if written else "", property_only if colon else "", whole_line):
        for path in _files(layers) if pattern else ():
            text = path.read_text("utf-8-sig", errors="replace")
            places = list(re.finditer(pattern, text, re.MULTILINE))
            if places:
                found = places[min(nth, len(places) - 1)]
                start = found.end() - len(found[0].lstrip())
                number = text.count("\n", 0, start) + 1
                end_of_line = text.find("\n", start) % (len(text) + 1)
                width = min(found.end(), end_of_line) - start
                return Place(path, number, start - text.rfind("\n", 0, start), max(1, width))
    return None


def _pattern(written: str) -> str:
    """A text, however its words and signs are spaced."""
    parts = re.findall(r"[\w.#%-]+|[^\w\s]", written)
    return r"\s*".join(map(re.escape, parts))


def _files(layers: tuple[Path, ...]) -> Iterator[Path]:
    for layer in layers:
        if layer.is_dir():
            files = (path for path in layer.rglob("*.j2") if path.is_file())
            yield from sorted(path for path in files if not path.name.endswith(".svg.j2"))
