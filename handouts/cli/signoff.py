"""``handouts approve``, ``handouts status`` and ``handouts verify``"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from click.shell_completion import CompletionItem

from handouts.cli import options, terminal
from handouts.cli.program import CommandResult
from handouts.diagnostics import Diagnostic, HandoutsError, Severity, counted

if TYPE_CHECKING:
    from handouts.cli import answers
    from handouts.model.document import Document
    from handouts.review.verify import Verdict

ROLES = ("clinical", "linguistic", "patient-reader")

DUE_SOON = timedelta(days=90)
"""How long before the end of an approval or review `status` reports it as due."""

_COMPARED: dict[Literal["bytes", "pages"] | None, str] = {
    None: "Only the code was looked up: the words on the sheet itself were not compared.",
    "bytes": "The file is the one that would be made now, byte for byte.",
    "pages": "Its pages have the same words and look the same as those that would be made now; "
    "the rest of the file was not compared.",
}
"""What `verify` says of what it compared."""


@click.command(
    short_help="Record an approval of leaflets.",
    epilog='Example: handouts approve acne-explained --role clinical --by "Dr A. Example"',
)
@click.argument(
    "names",
    metavar="LEAFLET...",
    nargs=-1,
    required=True,
    shell_complete=options.completing("leaflet"),
)
@click.option("--by", required=True, help="Name of the approver, as printed on the leaflet.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="Role of the approver: clinician, checker of the translation, or patient who read it.",
)
@click.option(
    "-l",
    "--language",
    metavar="LANGUAGE",
    default="en",
    show_default=True,
    shell_complete=options.completing("language"),
    help="Language that was read.",
)
@click.option(
    "--until",
    type=options.DAY,
    help="Last day on which the approval holds. Default: the review date.",
)
@options.workspace
@options.region
@options.day
@options.as_json
@options.talk
@click.pass_obj
def approve(
    result: CommandResult,
    names: tuple[str, ...],
    by: str,
    role: Any,
    language: str,
    until: date | None,
    workspace: Path | None,
    regions: tuple[str, ...],
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Record that somebody approves the text of leaflets.

    The approval covers the current text in one region, and lapses when any of it changes.
    """
    # `--date` may look ahead elsewhere; a signature for a day to come would be a promise.
    if day > (today := options.clock()):
        message = f"An approval cannot be given on {day}: today is {today}"
        raise HandoutsError(Diagnostic("wrong-date", message, hint="Approve it on that day"))
    for region in dict.fromkeys(regions) or (None,):
        project = options.open_here(workspace, region)
        signed = project.approve(names, role=role, by=by, on=day, until=until, language=language)
        result.report(signed.diagnostics, quiet=quiet)
        result.values["approved"] += [document.code for document in signed.documents]
        for document in () if result.as_json or quiet else signed.documents:
            terminal.echo_err(f"approved {document.code} until {until or document.review_due}")
            if verbose:
                terminal.echo_err(f"  {role}, {by}, in {terminal.shown_path(project.folder)}/")


