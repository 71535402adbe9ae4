"""Write docs/codes.md from the registry of codes."""

from __future__ import annotations

from pathlib import Path

from handouts.codes import CODES
from handouts.files import write_atomic

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"

HEAD = """\
# Codes

Every problem that the program tells has a code: `error[weak-colour]`. `handouts explain CODE`
prints what is written here, and programs find the code in the answers to `--json`. Made by
`scripts/codes`.

| code | what it means | what to do |
|---|---|---|
"""


def page() -> str:
    """The page's text."""
    rows = (
        f"| `{name}` | {code.meaning} | {code.remedy} |\n" for name, code in sorted(CODES.items())
    )
    return HEAD + "".join(rows)


if __name__ == "__main__":
    write_atomic(PAGE, page().encode())
