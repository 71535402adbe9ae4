"""The scripts that leaflets are printed in: fonts, and how far apart their lines stand.

``templates/fonts/scripts.yaml`` is the table; a language of one of its scripts needs no code.
"""

from __future__ import annotations

from functools import lru_cache

from handouts.content.layers import FONTS
from handouts.content.load import load
from handouts.model.base import Model
from handouts.translation.languages import script_of

TABLE = FONTS / "scripts.yaml"

LATIN_FONT = "Noto Sans"
"""The font of digits and of Latin, Greek and Cyrillic letters in every language."""

SYMBOL_FONTS = ("Noto Sans Symbols2", "Noto Sans Math")


class Script(Model):
    """A script: ``leading`` is how many times the leading of Latin its lines have, ``least`` the
    least leading of any line in em, ``ink`` what a single line reaches over, if more, and ``push``
    what a line with Latin letters has more, all in em. ``spaces`` is how many of them part two
    words. ``languages`` prefer it to the one that
    CLDR names for them. With ``records``, tables are printed row by row. ``width`` is that of its
    letters beside Latin.
    """

    script: str
    name: str
    families: tuple[str, ...]
    leading: float = 1
    least: float = 0
    ink: float = 0
    push: float = 0
    spaces: int = 1
    languages: tuple[str, ...] = ()
    records: bool = False
    width: float = 1


@lru_cache(maxsize=1)
def scripts() -> tuple[Script, ...]:
    """All scripts, in the order in which their fonts are looked through."""
    table: tuple[Script, ...] = load(TABLE, tuple[Script, ...]).model
    return table


@lru_cache(maxsize=64)
def printed_script(language: str) -> Script:
    """The script that a language is printed in; one without fonts for a script that is unknown."""
    for script in scripts():
        if language.partition("-")[0] in script.languages:
            return script
    code = script_of(language)
    known = {script.script: script for script in scripts()}
    return known.get(code) or Script(script=code, name=code, families=())


def font_families(language: str, first: tuple[str, ...] = ()) -> tuple[str, ...]:
    """All fonts, in the order in which a page of a language looks for a letter.

    ``first`` are the clinic's own, which need not hold every letter. The fonts of all scripts are
    in every list, so that names of patients and clinics can be printed in any leaflet; those that
    no letter of a page needs are never opened.
    """
    return _in_order((*first, *printed_script(language).families))


def island_families(first: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The same for what runs from left to right in the other direction: numbers and Latin names.

    Fonts of those languages have punctuation too, but a number has all of its signs of one font.
    """
    return _in_order(first)


def _in_order(first: tuple[str, ...]) -> tuple[str, ...]:
    others = (family for script in scripts() for family in script.families)
    return tuple(dict.fromkeys((*first, LATIN_FONT, *SYMBOL_FONTS, *others)))


def letters() -> str:
    """The letters that can be printed in any leaflet, by their scripts, as an author calls them."""
    *names, last = (script.name for script in scripts() if not script.languages)
    return f"{', '.join(names)} or {last} letters"


def remedy(language: str) -> str:
    """What the author of a text can do about a character that no font has."""
    fonts = "name fonts with these characters under `fonts` in `brand.yaml`"
    script = printed_script(language)
    if script not in scripts():
        return f"No shipped font has the script of `{language}` ({script.name}): {fonts}"
    if script.script == "Hans":  # whose font cannot hold all of its script
        return f"Use the usual characters (GB 2312), write a name in Latin letters, or {fonts}"
    return f"Use {letters()}, or {fonts}"
