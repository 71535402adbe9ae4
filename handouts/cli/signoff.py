"""``handouts approve``, ``handouts status`` and ``handouts verify``"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handouts.cli import options, terminal
from handouts.cli.program import Answer

if TYPE_CHECKING:
    from handouts.approvals import Standing
    from handouts.catalogue import Catalogue
    from handouts.document import Document
    from handouts.verify import Verdict

ROLES = ("clinical", "linguistic", "patient-reader")

DUE_SOON = timedelta(days=90)
"""How long before its end a sign-off or a review is told as due."""


@click.command(
    epilog='Example: handouts approve acne-explained --role clinical --by "Dr A. Example"'
)
@click.argument("names", metavar="LEAFLET...", nargs=-1, required=True)
@click.option("--by", required=True, help="Who approves: the name as the leaflet prints it.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="As what: a clinician, someone who checked the translation, or a patient who read it.",
)
@click.option("--language", default="en", show_default=True, help="The language that was read.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which the approval holds. Without it, until the review is due.",
)
@options.workspace
@options.day
@options.as_json
@options.talk
@click.pass_obj
def approve(
    answer: Answer,
    names: tuple[str, ...],
    by: str,
    role: Any,
    language: str,
    until: datetime | None,
    workspace: Path | None,
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Record that somebody approves the words of leaflets.

    The approval is bound to the words as they now stand, and lapses with any change of them.
    """
    from handouts.approvals import record
    from handouts.catalogue import read_catalogue
    from handouts.workspace import own_workspace

    catalogue = read_catalogue(own_workspace(workspace, Path.cwd()))
    documents = [d for d in _documents(answer, catalogue, names, day) if d.language == language]
    if not documents:
        raise click.UsageError(f"The clinic has no such leaflet in the language `{language}`")
    last = until.date() if until else None
    path = record(
        catalogue.workspace.folder, (_approval(d, role, by, day, last) for d in documents)
    )
    answer.parts["approved"] = [document.code for document in documents]
    for document in () if answer.as_json or quiet else documents:
        terminal.say(f"approved {document.code} until {last or document.review_due}")
        if verbose:
            terminal.say(f"  {role}, {by}, in {terminal.shown_path(path)}")


@click.command(epilog="Example: handouts status -w my-clinic")
@options.workspace
@options.day
@options.as_json
@options.talk
@click.pass_obj
def status(answer: Answer, workspace: Path | None, day: date, quiet: bool, verbose: bool) -> None:
    """Tell which leaflets are approved, lapsed, expired or soon due for review.

    An approval lapses when a word of its leaflet changes; the parts that changed are named.
    """
    from handouts.catalogue import read_catalogue
    from handouts.workspace import open_workspace

    catalogue = read_catalogue(open_workspace(workspace, Path.cwd()))
    rows = [
        _row(document, catalogue, day) for document in _documents(answer, catalogue, (), day, quiet)
    ]
    answer.parts["leaflets"] = rows
    if not answer.as_json:
        terminal.table(rows, ["leaflet", "language", "state", "review_due", "note"])
        if verbose:
            for row in rows:
                for sign_off in row["sign_offs"]:
                    terminal.show(f"{row['leaflet']}: {sign_off}")


@click.command(epilog="Example: handouts verify 754d1143a3")
@click.argument("given", metavar="FILE-OR-DIGEST")
@options.workspace
@options.region
@options.day
@options.as_json
@options.talk
@click.pass_obj
def verify(
    answer: Answer,
    given: str,
    workspace: Path | None,
    regions: tuple[str, ...],
    day: date,
    quiet: bool,
    verbose: bool,
) -> None:
    """Tell what a printed leaflet is, whether it is current, and what has changed since.

    Give its PDF file, or the code or the digest that stands on its last page.
    """
    from handouts.catalogue import read_catalogue
    from handouts.verify import read_sheet, verify
    from handouts.workspace import open_workspace

    sheet = read_sheet(given)
    place = sheet.locale.split("-")[-1] if sheet.locale else None
    for region in regions or (place,):
        catalogue = read_catalogue(open_workspace(workspace, Path.cwd(), region))
        verdict = verify(sheet, _documents(answer, catalogue, (), day, quiet=True), catalogue)
        if verdict.current:
            break
    answer.parts["verdict"] = _verdict(verdict)
    answer.tell(_doubts(verdict))
    if not answer.as_json and verdict.current and not quiet:
        terminal.show(_praise(verdict, verbose=verbose))


