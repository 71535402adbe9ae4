"""Translations as XLIFF 1.2, which translators' programs exchange (docs.oasis-open.org/xliff)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from handouts.diagnostics import Checked, Diagnostic, Place
from handouts.translation.languages import SOURCE_LANGUAGE
from handouts.translation.units import Note, Row, State, Unit

_SPACE = "urn:oasis:names:tc:xliff:document:1.2"
_STATES: dict[State, str] = {
    "missing": "needs-translation",
    "stale": "needs-adaptation",
    "machine": "needs-review-translation",
    "translated": "translated",
}


def render(rows: Iterable[tuple[Unit, Note, str, State]], language: str) -> bytes:
    """Units with their translations as a file."""
    ET.register_namespace("", _SPACE)
    root = ET.Element(f"{{{_SPACE}}}xliff", {"version": "1.2"})
    about = {
        "original": "handouts",
        "source-language": SOURCE_LANGUAGE,
        "target-language": language,
        "datatype": "plaintext",
    }
    file = ET.SubElement(root, f"{{{_SPACE}}}file", about)
    body = ET.SubElement(file, f"{{{_SPACE}}}body")
    for number, (unit, note, translation, state) in enumerate(rows, start=1):
        known = {
            "id": str(number),
            "resname": unit.context,
            "approved": "yes" if state == "translated" else "no",
        }
        entry = ET.SubElement(body, f"{{{_SPACE}}}trans-unit", known)
        ET.SubElement(entry, f"{{{_SPACE}}}source").text = unit.source
        target = ET.SubElement(entry, f"{{{_SPACE}}}target", {"state": _STATES[state]})
        target.text = translation
        for comment in note.comments:
            ET.SubElement(entry, f"{{{_SPACE}}}note").text = comment
    ET.indent(root)
    data: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return data + b"\n"


def parse(text: str, path: Path) -> Checked[tuple[str, tuple[Row, ...]] | None]:
    """The language of a file, and its rows; None, and why, for one that cannot be used."""
    # Entities can make a small file huge; no program for translations writes any.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        line = text[: text.find("<!")].count("\n") + 1
        message, hint = "An XLIFF file may not define entities", "Export it again, without them"
        yield Diagnostic("translation-file", message, Place(path, line), hint)
        return None
    try:
        root = ET.fromstring(text.encode())  # noqa: S314 - see above
    except ET.ParseError as error:
        line, column = error.position
        hint = "Save it again with a program for translations, or take the last version that worked"
        message = "This is not a valid XLIFF file"
        yield Diagnostic("translation-file", message, Place(path, line, column + 1), hint)
        return None
    file = root.find(f"{{{_SPACE}}}file")
    if file is None:
        message, hint = "This is not a file of XLIFF 1.2", "Export it as XLIFF 1.2 or as PO"
        yield Diagnostic("translation-file", message, Place(path), hint)
        return None
    rows = []
    # The parser does not say where an element stands; they come in the order of the file.
    at = 0
    for entry in file.iter(f"{{{_SPACE}}}trans-unit"):
        at = max(text.find("trans-unit ", at), 0)
        line = text.count("\n", 0, at) + 1
        at += 1
        source, target = (entry.find(f"{{{_SPACE}}}{name}") for name in ("source", "target"))
        unit = Unit(entry.get("resname", ""), _words(source))
        checked = entry.get("approved") == "yes"
        rows.append(Row(unit, _words(target), checked, Place(path, line)))
    return file.get("target-language", ""), tuple(rows)


def _words(element: ET.Element | None) -> str:
    return "" if element is None else "".join(element.itertext())
