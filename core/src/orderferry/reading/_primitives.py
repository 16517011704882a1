"""
Readers of values of one type, for the configuration and for settings.

Each takes a second argument, which it ignores, so that cattrs can call it as a hook. Orders have
their own readers, in `orders/_fields.py`, because their strings and numbers have limits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from orderferry.reading._faults import mismatch

__all__ = [
    "A_DATE",
    "A_TIME",
    "read_boolean",
    "read_choice",
    "read_integer",
    "read_list",
    "read_number",
    "read_string",
    "read_table",
]

A_DATE = "a date such as 2026-11-24"
"""What messages expect of a date."""

A_TIME = "a time with a zone, such as 2026-11-24T12:00:00Z"
"""What messages expect of a time."""

_T = TypeVar("_T")


def read_string(value: object, _: object = None) -> str:
    """
    Read a string.

    Raises:
        InvalidError: The value is none.
    """
    if not isinstance(value, str):
        raise mismatch("a string", value)
    return value if type(value) is str else str(value)


def read_boolean(value: object, _: object = None) -> bool:
    """
    Read a boolean.

    Raises:
        InvalidError: The value is none.
    """
    if not isinstance(value, bool):
        raise mismatch("a boolean", value)
    return value


def read_integer(value: object, _: object = None) -> int:
    """
    Read an integer; a boolean is none.

    Raises:
        InvalidError: The value is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise mismatch("an integer", value)
    return value


def read_number(value: object, _: object = None) -> float:
    """
    Read a finite number; a boolean is none.

    Raises:
        InvalidError: The value is none.
    """
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        raise mismatch("a number", value)
    if not math.isfinite(value):
        raise mismatch("a finite number", value)
    return float(value)


def read_list(value: object, _: object = None) -> list[object]:
    """
    Read a list.

    Raises:
        InvalidError: The value is none.
    """
    if not isinstance(value, list | tuple):
        raise mismatch("a list", value)
    return list(value)


def read_table(value: object, _: object = None) -> Mapping[str, object]:
    """
    Read a table.

    Raises:
        InvalidError: The value is none.
    """
    if not isinstance(value, Mapping):
        raise mismatch("a table", value)
    return value


def read_choice(value: object, choices: Iterable[tuple[object, _T]]) -> _T:
    """
    Read one of several values.

    Args:
        value: The value.
        choices: The valid values, each with what is read for it. A value of another type is not
            the same, so that `true` is not 1.

    Raises:
        InvalidError: The value is none of them.
    """
    pairs = list(choices)
    plain = str(value) if isinstance(value, str) else value
    for choice, result in pairs:
        if choice == plain and type(choice) is type(plain):
            return result
    names = ", ".join(f'"{choice}"' if type(choice) is str else f"{choice}" for choice, _ in pairs)
    raise mismatch(f"one of {names}", value)
