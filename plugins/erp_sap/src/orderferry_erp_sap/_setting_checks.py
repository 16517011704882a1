"""
What settings must be. Messages leave the setting's name to whoever knows its path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Attribute

from orderferry_erp_sap._deep_insert import misfit
from orderferry_erp_sap._fields import ENTITIES

__all__ = [
    "PURCHASE_ORDER",
    "RESERVED",
    "constants_of",
    "fits",
    "is_address",
    "is_client",
    "is_path",
    "is_positive",
    "is_user",
    "is_zone",
    "properties_of",
    "zone",
]

PURCHASE_ORDER = "PurchaseOrderByCustomer"
"""The header field that carries the order's id."""

RESERVED = frozenset({PURCHASE_ORDER, "RequestedQuantity"})
"""The fields that are the order's own: nothing else may be mapped to them."""

_Names = Mapping[str, str]
_Check: TypeAlias = "Callable[[object, Attribute[str], str], None]"
_NamesCheck: TypeAlias = "Callable[[object, Attribute[_Names], _Names], None]"

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DAY = 86400


def zone(name: str) -> tzinfo:
    """
    A time zone by its IANA name.

    Raises:
        ValueError: There is no such zone on this machine.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r} on this machine") from error


def is_zone(_: object, __: Attribute[str], value: str) -> None:
    """
    A time zone.
    """
    zone(value)


def is_address(_: object, __: Attribute[str], value: str) -> None:
    """
    An absolute address without a query.
    """
    if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("expected an address such as https://host:port, without user and query")


def is_path(_: object, __: Attribute[str], value: str) -> None:
    """
    A path below the address.
    """
    if not re.fullmatch(r"(/[^\s?#]*)?", value):
        raise ValueError("expected a path that begins with /")


def is_client(_: object, __: Attribute[str], value: str) -> None:
    """
    An SAP client.
    """
    if not re.fullmatch(r"(\d{3})?", value):
        raise ValueError("expected three digits, such as 100")


def is_user(_: object, __: Attribute[str], value: str) -> None:
    """
    A user of Basic authentication (RFC 7617).
    """
    if ":" in value:
        raise ValueError("a user of Basic authentication has no colon")


def is_positive(_: object, __: Attribute[float], value: float) -> None:
    """
    Seconds, up to a day.
    """
    if not 0 < value <= _DAY:
        raise ValueError(f"expected seconds, more than 0 and at most {_DAY}")


def fits(entity: str, name: str) -> _Check:
    """
    A value of a field of SAP.

    Args:
        entity: The entity set.
        name: The field.
    """

    def check(_: object, __: Attribute[str], value: str) -> None:
        fault = misfit(value, ENTITIES[entity].properties[name])
        if fault is not None:
            raise ValueError(f"{value!r} {fault[0]} for {name}; {fault[1]}")

    return check


def _may_be_set(entity: str, names: Mapping[str, str]) -> None:
    for key, name in names.items():
        known = ENTITIES[entity].properties.get(name)
        if not _FIELD_NAME.fullmatch(name) or name.startswith("to_"):
            raise ValueError(f"{key}: {name!r} is not the name of a field")
        if name in RESERVED or (known is not None and (known.key or known.computed)):
            raise ValueError(f"{key}: the field {name} cannot be set")


def constants_of(entity: str) -> _NamesCheck:
    """
    Values by field.

    Args:
        entity: The entity set.
    """

    def check(_: object, __: Attribute[Mapping[str, str]], value: Mapping[str, str]) -> None:
        _may_be_set(entity, {name: name for name in value})

    return check


def properties_of(entity: str) -> _NamesCheck:
    """
    Fields by the keys of properties.

    Args:
        entity: The entity set.
    """

    def check(_: object, __: Attribute[Mapping[str, str]], value: Mapping[str, str]) -> None:
        _may_be_set(entity, value)

    return check
