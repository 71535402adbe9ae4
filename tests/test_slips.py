"""What people commonly write wrong, and what each slip is answered with: no library's own words.

Each row is a file, its text, the message, the line, and the remedy.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from handouts.api.project import open_project
from handouts.cli.options import user_store
from handouts.content.clinic_table import read_clinics
from handouts.content.layers import Library
from handouts.content.workspace import open_workspace
from handouts.diagnostics import HandoutsError, collect
from tests.world import CLINIC, DAY, TINY_LEAFLET, make_tiny

SETTINGS, BRAND, TABLE = "handouts.yaml", "brand.yaml", "clinics.csv"
LEAFLET = "content/leaflets/tiny-leaflet.yaml"
LOOK = "templates/leaflet.html.j2"


def clinic(right: str, wrong: str) -> str:
    """The clinic's settings with one slip."""
    assert right in CLINIC
    return CLINIC.replace(right, wrong, 1)


def leaflet(right: str, wrong: str) -> str:
    """A leaflet with one slip."""
    assert right in TINY_LEAFLET
    return TINY_LEAFLET.replace(right, wrong, 1)


def block(*lines: str) -> str:
    """A leaflet with another block in its first section."""
    written = "\n".join(f"        {line}" for line in lines).replace(" " * 8, " " * 6 + "- ", 1)
    return leaflet("  - id: sources", f"{written}\n  - id: sources")


def table(*rows: str) -> str:
    return "\n".join(("id,name,phone", *rows, ""))


def page(text: str, part: str = "opening") -> str:
    """The clinic's own page, with a slip in one part of it."""
    head = '{% extends "shipped:leaflet.html.j2" %}'
    return f"{head}\n{{% block {part} %}}{{{{ super() }}}}\n{text}\n{{% endblock %}}\n"


Row = tuple[str, str | bytes, str, int, str]

# Files that some rows name, none of which can be used.
FILES: dict[str, str | bytes] = {
    "broken.png": b"\x89PNG\r\n\x1a\n and no more",
    "broken.svg": "<svg><g></svg>",
    "photo.png": b"GIF89a",
    "broken.ttf": b"These are words.",
}


