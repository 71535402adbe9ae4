"""Random drawings, pictures and fonts for ``scripts/fuzz``, damaged or enormous."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from random import Random

from PIL import Image

from handouts.content.layers import FONTS

_TAGS = """
rect path g use mask clipPath pattern marker linearGradient stop text image style filter feOffset
symbol svg a switch foreignObject script
""".split()

_ATTRIBUTES = """
id href xlink:href mask clip-path fill stroke style class d points transform width height x y
viewBox offset spreadMethod x1 x2 marker-mid filter opacity font-size onload stroke-dasharray
preserveAspectRatio refX patternUnits
""".split()

_VALUES = (
    """
a|#a|#b|url(#a)|url(#b)|url(FILE)|url('WEB')|FILE|WEB|1|0|-1|1e9|1e-9|nan|100%|repeat|red
userSpaceOnUse|rotate(1e99)|matrix(0 0 0 0 0 0)|mask: url(#a); fill: url( '#b' )|javascript:a
""".strip()
    .replace("\n", "|")
    .split("|")
)

_INSIDE_STYLES = ["", "a { fill: red } " * 40, "@import 'WEB';", "a { b: url(FILE) }"]

_HEADS = ["", "", "<?xml-stylesheet href='WEB'?>", '<!DOCTYPE svg [<!ENTITY a SYSTEM "FILE">]>']


def damaged(random: Random, data: bytes) -> bytes:
    """Bytes with a few of them changed, taken out or repeated."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 12)):
        at = random.randrange(len(changed) or 1)
        size = random.randint(1, 64)
        match random.randrange(5):
            case 0:
                changed[at : at + 1] = random.randbytes(1)
            case 1:
                number = random.choice([0, 1, 0xFFFF, 2**31, 2**32 - 1])
                changed[at : at + 4] = struct.pack(">I", number)
            case 2:
                del changed[at : at + size]
            case 3:
                changed[at:at] = changed[at : at + size] * random.randint(1, 50)
            case 4:
                del changed[len(changed) - at // 4 :]
    return bytes(changed)


def svg(random: Random) -> str:
    """A drawing of random elements, which may refer to each other and to files."""
    inside = "".join(_element(random, 1) for _ in range(random.randint(1, 6)))
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{random.choice(_HEADS)}<svg {names} viewBox="0 0 99 40">{inside}</svg>'


def _element(random: Random, depth: int) -> str:
    tag = random.choice(_TAGS)
    attributes = {random.choice(_ATTRIBUTES): _value(random) for _ in range(random.randint(0, 4))}
    inside = random.choice(_INSIDE_STYLES) if tag == "style" else ""
    if depth < 6:
        inside += "".join(_element(random, depth + 1) for _ in range(random.randint(0, 3)))
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    element = f"<{tag}{written}>{inside}</{tag}>"
    return element * (random.choice([1, 1, 1, 2, 900]) if len(element) < 900 else 1)


def _value(random: Random) -> str:
    match random.randrange(20):
        case 0:
            return "M0 0" + "L1 1" * random.randint(0, 3_000)
        case 1:
            return "1,1 " * random.randint(0, 9_000)
        case 2:
            return "data:image/png;base64," + base64.b64encode(png(random)).decode()
        case 3:
            return "/*" * random.randint(0, 50_000)
    return random.choice(_VALUES)


def png(random: Random) -> bytes:
    """A PNG of zeros, small or large, perhaps with a bomb in a comment or colour profile."""
    width, height = random.choice([(1, 1), (9, 9), (300, 200), (4_000, 4_000), (60_000, 2)])
    bits, kind, samples = random.choice([(8, 2, 3), (8, 0, 1), (1, 0, 1), (16, 2, 3), (8, 6, 4)])
    rows = zlib.compress(bytes((1 + (width * samples * bits + 7) // 8) * height))
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    if random.random() < 0.3:
        bomb = b"a\0\0" + zlib.compress(bytes(9_000_000))
        chunks.insert(1, (random.choice([b"zTXt", b"iCCP", b"eXIf", b"acTL"]), bomb))
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        check = struct.pack(">I", zlib.crc32(name + body))
        data += struct.pack(">I", len(body)) + name + body + check
    return data


def jpeg(random: Random) -> bytes:
    """A progressive JPEG, perhaps with thousands of scans."""
    buffer = io.BytesIO()
    size = random.choice([(9, 9), (300, 200), (3_000, 3_000)])
    Image.new(random.choice(["RGB", "L", "CMYK"]), size).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * random.choice([0, 0, 30, 3_000]) + data[-2:]


def font(random: Random) -> bytes:
    """The shipped font with some tables damaged, or replaced by bombs."""
    data = (FONTS / "NotoSans-Regular.ttf").read_bytes()
    tables = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        tables[tag] = data[offset : offset + length]
    for tag in random.sample(sorted(tables), k=random.randint(1, 3)):
        match random.randrange(4):
            case 0:
                tables[tag] = damaged(random, tables[tag])
            case 1:
                tables[tag] = random.randbytes(random.randint(0, 999))
            case 2:  # groups that each cover all of Unicode
                groups = struct.pack(">3I", 0, 0x10FFFF, 1) * random.randint(1, 3_000)
                head = struct.pack(">2H3I", 12, 0, 16 + len(groups), 0, len(groups) // 12)
                tables[b"cmap"] = struct.pack(">2H2HI", 0, 1, 3, 10, 12) + head + groups
            case 3:  # names that all have the same long text
                record = struct.pack(">6H", 3, 1, 0x409, 1, 65_534, 0)
                count = random.randint(1, 60_000)
                records = struct.pack(">3H", 0, count, 6) + record * count
                tables[b"name"] = records + b"\0a" * 32_767
    directory, body = b"", b""
    for tag, table in sorted(tables.items()):
        offset = 12 + 16 * len(tables) + len(body)
        directory += struct.pack(">4sIII", tag, 0, offset, len(table))
        body += table + bytes(-len(table) % 4)
    return data[:12] + directory + body
