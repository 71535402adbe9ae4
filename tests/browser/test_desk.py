"""Staff at the print desk with a real browser: mouse, keyboard, phone, without scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.decoding import files_below
from tests.desk.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

NAME, NOTE = "Xanthippe Quuxberg", "Zwischendurch kuehlen."
STUB = (
    "window.printed = 0; window.print = () => { window.top.printed = (window.top.printed||0) + 1 }"
)
"""In place of `print`, with which a browser without a window would crash."""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def _browsing(playwright: Any, profile: Path, **options: Any) -> Iterator[BrowserContext]:
    """A browser with a profile of its own, on disk as that of a real one."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox"],
        **{"viewport": {"width": 1024, "height": 768}, **options},
    )
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture
def page(playwright: Any, served: Served, tmp_path: Path) -> Iterator[Page]:
    """A page at the desk, on which nothing may go wrong unseen."""
    served.clock.seconds += 61
    with _browsing(playwright, tmp_path / "profile") as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda m: wrong.append(m.text) if _is_fault(m.text) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"http://{served.host}/")
        yield page
        assert wrong == []


def _is_fault(text: str) -> bool:
    """Not a form with errors, which browsers report as something that failed to load."""
    return not re.search(r"status of (422|410)", text)


def order(page: Page, *leaflets: str) -> None:
    for leaflet in leaflets:
        page.get_by_label(leaflet, exact=True).check()


