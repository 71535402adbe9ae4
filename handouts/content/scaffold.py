"""The files that ``handouts init`` and ``handouts new`` create."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from pydantic import TypeAdapter, ValidationError

from handouts.content.catalogue import Catalogue, select
from handouts.content.layers import layer_name, layered_files
from handouts.content.load import validated
from handouts.content.schema import FOLDER, schema_files, schema_line, without_schema_line
from handouts.content.yaml import decode, parse_yaml, yaml_text
from handouts.diagnostics import HandoutsError
from handouts.model.base import BlockId, Id
from handouts.model.clinic import Clinic
from handouts.model.tables import Kind

REPLACES = "# replaces: "
"""Start of a copy's first line, followed by the SHA-256 of the shipped file's bytes."""

_SKELETONS = Path(__file__).parent / "skeletons"
_REMARK = re.compile(r"^ *#(?! TODO).*\n", re.MULTILINE)
_EXAMPLE = re.compile(r"(?<=^#)[a-z_]+(?=:)", re.MULTILINE)
_NO_DIGITS = str.maketrans(dict.fromkeys("0123456789"))


@dataclass(frozen=True)
class FileKind:
    """Leaflets or blocks: the form of their IDs, and the place of their files."""

    name: str
    id: Any
    form: str

    def file(self, name: str, region: str | None = None) -> str:
        """The path in a clinic's folder, for one region only if ``region`` is given."""
        folder = f"content/regions/{region}" if region else "content"
        return f"{folder}/{self.name}s/{name}.yaml"

    def shipped(self, catalogue: Catalogue) -> dict[str, Path]:
        """The files that apply if the clinic has none of its own, by ID."""
        layers = catalogue.workspace.content_layers
        weaker = tuple(layer for layer in layers if layer_name(layer, layers) != "clinic")
        return layered_files(weaker, f"{self.name}s", ".yaml")

    def fits(self, name: str) -> bool:
        """Whether a name is a valid ID."""
        try:
            TypeAdapter(self.id).validate_python(name)
        except ValidationError:
            return False
        return True


LEAFLET = FileKind("leaflet", Id, "lower-case words joined by hyphens, e.g. `after-peeling`")
BLOCK = FileKind("block", BlockId, "a folder and a name in lower case, e.g. `laser/sun`")


@dataclass(frozen=True)
class ClinicDetails:
    """A clinic's first details."""

    name: str
    phone: str
    region: str
    languages: tuple[str, ...]
    papers: tuple[str, ...]


def clinic_fault(key: str, value: str) -> str | None:
    """What is wrong with a clinic's ``name`` or ``phone``; None if nothing is."""
    try:
        text = yaml_text({"name": "A", "phone": "999", key: value})  # the other one is valid
        validated(parse_yaml(text, Path(key)), Clinic)
    except HandoutsError as error:
        return error.diagnostics[0].message
    return None


def clinic_files(details: ClinicDetails, catalogue: Catalogue) -> dict[str, str]:
    """The files of a new clinic's folder by path; the one that marks a workspace comes last.

    ``catalogue`` is for the clinic's region; examples use its IDs.
    """
    return {
        **{f"{FOLDER}/{name}": text for name, text in schema_files().items()},
        "content/README.md": skeleton("clinic/content-README.md"),
        "templates/README.md": skeleton("clinic/templates-README.md"),
        "brand.yaml": brand_text(),
        "handouts.yaml": settings_text(details, catalogue),
    }


def brand_text() -> str:
    """A ``brand.yaml`` with the default colours."""
    return headed("brand", "brand.yaml", skeleton("clinic/brand.yaml"))


