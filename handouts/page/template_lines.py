"""The line of a template from which something on a composed page comes."""

from __future__ import annotations

import re
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
    # Drawings are templates too, but no part of a page's style or text.
    files = [
        path
        for layer in layers
        if layer.is_dir()
        for path in sorted(layer.rglob("*.j2"))
        if path.is_file() and not path.name.endswith(".svg.j2")
    ]
    # What a template puts together is not in it as it was written: then its name, or its line.
    for pattern in (exact if written else "", property_only if colon else "", whole_line):
        for path in files if pattern else ():
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
