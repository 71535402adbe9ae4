"""What is printed is what is on disk: files saved between two builds, and while one runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pypdfium2
import pytest

from handouts.api.project import Project, open_project
from handouts.content.catalogue import read_catalogue
from handouts.content.layers import Library
from handouts.page.compose import compose_shell
from handouts.store import Store
from tests import readback
from tests.world import CLINIC, DAY, TINY_LEAFLET, handouts, make_tiny

FIRST = TINY_LEAFLET.replace("tiny-leaflet", "first")
SECOND = TINY_LEAFLET.replace("tiny-leaflet", "second").replace(
    "      - type: sources\n",
    "      - type: sources\n"
    "      - {type: text, paragraphs: [Take an umbrella.]}\n"
    "      - {type: figure, title: A, caption: B, panels: [{drawing: mine, alt: C}]}\n"
    "      - ref: test/note\n",
)
FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40">'
    '<text x="1" y="30" font-family="Noto Sans" font-size="12">{{ skin.surface }}</text></svg>'
)
PALETTE = "inks: {}\ntones:\n" + "".join(
    f"  {tone}: {{surface: Umber}}\n" for tone in ("light", "medium", "deep")
)
BASE = {
    "content/leaflets/first.yaml": FIRST,
    "content/leaflets/second.yaml": SECOND,
    "content/blocks/test/note.yaml": "id: test/note\ntype: text\nparagraphs: [A note.]\n",
    "templates/figures/mine.svg.j2": FIGURE,
    "templates/figures/palette.yaml": PALETTE,
}
SHEET = "second_en-GB_a4-DRAFT.pdf"


def _region() -> str:
    region = Path(__file__).parents[1] / "library" / "content" / "regions" / "GB.yaml"
    return region.read_text("utf-8") + "wording:\n  - {shipped: umbrella, here: Earlier words}\n"


FILES = {
    "a leaflet": ("content/leaflets/second.yaml", SECOND.replace("One point", "Earlier words")),
    "a block": (
        "content/blocks/test/note.yaml",
        BASE["content/blocks/test/note.yaml"].replace("A note", "Earlier words"),
    ),
    "a label": ("content/labels.yaml", "labels:\n  - {key: about_title, text: Earlier words}\n"),
    "a region's file": ("content/regions/GB.yaml", _region()),
    "the settings": ("handouts.yaml", CLINIC.replace("Test Clinic", "Earlier words")),
    "a template": ("templates/blocks/key_points.html.j2", "<p>Earlier words</p>"),
    "a drawing": ("templates/figures/mine.svg.j2", FIGURE.replace("{{", "Earlier words {{")),
    "a palette": ("templates/figures/palette.yaml", PALETTE.replace("Umber", "Earlier words")),
}
"""Files that print `Earlier words` in the second leaflet."""


@pytest.fixture
def clinic(tmp_path: Path, library: Library) -> Path:
    """Two leaflets over the tiny library."""
    assert library
    return make_tiny(tmp_path / "clinic", BASE)


def project_of(clinic: Path, library: Library) -> Project:
    return open_project(clinic, library=library)


# Between two builds of one process --------------------------------------------------------------

Maker = Callable[[Project, Path], bytes]


def built_with_a_store(project: Project, folder: Path) -> bytes:
    project.build(["second"], output=folder / "out", on=DAY, store=Store(folder / "store")).run()
    return (folder / "out" / SHEET).read_bytes()


def built_without(project: Project, folder: Path) -> bytes:
    project.build(["second"], output=folder / "out", on=DAY).run()
    return (folder / "out" / SHEET).read_bytes()


@pytest.mark.parametrize("make", [built_with_a_store, built_without])
@pytest.mark.parametrize(("file", "content"), FILES.values(), ids=FILES)
def test_a_process_that_lives_long_prints_what_is_on_disk_now(
    file: str, content: str, make: Maker, clinic: Path, library: Library, tmp_path: Path
) -> None:
    """A file that comes, changes, and goes as it came; each time the words are those of it."""
    project = project_of(clinic, library)
    plain = make(project, tmp_path)
    for words in ("Earlier words", "Corrected words"):
        make_tiny(clinic, {**BASE, file: content.replace("Earlier words", words)})
        assert words in readback.text(make(project, tmp_path))
    if file in BASE or file == "handouts.yaml":
        make_tiny(clinic, BASE)
    else:
        (clinic / file).unlink()
    assert make(project, tmp_path) == plain


# While a build runs -----------------------------------------------------------------------------

Build = Callable[[Path, Library, Callable[[], object]], object]
"""Makes both leaflets and calls something when the first of them is made."""


def by_the_interface(clinic: Path, library: Library, meanwhile: Callable[[], object]) -> None:
    home = clinic.parent
    build = project_of(clinic, library).build(
        ["first", "second"], output=home / "out", on=DAY, store=Store(home / "store")
    )
    for number, _ in enumerate(build.results()):
        meanwhile() if number == 0 else None


def by_the_command(
    clinic: Path, library: Library, meanwhile: Callable[[], object], *more: str | Path
) -> None:
    assert library
    with after_the_first_line(meanwhile), patch.dict("os.environ", HANDOUTS_CACHE=_store(clinic)):
        result = handouts(
            *("build", "first", "second", "-v", "-j", "1", "--date", str(DAY)),
            *("-w", clinic, "-o", clinic.parent / "out", *more),
        )
    # A template that was saved meanwhile is not printed under the approvals of the one before.
    assert result.exit_code == 0 or "changed-meanwhile" in result.output, result.output


def for_many_clinics(clinic: Path, library: Library, meanwhile: Callable[[], object]) -> None:
    rows = ("id,name,phone", "north,North,01632 960 001", "south,South,01632 960 002")
    table = clinic.parent / "clinics.csv"
    table.write_text("\n".join(rows), "utf-8")
    by_the_command(clinic, library, meanwhile, "--clinics", table)


@contextmanager
def after_the_first_line(meanwhile: Callable[[], object]) -> Iterator[None]:
    """Calls something when the command has told of its first file or clinic."""
    told: list[str] = []

    def note(line: str) -> None:
        told.append(line)
        meanwhile() if len(told) == 1 else None

    with patch("handouts.cli.terminal.echo_err", note):
        yield


def _store(clinic: Path) -> str:
    return str(clinic.parent / "store")


SAVED = [
    (by_the_interface, "a leaflet", SHEET),
    (by_the_interface, "a block", SHEET),
    (by_the_interface, "a label", "*.pdf"),
    (by_the_interface, "the settings", "*.pdf"),
    (by_the_interface, "a template", "*.pdf"),
    (by_the_command, "a leaflet", SHEET),
    (by_the_command, "a template", "*.pdf"),
    (for_many_clinics, "a leaflet", SHEET),
    (for_many_clinics, "a template", "*.pdf"),
]
"""The file that is saved, and the leaflets that print it: the second one or both."""


@pytest.mark.parametrize(("build", "name", "sheets"), SAVED)
def test_a_file_that_is_saved_while_a_build_runs_is_printed_by_the_next_one(
    build: Build, name: str, sheets: str, clinic: Path, library: Library
) -> None:
    file, content = FILES[name]
    make_tiny(clinic, {**BASE, file: content})

    def save() -> None:
        make_tiny(clinic, {**BASE, file: content.replace("Earlier", "Corrected")})

    build(clinic, library, save)
    build(clinic, library, lambda: None)
    printed = [path.read_bytes() for path in (clinic.parent / "out").rglob(sheets)]
    assert len(printed) >= (2 if sheets == "*.pdf" else 1)
    assert all("Corrected words" in readback.text(pdf) for pdf in printed)


@pytest.mark.parametrize("formats", [("pdf",), ("html",)])
def test_no_page_shows_a_template_that_was_saved_after_its_approvals_were_looked_up(
    formats: Any, clinic: Path, library: Library
) -> None:
    """Between the plan, which says who approved what, and the page."""
    file, content = FILES["a template"]
    project = project_of(clinic, library)
    build = project.build(["second"], output=clinic.parent / "out", on=DAY, formats=formats)
    make_tiny(clinic, {**BASE, file: content})
    build.run()
    assert [told.code for told in build.diagnostics if told.code != "draft"] == [
        "changed-meanwhile"
    ]
    assert not [*(clinic.parent / "out").glob("second*")]


def test_a_template_that_came_and_went_is_not_kept_under_the_one_before(
    clinic: Path, library: Library, tmp_path: Path
) -> None:
    """Saved when the shell has been looked for, and taken back before the next build."""
    file, content = FILES["a template"]
    project = project_of(clinic, library)

    def saved_and_composed(*asked: Any, **more: Any) -> object:
        make_tiny(clinic, {**BASE, file: content})
        return compose_shell(*asked, **more)

    build = partial(
        project.build, ["second"], output=tmp_path / "out", on=DAY, store=Store(tmp_path / "store")
    )
    with patch("handouts.pdf.shells.compose_shell", saved_and_composed):
        assert not build().run().outputs
    (clinic / file).unlink()
    build().run()
    assert "Earlier words" not in readback.text((tmp_path / "out" / SHEET).read_bytes())


@pytest.mark.parametrize("while_it_runs", [False, True])
def test_a_file_that_was_other_words_while_it_was_read_is_printed_as_it_is_now(
    while_it_runs: bool, clinic: Path, library: Library
) -> None:
    """Saved just before it is read, and taken back at once, or after the build."""
    file, content = FILES["a leaflet"]

    def saved_and_read(*asked: object) -> object:
        make_tiny(clinic, {**BASE, file: content})
        read = read_catalogue(*asked)  # type: ignore[arg-type]
        if while_it_runs:
            make_tiny(clinic, BASE)
        return read

    with patch("handouts.content.catalogue.read_catalogue", saved_and_read):
        by_the_interface(clinic, library, lambda: None)
    sheet = clinic.parent / "out" / SHEET
    assert "Earlier words" in readback.text(sheet.read_bytes())
    make_tiny(clinic, BASE)
    by_the_interface(clinic, library, lambda: None)
    assert "Earlier words" not in readback.text(sheet.read_bytes())


RED, GREEN = "#c81e1e", "#1e8c3c"


def _logo(colour: str) -> str:
    box = f'<rect width="9" height="9" fill="{colour}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{box}</svg>'


@pytest.mark.parametrize("build", [by_the_interface, by_the_command, for_many_clinics])
def test_a_logo_that_is_saved_while_a_build_runs_is_printed_by_the_next_one(
    build: Build, clinic: Path, library: Library
) -> None:
    def save(colour: str) -> None:
        make_tiny(clinic, {**BASE, "brand.yaml": "logo: logo.svg\n", "logo.svg": _logo(colour)})

    save(RED)
    build(clinic, library, lambda: save(GREEN))
    build(clinic, library, lambda: None)
    for sheet in (clinic.parent / "out").rglob(SHEET):
        assert (_printed(sheet, GREEN), _printed(sheet, RED)) == (True, False)


def _printed(sheet: Path, colour: str) -> bool:
    """Whether a colour is on the first page."""
    with pypdfium2.PdfDocument(sheet.read_bytes()) as document:
        page = document[0].render(scale=1).to_pil().convert("RGB")
    colours = {found for _, found in page.getcolors(page.width * page.height) or ()}
    return tuple(bytes.fromhex(colour[1:])) in colours
