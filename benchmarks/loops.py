"""Loops of plain Python at once, which share nothing: what the cores of a machine are worth.

Usage: python loops.py NUMBER
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor


def loop(rounds: int) -> int:
    """A sum that takes some seconds."""
    return sum(number * number % 7 for number in range(rounds))


if __name__ == "__main__":
    number = int(sys.argv[1])
    with ProcessPoolExecutor(number) as pool:
        list(pool.map(loop, [30_000_000] * number))
