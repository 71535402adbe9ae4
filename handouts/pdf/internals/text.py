"""Text that can be read back in every script, and tags that name languages and head cells.

The engine uses the number of a glyph as the character code in a PDF, keeps the first text that a
glyph ever stood for, and gives nothing to further glyphs of a cluster. Arabic dots, signs of Indian
scripts and Thai vowels are shared between letters, so that later words read as earlier ones: of 27
texts of a page, readers found 13 in Hindi, 1 in Bengali, 6 in Tamil, 7 in Thai. Here every pair of
glyph and text has a code of its own, and all 27 are found in each (PDFium and pdf.js).

Four functions of the engine are wrapped, see ``WRAPPED``. English lines, and all others in which a
glyph stands for one letter, are passed through, and their bytes stay as they are.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial, wraps
from importlib import import_module
from itertools import pairwise
from typing import Any, NamedTuple
from unicodedata import combining

import pydyf

from handouts.pdf.objects import CODES, code_table

WRAPPED = {
    "weasyprint.draw.text:draw_first_line": "stream textbox text_overflow block_ellipsis matrix",
    "weasyprint.pdf.fonts:Font.clean": "self to_unicode hinting",
    "weasyprint.pdf:build_fonts_dictionary": "pdf fonts compress subset options",
    "weasyprint.pdf.tags:_build_box_tree": "box parent pdf page_number nums annotations tags",
}
"""What is wrapped, and the names of its arguments, by which a change of the engine is noticed."""

_SHARED_GLYPHS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ua800-\uabff"
    "\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001eeff]"
)
"""Combining marks, and letters of scripts whose letters share glyphs or change places."""

_NOTHING = "\N{WORD JOINER}"
"""The text of a glyph that adds none: PDF/UA forbids an empty one, and no reader shows this."""

_FIRST_SPARE = 0xFFFE
"""The first of the codes that are no glyph, counted downwards. No font here has so many glyphs."""


def is_plain(text: str) -> bool:
    """Whether every glyph of a text stands for one letter, and the letters stand in their order."""
    return not _SHARED_GLYPHS.search(text)


# Installing -------------------------------------------------------------------------------------


def changed() -> list[str]:
    """The wrapped functions that this version of the engine lacks, or that take other arguments."""
    return [name for name, wanted in WRAPPED.items() if arguments_of(name) != wanted]


def install() -> None:
    """Wrap the engine's functions, once in a process; not if any of them has changed.

    Then leaflets in English are printed as before, and ``selftest`` reports what is missing.
    """
    if changed():
        return
    for name, wrapper in (
        ("weasyprint.draw.text:draw_first_line", _drawing_with_codes),
        ("weasyprint.pdf.fonts:Font.clean", _cleaning_with_codes),
        ("weasyprint.pdf:build_fonts_dictionary", _fonts_with_codes),
        ("weasyprint.pdf.tags:_build_box_tree", _tree_with_languages),
    ):
        owner, attribute = _owner(name)
        original = getattr(owner, attribute)
        if not hasattr(original, "__wrapped__"):
            setattr(owner, attribute, wraps(original)(wrapper(original)))


def _owner(name: str) -> tuple[Any, str]:
    module, _, path = name.partition(":")
    *parents, attribute = path.split(".")
    owner: Any = import_module(module)
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, attribute


def arguments_of(name: str) -> str:
    """The names of the arguments of one of the engine's functions; empty if there is none."""
    try:
        owner, attribute = _owner(name)
        return " ".join(inspect.signature(getattr(owner, attribute)).parameters)
    except (AttributeError, ImportError):
        return ""


# Codes ------------------------------------------------------------------------------------------


class _Codes:
    """The codes of one font: glyphs by their own number for the first text that they stand for, and
    spare codes for every other text.
    """

    def __init__(self, font: Any) -> None:
        self._font = font
        self._known: dict[tuple[int, str], int] = {}
        self.spare: dict[int, int] = {}

    @classmethod
    def of(cls, font: Any) -> _Codes:
        """Those of a font, which keeps them as long as the file is written."""
        codes: _Codes = font.__dict__.setdefault("handouts_codes", cls(font))
        return codes

    def code(self, glyph: int, text: str) -> int:
        """The code for a glyph where it stands for a text."""
        code = self._known.get((glyph, text))
        if code is None:
            # Lines that are passed through have claimed glyphs without asking here.
            first = self._font.to_unicode.setdefault(glyph, text)
            code = glyph if first == text else _FIRST_SPARE - len(self.spare)
            if code != glyph:
                self.spare[code] = glyph
                self._font.to_unicode[code] = text
            self._known[glyph, text] = code
        return code


