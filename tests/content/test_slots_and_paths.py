"""Slots of labels and links, and names of files: what another program or system writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.content.catalogue import read_catalogue
from handouts.content.layers import SHIPPED, Library
from handouts.content.workspace import open_workspace
from handouts.diagnostics import Diagnostic, HandoutsError
from handouts.review.rules import check_catalogue
from tests.world import CLINIC, handouts, make_workspace

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def told(folder: Path, library: Library = SHIPPED) -> list[Diagnostic]:
    try:
        return list(check_catalogue(read_catalogue(open_workspace(folder, library=library))))
    except HandoutsError as error:
        return list(error.diagnostics)


LABELS = {
    "lost": ("page_of", "Page {page}", "lost-slot", "The label `page_of` has lost `{pages}`"),
    "all lost": (
        "risk_sentence",
        "People {label}.",
        "lost-slot",
        "The label `risk_sentence` has lost `{count}`, `{total}`, `{rest}`",
    ),
    "misspelt": ("page_of", "Page {page} of {page_s}", "unknown-slot", "There is no slot"),
    "printf": ("page_of", "{page} {pages} %s", "unknown-slot", "`%s` is not a slot"),
    "printf with names": ("page_of", "{page} {pages} %(n)d", "unknown-slot", "`%(n)d` is not"),
    "printf with places": ("page_of", "{page} {pages} %1$s", "unknown-slot", "`%1$s` is not"),
    "a variable of Windows": ("page_of", "{page} {pages} %n%", "unknown-slot", "`%n%` is not"),
    "a variable of a shell": ("page_of", "{page} ${pages}", "unknown-slot", "`${` is not a slot"),
    "no name": ("page_of", "{page} of {}", "markup", "Braces mark a slot"),
    "a number": ("page_of", "{0} of {1}", "markup", "Braces mark a slot"),
    "doubled braces": ("page_of", "{{page}} of {{pages}}", "markup", "Braces mark a slot"),
    "none": ("urgent", "Get help %s", "unknown-slot", "`%s` is not a slot"),
}


@pytest.mark.parametrize(("key", "text", "code", "message"), LABELS.values(), ids=LABELS)
def test_slots_of_labels_are_those_of_the_shipped_ones(
    key: str, text: str, code: str, message: str, tmp_path: Path, library: Library
) -> None:
    labels = f'labels:\n  - key: {key}\n    text: "{text}"\n'
    make_workspace(tmp_path, {"content/labels.yaml": labels})
    (fault,) = told(tmp_path, library)
    assert (fault.code, fault.severity) == (code, "error")
    assert fault.message.startswith(message)
    assert fault.place
    assert (fault.place.file.name, fault.place.line) == ("labels.yaml", 3)


GOOD_LABELS = [
    ("page_of", "{pages}/{page}"),
    ("page_of", "**{page}** {page} {pages}, 100% ready, 5 % sure"),
    ("urgent", "Costs $5 or 50%"),
]


@pytest.mark.parametrize(("key", "text"), GOOD_LABELS)
def test_slots_may_stand_in_any_order_and_signs_are_signs(
    key: str, text: str, tmp_path: Path, library: Library
) -> None:
    labels = f'labels:\n  - key: {key}\n    text: "{text}"\n'
    make_workspace(tmp_path, {"content/labels.yaml": labels})
    assert told(tmp_path, library) == []


LINKS = {
    "https://x.example/{leaflet}?l={language}#{digest}": None,
    "https://x.example/leaflets": None,
    "https://x.example/%D0%BF?$filter=a": None,
    "https://x.example/{id}": "`{id}` is not a slot that links can use",
    "https://x.example/{Leaflet}": "`{Leaflet}` is not a slot that links can use",
    "https://x.example/{leaflet": "`{leaflet` is not a slot that links can use",
    "https://x.example/leaflet}": "`}` is not a slot that links can use",
    "https://x.example/{}": "`{}` is not a slot that links can use",
    "https://x.example/%s": "`%s` is not a slot that links can use",
    "https://x.example/%(leaflet)s": "`%(leaflet)s` is not a slot that links can use",
    "https://x.example/%7Bleaflet%7D": "`%7Bleaflet%7D` is not a slot that links can use",
    "https://x.example/<leaflet>": "`<leaflet>` is not a slot that links can use",
    "https://x.example/a b": "A link cannot contain spaces",
    "www.x.example": "`link` has the wrong format: `www.x.example`",
}


@pytest.mark.parametrize(("link", "message"), LINKS.items())
def test_a_link_has_its_own_slots_and_no_others(
    link: str, message: str | None, tmp_path: Path, library: Library
) -> None:
    make_workspace(tmp_path, {"handouts.yaml": f"{CLINIC}link: '{link}'\n"})
    faults = told(tmp_path, library)
    assert [fault.message for fault in faults] == ([message] if message else [])
    assert all(fault.place and fault.place.line == 5 and fault.hint for fault in faults)


PATHS = {
    "a path of Windows": (r"images\logo.svg", "images/logo.svg"),
    "a whole path of Windows": (r"C:\Users\Ann\images\logo.svg", "images/logo.svg"),
    "other letter case": ("Images/Logo.SVG", "images/logo.svg"),
    "no folder": ("logo.svg", "images/logo.svg"),
    "another folder": ("pictures/logo.svg", "images/logo.svg"),
    "accents put together otherwise": ("images/Mu\u0308ller.svg", "images/Müller.svg"),
    "a path of Windows from here": (r".\images\logo.svg", "images/logo.svg"),
    "nothing like it": ("sign.svg", None),
}


@pytest.mark.parametrize(("written", "meant"), PATHS.values(), ids=PATHS)
def test_a_file_that_is_named_as_elsewhere_is_found(
    written: str, meant: str | None, tmp_path: Path, library: Library
) -> None:
    files = {"images/logo.svg": LOGO, "images/Müller.svg": LOGO, "brand.yaml": f"logo: '{written}'"}
    (fault,) = told(make_workspace(tmp_path, files), library)
    assert (fault.code, fault.message) == ("missing-image", f"Logo file `{written}` not found")
    if meant:
        assert fault.hint == f"Did you mean `{meant}`?"
    else:
        assert str(fault.hint).startswith("Put the file next to")


def test_a_font_is_found_too(tmp_path: Path, library: Library) -> None:
    brand = "fonts:\n  regular: fonts\\A.TTF\n  bold: fonts/a.ttf\n"
    make_workspace(tmp_path, {"fonts/a.ttf": b"", "brand.yaml": brand})
    assert "Did you mean `fonts/a.ttf`?" in [fault.hint for fault in told(tmp_path, library)]


SETTINGS = ["Handouts.yaml", "handouts.yml", "HANDOUTS.YAML", "handouts.yaml.txt"]


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_under_another_name_are_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(CLINIC, "utf-8")
    result = handouts("check", "-w", tmp_path)
    assert result.exit_code == 2
    assert f"Rename `{name}` to `handouts.yaml`" in result.stderr
