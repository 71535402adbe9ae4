"""What ``handouts new`` begins besides leaflets and blocks: kinds, sources, regions, templates."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from string import Template

from handouts.content.catalogue import Catalogue
from handouts.content.layers import layered_files
from handouts.content.scaffold import REPLACES, headed, skeleton
from handouts.content.schema import without_schema_line
from handouts.content.yaml import MAX_BYTES, decode
from handouts.files import read_bytes

_VALUE = re.compile(
    r'^( +(?:value|number): )"?(.+?)"?$|(?<=[{ ])((?:value|number): )"?([^",}\n]+)"?(?=[,}])',
    re.MULTILINE,
)
"""A value of a region that no other has in common with it: a number, or whom to call."""

_LABEL = re.compile(r'^( +label: )(?:"(.*)"|(.*))$', re.MULTILINE)

_BLOCK = re.compile(r"\{%[-+]?\s*block\s+(\w+)")


def kind_text(name: str) -> str:
    """An entry for ``kinds.yaml``: the sections that leaflets of the kind need."""
    return Template(skeleton("kind.yaml")).substitute(id=name)


def copied_kind(name: str, original: str, text: str) -> str:
    """The entry of another kind under a new ID; its label is still to be written."""
    if name == original:
        return text
    text = text.replace(f"id: {original}\n", f"id: {name}\n", 1)
    return _LABEL.sub(r"\1TODO \2\3", text, count=1)


def source_text(key: str) -> str:
    """An entry for ``sources.yaml``."""
    return Template(skeleton("source.yaml")).substitute(key=key)


def region_text(name: str, catalogue: Catalogue) -> str:
    """A region's file with nothing that is true of it yet."""
    slots = (slot.name for slot in catalogue.slots.values() if slot.filled_by == "region")
    fills = "\n".join(f'  - name: {slot}\n    value: "TODO"' for slot in slots)
    text = Template(skeleton("region.yaml")).substitute(
        id=name, fills=fills, source=min(catalogue.references)
    )
    return headed("region", f"content/regions/{name}.yaml", text)


def copied_region(name: str, original: str, content: Path) -> dict[str, str]:
    """The files of a shipped region under a new ID, by path.

    Each name and number has a TODO before it, and so has each block that the region has a version
    of: what is right in one country may be wrong in the next.
    """
    file = f"content/regions/{name}.yaml"
    source = content / "regions" / f"{original}.yaml"
    text = _copied(source)
    text = re.sub(r"^id: .*$", f"id: {name}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^name: .*$", f"name: TODO not {original}", text, count=1, flags=re.MULTILINE)
    text = _VALUE.sub(r'\1\3"TODO \2\4"', text)
    note = f"# TODO: this is what may be said in {original}; write what may be said here.\n"
    text = re.sub(r"^(?=(?:help_lines|device_lines|medicines):)", note, text, flags=re.MULTILINE)
    files = {}
    for block, path in layered_files((source.with_suffix(""),), "blocks", ".yaml").items():
        own = f"content/regions/{name}/blocks/{block}.yaml"
        note = f"# TODO: the version of {original}; correct it, then remove this line.\n"
        files[own] = headed("block", own, note + _copied(path))
    return {**files, file: headed("region", file, text)}


def same_region(name: str, content: Path) -> dict[str, str]:
    """A shipped region's own file, to be changed for one clinic."""
    file, source = f"content/regions/{name}.yaml", content / "regions" / f"{name}.yaml"
    return {file: f"{REPLACES}{_digest(source)}\n{headed('region', file, _copied(source))}"}


def template_names(templates: Path) -> tuple[str, ...]:
    """The names of the shipped templates; ``editions`` have their own of some."""
    files = (path.relative_to(templates).as_posix() for path in templates.rglob("*.j2"))
    return tuple(sorted(name for name in files if not name.startswith("_")))


def template_text(name: str, templates: Path) -> str:
    """A template that changes nothing yet: it takes in or extends the shipped one."""
    blocks = dict.fromkeys(_BLOCK.findall(decode(path := templates / name, path.read_bytes())))
    if blocks:
        takes = "extends"
        parts = (f"{{% block {b} %}}\n{{{{ super() }}}}\n{{% endblock %}}\n" for b in blocks)
        body = f'{{% extends "shipped:{name}" %}}\n\n' + "\n".join(parts)
    else:
        takes, body = "takes in", f'{{% include "shipped:{name}" %}}\n'
    text = skeleton("template.j2").replace("$name", name).replace("$takes", takes)
    return text.replace("$body\n", body)


def copied_template(name: str, templates: Path) -> str:
    """A shipped template, to be changed at will; ``check`` tells when the shipped one changes."""
    path = templates / name
    return (
        f"{{# {REPLACES.removeprefix('# ')}{_digest(path)} #}}\n{decode(path, path.read_bytes())}"
    )


def is_drawing(name: str) -> bool:
    """Whether a template is a drawing, which has no parts to extend."""
    return name.endswith(".svg.j2")


def _copied(path: Path) -> str:
    return without_schema_line(decode(path, read_bytes(path, MAX_BYTES)))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
