"""Words of a clinic's own that could make an unapproved leaflet look approved."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.content.catalogue import Catalogue
from handouts.content.layers import layer_name, layered_files
from handouts.content.yaml import MAX_BYTES, decode
from handouts.diagnostics import Diagnostic, HandoutsError, Place, Severity
from handouts.files import read_bytes

FIXED_LABELS = frozenset(
    {
        "about_approval",
        "draft_mark",
        "draft_mark_expired",
        "draft_mark_lapsed",
        "draft_title",
        "incomplete_mark",
        "overdue_mark",
        "signed_clinical",
        "signed_linguistic",
        "signed_patient_reader",
        "translation_mark",
    }
)
"""Labels that say whether a leaflet may be handed out: a clinic cannot replace them."""

_CLAIM = re.compile(
    r"(?i)\b(?:approv(?:ed|al)|authori[sz]ed|endorsed|accredited|certified|validated|signed[ -]off|"
    r"(?:clinically|medically|doctor|expert)[ -](?:review|check|verif)ed|"
    r"(?:clinical|medical) review|(?:reviewed|checked|verified) by)\b"
)
_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def claims(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Labels that the clinic may not replace, and words of its own that claim an approval."""
    workspace = catalogue.workspace
    layers, settings = workspace.content_layers, workspace.settings
    labels = catalogue.labels.items()
    for key, label in ((k, v) for k, v in labels if layer_name(v.file, layers) == "clinic"):
        if key in FIXED_LABELS:
            message = f"The label `{key}` says whether a leaflet is approved and cannot be replaced"
            yield Diagnostic("fixed-label", message, label.place_of("key"), "Remove this entry")
        elif claim := _CLAIM.search(label.model.text.plain):
            yield _told(claim[0], label.place_of("text"))
    for name in ("name", "notice"):
        if claim := _CLAIM.search(getattr(settings.model.clinic, name) or ""):
            yield _told(claim[0], settings.place_of("clinic", name))
    for path in layered_files((workspace.folder / "templates",), ".", ".j2").values():
        try:
            text = decode(path, read_bytes(path, MAX_BYTES))
        except HandoutsError:
            continue  # reported when it is used
        # Conditions and comments are not printed; their line breaks are kept, to count the lines.
        printed = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
        for number, line in enumerate(printed.split("\n"), start=1):
            if claim := _CLAIM.search(line):
                yield _told(claim[0], Place(path, number, claim.start() + 1, len(claim[0])))


def _told(words: str, place: Place) -> Diagnostic:
    message = f"`{words}` may make an unapproved leaflet look approved"
    hint = "Leave it to the program to say who approved a leaflet"
    return Diagnostic("claims-approval", message, place, hint, Severity.WARNING)
