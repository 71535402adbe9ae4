"""What ``handouts init`` and ``handouts new`` write: a clinic's folder, and files to begin from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from pydantic import TypeAdapter, ValidationError

from handouts import shipped
from handouts.catalogue import Catalogue
from handouts.diagnostics import HandoutsError
from handouts.layers import layered_files
from handouts.models.base import BlockId, Id
from handouts.models.clinic import Clinic
from handouts.models.tables import Kind, RequiredSection
from handouts.schema import FOLDER, schema_files, schema_line, without_schema_line
from handouts.source import decode, parse_yaml, yaml_text
from handouts.validate import validated

REPLACES = "# replaces: "
"""Begins the first line of a copy, before the SHA-256 of the shipped file's bytes."""

_SKELETONS = shipped.SKELETONS
_REMARK = re.compile(r" *#.*\n", re.MULTILINE)
_EXAMPLE = re.compile(r"(?<=^#)[a-z_]+(?=:)", re.MULTILINE)


@dataclass(frozen=True)
class Sort:
    """Leaflets or blocks: what their ids look like, and where their files stand."""

    name: str
    id: Any
    form: str

    def file(self, name: str) -> str:
        """The path of one in a clinic's folder."""
        return f"content/{self.name}s/{name}.yaml"

    def shipped(self, catalogue: Catalogue) -> dict[str, Path]:
        """The files by id that hold where the clinic has none of its own."""
        return layered_files(catalogue.workspace.content_layers[1:], f"{self.name}s", ".yaml")

    def fits(self, name: str) -> bool:
        """Whether a name has the form of an id."""
        try:
            TypeAdapter(self.id).validate_python(name)
        except ValidationError:
            return False
        return True


LEAFLET = Sort("leaflet", Id, "lower-case words joined by hyphens, as `after-peeling`")
BLOCK = Sort("block", BlockId, "a folder and a name in lower case, as `laser/sun`")


@dataclass(frozen=True)
class Answers:
    """What a clinic says of itself at first."""

    name: str
    phone: str
    region: str
    languages: tuple[str, ...]
    papers: tuple[str, ...]


def regions() -> tuple[str, ...]:
    """The regions that are shipped."""
    return tuple(sorted(path.stem for path in (shipped.CONTENT / "regions").glob("*.yaml")))


def clinic_fault(key: str, value: str) -> str | None:
    """What is wrong with a line about the clinic, if anything."""
    try:
        text = yaml_text({"name": "A", "phone": "1", key: value})
        validated(parse_yaml(text, Path(key)), Clinic)
    except HandoutsError as error:
        return error.diagnostics[0].message
    return None


def clinic_files(answers: Answers, catalogue: Catalogue) -> dict[str, str]:
    """The files of a new clinic's folder; the one that makes it a workspace comes last.

    ``catalogue`` is that of the answers' region; its names stand in the examples.
    """
    return {
        **{f"{FOLDER}/{name}": text for name, text in schema_files().items()},
        "content/README.md": _skeleton("clinic/content-README.md"),
        "templates/README.md": _skeleton("clinic/templates-README.md"),
        "brand.yaml": brand_text(),
        "handouts.yaml": settings_text(answers, catalogue),
    }


def brand_text() -> str:
    """A ``brand.yaml`` with the shipped colours."""
    return _headed("brand", "brand.yaml", _skeleton("clinic/brand.yaml"))


def leaflet_text(name: str, kind: Kind, day: date, catalogue: Catalogue) -> str:
    """A leaflet of a kind: every required section with a block that it needs, words to do."""
    words = _words(catalogue) | {
        "id": name,
        "kind": kind.id,
        "day": str(day),
        "months": str(kind.review_months),
    }
    head = Template(_skeleton("leaflet.yaml")).substitute(words)
    sections = "".join(_sections(kind, words))
    return _headed("leaflet", LEAFLET.file(name), head + sections)