@click.command(
    short_help="Show which leaflets are approved.", epilog="Example: handouts status -w my-clinic"
)
@options.workspace
@options.region
@options.languages
@options.day
@options.as_json
@options.talk
@click.pass_obj
def status(
    result: CommandResult,
    workspace: Path | None,
    regions: tuple[str, ...],
    languages: tuple[str, ...],
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Show which leaflets are approved, lapsed, expired or soon due for review.

    An approval lapses when the leaflet's text changes; the changed parts are listed.
    """
    rows: list[answers.Standing] = result.values["leaflets"]
    for region in dict.fromkeys(regions) or (None,):
        listing = options.open_here(workspace, region).leaflets(on=day, languages=languages)
        if not quiet or listing.blocked:
            result.report(listing.diagnostics, quiet=quiet)
        rows += [_row(document, day) for document in listing.documents]
    if not result.as_json:
        terminal.table(rows, ["leaflet", "language", "state", "review_due", "note"])
        if verbose:
            for row in rows:
                for sign_off in row["sign_offs"]:
                    terminal.echo(f"{row['leaflet']}: {sign_off}")


def _pdf_files(_c: click.Context, _p: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """PDF files, and the folders on the way to them."""
    folder, _, begun = incomplete.rpartition("/")
    base = f"{folder}/" if folder or incomplete.startswith("/") else ""
    found = sorted(path for path in Path(base or ".").glob("*") if path.name.startswith(begun))
    folders = [f"{base}{path.name}/" for path in found if path.is_dir()]
    files = [f"{base}{path.name}" for path in found if path.suffix.casefold() == ".pdf"]
    return [CompletionItem(name) for name in (*folders, *files)]


@click.command(short_help="Check a printed leaflet.", epilog="Example: handouts verify 754d1143a3")
@click.argument("sheet", metavar="FILE-OR-CODE", shell_complete=_pdf_files)
@options.workspace
@options.region
@options.day
@options.as_json
@options.talk
@click.pass_obj
def verify(
    result: CommandResult,
    sheet: str,
    workspace: Path | None,
    regions: tuple[str, ...],
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check whether a printed leaflet is current, and show what has changed since.

    FILE-OR-CODE is its PDF file, or the code (or only its digest) from its last page. A file is
    compared with the leaflet as it would be made now; of a code, only the text that belongs to it
    is looked up.
    """
    from handouts.api.verify import verify_all

    results = [
        verify_all(sheet, options.open_here(workspace, region), on=day, store=options.user_store())
        for region in regions or (None,)
    ]
    for verdicts in zip(*results, strict=True):  # for each leaflet of a pack
        # A digest alone does not name its region: whichever knows the sheet answers.
        verdict = next((each for each in verdicts if each.current), verdicts[-1])
        document, comparison = verdict.document, verdict.comparison
        answer: answers.Verdict = {
            "digest": verdict.sheet.digest,
            "leaflet": document.leaflet if document else verdict.sheet.leaflet,
            "current": verdict.current,
            "approval": document.standing.approval if document else None,
            "now": document.code if document else None,
            "changed": list(verdict.changed),
            "compared": ("bytes" if comparison.identical else "pages") if comparison else None,
            "different_pages": list(comparison.pages) if comparison else [],
        }
        result.values["verdict"] = result.values["verdict"] or answer
        result.values["verdicts"].append(answer)
        _tell(result, verdict, answer, quiet=quiet, verbose=verbose)


def _tell(
    result: CommandResult, verdict: Verdict, answer: answers.Verdict, *, quiet: bool, verbose: bool
) -> None:
    document, comparison = verdict.document, verdict.comparison
    if not verdict.current or not (comparison is None or comparison.same):
        result.report([_doubt(verdict)])
        return
    if document and not document.standing.issuable:
        message = f"`{document.leaflet}` is {document.standing.status}: do not give it to patients"
        hint = "`handouts approve` records that a clinician approves it"
        notice = Diagnostic("not-approved", message, hint=hint, severity=Severity.WARNING)
        result.report([notice], quiet=quiet)
    if document and not result.as_json and not quiet:
        terminal.echo(f"{document.code}: {document.title.plain}")
        terminal.echo(f"The text is current; {document.standing.approval}.")
        terminal.echo(_COMPARED[answer["compared"]])
        for line in _sign_offs(document) if verbose else ():
            terminal.echo(line)


def _row(document: Document, day: date) -> answers.Standing:
    standing = document.standing
    ends = min(filter(None, (standing.until, document.review_due)))
    # One note for each leaflet, the most pressing one: the table has to fit a terminal.
    if standing.approval == "lapsed":
        note = f"changed since: {', '.join(standing.changed)}"
    elif document.untranslated:
        note = f"not translated: {counted(document.untranslated, 'part')}"
    elif standing.words_only:
        note = "approved before sign-offs covered drawings: approve it again"
    elif standing.overdue:
        note = "review overdue"
    elif standing.approval == "approved" and ends - day <= DUE_SOON:
        note = f"due on {ends}"
    else:
        note = ""
    return {
        "leaflet": document.leaflet,
        "language": document.locale,
        "version": document.version,
        "digest": standing.digest,
        "state": standing.approval,
        "review_due": document.review_due.isoformat(),
        "until": standing.until.isoformat() if standing.until else None,
        "changed": list(standing.changed),
        "sign_offs": _sign_offs(document),
        "note": note,
    }


def _sign_offs(document: Document) -> list[str]:
    return [f"{s.role}, {s.by}, {s.signed}" for s in document.standing.sign_offs]


def _doubt(verdict: Verdict) -> Diagnostic:
    if verdict.document is None:
        message = f"No current leaflet matches code {verdict.sheet.digest}"
        hint = "It comes from another clinic or edition: check before giving it to patients"
        return Diagnostic("unknown-words", message, hint=hint)
    if verdict.comparison:  # only made if the text is current: so something else was changed
        pages = ", ".join(map(str, verdict.comparison.pages))
        message = f"The file is not the leaflet that its code names: it differs on page {pages}"
        hint = (
            "It may have been changed, or made for somebody else or on another day: print it again"
        )
        return Diagnostic("file-differs", message, hint=hint)
    if verdict.elsewhere:
        theirs, here = verdict.sheet.region, verdict.document.region
        message = f"This copy is current, but for {theirs}: only the region differs from {here}"
        hint = f"Do not give it to patients in {here}; `--region {theirs}` checks it further"
        return Diagnostic("other-region", message, hint=hint)
    changed = f": {', '.join(verdict.changed)}" if verdict.changed else ""
    message = f"`{verdict.document.leaflet}` has changed since this copy was printed{changed}"
    hint = f"Print it again: the current code is {verdict.document.code}"
    return Diagnostic("outdated", message, hint=hint)
