"""
Checks of the settings. The core adds the setting's path to the messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute

from orderferry_erp_sap._deep_insert import value_fault
from orderferry_erp_sap._fields import ENTITIES

__all__ = [
    "PURCHASE_ORDER",
    "RESERVED",
    "check_client",
    "check_constants",
    "check_path",
    "check_properties",
    "check_seconds",
    "check_time_zone",
    "check_url",
    "check_user",
    "check_value",
    "time_zone",
]

PURCHASE_ORDER = "PurchaseOrderByCustomer"
"""The header field for the order's id."""

RESERVED = frozenset({PURCHASE_ORDER, "RequestedQuantity"})
"""The fields that cannot be assigned."""

_Names = Mapping[str, str]
_Check: TypeAlias = "Callable[[object, Attribute[str], str], None]"
_NamesCheck: TypeAlias = "Callable[[object, Attribute[_Names], _Names], None]"

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DAY = 86400


def time_zone(name: str) -> tzinfo:
    """
    Return a time zone by its IANA name.

    Raises:
        ValueError: The system has no such time zone.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {name!r} on this system") from error


def check_time_zone(_: object, __: Attribute[str], value: str) -> None:
    """
    Require a time zone.
    """
    time_zone(value)


def check_url(_: object, __: Attribute[str], value: str) -> None:
    """
    Require an absolute URL without a query.
    """
    if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("expected a URL such as https://host:port, without user and query")


def check_path(_: object, __: Attribute[str], value: str) -> None:
    """
    Require a path.
    """
    if not re.fullmatch(r"(/[^\s?#]*)?", value):
        raise ValueError("expected a path that begins with /")


def check_client(_: object, __: Attribute[str], value: str) -> None:
    """
    Require the number of an SAP client.
    """
    if not re.fullmatch(r"(\d{3})?", value):
        raise ValueError("expected three digits, such as 100")


def check_user(_: object, __: Attribute[str], value: str) -> None:
    """
    Require a user name for Basic authentication (RFC 7617).
    """
    if ":" in value:
        raise ValueError("a user name for Basic authentication cannot contain a colon")


def check_seconds(_: object, __: Attribute[float], value: float) -> None:
    """
    Require a number of seconds of at most a day.
    """
    if not 0 < value <= _DAY:
        raise ValueError(f"expected seconds, more than 0 and at most {_DAY}")


def check_value(entity: str, name: str) -> _Check:
    """
    Make a check of a value of a field.

    Args:
        entity: The entity set.
        name: The field.
    """

    def check(_: object, __: Attribute[str], value: str) -> None:
        fault = value_fault(value, ENTITIES[entity].properties[name])
        if fault is not None:
            raise ValueError(f"{value!r} {fault[0]} for {name}; {fault[1]}")

    return check


def _check_fields(entity: str, names: Mapping[str, str]) -> None:
    for key, name in names.items():
        definition = ENTITIES[entity].properties.get(name)
        if not _FIELD_NAME.fullmatch(name) or name.startswith("to_"):
            raise ValueError(f"{key}: {name!r} is not the name of a field")
        if name in RESERVED or (definition is not None and (definition.key or definition.computed)):
            raise ValueError(f"{key}: the field {name} cannot be set")


def check_constants(entity: str) -> _NamesCheck:
    """
    Make a check of values by field.

    Args:
        entity: The entity set.
    """

    def check(_: object, __: Attribute[Mapping[str, str]], value: Mapping[str, str]) -> None:
        _check_fields(entity, {name: name for name in value})

    return check


def check_properties(entity: str) -> _NamesCheck:
    """
    Make a check of fields by the keys of properties.

    Args:
        entity: The entity set.
    """

    def check(_: object, __: Attribute[Mapping[str, str]], value: Mapping[str, str]) -> None:
        _check_fields(entity, value)

    return check
