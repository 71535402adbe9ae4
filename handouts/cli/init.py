"""``handouts init``"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from handouts.cli import options, terminal
from handouts.cli.options import PAPERS
from handouts.cli.program import CommandResult
from handouts.diagnostics import Diagnostic, Severity

NEEDED = ("name", "region", "phone")

BOTH = "both"
"""Every paper, as an answer."""

_EMPTY = {
    "name": "`name` is empty: it is printed on every leaflet",
    "phone": "`phone` is empty: every leaflet tells patients to call it",
}


@click.command(
    short_help="Create a clinic's folder.",
    epilog="Example: handouts init my-clinic --name 'Larkfield Skin Clinic' --region GB "
    "--phone '020 7946 0142'",
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--name", help="Clinic's name as printed on leaflets.")
@click.option(
    "--region",
    metavar="REGION",
    shell_complete=options.completing("shipped region"),
    help="Region whose telephone numbers and rules are printed, e.g. GB.",
)
@click.option("--phone", help="Telephone number for patients in the daytime.")
@click.option(
    "--language",
    "languages",
    metavar="LANGUAGE",
    multiple=True,
    shell_complete=options.completing("language"),
    help="Language of the leaflets, e.g. en; may be repeated. Default: English.",
)
@click.option(
    "--paper",
    "papers",
    metavar="[a4|letter|both]",
    multiple=True,
    shell_complete=lambda _, __, typed: [
        CompletionItem(size) for size in (*PAPERS, BOTH) if size.startswith(typed)
    ],
    help="Paper size; may be repeated. Default: the region's.",
)
@options.as_json
@options.talk
@click.pass_obj
def init(
    result: CommandResult,
    folder: Path,
    name: str | None,
    region: str | None,
    phone: str | None,
    languages: tuple[str, ...],
    papers: tuple[str, ...],
    quiet: bool,
    verbose: bool,
) -> None:
    """Create a clinic's folder: settings, brand, and places for its own content and templates.

    On a terminal, it asks for details that are not given as options. It never overwrites a file.
    """
    from handouts.api.authoring import create_clinic, enclosing_clinic

    if outer := enclosing_clinic(folder):
        message = f"This is inside the folder of another clinic: `{terminal.shown_path(outer)}`"
        hint = "Delete it unless you want a separate clinic; it inherits nothing from the outer one"
        warning = Diagnostic("nested-clinic", message, hint=hint, severity=Severity.WARNING)
        result.report([warning], quiet=quiet)
    details = {
        "name": name,
        "region": region,
        "languages": ", ".join(languages) or None,
        "papers": ", ".join(papers) or None,
        "phone": phone,
    }
    answers = {key: value for key, value in details.items() if value is not None}
    settled = _settled(answers, ask=terminal.can_ask() and not result.as_json)
    files = create_clinic(folder, **settled, library=options.LIBRARY)
    result.values.update(folder=str(folder), files=[str(file) for file in files])
    if result.as_json or quiet:
        return
    for file in files if verbose else ():
        terminal.echo_err(f"wrote {terminal.shown_path(file)}")
    shown = terminal.shown_path(folder)
    terminal.echo_err(f"Created {shown}/. Review its handouts.yaml, then run:")
    terminal.echo(f"handouts build -w {shlex.quote(str(folder))}")


def _settled(answers: Mapping[str, str], *, ask: bool) -> dict[str, Any]:
    """The clinic's details, from the options or else asked for on the terminal."""
    from handouts.api.authoring import clinic_fault, region_choices
    from handouts.api.regions import region_id, region_names

    missing = [f"`--{key}`" for key in NEEDED if key not in answers]
    if missing and not ask:
        verb = "is" if len(missing) == 1 else "are"
        *most, last = missing
        listed = f"{', '.join(most)} and {last}" if most else last
        raise click.UsageError(f"Not a terminal: {listed} {verb} required")

    def settle(
        key: str, question: str, default: str | None, fault: Callable[[str], str | None]
    ) -> str:
        answer = answers.get(key, None if ask else default)
        if answer is None:
            return terminal.ask(question, default, fault)
        if message := fault(answer.strip()):
            raise click.UsageError(message)
        return answer.strip()

    def told(key: str) -> str:
        """A text that is printed as it is."""
        question = "Name of the clinic" if key == "name" else "Telephone number for patients"
        return settle(
            key, question, None, lambda text: clinic_fault(key, text) if text else _EMPTY[key]
        )

    names = region_names(options.LIBRARY)
    # The country of the machine's locale is a good guess, if it is a region that we know.
    setting = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    country = re.match(r"[a-z]+_([A-Z]{2})", setting)
    guess = country[1] if country and country[1] in names else None
    name = told("name")
    listed = ", ".join(f"{region}: {full}" for region, full in names.items())
    region = region_id(
        settle(
            "region",
            f"Region ({listed})",
            guess,
            lambda answer: _region_fault(region_id(answer, names), names),
        ),
        names,
    )
    # Only now: the region decides which languages there are, and the usual paper.
    available = region_choices(region, options.LIBRARY)
    languages = next(iter(available.languages))
    if len(available.languages) > 1 or "languages" in answers:  # else there is nothing to ask
        known = ", ".join(f"{code}: {full}" for code, full in available.languages.items())
        languages = settle(
            "languages",
            f"Languages ({known})",
            languages,
            lambda answer: _choice_fault(
                "language", available.languages, _languages(answer, available.languages)
            ),
        )
    papers = settle(
        "papers",
        f"Paper ({', '.join((*PAPERS, BOTH))})",
        available.paper,
        lambda answer: _choice_fault("paper", PAPERS, " ".join(_papers(answer))),
    )
    return {
        "name": name,
        "phone": told("phone"),
        "region": region,
        "languages": _split(_languages(languages, available.languages)),
        "papers": _papers(papers),
    }


def _region_fault(region: str, names: Mapping[str, str]) -> str | None:
    if region in names:
        return None
    if all(part in names for part in _split(region)) and region:
        return "A clinic has only one region"
    known = ", ".join(f"`{known}` ({full})" for known, full in names.items())
    return f"There is no region `{region}`. Use one of: {known}"


def _choice_fault(what: str, known: Iterable[str], answer: str) -> str | None:
    from handouts.diagnostics import choices

    names = _split(answer)
    wrong = next((name for name in names or ("",) if name not in known), None)
    return None if wrong is None else f"There is no {what} `{wrong}`. {choices(known)}"


def _languages(answer: str, names: Mapping[str, str]) -> str:
    """Codes of languages, of which an answer may give the English names."""
    codes = {name.casefold(): code for code, name in names.items()}
    parts = (part.strip() for part in re.split(r"[,;]", answer))
    return ", ".join(codes.get(part.casefold(), part) for part in parts)


def _papers(answer: str) -> tuple[str, ...]:
    """Names of papers in any spelling: ``A4 and US Letter``, ``both``."""
    words = [word for word in _split(answer.casefold()) if word not in ("and", "us", "&", "+")]
    return PAPERS if words == [BOTH] else tuple(words)


def _split(answer: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,]+", answer)))
