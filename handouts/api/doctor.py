"""Checks of whether this machine can make leaflets."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handouts import __version__
from handouts.diagnostics import CannotPrintError, HandoutsError, Severity
from handouts.store import NO_STORE, Store

if TYPE_CHECKING:
    from handouts.api.project import Project

_PACKAGES = ("click", "jinja2", "pyyaml", "pydantic", "babel", "weasyprint", "pydyf", "pypdfium2")
_INSTALL = "run scripts/build, or install it with the system's package manager"


@dataclass(frozen=True)
class Finding:
    """One line: an error stops the work, a warning slows it down, None means all is well."""

    name: str
    text: str
    severity: Severity | None = None


def findings(
    project: Project, store: Store = NO_STORE, output: Path = Path("output")
) -> Iterator[Finding]:
    """Check versions, libraries, the engine, fonts, the store, the output and the clinic's folder.

    Nothing is left behind.
    """
    from importlib.metadata import PackageNotFoundError, version

    from handouts.content.layers import FONTS

    yield Finding("handouts", __version__)
    python = f"{platform.python_version()} on {platform.system()}"
    yield Finding("python", python, None if sys.version_info >= (3, 11) else Severity.ERROR)
    for name in _PACKAGES:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            message = "not installed; run scripts/build, or pip install handouts"
            yield Finding(name, message, Severity.ERROR)

    yield from _engine()

    # Imported only now: it needs packages, which may be what is missing.
    from handouts.pdf.fontconfig import damaged_fonts

    if damaged := damaged_fonts():
        yield Finding("fonts", f"damaged: {', '.join(damaged)}", Severity.ERROR)
    else:
        yield Finding("fonts", f"{len(list(FONTS.glob('*.ttf')))} shipped")

    yield from _folders(project, store, output)


def _engine() -> Iterator[Finding]:
    from handouts.pdf.internals import library_versions
    from handouts.pdf.render import start_engine
    from handouts.pdf.selftest import failures

    try:
        start_engine()
        libraries = library_versions()
    except (CannotPrintError, OSError) as error:
        yield Finding("pango", f"{error}; {_INSTALL}", Severity.ERROR)
        return
    yield Finding("pango", str(libraries["pango"]))
    if subset := libraries["harfbuzz-subset"]:
        yield Finding("harfbuzz-subset", subset)
    else:
        message = f"not found: builds are slower and files larger; {_INSTALL}"
        yield Finding("harfbuzz-subset", message, Severity.WARNING)
    if problems := failures():
        message = f"{'; '.join(problems)}: builds run without shortcuts, more slowly"
        yield Finding("engine self-test", message, Severity.WARNING)
    else:
        yield Finding("engine self-test", "passed")


def _folders(project: Project, store: Store, output: Path) -> Iterator[Finding]:
    """Whether the folders of the store and of leaflets can be written to, and the clinic's read."""
    from handouts.files import unwritable
    from handouts.page.templates import Templates

    # An entry of the store is printed as it is: whoever can write there decides what is printed.
    if others := store.writers():
        message = f"{store.folder} can be written by {others}, who can change what is printed"
        yield Finding("cache", message, Severity.WARNING)
    elif store.folder and (fault := unwritable(store.folder)):
        message = f"{store.folder}: {fault}; builds are slower"
        yield Finding("cache", message, Severity.WARNING)
    elif store.folder:
        yield Finding("cache", str(store.folder))
    if fault := unwritable(output):
        hint = "give another folder with `handouts build --output`"
        yield Finding("output", f"{output}: {fault}; {hint}", Severity.ERROR)
    else:
        yield Finding("output", str(output))

    try:
        workspace = project.workspace()
    except HandoutsError as error:
        yield Finding("workspace", f"{error}; run handouts check", Severity.ERROR)
        return
    name = workspace.settings.model.clinic.name
    yield Finding("workspace", f"{name}, {workspace.folder}")
    layers = workspace.template_layers
    if faults := dict.fromkeys(Templates(layers).syntax_faults()):
        places = (f"{f.place.file}:{f.place.line}: {f.message}" for f in faults if f.place)
        yield Finding("templates", "; ".join(places), Severity.ERROR)
    else:
        own = sum(1 for layer in layers[:-1] for _ in layer.rglob("*.j2"))
        yield Finding("templates", f"no errors, {own} of the clinic's own")
