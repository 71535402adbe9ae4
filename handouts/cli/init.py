"""``handouts init``"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handouts import shipped
from handouts.cli import options, terminal
from handouts.cli.build import PAPERS
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from handouts.catalogue import Catalogue
    from handouts.scaffold import Answers

NEEDED = ("name", "region", "phone")


@click.command(
    epilog="Example: handouts init my-clinic --name 'Larkfield Skin Clinic' --region GB "
    "--phone '020 7946 0142'"
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--name", help="The clinic's name as it stands on the leaflets.")
@click.option("--region", metavar="REGION", help="Whose numbers and rules are printed, as GB.")
@click.option("--phone", help="The number that patients call in the daytime.")
@click.option(
    "--language",
    "languages",
    metavar="LANGUAGE",
    multiple=True,
    help="A language of the leaflets, as en; may be given more than once. Without it, English.",
)
@click.option(
    "--paper",
    "papers",
    type=click.Choice(PAPERS),
    multiple=True,
    help="Paper size; may be given twice. Without it, the region's.",
)
@options.as_json
@options.talk
@click.pass_obj
def init(
    answer: Answer,
    folder: Path,
    name: str | None,
    region: str | None,
    phone: str | None,
    languages: tuple[str, ...],
    papers: tuple[str, ...],
    quiet: bool,
    verbose: bool,
) -> None:
    """Make a clinic's folder: its settings, its brand, and room for its own words and looks.

    On a terminal it asks for what no option says. It never writes over a file.
    """
    from handouts.files import write_new
    from handouts.scaffold import clinic_files

    options_given = {
        "name": name,
        "region": region,
        "languages": ", ".join(languages) if languages else None,
        "papers": ", ".join(papers) if papers else None,
        "phone": phone,
    }
    given = {key: value for key, value in options_given.items() if value is not None}
    files = clinic_files(*_settled(given, ask=terminal.can_ask() and not answer.as_json))
    write_new(folder, files)
    answer.parts.update(folder=str(folder), files=[str(folder / file) for file in files])
    if answer.as_json or quiet:
        return
    for file in files if verbose else ():
        terminal.say(f"wrote {terminal.shown_path(folder / file)}")
    terminal.say(f"Made {terminal.shown_path(folder)}/. Look into its handouts.yaml; then:")
    terminal.show(f"handouts build -w {shlex.quote(str(folder))}")


def _settled(given: Mapping[str, str], *, ask: bool) -> tuple[Answers, Catalogue]:
    """Answers from the options or from the terminal, and the content for their region."""
    from handouts.catalogue import read_catalogue
    from handouts.scaffold import Answers, clinic_fault, regions
    from handouts.workspace import open_workspace

    if not ask and not given.keys() >= set(NEEDED):
        raise click.UsageError("With nobody there to ask, give --name, --region and --phone")

    def settle(
        key: str, question: str, default: str | None, fault: Callable[[str], str | None]
    ) -> str:
        found = given.get(key, None if ask else default)
        if found is None:
            return terminal.ask(question, default, fault)
        if message := fault(found.strip()):
            raise click.UsageError(message)
        return found.strip()

    known = regions()
    name = settle("name", "Name of the clinic", None, partial(clinic_fault, "name"))
    region = settle(
        "region",
        f"Region ({', '.join(known)})",
        _region_here(known),
        partial(_choice_fault, "region", known),
    )
    catalogue = read_catalogue(open_workspace(shipped.DEMO_CLINIC, Path.cwd(), region))
    languages = settle(
        "languages",
        f"Languages ({', '.join(catalogue.languages)})",
        catalogue.languages[0],
        partial(_choice_fault, "language", catalogue.languages),
    )
    papers = settle(
        "papers",
        f"Paper ({', '.join(PAPERS)})",
        catalogue.region.model.paper,
        partial(_choice_fault, "paper", PAPERS),
    )
    phone = settle("phone", "Telephone number for patients", None, partial(clinic_fault, "phone"))
    return Answers(name, phone, region, _split(languages), _split(papers)), catalogue


def _choice_fault(what: str, known: Iterable[str], answer: str) -> str | None:
    from handouts.diagnostics import choices

    names = _split(answer)
    if what == "region" and len(names) > 1:
        return "A clinic has one region"
    wrong = next((name for name in names or ("",) if name not in known), None)
    return None if wrong is None else f"There is no {what} `{wrong}`. {choices(known)}"


def _split(answer: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,]+", answer)))


def _region_here(known: tuple[str, ...]) -> str | None:
    """The country of this machine's language setting, where it is one of ours."""
    setting = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    country = re.match(r"[a-z]+_([A-Z]{2})", setting)
    return country[1] if country and country[1] in known else None
