"""Fonts of scripts beside Latin, Greek and Cyrillic: where they come from, what is kept.

Each holds its own script only. Digits and Latin letters are left to Noto Sans, so that a dose or a
telephone number looks the same in every language, and its spaces are as wide as its digits expect:
the space of Noto Nastaliq Urdu made one number of `20 7946 0142`. Punctuation is left to it
too, but not of scripts that run from right to left: pdf.js reads a line of several fonts from the
left.
"""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

STATIC, VARIABLE = "@expo-google-fonts", "@fontsource-variable"
"""The packages of these fonts on npm, under the OFL: a static TTF of every weight, and one WOFF2
with all weights and widths."""

WEIGHTS = {"Regular": 400, "Bold": 700}

# A font shapes words with its own space; joiners and the dotted circle belong to every such script.
JOINING = ((0x20, 0x20), (0xA0, 0xA0), (0x200C, 0x200F), (0x2060, 0x2060), (0x25CC, 0x25CC))


@dataclass(frozen=True)
class Source:
    """A package at an exact version, and the SHA-512 of its archive as npm gives it."""

    package: str
    version: str
    integrity: str
    scope: str = STATIC


@dataclass(frozen=True)
class ScriptFont:
    """A family: its package, and the characters that are kept of it.

    If it is ``whole``, other characters lose only their way to a glyph, and all glyphs stay:
    fontTools makes Noto Nastaliq Urdu 1.8 times larger when it subsets it, because it writes the
    shared layout tables out.
    """

    family: str
    source: Source
    ranges: tuple[tuple[int, int], ...]
    more: str = ""
    whole: bool = False
    wide: float = 100
    """Its width in percent of the usual one, for a font of which the package has all widths."""

    @property
    def characters(self) -> frozenset[int]:
        spans = (*self.ranges, *JOINING)
        listed = (code for first, last in spans for code in range(first, last + 1))
        return frozenset(listed) | frozenset(map(ord, self.more))

    @property
    def targets(self) -> dict[str, str]:
        """The name of the shipped file for each weight."""
        return {weight: f"{self.family}-{weight}.ttf" for weight in WEIGHTS}


PUNCTUATION = (
    (0x21, 0x2F),
    (0x3A, 0x40),
    (0x5B, 0x5F),
    (0x7B, 0x7D),
    (0xAB, 0xAB),
    (0xB7, 0xB7),
    (0xBB, 0xBB),
    (0x2010, 0x2026),
    (0x2039, 0x203A),
)
ARABIC = (
    (0x0600, 0x06FF),
    (0x0750, 0x077F),  # supplement: letters of Pashto, Sindhi and African languages
    (0x08A0, 0x08FF),
    (0xFB50, 0xFDFF),  # forms that shapers fall back to, and signs
    (0xFE70, 0xFEFF),
)
INDIC = ((0x0951, 0x0952), (0x0964, 0x0965), (0x1CD0, 0x1CFF), (0xA830, 0xA839))
"""Marks, dandas and signs that the scripts of India share."""

CHINESE = (
    (0x2014, 0x2014),  # a Chinese dash is as wide as its letters
    (0x2018, 0x2019),
    (0x201C, 0x201D),
    (0x2026, 0x2026),
    (0x3000, 0x303F),
    (0xFF00, 0xFFEF),
)


def _gb2312() -> str:
    """The 7,445 characters of GB 2312, without its Latin, Greek and Cyrillic letters."""
    cells = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    text = b"".join(cells).decode("gb2312", "ignore")
    return "".join(character for character in text if character >= "\u2e80")