SLIPS: list[Row] = [
    # Blanks and colons
    (
        SETTINGS,
        clinic("  name", "\tname"),
        "A tab stands where YAML needs spaces",
        2,
        "Indent with spaces, not tabs",
    ),
    (
        LEAFLET,
        leaflet("    heading: In short", "    \theading: In short"),
        "A tab stands where YAML needs spaces",
        11,
        "Indent with spaces, not tabs",
    ),
    (
        SETTINGS,
        clinic("region", "\t\nregion"),
        "A tab stands where YAML needs spaces",
        4,
        "Indent with spaces, not tabs",
    ),
    (
        SETTINGS,
        clinic("name: Test", "name:Test"),
        "A space is missing after `name:`",
        2,
        "Write `name: Test Clinic`",
    ),
    (
        SETTINGS,
        clinic("region: GB", "region:GB"),
        "A space is missing after `region:`",
        4,
        "Write `region: GB`",
    ),
    (
        LEAFLET,
        leaflet("id: tiny-leaflet", "id:tiny-leaflet"),
        "A space is missing after `id:`",
        1,
        "Write `id: tiny-leaflet`",
    ),
    (
        LEAFLET,
        leaflet("- type: key", "- type:key"),
        "A space is missing after `type:`",
        13,
        "Write `type: key_points`",
    ),
    (
        LEAFLET,
        leaflet("      - type: key_points", "      -type: key_points"),
        "A space is missing after `-`",
        13,
        "Write `- type: key_points`",
    ),
    (
        SETTINGS,
        clinic("region: GB", "region = GB"),
        "`=` stands where YAML needs a colon",
        4,
        "Write `region: GB`",
    ),
    (
        SETTINGS,
        clinic("region: GB", "region; GB"),
        "`;` stands where YAML needs a colon",
        4,
        "Write `region: GB`",
    ),
    (
        SETTINGS,
        clinic("  phone", "\u00a0\u00a0phone"),
        "A no-break or other special space stands where YAML needs an ordinary one",
        3,
        "Indent with ordinary spaces, not no-break spaces",
    ),
    (
        SETTINGS,
        clinic("name: ", "name:\u00a0"),
        "A no-break or other special space stands where YAML needs an ordinary one",
        2,
        "Part keys and values with ordinary spaces, not no-break spaces",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "Acne: what it is"),
        "A colon in a text looks like the end of a key",
        5,
        "Put text that contains `: ` in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "Acne:"),
        "A colon in a text looks like the end of a key",
        5,
        "Put text that contains `: ` in quotes",
    ),
    (
        LEAFLET,
        leaflet("[One point.", "[Note: one."),
        "An entry in `points` must be text, not a set of keys and values",
        14,
        "Put text that contains `: ` or starts with `{` in quotes",
    ),
    # Quotes and signs of YAML
    (
        SETTINGS,
        clinic("Test Clinic", '"Test Clinic'),
        "A quotation mark is opened here and never closed",
        2,
        'Write `"` at the end of the text too',
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", '"A tiny leaflet'),
        "A quotation mark is opened here and never closed",
        5,
        'Write `"` at the end of the text too',
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "'A tiny leaflet"),
        "A quotation mark is opened here and never closed",
        5,
        "Write `'` at the end of the text too",
    ),
    (
        SETTINGS,
        clinic("Test Clinic", "'St John's Clinic'"),
        "The quoted text ends at this `'`, and more follows",
        2,
        "Write two apostrophes (`''`) for one, or put the whole text in double quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", '"A "tiny" leaflet"'),
        'The quoted text ends at this `"`, and more follows',
        5,
        'Put the whole text in single quotes, or write `\\"` for each mark inside of it',
    ),
    (
        LEAFLET,
        leaflet("One point., Another", '"One point" "Another'),
        "A quotation mark is opened here and never closed",
        14,
        'Write `"` at the end of the text too',
    ),
    (
        BRAND,
        'logo: "pictures\\logo.png"\n',
        "`\\l` stands in double quotes, where `\\` has a meaning",
        1,
        "Put the text in single quotes",
    ),
    (
        SETTINGS,
        clinic("Test Clinic", '"C:\\Praxis"'),
        "The invisible character U+2029 cannot be printed",
        2,
        "`\\` has a meaning in double quotes: use single quotes",
    ),
    (
        LEAFLET,
        leaflet('"1.0"', "“1.0”"),
        "`version` has the wrong format: `“1.0”`",
        3,
        'Write two numbers in quotes, e.g. `"1.0"`',
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "*New* leaflet"),
        "Text that starts with `*` means something else to YAML",
        5,
        'For bold, write two stars and quotes: `"**New** leaflet"`',
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "*Ear wax* is a natural part of the ear"),
        "Text that starts with `*` means something else to YAML",
        5,
        'For bold, write two stars and quotes: `"**Ear wax** is a natural part…"`',
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "**New** leaflet"),
        "Text that starts with `*` means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "*more leaflet"),
        "Anchors (`&`) and aliases (`*`) are not allowed in content files",
        5,
        "Write the value out, or put text that starts with `&` or `*` in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "&more leaflet"),
        "Anchors (`&`) and aliases (`*`) are not allowed in content files",
        5,
        "Write the value out, or put text that starts with `&` or `*` in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "@home leaflet"),
        "Text that starts with `@` means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "%age leaflet"),
        "Text that starts with `%` means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "!New leaflet"),
        "YAML tags (`!`) are not allowed in content files",
        5,
        "Remove it, or put text that starts with `!` in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "`New` leaflet"),
        "Text that starts with a backtick means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "{clinic_name} leaflet"),
        "Text that starts with `{` means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "[New] leaflet"),
        "Text that starts with `[` means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "- leaflet"),
        "Text that starts with `-` means something else to YAML",
        5,
        "Put the whole text in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "Leaflet #3"),
        "`#3` is a comment for YAML and is not printed",
        5,
        "Put the whole text in quotes, or two spaces before a comment",
    ),
    (
        LEAFLET,
        leaflet("A last point.]", "A last point."),
        "`[` is opened here and never closed, or a comma is missing after it",
        14,
        "Write `]` at the end, and a comma between two entries",
    ),
    (
        LEAFLET,
        leaflet("A last point.]", "A last point.]]"),
        "This `]` closes nothing",
        14,
        "Remove it, or put the text in quotes",
    ),
    # Indentation, lists and keys
    (
        SETTINGS,
        clinic("  phone", "    phone"),
        "This line begins with 4 spaces, unlike those above it",
        3,
        "Begin it with 2, like `name` above",
    ),
    (
        SETTINGS,
        clinic("  phone", " phone"),
        "This line begins with 1 space, unlike those above it",
        3,
        "Begin it with none, like `clinic` above",
    ),
    (
        SETTINGS,
        clinic("region", " region"),
        "This line begins with 1 space, unlike those above it",
        4,
        "Begin it with none, like `clinic` above",
    ),
    (
        LEAFLET,
        leaflet("    heading: In short", "     heading: In short"),
        "This line begins with 5 spaces, unlike those above it",
        11,
        "Begin it with 4, like `id` above",
    ),
    (
        LEAFLET,
        leaflet("  - id: sources", " - id: sources"),
        "This line begins with 1 space, unlike those above it",
        15,
        "Begin it with none, like `sections` above",
    ),
    (
        LEAFLET,
        leaflet("  - id: in-short", "    id: in-short"),
        "This entry begins with `- `, but the first one of its list does not",
        15,
        "Write `- ` before the first too, on line 10",
    ),
    (
        LEAFLET,
        leaflet("      - type: key_points", "        type: key_points"),
        "`blocks` must be a list, not a set of keys and values",
        13,
        "Put each entry on its own line, starting with `- `",
    ),
    (
        SETTINGS,
        clinic("  phone", "  - phone"),
        "This entry begins with `- `, but the first one of its list does not",
        3,
        "Write `- ` before the first too, on line 2",
    ),
    (
        SETTINGS,
        clinic("region", "languages:\n  en\nregion"),
        "`languages` must be a list, not `en`",
        5,
        "Put each entry on its own line, starting with `- `",
    ),
    (
        SETTINGS,
        clinic("region: GB", "region: GB\nregion: US"),
        "Duplicate key `region` (first used on line 4)",
        5,
        "Keep one of them",
    ),
    (SETTINGS, clinic("region", "Region"), "Unknown key `Region`", 4, "Did you mean `region`?"),
    (
        SETTINGS,
        clinic("name: Test Clinic", "name:"),
        "`name` must be text, but is empty",
        2,
        "Write the text, in quotes if it starts with `#`, or remove the line",
    ),
    (
        LEAFLET,
        leaflet("title: A tiny leaflet", "title:"),
        "`title` must be text, but is empty",
        5,
        "Write the text, in quotes if it starts with `#`, or remove the line",
    ),
    (
        SETTINGS,
        "clinic:\nregion: GB\n",
        "`clinic` must be a set of keys and values, but is empty",
        1,
        "Write lines such as `name: …`, `phone: …` below it, each indented by two more spaces",
    ),
    (
        SETTINGS,
        "Our clinic is great\n",
        "This file must be a set of keys and values, not `Our clinic is great`",
        1,
        "Write lines such as `clinic: …`, `region: …`",
    ),
    (
        LEAFLET,
        TINY_LEAFLET + "---\nid: another\n",
        "A second YAML document begins here",
        19,
        "Keep one document per file: remove the line `---`",
    ),
    (
        SETTINGS,
        CLINIC.encode("utf-16"),
        "This file is UTF-16 text, which some programs call “Unicode”",
        1,
        "Save it again with the encoding UTF-8",
    ),
    (
        SETTINGS,
        clinic("Test", "Müller").encode("cp1252"),
        "This file is not UTF-8 text: byte 0xFC cannot be read",
        2,
        "Save the file as UTF-8",
    ),
    # Values
    (
        SETTINGS,
        clinic("Test Clinic", "123"),
        "`name` must be text, not `123`",
        2,
        "Put it in quotes",
    ),
    (
        LEAFLET,
        leaflet("A tiny leaflet", "2026"),
        "`title` must be text, not `2026`",
        5,
        "Put it in quotes",
    ),
    (LEAFLET, leaflet('"1.0"', "1.0"), "`version` must be text, not `1.0`", 3, "Put it in quotes"),
    (
        LEAFLET,
        leaflet('"1.0"', "v1"),
        "`version` has the wrong format: `v1`",
        3,
        'Write two numbers in quotes, e.g. `"1.0"`',
    ),
    (
        LEAFLET,
        leaflet("[One point., Another point., A last point.]", "[One point.]"),
        "`points` must have at least 3 entries, but has 1",
        14,
        "Add 2 more",
    ),
    (
        LEAFLET,
        leaflet("[One point., Another point., A last point.]", "One point."),
        "`points` must be a list, not `One point.`",
        14,
        "Put each entry on its own line, starting with `- `",
    ),
    (
        LEAFLET,
        leaflet("One point.", "A **bold point."),
        "Bold text starts with `**` but never ends",
        14,
        "Write `**` where it ends too",
    ),
    (
        LEAFLET,
        leaflet("One point.", "See {the doctor}."),
        "`{` within a list in brackets means something else to YAML",
        14,
        "Put this entry of the list in quotes",
    ),
    (
        LEAFLET,
        leaflet("One point.", "Call {phone}."),
        "`{` within a list in brackets means something else to YAML",
        14,
        "Put this entry of the list in quotes",
    ),
    (
        LEAFLET,
        leaflet("One point.", "Call &amp; ask."),
        "`&amp;` would be printed as it is written",
        14,
        "Write `&`",
    ),
    (
        LEAFLET,
        leaflet("One point.", "Call the cliniÃ¢"),
        "`cliniÃ¢,` looks like UTF-8 text that was read in another encoding",
        14,
        "Did you mean `cliniâ,`?",
    ),
    # Dates
    (
        LEAFLET,
        leaflet("2026-11-22", "22.11.2026"),
        "`issued` must be a date such as 2027-03-12, not `22.11.2026`",
        4,
        "Write `2026-11-22`",
    ),
    (
        LEAFLET,
        leaflet("2026-11-22", "22/11/2026"),
        "`issued` must be a date such as 2027-03-12, not `22/11/2026`",
        4,
        "Write `2026-11-22`",
    ),
    (
        LEAFLET,
        leaflet("2026-11-22", "11/22/2026"),
        "`issued` must be a date such as 2027-03-12, not `11/22/2026`",
        4,
        "Write `2026-11-22`",
    ),
    (
        LEAFLET,
        leaflet("2026-11-22", "22 November 2026"),
        "`issued` must be a date such as 2027-03-12, not `22 November 2026`",
        4,
        "Write year, month and day of a day that exists, in digits",
    ),
    (
        LEAFLET,
        leaflet("2026-11-22", "2026-1-2"),
        "`issued` must be a date such as 2027-03-12, not `2026-1-2`",
        4,
        "Write `2026-01-02`",
    ),
    (
        LEAFLET,
        leaflet("2026-11-22", "2026-02-30"),
        "`issued` must be a date such as 2027-03-12, not `2026-02-30`",
        4,
        "Write year, month and day of a day that exists, in digits",
    ),
    (
        LEAFLET,
        leaflet("2026-11-22", ""),
        "`issued` must be a date such as 2027-03-12, but is empty",
        4,
        "Write year, month and day of a day that exists, in digits",
    ),
    # Names
    (
        LEAFLET,
        leaflet("id: tiny-leaflet", "id: Tiny-Leaflet"),
        "`id` has the wrong format: `Tiny-Leaflet`",
        1,
        "Use lower-case letters, digits and hyphens, e.g. `after-laser`",
    ),
    (
        LEAFLET,
        leaflet("id: tiny-leaflet", "id: tiny leaflet"),
        "`id` has the wrong format: `tiny leaflet`",
        1,
        "Use lower-case letters, digits and hyphens, e.g. `after-laser`",
    ),
    (
        LEAFLET,
        leaflet("id: tiny-leaflet", "id: other-leaflet"),
        "The id `other-leaflet` does not match the file name",
        1,
        "Write `id: tiny-leaflet`",
    ),
    (
        LEAFLET,
        leaflet("kind: tiny", "kind: tinny"),
        "There is no leaflet kind `tinny`",
        2,
        "Did you mean `tiny`?",
    ),
    (
        LEAFLET,
        leaflet("type: key_points", "type: keypoints"),
        "Unknown block type `keypoints`",
        13,
        "Did you mean `key_points`?",
    ),
    (
        LEAFLET,
        block("ref: sun/shades"),
        "There is no block `sun/shades`",
        15,
        "Did you mean `sun/shade`?",
    ),
    (
        LEAFLET,
        block("ref: sun/shade.yaml"),
        "`ref` has the wrong format: `sun/shade.yaml`",
        15,
        "Give the block's path below `blocks/`, e.g. `acne/how-spots-form`",
    ),
    (
        LEAFLET,
        block("ref: sun/shade", "title: Shade"),
        "Unknown key `title`",
        16,
        "A reference (`ref:`) takes no keys but `treatment` and `in_summary`",
    ),
    (
        LEAFLET,
        block("type: text", "paragraphs: [Words.]", "sources: [NICE NG198]"),
        "An entry in `sources` has the wrong format: `NICE NG198`",
        17,
        "Use capital letters, digits and hyphens, e.g. `NICE-NG198`",
    ),
    (
        LEAFLET,
        block("type: text", "paragraphs: [Words.]", "sources: SUN-BOOK"),
        "`sources` must be a list, not `SUN-BOOK`",
        17,
        "Put each entry on its own line, starting with `- `",
    ),
    (
        LEAFLET,
        block("type: text", "paragraphs: [Words.]", "sources: [SUN-BOK]"),
        "There is no source `SUN-BOK`",
        17,
        "Did you mean `SUN-BOOK`?",
    ),
    (
        LEAFLET,
        block(
            "type: figure",
            "title: T",
            "caption: C",
            "panels: [{drawing: pore-healty, alt: A pore.}]",
        ),
        "There is no drawing `pore-healty`",
        18,
        "Did you mean `pore-healthy`?",
    ),
    (
        LEAFLET,
        block(
            "type: figure", "title: T", "caption: C", "panels: [{drawing: pore.svg, alt: A pore.}]"
        ),
        "`drawing` has the wrong format: `pore.svg`",
        18,
        "Use lower-case letters, digits and hyphens, e.g. `pore-healthy`",
    ),
    # Tables
    (
        LEAFLET,
        block("type: table", "caption: T", "columns: [Face, 3]", "rows: [[a, b], [c, d]]"),
        "An entry in `columns` must be text, not `3`",
        17,
        "Put it in quotes",
    ),
    (
        LEAFLET,
        block("type: table", "caption: T", "columns: [a, b]", "rows: [[a, b], [c]]"),
        "Row 2 has 1 cell, but there are 2 columns",
        18,
        "Give each row one cell for each column; `[a, b]` has two",
    ),
    (
        LEAFLET,
        block(
            "type: benefits_harms",
            "caption: T",
            "options: [{name: a, benefits: [b], harms: [c]},",
            "  {name: a, benefits: [b], harms: [c], cells: [d]}]",
        ),
        "Option 2 has 1 cell, but there are 0 columns",
        18,
        "Give each row one cell for each column; `[a, b]` has two",
    ),
    (
        LEAFLET,
        block("type: table", "caption: T", "columns: [a, b]", "rows: [a]"),
        "An entry in `rows` must be a list, not `a`",
        18,
        "Put each entry on its own line, starting with `- `",
    ),
    (
        TABLE,
        table("one,One,020 7946 0000,extra"),
        "Row 2 has 4 cells, but the table has 3 columns",
        2,
        "Put a text that contains the separator, such as a comma, in double quotes",
    ),
    (TABLE, table("one,One"), "Row 2: The key `phone` is missing", 2, "Fill in its column"),
    (TABLE, table("b/c,One,020 7946 0000"), "Cell A2: `b/c` is not a valid id", 2, "Write `b-c`"),
    (
        TABLE,
        table("one,One,2.07946E+09"),
        "Cell C2: `2.07946E+09` is not a telephone number",
        2,
        "A spreadsheet has changed it: format its cells as text, and type the number again",
    ),
    (
        TABLE,
        table('one,"One,020 7946 0000'),
        "Row 2: a double quote does not end or stands within a text",
        2,
        "Write a double quote within a text twice, and the whole text in double quotes",
    ),
    (
        TABLE,
        table("one,One,020 7946 0000", "one,Two,020 7946 0001"),
        "Cell A3: duplicate id `one`",
        3,
        "Give each clinic its own `id`",
    ),
    (TABLE, "id,name,name\none,One,Two\n", "Two columns are named `name`", 1, "Keep one of them"),
    (
        TABLE,
        table("one,#NAME?,020 7946 0000"),
        "Cell B2: `#NAME?` is an error of the spreadsheet program",
        2,
        "Correct the formula, or type it",
    ),
    (
        TABLE,
        table("one,Müller,020 7946 0000").encode("cp1252"),
        "This file is not UTF-8 text: byte 0xFC cannot be read",
        2,
        "In the spreadsheet program, save it as “CSV UTF-8”",
    ),
    # Settings
    (
        SETTINGS,
        clinic("GB", "England"),
        "`region` has the wrong format: `England`",
        4,
        "Use a two-letter country code, e.g. `GB`",
    ),
    (
        SETTINGS,
        clinic("GB", "gb"),
        "`region` has the wrong format: `gb`",
        4,
        "Use capital letters: `GB`",
    ),
    (SETTINGS, clinic("GB", "UK"), "There is no region `UK`", 4, "The United Kingdom is `GB`"),
    (
        SETTINGS,
        clinic("region", "papers: [A4]\nregion"),
        "An entry in `papers` cannot be `A4`",
        4,
        "Did you mean `a4`?",
    ),
    (
        SETTINGS,
        clinic("region", "papers: both\nregion"),
        "`papers` must be a list, not `both`",
        4,
        "Put each entry on its own line, starting with `- `",
    ),
    (
        SETTINGS,
        clinic("region", "languages: [english]\nregion"),
        "An entry in `languages` has the wrong format: `english`",
        4,
        "Use a language code, e.g. `en` or `pt-BR`",
    ),
    (
        SETTINGS,
        clinic("region", "languages: [sv]\nregion"),
        "There is no translation into `sv`",
        4,
        "Use one of: `en`; `handouts translate start sv` begins one",
    ),
    (
        SETTINGS,
        clinic("+44 20 7946 0000", "call us"),
        "`call us` is not a telephone number",
        3,
        "Write the number that patients call: it is printed on every leaflet",
    ),
    (
        SETTINGS,
        clinic("region", "  website: our site\nregion"),
        "`our site` is not the address of a website",
        4,
        "Leave it out if there is none",
    ),
    (
        SETTINGS,
        clinic("region", "  email: front desk\nregion"),
        "`front desk` is not an e-mail address",
        4,
        "Leave it out if there is none",
    ),
    (
        SETTINGS,
        clinic("region", "  hours: [9 to 5]\nregion"),
        "An entry in `hours` must be a set of keys and values, not `9 to 5`",
        4,
        "Write lines of it after `- `, such as `days: …`, `time: …`",
    ),
    (
        SETTINGS,
        clinic("region", "  address: [a, b, c, d, e]\nregion"),
        "`address` must have at most 4 entries, but has 5",
        4,
        "Remove 1, or join some",
    ),
    (
        SETTINGS,
        clinic("Test Clinic", "W" * 71),
        "`name` must be at most 70 characters long",
        2,
        "Shorten it",
    ),
    (
        SETTINGS,
        clinic("region", "ink: grey\nregion"),
        "`ink` cannot be `grey`",
        4,
        "Use one of: `black`, `colour`",
    ),
    (
        SETTINGS,
        clinic("region", "treatments: [creams]\nregion"),
        "There is no treatment `creams`",
        4,
        "Did you mean `cream`?",
    ),
    # Colours, pictures and fonts
    (
        BRAND,
        "primary: #1d5b66\n",
        "`#1d5b66` is a comment for YAML and is not printed",
        1,
        "Put the whole text in quotes, or two spaces before a comment",
    ),
    (
        BRAND,
        "primary: teal\n",
        "`primary` has the wrong format: `teal`",
        1,
        "Write a colour in quotes, e.g. `'#1d5b66'`",
    ),
    (
        BRAND,
        "primary: '#1d5'\n",
        "`primary` has the wrong format: `#1d5`",
        1,
        "Write a colour in quotes, e.g. `'#1d5b66'`",
    ),
    (
        BRAND,
        "primary: 123456\n",
        "`primary` must be text, not `123456`",
        1,
        "Write a colour in quotes, e.g. `'#1d5b66'`",
    ),
    (
        BRAND,
        "color: '#1d5b66'\n",
        "Unknown key `color`",
        1,
        "Use one of: `accent`, `fonts`, `logo`, `primary`",
    ),
    (
        BRAND,
        "logo: logo.png\n",
        "Logo file `logo.png` not found",
        1,
        "Put the file next to `brand.yaml`, or remove the line to print the clinic's name instead",
    ),
    (
        BRAND,
        "logo: logo.pdf\n",
        "`logo.pdf` is not a printable picture format",
        1,
        "Save it as an SVG, PNG or JPEG",
    ),
    (
        BRAND,
        "logo: ../logo.png\n",
        "The logo `../logo.png` is outside the clinic's folder",
        1,
        "Copy it into the folder",
    ),
    (
        BRAND,
        "logo: broken.png\n",
        "The logo `broken.png` cannot be printed: it is damaged, or is not a PNG or JPEG picture",
        1,
        "Save it as a PNG or JPEG: RGB, 8 bits per channel, at most 2,000 pixels wide",
    ),
    (
        BRAND,
        "logo: broken.svg\n",
        "The logo `broken.svg` cannot be printed: it is not a valid SVG file",
        1,
        "Save it as a plain SVG with everything embedded, or as a PNG",
    ),
    (
        BRAND,
        "logo: photo.png\n",
        "The logo `photo.png` cannot be printed: it is damaged, or is not a PNG or JPEG picture",
        1,
        "Save it as a PNG or JPEG: RGB, 8 bits per channel, at most 2,000 pixels wide",
    ),
    (
        BRAND,
        "fonts: Helvetica\n",
        "`fonts` must be a set of keys and values, not `Helvetica`",
        1,
        "Write lines such as `regular: …`, `bold: …` below it, each indented by two more spaces",
    ),
    (
        BRAND,
        "fonts: {regular: broken.ttf, bold: broken.ttf}\n",
        "The font `broken.ttf` cannot be used: it is not a TrueType or OpenType font",
        1,
        "Ask the font's maker for a TTF or OTF file of this weight that may be embedded",
    ),
    (BRAND, "fonts: {regular: font.ttf}\n", "The key `bold` is missing", 1, "Add a line `bold: …`"),
    # Templates
    (LOOK, page("{{ leaflit.title }}"), "There is no `leaflit` here", 3, "Did you mean `leaflet`?"),
    (LOOK, page("{{ leaflet.titel }}"), "There is no `titel` here", 3, "Did you mean `title`?"),
    (
        LOOK,
        page("{{ leaflet.title"),
        "Braces are opened here and not closed on this line",
        3,
        "Write `}}` after a value, and `%}` after a tag",
    ),
    (
        LOOK,
        page("{% if leaflet.devices %}"),
        "`{% endblock %}` stands where `{% endif %}` is needed",
        4,
        "Write `{% endif %}` before it, or remove it",
    ),
    (
        LOOK,
        page("{% endif %}"),
        "`{% endif %}` stands where `{% endblock %}` is needed",
        3,
        "Write `{% endblock %}` before it, or remove it",
    ),
    (
        LOOK,
        page("{% fi leaflet.devices %}{% endif %}"),
        "There is no tag `{% fi %}`",
        3,
        "Use a tag of Jinja, such as `if`, `for`, `block`, `include` or `set`",
    ),
    (
        LOOK,
        page("{{ leaflet.title | upperr }}"),
        "There is no filter `upperr`",
        3,
        "Use a filter or test of Jinja, or `tint`",
    ),
    (
        LOOK,
        page("{{ drawing('pore-healthy') }}"),
        "`drawing` needs a value for `tone`",
        3,
        "docs/reference/templates.md lists the names that a template may use",
    ),
    (
        LOOK,
        page("{{ drawing('pore-healthy', 'purple') }}"),
        "There is no `purple` to choose from here",
        3,
        "docs/reference/templates.md lists the names that a template may use",
    ),
    (
        LOOK,
        page("{{ label('page_off') }}"),
        "There is no label `page_off`",
        3,
        "Did you mean `page_of`?",
    ),
    (
        LOOK,
        page("{{ rich('words') }}"),
        "There is no `runs` in a text",
        3,
        "docs/reference/templates.md lists the names that a template may use",
    ),
    (
        LOOK,
        page("{{ 'a' + 1 }}"),
        "A value on this line cannot be used in this way",
        3,
        "docs/reference/templates.md lists the names that a template may use",
    ),
    (
        LOOK,
        page("{% include 'parts/sektion.html.j2' %}"),
        "There is no template `parts/sektion.html.j2`",
        3,
        "Did you mean `parts/section.html.j2`?",
    ),
    (
        LOOK,
        page("{{ icon('tik', '#000000') }}"),
        "There is no template `icons/tik.svg.j2`",
        3,
        "Did you mean `icons/tick.svg.j2`?",
    ),
    (
        LOOK,
        page("Words", "mastead"),
        "The template that this one extends has no part `mastead`",
        2,
        "Did you mean `masthead`?",
    ),
    (
        LOOK,
        page('<img src="door.png" alt="">'),
        "The page refers to the file `door.png`",
        3,
        "A page cannot load a file by name: use `drawing`, `icon` or the clinic's logo",
    ),
    (
        LOOK,
        page('<img src="https://example.org/door.png" alt="">'),
        "The page refers to something outside of it: `https://example.org/door.png`",
        3,
        "Remove it: a leaflet is made without a network, from the clinic's folder alone",
    ),
    # Styles
    (
        LOOK,
        page("p { font-varint: small-caps }", "styles"),
        "Unknown CSS property `font-varint` (`font-varint: small-caps`)",
        3,
        "Did you mean `font-variant`?",
    ),
    (
        LOOK,
        page("p { color: reddish }", "styles"),
        "`color` cannot be `reddish`",
        3,
        "Write a colour such as `#1d5b66`, or the name of one in CSS",
    ),
    (
        LOOK,
        page("p { font-size: 30pt color: red }", "styles"),
        "`font-size` cannot be `30pt color: red`",
        3,
        "Write `;` before `color`",
    ),
    (
        LOOK,
        page("p { color: red\n  font-size: 30pt }", "styles"),
        "`color` cannot be `red font-size: 30pt`",
        3,
        "Write `;` before `font-size`",
    ),
    (
        LOOK,
        page("p { margin: 3 }", "styles"),
        "`margin` cannot be `3`",
        3,
        "Write a unit after each number, such as `mm` or `pt`, without a space",
    ),
    (
        LOOK,
        page("p { widht: 3mm; }", "styles"),
        "Unknown CSS property `widht` (`widht: 3mm`)",
        3,
        "Did you mean `width`?",
    ),
    (
        LOOK,
        page("p:hoovering { color: red }", "styles"),
        "The selector `p:hoovering` is not understood",
        3,
        "Check what stands after `:`, and the brackets",
    ),
    (
        LOOK,
        page("h1 { color: red;\np { margin: 3mm } /* } */", "styles"),
        "This rule is never closed",
        3,
        "Write `}` after its last value",
    ),
    (
        LOOK,
        page("@media foo and { p { color: red } }", "styles"),
        "The rule `@media foo and` is not understood",
        3,
        "Correct or remove it: otherwise the page will not look as intended",
    ),
    (
        LOOK,
        page("@font-fase { font-family: X }", "styles"),
        "The rule `@font-fase` is not understood",
        3,
        "Correct or remove it: otherwise the page will not look as intended",
    ),
    (
        LOOK,
        page("p { background: url(door.png) }", "styles"),
        "The style `background: url(door.png)` refers to a file",
        3,
        "A page cannot load a file by name: use `drawing`, `icon` or the clinic's logo",
    ),
    (
        LOOK,
        page("@import url(https://example.org/x.css);", "styles"),
        "The page takes its styles from elsewhere: `@import url(https://example.org/x.css)`",
        3,
        "Write them here: a page can take in no other file",
    ),
]


