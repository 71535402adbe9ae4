"""From a form to pages that can be printed, and what is said where that is not possible."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pytest

import handouts
from handouts.desk.stock import Clinics, Stock
from handouts.desk.tickets import MOST, Job, Tickets
from handouts.desk.upkeep import Upkeep
from handouts.desk.workers import Workers
from handouts.page.personal import Personal
from tests import readback
from tests.desk.served import PACKS, Served, serving
from tests.world import CLINIC
from tests.world import handouts as command

BOTH = ("second-leaflet", "tiny-leaflet")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("desk")) as served:
        yield served


@pytest.fixture(autouse=True)
def _not_too_often(served: Served) -> None:
    served.clock.seconds += 61


def title(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0]


# The list -----------------------------------------------------------------------------------------


def test_the_list_shows_every_leaflet_with_its_state(served: Served) -> None:
    page = served.ask("/").text
    assert "A tiny leaflet" in page
    assert "Ein zweites Blatt, Café" in page
    (shelf,) = served.desk.stock.shelves.values()
    assert page.count("Draft: nobody has approved it") == len(shelf.items)
    assert title(page) == "Leaflets – Test Clinic"


def test_a_search_finds_words_without_accents_and_capitals(served: Served) -> None:
    page = served.ask("/").text
    words = re.findall(r'data-words="([^"]*)"', page)
    assert any("zweites blatt, cafe" in each for each in words)


@pytest.mark.parametrize(
    ("query", "ticked"),
    [
        ("", set()),
        ("?leaflet=tiny-leaflet", {"tiny-leaflet"}),
        ("?pack=both", set(BOTH)),
        ("?pack=none&leaflet=none", set()),
    ],
)
def test_a_link_ticks_leaflets(query: str, ticked: set[str], served: Served) -> None:
    page = served.ask(f"/{query}").text
    boxes = re.findall(r'value="([\w-]+)" id="leaflet-[^>]* checked', page)
    assert set(boxes) == ticked


# Jobs ---------------------------------------------------------------------------------------------


def test_a_general_leaflet_is_the_file_that_a_build_writes(served: Served, tmp_path: Path) -> None:
    job = served.job("tiny-leaflet")
    command("build", "tiny-leaflet", "-w", served.clinic, "-o", tmp_path, "--date", "2026-11-22")
    assert served.pdf(job) == (tmp_path / "tiny-leaflet_en-GB_a4-DRAFT.pdf").read_bytes()
    assert "tiny-leaflet_en-GB_a4-DRAFT.pdf" in served.ask(job).text


def test_a_copy_for_somebody_says_so(served: Served) -> None:
    job = served.job("tiny-leaflet", who="Anna Example", by="Dr B. Sample")
    pdf = served.pdf(job)
    day = served.clock.now().date()
    personal = Personal("Anna Example", "Dr B. Sample", None, day)
    assert pdf == handouts.open(served.clinic).leaflet("tiny-leaflet", on=day).pdf(personal)
    assert "-PERSONAL-DRAFT.pdf" in served.ask(job).text


def test_leaflets_of_a_pack_come_in_its_order_and_under_its_name(served: Served) -> None:
    """Whatever the order of the ticks."""
    job = served.job(*BOTH)
    pdf = served.pdf(job)
    assert readback.headings(pdf, 1) == ["A tiny leaflet", "Ein zweites Blatt, Café"]
    assert page_validation.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    assert "/pack-both_en-GB_a4-DRAFT.pdf" in served.ask(job).text
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.docinfo["/Title"]) == "DRAFT: Both leaflets"


LOOKS: dict[str, tuple[dict[str, object], tuple[float, float]]] = {
    "letter": ({"paper": "letter"}, (215.9, 279.4)),
    "large print": ({"edition": "large"}, (210.0, 297.0)),
    "one sheet": ({"edition": "summary"}, (210.0, 297.0)),
    "black": ({"ink": "black"}, (210.0, 297.0)),
}


@pytest.mark.parametrize(("fields", "size"), LOOKS.values(), ids=LOOKS)
def test_every_look_that_there_is_can_be_printed(
    fields: dict[str, object], size: tuple[float, float], served: Served
) -> None:
    pdf = served.pdf(served.job("tiny-leaflet", **fields))
    assert set(readback.page_sizes(pdf)) == {size}


def test_copies_are_proposed_to_the_print_window(served: Served) -> None:
    job = served.job("tiny-leaflet", copies="3")
    with pikepdf.open(BytesIO(served.pdf(job))) as document:
        assert document.Root.ViewerPreferences.NumCopies == 3
    assert "The print window proposes 3 copies." in served.ask(job).text


def test_a_cover_page_has_the_name_the_note_and_what_follows(served: Served) -> None:
    note = "Start slowly.\n\nTwo nights a week at first, then every other night. " * 5
    job = served.job(*BOTH, who="Anna Example", by="Dr B. Sample", words=note, cover="1")
    pdf = served.pdf(job)
    texts = readback.page_texts(pdf)
    assert readback.headings(pdf, 1)[0] == "For Anna Example"
    for words in ("From Dr B. Sample", "every other night", "A tiny leaflet", "20 7946 0000"):
        assert words in texts[0]
    assert texts[1] == ""
    assert "Anna Example" in texts[2]
    assert "every other night" not in texts[2]
    assert page_validation.validate_pdf_bytes(pdf, profile="ua1").is_compliant


def test_the_page_of_a_job_names_no_patient(served: Served) -> None:
    page = served.ask(served.job(*BOTH, who="Anna Rarename")).text
    assert title(page) == "2 leaflets, 2 pages, ready to print"
    assert "Rarename" not in page


def test_the_receipt_has_a_line_for_each_leaflet(served: Served) -> None:
    page = served.ask(served.job(*BOTH, who="Anna Rarename")).text
    lines = page.partition('dir="ltr">')[2].partition("</textarea>")[0].splitlines()
    code = handouts.open(served.clinic).leaflet("tiny-leaflet", on=served.clock.now().date()).code
    assert lines[0] == f"2026-11-22 09:30 · Test Clinic · {code} · A4 · not approved"
    assert len(lines) == 2
    found = command("verify", code, "-w", served.clinic, "--date", "2026-11-22")
    assert found.exit_code == 0


def test_pages_are_shown_as_pictures(served: Served) -> None:
    job = served.job(*BOTH)
    page = served.ask(job).text
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)
    alts = [alt for _, alt in pictures]
    assert alts[:2] == ["A tiny leaflet, page 1 of 1", "Empty page"]
    for path, _ in pictures:
        answer = served.ask(path)
        assert answer.body.startswith(b"\xff\xd8")
        assert answer.headers["cache-control"] == "no-store"
    large = served.ask(f"{pictures[0][0]}?large")
    assert len(large.body) > len(served.ask(pictures[0][0]).body)
    assert served.ask(f"{job}/{len(pictures) + 1}.jpg").status == 404


def test_a_pdf_is_shown_or_saved(served: Served) -> None:
    page = served.ask(served.job("tiny-leaflet")).text
    pdf = page.partition('data-pdf="')[2].partition('"')[0]
    name = "tiny-leaflet_en-GB_a4-DRAFT.pdf"
    assert served.ask(pdf).headers["content-disposition"] == f'inline; filename="{name}"'
    assert served.ask(f"{pdf}?save").headers["content-disposition"].startswith("attachment")
    assert served.ask(pdf).headers["content-security-policy"] == "frame-ancestors 'self'"
    assert served.ask(pdf.replace(name, "other.pdf")).status == 410


def test_change_brings_back_what_was_typed(served: Served) -> None:
    job = served.job("tiny-leaflet", who="Anna Example", words="A note", copies="2", ink="black")
    page = served.ask(f"{job}/change").text
    for words in ('value="Anna Example"', ">A note</textarea>", 'value="2"'):
        assert words in page
    assert re.search(r'value="black" selected', page)


# Faults -------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing ticked": ({"leaflet": ()}, "leaflet", "Choose a leaflet"),
    "a leaflet that is gone": ({"leaflet": ["nothing"]}, "leaflet", "“nothing” is not among"),
    "another language": ({"language": "xx"}, "language", "Choose one of those offered"),
    "another paper": ({"paper": "a0"}, "paper", "Choose one of those offered"),
    "no copies": ({"copies": "0"}, "copies", "a number from 1 to 20"),
    "too many copies": ({"copies": "21"}, "copies", "a number from 1 to 20"),
    "copies in words": ({"copies": "two"}, "copies", "a number from 1 to 20"),
    "copies in other digits": ({"copies": "٣"}, "copies", "a number from 1 to 20"),
    "a long name": ({"who": "W" * 120}, "who", "Together these are too long"),
    "a wide name": ({"who": "W" * 70}, "who", "too long"),
    "a long note": ({"words": "x" * 120}, "words", "room for"),
    "a long note for the cover": ({"words": "x" * 601, "cover": "1"}, "words", "room for 600"),
    "letters without a font": ({"who": "Anna ქ"}, "who", "No font has these characters: ქ"),
    "a note without a font": ({"words": "Anna ქ"}, "words", "No font has these characters: ქ"),
    "a bell": ({"who": "Anna\x07"}, "who", "invisible or damaged"),
    "a mark of direction": ({"by": "Dr \u202eB"}, "by", "invisible or damaged"),
    "a private character": ({"words": "a \ue000"}, "words", "invisible or damaged"),
    "a note with a control": ({"words": "a\x00b", "cover": "1"}, "words", "invisible or damaged"),
}


@pytest.mark.parametrize(("fields", "name", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_at_its_field(
    fields: dict[str, Any], name: str, words: str, served: Served
) -> None:
    given = {"leaflet": ["tiny-leaflet"], "who": "Anna Example", **fields}
    answer = served.post(f"{served.prefix}jobs", given)
    assert answer.status == 422
    page = answer.text
    assert title(page).startswith("Error: ")
    summary = page.partition('id="summary"')[2].partition("</div>")[0]
    assert words in summary
    assert f'id="{name}-fault"' in page
    if "who" not in fields:
        assert 'value="Anna Example"' in page  # nothing typed is lost


@pytest.mark.parametrize("name", ["علی\u200cرضا", "श\u094d\u200dर\u0940"])
def test_joiners_within_a_name_are_part_of_its_spelling(name: str, served: Served) -> None:
    assert served.order("tiny-leaflet", who=name).status == 303


def test_markup_in_what_is_typed_is_only_text(served: Served) -> None:
    answer = served.order(who='"><script>alert(1)</script>', words="x" * 200)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


# Tickets ------------------------------------------------------------------------------------------


def test_a_job_is_gone_after_ten_minutes_or_when_it_is_done(served: Served) -> None:
    old, done, new = (served.job("tiny-leaflet") for _ in range(3))
    answer = served.post(f"{done}/done")
    assert (answer.status, answer.location) == (303, "/")
    assert served.ask(done).status == 410
    assert served.ask(new).status == 200
    served.clock.seconds += 599
    assert served.ask(old).status == 200
    served.clock.seconds += 2
    for path in (old, f"{old}/1.jpg", f"{old}/change", f"{old}/x.pdf"):
        answer = served.ask(path)
        assert answer.status == 410
        assert "no longer kept" in answer.text


def _job(size: int) -> Job:
    return Job("clinic", "x.pdf", b"x" * size, (), 1, 1, "a4", (), (), {})


def test_too_many_jobs_push_the_oldest_out() -> None:
    tickets = Tickets(lambda: 0.0)
    names = [tickets.add(_job(1)) for _ in range(MOST + 1)]
    assert tickets.get(names[0]) is None
    assert tickets.get(names[1])


def test_large_jobs_push_older_ones_out() -> None:
    tickets = Tickets(lambda: 0.0)
    first, second, third = (tickets.add(_job(30_000_000)) for _ in range(3))
    assert [tickets.get(name) is not None for name in (first, second, third)] == [False, True, True]


def test_tickets_cannot_be_guessed() -> None:
    tickets = Tickets(lambda: 0.0)
    names = {tickets.add(_job(1)) for _ in range(100)}
    assert len(names) == 100
    assert min(map(len, names)) >= 22


# While it serves ----------------------------------------------------------------------------------


async def _look(served: Served) -> None:
    await served.desk.upkeep.look_again()


def again(served: Served) -> None:
    """What the desk does every two seconds."""
    asyncio.run(_look(served))


def approve(clinic: Path, until: str = "", *more: str) -> None:
    options = [*more, "--until", until] if until else more
    result = command(
        *("approve", "tiny-leaflet", "--role", "clinical", "--by", "Dr C. Sample", *options),
        *("-w", clinic, "--date", "2026-11-22"),
    )
    assert result.exit_code == 0, result.output


def test_an_approval_is_seen_and_named_and_ends(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        approve(served.clinic, "2026-12-01")
        again(served)
        page = served.ask("/").text
        assert "Approved by Dr C. Sample, 22 November 2026; review due" in page
        job = served.job("tiny-leaflet")
        assert "approved by Dr C. Sample 2026-11-22" in served.ask(job).text
        assert "DRAFT" not in served.ask(job).text

        served.clock.day = datetime(2026, 12, 2, 9, 0).astimezone()
        again(served)
        assert "Approval ended 1 December 2026" in served.ask("/").text
        assert "DRAFT" in served.ask(served.job("tiny-leaflet")).text


def test_the_end_of_an_approval_is_that_of_this_region(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        approve(served.clinic, "2026-11-25")
        approve(served.clinic, "2026-12-01", "--region", "US")
        served.clock.day = datetime(2026, 12, 2, 9, 0).astimezone()
        again(served)
        assert "Approval ended 25 November 2026" in served.ask("/").text


def test_a_review_date_that_passes_while_it_serves(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        approve(served.clinic)
        due = datetime(2027, 11, 22, 9, 0).astimezone()
        for day, words in ((due, "Approved by"), (due + timedelta(days=1), "Review overdue since")):
            served.clock.day = day
            again(served)
            assert words in served.ask("/").text


def test_changed_words_end_an_approval(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        approve(served.clinic)
        path = served.clinic / "content/leaflets/tiny-leaflet.yaml"
        path.write_text(path.read_text("utf-8").replace("A last point", "One more"), "utf-8")
        again(served)
        assert "Changed since it was approved: in-short" in served.ask("/").text
        assert "One more" in readback.text(served.pdf(served.job("tiny-leaflet")))


def test_what_is_saved_while_the_desk_starts_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Clinics.read

    def and_save(clinics: Clinics, now: datetime) -> Stock:
        stock = read(clinics, now)
        path = tmp_path / "clinic/content/leaflets/tiny-leaflet.yaml"
        path.write_text(path.read_text("utf-8").replace("A last point", "One more"), "utf-8")
        return stock

    with monkeypatch.context() as patch:
        patch.setattr(Clinics, "read", and_save)
        with serving(tmp_path) as served:
            patch.undo()
            again(served)
            assert "One more" in readback.text(served.pdf(served.job("tiny-leaflet")))


def test_files_are_looked_at_while_no_worker_gets_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Workers) -> None:
        await asyncio.Event().wait()

    looked = threading.Event()

    async def look_again(upkeep: Upkeep) -> None:
        if tmp_path in upkeep.clinics.project.folder.parents:  # other desks may run beside it
            looked.set()

    monkeypatch.setattr(Workers, "start", never)
    monkeypatch.setattr(Upkeep, "look_again", look_again)
    with serving(tmp_path):
        assert looked.wait(30)


def test_a_clinic_that_requires_approval_prints_nothing_else(tmp_path: Path) -> None:
    settings = f"{CLINIC}require: approved\n{PACKS}"
    with serving(tmp_path, {"handouts.yaml": settings}) as served:
        approve(served.clinic)
        again(served)
        page = served.ask("/").text
        boxes = dict(re.findall(r'id="leaflet-([\w-]+)"[^>]*?( disabled)? data-room', page))
        assert boxes.pop("tiny-leaflet") == ""
        assert set(boxes.values()) == {" disabled"}
        assert "This clinic prints approved leaflets only" in page
        assert served.order("second-leaflet").status == 422
        assert served.order("tiny-leaflet").status == 303


def test_a_spoilt_leaflet_stops_only_itself(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        kept = served.job("tiny-leaflet", who="Anna Example")
        path = served.clinic / "content/leaflets/second-leaflet.yaml"
        path.write_text(path.read_text("utf-8").replace("aim:", "aims:"), "utf-8")
        again(served)
        page = served.ask("/").text
        assert "Some files have errors" in page
        assert "Cannot be made" in page
        assert served.order("tiny-leaflet").status == 303
        assert served.order("second-leaflet").status == 422
        assert served.ask(kept).status == 200
        about = served.ask("/about").text
        assert "second-leaflet.yaml" in about
        assert "Unknown key `aims`" in about


def test_spoilt_settings_stop_everything_until_they_are_mended(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        path = served.clinic / "handouts.yaml"
        good = path.read_text("utf-8")
        path.write_text(good.replace("phone:", "fone:"), "utf-8")
        again(served)
        page = served.ask("/")
        assert page.status == 200
        assert "have an error, so nothing can be printed" in page.text
        assert served.order("tiny-leaflet").status == 422
        path.write_text(good, "utf-8")
        again(served)
        assert served.order("tiny-leaflet").status == 303


def test_a_worker_that_is_killed_takes_nothing_with_it(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        kept = served.job("tiny-leaflet")
        for process in list((served.desk.workers._jobs._processes or {}).values()):
            os.kill(process.pid or 0, signal.SIGKILL)
        assert served.order("tiny-leaflet", who="Anna Example").status == 303
        assert served.ask(kept).status == 200


def test_a_store_that_cannot_be_written_to_is_done_without(tmp_path: Path) -> None:
    """As on a disk that is full."""
    (tmp_path / "store").write_text("no folder")
    with serving(tmp_path) as served:
        assert served.order(*BOTH, who="Anna Example").status == 303


def test_too_many_waiting_jobs_are_told_to_come_back(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handouts.desk.workers.MOST_WAITING", 0)
    answer = served.order("tiny-leaflet", who="Anna Example")
    assert answer.status == 503
    assert "Many people are printing" in answer.text
    assert 'value="Anna Example"' in answer.text


def test_a_job_that_takes_too_long_is_stopped(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("handouts.desk.workers.PATIENCE", 0.0001)
        answer = served.order("tiny-leaflet", who="Anna Example")
        assert answer.status == 503
        assert "took too long" in answer.text
    assert served.order("tiny-leaflet").status == 303
