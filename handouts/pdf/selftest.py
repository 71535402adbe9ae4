"""Self-test: renders a small page to check that the engine does what the shortcuts rely on."""

from __future__ import annotations

from typing import Any

from handouts.content.writing_systems import font_families
from handouts.diagnostics import HandoutsError
from handouts.model.colour import tint
from handouts.page.areas import ALT_PREFIX, Area, placeholder
from handouts.page.compose import Page
from handouts.page.context import STAND_IN, stand_in_colours
from handouts.page.data_uris import svg_uri
from handouts.pdf import internals
from handouts.pdf.drawings import Drawings
from handouts.pdf.internals import text
from handouts.pdf.objects import FragmentReader
from handouts.pdf.read import page_pictures, page_words
from handouts.pdf.render import mould_of, render_pdf, set_in_mould
from handouts.pdf.shells import render_shell

_AREA = Area("card", 60, 20)
_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><defs><linearGradient id="g">'
    '<stop offset="0" stop-color="#204060"/><stop offset="1" stop-color="#e0a040"/>'
    '</linearGradient></defs><rect width="40" height="20" fill="url(#g)"/>'
    '<text x="4" y="14" font-size="10">Ag</text></svg>'
)
_PALE = tint(STAND_IN.primary, 0.35)
_PAGE = Page(
    '<!doctype html><html lang="en"><head><title>Self-test</title>'
    '<meta name="author" content="area:author"></head>'
    f'<body style="font-family: Noto Sans; color: {STAND_IN.primary}"><h1>Self-test</h1>'
    f'<p style="border: 1pt solid {_PALE}; background: {STAND_IN.accent}">Words</p>'
    f'<img src="{placeholder(0)}" alt="{ALT_PREFIX}{_AREA.name}" style="{_AREA.style}">'
    f'<img src="{svg_uri(_DRAWING)}" alt="A drawing" style="width: 60mm"></body></html>',
    "Self-test",
    (_AREA,),
    {**stand_in_colours(), _PALE: ("primary", 0.35)},
)
"""One of each that a shell replaces: an area, the author, colours and a tint; and a drawing."""


_WORDS = {"hi": "पहले हफ़्तों में", "bn": "সপ্তাহে দুবার", "th": "ผิวต้องใช้เวลา"}
"""Words whose letters share glyphs: without codes of our own, later ones read as earlier ones."""

_READABLE = Page(
    '<!doctype html><html lang="en"><head><title>Self-test</title></head><body>'
    + "".join(
        f"<p lang={language} style='font-family: \"{font_families(language)[0]}\"'>{words}</p>"
        for language, words in _WORDS.items()
    )
    + '<table><tr><th scope="col">A</th></tr></table></body></html>',
    "Self-test",
)


def failures() -> list[str]:
    """The checks that failed, as messages; empty if all passed."""
    failed: list[str] = []
    try:
        render_shell(_PAGE)
    except HandoutsError as error:
        failed += [diagnostic.message for diagnostic in error.diagnostics]
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        failed.append(f"the engine's objects have changed ({type(error).__name__}: {error})")

    # A drawing must look the same painted by the engine, as a form, and as a reused form.
    page = Page(_PAGE.html, "Self-test")
    memory = Drawings()
    try:
        # The third time, the form comes from the cache.
        plain, first, again = (
            page_pictures(render_pdf(page, drawings=drawings).pdf, 50)
            for drawings in (None, memory, memory)
        )
    except (HandoutsError, AttributeError, LookupError, TypeError, ValueError) as error:
        failed.append(f"drawings cannot be painted as forms ({type(error).__name__}: {error})")
    else:
        if not plain == first == again:
            failed.append("drawings look different when painted as forms")
    return failed + _unreadable() + _set_otherwise()


_LINE = (
    '<!doctype html><html lang="en"><head><title>-</title><style>@page { size: 200pt 20pt; '
    "margin: 0 } body { margin: 0 } p { margin: 0; text-align: end }</style></head>"
    '<body style="font-family: Noto Sans"><p>%s</p></body></html>'
)


def _set_otherwise() -> list[str]:
    """Whether a line that is set in a mould is other than the engine's, as messages."""
    found: list[object] = []

    def read(pdf: Any) -> None:
        reader = FragmentReader(pdf)
        found.append([*map(reader.fragment, internals.pages(pdf)), *reader.rest()])

    try:
        render_pdf(Page(_LINE % "Words", "-"), read, tagged=False)
        mould = mould_of(Page(_LINE % "Other", "-"))
        if mould is None:  # lines are then set by the engine alone
            return []
        set_in_mould(mould, ("Words",), read)
    except (HandoutsError, AttributeError, LookupError, TypeError, ValueError) as error:
        return [f"lines cannot be set in moulds ({type(error).__name__}: {error})"]
    return (
        [] if found[0] == found[-1] and len(found) == 2 else ["lines are set otherwise in moulds"]
    )


def _unreadable() -> list[str]:
    """What cannot be read back, or is missing in the tags, as messages."""
    if missing := text.changed():
        return [f"text of other scripts cannot be read back: the engine has no {missing[0]}"]
    pdf = render_pdf(_READABLE).pdf
    (read,) = page_words(pdf) or ("",)
    found = "".join(read.replace("\N{WORD JOINER}", "").split())
    lost = [name for name, words in _WORDS.items() if "".join(words.split()) not in found]
    return [f"text in {name} cannot be read back" for name in lost]
