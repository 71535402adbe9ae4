"""Text that does not reach the page as it was meant: cut by YAML, spoilt on its way, invisible.

Each is told at its place, with the way out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.content.yaml import parse_yaml
from handouts.diagnostics import Diagnostic, HandoutsError, Severity
from tests.world import CLINIC, handouts, make_tiny


def warnings(text: str) -> list[Diagnostic]:
    return list(parse_yaml(text, Path("file.yaml")).warnings)


def faults(text: str) -> list[Diagnostic]:
    with pytest.raises(HandoutsError) as told:
        parse_yaml(text, Path("file.yaml"))
    return list(told.value.diagnostics)


CUT = {
    "a suite": ("- 1200 Example Ave, Suite #200", "#200", 27),
    "a number apart": ("name: Flat # 4", "# 4", 12),
    "a text that begins with it": ("notice: #1 in town", "#1 in town", 9),
    "an entry that begins with it": ("- #3 Example Walk", "#3 Example Walk", 3),
    "a tab": ("name: Unit\t#5", "#5", 12),
    "a list in brackets": ("- [Unit 5, Suite #2\n  ]", "#2", 18),
    "braces": ("{name: Unit #2\n}", "#2", 13),
    "the last of several lines": ("name: Unit 5\n  Suite #200 North", "#200 North", 9),
}


@pytest.mark.parametrize(("text", "cut", "column"), CUT.values(), ids=CUT)
def test_what_yaml_cuts_off_is_told(text: str, cut: str, column: int) -> None:
    (told,) = warnings(text)
    assert (told.code, told.severity) == ("cut-text", Severity.WARNING)
    assert told.message == f"`{cut}` is a comment for YAML and is not printed"
    assert told.hint == "Put the whole text in quotes, or two spaces before a comment"
    assert told.place
    line = 1 + text.count("\n", 0, text.index(cut))
    assert (told.place.line, told.place.column) == (line, column)


NOT_CUT = {
    "quotes": 'name: "Suite #200"',
    "after quotes": 'name: "Suite" # the first',
    "two spaces": "name: Suite  # the first",
    "its own line": "name: Suite\n# 200",
    "its own line, indented": "a:\n  # the first\n  b: Suite",
    "no space": "name: Suite#200",
    "a block": "name: |\n  Suite #200\nother: >\n  Suite #200",
    "a number": "panels: 3 # at most",
    "keys follow": "clinic: # ours\n  name: Suite",
}


@pytest.mark.parametrize("text", NOT_CUT.values(), ids=NOT_CUT)
def test_remarks_are_not_told(text: str) -> None:
    assert warnings(text) == []


MOJIBAKE = {
    "ClÃ\xadnica SeÃ±ora MÃ¼ller": "Clínica Señora Müller",
    "Praxis MÃ¼ller": "Müller",
    "Dr Oâ€™Neill": "O’Neill",
    "8 â€“ 5": "–",
    "FranÃ§ois & GrÃ©goire": "François & Grégoire",
    "Przychodnia ZdrÃ³w": "Zdrów",
    "РљР»РёРЅРёРєР°": "Клиника",
    "Praxis M√ºller": "Müller",
    "38 Â°C": "°C",
}


@pytest.mark.parametrize(("spoilt", "meant"), MOJIBAKE.items())
def test_letters_of_another_encoding_are_told_with_those_that_were_meant(
    spoilt: str, meant: str
) -> None:
    (told,) = warnings(f"name: {spoilt}")
    assert (told.code, told.severity) == ("mojibake", Severity.WARNING)
    assert told.hint == f"Did you mean `{meant}`?"


ENTITIES = {
    "Smith &amp; Jones": "`&`",
    "Smith &#38; Jones": "`&`",
    "Smith &#x26; Jones": "`&`",
    "O&rsquo;Neill": "`’`",
    "8&nbsp;am": "a space",
    "M&uuml;ller": "`ü`",
    "&lt;b&gt;": "`<`",
}


@pytest.mark.parametrize(("spoilt", "hint"), ENTITIES.items())
def test_html_entities_are_told(spoilt: str, hint: str) -> None:
    told = warnings(f'name: "{spoilt}"')[0]
    assert (told.code, told.severity, told.hint) == ("html-entity", "warning", f"Write {hint}")
    assert told.place
    assert told.place.column == 8 + spoilt.index("&")


WELL = [
    "ligne d’écoute",
    "Clínica Señora Müller, ÄÖÜ, Ångström, İstanbul, Øre Ærø",
    "Ελληνικά ΌΧΙ, Κλινική, Клиника Ці Рі, Љубљана",
    "« CAFÉ » MANHÃS, “quotes” – dashes… ½ × 38 °C",
    "皮膚科クリニック 피부과 त्वचा क्लिनिक คลินิกผิวหนัง",
    "M&S, AT&T; R&D",
    "عيادة \u200fالجلد\u200e",
    "نمی\u200cخواهم",
    "श्र\u200dी",
]


@pytest.mark.parametrize("text", WELL)
def test_good_text_of_any_language_is_not_told(text: str) -> None:
    assert warnings(f"name: '{text}'") == []


INVISIBLE = {
    "a zero width space": ("name: Lark\u200bfield", 11, "Remove it"),
    "a joiner between Latin letters": ("name: Lark\u200dfield", 11, "Remove it"),
    "a non-joiner at the start": ("name: '\u200cLarkfield'", 8, "Remove it"),
    "a mark of direction without need": ("phone: \u200e020 7946 0142", 8, "Remove it"),
    "a mark of direction in the line after": ("name: عيادة\nphone: \u200e020", 8, "Remove it"),
    "an override of direction": ("phone: \u202d020 7946 0142", 8, "Remove it"),
    "a byte order mark": ("name: \ufeffLarkfield", 7, "Remove it"),
    "a filler": ("name: \u3164", 7, "Remove it"),
    "an empty braille pattern": ("name: a\u2800b", 8, "Remove it"),
    "a variation selector": ("name: ☎\ufe0f", 8, "Remove it"),
    "a control": ("name: Lark\x92field", 11, "Remove it"),
    "a lost letter": ("name: M\ufffdller", 8, "Type the lost character again"),
}


@pytest.mark.parametrize(("text", "column", "hint"), INVISIBLE.values(), ids=INVISIBLE)
def test_invisible_characters_are_refused_at_their_place(text: str, column: int, hint: str) -> None:
    (told,) = faults(text)
    assert (told.code, told.hint) == ("control-character", hint)
    assert told.place
    assert (told.place.line, told.place.column) == (1 + text.count("\n"), column)


def test_an_invisible_character_written_as_an_escape_is_refused_too() -> None:
    assert [told.code for told in faults('name: "Lark\\u200bfield"')] == ["control-character"]


def test_all_invisible_characters_are_told_at_once_but_not_thousands() -> None:
    assert [told.place and told.place.line for told in faults("a: \u200b\nb: \u200b")] == [1, 2]
    assert len(faults("a: " + "\u200b\u2060" * 5000)) == 2
    assert len(faults("a: \u200b\n" * 5000)) == 20


ODD_SPACES = {
    "indentation": ("clinic:\n\u00a0\u00a0name: A\n  phone: '1'", 2, 1),
    "every indentation, which would else make other keys": ("a:\n\u00a0b: c\n\u00a0d: e", 2, 1),
    "mixed indentation": ("a:\n \u00a0b: c", 2, 2),
    "a wide space": ("a:\n\u3000b: c", 2, 1),
    "after a key": ("a:\n  b:\u00a0c\n  d: e", 2, 5),
    "after a dash": ("a:\n  -\u00a0c\n  - d", 2, 4),
}


@pytest.mark.parametrize(("text", "line", "column"), ODD_SPACES.values(), ids=ODD_SPACES)
def test_spaces_that_yaml_takes_for_letters_are_told_where_the_first_stands(
    text: str, line: int, column: int
) -> None:
    told = faults(text)[0]
    assert told.code == "yaml-syntax"
    assert "ordinary spaces, not no-break spaces" in str(told.hint)
    assert told.place
    assert (told.place.line, told.place.column) == (line, column)


def test_no_break_spaces_within_text_are_kept() -> None:
    node = parse_yaml("name: Dr\u00a0A. Example\n", Path("file.yaml"))
    assert node.data == {"name": "Dr\u00a0A. Example"}


SPOILT_FILES = {
    "handouts.yaml": CLINIC.replace("Test Clinic", "Suite #3"),
    "brand.yaml": "logo: Suite #3\n",
    "content/labels.yaml": "labels:\n  - key: urgent\n    text: Get #1 help &amp; care now\n",
    "content/regions/GB.yaml": None,
}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("name", SPOILT_FILES)
def test_check_tells_it_in_every_file(name: str, tmp_path: Path) -> None:
    from handouts.content.layers import SHIPPED

    text = SPOILT_FILES[name]
    if text is None:
        shipped = (SHIPPED.content / "regions" / "GB.yaml").read_text("utf-8")
        text = shipped.replace("value: NHS 111", "value: NHS #111")
    clinic = make_tiny(tmp_path, {name: text})
    assert f"{name}:" in handouts("check", "-w", clinic).output
    assert "[cut-text]" in handouts("check", "-w", clinic).output
