"""``handouts doctor``"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from handouts import __version__
from handouts.cli import options, terminal
from handouts.cli.program import Answer
from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError, Severity

_PACKAGES = ("click", "jinja2", "pyyaml", "pydantic", "babel", "weasyprint", "pypdfium2")
_VARIABLES = ("FONTCONFIG_FILE", "SOURCE_DATE_EPOCH", "NO_COLOR", "DYLD_FALLBACK_LIBRARY_PATH")

_SIGNS = {
    None: click.style("ok  ", fg="green"),
    Severity.WARNING: click.style("warn", fg="yellow"),
    Severity.ERROR: click.style("FAIL", fg="red"),
}
_INSTALL = "run scripts/build, or install it from the system's packages"


@dataclass(frozen=True)
class Finding:
    """One line: whether it stops the work, hinders it (``warning``) or is in order (None)."""

    name: str
    found: str
    severity: Severity | None = None


@click.command(epilog="Example: handouts doctor -w my-clinic")
@options.workspace
@options.as_json
@click.pass_obj
def doctor(answer: Answer, workspace: Path | None) -> None:
    """Tell whether this machine can make leaflets: versions, libraries, fonts, workspace."""
    findings = [*_versions(), *_variables(), *_engine(), *_fonts(), *_workspace(workspace)]
    answer.parts["findings"] = [asdict(finding) for finding in findings]
    answer.diagnostics += [
        Diagnostic("cannot-run", f"{finding.name}: {finding.found}", severity=finding.severity)
        for finding in findings
        if finding.severity
    ]
    for finding in findings if not answer.as_json else ():
        terminal.show(f"{_SIGNS[finding.severity]}  {finding.name:<28} {finding.found}")


def _versions() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    yield Finding("handouts", __version__)
    python = f"{platform.python_version()} on {platform.system()}"
    yield Finding("python", python, None if sys.version_info >= (3, 11) else Severity.ERROR)
    for name in _PACKAGES:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            message = "not installed; run scripts/build, or pip install handouts"
            yield Finding(name, message, Severity.ERROR)


def _variables() -> Iterator[Finding]:
    for name in _VARIABLES:
        if name in os.environ:
            yield Finding(name, os.environ[name])


def _engine() -> Iterator[Finding]:
    from handouts.press import library_versions

    try:
        found = library_versions()
    except CannotPrintError as error:
        yield Finding("pango", f"{error}; {_INSTALL}", Severity.ERROR)
        return
    yield Finding("pango", str(found["pango"]))
    if subset := found["harfbuzz-subset"]:
        yield Finding("harfbuzz-subset", subset)
    else:
        message = f"not found: leaflets are slower to make and larger; {_INSTALL}"
        yield Finding("harfbuzz-subset", message, Severity.WARNING)


def _fonts() -> Iterator[Finding]:
    from handouts.fonts import damaged_fonts, font_files

    if damaged := damaged_fonts():
        yield Finding("fonts", f"damaged: {', '.join(damaged)}", Severity.ERROR)
    else:
        yield Finding("fonts", f"{len(font_files())} shipped")


def _workspace(folder: Path | None) -> Iterator[Finding]:
    from handouts.workspace import open_workspace

    try:
        workspace = open_workspace(folder, Path.cwd())
    except HandoutsError as error:
        yield Finding("workspace", f"{error}; run handouts check", Severity.ERROR)
    else:
        clinic = workspace.settings.model.clinic.name
        yield Finding("workspace", f"{clinic}, {terminal.shown_path(workspace.folder)}")
