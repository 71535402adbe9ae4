"""The registry of diagnostic codes: meaning, remedy and exit code.

``handouts explain CODE`` prints an entry; ``scripts/codes`` writes docs/reference/codes.md from all
of them. Codes are stable: programs may rely on them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

FINE, PROBLEMS, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: no errors; errors in files; the command could not run; Ctrl-C."""


@dataclass(frozen=True)
class Code:
    """One entry. A command that reports an error with this code exits with ``exit_code``."""

    meaning: str
    remedy: str
    exit_code: int = PROBLEMS

    def to_json(self) -> dict[str, str | int]:
        return asdict(self)


def exit_code_of(code: str) -> int:
    """The exit code of a command that reports an error with this code."""
    return CODES[code].exit_code


CODES: dict[str, Code] = {
    # YAML files
    "alias": Code(
        "A YAML file uses an anchor (`&name`) or an alias (`*name`).",
        "Write the value out, or put text that starts with `&` or `*` in quotes.",
    ),
    "control-character": Code(
        "A text contains an invisible or damaged character that cannot be printed.",
        "Remove it. Such characters often come from text copied from a web page or a PDF.",
    ),
    "look-alike": Code(
        "A word contains Greek or Cyrillic letters that look like Latin ones.",
        "Type the word again. Nobody who reads the text could see the difference.",
    ),
    "cut-text": Code(
        "Text after ` #` is a comment in YAML, and is not printed.",
        "Put the whole text in quotes. If it is meant as a comment, put two spaces before `#`.",
    ),
    "duplicate-key": Code(
        "A key appears twice in the same mapping of a YAML file.",
        "Keep one of them: only one could take effect.",
    ),
    "empty": Code("A YAML file is empty.", "Add content, or delete the file."),
    "html-entity": Code(
        "A text contains an HTML entity such as `&amp;`, which would be printed as it is written.",
        "Write the character itself.",
    ),
    "key-not-text": Code(
        "A key in a YAML file is a list or a set of keys instead of plain text.",
        "Put text that contains braces or brackets in quotes.",
    ),
    "mojibake": Code(
        "A text looks like UTF-8 that another program read in another encoding.",
        "Correct the letters; the hint shows what was probably meant.",
    ),
    "not-utf8": Code(
        "A file is not UTF-8 text.",
        "Save it as UTF-8; in a spreadsheet program, choose “CSV UTF-8”.",
    ),
    "tag": Code(
        "A YAML file uses a tag (`!name`).",
        "Remove it, or put text that starts with `!` in quotes.",
    ),
    "too-deep": Code(
        "Values in a YAML file are nested too deeply.",
        "Check the indentation: a line may belong further to the left.",
    ),
    "two-documents": Code(
        "A YAML file contains a second document.",
        "Keep one document per file: remove the line `---`.",
    ),
    "yaml-syntax": Code(
        "A file is not valid YAML.",
        "Check quotes, brackets, colons and indentation on the line shown and the one above it.",
    ),
    # Keys and values
    "count-too-large": Code(
        "A count is larger than the group in which it was counted.", "Correct one of the two."
    ),
    "denominator": Code(
        "The denominator of a `risk` block does not suit the number of people who were studied.",
        "For fewer than 50 people, use their number and unscaled counts; otherwise 100 or 1000.",
    ),
    "empty-text": Code("A text is empty.", "Write the text, or remove the key."),
    "invalid-value": Code(
        "A value is not allowed here.",
        "See the key's description in your editor or in the JSON Schema.",
    ),
    "markup": Code(
        "Bold text or a slot is written incorrectly.",
        "End `**bold**` with `**`, and write slots as `{name}` in lower case.",
    ),
    "missing-key": Code("A required key is missing.", "Add the key."),
    "missing-type": Code(
        "A block has neither `type` nor `ref`.",
        "Write `ref:` to use a block from its own file, or `type:` to write one inline.",
    ),
    "out-of-range": Code(
        "A number or date is too small or too large.", "Use a value within the range shown."
    ),
    "phone-number": Code(
        "A clinic's telephone number is not one, or not one of its region.",
        "Write digits, spaces and + ( ) - . only. In a spreadsheet, format its cells as text.",
    ),
    "row-width": Code(
        "A table row has more or fewer cells than the table has columns.",
        "Give each row one cell per column; in CSV, put a text with a comma in double quotes.",
    ),
    "shares": Code(
        "The counts of a `risk` block do not add up to its denominator.",
        "State both sides: how many people were affected and how many were not.",
    ),
    "stage-days": Code(
        "The days of a stage of recovery do not make a span of time.",
        "Give the first and the last day, counted from the treatment, which is on day 0.",
    ),
    "too-long": Code("A text is too long for its place.", "Shorten it."),
    "unknown-key": Code("A key is not allowed here.", "Correct its spelling, or remove it."),
    "unknown-type": Code("A block type does not exist.", "Use one of the existing types."),
    "wrong-choice": Code(
        "A value is not one of the allowed choices.", "Use one of the choices shown."
    ),
    "wrong-form": Code(
        "A name, version, code or colour has the wrong format.", "Use the format shown in the hint."
    ),
    "wrong-length": Code("A list has too few or too many entries.", "Add or remove entries."),
    "wrong-type": Code(
        "A value has the wrong type, such as a number where text is required.",
        "Put text that looks like a number, a date or `true` in quotes.",
    ),
    # Leaflets and blocks
    "critical-left-out": Code(
        "A critical block is kept out of the summary.",
        "Remove `in_summary: false`, or move what is critical to a block of its own.",
    ),
    "critical-without-source": Code(
        "A critical block cites no source.", "Add `sources:` with keys from `sources.yaml`."
    ),
    "duplicate-section": Code(
        "A section appears twice in a leaflet.", "Merge the two, or rename one."
    ),
    "count-in-words": Code(
        "A cell of an `options` or `benefits_harms` table contains a count as text.",
        "Write it as data: counts then look alike, and those from small groups are not scaled.",
    ),
    "hidden-regional-block": Code(
        "A clinic's block replaces a region's own version in every region.",
        "Move it below `content/regions/`, into the folder of the region it is for.",
    ),
    "id-mismatch": Code(
        "The `id` in a file does not match the file name.", "Change the `id`, or rename the file."
    ),
    "inline-id": Code(
        "An inline block has an `id`.",
        "Remove the `id`, or move the block to its own file.",
    ),
    "misplaced-file": Code(
        "A file is in the wrong folder.",
        "Put leaflets in `content/leaflets/` and blocks in folders below `content/blocks/`.",
    ),
    "missing-block": Code(
        "A leaflet lacks a block type that its kind requires.", "Add such a block to any section."
    ),
    "missing-section": Code(
        "A leaflet lacks a section that its kind requires.", "Add the section."
    ),
    "mixed-denominators": Code(
        "A leaflet gives some numbers out of 100 and others out of 1,000.",
        "Use one denominator throughout a leaflet, so that readers can compare counts.",
    ),
    "number-without-source": Code(
        "A text contains a number but cites no source.",
        "Add `sources:` to its block, or move the number into a block with sources.",
    ),
    "foreign-mark": Code(
        "A text has marks of Markdown or HTML, which would be printed as they are written.",
        "Write `**bold**` for bold text; there are no other marks.",
    ),
    "issued-later": Code(
        "A leaflet's date of issue is in the future.",
        "Write the day on which its words were finished.",
    ),
    "lone-half": Code(
        "A section of half width has no other beside it.",
        "Give a neighbouring section `layout: half` too, or remove the line.",
    ),
    "missing-marker": Code(
        "A legend explains a marker that no drawing of its figure has.",
        "Remove the entry, or draw the marker.",
    ),
    "unused-block": Code(
        "No leaflet uses one of the clinic's blocks.",
        "Refer to it in a leaflet, or delete its file.",
    ),
    "section-content": Code(
        "A section lacks a block of the type that its kind requires.", "Add such a block."
    ),
    "section-order": Code("A section is out of order for the leaflet's kind.", "Move it up."),
    "todo": Code(
        "Text is still to be written.",
        "Replace TODO. Until then the leaflet is a draft and cannot be approved.",
    ),
    "bar-mismatch": Code(
        "A bar of a table does not draw what the last cell of its row says.",
        "Give each row one bar, `[12, 13]`, with the two numbers that its last cell names.",
    ),
    "unequal-detail": Code(
        "An option's benefits and harms are not described in equal detail.",
        "Balance the two sides: neither may be more than twice as long as the other.",
    ),
    "unknown-block": Code(
        "A leaflet refers to a block that does not exist.",
        "Correct the reference, or create the block.",
    ),
    "unknown-kind": Code("A leaflet kind does not exist.", "Use one of the existing kinds."),
    "unknown-slot": Code(
        "A slot does not exist, or is written as in another program.",
        "Use a slot from `slots.yaml`; labels and links have their own.",
    ),
    "unknown-source": Code(
        "A source does not exist.", "Add it to `sources.yaml`, or correct the key."
    ),
    "unknown-treatment": Code(
        "A treatment does not exist.", "Use a treatment from `treatments.yaml`."
    ),
    "weak-critical-source": Code(
        "A critical block cites a source of grade C.",
        "Cite only sources of grade A or B, or move what rests on this source to another block.",
    ),
    "wrong-phase": Code(
        "A block for the time before a treatment is in a leaflet for afterwards, or vice versa.",
        "Use a block that suits the time at which the leaflet is read.",
    ),
    # Tables, regions and settings
    "claims-approval": Code(
        "A clinic's label, notice or template contains words that claim an approval.",
        "Remove them: the program prints who approved a leaflet, and marks the others as drafts.",
    ),
    "fixed-label": Code(
        "A clinic replaces a label that says whether a leaflet is approved.",
        "Remove the entry from `labels.yaml`.",
    ),
    "duplicate-entry": Code("A table has two entries with the same key.", "Keep one of them."),
    "lost-slot": Code(
        "A clinic's label lacks a slot of the shipped label that it replaces.",
        "Put the slot back: without it, a number or a name would be missing from the leaflet.",
    ),
    "medicine-in-wording": Code(
        "A region's spelling list contains a medicine.",
        "Write a block for the region, or list the substance's other name under `medicines`.",
    ),
    "unfilled-slot": Code("A slot has no value.", "Add its value to the region's `fills`."),
    "unknown-label": Code("No template uses a label with this key.", "Correct the key."),
    "details-not-translated": Code(
        "Words of `handouts.yaml`, such as opening hours, have no translation into a language.",
        "Translate them in `locales/` of the clinic's folder, after `handouts translate update`.",
    ),
    "not-translated": Code(
        "Parts of a leaflet have no current translation, and stand in English, marked as such.",
        "Have them translated: `handouts translate status` and `handouts translate export`.",
    ),
    "translation-address": Code(
        "A translation has a web or e-mail address that its source does not have.",
        "Remove it.",
    ),
    "translation-length": Code(
        "A translation is far longer than its source, or than there is room for.",
        "Shorten it, or correct an entry that has the text of another.",
    ),
    "translation-letters": Code(
        "A translation has letters of a script that its language does not use, or no font has.",
        "Type the words again.",
    ),
    "translation-markup": Code(
        "The bold text or the braces of a translation are not those of its source.",
        "Put `**` around the same words, and braces only around the names of slots.",
    ),
    "translation-medicine": Code(
        "A translation does not name the medicine of its source, or names another one.",
        "Correct it, or add the name to the language's glossary.",
    ),
    "translation-numbers": Code(
        "A translation does not have the same numbers as its source.",
        "Correct it: a wrong number can do harm.",
    ),
    "translation-slots": Code(
        "A translation has lost a slot of its source, or has one more.",
        "Use each slot as often as the source does.",
    ),
    "translation-unknown": Code(
        "A translator's file translates a text that no leaflet has any more.",
        "Export the texts again, and take over what still fits.",
    ),
    "translation-file": Code(
        "A file of translations is not valid PO, has an entry twice, or names another language.",
        "Save it again with a program for translations such as Poedit.",
    ),
    "unknown-medicine": Code(
        "A glossary names a medicine that is not in `medicines.yaml`.",
        "Correct the ID, or add the medicine to `medicines.yaml`.",
    ),
    "unknown-language": Code(
        "There is no translation into this language.",
        "Use a language that is available, or begin one with `handouts translate start`.",
        CANNOT_RUN,
    ),
    "unknown-region": Code(
        "A region does not exist.", "Use one of the existing regions.", CANNOT_RUN
    ),
    "unknown-status": Code(
        "A device status is not used in the region.",
        "Use a status from the region's `device_lines`.",
    ),
    "unknown-template": Code("A template does not exist.", "Correct its name."),
    # The clinic's folder
    "drift": Code(
        "The original of a clinic's file has changed since the clinic copied it.",
        "Review `handouts diff ID`, copy over any corrections, run `handouts diff --accept ID`.",
    ),
    "exists": Code(
        "A file already exists.", "Choose another name, or move the existing file.", CANNOT_RUN
    ),
    "file-name": Code(
        "A file name is not a valid ID.", "Rename it: lower-case words joined by hyphens."
    ),
    "file-too-large": Code("A file is larger than the limit.", "Make it smaller, or split it."),
    "missing-file": Code(
        "A file of the Handouts installation is missing.", "Reinstall Handouts.", CANNOT_RUN
    ),
    "no-workspace": Code(
        "There is no clinic's folder here.",
        "Give one with `--workspace`, or create one with `handouts init`.",
        CANNOT_RUN,
    ),
    "not-omittable": Code(
        "A clinic's settings omit a section that must be printed.",
        "Remove it from `omit`, or mark it with `may_omit: true` in a `kinds.yaml` of your own.",
    ),
    "not-in-pack": Code(
        "A pack names a leaflet that does not exist, or about a treatment that is not offered.",
        "Correct the name in `packs`, or take it out of the pack.",
    ),
    "not-read": Code(
        "A file is ignored because of its name or its folder.",
        "Rename it, or move it, as the message says.",
    ),
    "outside": Code(
        "Something refers to a file or address outside the clinic's folder.",
        "Copy the file into the folder.",
    ),
    "unknown-override": Code(
        "The clinic overrides no file with this name.",
        "Run `handouts diff` to list all overrides.",
        CANNOT_RUN,
    ),
    "unreadable": Code(
        "A file cannot be read, or is not a regular file.", "Check the file and its permissions."
    ),
    # The brand
    "like-urgent": Code(
        "A brand colour looks like the red of urgent help.",
        "Choose another colour, so that patients can tell the two apart.",
    ),
    "logo-type": Code(
        "The logo's file format cannot be printed.", "Save it as an SVG, PNG or JPEG."
    ),
    "missing-font": Code("A font file does not exist.", "Add the file, or remove `fonts`."),
    "missing-image": Code("A picture or drawing does not exist.", "Add it, or correct the name."),
    "picture-font": Code(
        "The words in a picture are set in another font.", "Convert its text to outlines (paths)."
    ),
    "picture-redrawn": Code(
        "The PDF engine draws a picture wrong, so another renderer's drawing is printed.",
        "Nothing to do.",
    ),
    "poor-picture": Code(
        "A picture will be invisible, tiny or coarse in print.", "Save it again as the hint says."
    ),
    "same-grey": Code(
        "The two brand colours cannot be told apart in greyscale.",
        "Choose a lighter or darker accent colour.",
    ),
    "unreadable-picture": Code(
        "A picture or drawing cannot be printed.", "Save it again as the hint says."
    ),
    "unusable-font": Code("A font cannot be used.", "Ask the font's maker for a TTF or OTF file."),
    "weak-colour": Code(
        "A brand colour is too pale to read, on paper or in greyscale.",
        "Choose a darker colour; the hint gives the nearest one that passes.",
    ),
    "wide-font": Code(
        "A font is so wide that leaflets will have more pages.",
        "Use a narrower font, or accept the pages.",
    ),
    # Many clinics
    "clinic-id": Code(
        "A clinic in a table has no valid `id`, or that of another clinic.",
        "Give each clinic its own `id`.",
    ),
    "cell-value": Code(
        "A cell of a table contains a spreadsheet's error, a formula without result, or a date.",
        "Format the cell as text, and type what should be printed.",
    ),
    "duplicate-column": Code("Two columns of a table have the same name.", "Keep one of them."),
    "no-clinics": Code("A folder or table contains no clinics.", "Give another folder or table."),
    "not-a-table": Code(
        "A file is not a table that can be read.",
        "In the spreadsheet program, save it as “CSV UTF-8” or as an Excel workbook (.xlsx).",
    ),
    "row-quotes": Code(
        "A double quote in a row of a table does not end, or stands within a text.",
        "Write a double quote within a text twice, and put the whole text in double quotes.",
    ),
    "unknown-column": Code("A table has an unknown column.", "Rename or remove it."),
    # Templates
    "template": Code(
        "A template failed while it was being filled.",
        "Correct the line shown; docs/reference/templates.md lists the names that may be used.",
    ),
    "style": Code(
        "A style is not written as CSS, or has a property or value that cannot be printed.",
        "Correct the line shown.",
    ),
    "template-syntax": Code("A template is not valid Jinja.", "Correct the line shown."),
    "unknown-part": Code(
        "A clinic's template replaces a part (`{% block … %}`) that the page does not have.",
        "Use the name of a part of the template that it extends.",
    ),
    # Making
    "clinic-no-room": Code(
        "The clinic's details do not fit in their box.",
        "Shorten the name, the address or the opening hours in `handouts.yaml`.",
    ),
    "engine": Code(
        "The PDF engine reported a problem with a page.",
        "Correct the template or style that it names.",
    ),
    "engine-mismatch": Code(
        "The PDF engine did not produce a page as expected, and nothing was written.",
        "Run `handouts doctor`: this version of the engine may be untested.",
        CANNOT_RUN,
    ),
    "not-laid-out": Code(
        "Pages were checked without being laid out, because the PDF engine does not start.",
        "Run `handouts doctor`, and check again.",
    ),
    "changed-meanwhile": Code(
        "A file was saved while a leaflet was being made that shows it.",
        "Make the leaflet again: approvals hold for what they were given for.",
    ),
    "over-limit": Code(
        "Something of the clinic's takes more time, memory or room than a leaflet may.",
        "Make the logo, drawing, font, template or text that is named smaller or simpler.",
    ),
    "missing-glyph": Code(
        "No shipped font has a character that a leaflet uses.", "Use other characters."
    ),
    "no-mark": Code(
        "A page has no room for the mark of a leaflet that may not be handed out.",
        "Correct the page's `size` in the style that sets it, or run `handouts doctor`.",
    ),
    "nested-clinic": Code(
        "A clinic's folder lies inside that of another.",
        "Move it out, unless it is meant to be a clinic of its own.",
    ),
    "no-longer-approved": Code(
        "An approval no longer holds: the text has changed, or the approval has expired.",
        "Have the leaflet read again; record it with `handouts approve`.",
    ),
    "no-room": Code("The text for one patient does not fit.", "Shorten it, or write it by hand."),
    "not-approved": Code(
        "A leaflet cannot be issued because approval is required.",
        "See `handouts status`; record a sign-off with `handouts approve`.",
    ),
    "other-region": Code(
        "Something is of another region than the one in question.",
        "Name its own region with `--region`, or look at what the region in question has.",
    ),
    "overflow": Code(
        "Words reach out of their box or off the page.",
        "Use shorter words or fewer columns, or put a soft hyphen (U+00AD) where a word may break.",
    ),
    "out-of-date": Code(
        "A file in the output folder is out of date, but was edited or is not in the manifest.",
        "Check whether you still need it, then remove it.",
    ),
    "removed": Code(
        "An out-of-date file from an earlier build was removed.",
        "Nothing to do.",
    ),
    "unwritable": Code(
        "A file or folder cannot be written.",
        "Check the path, its permissions and the space on the disk.",
    ),
    "store-emptied": Code("The cache was emptied during a build.", "Run the build again."),
    # Sign-off and verification
    "file-differs": Code(
        "A file has the code of a current leaflet, but is not that leaflet.",
        "Do not hand it out. Print the leaflet again.",
    ),
    "no-code": Code(
        "The argument is neither a leaflet's file nor its code.",
        "Give a PDF made by `handouts build`, or the code from its last page.",
    ),
    "outdated": Code("A leaflet has changed since this copy was printed.", "Print it again."),
    "unfinished": Code(
        "A leaflet with unfinished text cannot be approved.",
        "Replace each TODO; `handouts check` lists them.",
    ),
    "told-day": Code(
        "Approvals and reviews were judged as on another day than today.",
        "Leave out `--date` and `SOURCE_DATE_EPOCH` for leaflets that are handed out today.",
    ),
    "wrong-date": Code(
        "A sign-off has a date in the future, or ends before it begins.",
        "Give the day on which somebody approved the leaflet, and a later one for its end.",
    ),
    "unknown-words": Code(
        "No current leaflet matches the code of a printed one.",
        "It comes from another clinic or edition: check before giving it to patients.",
    ),
    # Running
    "cannot-run": Code(
        "The program cannot run on this machine, or cannot use a path.",
        "See the message; `handouts doctor` checks the machine.",
        CANNOT_RUN,
    ),
    "demo-clinic": Code(
        "The demo clinic was used because no clinic's folder was given.",
        "Give one with `--workspace`, or work inside it.",
    ),
    "interrupted": Code(
        "The work was interrupted from the keyboard.",
        "Leaflets finished before the interruption were kept.",
        INTERRUPTED,
    ),
    "not-offered": Code(
        "The clinic does not offer the treatment that a leaflet describes.",
        "Add the treatment to `treatments` in `handouts.yaml`.",
    ),
    "program-error": Code(
        "The program failed in a way that it does not foresee: this is a fault of the program.",
        "Report it, with the smallest file that leads to it and nothing about a patient.",
        CANNOT_RUN,
    ),
    "unknown-leaflet": Code(
        "A leaflet does not exist.", "Run `handouts list` to list all leaflets.", CANNOT_RUN
    ),
    "usage": Code(
        "A command was called with wrong arguments.",
        "Add `--help` to the command for its options.",
        CANNOT_RUN,
    ),
}
