"""Write docs/reference/answers/ anew: a JSON Schema of what each command answers to ``--json``."""

from __future__ import annotations

from pathlib import Path

from handouts.cli.answers import schema_files
from handouts.files import write_atomic

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "answers"

if __name__ == "__main__":
    for name, text in schema_files().items():
        write_atomic(FOLDER / name, text.encode())
