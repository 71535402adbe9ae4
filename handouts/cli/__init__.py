"""The command line, a thin layer over ``handouts.api``. Commands are imported on demand."""

from handouts.cli.program import main

__all__ = ["main"]
