"""
Readers of an order's fields: strict, without a conversion by a guess.

They have the messages of `orderferry.reading`, and not its readers: strings and numbers of an order
have limits, its numbers are exact, and a subclass of a type is not that type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from orderferry.orders._json import JsonValue
from orderferry.orders._lines import Shipment
from orderferry.orders._order import Order
from orderferry.reading import A_TIME, describe, gather, invalid, mismatch, read_choice

__all__ = [
    "DATE_AND_TIME",
    "FIELD_READERS",
    "MAX_ID_CHARACTERS",
    "MAX_INTEGER",
    "MAX_VERSION_DIGITS",
    "PRIMITIVES",
    "ZONE",
    "copy_extra",
    "mismatch_in_order",
    "read_enum",
    "read_id",
    "read_name",
    "read_text_map",
    "read_version",
]

_MAX_DIGITS = 38
_MAX_DECIMALS = 18
MAX_ID_CHARACTERS = 200
MAX_VERSION_DIGITS = 38
MAX_INTEGER = 10**_MAX_DIGITS - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
DATE_AND_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?"
ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
_TIME = re.compile(rf"{DATE_AND_TIME}{ZONE}")
_VERSION = re.compile(rf"[0-9]{{1,{MAX_VERSION_DIGITS}}}")

_MAX_EXTRA_BITS = 14_000
_MAX_EXTRA_LEVELS = 100

mismatch_in_order = partial(mismatch, table="an object")
"""The error of a value of an order; an order is JSON, and a table of it is an object."""


def read_text(value: object, _: object = None) -> str:
    """
    Read a string that can be written in UTF-8, without NUL, which PostgreSQL cannot store.
    """
    if not isinstance(value, str):
        raise mismatch_in_order("a string", value)
    if "\x00" in value:
        raise mismatch_in_order("a string without NUL characters", value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise mismatch_in_order("a string without unpaired surrogates", value) from None
    return value


def read_boolean(value: object, _: object = None) -> bool:
    """
    Read a boolean.
    """
    if type(value) is not bool:
        raise mismatch_in_order("a boolean", value)
    return value


def read_integer(value: object, _: object = None) -> int:
    """
    Read an integer of at most 38 digits.
    """
    if type(value) is not int:
        raise mismatch_in_order("an integer", value)
    if abs(value) > MAX_INTEGER:
        raise mismatch_in_order(f"an integer of at most {_MAX_DIGITS} digits", value)
    return value


def read_number(value: object, _: object = None) -> Decimal:
    """
    Read a finite number exactly. Its magnitude is tested before its digits are.
    """
    kind = type(value)
    if kind is Decimal:
        number: Decimal = value  # type: ignore[assignment]
    elif kind is int and abs(value) <= MAX_INTEGER:  # type: ignore[arg-type]
        return Decimal(value)  # type: ignore[arg-type]
    elif kind is float:
        number = Decimal(repr(value))
    elif kind is int:
        raise mismatch_in_order(_digits(_MAX_DIGITS, "before"), value)
    else:
        raise mismatch_in_order("a number", value)
    if not number.is_finite():
        raise mismatch_in_order("a finite number", number)
    if number.adjusted() >= _MAX_DIGITS:
        raise mismatch_in_order(_digits(_MAX_DIGITS, "before"), value)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MAX_DECIMALS:
        raise mismatch_in_order(_digits(_MAX_DECIMALS, "after"), value)
    return Decimal(int(number)) if isinstance(exponent, int) and exponent > 0 else number


def _digits(limit: int, side: str) -> str:
    return f"a number with at most {limit} digits {side} the point"


def read_time(value: object, _: object = None) -> datetime:
    """
    Read a time with a zone (RFC 3339); the zone is kept.
    """
    if type(value) is not str or not _TIME.fullmatch(value):
        raise mismatch_in_order(A_TIME, value)
    try:
        moment = datetime.fromisoformat(value)
        moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise invalid(f"{describe(value)} is not a valid time: {error}") from None
    return moment


PRIMITIVES: dict[type, Callable[[object, object], object]] = {
    str: read_text,
    bool: read_boolean,
    int: read_integer,
    Decimal: read_number,
    datetime: read_time,
}
"""The reader of each type that has no parts."""


def read_id(value: object, _: object = None) -> str:
    """
    Read the id of an order or a shipment: 1 to 200 characters, and no control character.
    """
    text = read_text(value)
    if not text or len(text) > MAX_ID_CHARACTERS:
        raise invalid(f"expected an id of 1 to {MAX_ID_CHARACTERS} characters, got {len(text)}")
    return _without_controls(text)


def read_name(value: object, _: object = None) -> str | None:
    """
    Read a field by which orders are found (type, status, market), without control characters.
    """
    return None if value is None else _without_controls(read_text(value))


def _without_controls(text: str) -> str:
    if _CONTROL.search(text):
        raise mismatch_in_order("a string without control characters", text)
    return text


def read_version(value: object, _: object = None) -> int | str | None:
    """
    Read a `versionId`: an integer, or a string of digits; it keeps its type.
    """
    if value is None:
        return None
    if type(value) is int:
        return read_integer(value)
    if type(value) is str and _VERSION.fullmatch(value):
        return value
    raise mismatch_in_order(f"an integer, or a string of 1 to {MAX_VERSION_DIGITS} digits", value)


FIELD_READERS: Mapping[tuple[type, str], Callable[[Any, Any], Any]] = {
    (Order, "id"): read_id,
    (Order, "version_id"): read_version,
    (Order, "order_type"): read_name,
    (Order, "status"): read_name,
    (Order, "market_id"): read_name,
    (Shipment, "shipment_id"): read_id,
}
"""The readers of fields that are stricter than their type."""


def read_text_map(value: object, _: object = None) -> dict[str, str]:
    """
    Read an object whose members are strings; null is an empty one.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise mismatch_in_order("an object", value)
    names = gather(((name, name) for name in value), read_text)
    return dict(zip(names, gather(value.items(), read_text), strict=True))


def read_enum(value: object, kind: type[StrEnum]) -> StrEnum:
    """
    Read a name of a closed set.
    """
    return read_choice(value, [(member.value, member) for member in kind])


def copy_extra(value: object, level: int = 0) -> JsonValue:
    """
    Copy the value of a field that the model does not name, with its floats as decimals.

    Args:
        value: Any value.
        level: How deeply it is nested; 100 levels is the maximum.

    Raises:
        InvalidError: A part of it is not a JSON value, is not finite, or is nested too deeply.
    """
    if level > _MAX_EXTRA_LEVELS:
        raise invalid("nested too deeply")
    match value:
        case None | bool():
            return value
        case str():
            return read_text(value)
        case int() | float() | Decimal():
            return _copy_number(value)
        case list() | tuple():
            return gather(enumerate(value), partial(copy_extra, level=level + 1))
        case dict():
            names = gather(((name, name) for name in value), read_text)
            values = gather(value.items(), partial(copy_extra, level=level + 1))
            return dict(zip(names, values, strict=True))
    raise mismatch_in_order("a JSON value", value)


def _copy_number(value: float | Decimal) -> int | Decimal:
    if isinstance(value, int):
        if value.bit_length() > _MAX_EXTRA_BITS:
            raise mismatch_in_order(f"an integer of at most {_MAX_EXTRA_BITS} bits", value)
        return value
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        raise mismatch_in_order("a finite number", number)
    return number