FAMILIES = (
    ScriptFont(
        "Vazirmatn",
        Source(
            "vazirmatn",
            "0.4.1",
            "sznMvxt99C4bsEcWCebs3XWb/av8z9a/Y4OQo8F7VPFT0xzzn7Whkkw6dqxcAyLYEiNNpTpa3/vp8t1/koK6Jw==",
        ),
        (*ARABIC, *PUNCTUATION),
    ),
    ScriptFont(
        "NotoNastaliqUrdu",
        Source(
            "noto-nastaliq-urdu",
            "0.4.2",
            "ciSPIxljdusLFb66Ov5uP8vXNuP2/CPAxwHqF2lIHqQwxZ8YtYf1B9VGiK0hcwp4XqmX6/hog8QNgViWoY9KGg==",
        ),
        (*ARABIC, *PUNCTUATION),
        whole=True,
    ),
    ScriptFont(
        "NotoSansHebrew",
        Source(
            "noto-sans-hebrew",
            "0.4.1",
            "NR3vP6GT/hSINLrk4JHJBQnuzh/C1mlMrphNlI2dQaO53a3oTjSRoG4JyYb1B6bHadjsGh0wPZbT4kMJBKjT/w==",
        ),
        ((0x0590, 0x05FF), (0xFB1D, 0xFB4F), (0x20AA, 0x20AA), *PUNCTUATION),
    ),
    ScriptFont(
        "NotoSansDevanagari",
        Source(
            "noto-sans-devanagari",
            "0.4.1",
            "26boYPNKGP1r4R5MxsMAY/zCQOwiXLOJzX8sh1a2oEWyQurQsyniaCv4992c+9jjwshEEt2NNVv5GcnyzaL7QQ==",
        ),
        ((0x0900, 0x097F), (0xA8E0, 0xA8FF), *INDIC),
    ),
    ScriptFont(
        "NotoSansBengali",
        Source(
            "noto-sans-bengali",
            "0.4.4",
            "Ya58tLTEdP4P5EF3ZXTM829/g57mbfW8OrD16MMZr2sC3nIKItl/3J9tZlk1nrtqfFGzIgxb+zt/hLjAaTAQgQ==",
        ),
        ((0x0980, 0x09FF), *INDIC),
    ),
    ScriptFont(
        "NotoSansTamil",
        Source(
            "noto-sans-tamil",
            "5.3.0",
            "zyyajkRVJb7Uy6T2+ws2hR+0U7FnJqMfzakls3WgWNZ4ia0EFHLyFAHLZdUV5yiFzHufc701KOxktrwrI3J7FQ==",
            VARIABLE,
        ),
        ((0x0B80, 0x0BFF), *INDIC),
        # Tamil words are long and its letters wide. Condensed, they are still a fourth wider than
        # Latin, and a leaflet has a page less.
        wide=75,
    ),
    ScriptFont(
        "NotoSansThai",
        Source(
            "noto-sans-thai",
            "0.4.2",
            "PGBBBDGfJJ/5y2hNweLBZWD4YmVT4uOO4chsOPXyl0TktaBJamDKVKv/WbGiDTeBGdkegLiytsWo+lhnkHP5qA==",
        ),
        ((0x0E00, 0x0E7F),),
    ),
    ScriptFont(
        "NotoSansSC",
        Source(
            "noto-sans-sc",
            "0.4.3",
            "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ==",
        ),
        CHINESE,
        _gb2312(),
    ),
)


def made(folder: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all files. ``folder`` may hold the archives; others are fetched by npm.

    ValueError for an archive with another checksum, OSError if there is no npm.
    """
    with tempfile.TemporaryDirectory() as temporary:
        for font in FAMILIES:
            archive = _archive(font.source, folder or Path(temporary))
            for weight, target in font.targets.items():
                yield target, _cut(font, _weight(font, weight, archive))


def _archive(source: Source, folder: Path) -> bytes:
    path = folder / f"{source.scope[1:]}-{source.package}-{source.version}.tgz"
    if not path.is_file():
        wanted = f"{source.scope}/{source.package}@{source.version}"
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), wanted]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    data = path.read_bytes()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != source.integrity:
        raise ValueError(f"{path.name} is not the archive that was measured: its checksum differs")
    return data


def _weight(font: ScriptFont, weight: str, archive: bytes) -> bytes:
    """A static font of one weight."""
    if font.source.scope == STATIC:
        name = f"{WEIGHTS[weight]}{weight}"
        return _member(archive, f"package/{name}/{font.family}_{name}.ttf")
    script = font.source.package.rpartition("-")[2]
    name = f"package/files/{font.source.package}-{script}-standard-normal.woff2"
    variable = TTFont(io.BytesIO(_member(archive, name)), recalcTimestamp=False)
    axes = {"wght": WEIGHTS[weight], "wdth": font.wide}
    static = instancer.instantiateVariableFont(variable, axes)
    static.flavor = None
    static["name"].setName(weight, 2, 3, 1, 0x409)
    static["OS/2"].usWidthClass = 5  # the only width of its family
    buffer = io.BytesIO()
    static.save(buffer)
    return buffer.getvalue()


def _member(archive: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        member = packed.extractfile(name)
        if member is None:
            raise ValueError(f"there is no file {name}")
        return member.read()


def _cut(font: ScriptFont, data: bytes) -> bytes:
    options = subset.Options(
        hinting=False,
        name_IDs=["*"],  # copyright, licence and version stay in the file
        ignore_missing_unicodes=True,  # a block has gaps
        recalc_timestamp=False,
        harfbuzz_repacker=False,  # the bytes must not depend on an optional module
    )
    options.drop_tables += ["meta"]  # names of languages, which nothing here reads
    if font.family == "NotoSansSC":
        # Nothing is set vertically, and widths stay whole.
        options.layout_features = ["ccmp", "locl", "mark"]
    loaded = TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=True)
    if font.whole:
        for table in loaded["cmap"].tables:
            table.cmap = {c: glyph for c, glyph in table.cmap.items() if c in font.characters}
    else:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=font.characters)
        subsetter.subset(loaded)
    buffer = io.BytesIO()
    loaded.save(buffer)
    return buffer.getvalue()
