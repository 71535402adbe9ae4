"""What is probably wrong where a YAML parser gives up, in words for people who are not programmers.

A parser says where it could not go on, which is often below the slip. So the lines above are
searched for what people commonly do; the parser's own words, which speak of tokens and mappings,
only help to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CHECK = "Check quotes, brackets, colons and indentation on this line and the one above"

_KEY = re.compile(r"\s*(?:- +)*([\w-]+): ?")
_TIGHT_KEY = re.compile(r"\s*(?:- +)*([a-z_]+):(?=[^\s/:])(?P<rest>.*)")
_TIGHT_DASH = re.compile(r"\s*-(?=[^\s-])(?P<rest>.*)")
_OTHER_SIGN = re.compile(r"\s*([a-z_]+)\s*([=;])\s*(.*)")
_OPENED = re.compile(r"""(?:^\s*|[:\-\[,{] +|[\[{])(?P<quote>["'])""")
_INDICATOR = re.compile(r"(?:^\s*|[-:] +)(?P<sign>[*{@%`!&|>?\[])|: +(?P<dash>-) ")
"""A value that starts with a sign of YAML's own."""

_EMPHASIS = re.compile(r"\*([^*\s][^*]*)\*(?!\*)(.*)")

_QUOTES = "Put the whole text in quotes"
_ANSWERS = {
    '"': 'Put the whole text in single quotes, or write `\\"` for each mark inside of it',
    "'": "Write two apostrophes (`''`) for one, or put the whole text in double quotes",
}


@dataclass(frozen=True)
class Slip:
    """A place, counted from 0, with a message and a remedy."""

    line: int
    column: int
    message: str
    hint: str


@dataclass(frozen=True)
class Stop:
    """Where a parser gave up, what it said, and where what it was reading began."""

    lines: list[str]
    line: int
    column: int
    problem: str
    opened: tuple[int, int] | None

    @property
    def text(self) -> str:
        return self.lines[self.line]

    @property
    def indent(self) -> int:
        return _indent(self.text)

    def above(self) -> Iterator[tuple[int, str]]:
        """This line and those above it, from below, without empty ones and comments."""
        for number in range(self.line, -1, -1):
            words = self.lines[number].strip()
            if words and not words.startswith("#"):
                yield number, self.lines[number]


_LONGEST_KEY = 1024
"""Characters of a key that is not marked with ``?`` (YAML 1.2.2, 7.4.2)."""


def slip_at(stop: Stop) -> Slip:
    """The most probable slip behind an error of the parser."""
    blank = stop.text[: len(stop.text) - len(stop.text.lstrip(" \t-"))]
    if "\t" in blank:
        message = "A tab stands where YAML needs spaces"
        return Slip(stop.line, blank.index("\t"), message, "Indent with spaces, not tabs")
    # From a backslash in double quotes; the parser's own spelling is "hexdecimal".
    if "escape character" in stop.problem or "hexdecimal" in stop.problem:
        at = stop.text.rfind("\\", 0, stop.column + 1)
        message = f"`{stop.text[at : at + 2]}` stands in double quotes, where `\\` has a meaning"
        return Slip(stop.line, max(at, 0), message, "Put the text in single quotes")
    # In this order: what is within quotes would look like most of the others, and a line of the
    # wrong indentation is what is left when nothing else is found.
    for find in (_quote, _tight, _sign, _list, _indentation):
        if slip := find(stop):
            return slip
    if other := _OTHER_SIGN.fullmatch(stop.text):
        key, sign, value = other.groups()
        message = f"`{sign}` stands where YAML needs a colon"
        return Slip(stop.line, other.start(2), message, f"Write `{key}: {value}`")
    if "could not find expected ':'" in stop.problem:
        message = "This line has no key and does not continue the text above"
        remedy = "Write `key: value`, or indent it as text"
        if (length := len(stop.text.partition(":")[0])) > _LONGEST_KEY:
            message = f"This key has {length:,} characters; YAML allows {_LONGEST_KEY:,}"
            remedy = "Shorten it"
        return Slip(stop.line, stop.indent, message, remedy)
    return Slip(stop.line, stop.column, "This line is not valid YAML", CHECK)


def _quote(stop: Stop) -> Slip | None:
    """A quote that never ends, or ends too early."""
    if "end of stream" in stop.problem and stop.opened:
        begin, column = stop.opened
        return _open_quote(begin, column, stop.lines[begin][column])
    for number, line in stop.above():
        opened = _OPENED.search(line)
        if not opened:
            continue
        quote, start = opened["quote"], opened.start("quote")
        ended = re.match(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""", line[start:])
        if ended is None:
            if number == stop.line:
                continue
            return _open_quote(number, start, quote)
        rest = line[start + ended.end() :]
        if number == stop.line and re.match(r"\s*[^\s,:\]}#]", rest):
            column = start + ended.end() - 1
            message = f"The quoted text ends at this `{quote}`, and more follows"
            return Slip(number, column, message, _ANSWERS[quote])
        if number < stop.line:
            break
    return None


def _open_quote(line: int, column: int, quote: str) -> Slip:
    message = "A quotation mark is opened here and never closed"
    return Slip(line, column, message, f"Write `{quote}` at the end of the text too")


def _tight(stop: Stop) -> Slip | None:
    """A space missing after the colon of a key or the dash of an entry: here, or on line above."""
    for _, (number, line) in zip(range(2), stop.above(), strict=False):
        if dash := _TIGHT_DASH.match(line):
            if dash["rest"].startswith(("-", "1", "2")):
                continue
            at, hint = dash.start("rest"), f"Write `- {_short(dash['rest'])}`"
            return Slip(number, at - 1, "A space is missing after `-`", hint)
        if key := _TIGHT_KEY.match(line):
            hint = f"Write `{key[1]}: {_short(key['rest'])}`"
            return Slip(number, key.end(1), f"A space is missing after `{key[1]}:`", hint)
    return None


def _sign(stop: Stop) -> Slip | None:
    """A bracket without its other one, or a text that has a sign of YAML's own."""
    if "',' or" in stop.problem and stop.opened:
        line, column = stop.opened
        if (sign := stop.text[stop.column : stop.column + 1]) and sign in "{[":
            message = f"`{sign}` within a list in brackets means something else to YAML"
            return Slip(stop.line, stop.column, message, "Put this entry of the list in quotes")
        sign = stop.lines[line][column]
        closing = {"[": "]", "{": "}"}.get(sign, sign)
        message = f"`{sign}` is opened here and never closed, or a comma is missing after it"
        hint = f"Write `{closing}` at the end, and a comma between two entries"
        return Slip(line, column, message, hint)
    if stop.text[stop.column : stop.column + 1] in ("]", "}") and stop.text.strip():
        sign = stop.text[stop.column]
        message = f"This `{sign}` closes nothing"
        return Slip(stop.line, stop.column, message, "Remove it, or put the text in quotes")
    starts = [each for each in _INDICATOR.finditer(stop.text) if each.end() <= stop.column + 2]
    if found := next((each for each in starts if each[0].strip()), None):
        sign = found["sign"] or found["dash"]
        shown = "a backtick" if sign == "`" else f"`{sign}`"
        message = f"Text that starts with {shown} means something else to YAML"
        column = found.start(found.lastgroup or 0)
        return emphasis(stop.line, column, stop.text) or Slip(stop.line, column, message, _QUOTES)
    key = _KEY.match(stop.text)
    if "mapping values" in stop.problem and key and stop.column >= key.end():
        message = "A colon in a text looks like the end of a key"
        return Slip(stop.line, stop.column, message, "Put text that contains `: ` in quotes")
    return None


def emphasis(line: int, column: int, text: str) -> Slip | None:
    """Words between single stars, as other programs mark emphasis, at the start of a text."""
    found = _EMPHASIS.match(text, column)
    if not found:
        return None
    message = "Text that starts with `*` means something else to YAML"
    bold = _short(f"**{found[1]}**{found[2]}")
    return Slip(line, column, message, f'For bold, write two stars and quotes: `"{bold}"`')


def _list(stop: Stop) -> Slip | None:
    """An entry without dash among others, or a dash where the first entry has none."""
    if "expected '-' indicator" in stop.problem:
        message = "This line does not begin with `- `, as the list above it does"
        hint = "Write `- ` before it, or indent it as far as the words of the entry above"
        return Slip(stop.line, stop.indent, message, hint)
    if not stop.text.lstrip().startswith("- ") or "expected key" not in stop.problem:
        return None
    first = None
    for number, line in stop.above():
        if _indent(line) < stop.indent:
            break
        first = (number, line) if number != stop.line else first
    if first is None or first[1].lstrip().startswith("- "):
        return None
    message = "This entry begins with `- `, but the first one of its list does not"
    hint = f"Write `- ` before the first too, on line {first[0] + 1}"
    return Slip(stop.line, stop.indent, message, hint)


def _indentation(stop: Stop) -> Slip | None:
    """A line that begins further to the left or right than those it belongs to."""
    structure = "mapping values" in stop.problem or "expected key" in stop.problem
    if not structure or not (_KEY.match(stop.text) or stop.text.lstrip().startswith("- ")):
        return None
    levels: dict[int, str] = {}
    for number, line in stop.above():
        if number != stop.line:
            for level in (_indent(line), len(line) - len(line.lstrip(" -"))):
                levels.setdefault(level, line.strip(" -").partition(":")[0])
            if _indent(line) == 0:
                break
    if not levels or stop.indent in levels:
        return None
    nearest = min(levels, key=lambda level: (abs(level - stop.indent), level))
    blanks = "space" if stop.indent == 1 else "spaces"
    message = f"This line begins with {stop.indent} {blanks}, unlike those above it"
    hint = f"Begin it with {nearest or 'none'}, like `{levels[nearest]}` above"
    return Slip(stop.line, stop.indent, message, hint)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