@dataclass(frozen=True)
class _Cluster:
    """Letters that are drawn together: their text, and the places of their glyphs in the run."""

    text: str
    places: list[int]

    def shares(self, *, leftwards: bool) -> Iterator[tuple[int, str]]:
        """The text of each glyph. The letter has all of it, drawn first or, leftwards, last.

        Right to left, readers turn a line round letter by letter and do not look into a glyph, so
        it has its letters in reverse.
        """
        drawn = list(reversed(self.places)) if leftwards else self.places
        text = self.text[::-1] if leftwards else self.text
        yield from zip(drawn, [text] + [_NOTHING] * (len(drawn) - 1), strict=True)


class _Run(NamedTuple):
    """A run of one font and direction in a line, and its glyphs as the layout library has them."""

    font: Any
    glyphs: Any
    leftwards: bool
    clusters: list[_Cluster]
    off_the_line: bool
    stacked: bool


def _runs(layout: Any) -> Iterator[_Run]:
    """The runs of the first line of a layout, from left to right."""
    from weasyprint.text.ffi import ffi, pango

    line, _ = layout.get_first_line()
    data, run = layout.text.encode(), line.runs[0]
    while run != ffi.NULL:
        item, string, run = run.data.item, run.data.glyphs, run.next
        count, starts, glyphs = string.num_glyphs, string.log_clusters, string.glyphs
        edges = [*sorted({starts[place] for place in range(count)}), item.length]
        ends = dict(pairwise(edges))
        by_start: dict[int, list[int]] = {}
        off_the_line = False
        for place in range(count):
            glyph = glyphs[place].glyph
            if glyph != pango.PANGO_GLYPH_EMPTY and not glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                by_start.setdefault(starts[place], []).append(place)
                off_the_line |= bool(glyphs[place].geometry.y_offset)
        texts = {
            start: data[item.offset + start : item.offset + end].decode()
            for start, end in ends.items()
        }
        clusters = []
        for start, places in by_start.items():
            # Joiners behind a cluster have no glyph, but are part of how a word is spelt.
            after = texts.get(ends[start], "")
            joins = ends[start] not in by_start and not after.strip("\u200c\u200d")
            clusters.append(_Cluster(texts[start] + (after if joins else ""), places))
        leftwards = bool(item.analysis.level % 2)
        if leftwards:
            clusters = _with_marks(clusters)
        stacked = leftwards and any(glyphs[c.places[-1]].geometry.y_offset for c in clusters)
        if stacked:
            clusters = [_whole(clusters, glyphs)]
        yield _Run(item.analysis.font, glyphs, leftwards, clusters, off_the_line, stacked)


def _with_marks(clusters: list[_Cluster]) -> list[_Cluster]:
    """Clusters from right to left, each with the marks on its letter.

    A mark off the line is drawn as a text of its own, which PDFium reads after all that is drawn
    together with its letter: of 161 texts of an Arabic leaflet, it found 100, and 139 with this.
    """
    joined: list[_Cluster] = []
    for cluster in reversed(clusters):
        if joined and all(map(combining, cluster.text)):
            letter = joined[-1]
            joined[-1] = _Cluster(letter.text + cluster.text, cluster.places + letter.places)
        else:
            joined.append(cluster)
    return joined


def _whole(clusters: list[_Cluster], glyphs: Any) -> _Cluster:
    """A run of letters that stand above each other, as one: whoever reads letters by where they
    stand gets them in another order. A wide one on the line has the text of all.
    """
    places = [place for cluster in clusters for place in cluster.places]
    shapes = {place: glyphs[place].geometry for place in places}
    places.sort(key=lambda place: (not shapes[place].y_offset, shapes[place].width))
    return _Cluster("".join(cluster.text for cluster in clusters), places)


