"""All words in some bytes, however they are wrapped: for tests of what must not be there.

Compressed streams are unpacked, JSON and Base64 opened, strings in hexadecimal digits and in UTF-16
read, and glyphs of embedded fonts turned back into the characters that they stand for.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_STREAM = re.compile(rb"stream\r?\n")
_HEX = re.compile(rb"<([0-9a-fA-F\s]{4,})>")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
_CHARACTER = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")


def hidden_in(data: bytes, secrets: Iterable[str]) -> set[str]:
    """Which of the secrets the bytes hold. Spaces do not count: glyphs are set without them."""
    pieces = list(_unwrapped(data, 0))
    words = [text for piece in pieces for text in _read(piece)]
    words += _set_in_type(pieces)
    tight = ["".join(text.split()) for text in words]
    return {secret for secret in secrets if any("".join(secret.split()) in text for text in tight)}


def files_below(folder: Path) -> dict[Path, bytes]:
    """Every file and its bytes; the name is among them."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path: f"{path}\n".encode() + path.read_bytes() for path in paths}


def _unwrapped(data: bytes, depth: int) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield data
    if depth == 4:
        return
    for mark in _STREAM.finditer(data):
        yield from _unpacked(data[mark.end() :], depth)
    for line in data.splitlines():
        for text in _json_strings(line):
            yield from _unwrapped(text.encode("latin-1", "replace"), depth + 1)
            yield text.encode()
    for found in _BASE64.finditer(data) if depth < 2 else ():
        try:
            opened = base64.b64decode(found[0], validate=True)
        except binascii.Error:
            continue
        yield opened
        yield from _unpacked(opened, depth)


def _unpacked(data: bytes, depth: int) -> Iterator[bytes]:
    try:
        unpacked = zlib.decompressobj().decompress(data)
    except zlib.error:
        return
    yield from _unwrapped(unpacked, depth + 1)


def _json_strings(line: bytes) -> Iterator[str]:
    """Strings of a JSON value, which may follow other bytes, as a checksum does in the store."""
    for begin in (b"{", b"["):
        at = line.find(begin)
        if 0 <= at <= 64:
            try:
                yield from _strings(json.loads(line[at:]))
            except ValueError:
                continue


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _read(piece: bytes) -> Iterator[str]:
    """Bytes as text in the ways that a PDF, a page or a table may write it."""
    yield piece.decode("utf-8", "ignore")
    yield piece.decode("utf-16-be", "ignore")
    yield piece.decode("utf-16-le", "ignore")
    for found in _HEX.finditer(piece):
        digits = b"".join(found[1].split())
        string = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
        yield string.decode("utf-16-be", "ignore").lstrip("\ufeff")
        yield string.decode("utf-8", "ignore")


def _set_in_type(pieces: list[bytes]) -> Iterator[str]:
    """Text of content streams, in the characters of each font that there is."""
    fonts = [dict(_CHARACTER.findall(piece)) for piece in pieces if b"beginbfchar" in piece]
    for piece in pieces:
        if b"TJ" in piece or b"Tj" in piece:
            glyphs = re.findall(rb"[0-9a-f]{4}", b"".join(_HEX.findall(piece.lower())))
            for font in fonts:
                known = {glyph.lower(): characters for glyph, characters in font.items()}
                points = b"".join(known.get(glyph, b"") for glyph in glyphs)
                yield bytes.fromhex(points.decode()).decode("utf-16-be", "ignore")
