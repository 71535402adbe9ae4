"""``handouts init``"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from handouts.cli import options, terminal
from handouts.cli.options import PAPERS
from handouts.cli.program import CommandResult

NEEDED = ("name", "region", "phone")


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
    help="Region whose telephone numbers and rules are printed, e.g. GB.",
)
@click.option("--phone", help="Telephone number for patients in the daytime.")
@click.option(
    "--language",
    "languages",
    metavar="LANGUAGE",
    multiple=True,
    help="Language of the leaflets, e.g. en; may be repeated. Default: English.",
)
@click.option(
    "--paper",
    "papers",
    type=click.Choice(PAPERS),
    multiple=True,
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
    from handouts.api.authoring import create_clinic

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
    from handouts.api.authoring import clinic_fault, region_choices, regions

    if not ask and not answers.keys() >= set(NEEDED):
        raise click.UsageError("Not a terminal: `--name`, `--region` and `--phone` are required")

    def settle(
        key: str, question: str, default: str | None, fault: Callable[[str], str | None]
    ) -> str:
        answer = answers.get(key, None if ask else default)
        if answer is None:
            return terminal.ask(question, default, fault)
        if message := fault(answer.strip()):
            raise click.UsageError(message)
        return answer.strip()

    known = regions(options.LIBRARY)
    # The country of the machine's locale is a good guess, if it is a region that we know.
    setting = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    country = re.match(r"[a-z]+_([A-Z]{2})", setting)
    guess = country[1] if country and country[1] in known else None
    name = settle("name", "Name of the clinic", None, partial(clinic_fault, "name"))
    region = settle(
        "region",
        f"Region ({', '.join(known)})",
        guess,
        partial(_choice_fault, "region", known),
    )
    # Only now: the region decides which languages there are, and the usual paper.
    available = region_choices(region, options.LIBRARY)
    languages = settle(
        "languages",
        f"Languages ({', '.join(available.languages)})",
        available.languages[0],
        partial(_choice_fault, "language", available.languages),
    )
    papers = settle(
        "papers",
        f"Paper ({', '.join(PAPERS)})",
        available.paper,
        partial(_choice_fault, "paper", PAPERS),
    )
    phone = settle("phone", "Telephone number for patients", None, partial(clinic_fault, "phone"))
    return {
        "name": name,
        "phone": phone,
        "region": region,
        "languages": _split(languages),
        "papers": _split(papers),
    }


def _choice_fault(what: str, known: Iterable[str], answer: str) -> str | None:
    from handouts.diagnostics import choices

    names = _split(answer)
    # Two regions may both be known, and would pass what follows.
    if what == "region" and len(names) > 1:
        return "A clinic has only one region"
    wrong = next((name for name in names or ("",) if name not in known), None)
    return None if wrong is None else f"There is no {what} `{wrong}`. {choices(known)}"


def _split(answer: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,]+", answer)))
