"""What goes wrong in a template, in words for the person who writes it.

Jinja and Python word their errors for programmers, and give no codes; what they mean is read from
their messages, and what cannot be read is told in general terms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from handouts.diagnostics import near_miss

NAMES = "docs/reference/templates.md lists the names that a template may use"
ITSELF = "To extend the shipped template of the same name, put `shipped:` before its name"

_SYNTAX = (
    (
        r"Encountered unknown tag '(end\w+)'.* needs to be closed is '(\w+)'",
        r"`{% \1 %}` stands where `{% end\2 %}` is needed",
        r"Write `{% end\2 %}` before it, or remove it",
    ),
    (
        r"No (filter|test) named '(.+?)'",
        r"There is no \1 `\2`",
        "Use a filter or test of Jinja, or `tint`",
    ),
    (
        r"Encountered unknown tag '(end\w+)'",
        r"`{% \1 %}` ends nothing here",
        "Remove it, or look above for a tag that was ended twice",
    ),
    (
        r"Encountered unknown tag '(.+?)'",
        r"There is no tag `{% \1 %}`",
        "Use a tag of Jinja, such as `if`, `for`, `block`, `include` or `set`",
    ),
    (
        r"block '(.+?)' defined twice",
        r"The part `\1` is written twice",
        "Keep one of them, or give the other a name of its own",
    ),
    (
        r"(?:unexpected end of template|Unexpected end of template)",
        "The template ends within a tag or between two tags",
        "Each `{% if … %}` needs `{% endif %}`, and each `{% block … %}` needs `{% endblock %}`",
    ),
    (
        r"Expected an expression",
        "Something is missing inside of the braces",
        "Write a name or a condition, e.g. `{% if leaflet.devices %}`",
    ),
    (r"Missing end of comment tag", "A comment `{#` does not end", "Write `#}` at its end"),
    (r"Missing end of raw directive", "`{% raw %}` does not end", "Write `{% endraw %}`"),
    (
        r"expected token 'end of (?:print statement|statement block)', got '(.+?)'",
        r"`\1` is not expected here: a sign is missing before it, or the braces do not end",
        "Check quotes, commas and brackets, and that `{{` ends with `}}` and `{%` with `%}`",
    ),
    (
        r"expected token '(.+?)', got '(.+?)'",
        r"`\1` is expected here, not `\2`",
        "Check the signs inside the braces: quotes, commas and brackets",
    ),
    (
        r"unexpected (?:char )?['\"](.+?)['\"](?: at \d+)?",
        r"`\1` is not expected here",
        "Check the signs inside the braces: quotes, commas and brackets",
    ),
)
"""For each kind of Jinja's messages: ours, and a remedy."""


def syntax_fault(message: str) -> tuple[str, str]:
    """Message and hint for one of Jinja's syntax errors."""
    for pattern, ours, hint in _SYNTAX:
        if found := re.search(pattern, message):
            return found.expand(ours), found.expand(hint)
    return "This is not valid Jinja", "Check the braces and what is inside of them"


def open_braces(source: str, line: int) -> tuple[int, int] | None:
    """Line and column, from 1, of braces above or on a line that are not closed there."""
    lines = source.split("\n")
    for number in range(min(line, len(lines)), max(0, line - 20), -1):
        text = lines[number - 1]
        for opened, closed in (("{{", "}}"), ("{%", "%}")):
            if (at := text.rfind(opened)) > text.rfind(closed):
                return number, at + 1
    return None


_NO_BRACE = re.compile(r"""/\*.*?\*/|"[^"\n]*"|'[^'\n]*'|url\([^)\n]*\)""", re.DOTALL)
"""Parts of a style sheet in which a brace opens no rule."""


def open_rule(css: str) -> str | None:
    """The line of the first rule of a style sheet that is never closed; None if there is none.

    The engine passes over it, and over all rules after it, without a word.
    """
    plain = _NO_BRACE.sub(lambda part: re.sub(r"[^\n]", " ", part[0]), css)
    opened: list[int] = []
    for brace in re.finditer(r"[{}]", plain):
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            opened.pop()
    return css.split("\n")[plain.count("\n", 0, opened[0])] if opened else None


_CALLS = (
    (r"(?:\w+\.)*(\w+)\(\) missing .*?: '(\w+)'", r"`\1` needs a value for `\2`"),
    (r"(?:\w+\.)*(\w+)\(\) got an unexpected keyword argument '(\w+)'", r"`\1` takes no `\2`"),
    (r"(?:\w+\.)*(\w+)\(\) takes .* given", r"`\1` is given too many values"),
    (r"(?:\w+\.)*(\w+)\(\) got multiple values for argument '(\w+)'", r"`\1` has `\2` twice"),
)


def filling_fault(error: Exception, values: Mapping[str, object]) -> tuple[str, str]:
    """Message and hint for an error while a template was filled with values."""
    words, name, hint = str(error)[:200], getattr(error, "name", None), NAMES
    calls = ((re.match(pattern, words), ours) for pattern, ours in _CALLS)
    wrong_calls = (found.expand(ours) for found, ours in calls if found)
    message = next(wrong_calls, "A value on this line cannot be used in this way")
    match type(error).__name__:
        case "RecursionError":
            message, hint = "This template includes itself", ITSELF
        case "KeyError":
            message = f"There is no `{error.args[0]}` to choose from here"
        case "ZeroDivisionError":
            message, hint = "A number is divided by zero here", "Ask with `{% if … %}` first"
        case "OverflowError":
            message, hint = f"{words[:1].upper()}{words[1:]}", "Use smaller numbers"
        case "UnknownNameError" if isinstance(name, str):
            what, _, last = name.rpartition(" ")  # such as: label page_of
            message = f"There is no {what} `{last}`" if what else f"There is no `{name}` here"
            known = getattr(error, "known", ()) or values
            hint = near_miss(last, known) or NAMES
        case "SecurityError":
            found = re.search(r"attribute '(\w+)'", words)
            message = f"{f'`{found[1]}`' if found else 'This'} is not allowed in a template"
        case "TemplateRuntimeError":
            message, hint = syntax_fault(words)
        case "TemplateError":
            message = f"This template cannot be filled: {words}"
        case "AttributeError" if found := re.search(r"'(\w+)' object .* '(\w+)'", words):
            message = f"There is no `{found[2]}` in {_TYPES.get(found[1], 'this value')}"
    return message, hint


_TYPES = {
    **dict.fromkeys(("str", "Markup"), "a text"),
    **dict.fromkeys(("int", "float"), "a number"),
    **dict.fromkeys(("list", "tuple"), "a list"),
    "NoneType": "nothing: it is empty here",
}
"""What people call the types of values."""
