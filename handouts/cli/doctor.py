"""``handouts doctor``"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from handouts import __version__
from handouts.cli import options, terminal

_PACKAGES = ("click", "jinja2", "pyyaml", "pydantic", "babel", "weasyprint", "pypdfium2")
_VARIABLES = ("FONTCONFIG_FILE", "SOURCE_DATE_EPOCH", "NO_COLOR", "DYLD_FALLBACK_LIBRARY_PATH")

Line = tuple[bool, str, str]


@click.command(epilog="Example: handouts doctor -w my-clinic")
@options.workspace
def doctor(workspace: Path | None) -> None:
    """Tell whether this machine can make leaflets: versions, libraries, fonts, workspace."""
    lines = [*_versions(), *_variables(), *_engine(), *_fonts(), *_workspace(workspace)]
    for fine, name, found in lines:
        sign = click.style("ok  ", fg="green") if fine else click.style("FAIL", fg="red")
        click.echo(f"{sign}  {name:<28} {found}")
    if not all(fine for fine, _, _ in lines):
        sys.exit(terminal.CANNOT_RUN)


def _versions() -> Iterator[Line]:
    yield True, "handouts", __version__
    yield (
        sys.version_info >= (3, 11),
        "python",
        f"{platform.python_version()} on {platform.system()}",
    )
    for name in _PACKAGES:
        try:
            yield True, name, version(name)
        except PackageNotFoundError:
            yield False, name, "not installed; run scripts/build, or pip install handouts"


def _engine() -> Iterator[Line]:
    from handouts.diagnostics import CannotPrintError
    from handouts.press import library_versions

    try:
        for name, found in library_versions().items():
            yield (
                found is not None,
                name,
                found or "not found; install it from the system's packages",
            )
    except CannotPrintError as error:
        yield False, "pango", f"{error}; see the README, Installation"


def _fonts() -> Iterator[Line]:
    from handouts.fonts import damaged_fonts, font_files

    damaged = damaged_fonts()
    yield (
        not damaged,
        "fonts",
        f"{len(font_files())} shipped" if not damaged else f"damaged: {', '.join(damaged)}",
    )


def _variables() -> Iterator[Line]:
    for name in _VARIABLES:
        if name in os.environ:
            yield True, name, os.environ[name]


def _workspace(folder: Path | None) -> Iterator[Line]:
    from handouts.diagnostics import HandoutsError
    from handouts.workspace import open_workspace

    try:
        found = open_workspace(folder, Path.cwd())
        yield (
            True,
            "workspace",
            f"{found.settings.model.clinic.name}, {terminal.shown_path(found.folder)}",
        )
    except HandoutsError as error:
        yield False, "workspace", f"{error}; run handouts check"