def told(
    file: str, text: str | bytes, folder: Path, library: Library
) -> list[tuple[str, int, str]]:
    """Message, line and remedy of each problem of a clinic with one wrong file."""
    home = make_tiny(folder / "clinic", {**FILES, **({} if file == TABLE else {file: text})})
    try:
        if file == TABLE:
            (folder / TABLE).write_bytes(text.encode() if isinstance(text, str) else text)
            base = open_workspace(home, library=library)
            _, problems = collect(read_clinics(folder / TABLE, base, None))
        else:
            names = ("tiny-leaflet",) if file in (LOOK, LEAFLET) else ()
            project = open_project(home, library=library)
            problems = project.check(names, on=DAY, store=user_store()).diagnostics
    except HandoutsError as error:
        problems = error.diagnostics
    return [(d.message, d.place.line if d.place else 0, d.hint or "") for d in problems]


@pytest.mark.parametrize(("file", "text", "message", "line", "remedy"), SLIPS)
def test_a_slip_is_told_where_it_is_and_with_a_remedy(
    file: str,
    text: str | bytes,
    message: str,
    line: int,
    remedy: str,
    tmp_path: Path,
    library: Library,
) -> None:
    found = told(file, text, tmp_path, library)
    assert (message, line, remedy) in found
    assert all(hint for _, _, hint in found)
