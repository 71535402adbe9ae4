"""How every command ends: with words for people or one JSON object for programs, and a code."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from typing import Any

import click
from click import Abort, UsageError

from handouts.cli import terminal
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError, errors_in

FINE, PROBLEMS, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130

_EXIT_CODES = {
    "interrupted": INTERRUPTED,
    **dict.fromkeys(("usage", "cannot-run", "no-workspace"), CANNOT_RUN),
    **dict.fromkeys(("unknown-leaflet", "unknown-override"), CANNOT_RUN),
    **dict.fromkeys(("missing-file", "exists"), CANNOT_RUN),
}
"""Errors that are more than a problem in the user's files."""

_PARTS: dict[str, dict[str, Any]] = {
    "approve": {"approved": []},
    "build": {"outputs": [], "not_made": []},
    "cache": {"cache": None},
    "check": {"leaflets": 0, "blocks": 0},
    "diff": {"overrides": [], "accepted": []},
    "doctor": {"findings": []},
    "init": {"folder": None, "files": []},
    "list": {"leaflets": []},
    "new": {"files": []},
    "schema": {"files": []},
    "show": {"leaflet": None},
    "status": {"leaflets": []},
    "verify": {"verdict": None},
}
"""What each command's JSON has beside ``ok`` and ``diagnostics``, before anything is found."""


@dataclass
class Answer:
    """What a command has to say: diagnostics for everyone, ``parts`` for programs."""

    as_json: bool
    parts: dict[str, Any]
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def tell(self, diagnostics: Iterable[Diagnostic], *, quiet: bool = False) -> None:
        """Keep diagnostics for the end, and print them now for people; ``quiet``, errors only."""
        found = list(dict.fromkeys(diagnostics))
        self.diagnostics += found
        if not self.as_json:
            terminal.tell(found, quiet=quiet)

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 for problems, 2 where the work could not run, 130 interrupted."""
        errors = (diagnostic for diagnostic in self.diagnostics if errors_in([diagnostic]))
        return max((_EXIT_CODES.get(error.code, PROBLEMS) for error in errors), default=FINE)

    def to_json(self) -> dict[str, Any]:
        """One object with the same keys, however the command ended."""
        found = [diagnostic.to_json() for diagnostic in self.diagnostics]
        return {"ok": self.exit_code == FINE, **self.parts, "diagnostics": found}


class Program(click.Group):
    """Hands an ``Answer`` to the command, and turns every way that it may end into that answer."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        given = list(sys.argv[1:] if args is None else args) or ["--help"]
        command = next((word for word in given if word in _PARTS), "")
        answer = Answer("--json" in given, dict(_PARTS.get(command, {})))
        extra |= {"prog_name": prog_name, "complete_var": complete_var}
        code = self._run(given, answer, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, given: list[str], answer: Answer, **extra: Any) -> int:
        try:
            code = super().main(given, obj=answer, standalone_mode=False, **extra)
        except HandoutsError as error:
            answer.tell(error.diagnostics)
            code = None
        except (UsageError, Abort, BrokenExecutor, CannotPrintError, OSError) as error:
            answer.tell([_worded(error)])
            code = None
        if code is not None:  # help or the version was asked for, and printed
            return int(code)
        if answer.as_json:
            terminal.answer(answer.to_json())
        return answer.exit_code


def _worded(
    error: UsageError | Abort | BrokenExecutor | CannotPrintError | OSError,
) -> Diagnostic:
    match error:
        case UsageError():
            code, message = "usage", error.format_message()
            command = error.ctx.command_path if error.ctx else "handouts"
            hint = f"`{command} --help` explains every option"
        case Abort():
            code, message = "interrupted", "Interrupted from the keyboard"
            hint = "What was finished by then is kept"
        case BrokenExecutor():
            code, message = "cannot-run", "The system ended a process that made leaflets"
            hint = "Make fewer leaflets at once"
        case CannotPrintError():
            code, message = "cannot-run", f"The PDF engine does not start: {error}"
            hint = "Run `handouts doctor`"
        case OSError():
            file = error.filename2 or error.filename
            name = f" `{file}`" if file else ""
            code, message = "cannot-run", f"Cannot use{name}: {error.strerror or error}"
            hint = "Check the path and its permissions"
    return Diagnostic(code, message, hint=hint)
