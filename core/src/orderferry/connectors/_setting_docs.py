"""
The settings of a connector, described for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import attrs
from attrs import frozen

from orderferry.connectors._connector import Connector
from orderferry.connectors._schema import plain_default
from orderferry.connectors._secret import Secret
from orderferry.connectors._setting_class import setting_fields
from orderferry.connectors._structuring import LISTS, TABLES

__all__ = ["SettingDoc", "setting_docs"]

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
    One setting, for people.

    Attributes:
        name: Its name; within a table, `table.name`.
        type: What it takes, in words.
        required: Whether it has to be given, where its table is.
        default: What it is where it is not given, in JSON's values; `None` where that is nothing
            that can be told.
        description: What it is for.
        secret: Whether it is a secret.
        example: What it may look like, in JSON's values; `None` where there is none.
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
    The settings of a connector, in the order of its class; those of an inner table after it.

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
    inner = [each for each in get_args(kind) if each is not NoneType]
    return inner[0] if NoneType in get_args(kind) and len(inner) == 1 else kind


def _is_secret(kind: object) -> bool:
    return kind is Secret or any(_is_secret(each) for each in get_args(kind))


def _words(kind: object) -> str:
    origin: Any = get_origin(kind) or kind
    inner = get_args(kind)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return "one of " + ", ".join(str(each) for each in inner)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return "one of " + ", ".join(str(member.value) for member in origin)
    if attrs.has(origin):
        return "table"
    if origin in LISTS:
        return f"list of {_words(inner[0])}" if inner else "list"
    if origin in TABLES:
        return f"table of {_words(inner[1])}" if inner else "table"
    if inner:
        return " or ".join(_words(each) for each in inner if each is not NoneType)
    base = getattr(origin, "__supertype__", origin)
    return WORDS.get(base, getattr(base, "__name__", str(base)))
