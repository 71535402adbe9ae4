"""What the engine logs while it makes a page, as faults in our words.

The engine gives no codes, so its messages are known by their format strings.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handouts.diagnostics import Diagnostic, near_miss

_DATA_URI = re.compile(r"(data:[\w/+.-]+)[;,][^\"' )]*")
_ATTRIBUTES = re.compile(r"""(?:src|href)=["']?([^"'>\s]+)""")
_NEXT = re.compile(r"\s([a-z][a-z-]+)\s*:")
"""The name of another style within a value."""
_NUMBER = re.compile(r"(?<![\w.#%-])[1-9][\d.]*(?![\w.%])")


@dataclass(frozen=True, slots=True)
class PageFault(Diagnostic):
    """A fault of a page: ``written`` is the faulty text, as far as the engine tells it.

    ``line`` is the line of the page's style where it stands, and ``nth`` says how many of the same
    faults come before it.
    """

    written: str = ""
    line: str = ""
    nth: int = 0


def missing_glyph(record: logging.LogRecord) -> str | None:
    """The character that no font has, if that is what a log record reports."""
    # The engine draws the `.notdef` glyph in its place, and logs the character as an argument.
    args = record.args
    if str(record.msg).startswith(".notdef") and isinstance(args, tuple) and args:
        return str(args[0])
    return None


def page_faults(
    records: Iterable[logging.LogRecord], styles: Mapping[int, str]
) -> Iterator[PageFault]:
    """The faults that log records report.

    ``styles`` are the page's style sheets, by the number of records before they were read.
    """
    seen: dict[str, int] = {}
    for index, record in enumerate(records):
        # What is expected of a media query is told again, with the rule.
        if missing_glyph(record) or str(record.msg).startswith("Expected a media"):
            continue
        sheet = next((text for first, text in reversed([*styles.items()]) if first <= index), "")
        code, message, hint, written = _worded(record)
        # A fault of a style is told with its place in the sheet, counted from 1.
        place: Any = re.search(r" at (\d+):\d+", record.getMessage()) if code == "style" else None
        number, lines = int(place[1]) if place else 0, sheet.split("\n")
        line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
        nth = seen[message] = seen.get(message, -1) + 1
        yield PageFault(code, message, hint=hint, written=written, line=line, nth=nth)


_STYLE_HINT = "Correct or remove it: otherwise the page will not look as intended"
_REFERS = "A page cannot load a file by name: use `drawing`, `icon` or the clinic's logo"
_BRACES = "Check the braces, colons and semicolons here and above: each `{` needs a `}`"
_LOOK = "Look for it in the clinic's own templates, or make the leaflet without them"

_PICTURE = ("Failed to load image", "Failed to render SVG", "Failed to load inline")
_RULE = ("Unknown", "Empty @page", "Invalid")
"""Starts of the engine's messages."""


def _worded(record: logging.LogRecord) -> tuple[str, str, str, str]:
    """Code, message and hint, and the faulty text."""
    form, args = str(record.msg), record.args if isinstance(record.args, tuple) else ()
    texts = [" ".join(_DATA_URI.sub(r"\1…", str(each)).strip("' ").split()) for each in args]
    first = texts[0] if texts else ""
    if form.startswith(("Ignored `", "Deprecated `")):
        return _declaration(first, texts[1], texts[-1])
    if form.startswith("Relative URI"):
        attribute = _ATTRIBUTES.search(first)
        name = attribute[1] if attribute else first
        return "outside", f"The page refers to the file `{name}`", _REFERS, name
    if form.startswith(_PICTURE):
        return "engine", "A picture of the page cannot be read", "Save it again as PNG or SVG", ""
    if form.startswith(("Parse error", "Error: ")):
        message, hint, written = "A style is not written as CSS", _BRACES, ""
    elif form.startswith("Invalid or unsupported selector"):
        message, written = f"The selector `{first}` is not understood", first
        hint = "Check what stands after `:`, and the brackets"
    elif form.startswith("Missing %s descriptor"):
        message, written = f"`@font-face` has no `{first}`", "@font-face"
        hint = "Add it, or remove the rule"
    elif "whole" in form or form.startswith(_RULE):
        rule = re.search(r"@[\w-]+", f"{form} {first}")
        written = f"{rule[0]} " if rule else ""
        written = (written + ("" if first.startswith("<") else first)).strip()
        message, hint = f"The rule `{written}` is not understood", _STYLE_HINT
        if written.startswith("@import"):
            message = f"The page takes its styles from elsewhere: `{written}`"
            hint = "Write them here: a page can take in no other file"
    else:
        told = _DATA_URI.sub(r"\1…", record.getMessage())
        return "engine", f"The PDF engine reports: {told}", _LOOK, ""
    return "style", message, hint, written


def _declaration(name: str, value: str, reason: str) -> tuple[str, str, str, str]:
    from weasyprint.css.properties import KNOWN_PROPERTIES
    from weasyprint.css.validation.expanders import EXPANDERS

    written = f"{name}: {value}"
    if "URI reference" in reason:
        return "outside", f"The style `{written}` refers to a file", _REFERS, written
    properties = {each.replace("_", "-") for each in (*KNOWN_PROPERTIES, *EXPANDERS)}
    if name not in properties:
        message = f"Unknown CSS property `{name}` (`{written}`)"
        return "style", message, near_miss(name, properties) or _STYLE_HINT, written
    message = f"`{name}` cannot be `{value}`"
    hint = f"Write a value that `{name}` can have"
    after = _NEXT.search(value)
    if after and after[1] in properties:
        hint = f"Write `;` before `{after[1]}`"
    elif "color" in name:
        hint = "Write a colour such as `#1d5b66`, or the name of one in CSS"
    elif _NUMBER.search(value):
        hint = "Write a unit after each number, such as `mm` or `pt`, without a space"
    return "style", message, hint, written
