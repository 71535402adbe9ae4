"""``handouts explain``"""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.codes import CODES
from handouts.diagnostics import near_miss


@click.command(
    short_help="Explain a code such as weak-colour.", epilog="Example: handouts explain weak-colour"
)
@click.argument(
    "codes",
    metavar="[CODE]...",
    nargs=-1,
    shell_complete=lambda _context, _parameter, typed: [
        CompletionItem(code) for code in CODES if code.startswith(typed)
    ],
)
@options.as_json
@click.pass_obj
def explain(result: CommandResult, codes: tuple[str, ...]) -> None:
    """Explain what a code such as weak-colour in `error[weak-colour]` means, and what to do.

    Without CODE, list all codes.
    """
    from handouts.diagnostics import choices

    for code in codes:
        if code not in CODES:
            # Who is far from any code needs the whole list, not the usual twenty.
            hint = near_miss(code, CODES) or choices(CODES, max_shown=len(CODES))
            raise click.UsageError(f"There is no code `{code}`. {hint}")
    result.values["codes"] = [
        {"code": code, **CODES[code].to_json()} for code in codes or sorted(CODES)
    ]
    if result.as_json:
        return
    if not codes:
        terminal.table(result.values["codes"], ["code", "meaning"])
    for code in codes:
        terminal.echo(click.style(code, bold=True))
        terminal.echo(f"{CODES[code].meaning}\n{CODES[code].remedy}")
