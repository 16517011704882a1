"""
The JSON Schema of the order document, for editors and hosts; draft 2020-12.

Reading an order also tests what a schema cannot: that ids of shipments differ, that numbers have at
most 18 digits after the point and integers none, that times are in the calendar, and that values
are not nested too deeply.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin

import attrs

from orderferry.orders._fields import (
    DATE_AND_TIME,
    FIELD_READERS,
    MAX_ID_CHARACTERS,
    MAX_INTEGER,
    MAX_VERSION_DIGITS,
    ZONE,
    read_id,
    read_name,
    read_version,
)
from orderferry.orders._order import Order, json_name

__all__ = ["order_schema"]

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CONTROL = r"[\u0000-\u001f\u007f-\u009f]"
_INTEGER: Schema = {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
_TEXT: Schema = {"type": "string", "not": {"pattern": r"\u0000"}}
_NULL: Schema = {"type": "null"}
_UNNAMED: Schema = {"$ref": "#/$defs/Unnamed"}
_NAMES: Schema = {"not": {"pattern": r"\u0000"}}

_KINDS: Mapping[object, Schema] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: _INTEGER,
    Decimal: {
        "type": "number",
        "exclusiveMinimum": -(MAX_INTEGER + 1),
        "exclusiveMaximum": MAX_INTEGER + 1,
    },
    # In some languages `$` also matches before a line feed at the end.
    datetime: {"type": "string", "pattern": f"^{DATE_AND_TIME}{ZONE}$", "not": {"pattern": r"\n"}},
}
"""The schema of each type without parts."""

_STRICTER: Mapping[Callable[[Any, Any], Any], Schema] = {
    read_id: {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_ID_CHARACTERS,
        "not": {"pattern": _CONTROL},
    },
    read_name: {"anyOf": [{"type": "string", "not": {"pattern": _CONTROL}}, _NULL]},
    read_version: {
        "anyOf": [
            _INTEGER,
            {
                "type": "string",
                "minLength": 1,
                "maxLength": MAX_VERSION_DIGITS,
                "not": {"pattern": "[^0-9]"},
            },
            _NULL,
        ]
    },
}
"""The schemas of fields that are stricter than their type."""


def order_schema() -> Schema:
    """
    The JSON Schema of the order document, draft 2020-12, with JSON's names.
    """
    definitions: dict[str, Schema] = {"Unnamed": _unnamed()}
    whole = _object(Order, definitions)
    return {"$schema": _DRAFT, "title": "An order", **whole, "$defs": definitions}


def _unnamed() -> Schema:
    """
    The schema of a field that the model does not name: any value without NUL in its strings.
    """
    return {
        "description": "The value of a field that is not named here.",
        "not": {"type": "string", "pattern": r"\u0000"},
        "items": _UNNAMED,
        "propertyNames": _NAMES,
        "additionalProperties": _UNNAMED,
    }


def _object(kind: type[Any], definitions: dict[str, Schema]) -> Schema:
    """
    The schema of a class; fields that the model does not name are allowed.
    """
    fields = [field for field in attrs.fields(attrs.resolve_types(kind)) if field.name != "extra"]
    return {
        "description": " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split()),
        "type": "object",
        "properties": {json_name(field.name): _field(kind, field, definitions) for field in fields},
        "required": [json_name(field.name) for field in fields if field.default is attrs.NOTHING],
        "propertyNames": _NAMES,
        "additionalProperties": _UNNAMED,
    }


def _field(kind: type[Any], field: attrs.Attribute[Any], definitions: dict[str, Schema]) -> Schema:
    reader = FIELD_READERS.get((kind, field.name))
    return _value(field.type, definitions) if reader is None else _STRICTER[reader]


def _value(kind: object, definitions: dict[str, Schema]) -> Schema:
    """
    The schema of a type; null is an empty list or object.
    """
    if kind in _KINDS:
        return _KINDS[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType or NoneType in parts:
        (inner,) = [part for part in parts if part is not NoneType]
        return {"anyOf": [_value(inner, definitions), _NULL]}
    if origin is tuple:
        return {"type": ["array", "null"], "items": _value(parts[0], definitions)}
    if origin is not None:
        return {
            "type": ["object", "null"],
            "propertyNames": _NAMES,
            "additionalProperties": _TEXT,
        }
    part = cast("type[Any]", kind)
    if issubclass(part, Enum):
        return {"enum": [str(member.value) for member in part]}
    if part.__name__ not in definitions:
        definitions[part.__name__] = {}  # ends the recursion of a class that contains itself
        definitions[part.__name__] = _object(part, definitions)
    return {"$ref": f"#/$defs/{part.__name__}"}