def follow(page: Page, button: str) -> None:
    """Click a button, and wait for the page that it leads to: the click ends before that."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def show(page: Page) -> None:
    follow(page, "Show the pages")


def show_one(page: Page) -> None:
    order(page, "A tiny leaflet")
    show(page)


def test_a_pack_by_mouse(page: Page) -> None:
    page.get_by_role("link", name="Both leaflets").click()
    assert page.get_by_role("status").filter(has_text="2 leaflets chosen").is_visible()
    page.get_by_label("Patient’s name").fill(NAME)
    show(page)
    assert page.title() == "2 leaflets, 2 pages, ready to print"
    for picture in page.locator(".pages img").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 300)")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the PDF").click()
    assert saved.value.suggested_filename == "pack-both_en-GB_a4-PERSONAL-DRAFT.pdf"
    page.get_by_role("link", name="Change").click()
    assert page.get_by_label("Patient’s name").input_value() == NAME
    page.go_back()
    follow(page, "Done, next patient")
    assert page.get_by_label("Patient’s name").input_value() == ""
    page.go_back()
    assert page.get_by_role("heading", name="These pages are no longer kept").is_visible()


def test_printing_opens_the_pages_in_a_frame_and_prints_that(page: Page) -> None:
    order(page, "A tiny leaflet")
    show(page)
    # What prints is the viewer in the frame; here it is a page that notes it.
    page.route(
        "**/*.pdf",
        lambda route: route.fulfill(body=f"<script>{STUB}</script>", content_type="text/html"),
    )
    page.get_by_role("button", name="Print", exact=True).click()
    frame = page.locator("#printing iframe")
    frame.wait_for()
    assert frame.is_visible()
    _wait_for_prints(page, 1)
    page.get_by_role("button", name="Print", exact=True).click()
    _wait_for_prints(page, 2)


def _wait_for_prints(page: Page, count: int) -> None:
    # The page allows no `eval`, with which the driver would wait.
    for _ in range(100):
        if page.evaluate("window.printed") == count:
            return
        page.wait_for_timeout(50)
    pytest.fail("nothing was printed")


def test_the_lines_for_the_record_are_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    order(page, "A tiny leaflet")
    show(page)
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "tiny-leaflet 1.0 en-GB" in copied


def test_by_keyboard_alone(page: Page) -> None:
    stops = 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.value") != "tiny-leaflet":
        page.keyboard.press("Tab")
        stops += 1
        assert _is_named(page)
        assert stops < 80
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.id") != "who":
        page.keyboard.press("Tab")
    page.keyboard.type(NAME)
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
        assert _is_named(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/job/*")
    while page.evaluate("document.activeElement.textContent") != "Done, next patient":
        page.keyboard.press("Tab")
        assert _outline(page) >= 2
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/$"))


def _is_named(page: Page) -> bool:
    script = "e => (e.labels && e.labels.length || e.textContent.trim()) ? 1 : 0"
    return bool(page.evaluate(f"({script})(document.activeElement)"))


def _outline(page: Page) -> float:
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    return float(width.removesuffix("px"))


def test_a_search_hides_what_does_not_match_and_sends_nothing(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Find a leaflet").fill("CAFÉ zweites")
    assert page.get_by_role("status").filter(has_text="1 leaflet found").is_visible()
    assert page.get_by_label("A tiny leaflet", exact=True).is_hidden()
    page.get_by_label("Find a leaflet").press("Enter")
    page.get_by_label("Find a leaflet").fill("nothing at all")
    assert page.get_by_text("No leaflet has all of these words").is_visible()
    assert [url for url in asked if not url.endswith(".svg")] == []  # the page's icon


def test_errors_have_the_focus_and_lead_to_their_fields(page: Page) -> None:
    page.get_by_label("Note").fill("x" * 120)
    order(page, "A tiny leaflet")
    show(page)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.id") == "summary"
    page.locator("#summary a").click()
    assert page.evaluate("document.activeElement.id") == "words"
    assert page.get_by_label("A tiny leaflet", exact=True).is_checked()


def test_the_room_for_a_note_follows_the_ticks(page: Page) -> None:
    order(page, "Ein zweites Blatt, Café")
    assert page.get_by_text("Room for 68 characters").is_visible()
    order(page, "A tiny leaflet")
    before = page.locator("#room").inner_text()
    page.get_by_label("Patient’s name").fill("x" * 10)
    assert page.locator("#room").inner_text() != before
    page.get_by_label("Cover page").check()
    assert page.get_by_text("Room for 600 characters on the cover page").is_visible()


PAGES = {
    "list": lambda page: page.reload(),
    "errors": show,
    "job": show_one,
    "leaflet": lambda page: page.get_by_role("link", name="Look inside: A tiny leaflet").click(),
    "about": lambda page: page.get_by_role("link", name="About").click(),
    "gone": lambda page: page.goto(page.url + "job/x"),
}


@pytest.mark.parametrize("go", PAGES.values(), ids=PAGES)
def test_every_page_is_accessible_and_fits(go: Any, page: Page) -> None:
    """For the axe engine, at 320 pixels, at 200 %, with wide spacing, and in forced colours."""
    from axe_playwright_python.sync_playwright import Axe

    go(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    for width, height in ((320, 640), (512, 384), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 320, "height": 640})
    spacing = "letter-spacing: .12em; word-spacing: .16em; line-height: 1.5"
    page.evaluate(f"for (const e of document.querySelectorAll('*')) e.style.cssText += '{spacing}'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(forced_colors="active")
    assert Axe().run(page).violations_count == 0


def test_targets_are_large(page: Page) -> None:
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(a, button, input, select, textarea)')]"
        ".map(e => [e.id || e.textContent, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height && (box.height < 24 || box.width < 24)).map(([id]) => id)"
    )
    assert small == []


def test_on_a_small_screen_the_button_is_in_view(page: Page) -> None:
    box = page.get_by_role("button", name="Show the pages").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 768


def test_without_scripts_every_step_works(playwright: Any, served: Served, tmp_path: Path) -> None:
    served.clock.seconds += 61
    with _browsing(playwright, tmp_path / "profile", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"http://{served.host}/")
        order(page, "A tiny leaflet")
        show(page)
        assert page.title() == "1 leaflet, 1 page, ready to print"
        assert page.get_by_role("button", name="Print", exact=True).is_hidden()
        assert page.get_by_role("link", name="Open the PDF").is_visible()
        follow(page, "Done, next patient")
        assert page.title().startswith("Leaflets")


def test_right_to_left_the_page_is_mirrored(
    playwright: Any, served: Served, tmp_path: Path
) -> None:
    with _browsing(playwright, tmp_path / "profile", locale="ar") as context:
        page = context.new_page()
        page.goto(f"http://{served.host}/")
        assert page.evaluate("document.dir") == "rtl"
        panel = page.locator(".panel").bounding_box()
        leaflets = page.locator(".leaflets").bounding_box()
        assert panel
        assert leaflets
        assert panel["x"] < leaflets["x"]
        label = page.get_by_text("A tiny leaflet", exact=True)
        assert label.evaluate("e => getComputedStyle(e).direction") == "ltr"
        # It stands beside its box, not at the other end of the line.
        ends = "e => { const r = document.createRange(); r.selectNodeContents(e); "
        ends += "return e.getBoundingClientRect().right - r.getBoundingClientRect().right }"
        assert label.evaluate(ends) < 2
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_closed_profile_holds_nothing_of_the_patient(
    playwright: Any, served: Served, tmp_path: Path
) -> None:
    served.clock.seconds += 61
    profile = tmp_path / "profile"
    with _browsing(playwright, profile) as context:
        page = context.new_page()
        page.goto(f"http://{served.host}/")
        order(page, "A tiny leaflet", "Ein zweites Blatt, Café")
        page.get_by_label("Patient’s name").fill(NAME)
        page.get_by_label("Note").fill(NOTE)
        page.get_by_label("Find a leaflet").fill("tiny")
        show(page)
        assert page.title().startswith("2 leaflets")
        page.go_back()
        assert page.get_by_label("Patient’s name").input_value() == ""
        page.go_forward()
        page.get_by_role("link", name="Change").click()
        page.go_back()
        follow(page, "Done, next patient")
        page.goto(f"http://{served.host}/about")
    left = {
        str(path.relative_to(profile))
        for path, data in files_below(profile).items()
        for words in (NAME, NOTE, NAME.split()[1])
        if words.encode() in data or words.encode("utf-16-le") in data or b"%PDF-" in data
    }
    assert left == set()
