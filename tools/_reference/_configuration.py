"""
The keys of `orderferry.toml` and of the workflow file, read from their JSON Schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderferry.config import config_schema, workflow_schema
from orderferry.orders import write_json

from ._markdown import code, heading, slug, table

__all__ = ["configuration", "configuration_tables", "workflow", "workflow_objects"]

Schema = dict[str, Any]

_OBJECTS = {
    "orderType": "The file, or each order type in its list",
    "status": "A status: an entry of `orderStatuses`",
    "step": "A step: an entry of `workflowSteps`",
    "property": "A property: an entry of `properties`",
    "condition": "A condition: an entry of `workflowStepConditions`",
}


def configuration_tables() -> dict[str, Schema]:
    """
    The tables of `orderferry.toml` by their heads, each with its schema.
    """

    def walk(path: str, schema: Schema, *, many: bool) -> Iterator[tuple[str, Schema]]:
        yield f"[[{path}]]" if many else f"[{path}]", schema
        for name, inner in schema["properties"].items():
            if "properties" in inner:
                yield from walk(f"{path}.{name}", inner, many=False)

    found: dict[str, Schema] = {}
    for name, schema in config_schema()["properties"].items():
        many = schema["type"] == "array"
        found |= walk(name, schema["items"] if many else schema, many=many)
    return found


def configuration(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section a table, a row a key.
    """
    parts = []
    for head, schema in configuration_tables().items():
        parts += [heading(1, code(head), f"configuration-{slug(head)}"), schema["description"], ""]
        rows = [
            (code(name), _type(each), _default(name, each, schema), each["description"])
            for name, each in schema["properties"].items()
        ]
        parts.append(table(("Key", "Takes", "Default", "What it is"), rows))
    return "\n".join(parts)


def workflow_objects() -> dict[str, dict[str, Schema]]:
    """
    The objects of the workflow file, each with its fields in the spelling that begins small.
    """
    found = {}
    for name, each in workflow_schema()["$defs"].items():
        if "patternProperties" in each:
            found[name] = {
                _name(pattern): field for pattern, field in each["patternProperties"].items()
            }
    return found


def workflow(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section an object, a row a field.
    """
    definitions = workflow_schema()["$defs"]
    parts = []
    for name, fields in workflow_objects().items():
        parts += [heading(1, _OBJECTS[name], f"workflow-{slug(name)}")]
        parts += [definitions[name]["description"], ""]
        required = {each["anyOf"][0]["required"][0] for each in definitions[name].get("allOf", [])}
        rows = [
            (code(field), _field(each), "yes" if field in required else "no", each["description"])
            for field, each in fields.items()
        ]
        parts.append(table(("Field", "Takes", "Required", "What it is"), rows))
    return "\n".join(parts)


def _name(pattern: str) -> str:
    """
    The name in `^[Nn]ame$`.
    """
    return pattern[3] + pattern[5:-1]


def _field(schema: Schema) -> str:
    reference = str(schema.get("$ref", ""))
    if reference:
        kind = reference.rpartition("/")[2]
        return {"boolean": "`true` or `false`", "text": "text", "names": "list of text"}[kind]
    return _type(schema)


def _type(schema: Schema) -> str:
    if "enum" in schema:
        shown = [each for each in schema["enum"] if each not in (None, "", [], {})]
        return "one of " + ", ".join(code(_json(each)) for each in shown)
    kinds = schema.get("type", "any value")
    names = [kinds] if isinstance(kinds, str) else [each for each in kinds if each != "null"]
    words = {"array": "list", "object": "table", "string": "text", "integer": "whole number"}
    text = " or ".join(words.get(each, each) for each in names)
    bounds = [
        f"{word} {schema[key]:g}"
        for key, word in (("minimum", "at least"), ("exclusiveMinimum", "more than"))
        if key in schema
    ]
    if "maximum" in schema:
        bounds.append(f"at most {schema['maximum']:g}")
    return ", ".join([text, *bounds])


def _default(name: str, schema: Schema, table_schema: Schema) -> str:
    if name in table_schema["required"]:
        return "required"
    return code(_json(schema["default"])) if "default" in schema else "-"


def _json(value: object) -> str:
    return write_json(value).decode()
