"""
The settings of a connector as a JSON Schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args, get_origin

import attrs

from orderferry.connectors._bounds import bounds
from orderferry.connectors._connector import Connector
from orderferry.connectors._secret import SECRET_LENGTH, Secret
from orderferry.connectors._setting_class import secrets_in, setting_fields
from orderferry.connectors._structuring import LISTS, TABLES

__all__ = ["plain_default", "settings_schema"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


KNOWN: Final[dict[object, dict[str, Any]]] = {
    Secret: {"type": "string", "minLength": SECRET_LENGTH, "writeOnly": True},
    Decimal: {"type": ["string", "integer"], "format": "decimal"},
    datetime: {"type": "string", "format": "date-time"},
    object: {},
}
"""Types that msgspec does not know, or knows otherwise than TOML and we write them."""


def settings_schema(connector_class: type[Connector]) -> dict[str, Any]:
    """
    The JSON Schema of `[connector.settings]`.

    Args:
        connector_class: The connector.

    Returns:
        A schema of draft 2020-12, ready to be written as JSON. Secrets are `writeOnly`.
    """
    return {"$schema": DIALECT, **_of_class(connector_class.Settings)}


def _of_class(kind: type) -> dict[str, Any]:
    fields = setting_fields(kind)
    return {
        "title": kind.__name__,
        "type": "object",
        "properties": {name: _of_field(each) for name, each in fields.items()},
        "required": [name for name, each in fields.items() if each.default is attrs.NOTHING],
        "additionalProperties": False,
    }


def _of_field(attribute: attrs.Attribute[Any]) -> dict[str, Any]:
    schema = _of_type(attribute.type)
    schema |= bounds(attribute.validator)
    description = attribute.metadata.get("description")
    if description is not None:
        schema["description"] = str(description)
    example = attribute.metadata.get("example")
    if example is not None:
        schema["examples"] = [example]
    default = plain_default(attribute)
    if default is not None:
        schema["default"] = default
    return schema


def plain_default(attribute: attrs.Attribute[Any]) -> object:
    """
    What a setting is where it is not given, in JSON's values; `None` where there is nothing to say.

    A default that is made from other settings, and one that has a secret, is not told.
    """
    default: Any = attribute.default
    if default is attrs.NOTHING:
        return None
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        if default.takes_self:
            return None
        default = default.factory()
    return None if list(secrets_in(default)) else _plain(default)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if attrs.has(type(value)):
        pairs = {
            name: getattr(value, each.name) for name, each in setting_fields(type(value)).items()
        }
        return {name: _plain(inner) for name, inner in pairs.items() if inner is not None}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(inner) for inner in value), key=str)
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _of_type(kind: object) -> dict[str, Any]:
    """
    A type's schema: msgspec knows those of single values; ours are those that TOML writes.
    """
    origin: Any = get_origin(kind) or kind
    inner = get_args(kind)
    if origin in KNOWN:
        return dict(KNOWN[origin])
    if attrs.has(origin):
        return _of_class(origin)
    if origin in LISTS:
        return _of_list(origin, inner)
    if origin in TABLES:
        return {"type": "object", "additionalProperties": _of_type(inner[1]) if inner else True}
    if NoneType in inner:
        return _of_union(inner)
    return _of_single(kind)


def _of_union(kinds: tuple[Any, ...]) -> dict[str, Any]:
    schemas = [_of_type(each) for each in kinds if each is not NoneType]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _of_list(origin: object, inner: tuple[Any, ...]) -> dict[str, Any]:
    if origin is tuple and inner and inner[-1] is not Ellipsis:
        return {
            "type": "array",
            "prefixItems": [_of_type(each) for each in inner],
            "minItems": len(inner),
            "maxItems": len(inner),
        }
    return {"type": "array", "items": _of_type(inner[0]) if inner else True}


def _of_single(kind: object) -> dict[str, Any]:
    import msgspec

    def other(_: type) -> dict[str, Any]:
        return {"type": "string"}

    schema = msgspec.json.schema(kind, schema_hook=other)
    definitions = schema.pop("$defs", {})
    reference = schema.pop("$ref", "").rpartition("/")[2]
    return {**schema, **definitions.get(reference, {})}