def block_text(name: str, kind: str, catalogue: Catalogue) -> str:
    """A block of a type, with every key that it may have."""
    body = _skeleton(f"blocks/{kind}.yaml")
    common = _skeleton("common.yaml")
    for key in set(_EXAMPLE.findall(common)) & set(re.findall(r"^[a-z_]+", body, re.MULTILINE)):
        common = re.sub(rf"^# .*\n#{key}: .*\n", "", common, flags=re.MULTILINE)
    text = Template(f"id: {name}\n{body}{common}").substitute(_words(catalogue))
    return _headed("block", BLOCK.file(name), text)


def copy_text(sort: Sort, name: str, catalogue: Catalogue) -> str:
    """A shipped file to be changed; its first line tells of which bytes it is a copy.

    Of what differs between regions, it is the file of the clinic's region.
    """
    original = sort.shipped(catalogue)[name]
    data = original.read_bytes()
    text = without_schema_line(decode(original, data))
    digest = hashlib.sha256(data).hexdigest()
    return f"{REPLACES}{digest}\n{_headed(sort.name, sort.file(name), text)}"


def settings_text(answers: Answers, catalogue: Catalogue) -> str:
    """A ``handouts.yaml`` with the answers, and an example of every other key."""
    treatments = list(catalogue.treatments)
    statuses = [line.status for line in catalogue.region.model.device_lines] or ["ce-marked"]
    words = {
        "name": _line("name", answers.name),
        "phone": _line("phone", answers.phone),
        "region": answers.region,
        "languages": ", ".join(answers.languages),
        "papers": ", ".join(answers.papers),
        "all_regions": ", ".join(regions()),
        "all_languages": ", ".join(catalogue.languages),
        "treatments": ", ".join(treatments),
        "treatment": treatments[0],
        "other_treatment": treatments[-1],
        "statuses": ", ".join(statuses),
        "status": statuses[0],
    }
    text = Template(_skeleton("clinic/handouts.yaml")).substitute(words)
    return _headed("handouts", "handouts.yaml", text)


def _line(key: str, value: str) -> str:
    """A line of YAML; digits alone stand between quotes, or editors take them for a number."""
    plain = yaml_text({key: value}).rstrip("\n")
    return f'{key}: "{value}"' if re.fullmatch("[0-9]+", value) else plain


def _sections(kind: Kind, words: dict[str, str]) -> Iterator[str]:
    """Each required section; block types that the leaflet needs besides go where questions are."""
    types = {section.id: _type_for(section) for section in kind.sections}
    others = [name for name in kind.holds if name not in types.values()]
    home = next((s.id for s in kind.sections if "questions" in s.holds), kind.sections[-1].id)
    for section in kind.sections:
        heading = section.id.replace("-", " ").capitalize().translate(_NO_DIGITS)
        yield f"\n  - id: {section.id}\n    heading: TODO {heading}\n    blocks:\n"
        for name in (types[section.id], *(others if section.id == home else ())):
            yield _inline(Template(_skeleton(f"blocks/{name}.yaml")).substitute(words))


_NO_DIGITS = str.maketrans(dict.fromkeys("0123456789"))


def _type_for(section: RequiredSection) -> str:
    """The first type that the section may hold; rather one that states no number."""
    calm = [name for name in section.holds if name != "risk"]
    return next(iter((*calm, *section.holds)), "text")


def _inline(block: str) -> str:
    """A block's lines as an entry of a section, without its remarks."""
    lines = _REMARK.sub("", block).splitlines()
    return "".join(f"      {'  ' if number else '- '}{line}\n" for number, line in enumerate(lines))


def _words(catalogue: Catalogue) -> dict[str, str]:
    """Names that exist, for examples."""
    return {
        "source": min(catalogue.references),
        "drawing": min(catalogue.drawings),
        "treatment": next(iter(catalogue.treatments)),
    }


def _headed(schema: str, file: str, text: str) -> str:
    return schema_line(schema, Path(file), Path(FOLDER)) + text


def _skeleton(name: str) -> str:
    return (_SKELETONS / name).read_text("utf-8")
