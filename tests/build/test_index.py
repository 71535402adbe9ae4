"""The index of a folder: a page for a clinic's own website."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from tinyhtml5.parser import HTMLParser

from handouts.build.index import index_page
from handouts.build.output import Index
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

OTHER = TINY_LEAFLET.replace("tiny-leaflet", "other").replace("A tiny", "Über <b>&</b> “a”")
APPROVE = ("approve", "tiny-leaflet", "--role", "clinical", "--by", "Dr A. Example")

WHOSE = Index("Test Clinic", "#17545f", "#a2512b", wanted=True)
RECORD = {
    "file": "one_en-GB_a4.pdf",
    "format": "pdf",
    "leaflet": "one",
    "title": "One",
    "aim": "What is one?",
    "kind": "tiny",
    "kind_label": "A tiny kind",
    "issued": "2026-11-22",
    "language": "en",
    "region": "GB",
    "paper": "a4",
    "edition": "standard",
    "ink": "colour",
    "approval": "approved",
    "overdue": False,
    "pages": 2,
    "size": 120_400,
}


def build(clinic: Path, out: Path, *options: str) -> str:
    """Build into a folder, and what was told about it."""
    result = handouts("build", "tiny-leaflet", *options, "-w", clinic, "-o", out)
    assert result.exit_code in (0, 1), result.output
    return result.stderr


def words(html: str) -> str:
    return " ".join(re.sub("<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def test_it_lists_each_leaflet_with_all_that_people_choose_by(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    build(clinic, out, "--index", "--edition", "large")
    page = (out / "index.html").read_text("utf-8")
    size = round((out / "tiny-leaflet_en-GB_a4_large-DRAFT.pdf").stat().st_size / 1000)
    assert words(page) == (
        "Patient leaflets – Test Clinic Test Clinic Patient leaflets A tiny kind A tiny leaflet "
        "This leaflet is for tests. "
        "PDF on A4 in English (United Kingdom), large print : A tiny leaflet "
        f"1 page, {size} kB, issued 22 November 2026 "
        "Draft: no clinician has approved this leaflet."
    )


LOOKS: list[tuple[dict[str, object], str]] = [
    ({}, "PDF on A4 in English (United Kingdom)"),
    ({"paper": "letter", "region": "US"}, "PDF on US Letter in English (United States)"),
    ({"region": "EU"}, "PDF on A4 in English (Europe)"),
    ({"format": "html", "pages": None}, "HTML in English (United Kingdom)"),
    ({"edition": "summary"}, "(United Kingdom), the essentials on one sheet"),
    ({"ink": "black"}, "(United Kingdom), black ink"),
    ({"pages": 1}, "1 page, 120 kB, issued 22 November 2026"),
    ({"size": 12}, "2 pages, 1 kB,"),
    ({"region": "US"}, "issued November 22, 2026"),
    ({"approval": "lapsed"}, "Draft: this leaflet has changed since it was approved."),
    ({"approval": "expired"}, "Draft: the approval of this leaflet has expired."),
    ({"overdue": True}, "The review of this leaflet is overdue."),
]


@pytest.mark.parametrize(("more", "said"), LOOKS)
def test_it_says_of_each_file_what_it_is(more: dict[str, object], said: str) -> None:
    page = index_page([RECORD | more], WHOSE)
    assert page
    assert said in words(page.decode())


def test_pictures_of_pages_are_not_listed() -> None:
    assert index_page([RECORD | {"format": "png"}], WHOSE) is None


def test_it_is_valid_and_accessible(tmp_path: Path) -> None:
    """What checkers of accessibility look for first; it has no script and asks for nothing."""
    clinic = make_tiny(tmp_path / "clinic", {"content/leaflets/other.yaml": OTHER})
    build(clinic, tmp_path, "other", "--index", "--paper", "a4", "--paper", "letter")
    html = (tmp_path / "index.html").read_text("utf-8")
    parser = HTMLParser(namespace_html_elements=False)
    page: Element = parser.parse(html)
    assert parser.errors == []
    assert page.get("lang") == "en"
    assert page.findtext("head/title") == "Patient leaflets – Test Clinic"
    assert [element.tag for element in page.find("body") or ()] == ["header", "main"]
    assert not page.findall(".//script")
    assert not re.search(r"""(src|href)=["'](https?:|//)|@import|url\(""", html)
    levels = [int(element.tag[1]) for element in page.iter() if re.fullmatch("h[1-6]", element.tag)]
    assert levels == [1, 2, 3, 3]
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert [section.get("aria-labelledby") for section in page.iter("section")] == ids
    links = ["".join(link.itertext()) for link in page.iter("a")]
    assert len(set(links)) == len(links) == 4
    assert all((tmp_path / str(link.get("href"))).is_file() for link in page.iter("a"))
    assert "Über <b>&</b> “a” leaflet" in [h.text for h in page.iter("h3")]


