"""JSON Schemas for all kinds of files, so that editors complete keys and underline mistakes."""

from __future__ import annotations

import inspect
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from handouts.model.approvals import Approvals
from handouts.model.blocks import AnyBlock
from handouts.model.clinic import Brand, Settings
from handouts.model.glossary import Glossary
from handouts.model.leaflet import Leaflet
from handouts.model.tables import (
    Kinds,
    Labels,
    NamedMedicines,
    NamedTreatments,
    References,
    Region,
    Slots,
)

SHAPES: dict[str, Any] = {
    "approvals": Approvals,
    "block": AnyBlock,
    "brand": Brand,
    "glossary": Glossary,
    "handouts": Settings,
    "kinds": Kinds,
    "labels": Labels,
    "leaflet": Leaflet,
    "medicines": NamedMedicines,
    "region": Region,
    "slots": Slots,
    "sources": References,
    "treatments": NamedTreatments,
}
"""The model of each kind of file, by the name of its schema."""

FOLDER = "schemas"

_LINE = "# yaml-language-server: $schema="
_DIALECT = "http://json-schema.org/draft-07/schema#"
"""Draft 7, which editors support best."""

_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z`])")
_CODE = re.compile(r"``([^`]+)``")


def schema_files() -> dict[str, str]:
    """The text of every schema, by file name."""
    return {f"{name}.json": _schema_text(name, shape) for name, shape in SHAPES.items()}


def missing_schemas(folder: Path) -> dict[str, str]:
    """The schemas missing from a clinic's folder, by path."""
    files = {f"{FOLDER}/{name}.json": (name, shape) for name, shape in SHAPES.items()}
    missing = {path: named for path, named in files.items() if not (folder / path).exists()}
    return {path: _schema_text(*named) for path, named in missing.items()}


def schema_of(path: Path) -> str | None:
    """The name of the schema for a file, from its path in ``content/`` or a clinic's folder."""
    folders = path.parts[:-1]
    for folder, name in (
        ("blocks", "block"),
        ("leaflets", "leaflet"),
        ("regions", "region"),
        ("locales", "glossary"),
    ):
        if folder in folders:
            return name
    return path.stem if path.stem in SHAPES else None


def schema_line(name: str, file: Path, schemas: Path) -> str:
    """The comment that tells an editor which schema a file has."""
    return f"{_LINE}{Path(os.path.relpath(schemas, file.parent)).as_posix()}/{name}.json\n"


def without_schema_line(text: str) -> str:
    """A file's text without that comment on its first line."""
    return text.partition("\n")[2] if text.startswith(_LINE) else text


def is_schema_line(line: str) -> bool:
    """Whether a line is such a comment."""
    return line.startswith(_LINE)


@cache
def _schema_text(name: str, shape: Any) -> str:
    generated = TypeAdapter(shape).json_schema(
        schema_generator=_Generator, ref_template="#/definitions/{model}"
    )
    definitions = generated.pop("$defs", {})
    schema = {"$schema": _DIALECT, **generated, "title": name, "definitions": definitions}
    # Docstrings mark code with two backticks; editors show Markdown, which needs one.
    return json.dumps(schema, indent=2, ensure_ascii=False).replace("``", "`") + "\n"


class _Generator(GenerateJsonSchema):
    """Schemas for people: every key explained, and no generated titles."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A model, with the sentences of its docstring distributed to its keys."""
        generated = super().model_schema(schema)
        generated.pop("title", None)
        model: type[BaseModel] = schema["cls"]
        for name, value in generated.get("properties", {}).items():
            # Inherited keys are explained in the class that declares them.
            owners = (owner for owner in model.__mro__ if name in inspect.get_annotations(owner))
            sentences = (s for owner in owners for s in _SENTENCE_END.split(owner.__doc__ or ""))
            # A sentence is about the key that is its first code: "``id`` is the file's name".
            codes = ((sentence, _CODE.search(sentence)) for sentence in sentences)
            own = (s for s, code in codes if code and code[1].partition(":")[0] == name)
            if meaning := next(own, model.model_fields[name].description):
                value["description"] = _plain(meaning)
        # The first paragraph describes the model itself; the rest is about its keys.
        if "description" in generated:
            generated["description"] = _plain(generated["description"].partition("\n\n")[0])
        return generated

    def field_title_should_be_set(self, _: Any) -> bool:
        """No: pydantic's titles only repeat the key."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without empty defaults, because an editor would insert them into the file."""
        generated = super().default_schema(schema)
        if not generated.get("default", True):
            del generated["default"]
        return generated

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Blocks as one `if` per ``type``, so that errors are reported for that type only."""
        if schema["discriminator"] != "type":
            return {"oneOf": super().tagged_union_schema(schema)["oneOf"]}
        blocks = {str(tag): self.generate_inner(block) for tag, block in schema["choices"].items()}
        return {
            "type": "object",
            "properties": {"type": {"enum": list(blocks)}},
            "required": ["type"],
            "allOf": [
                {
                    "if": {"properties": {"type": {"const": tag}}, "required": ["type"]},
                    "then": block,
                }
                for tag, block in blocks.items()
            ],
        }


def _plain(docstring: str) -> str:
    """A docstring as one line."""
    return " ".join(docstring.split())
