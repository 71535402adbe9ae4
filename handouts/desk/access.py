"""The code that a desk asks for when other machines can reach it, and the cookie that remembers it.

Codes are in a file: one for all clinics, or a line ``clinic = code`` for each.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote

from handouts.diagnostics import Diagnostic, HandoutsError, Place
from handouts.files import read_bytes

COOKIE, LASTS = "handouts-desk", 12 * 3600
"""The cookie's name, and the seconds for which it counts."""

LENGTH = 12
_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of a code: without those that look alike on a note beside the screen."""

ALL = "*"
"""In place of a clinic: the code for all of them."""


def new_code() -> str:
    """A code to type."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(LENGTH))


def read_codes(path: Path) -> Access:
    """The codes in a file. HandoutsError if there are none, or if others could read them."""
    text = read_bytes(path, 100_000).decode("utf-8", "replace")
    hint = "`handouts desk --new-code FILE` makes a file with a code that nobody else can read"
    if path.stat().st_mode & 0o077:
        message = "Other users of this machine can read the file with the desk's code"
        raise HandoutsError(Diagnostic("unreadable", message, Place(path), f"`chmod 600 {path}`"))
    codes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        clinic, equals, code = (part.strip() for part in line.partition("="))
        if not line.strip() or line.startswith("#"):
            continue
        clinic, code = (clinic, code) if equals else (ALL, clinic)
        if len(code) < LENGTH or clinic in codes:
            message = f"A code has at least {LENGTH} characters, and each clinic has one"
            raise HandoutsError(Diagnostic("unreadable", message, Place(path, number), hint))
        codes[clinic] = code
    if not codes:
        raise HandoutsError(Diagnostic("unreadable", "There is no code in it", Place(path), hint))
    return Access(codes)


@dataclass(frozen=True)
class Access:
    """Codes by clinic; none at all where only this machine can reach the desk."""

    codes: Mapping[str, str]

    @property
    def needed(self) -> bool:
        """Whether a code is asked for."""
        return bool(self.codes)

    def opened_by(self, typed: str) -> frozenset[str]:
        """The clinics that a code is for, in the same time whatever it is."""
        said = typed.strip().lower().encode("utf-8", "replace")
        return frozenset(
            clinic
            for clinic, code in self.codes.items()
            if hmac.compare_digest(code.lower().encode(), said)
        )

    def cookie(self, clinics: frozenset[str], now: float) -> str:
        """The value of a cookie for these clinics."""
        names = "+".join(quote(clinic, safe="*") for clinic in sorted(clinics))
        # A quoted name has no plus and a signature no dot, so the parts can be told again.
        words = f"{int(now) + LASTS}.{names}"
        return f"{words}.{self._signed(words)}"

    def clinics_of(self, cookie: str, now: float) -> frozenset[str]:
        """The clinics that a cookie is for; none if it is over, or was not made here."""
        words, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(
            self._signed(words).encode(), signature.encode("utf-8", "replace")
        ):
            return frozenset()
        # Nothing in a cookie is read before its signature: whoever forges one may write anything.
        until, _, clinics = words.partition(".")
        return frozenset(map(unquote, clinics.split("+"))) if now < int(until) else frozenset()

    def allows(self, clinic: str, clinics: frozenset[str]) -> bool:
        """Whether a browser that has these clinics may use one."""
        return not self.needed or clinic in clinics or ALL in clinics

    def _signed(self, words: str) -> str:
        """A signature that is worth nothing as soon as a code changes."""
        codes = "\n".join(f"{clinic}={code}" for clinic, code in sorted(self.codes.items()))
        key = sha256(f"handouts desk cookie\n{codes}".encode()).digest()
        return hmac.new(key, words.encode("utf-8", "replace"), sha256).hexdigest()
