"""Write the shipped schemas anew, and into each shipped YAML file the line that names its own."""

from __future__ import annotations

import sys
from pathlib import Path

from handouts.content.layers import SHIPPED
from handouts.content.schema import (
    FOLDER,
    schema_files,
    schema_line,
    schema_of,
    without_schema_line,
)
from handouts.files import write_atomic

SCHEMAS = SHIPPED.content / FOLDER


def write_schemas() -> None:
    for name, text in schema_files().items():
        write_atomic(SCHEMAS / name, text.encode())


def head(path: Path, schema: str) -> bool:
    """Whether the first line had to be changed."""
    before = path.read_text("utf-8")
    after = schema_line(schema, path, SCHEMAS) + without_schema_line(before)
    if after != before:
        write_atomic(path, after.encode())
    return after != before


def main() -> int:
    write_schemas()
    without, changed = [], 0
    for root in (SHIPPED.content, SHIPPED.demo_clinic):
        for path in sorted(root.rglob("*.yaml")):
            schema = schema_of(path.relative_to(root))
            if schema is None:
                without.append(path)
            else:
                changed += head(path, schema)
    print(f"{changed} schema lines were added or corrected")
    for path in without:
        print(f"No schema is for {path}: add its shape to handouts/schema.py", file=sys.stderr)
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
