"""Begins a clinic's kinds, sources, labels, regions and templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handouts.diagnostics import Diagnostic, HandoutsError, choices, near_miss

if TYPE_CHECKING:
    from handouts.api.project import Project


def new_kind(project: Project, name: str, copy: str | None = None) -> tuple[Path, ...]:
    """Add a kind of leaflet to the clinic's ``kinds.yaml``, perhaps a copy of another.

    HandoutsError ``usage`` for a wrong ID, or one that exists; as for all that follow.
    """
    from handouts.content import stubs
    from handouts.content.tables import entry_text

    project.own_folder()
    catalogue = project.catalogue(())
    _must_fit(name, "[a-z][a-z0-9]*(-[a-z0-9]+)*", "words in lower case, joined by hyphens")
    if copy is None:
        _must_be_new("kind", name, catalogue.kinds, "`--copy` copies a kind, also under its own ID")
        return _add(project, "kinds", {name: stubs.kind_text(name)})
    _must_be_known("kind", copy, catalogue.kinds)
    if name != copy:
        _must_be_new("kind", name, catalogue.kinds)
    text = entry_text(catalogue.workspace.content_layers, "kinds", copy)
    return _add(project, "kinds", {name: stubs.copied_kind(name, copy, text)})


def new_source(project: Project, key: str, *, copy: bool = False) -> tuple[Path, ...]:
    """Add a source to the clinic's ``sources.yaml``: with its title to be written, or copied."""
    from handouts.content.stubs import source_text
    from handouts.content.tables import entry_text, own_keys

    project.own_folder()
    shipped = project.library.content
    if copy:
        _must_be_known("source", key, own_keys(shipped / "sources.yaml", "sources"))
        return _add(project, "sources", {key: entry_text((shipped,), "sources", key)})
    known = project.catalogue(()).references
    _must_fit(key, "[A-Z][A-Z0-9-]*", "capitals, digits and hyphens, e.g. `SMITH2024`")
    _must_be_new("source", key, known, "`--copy` copies it, so that you can change it")
    return _add(project, "sources", {key: source_text(key)})


def new_labels(project: Project, keys: Sequence[str] = ()) -> tuple[Path, ...]:
    """Copy labels into the clinic's ``labels.yaml``: those named, or all that it does not have."""
    from handouts.content.tables import entry_text, own_keys
    from handouts.review.rules.claims import FIXED_LABELS

    folder = project.own_folder()
    catalogue = project.catalogue(())
    free = [key for key in catalogue.shipped_labels if key not in FIXED_LABELS]
    for key in keys:
        if key in FIXED_LABELS:
            raise _usage(f"The label `{key}` says whether a leaflet is approved: it stays as it is")
        _must_be_known("label", key, free)
    had = own_keys(folder / "content" / "labels.yaml", "labels")
    wanted = tuple(dict.fromkeys(keys)) or tuple(key for key in free if key not in had)
    if not wanted:
        raise _usage("The clinic's `content/labels.yaml` has all labels")
    layers = (project.library.content,)
    return _add(project, "labels", {key: entry_text(layers, "labels", key) for key in wanted})


def new_region(project: Project, name: str, copy: str | None = None) -> tuple[Path, ...]:
    """Begin a region: with nothing but questions, or from a shipped one under its new ID."""
    from handouts.content import stubs

    project.own_folder()
    _must_fit(name, "[A-Z]{2}", "the two letters of a country code, e.g. `IE`")
    content, shipped = project.library.content, project.library.regions()
    if copy is not None:
        _must_be_known("region", copy, shipped)
    if name != copy:
        _must_be_new(
            "region", name, shipped, f"`--copy {name}` copies it, so that you can change it"
        )
    if copy is None:
        files = {f"content/regions/{name}.yaml": stubs.region_text(name, project.catalogue(()))}
    elif name == copy:
        files = stubs.same_region(name, content)
    else:
        files = stubs.copied_region(name, copy, content)
    return _write(project, files)


def new_template(project: Project, name: str, *, copy: bool) -> tuple[Path, ...]:
    """Begin a template that extends the shipped one of the same name, or copy that."""
    from handouts.content import stubs

    project.own_folder()
    templates = project.library.templates
    known = stubs.template_names(templates)
    name = name.removeprefix("templates/")
    if name not in known:
        name = next((k for k in known if k in (f"{name}.html.j2", f"{name}.j2")), name)
    _must_be_known("template", name, known)
    if not copy and stubs.is_drawing(name):
        raise _usage("A drawing has no parts to extend: add `--copy` to draw it anew")
    text = stubs.copied_template(name, templates) if copy else stubs.template_text(name, templates)
    return _write(project, {f"templates/{name}": text})


def _add(project: Project, table: str, entries: dict[str, str]) -> tuple[Path, ...]:
    """Add entries to a table, none of which it may have yet."""
    from handouts.content.schema import missing_schemas
    from handouts.content.tables import own_keys, table_with
    from handouts.files import write_atomic, write_new

    folder, file = project.own_folder(), f"content/{table}.yaml"
    path = folder / file
    had = own_keys(path, table)
    if double := [key for key in entries if key in had]:
        listed = ", ".join(f"`{key}`" for key in double)
        raise _usage(f"The clinic's `{file}` has {listed} already")
    text = table_with(path, table, tuple(entries.values()))
    schemas = missing_schemas(folder)
    if path.exists():
        write_new(folder, schemas)
        # The table is replaced as a whole: `write_new` would refuse it, as it exists.
        write_atomic(path, text.encode())
    else:
        write_new(folder, {**schemas, file: text})
    return (*(folder / name for name in schemas), path)


def _write(project: Project, files: dict[str, str]) -> tuple[Path, ...]:
    from handouts.content.schema import missing_schemas
    from handouts.files import write_new

    folder = project.own_folder()
    files = {**missing_schemas(folder), **files}
    write_new(folder, files)
    return tuple(folder / name for name in files)


def _must_fit(name: str, form: str, words: str) -> None:
    if not re.fullmatch(form, name):
        raise _usage(f"`{name}` is not a valid ID. Use {words}")


def _must_be_new(what: str, name: str, known: Collection[str], hint: str = "") -> None:
    if name in known:
        raise _usage(f"There is a {what} `{name}` already. {hint}".rstrip())


def _must_be_known(what: str, name: str, known: Iterable[str]) -> None:
    names = tuple(known)
    if name not in names:
        raise _usage(f"There is no {what} `{name}`. {near_miss(name, names) or choices(names)}")


def _usage(message: str) -> HandoutsError:
    return HandoutsError(Diagnostic("usage", message))
