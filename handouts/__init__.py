"""Handouts: YAML content and Jinja templates in, branded and accessible PDF leaflets out.

    import handouts

    project = handouts.open("my-clinic")
    project.leaflet("acne-explained", on=date(2026, 11, 22)).pdf()

What is exported here is the public interface; docs/how-to/python.md describes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from handouts.api.authoring import create_clinic as create
    from handouts.api.leaflet import Leaflet
    from handouts.api.preview import Preview, changes, leaflets_using, previews
    from handouts.api.project import Project, Report, build_clinics
    from handouts.api.project import open_project as open  # noqa: A004 - as gzip.open
    from handouts.api.verify import verify
    from handouts.build.batch import ClinicsBuild
    from handouts.build.job import Build
    from handouts.diagnostics import CannotPrintError, Diagnostic, HandoutsError, Place, Severity
    from handouts.page.personal import Personal
    from handouts.store import Store

_HOMES = {
    "Build": ("build.job", "Build"),
    "CannotPrintError": ("diagnostics", "CannotPrintError"),
    "ClinicsBuild": ("build.batch", "ClinicsBuild"),
    "Diagnostic": ("diagnostics", "Diagnostic"),
    "HandoutsError": ("diagnostics", "HandoutsError"),
    "Leaflet": ("api.leaflet", "Leaflet"),
    "Personal": ("page.personal", "Personal"),
    "Place": ("diagnostics", "Place"),
    "Preview": ("api.preview", "Preview"),
    "Project": ("api.project", "Project"),
    "Report": ("api.project", "Report"),
    "Severity": ("diagnostics", "Severity"),
    "Store": ("store", "Store"),
    "build_clinics": ("api.project", "build_clinics"),
    "changes": ("api.preview", "changes"),
    "create": ("api.authoring", "create_clinic"),
    "leaflets_using": ("api.preview", "leaflets_using"),
    "open": ("api.project", "open_project"),
    "previews": ("api.preview", "previews"),
    "verify": ("api.verify", "verify"),
}
"""The module and name behind each export: imported on first use, so that `--help` is instant."""

__all__ = [
    "Build",
    "CannotPrintError",
    "ClinicsBuild",
    "Diagnostic",
    "HandoutsError",
    "Leaflet",
    "Personal",
    "Place",
    "Preview",
    "Project",
    "Report",
    "Severity",
    "Store",
    "__version__",
    "build_clinics",
    "changes",
    "create",
    "leaflets_using",
    "open",
    "previews",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(f"handouts.{module}"), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
