"""
Faults of a value, their paths, and how messages describe values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from attrs import evolve, frozen

from orderferry.reading._references import Referenced, Unresolved

__all__ = [
    "Fault",
    "InvalidError",
    "collect",
    "describe",
    "describe_type",
    "gather",
    "invalid",
    "member",
    "mismatch",
]

_MAX_FAULTS = 1000
_MAX_CHARACTERS = 40
_MAX_BITS = 200
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

_T = TypeVar("_T")


@frozen
class Fault:
    """
    One fault of a value or of a part of it.

    Attributes:
        path: The path of the faulty part, relative to the value, as JSON paths have it:
            `.auth.token`, `.ports[2]`; empty for the value itself.
        message: What is wrong, and what to do.
    """

    path: str
    message: str

    def within(self, step: str) -> Fault:
        """
        The same fault, seen from the table or list that has the value.

        Args:
            step: The value's place there, such as `.token` or `[2]`.
        """
        return evolve(self, path=step + self.path)


class InvalidError(ValueError):
    """
    An invalid value.

    Attributes:
        faults: All faults of the value and of its parts.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))


def invalid(message: str) -> InvalidError:
    """
    The error of a value that has one fault by itself.
    """
    return InvalidError([Fault("", message)])


def mismatch(expected: str, value: object, *, table: str = "a table") -> InvalidError:
    """
    The error of a value that is not what was expected, or whose reference cannot be resolved.

    Args:
        expected: What was expected, such as `a string`.
        value: The value.
        table: What the file's format calls a table.
    """
    if isinstance(value, Unresolved):
        return invalid(value.reason)
    return invalid(f"expected {expected}, got {describe(value, table=table)}")


def collect(
    read: Callable[[object], _T], value: object, step: str, faults: list[Fault]
) -> list[_T]:
    """
    Read a part of a value, and collect its faults.

    Args:
        read: Reads the part.
        value: The part.
        step: Its place in the value, such as `.token` or `[2]`.
        faults: The list to which the part's faults are added.

    Returns:
        What was read, alone in its list; an empty list if there are faults.
    """
    try:
        return [read(value)]
    except InvalidError as error:
        faults.extend(fault.within(step) for fault in error.faults)
        return []


def gather(parts: Iterable[tuple[object, object]], read: Callable[[object], _T]) -> list[_T]:
    """
    Read all parts of a value, and gather the faults of all.

    Args:
        parts: The index or name, and the value, of each part.
        read: Reads a part.

    Raises:
        InvalidError: A part is invalid. Parts after the thousandth fault are not read.
    """
    results: list[_T] = []
    faults: list[Fault] = []
    for key, value in parts:
        try:
            results.append(read(value))
        except InvalidError as error:
            step = f"[{key}]" if isinstance(key, int) else member(str(key))
            faults.extend(fault.within(step) for fault in error.faults)
            if len(faults) >= _MAX_FAULTS:
                break
    if faults:
        raise InvalidError(faults)
    return results


def member(name: str) -> str:
    """
    A member of a table as a step of a path: `.name`, or `["a name"]` where it needs quotes.
    """
    if _PLAIN_NAME.fullmatch(name):
        return f".{name}"
    return f"[{_quote(name)}]"


def describe(value: object, *, table: str = "a table") -> str:
    """
    A value and its type in a few words: `true (a boolean)`, `"12" (a string)`, `a list`.

    A value that came from a reference is never shown.

    Args:
        value: The value.
        table: What the file's format calls a table.
    """
    type_ = describe_type(value, table=table)
    match value:
        case Referenced():
            return "a referenced value (not shown)"
        case bool():
            return f"{str(value).lower()} ({type_})"
        case int() if value.bit_length() > _MAX_BITS:
            return f"an integer of {value.bit_length()} bits"
        case str():
            return f"{_quote(value)} ({type_})"
        case int() | float() | Decimal() | date() | time():
            return f"{_shorten(str(value))} ({type_})"
    return type_


def describe_type(value: object, *, table: str = "a table") -> str:
    """
    A value's type in the words of messages, such as `a string`.

    Args:
        value: The value.
        table: What the file's format calls a table.
    """
    match value:
        case None:
            return "null"
        case Mapping():
            return table
    for type_, words in _TYPES:
        if isinstance(value, type_):
            return words
    return f"a Python {type(value).__name__}"


_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (Decimal, "a number"),
    (str, "a string"),
    (list, "a list"),
    (tuple, "a list"),
    (datetime, "a time"),
    (date, "a date"),
    (time, "a time of day"),
)
"""The words of types; of two that fit, the first."""


def _quote(text: str) -> str:
    return json.dumps(_shorten(text), ensure_ascii=not text.isprintable())


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}..."