def _documents(
    answer: Answer, catalogue: Catalogue, names: tuple[str, ...], day: date, quiet: bool = False
) -> list[Document]:
    """The leaflets as they now stand, in the clinic's languages; faulty ones are told."""
    from handouts.build import plan
    from handouts.resolve import resolve

    work = plan([catalogue], names, ("a4",), day, require="nothing")
    if not quiet or work.blocked:
        answer.tell(work.diagnostics, quiet=quiet)
    return [resolve(task.request, catalogue) for task in work.tasks]


def _approval(document: Document, role: Any, by: str, signed: date, until: date | None) -> Any:
    from handouts.models.approvals import Approval

    return Approval(
        leaflet=document.leaflet,
        language=document.language,
        region=document.region,
        version=document.version,
        role=role,
        by=by,
        signed=signed,
        until=until,
        digest=document.digest,
        parts=dict(document.parts),
    )


def _row(document: Document, catalogue: Catalogue, day: date) -> dict[str, Any]:
    from handouts.approvals import standing

    signed = catalogue.approvals_of(document.leaflet, document.language)
    parts = dict(document.parts)
    found = standing(signed, parts, document.digest, document.language, day)
    return {
        "leaflet": document.leaflet,
        "language": document.locale,
        "version": document.version,
        "digest": document.digest,
        "state": found.state,
        "review_due": document.review_due.isoformat(),
        "until": found.until.isoformat() if found.until else None,
        "changed": list(found.changed),
        "sign_offs": [f"{s.role}, {s.by}, {s.signed}" for s in found.sign_offs],
        "note": _note(document, found, day),
    }


def _note(document: Document, found: Standing, day: date) -> str:
    if found.state == "lapsed":
        return f"changed since: {', '.join(found.changed)}"
    if document.overdue:
        return "review overdue"
    ends = min(filter(None, (found.until, document.review_due)))
    if found.state == "approved" and ends - day <= DUE_SOON:
        return f"due on {ends}"
    return ""


def _verdict(verdict: Verdict) -> dict[str, Any]:
    document = verdict.document
    return {
        "digest": verdict.sheet.digest,
        "leaflet": document.leaflet if document else verdict.sheet.leaflet,
        "current": verdict.current,
        "approval": document.approval if document else None,
        "now": document.code if document else None,
        "changed": list(verdict.changed),
    }


def _praise(verdict: Verdict, *, verbose: bool) -> str:
    document = verdict.document
    if document is None:
        return ""
    signed = [f"{s.role}, {s.by}, {s.signed}" for s in document.sign_offs] if verbose else []
    head = f"{document.code}: {document.title.plain}"
    return "\n".join([head, f"The words are current; {document.approval}.", *signed])


def _doubts(verdict: Verdict) -> list[Any]:
    from handouts.diagnostics import Diagnostic

    if verdict.current:
        return []
    if verdict.document is None:
        message = f"No leaflet here has the words with the digest {verdict.sheet.digest}"
        hint = "Another clinic or another edition made it; do not give it to patients"
        return [Diagnostic("unknown-words", message, hint=hint)]
    changed = f": {', '.join(verdict.changed)}" if verdict.changed else ""
    message = f"The words of `{verdict.document.leaflet}` have changed since{changed}"
    hint = f"Print it again: it is now {verdict.document.code}"
    return [Diagnostic("outdated", message, hint=hint)]
