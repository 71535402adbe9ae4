"""Every code that a diagnostic may have: what it means, what to do, how a command then ends.

``handouts explain CODE`` prints an entry, and docs/codes.md is made of them by ``scripts/codes``.
Codes are stable: programs may rely on them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

FINE, PROBLEMS, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: no errors; errors in files; the work could not run; Ctrl-C."""


@dataclass(frozen=True)
class Code:
    """An entry. ``exit_code`` is that of a command with an error of this code."""

    meaning: str
    remedy: str
    exit_code: int = PROBLEMS

    def to_json(self) -> dict[str, str | int]:
        return asdict(self)


def exit_code_of(code: str) -> int:
    """How a command ends that has an error of this code."""
    return CODES[code].exit_code


CODES: dict[str, Code] = {
    # YAML files
    "alias": Code(
        "A YAML file uses an anchor (`&name`) or an alias (`*name`).",
        "Write the value out, or put a text that begins with `&` or `*` between quotes.",
    ),
    "control-character": Code(
        "A text holds an invisible character that cannot be printed.",
        "Remove it. It often comes with a text that was copied from a web page or a PDF.",
    ),
    "duplicate-key": Code(
        "A key occurs twice in the same place of a YAML file.",
        "Keep one of them: only one could be used.",
    ),
    "empty": Code("A YAML file holds nothing.", "Write its content, or remove the file."),
    "key-not-text": Code(
        "A key of a YAML file is a list or a set of keys.",
        "Put a text that contains braces or brackets between quotes.",
    ),
    "not-utf8": Code(
        "A file is not text in the encoding UTF-8.",
        "Save it again with the encoding UTF-8; in a spreadsheet, “CSV UTF-8”.",
    ),
    "tag": Code(
        "A YAML file uses a tag (`!name`).",
        "Remove it, or put a text that begins with `!` between quotes.",
    ),
    "too-deep": Code(
        "Values of a YAML file are nested too deeply.",
        "Check the indentation: a line may belong further to the left.",
    ),
    "two-documents": Code(
        "A second YAML document begins in a file.", "Keep one in a file; remove the line `---`."
    ),
    "yaml-syntax": Code(
        "A file is not valid YAML.",
        "Check quotes, brackets, colons and indentation at the place and in the line above it.",
    ),
    # Keys and values
    "empty-text": Code("A text is empty.", "Write the text, or remove the key."),
    "invalid-value": Code(
        "A value is not one that is allowed here.",
        "See the description of the key in your editor, or in the JSON Schema.",
    ),
    "markup": Code(
        "A text's bold or slot is not written as it should be.",
        "Close `**bold**`, and write slots as `{name}` in small letters.",
    ),
    "missing-key": Code("A key that is needed is missing.", "Add a line with it."),
    "missing-type": Code(
        "A block has neither `type` nor `ref`.",
        "Write `ref:` to use a block from its own file, or `type:` to write one in place.",
    ),
    "out-of-range": Code("A number or date is too small or too large.", "Choose one in range."),
    "row-width": Code(
        "A row of a table has more or fewer cells than there are columns.",
        "Give each row as many cells as there are columns.",
    ),
    "shares": Code(
        "The counts of a `risk` block do not add up to its denominator.",
        "State both sides: those who had it and those who did not.",
    ),
    "too-long": Code("A text is longer than its place.", "Shorten it."),
    "unknown-key": Code("A key is not known in this place.", "Correct its spelling, or remove it."),
    "unknown-type": Code("There is no block of this type.", "Use one of the types that exist."),
    "wrong-choice": Code("A value is none of those that may be chosen.", "Use one of them."),
    "wrong-form": Code("A name or colour is not written in the form that is needed.", "Use it."),
    "wrong-length": Code("A list has too few or too many entries.", "Add or remove some."),
    "wrong-type": Code(
        "A value is of the wrong type, such as a number where a text belongs.",
        "Put a text that looks like a number, a date or a truth value between quotes.",
    ),
    # Leaflets and blocks
    "critical-without-source": Code(
        "A critical block cites no source.", "Add `sources:` with keys of `sources.yaml`."
    ),
    "duplicate-section": Code("A section occurs twice in a leaflet.", "Join or rename them."),
    "hidden-regional-block": Code(
        "A clinic's block takes the place of what a region has of its own, in every region.",
        "Move it below `content/regions/`, into the folder of the region that it is for.",
    ),
    "id-mismatch": Code(
        "The id in a file is not the file's name.", "Change the id or rename the file."
    ),
    "inline-id": Code(
        "A block that is written in a leaflet has an id.",
        "Remove the id, or move the block into a file of its own.",
    ),
    "misplaced-file": Code(
        "A file is in the wrong folder.",
        "Leaflets go into `content/leaflets/`, blocks into folders below `content/blocks/`.",
    ),
    "missing-block": Code(
        "A leaflet lacks a block of a type that its kind needs.", "Add one to any section."
    ),
    "missing-section": Code("A leaflet lacks a section that its kind needs.", "Add it."),
    "mixed-denominators": Code(
        "A leaflet has numbers out of 100 and out of 1,000.",
        "Use one denominator in a leaflet: readers compare the counts.",
    ),
    "number-without-source": Code(
        "A text contains a number, and nothing says where it comes from.",
        "Move it into a block with `sources:`, or add them to its block.",
    ),
    "section-content": Code(
        "A section lacks a block of the type that its kind needs.", "Add such a block."
    ),
    "section-order": Code("A section comes after one that its kind puts later.", "Move it up."),
    "todo": Code(
        "Words are still to be written.",
        "Replace TODO with them. Until then the leaflet is a draft and cannot be approved.",
    ),
    "unequal-detail": Code(
        "An option's benefits and harms are not told in equal detail.",
        "Balance the two sides: neither may be more than twice as long as the other.",
    ),
    "unknown-block": Code("A leaflet refers to a block that does not exist.", "Name another."),
    "unknown-kind": Code("There is no kind of leaflet of this name.", "Name another."),
    "unknown-slot": Code("There is no slot of this name.", "Name one of `slots.yaml`."),
    "unknown-source": Code(
        "There is no source of this key.", "Add it to `sources.yaml`, or correct the key."
    ),
    "unknown-treatment": Code(
        "There is no treatment of this name.", "Name one of `treatments.yaml`."
    ),
    # Tables, regions and settings
    "duplicate-entry": Code("A table has two entries of one key.", "Keep one of them."),
    "unfilled-slot": Code(
        "Nothing fills a slot that texts may use.", "Add it to the `fills` of the region."
    ),
    "unknown-label": Code("No template prints a label of this key.", "Correct the key."),
    "unknown-language": Code(
        "There are no words in this language.", "Choose a language that there are words in."
    ),
    "unknown-region": Code(
        "There is no region of this name.", "Choose one that exists.", CANNOT_RUN
    ),
    "unknown-status": Code(
        "A machine's status is none that the region has words for.",
        "Use a status of the region's `device_lines`.",
    ),
    "unknown-template": Code("A template does not exist.", "Correct its name."),
    # The clinic's folder
    "drift": Code(
        "What a clinic's file replaces has changed since it was copied.",
        "Review `handouts diff ID`, copy over any corrections, then `handouts diff --accept ID`.",
    ),
    "exists": Code("A file is already there.", "Choose another name, or move it.", CANNOT_RUN),
    "file-name": Code(
        "A file's name is not a valid id.", "Rename it: lower-case words joined by hyphens."
    ),
    "file-too-large": Code("A file is larger than anything that is read.", "Make it smaller."),
    "missing-file": Code(
        "A file of the program is missing.", "Install Handouts again.", CANNOT_RUN
    ),
    "no-workspace": Code(
        "There is no clinic's folder here.",
        "Name one with `--workspace`, or make one with `handouts init`.",
        CANNOT_RUN,
    ),
    "not-read": Code(
        "A file is not read, because of how its name ends.", "Rename it to end with `.yaml`."
    ),
    "outside": Code(
        "Something refers to a file or address outside the clinic's folder.",
        "Copy the file into the folder.",
    ),
    "unknown-override": Code(
        "The clinic replaces no file of this name.",
        "`handouts diff` lists those that it replaces.",
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
    "logo-type": Code("The logo is of a type that cannot be printed.", "Save it as SVG or PNG."),
    "missing-font": Code("A font file does not exist.", "Put it there, or remove `fonts`."),
    "missing-image": Code("A picture or drawing does not exist.", "Add it, or correct the name."),
    "same-grey": Code(
        "The two brand colours cannot be told apart in a grey copy.",
        "Choose an accent that is lighter or darker.",
    ),
    "unreadable-picture": Code(
        "A picture cannot be printed as it was drawn.", "Save it again as the message says."
    ),
    "unusable-font": Code("A font cannot be used.", "Ask its maker for a TTF or OTF file."),
    "weak-colour": Code(
        "A brand colour is too pale to be read, on paper or copied in grey.",
        "Choose a darker one; the message names the nearest that passes.",
    ),
    # Many clinics
    "clinic-id": Code("A clinic of a table has no id, or that of another.", "Give it its own."),
    "no-clinics": Code("There are no clinics in a folder or table.", "Name another."),
    "unknown-column": Code("A table has a column that is not known.", "Rename or remove it."),
    # Templates
    "template": Code(
        "A template fails while it is filled.",
        "Correct it at the line that is named; docs/architecture.md lists the names it may use.",
    ),
    "template-syntax": Code("A template is not valid Jinja.", "Correct the line."),
    # Making
    "clinic-no-room": Code(
        "The clinic's details do not fit in their box.",
        "Shorten the name, the address or the opening hours in `handouts.yaml`.",
    ),
    "engine": Code(
        "The PDF engine complains of a page.", "Correct the template or style that it names."
    ),
    "engine-mismatch": Code(
        "The PDF engine did not make a page as expected, and nothing was written.",
        "Run `handouts doctor`: the engine may be a version that was not tried.",
        CANNOT_RUN,
    ),
    "missing-glyph": Code(
        "No shipped font has a character of a leaflet.", "Write it in another way."
    ),
    "no-room": Code("Words for one patient do not fit.", "Shorten them, or write by hand."),
    "not-approved": Code(
        "A leaflet may not go out, because only approved ones may.",
        "See `handouts status`; record a sign-off with `handouts approve`.",
    ),
    "out-of-date": Code(
        "A file in the output folder is out of date and not ours to remove.",
        "Check whether it is still wanted, then remove it.",
    ),
    "removed": Code(
        "A file that an earlier build made was removed, because it is out of date.",
        "Nothing to do.",
    ),
    "store-emptied": Code("The cache was emptied during a build.", "Run the build again."),
    # Sign-off and verification
    "no-code": Code(
        "What was given is neither a leaflet's file nor its code.",
        "Name a PDF that `handouts build` made, or type the code from its last page.",
    ),
    "outdated": Code("A printed leaflet's words have changed since.", "Print it again."),
    "unfinished": Code(
        "A leaflet with words that are still to be written cannot be approved.",
        "Replace each TODO; `handouts check` lists them.",
    ),
    "unknown-words": Code(
        "No current leaflet has the words of a printed one.",
        "It comes from another clinic or edition: check before giving it to patients.",
    ),
    # Running
    "cannot-run": Code(
        "The program cannot work on this machine, or with this path.",
        "See the message; `handouts doctor` checks the machine.",
        CANNOT_RUN,
    ),
    "demo-clinic": Code(
        "Leaflets were made for the demo clinic, because no clinic's folder was named.",
        "Name one with `--workspace`, or work inside it.",
    ),
    "interrupted": Code(
        "The work was interrupted from the keyboard.",
        "Leaflets finished before that were kept.",
        INTERRUPTED,
    ),
    "not-offered": Code(
        "The clinic does not offer the treatment of a leaflet.",
        "Add the treatment to `treatments` in `handouts.yaml`.",
    ),
    "unknown-leaflet": Code(
        "There is no leaflet of this name.", "`handouts list` shows all.", CANNOT_RUN
    ),
    "usage": Code(
        "A command was not called as it should be.",
        "`--help` after the command explains its options.",
        CANNOT_RUN,
    ),
}
