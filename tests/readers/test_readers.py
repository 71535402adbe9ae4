"""Other programs read, print and save the leaflets: a job of its own, see scripts/readers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from handouts.api.project import open_project
from tests.in_scripts import LANGUAGES, PHONE, pdf_in, texts_in_print
from tests.world import DAY

pytestmark = pytest.mark.readers

LEAFLETS = ("acne-explained", "my-wound-card", "fractional-co2-laser")
WORDS = ("Larkfield Centre", "first", "skin")
"""Words of every leaflet; ``first`` would be lost with its ligature."""

READ = {
    "Poppler": "pdftotext {pdf} -",
    "MuPDF": "mutool draw -q -F txt {pdf}",
    "Ghostscript": "gs -q -dNOPAUSE -dBATCH -sDEVICE=txtwrite -o - {pdf}",
    "pdf.js": 'node "$READERS/words.mjs" {pdf}',
    "pypdf": "python -c 'import pypdf; "
    'print(*(page.extract_text() for page in pypdf.PdfReader("{pdf}").pages))\'',
}
SAVED = {
    "qpdf": "qpdf --check {pdf} && qpdf --linearize {pdf} {out}",
    "MuPDF": "mutool clean -gggg {pdf} {out}",
    "Ghostscript": "gs -q -dNOPAUSE -dBATCH -sDEVICE=pdfwrite -o {out} {pdf}",
    "Poppler": "pdftocairo -pdf {pdf} {out}",
    "pypdf": 'python -c \'import pypdf; writer = pypdf.PdfWriter(clone_from="{pdf}"); '
    'writer.write("{out}")\'',
}
PRINTED = {
    "PostScript by Poppler": "pdftops {pdf} {out}",
    "PostScript by Ghostscript": "gs -q -dNOPAUSE -dBATCH -sDEVICE=ps2write -o {out} {pdf}",
    "PCL by Ghostscript": "gs -q -dNOPAUSE -dBATCH -sDEVICE=ljet4 -o {out} {pdf}",
    "two sides on a sheet by CUPS": "pdftopdf 1 me title 1 number-up=2 {pdf} 2>/dev/null >{out}",
    "dots for a printer by CUPS and Ghostscript": "gstoraster 1 me title 1 '' {pdf} "
    "2>/dev/null >{out}",
    "dots for a printer by CUPS and Poppler": "pdftoraster 1 me title 1 '' {pdf} "
    "2>/dev/null >{out}",
    "a picture by Poppler": "pdftoppm -r 40 -png -singlefile {pdf} {out}",
    "a picture by MuPDF": "mutool draw -q -r 40 -o {out}.png {pdf}",
}


@pytest.fixture(params=LEAFLETS)
def pdf(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "leaflet.pdf"
    path.write_bytes(open_project().leaflet(request.param, on=DAY, paper="a4").pdf())
    return path


def run(command: str, pdf: Path) -> str:
    """What a command prints; it must succeed, and complain of nothing."""
    line = command.format(pdf=pdf, out=pdf.with_name("out.pdf"))
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    complaints = [text for text in done.stderr.splitlines() if "ICC support" not in text]
    assert (done.returncode, complaints) == (0, [])
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("command", READ.values(), ids=READ)
def test_its_words_are_read(command: str, pdf: Path) -> None:
    text = run(command, pdf)
    assert [word for word in WORDS if word not in text] == []


@pytest.mark.parametrize("command", SAVED.values(), ids=SAVED)
def test_it_can_be_saved_again(command: str, pdf: Path) -> None:
    """With its words, and without complaints of another reader."""
    run(command, pdf)
    text = run(READ["Poppler"], pdf.with_name("out.pdf"))
    assert [word for word in WORDS if word not in text] == []


@pytest.mark.parametrize("command", PRINTED.values(), ids=PRINTED)
def test_it_can_be_printed(command: str, pdf: Path) -> None:
    run(command, pdf)
    assert [out.stat().st_size > 1000 for out in pdf.parent.glob("out*")] == [True]


def test_the_words_are_still_there_with_two_pages_on_a_side(pdf: Path) -> None:
    run(PRINTED["two sides on a sheet by CUPS"], pdf)
    text = run(READ["Poppler"], pdf.with_name("out.pdf"))
    assert [word for word in WORDS if word not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_finds_the_text_of_every_script(language: str, tmp_path: Path) -> None:
    """All of it; of Nastaliq, which it reads by stretches of letters, the telephone number."""
    path = tmp_path / "leaflet.pdf"
    path.write_bytes(pdf_in(language))
    found = _bare(run(READ["pdf.js"], path))
    texts = [PHONE] if language == "ur" else [*texts_in_print(language), PHONE]
    assert [text for text in texts if _bare(text) not in found] == []


def _bare(text: str) -> str:
    """A text without blanks, fillers and joiners."""
    return "".join(text.split()).translate(dict.fromkeys(map(ord, "\u2060\u200c\u200d")))