def leaflet_text(name: str, kind: Kind, day: date, catalogue: Catalogue) -> str:
    """A leaflet of a kind: each required section with a required block and placeholder text.

    Block types that the kind requires anywhere go where questions are.
    """
    words = _words(catalogue) | {
        "id": name,
        "kind": kind.id,
        "day": str(day),
        "months": str(kind.review_months),
    }
    text = Template(skeleton("leaflet.yaml")).substitute(words)
    # A risk block needs numbers from a source, so any other required type comes before it.
    types = {s.id: min(s.holds, key=lambda t: t == "risk", default="text") for s in kind.sections}
    others = [block for block in kind.holds if block not in types.values()]
    home = next((s.id for s in kind.sections if "questions" in s.holds), kind.sections[-1].id)
    for section in kind.sections:
        # Headings cannot cite sources, so they must not contain numbers.
        heading = section.id.replace("-", " ").capitalize().translate(_NO_DIGITS)
        text += f"\n  - id: {section.id}\n    heading: TODO {heading}\n    blocks:\n"
        for block in (types[section.id], *(others if section.id == home else ())):
            body = Template(skeleton(f"blocks/{block}.yaml")).substitute(words)
            first, *rest = _REMARK.sub("", body).splitlines()
            text += "".join(f"      {line}\n" for line in (f"- {first}", *(f"  {r}" for r in rest)))
    return headed("leaflet", LEAFLET.file(name), text)


def block_text(name: str, kind: str, catalogue: Catalogue) -> str:
    """A block of a type, with every key that it may have."""
    body = skeleton(f"blocks/{kind}.yaml")
    common = skeleton("common.yaml")
    # Some types declare a common key themselves, such as `sources` in `risk`.
    for key in set(_EXAMPLE.findall(common)) & set(re.findall(r"^[a-z_]+", body, re.MULTILINE)):
        common = re.sub(rf"^# .*\n#{key}: .*\n", "", common, flags=re.MULTILINE)
    text = Template(f"id: {name}\n{body}{common}").substitute(_words(catalogue))
    return headed("block", BLOCK.file(name), text)


def copy_of(kind: FileKind, name: str, catalogue: Catalogue) -> tuple[str, str]:
    """The path and text of a copy of a shipped file, in the clinic's folder.

    Its first line records the digest of the original. A region's own file is copied for that region
    only: below ``content/blocks`` it would override every region's version.
    """
    original = kind.shipped(catalogue)[name]
    layers = catalogue.workspace.content_layers
    regional = layer_name(original, layers) == "region"
    file = kind.file(name, catalogue.region.model.id if regional else None)
    data = original.read_bytes()
    text = without_schema_line(decode(original, data))
    digest = hashlib.sha256(data).hexdigest()
    return file, f"{REPLACES}{digest}\n{headed(kind.name, file, text)}"


def settings_text(details: ClinicDetails, catalogue: Catalogue) -> str:
    """A ``handouts.yaml`` with the given details, and an example of every other key."""
    treatments = list(catalogue.treatments)
    # A region without device lines still needs an example.
    statuses = [line.status for line in catalogue.region.model.device_lines] or ["ce-marked"]
    words = {
        "name": _line("name", details.name),
        "phone": _line("phone", details.phone),
        "region": details.region,
        "languages": ", ".join(details.languages),
        "papers": ", ".join(details.papers),
        "all_regions": ", ".join(catalogue.workspace.library.regions()),
        "all_languages": ", ".join(catalogue.languages),
        "treatments": ", ".join(treatments),
        "treatment": treatments[0],
        "other_treatment": treatments[-1],
        "omittable": ", ".join(catalogue.omittable),
        "statuses": ", ".join(statuses),
        "status": statuses[0],
        "leaflets": ", ".join(sorted(select(catalogue, ()))[:2]),
    }
    text = Template(skeleton("clinic/handouts.yaml")).substitute(words)
    return headed("handouts", "handouts.yaml", text)


def _line(key: str, value: str) -> str:
    """A line of YAML; digits alone are quoted, because editors would read a number."""
    plain = yaml_text({key: value}).rstrip("\n")
    return f'{key}: "{value}"' if re.fullmatch("[0-9]+", value) else plain


def _words(catalogue: Catalogue) -> dict[str, str]:
    """Existing IDs, for use in examples."""
    return {
        "source": min(catalogue.references),
        "drawing": min(catalogue.drawings),
        "treatment": next(iter(catalogue.treatments)),
    }


def headed(schema: str, file: str, text: str) -> str:
    """A file's text after the comment that names its schema."""
    return schema_line(schema, Path(file), Path(FOLDER)) + text


def skeleton(name: str) -> str:
    """The text of a skeleton."""
    return (_SKELETONS / name).read_text("utf-8")
