"""
The JSON Schema of the order document, for editors and for hosts; draft 2020-12.

It says what a schema can say. Reading also looks for shipments with one id, more than 18 digits
after the point, integers that are written with a point, times that no calendar has, and values
that are nested too deeply.
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

from orderferry.orders._converter import READERS
from orderferry.orders._order import Order
from orderferry.orders._part_documents import json_name
from orderferry.orders._primitives import (
    LARGEST,
    MOST_ID_CHARACTERS,
    MOST_VERSION_DIGITS,
    TIME,
    ZONE,
    identity,
    name_text,
    version,
)

__all__ = ["order_schema"]

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CONTROL = r"[\u0000-\u001f\u007f-\u009f]"
_INTEGER: Schema = {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}
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
        "exclusiveMinimum": -(LARGEST + 1),
        "exclusiveMaximum": LARGEST + 1,
    },
    # In some languages `$` is also before a line feed at the end.
    datetime: {"type": "string", "pattern": f"^{TIME}{ZONE}$", "not": {"pattern": r"\n"}},
}
"""What each type without parts is read from."""

_STRICTER: Mapping[Callable[[Any, Any], Any], Schema] = {
    identity: {
        "type": "string",
        "minLength": 1,
        "maxLength": MOST_ID_CHARACTERS,
        "not": {"pattern": _CONTROL},
    },
    name_text: {"anyOf": [{"type": "string", "not": {"pattern": _CONTROL}}, _NULL]},
    version: {
        "anyOf": [
            _INTEGER,
            {
                "type": "string",
                "minLength": 1,
                "maxLength": MOST_VERSION_DIGITS,
                "not": {"pattern": "[^0-9]"},
            },
            _NULL,
        ]
    },
}
"""What the readers of single fields read."""


def order_schema() -> Schema:
    """
    The schema; see `orderferry.orders.order_schema`.
    """
    definitions: dict[str, Schema] = {"Unnamed": _unnamed()}
    whole = _object(Order, definitions)
    return {"$schema": _DRAFT, "title": "An order", **whole, "$defs": definitions}


def _unnamed() -> Schema:
    """
    What a field that the model does not name may hold: anything, without NUL in any text.
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
    An object; other fields than those of the model are kept, whatever they are.
    """
    fields = [each for each in attrs.fields(attrs.resolve_types(kind)) if each.name != "extra"]
    return {
        "description": " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split()),
        "type": "object",
        "properties": {json_name(each.name): _field(kind, each, definitions) for each in fields},
        "required": [json_name(each.name) for each in fields if each.default is attrs.NOTHING],
        "propertyNames": _NAMES,
        "additionalProperties": _UNNAMED,
    }


def _field(kind: type[Any], field: attrs.Attribute[Any], definitions: dict[str, Schema]) -> Schema:
    reader = READERS.get((kind, field.name))
    return _value(field.type, definitions) if reader is None else _STRICTER[reader]


def _value(kind: object, definitions: dict[str, Schema]) -> Schema:
    """
    What a type is read from; null is an empty list or table.
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
        return {"enum": [str(each.value) for each in part]}
    if part.__name__ not in definitions:
        definitions[part.__name__] = {}  # so that a class in itself ends
        definitions[part.__name__] = _object(part, definitions)
    return {"$ref": f"#/$defs/{part.__name__}"}
