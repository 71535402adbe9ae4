"""The command line: a thin user of ``handouts.api``. Each command is imported when it is named."""

from handouts.cli.program import main

__all__ = ["main"]
