"""``handouts translate``"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import counted

if TYPE_CHECKING:
    from handouts.api.translation import Progress, Translations, Updated

STATES = ("missing", "stale", "machine", "translated")

_shipped = click.option(
    "--shipped",
    is_flag=True,
    help="Work on the library's own translations, in a checkout, instead of the clinic's.",
)
_clinics = click.option(
    "--clinics",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A table of clinics, as for `build`, whose opening hours are to be translated too.",
)


@click.group(
    short_help="Translate leaflets.",
    epilog="Example: handouts translate start uk -w my-clinic",
)
def translate() -> None:
    """Begin, update, hand out and take in translations.

    They are PO files in `locales/` of the clinic's folder, which Poedit, Weblate and other programs
    for translators open. Entries of the clinic come before those of the library.
    """


@translate.command(short_help="Begin a language.", epilog="Example: handouts translate start uk")
@click.argument("language", metavar="LANGUAGE")
@options.workspace
@_shipped
@_clinics
@options.day
@options.as_json
@options.talk
@click.pass_obj
def start(
    result: CommandResult,
    language: str,
    workspace: Path | None,
    shipped: bool,
    clinics: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,  # noqa: ARG001 - as every command has it
) -> None:
    """Begin a language: a PO file with every text that is to be translated.

    LANGUAGE is a code such as uk or zh-Hans; es-US begins what differs from Spanish in the United
    States. Leaflets can be made at once: what is not translated stands in English, marked as such.
    """
    done = _translations(workspace, clinics, shipped=shipped).start(language, day=day)
    _report(result, [done], quiet=quiet)


@translate.command(
    short_help="Bring translations up to date.", epilog="Example: handouts translate update -l es"
)
@options.languages
@options.workspace
@_shipped
@_clinics
@options.day
@options.as_json
@options.talk
@click.pass_obj
def update(
    result: CommandResult,
    languages: tuple[str, ...],
    workspace: Path | None,
    shipped: bool,
    clinics: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,  # noqa: ARG001 - as every command has it
) -> None:
    """Bring PO files up to date with the English text: all of them, or those of some languages.

    A translation whose text has changed becomes stale, and keeps the text that it was made from.
    """
    done = _translations(workspace, clinics, shipped=shipped).update(languages, day=day)
    _report(result, done, quiet=quiet)


@translate.command(
    name="status",
    short_help="Show what is missing or stale.",
    epilog="Example: handouts translate status -l es",
)
@click.argument(
    "names", metavar="[LEAFLET]...", nargs=-1, shell_complete=options.completing("leaflet")
)
@options.languages
@options.workspace
@options.as_json
@options.talk
@click.pass_obj
def progress(
    result: CommandResult,
    names: tuple[str, ...],
    languages: tuple[str, ...],
    workspace: Path | None,
    quiet: bool,  # noqa: ARG001 - as every command has it
    verbose: bool,
) -> None:
    """Show how far leaflets are translated: texts that are missing, stale, or a machine's.

    With one language, the numbers of each leaflet; with several, its lowest state in each.
    """
    from handouts.api.translation import Translations

    rows = Translations(options.open_here(workspace)).status(languages, names)
    result.values["progress"] = [_row(row) for row in rows]
    if result.as_json:
        return
    spoken = list(dict.fromkeys(row.language for row in rows))
    if len(spoken) == 1 or verbose:
        columns = ["leaflet", "language", "state", *STATES, "total"]
        terminal.table([_row(row) for row in rows], columns)
        return
    table: dict[str, dict[str, Any]] = {}
    for row in rows:
        counts = {"missing": row.missing, "stale": row.stale}
        short = ", ".join(f"{n} {state}" for state, n in counts.items() if n) or row.state
        table.setdefault(row.leaflet, {"leaflet": row.leaflet})[row.language] = short
    terminal.table(list(table.values()), ["leaflet", *spoken])


@translate.command(
    short_help="Write a file for a translator.",
    epilog="Example: handouts translate export es --only missing --only stale -o es.po",
)
@click.argument("language", metavar="LANGUAGE", shell_complete=options.completing("language"))
@click.argument(
    "names", metavar="[LEAFLET]...", nargs=-1, shell_complete=options.completing("leaflet")
)
@click.option(
    "--only",
    "states",
    type=click.Choice(STATES),
    multiple=True,
    help="Only texts in this state; may be repeated. Default: all texts.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write: .po, or .xlf for XLIFF 1.2. Default: LANGUAGE.po in the current folder.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@options.workspace
@_shipped
@_clinics
@options.day
@options.as_json
@options.talk
@click.pass_obj
def export(
    result: CommandResult,
    language: str,
    names: tuple[str, ...],
    states: tuple[Any, ...],
    output: Path | None,
    force: bool,
    workspace: Path | None,
    shipped: bool,
    clinics: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,  # noqa: ARG001 - as every command has it
) -> None:
    """Write a file for a translator: all texts, or those of some leaflets or in some states."""
    from handouts.diagnostics import Diagnostic, HandoutsError, Place
    from handouts.files import write_atomic

    path = output or Path(f"{language}.po")
    if path.exists() and not force:
        message, hint = "This file exists already", "Give another name, or `--force` to replace it"
        raise HandoutsError(Diagnostic("exists", message, Place(path), hint))
    xliff = path.suffix.lower() in (".xlf", ".xliff")
    data, count = _translations(workspace, clinics, shipped=shipped).export(
        language, states, day=day, form="xliff" if xliff else "po", names=names
    )
    write_atomic(path, data)
    result.values["exported"] = {"file": str(path), "texts": count}
    if not (result.as_json or quiet):
        terminal.echo_err(f"wrote {terminal.shown_path(path)}: {counted(count, 'text')}")


@translate.command(
    name="import",
    short_help="Take in a translator's file.",
    epilog="Example: handouts translate import es.po",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@options.language
@click.option(
    "--machine",
    metavar="ENGINE",
    help="Record that this engine wrote the translations, and nobody has checked them.",
)
@options.workspace
@_shipped
@_clinics
@options.day
@options.as_json
@options.talk
@click.pass_obj
def import_(
    result: CommandResult,
    file: Path,
    language: str | None,
    machine: str | None,
    workspace: Path | None,
    shipped: bool,
    clinics: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,  # noqa: ARG001 - as every command has it
) -> None:
    """Take in the translations of a PO or XLIFF file.

    Everything is checked before anything is written: slots, bold text, numbers, names of medicines,
    addresses, letters and length. If anything is wrong, nothing is written.
    """
    done = _translations(workspace, clinics, shipped=shipped).import_(
        file, language, day=day, machine=machine
    )
    result.values["imported"] = {
        "file": str(done.file),
        "changed": done.changed,
        "unchanged": done.unchanged,
        "empty": done.empty,
    }
    if not (result.as_json or quiet):
        words = f"{done.changed} changed, {done.unchanged} as before, {done.empty} not translated"
        terminal.echo_err(f"{terminal.shown_path(done.file)}: {words}")


def _translations(workspace: Path | None, clinics: Path | None, *, shipped: bool) -> Translations:
    from handouts.api.translation import Translations

    return Translations(options.open_here(workspace), shipped, clinics)


def _report(
    result: CommandResult, done: tuple[Updated, ...] | list[Updated], *, quiet: bool
) -> None:
    rows = [
        {
            "file": str(each.file),
            "texts": each.total,
            "new": each.new,
            "stale": each.stale,
            "reused": each.reused,
            "dropped": each.dropped,
        }
        for each in done
    ]
    result.values["updated"] = rows
    for row in () if result.as_json or quiet else rows:
        counts = ", ".join(f"{row[name]} {name}" for name in ("new", "stale", "reused", "dropped"))
        texts = counted(int(str(row["texts"])), "text")
        terminal.echo_err(f"{terminal.shown_path(Path(str(row['file'])))}: {texts}, {counts}")


def _row(row: Progress) -> dict[str, Any]:
    counts = {state: getattr(row, state) for state in STATES}
    return {
        "leaflet": row.leaflet,
        "language": row.language,
        "state": row.state,
        **counts,
        "total": row.total,
    }