def test_it_has_the_clinics_colours() -> None:
    page = index_page([RECORD], WHOSE)
    assert page
    assert b"color: #17545f" in page
    assert b"solid #a2512b" in page


def test_it_is_renewed_by_later_builds(tmp_path: Path) -> None:
    """Also by one that is not asked for it, and one that finds nothing changed."""
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    build(clinic, out, "--index")
    first = (out / "index.html").read_bytes()
    build(clinic, out, "--paper", "letter")
    assert b"US Letter" in (out / "index.html").read_bytes()
    (out / "tiny-leaflet_en-GB_letter-DRAFT.pdf").unlink()
    build(clinic, out)
    assert (out / "index.html").read_bytes() == first
    handouts(*APPROVE, "-w", clinic)
    build(clinic, out)
    assert "tiny-leaflet_en-GB_a4.pdf" in (out / "index.html").read_text("utf-8")
    assert "Draft" not in (out / "index.html").read_text("utf-8")
    (out / "index.html").unlink()
    build(clinic, out)
    assert not (out / "index.html").exists()


def test_without_being_asked_for_there_is_none(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    build(clinic, out)
    assert not (out / "index.html").exists()
    assert "index" not in json.loads((out / "manifest.json").read_text("utf-8"))
    build(clinic, out, "--index")  # from the record of the build before
    assert (out / "index.html").is_file()


def test_one_that_lists_nothing_any_more_is_gone(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    handouts(*APPROVE, "-w", clinic)
    build(clinic, out, "--index")
    late = ("--require", "approved", "--date", "2036-01-01")
    build(clinic, out, *late)
    assert sorted(path.name for path in out.glob("*.*")) == [".manifest.lock", "manifest.json"]


def test_a_page_of_the_clinics_own_is_never_replaced(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("my site")
    assert "error[out-of-date]" in build(clinic, out, "--index")
    assert (out / "index.html").read_text() == "my site"
    assert build(clinic, out).count("index.html") == 0  # it was never ours


def test_one_that_somebody_has_edited_is_theirs(tmp_path: Path) -> None:
    clinic, out = make_tiny(tmp_path / "clinic"), tmp_path / "out"
    build(clinic, out, "--index")
    (out / "index.html").write_text("edited")
    assert "warning[out-of-date]" in build(clinic, out)
    assert (out / "index.html").read_text() == "edited"


@pytest.mark.parametrize("more", [{"pages": "x"}, {"size": None}, {"issued": "soon"}, {"paper": 1}])
def test_a_damaged_record_is_not_listed(more: dict[str, object]) -> None:
    """A manifest may come from elsewhere, or from an older version."""
    page = index_page([RECORD, RECORD | {"leaflet": "bad", "title": "Bad"} | more], WHOSE)
    assert page
    assert "Bad" not in page.decode()


def test_each_clinic_of_many_has_its_own(tmp_path: Path) -> None:
    table = tmp_path / "clinics.csv"
    table.write_text("id,name,phone,primary\nnorth,North,020 7946 0111,#5b2a6e\n", "utf-8")
    base, out = make_tiny(tmp_path / "base"), tmp_path / "out"
    handouts("build", "tiny-leaflet", "-w", base, "--clinics", table, "--index", "-o", out)
    page = (out / "north" / "index.html").read_text("utf-8")
    assert "<p>North</p>" in page
    assert "#5b2a6e" in page