def _drawing_with_codes(draw: Any) -> Any:
    """Drawing of a line in which glyphs are exchanged for codes, and put back afterwards."""
    from weasyprint.text.ffi import pango

    def draw_first_line(
        stream: Any, textbox: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> Any:
        draw_plainly = partial(draw, stream, textbox, text_overflow, block_ellipsis, matrix)
        # In a line from right to left, brackets are drawn as each other.
        shared = textbox.style["direction"] == "rtl" or _SHARED_GLYPHS.search(textbox.text)
        cut_short = text_overflow == "ellipsis" or block_ellipsis != "none"  # laid out again
        if not shared or cut_short or not textbox.text.strip():
            return draw_plainly()
        layout = textbox.pango_layout
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        runs = list(_runs(layout))
        # Readers put letters together by where they stand, so a line says its text as a whole if
        # glyphs are drawn together or off the line. Not from right to left, because two of four
        # readers would turn it round; nor in a form, which is not tagged: PDFium would put it at a
        # wrong place.
        together = any(len(cluster.places) > 1 for run in runs for cluster in run.clusters)
        mingled = together or any(run.off_the_line for run in runs)
        leftwards = any(run.leftwards for run in runs)
        said = mingled and not leftwards and stream._tags is not None  # noqa: SLF001
        if said:
            words = layout.text.encode("utf-16-be").hex().encode()
            stream.stream.append(b"/Span <</ActualText <feff" + words + b">>> BDC")
        if any(run.stacked for run in runs):
            textbox.handouts_words = layout.text
        exchanged = list(_exchange(stream, runs))
        try:
            return draw_plainly()
        finally:
            for info, glyph in exchanged:
                info.glyph = glyph
            if said:
                stream.stream.append(b"EMC")

    return draw_first_line


def _exchange(stream: Any, runs: list[_Run]) -> Iterator[tuple[Any, int]]:
    """Exchange glyphs for codes. Yields what was exchanged, and the glyph that it was."""
    for run in runs:
        font, size = stream.add_font(run.font)
        codes = _Codes.of(font)
        for cluster in run.clusters:
            for place, text in cluster.shares(leftwards=run.leftwards):
                info = run.glyphs[place]
                glyph = info.glyph
                code = codes.code(glyph, text)
                if code != glyph:
                    if code not in font.widths:
                        font.widths[code] = _width(stream, run.font, font, glyph, size)
                    info.glyph = code
                    yield info, glyph


def _width(stream: Any, pango_font: Any, font: Any, glyph: int, size: float) -> int:
    """The width of a glyph in thousandths of an em, as the engine measures it."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    if glyph not in font.widths:
        pango.pango_font_get_glyph_extents(pango_font, glyph, stream.ink_rect, stream.logical_rect)
        font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    width: int = font.widths[glyph]
    return width


# Fonts ------------------------------------------------------------------------------------------


def _cleaning_with_codes(clean: Any) -> Any:
    """Reduction of a font to its glyphs: spare codes are none, but what they stand for is."""

    def cleaned(self: Any, to_unicode: dict[int, str], hinting: bool) -> None:
        spare = _Codes.of(self).spare
        clean(self, {spare.get(code, code): text for code, text in to_unicode.items()}, hinting)

    return cleaned


def _fonts_with_codes(build: Any) -> Any:
    """Fonts of a file: those with spare codes say by a table which glyph each code is."""
    system = {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity")}
    head = {
        "Type": "/CMap",
        "CMapName": f"/{CODES}",
        "CIDSystemInfo": pydyf.Dictionary({**system, "Supplement": 0}),
    }

    def build_fonts_dictionary(
        pdf: Any, fonts: dict[Any, Any], compress: bool, subset: bool, options: Any
    ) -> Any:
        with_spare = [font for font in fonts.values() if _Codes.of(font).spare]
        # Widths are by glyph, so those by spare code are only of use while lines are drawn.
        for font in with_spare:
            for code in _Codes.of(font).spare:
                font.widths.pop(code, None)
        references = build(pdf, fonts, compress, subset, options)
        for font in with_spare:
            spare = _Codes.of(font).spare
            own = (code for code in font.to_unicode if code not in spare)
            table = pydyf.Stream([code_table(own, spare)], {**head}, compress=compress)
            pdf.add_object(table)
            number = int(references[font.hash].split()[0])
            pdf.objects[number]["Encoding"] = table.reference
        return references

    return build_fonts_dictionary


# Tags -------------------------------------------------------------------------------------------

_SCOPES = {"col": "/Column", "row": "/Row"}


def _tree_with_languages(build: Any) -> Any:
    """Tags of a page: an element that names its language says so, a head cell what it heads.

    The engine calls the function by its name for what is inside, so this sees every element.
    """

    def build_box_tree(
        box: Any, parent: Any, pdf: Any, page_number: int, nums: Any, annotations: Any, tags: Any
    ) -> Iterator[Any]:
        source = getattr(box, "_box", box).element
        named = source is not None and isinstance(source.tag, str)
        language = source.get("lang") if named and source.tag not in ("html", "body") else None
        scope = _SCOPES.get(source.get("scope")) if named else None
        words = {tags[line]["mcid"]: line.handouts_words for line in _stacked_lines(box)}
        for element in build(box, parent, pdf, page_number, nums, annotations, tags):
            if language:
                element["Lang"] = pydyf.String(language)
            if scope and element["S"] == "/TH":
                element["A"]["Scope"] = scope
            yield element
        for number, text in words.items():
            element = pdf.objects[int(nums[number].split()[0])]
            if element["S"] == "/Span":
                element["ActualText"] = pydyf.String(text)

    return build_box_tree


def _stacked_lines(box: Any) -> Iterator[Any]:
    """Lines in a box whose letters say in a wrong order what they mean, so that their tags say it:
    see ``_whole``. Readers of tags do not turn it round.
    """
    for child in getattr(getattr(box, "_box", box), "children", ()):
        lines = child.children if type(child).__name__ == "LineBox" else [child]
        yield from (line for line in lines if hasattr(line, "handouts_words"))
