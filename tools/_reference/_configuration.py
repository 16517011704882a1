"""
The keys of `orderferry.toml` and of the workflow file, from their JSON Schemas.
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
    The schemas of the tables of `orderferry.toml`, by their headers.
    """

    def walk(path: str, schema: Schema, *, many: bool) -> Iterator[tuple[str, Schema]]:
        yield f"[[{path}]]" if many else f"[{path}]", schema
        for name, inner in schema["properties"].items():
            if "properties" in inner:
                yield from walk(f"{path}.{name}", inner, many=False)

    tables: dict[str, Schema] = {}
    for name, schema in config_schema()["properties"].items():
        many = schema["type"] == "array"
        tables |= walk(name, schema["items"] if many else schema, many=many)
    return tables


def configuration(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section for each table, with a row for each key.
    """
    parts = []
    for head, schema in configuration_tables().items():
        parts += [heading(1, code(head), f"configuration-{slug(head)}"), schema["description"], ""]
        rows = [
            (code(name), _type(key), _default(name, key, schema), key["description"])
            for name, key in schema["properties"].items()
        ]
        parts.append(table(("Key", "Type", "Default", "Description"), rows))
    return "\n".join(parts)


def workflow_objects() -> dict[str, dict[str, Schema]]:
    """
    The objects of the workflow file, with their fields by name, spelled with a small first letter.
    """
    objects = {}
    for name, schema in workflow_schema()["$defs"].items():
        if "patternProperties" in schema:
            objects[name] = {
                _name(pattern): field for pattern, field in schema["patternProperties"].items()
            }
    return objects


def workflow(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section for each object, with a row for each field.
    """
    definitions = workflow_schema()["$defs"]
    parts = []
    for name, fields in workflow_objects().items():
        parts += [heading(1, _OBJECTS[name], f"workflow-{slug(name)}")]
        parts += [definitions[name]["description"], ""]
        rules = definitions[name].get("allOf", [])
        required = {rule["anyOf"][0]["required"][0] for rule in rules}
        rows = [
            (code(field), _field(schema), _yes(field in required), schema["description"])
            for field, schema in fields.items()
        ]
        parts.append(table(("Field", "Type", "Required", "Description"), rows))
    return "\n".join(parts)


def _name(pattern: str) -> str:
    """
    The name in a pattern such as `^[Nn]ame$`.
    """
    return pattern[3] + pattern[5:-1]


def _yes(is_true: bool) -> str:
    return "yes" if is_true else "no"


def _field(schema: Schema) -> str:
    reference = str(schema.get("$ref", ""))
    if reference:
        kind = reference.rpartition("/")[2]
        return {"boolean": "boolean", "text": "string", "names": "list of strings"}[kind]
    return _type(schema)


def _type(schema: Schema) -> str:
    if "enum" in schema:
        values = [value for value in schema["enum"] if value not in (None, "", [], {})]
        return "one of " + ", ".join(code(_json(value)) for value in values)
    kinds = schema.get("type", "any value")
    names = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    words = {"array": "list", "object": "table"}
    text = " or ".join(words.get(name, name) for name in names)
    bounds = [
        f"{word} {schema[key]:.12g}"
        for key, word in (("minimum", "at least"), ("exclusiveMinimum", "more than"))
        if key in schema
    ]
    if "maximum" in schema:
        bounds.append(f"at most {schema['maximum']:.12g}")
    return ", ".join([text, *bounds])


def _default(name: str, schema: Schema, table_schema: Schema) -> str:
    if name in table_schema["required"]:
        return "required"
    return code(_json(schema["default"])) if "default" in schema else "-"


def _json(value: object) -> str:
    return write_json(value).decode()
