"""
Descriptions of settings: their JSON Schema, and the table that `connectors show` prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import attrs
from attrs import frozen

from orderferry.connectors._connector import Connector
from orderferry.connectors._secret import SECRET_LENGTH, Secret
from orderferry.connectors.settings._structuring import (
    LISTS,
    TABLES,
    find_secrets,
    setting_fields,
)
from orderferry.reading import REFERENCE

__all__ = ["SettingDoc", "bounds", "plain_default", "setting_docs", "settings_schema"]

COMPARISONS: Final = {
    ">=": "minimum",
    ">": "exclusiveMinimum",
    "<=": "maximum",
    "<": "exclusiveMaximum",
}


def bounds(validator: object) -> dict[str, object]:
    """
    The bounds that a validator sets, as keywords of JSON Schema; empty if there are none.

    attrs documents what its validators check, and not their classes. They are recognized here by
    their attributes, and one that is not recognized is only missing from the schema.
    """
    inner = getattr(validator, "_validators", None) or getattr(validator, "validator", None)
    if isinstance(inner, Iterable):
        return {key: value for part in inner for key, value in bounds(part).items()}
    if inner is not None:
        return bounds(inner)
    comparison = COMPARISONS.get(getattr(validator, "compare_op", ""))
    if comparison is not None:
        return {comparison: getattr(validator, "bound", None)}
    schema: dict[str, object] = {}
    if isinstance(options := getattr(validator, "options", None), list | tuple | set | frozenset):
        schema["enum"] = list(options)
    if isinstance(shortest := getattr(validator, "min_length", None), int):
        schema["minLength"] = shortest
    if isinstance(pattern := getattr(getattr(validator, "pattern", None), "pattern", None), str):
        schema["pattern"] = f"^(?:{pattern})$|{REFERENCE.pattern.replace('?P<', '?<')}"
    return schema


DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


KNOWN: Final[dict[object, dict[str, Any]]] = {
    Secret: {"type": "string", "minLength": SECRET_LENGTH, "writeOnly": True},
    Decimal: {"type": ["string", "integer"], "format": "decimal"},
    datetime: {"type": "string", "format": "date-time"},
    object: {},
}
"""Types that msgspec does not know, or whose values TOML writes in another way."""


def settings_schema(connector_class: type[Connector]) -> dict[str, Any]:
    """
    The JSON Schema of a connector's `[connector.settings]`.

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
        "properties": {name: _of_field(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.default is attrs.NOTHING],
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
    A setting's default in JSON's values, or `None`.

    A default that is computed from other settings, or that contains a secret, is not shown.
    """
    default: Any = attribute.default
    if default is attrs.NOTHING:
        return None
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        if default.takes_self:
            return None
        default = default.factory()
    return None if list(find_secrets(default)) else _plain(default)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if attrs.has(type(value)):
        pairs = {
            name: getattr(value, field.name) for name, field in setting_fields(type(value)).items()
        }
        return {name: _plain(inner) for name, inner in pairs.items() if inner is not None}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(inner) for inner in value), key=str)
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _of_type(kind: object) -> dict[str, Any]:
    """
    The schema of a type. msgspec has those of single values, and the others are written here.
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
    schemas = [_of_type(kind) for kind in kinds if kind is not NoneType]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _of_list(origin: object, inner: tuple[Any, ...]) -> dict[str, Any]:
    if origin is tuple and inner and inner[-1] is not Ellipsis:
        return {
            "type": "array",
            "prefixItems": [_of_type(kind) for kind in inner],
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


# The hook API pins these words, the values of `SettingDoc.type`; messages have those of `reading`.
WORDS: Final[dict[object, str]] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Decimal: "decimal number as text",
    datetime: "time with a zone",
    date: "date",
    time: "time of day",
    Path: "path",
    Secret: "secret",
    Any: "any value",
    object: "any value",
}


@frozen
class SettingDoc:
    """
    The documentation of one setting.

    Attributes:
        name: Its name; within a table, `table.name`.
        type: The type of its values, in words.
        required: Whether it is required if its table is present.
        default: Its default in JSON's values; `None` if there is none that can be shown.
        description: Its purpose.
        secret: Whether it is a secret.
        example: An example in JSON's values, or `None`.
    """

    name: str
    type: str
    required: bool
    default: object
    description: str
    secret: bool
    example: object = None


def setting_docs(connector_class: type[Connector]) -> tuple[SettingDoc, ...]:
    """
    The documentation of a connector's settings, in the order of its class.

    The settings of an inner table follow it.

    Args:
        connector_class: The connector.
    """
    return tuple(_docs(connector_class.Settings, ""))


def _docs(kind: type, prefix: str) -> Iterator[SettingDoc]:
    for name, attribute in setting_fields(kind).items():
        inner: Any = _without_none(attribute.type)
        yield SettingDoc(
            name=f"{prefix}{name}",
            type=_words(inner),
            required=attribute.default is attrs.NOTHING,
            default=plain_default(attribute),
            description=str(attribute.metadata.get("description", "")),
            secret=_is_secret(inner),
            example=attribute.metadata.get("example"),
        )
        if attrs.has(inner):
            yield from _docs(inner, f"{prefix}{name}.")


def _without_none(kind: object) -> object:
    inner = [part for part in get_args(kind) if part is not NoneType]
    return inner[0] if NoneType in get_args(kind) and len(inner) == 1 else kind


def _is_secret(kind: object) -> bool:
    return kind is Secret or any(_is_secret(part) for part in get_args(kind))


def _words(kind: object) -> str:
    origin: Any = get_origin(kind) or kind
    inner = get_args(kind)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in inner)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return "one of " + ", ".join(str(member.value) for member in origin)
    if attrs.has(origin):
        return "table"
    if origin in LISTS:
        return f"list of {_words(inner[0])}" if inner else "list"
    if origin in TABLES:
        return f"table of {_words(inner[1])}" if inner else "table"
    if inner:
        return " or ".join(_words(part) for part in inner if part is not NoneType)
    base = getattr(origin, "__supertype__", origin)
    return WORDS.get(base, getattr(base, "__name__", str(base)))
