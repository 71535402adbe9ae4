"""Every command by the words that call it, also those within groups."""

from __future__ import annotations

import click

from handouts.cli import main

_CONTEXT = click.Context(main)
_NAMED = {name: main.get_command(_CONTEXT, name) for name in main.list_commands(_CONTEXT)}
COMMANDS = {
    **{name: command for name, command in _NAMED.items() if command},
    **{
        f"{name} {part}": command
        for name, group in _NAMED.items()
        if isinstance(group, click.Group)
        for part, command in group.commands.items()
    },
}
