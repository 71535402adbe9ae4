"""The program: finds a command, runs it, and ends with text or JSON and an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import click
from click import Abort, UsageError

from handouts import __version__
from handouts.cli import terminal
from handouts.codes import CANNOT_RUN, FINE, exit_code_of
from handouts.diagnostics import (
    CannotPrintError,
    Diagnostic,
    HandoutsError,
    errors_in,
    near_miss,
    unforeseen,
)

COMMANDS = {
    "approve": "signoff",
    "build": "build",
    "cache": "cache",
    "check": "check",
    "desk": "desk",
    "diff": "diff",
    "doctor": "doctor",
    "explain": "explain",
    "init": "init",
    "list": "listing",
    "new": "new",
    "schema": "schema",
    "search": "search",
    "show": "listing",
    "status": "signoff",
    "translate": "translate",
    "verify": "signoff",
    "watch": "watch",
}
"""The module of each command; ``answers`` has the shape of what each prints as JSON."""


@dataclass
class CommandResult:
    """What a command reports: diagnostics, and ``values`` for its JSON."""

    as_json: bool
    values: dict[str, Any] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, diagnostics: Iterable[Diagnostic], *, quiet: bool = False) -> None:
        """Record diagnostics and, without ``--json``, print them; errors only if ``quiet``."""
        new = list(dict.fromkeys(diagnostics))
        self.diagnostics += new
        if not self.as_json:
            terminal.report(new, quiet=quiet)

    @property
    def exit_code(self) -> int:
        """The highest exit code of any error: 0 for none, 1, 2 or 130 (see ``codes``)."""
        errors = (d for d in self.diagnostics if errors_in([d]))
        return max((exit_code_of(error.code) for error in errors), default=FINE)

    def to_json(self) -> dict[str, Any]:
        """One object with the same keys, however the command ends."""
        diagnostics = [diagnostic.to_json() for diagnostic in self.diagnostics]
        return {"ok": self.exit_code == FINE, **self.values, "diagnostics": diagnostics}


class Program(click.Group):
    """Gives each command a ``CommandResult``, and records in it however the command ends."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as Click calls it
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - as Click calls it
        cmd_name: str,
    ) -> click.Command | None:
        """Import only the module of the named command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"handouts.cli.{COMMANDS[cmd_name]}")
        name = f"{cmd_name}_" if cmd_name == "list" else cmd_name
        return getattr(module, name)  # type: ignore[no-any-return]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = near_miss(args[0], COMMANDS, close=0.6) or "`handouts --help` lists all commands"
            ctx.fail(f"There is no command `{args[0]}`. {hint}")
        name, command, rest = super().resolve_command(ctx, args)
        # Before the command looks at its options: if it refuses them, its JSON still has all keys.
        if isinstance(ctx.obj, CommandResult):
            from handouts.cli.answers import values_before

            ctx.obj.values = values_before(str(name))
        return name, command, rest

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        if standalone_mode:
            # Nearly all that is read lives until the end: looking for garbage after each 700 new
            # objects took 6 percent of the time for one leaflet.
            gc.set_threshold(50_000)
            # No plugin may change what a file means; and looking for some takes time.
            os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        words = list(sys.argv[1:] if args is None else args) or ["--help"]
        # Looked up before parsing, so that usage errors are reported in JSON too.
        result = CommandResult("--json" in words)
        extra |= {"prog_name": prog_name, "complete_var": complete_var}
        try:
            code = self._run(words, result, **extra)
        except OSError as error:  # what was to be said could not be written
            with suppress(OSError):
                terminal.report([_worded(error)])
            code = CANNOT_RUN
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, words: list[str], result: CommandResult, **extra: Any) -> int:
        try:
            code = super().main(words, obj=result, standalone_mode=False, **extra)
        except HandoutsError as error:
            result.report(error.diagnostics)
            code = None
        except (UsageError, Abort, BrokenExecutor, CannotPrintError, MemoryError, OSError) as error:
            result.report([_worded(error)])
            code = None
        except Exception as error:  # noqa: BLE001 - the last net: nobody is shown a stack trace
            result.report([unforeseen(error)])
            code = None
        if code is not None:  # Click has printed the help or the version
            return int(code)
        if result.as_json:
            terminal.print_json(result.to_json())
        return result.exit_code


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `handouts build`: it makes every leaflet, for the clinic whose folder you "
    "are in or else for the demo clinic.",
)
@click.version_option(__version__, prog_name="handouts")
def main() -> None:
    """Make printable patient leaflets from YAML content and Jinja templates."""


def _worded(
    error: UsageError | Abort | BrokenExecutor | CannotPrintError | MemoryError | OSError,
) -> Diagnostic:
    match error:
        case UsageError():
            code, message = "usage", error.format_message()
            command = error.ctx.command_path if error.ctx else "handouts"
            hint = f"`{command} --help` explains every option"
        case Abort():
            code, message = "interrupted", "Interrupted from the keyboard"
            hint = "Leaflets finished before the interruption were kept"
        case BrokenExecutor():
            code, message = "cannot-run", "A worker process was killed, probably for lack of memory"
            hint = "Try `--jobs 1`"
        case CannotPrintError():
            code, message = "cannot-run", f"The PDF engine cannot start: {error}"
            hint = "Run `handouts doctor`"
        case MemoryError():
            code, message = "cannot-run", "There is not enough memory"
            hint = "Try `--jobs 1`, or fewer leaflets at a time"
        case OSError():
            # Of the two names of a rename, the user knows the second.
            file = error.filename2 or error.filename
            name = f" `{file}`" if file else ""
            code, message = "cannot-run", f"Cannot use{name}: {error.strerror or error}"
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            hint = "Make room on the disk" if full else "Check the path and its permissions"
    return Diagnostic(code, message, hint=hint)
