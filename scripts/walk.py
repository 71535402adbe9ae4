"""Follow a page of the documents: type its commands and write its files, in their order.

Commands are the lines of ``console`` blocks that begin with ``$``; what stands below them is what
one sees, where ``…`` stands for anything. A block of another language after a paragraph that ends
in a colon is a file, the last one that the paragraph names: new, added ("at the end of"), or with
these lines changed ("these lines").
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w./-]+\.(?:yaml|csv|j2|css))`")

Run = Callable[[list[str]], str]
"""Runs ``handouts`` with arguments; what one sees. It raises an error if the command fails."""


def walk(page: Path, folder: Path, run: Run) -> None:
    """Follow a page, from a folder. ValueError where one would see something else."""
    text = page.read_text("utf-8")
    with chdir(folder):
        for block in _BLOCK.finditer(text):
            if block[1] == "console":
                _type(block[2], run)
            elif block[1] not in {"sh", "text", "python"}:
                _write(text[: block.start()].rstrip().rpartition("\n\n")[2], block[2])


def _type(lines: str, run: Run) -> None:
    for command, expected in re.findall(r"^\$ (.+)\n((?:[^$\n].*\n)*)", lines, re.MULTILINE):
        program, *arguments = shlex.split(command)
        if program == "cd":
            os.chdir(*arguments)
        elif program == "handouts":
            seen = run(arguments)
            pattern = ".*".join(map(re.escape, expected.strip().split("…")))
            if not re.search(pattern, seen, re.DOTALL):
                raise ValueError(f"$ {command}\n{seen}\nbut the page shows\n{expected}")
        else:
            raise ValueError(f"Only `cd` and `handouts` can be typed on a page: {command}")


def _write(before: str, text: str) -> None:
    names = _FILE.findall(before)
    if not before.endswith(":") or not names:
        return
    file = Path(names[-1])
    if "these lines" in before:
        text = _changed(file.read_text("utf-8"), text)
    elif "at the end of" in before:
        text = file.read_text("utf-8") + text
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _changed(text: str, lines: str) -> str:
    """A file with some of its lines changed: those with the same key, even if still a comment."""
    for line in lines.splitlines():
        key = re.escape(line.partition(":")[0].strip())
        text, found = re.subn(rf"(?m)^[ #]*{key}:.*", line.replace("\\", r"\\"), text, count=1)
        if not found:
            raise ValueError(f"No such line can be changed: {line}")
    return text
