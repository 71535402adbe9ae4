"""Build the shipped fonts: static TTF, subset once at development time, always the same bytes."""

import argparse
import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import script_fonts
from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
SUMS = FONTS / "SHA256SUMS"
UPSTREAM = Path("/usr/share/fonts/truetype/noto")
PACKAGE = "fonts-noto-core"

TEXT_RANGES = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x0250, 0x02FF),  # phonetic letters used by African languages, modifier letters
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic and its supplement
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Vietnamese, Yoruba, Igbo
    (0x2000, 0x206F),  # general punctuation, with joiners and direction marks
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20CF),  # currency
    (0x2100, 0x218F),  # letterlike symbols, fractions
    (0x2190, 0x22FF),  # arrows and operators; release 2.004 has none
    (0x25CC, 0x25CC),  # the base that shapers draw under a stray combining mark
    (0x2C60, 0x2C7F),  # Latin Extended-C
    (0xA720, 0xA7FF),  # Latin Extended-D
    (0xFB00, 0xFB04),  # ff, fi, fl, ffi, ffl
)
# Without `ccmp`: newer releases use it to split ẹ ị ọ ụ into letter and dot, and text copied from
# the PDF is damaged.
TEXT_FEATURES = (
    *("kern", "mark", "mkmk", "liga", "locl"),
    *("lnum", "tnum", "pnum", "frac", "sups", "subs", "ordn"),
)
# A space after a symbol is drawn from the symbol's font, so both symbol fonts need one.
SPACES = " \u00a0"
SYMBOLS = "✓✔✗✘☐☑☒⚠☎✉●○■□▪▶◀"
MATH = "←↑→↓↔≈≠≤≥∞√\N{MINUS SIGN}"
# Those of Noto Sans. The symbol fonts reach deeper and would push the lines they occur in apart.
ASCENT, DESCENT = 1069, -293


@dataclass(frozen=True)
class Recipe:
    """One shipped file: where it comes from and what is kept of it."""

    target: str
    source: str
    characters: frozenset[int]
    is_text: bool


def _text(name: str) -> Recipe:
    wanted = frozenset(code for first, last in TEXT_RANGES for code in range(first, last + 1))
    return Recipe(name, name, wanted, is_text=True)


def _symbols(family: str, characters: str) -> Recipe:
    wanted = frozenset(map(ord, characters + SPACES))
    return Recipe(f"{family}-Subset.ttf", f"{family}-Regular.ttf", wanted, is_text=False)


RECIPES = (
    _text("NotoSans-Regular.ttf"),
    _text("NotoSans-Bold.ttf"),
    _symbols("NotoSansSymbols2", SYMBOLS),
    _symbols("NotoSansMath", MATH),
)


def _options(recipe: Recipe) -> subset.Options:
    return subset.Options(
        layout_features=list(TEXT_FEATURES) if recipe.is_text else [],
        ignore_missing_unicodes=recipe.is_text,  # a range may have gaps, a named symbol may not
        hinting=False,  # the PDF engine would drop it from every embedded font
        name_IDs=["*"],  # copyright, licence and version stay in the file
        recalc_timestamp=False,
        harfbuzz_repacker=False,  # the bytes must not depend on an optional module
    )


def _level(font: TTFont) -> None:
    font["hhea"].ascent, font["hhea"].descent = ASCENT, DESCENT
    metrics = font["OS/2"]
    metrics.sTypoAscender, metrics.sTypoDescender = ASCENT, DESCENT
    metrics.usWinAscent, metrics.usWinDescent = ASCENT, -DESCENT


def cut(recipe: Recipe, upstream: Path) -> bytes:
    """Return the subset that `recipe` describes, made from the font file in `upstream`."""
    options = _options(recipe)
    font = subset.load_font(str(upstream / recipe.source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=recipe.characters)
    subsetter.subset(font)
    if not recipe.is_text:
        _level(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()


def _describe(name: str, data: bytes) -> str:
    font = TTFont(io.BytesIO(data))
    version = font["name"].getDebugName(5).split(";")[0]
    return f"{name}: {len(data)} bytes, {len(font.getBestCmap())} characters, {version}"


def build(upstream: Path) -> int:
    """Write every font and the checksums; nothing is written unless all could be made."""
    missing = [recipe.source for recipe in RECIPES if not (upstream / recipe.source).is_file()]
    if missing:
        print(f"not in `{upstream}`: {', '.join(missing)}", file=sys.stderr)
        print(f"hint: install the Debian package `{PACKAGE}`, or name a folder", file=sys.stderr)
        return 2
    _write({recipe.target: cut(recipe, upstream) for recipe in RECIPES})
    return 0


def build_scripts(folder: Path | None) -> int:
    """Write the fonts of the other scripts; nothing is written unless all could be made."""
    try:
        made = dict(script_fonts.made(folder))
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"the packages cannot be had: {error}", file=sys.stderr)
        print("hint: install npm, or name a folder with the archives", file=sys.stderr)
        return 2
    _write(made)
    return 0


def _write(made: Mapping[str, bytes]) -> None:
    """Write files, and their checksums beside those of the other files."""
    for name, data in made.items():
        # Anew: by the date of the folder, fontconfig knows that it has other letters now.
        (FONTS / name).unlink(missing_ok=True)
        (FONTS / name).write_bytes(data)
        print(_describe(name, data))
    sums = {**_listed(), **{name: hashlib.sha256(made[name]).hexdigest() for name in made}}
    lines = (f"{sums[name]}  {name}\n" for name in sorted(sums) if name in _expected())
    SUMS.write_text("".join(lines), encoding="ascii")


def _listed() -> dict[str, str]:
    """The digest of each file in the list of checksums."""
    lines = SUMS.read_text(encoding="ascii").splitlines() if SUMS.is_file() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _expected() -> set[str]:
    others = (name for font in script_fonts.FAMILIES for name in font.targets.values())
    return {recipe.target for recipe in RECIPES}.union(others)


def problems() -> Iterator[str]:
    """Yield what differs between the folder and its list of checksums."""
    listed = _listed()
    present = {path.name: path for path in FONTS.glob("*.ttf")}
    for name in sorted(listed.keys() | present.keys() | _expected()):
        if name not in present:
            yield f"{name}: missing"
        elif name not in listed:
            yield f"{name}: not listed in {SUMS.name}"
        elif hashlib.sha256(present[name].read_bytes()).hexdigest() != listed[name]:
            yield f"{name}: differs from {SUMS.name}"


def check() -> int:
    """Print every problem; 0 if there is none."""
    found = list(problems())
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print("hint: rebuild with `scripts/fonts`", file=sys.stderr)
    return 1 if found else 0


def main() -> int:
    """Run the command line and return its exit code: 0 fine, 1 problems found, 2 could not run."""
    parser = argparse.ArgumentParser(prog="scripts/fonts", description=__doc__)
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path,
        help=f"folder with the upstream TTF files (default: {UPSTREAM}); with --scripts, with the "
        "archives of npm (default: they are fetched)",
    )  # fmt: skip
    parser.add_argument(
        "--scripts", action="store_true", help="build the fonts of the other scripts, from npm"
    )
    parser.add_argument("--check", action="store_true", help="only verify the checksums")
    arguments = parser.parse_args()
    if arguments.check:
        return check()
    if arguments.scripts:
        return build_scripts(arguments.folder)
    return build(arguments.folder or UPSTREAM)


if __name__ == "__main__":
    sys.exit(main())
